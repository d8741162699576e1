//! The eight variants of photos, one after another: `eight_variants PHOTO...`. Prints images a second and the
//! variants' bytes; `benches/images` sets it beside other programs. With `OUT=folder` as the first argument the
//! variants are written there, to be compared.

use std::{env, error::Error, fs, path::Path, time::Instant};

use images::{Finish, Limits, Photo, develop};

#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let out = arguments
        .first()
        .and_then(|first| first.strip_prefix("OUT="))
        .map(str::to_owned);
    if out.is_some() {
        arguments.remove(0);
    }
    let begun = Instant::now();
    let mut bytes = 0;
    for path in &arguments {
        let photo = develop(&fs::read(path)?, &Limits::default(), Finish::default())?;
        bytes += photo
            .variants
            .values()
            .map(|picture| picture.bytes.len())
            .sum::<usize>();
        if let Some(folder) = &out {
            write(&photo, Path::new(folder), path)?;
        }
    }
    let rate = f64::from(u32::try_from(arguments.len())?) / begun.elapsed().as_secs_f64();
    println!("{rate:.3} images_a_second variants_bytes={bytes}");
    Ok(())
}

fn write(photo: &Photo, folder: &Path, path: &str) -> Result<(), Box<dyn Error>> {
    let stem = Path::new(path).file_stem().unwrap_or_default().to_string_lossy();
    for (variant, picture) in &photo.variants {
        let name = format!("{stem}_{}.{}", variant.name(), picture.format.extension());
        fs::write(folder.join(name), &picture.bytes)?;
    }
    Ok(())
}
