use images::Likeness;
use serde::{Deserialize, Serialize};
use shared_models::ids::{FileId, UserId};

/// One more than the bits in which alike photos may differ: by the pigeonhole principle at least one band
/// of two alike hashes is the same.
const BANDS: u32 = images::ALIKE + 1;

/// What a photo looks like, to be found by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Looks {
    pub(crate) file_id: FileId,
    pub(crate) owner_id: UserId,
    /// Hexadecimal.
    hash: String,
    mirrored: String,
    pub(crate) bands: Vec<String>,
}

impl Looks {
    pub(crate) fn of(file_id: FileId, owner_id: UserId, likeness: &Likeness) -> Self {
        Self {
            file_id,
            owner_id,
            hash: format!("{:016x}", likeness.hash),
            mirrored: format!("{:016x}", likeness.mirrored),
            bands: bands(likeness.hash),
        }
    }

    fn likeness(&self) -> Option<Likeness> {
        let read = |hex: &str| u64::from_str_radix(hex, 16).ok();
        Some(Likeness {
            hash: read(&self.hash)?,
            mirrored: read(&self.mirrored)?,
        })
    }

    /// The bands under which photos like this one are found, whichever way round.
    pub(crate) fn wanted(&self) -> Vec<String> {
        let Some(likeness) = self.likeness() else {
            return Vec::new();
        };
        let mut wanted = bands(likeness.hash);
        wanted.extend(bands(likeness.mirrored));
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// In how many bits the two differ, when they are alike.
    pub(crate) fn alike(&self, other: &Self) -> Option<u32> {
        let distance = self.likeness()?.distance(&other.likeness()?);
        (distance <= images::ALIKE).then_some(distance)
    }
}

/// Bands of seven bits, and one of eight.
fn bands(hash: u64) -> Vec<String> {
    (0..BANDS)
        .map(|band| {
            let width = if band + 1 == BANDS { 8 } else { 7 };
            let bits = (hash >> (band * 7)) & ((1 << width) - 1);
            format!("{band}:{bits:02x}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(hash: u64, mirrored: u64) -> Looks {
        let id = uuid::Uuid::nil();
        Looks::of(FileId(id), UserId(id), &Likeness { hash, mirrored })
    }

    fn found(new: &Looks, old: &Looks) -> bool {
        new.wanted().iter().any(|band| old.bands.contains(band))
    }

    #[test]
    fn the_bands_cover_every_bit() {
        for bit in 0..64 {
            assert_ne!(bands(0), bands(1 << bit), "{bit}");
        }
    }

    #[test]
    fn whatever_is_alike_is_found() {
        let hash = 0x0123_4567_89ab_cdef;
        for start in 0..57 {
            // Eight bits as far apart as they can be, and side by side.
            for spread in [1, 7, 8] {
                let flipped = (0..8).fold(hash, |bits, n| bits ^ (1_u64 << ((start + n * spread) % 64)));
                let (new, old) = (looks(flipped, !flipped), looks(hash, !hash));
                assert_eq!(new.alike(&old), Some(8));
                assert!(found(&new, &old), "{start} {spread}");
                let mirrored = looks(!flipped, flipped);
                assert_eq!(mirrored.alike(&old), Some(8));
                assert!(found(&mirrored, &old), "{start} {spread}");
            }
        }
        assert_eq!(looks(hash ^ 0x1ff, 0).alike(&looks(hash, 0)), None);
    }
}
