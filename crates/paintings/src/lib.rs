#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels are counted in integers and measured in fractions; both are small"
)]
#![expect(
    clippy::many_single_char_names,
    reason = "points and colours have x, y, z and r, g, b"
)]

mod canvas;
mod colour;
mod flat;
mod lathe;
mod noise;
mod pieces;
mod space;
mod studio;

/// What is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Motif {
    /// A burnished terracotta bowl with a white slip pattern.
    Bowl,
    /// Cotton, block printed in indigo and madder.
    BlockPrint,
    /// Two fish around a lotus in the manner of Madhubani.
    Fish,
    /// A flat-woven rug with stripes and stepped diamonds.
    Dhurrie,
    /// A painted water pot.
    WaterPot,
    /// Lac bangles.
    Bangles,
    /// A brass lamp, lit.
    Lamp,
    /// A branch in the manner of kalamkari.
    Kalamkari,
    /// A blue pottery tile.
    Tile,
    /// A cane basket.
    Basket,
    /// A woollen shawl with paisleys.
    Shawl,
    /// A turned and lacquered wooden doll.
    Toy,
}

impl Motif {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Bowl,
        Self::BlockPrint,
        Self::Fish,
        Self::Dhurrie,
        Self::WaterPot,
        Self::Bangles,
        Self::Lamp,
        Self::Kalamkari,
        Self::Tile,
        Self::Basket,
        Self::Shawl,
        Self::Toy,
    ];

    /// A name for files: `block-print`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bowl => "bowl",
            Self::BlockPrint => "block-print",
            Self::Fish => "fish",
            Self::Dhurrie => "dhurrie",
            Self::WaterPot => "water-pot",
            Self::Bangles => "bangles",
            Self::Lamp => "lamp",
            Self::Kalamkari => "kalamkari",
            Self::Tile => "tile",
            Self::Basket => "basket",
            Self::Shawl => "shawl",
            Self::Toy => "toy",
        }
    }

    /// Width and height in pixels; the longer side has 1200.
    pub const fn size(self) -> (u16, u16) {
        match self {
            Self::Bowl | Self::Dhurrie | Self::Bangles => (1200, 1000),
            Self::Lamp | Self::Kalamkari | Self::Toy => (1000, 1200),
            _ => (1200, 1200),
        }
    }

    /// The picture as a JPEG file; the same bytes each time.
    pub fn jpeg(self) -> Vec<u8> {
        let (width, height) = self.size();
        canvas::jpeg(pieces::picture(self).as_ref(), width, height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_motif_is_a_picture_of_its_size_with_light_and_shadow() {
        for motif in Motif::ALL {
            let picture = image::load_from_memory(&motif.jpeg()).unwrap().to_luma8();
            let (width, height) = motif.size();
            assert_eq!(picture.dimensions(), (width.into(), height.into()));
            let (least, most) = picture.pixels().fold((255, 0), |(least, most), pixel| {
                (pixel[0].min(least), pixel[0].max(most))
            });
            assert!(least < 80 && most > 150, "{motif:?}: {least} to {most}");
        }
    }

    #[test]
    fn names_are_distinct() {
        let names: std::collections::BTreeSet<_> = Motif::ALL.iter().map(|motif| motif.name()).collect();
        assert_eq!(names.len(), Motif::ALL.len());
    }
}
