//! The colour profile of an AVIF file, which its encoder has no place for: one more property (ISO 23008-12, 6.5.5)
//! of the image. What lies behind it moves, so the places of the data are written anew.

use std::ops::Range;

/// The image itself; the encoder numbers it so, and its transparency after it.
const IMAGE: u16 = 1;
/// Where the size and the name of a box end.
const HEAD: usize = 8;
/// Version and flags, which some boxes have after that.
const FULL: usize = 4;

/// The file with the profile; nothing when it is not laid out as its encoder does.
pub(crate) fn with_profile(mut file: Vec<u8>, profile: &[u8]) -> Option<Vec<u8>> {
    let meta = find(&file, 0..file.len(), *b"meta")?;
    let within = meta.start + HEAD + FULL..meta.end;
    let (iloc, iprp) = (
        find(&file, within.clone(), *b"iloc")?,
        find(&file, within, *b"iprp")?,
    );
    let within = iprp.start + HEAD..iprp.end;
    let (ipco, ipma) = (
        find(&file, within.clone(), *b"ipco")?,
        find(&file, within, *b"ipma")?,
    );
    let property = [b"colrprof", profile].concat();
    let property = [&size(property.len() + 4)?[..], &property].concat();
    let index = u8::try_from(boxes(&file, ipco.start + HEAD..ipco.end).count() + 1).ok()?;
    let (count, named) = associations(&file, &ipma)?;
    if ipma.start < ipco.end || index >= 0x80 {
        return None;
    }

    let longer = property.len() + 1;
    move_data(&mut file, &iloc, meta.end, longer)?;
    *file.get_mut(count)? += 1;
    for (place, more) in [
        (&ipma, 1),
        (&ipco, property.len()),
        (&iprp, longer),
        (&meta, longer),
    ] {
        let grown = size(place.len() + more)?;
        file.get_mut(place.start..place.start + 4)?
            .copy_from_slice(&grown);
    }
    file.insert(named, index);
    file.splice(ipco.end..ipco.end, property);
    Some(file)
}

fn size(bytes: usize) -> Option<[u8; 4]> {
    Some(u32::try_from(bytes).ok()?.to_be_bytes())
}

fn number(file: &[u8], at: usize) -> Option<usize> {
    let bytes = file.get(at..)?.first_chunk()?;
    usize::try_from(u32::from_be_bytes(*bytes)).ok()
}

fn short(file: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*file.get(at..)?.first_chunk()?))
}

/// The boxes that follow each other in a part of the file.
fn boxes(file: &[u8], mut within: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    std::iter::from_fn(move || {
        let length = number(file, within.start).filter(|length| (HEAD..=within.len()).contains(length))?;
        let found = within.start..within.start + length;
        within.start = found.end;
        Some(found)
    })
}

fn find(file: &[u8], within: Range<usize>, name: [u8; 4]) -> Option<Range<usize>> {
    boxes(file, within).find(|place| file.get(place.start + 4..place.start + HEAD) == Some(&name[..]))
}

/// Where it says how many properties the image has, and where the last of them ends.
fn associations(file: &[u8], ipma: &Range<usize>) -> Option<(usize, usize)> {
    let mut at = ipma.start + HEAD + FULL + 4;
    while at < ipma.end {
        let count = at + 2;
        let end = count + 1 + usize::from(*file.get(count)?);
        if short(file, at)? == IMAGE {
            return (end <= ipma.end).then_some((count, end));
        }
        at = end;
    }
    None
}

/// Offsets and lengths of four bytes each, and one extent for each item.
fn move_data(file: &mut [u8], iloc: &Range<usize>, first: usize, by: usize) -> Option<()> {
    let fields = iloc.start + HEAD + FULL;
    if file.get(fields..fields + 2) != Some(&[0x44, 0]) {
        return None;
    }
    let items = usize::from(short(file, fields + 2)?);
    for item in 0..items {
        let at = fields + 4 + item * 14;
        let offset = number(file, at + 6)?;
        if short(file, at + 4)? != 1 || offset < first || at + 14 > iloc.end {
            return None;
        }
        file.get_mut(at + 6..at + 10)?
            .copy_from_slice(&size(offset + by)?);
    }
    Some(())
}
