//! Whatever comes, it is refused, or becomes a photo that can be rendered again.

#![no_main]

use images::{Finish, Format, Limits, develop, inspect, render};
use libfuzzer_sys::fuzz_target;

/// Small, so that more is tried in the same time.
const PIXELS: u64 = 1 << 20;
const MEMORY: u64 = 64 << 20;

fuzz_target!(|file: &[u8]| {
    let limits = Limits {
        pixels: PIXELS,
        memory: MEMORY,
        ..Limits::default()
    };
    let seen = inspect(file, &limits);
    let Ok(photo) = develop(file, &limits, Finish::Light) else {
        return;
    };
    assert!(seen.is_ok(), "it was refused at sight, and taken");
    assert_eq!(photo.variants.len(), 8);
    let ours = Limits {
        memory: u64::MAX,
        bytes: usize::MAX,
        ..limits
    };
    let again = render(&photo.original.bytes, &ours, 64, Format::WebP, 60);
    assert!(again.is_ok(), "what is kept cannot be read: {again:?}");
});
