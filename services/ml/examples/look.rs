//! What is measured on photos, and how long it takes from the decoded pixels:
//! `cargo run --release -p ml --example look -- PHOTO…`

#![expect(clippy::print_stdout, reason = "its purpose")]

use std::{hint::black_box, time::Instant};

use ml::vision::{Raster, advise, look, name_of};

const ROUNDS: u32 = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let view = images::view(&std::fs::read(&path)?, &images::Limits::default(), 400)?;
        let raster = Raster::from(view);
        let seen = look(&raster);
        println!("{path}: {} x {}", raster.width, raster.height);
        for swatch in &seen.palette {
            println!(
                "  {} {:5.1}% {}",
                swatch.hex(),
                swatch.share * 100.0,
                name_of(swatch.rgb)
            );
        }
        println!(
            "  {:?}\n  {:?}\n  score {:.3}",
            seen.style,
            seen.quality,
            seen.quality.score()
        );
        println!("  {}", seen.style.tags().join(", "));
        for advice in advise(&seen.quality) {
            println!("  - {}", advice.tip);
        }
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            black_box(look(black_box(&raster)));
            times.push(begun.elapsed());
        }
        times.sort();
        println!("  median {:?}, 99th percentile {:?}", times[100], times[198]);
    }
    Ok(())
}
