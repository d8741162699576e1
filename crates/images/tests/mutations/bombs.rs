use images::{Finish, Limits, Refusal, develop};

use crate::files::{bomb, gif, jpeg, quarters, scene};

/// What is small as a file and vast as an image costs next to nothing.
pub(crate) fn are_refused() {
    let refused = |file: &[u8]| develop(file, &Limits::default(), Finish::Light).expect_err("to be refused");
    let (width, height) = (14_000, 14_000);
    let vast = bomb(width, height, height);
    assert!(vast.len() < 700_000);
    assert_eq!(refused(&vast), Refusal::TooManyPixels { width, height });
    assert_eq!(refused(&bomb(6_000, 6_000, 100)), Refusal::Lying);
    let still = jpeg(&scene(96, 64, 1));
    assert_eq!(refused(&still[..still.len() / 2]), Refusal::Truncated);
    assert_eq!(refused(&[&still[..], b"PK\x03\x04"].concat()), Refusal::Polyglot);
    assert_eq!(
        refused(&gif(&[quarters(40, 30), scene(40, 30, 2)])),
        Refusal::Animated
    );
}
