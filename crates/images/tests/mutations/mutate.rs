use std::ops::Range;

use fastrand::Rng;

/// Values at which arithmetic goes wrong.
const EXTREMES: [u32; 10] = [
    0,
    1,
    2,
    0x7f,
    0xff,
    0x1770,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
];

/// A seed changed in one to three ways.
pub(crate) fn mutated(seeds: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    let mut file = seeds[random.usize(..seeds.len())].clone();
    for _ in 0..random.u8(1..=3) {
        match random.u8(..10) {
            0..=3 => flip(&mut file, random),
            4..=6 => field(&mut file, random),
            7 => splice(&mut file, &seeds[random.usize(..seeds.len())], random),
            8 => remove(&mut file, random),
            _ if random.u8(..4) == 0 => file.truncate(random.usize(..=file.len())),
            _ => repeat(&mut file, random),
        }
    }
    if random.bool() {
        make_sums_right(&mut file);
    }
    file
}

/// Half of the time near the start, where the headers are.
fn place(file: &[u8], random: &mut Rng) -> usize {
    let end = if random.bool() {
        file.len().min(200)
    } else {
        file.len()
    };
    random.usize(..end.max(1))
}

fn part(file: &[u8], random: &mut Rng) -> Range<usize> {
    let start = place(file, random).min(file.len());
    start..(start + random.usize(1..64)).min(file.len())
}

fn flip(file: &mut [u8], random: &mut Rng) {
    for _ in 0..random.u8(1..=8) {
        let at = place(file, random);
        if let Some(byte) = file.get_mut(at) {
            *byte ^= 1 << random.u8(..8);
        }
    }
}

fn field(file: &mut [u8], random: &mut Rng) {
    let value = EXTREMES[random.usize(..EXTREMES.len())];
    let bytes = if random.bool() {
        value.to_be_bytes()
    } else {
        value.to_le_bytes()
    };
    let written = if random.bool() { &bytes[..] } else { &bytes[2..] };
    let at = place(file, random);
    if let Some(target) = file.get_mut(at..at + written.len()) {
        target.copy_from_slice(written);
    }
}

fn splice(file: &mut Vec<u8>, other: &[u8], random: &mut Rng) {
    let piece = other[part(other, random)].to_vec();
    let at = place(file, random).min(file.len());
    let over = if random.bool() { piece.len() } else { 0 };
    let end = (at + over).min(file.len());
    file.splice(at..end, piece);
}

fn remove(file: &mut Vec<u8>, random: &mut Rng) {
    let gone = part(file, random);
    file.drain(gone);
}

fn repeat(file: &mut Vec<u8>, random: &mut Rng) {
    let again = part(file, random);
    let piece = file[again.clone()].to_vec();
    file.splice(again.end..again.end, piece);
}

/// So that what is wrong in a PNG is more than its sums.
fn make_sums_right(file: &mut [u8]) {
    if !file.starts_with(b"\x89PNG") {
        return;
    }
    let mut at = 8;
    while let Some(length) = file.get(at..at + 4) {
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        let Some(end) = at.checked_add(8 + length).filter(|end| end + 4 <= file.len()) else {
            return;
        };
        let sum = crc32fast::hash(&file[at + 4..end]);
        file[end..end + 4].copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
}
