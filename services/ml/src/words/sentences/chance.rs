use shared_models::text::Language;

/// Choices that look random but come from the seed alone (FNV-1a and a linear congruential step after Knuth).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn of(seed: &str, language: Language) -> Self {
        let bytes = seed.bytes().chain(language.code().bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(hash)
    }

    pub(super) fn below(&mut self, most: u64) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % most.max(1)).unwrap_or_default()
    }

    pub(super) fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}
