//! Names of colours.

use palette::{FromColor, Oklab, Srgb};

/// Where a name's value comes from: CSS (CSS Color Module Level 4, 6.1 "Named Colors"), or an ISCC-NBS block.
///
/// The number is that of the block that holds the colour in Kelly and Judd, "Color: Universal Language and Dictionary
/// of Names", NBS Special Publication 440 (1976), which measured the samples of Maerz and Paul, "A Dictionary of Color"
/// (1930), and of Ridgway, "Color Standards and Color Nomenclature" (1912). The value is the block's centroid in sRGB.
type Source = Option<u16>;

const CSS: Source = None;

/// Sorted by hue, roughly. Of dyes with several shades the one that cloth mostly has.
const NAMES: &[(&str, [u8; 3], Source)] = &[
    ("white", [255, 255, 255], CSS),
    ("light gray", [211, 211, 211], CSS),
    ("silver", [192, 192, 192], CSS),
    ("dark gray", [169, 169, 169], CSS),
    ("gray", [128, 128, 128], CSS),
    ("dim gray", [105, 105, 105], CSS),
    ("black", [0, 0, 0], CSS),
    ("red", [255, 0, 0], CSS),
    ("maroon", [128, 0, 0], CSS),
    ("brown", [165, 42, 42], CSS),
    ("salmon", [250, 128, 114], CSS),
    ("coral", [255, 127, 80], CSS),
    ("orange", [255, 165, 0], CSS),
    ("gold", [255, 215, 0], CSS),
    ("yellow", [255, 255, 0], CSS),
    ("olive", [128, 128, 0], CSS),
    ("beige", [245, 245, 220], CSS),
    ("tan", [210, 180, 140], CSS),
    ("chocolate", [210, 105, 30], CSS),
    ("lime", [0, 255, 0], CSS),
    ("green", [0, 128, 0], CSS),
    ("forest green", [34, 139, 34], CSS),
    ("dark green", [0, 100, 0], CSS),
    ("teal", [0, 128, 128], CSS),
    ("aqua", [0, 255, 255], CSS),
    ("turquoise", [64, 224, 208], CSS),
    ("sky blue", [135, 206, 235], CSS),
    ("steel blue", [70, 130, 180], CSS),
    ("blue", [0, 0, 255], CSS),
    ("royal blue", [65, 105, 225], CSS),
    ("navy", [0, 0, 128], CSS),
    ("slate gray", [112, 128, 144], CSS),
    ("purple", [128, 0, 128], CSS),
    ("fuchsia", [255, 0, 255], CSS),
    ("lavender", [230, 230, 250], CSS),
    ("plum", [221, 160, 221], CSS),
    ("pink", [255, 192, 203], CSS),
    ("deep pink", [255, 20, 147], CSS),
    ("crimson", [220, 20, 60], CSS),
    // Maerz and Paul: cochineal, safflower red.
    ("cochineal", [190, 0, 50], Some(11)),
    ("madder", [188, 63, 74], Some(12)),
    ("faded madder", [203, 109, 81], Some(37)),
    ("lac", [168, 81, 110], Some(258)),
    ("sandalwood red", [171, 78, 82], Some(15)),
    ("pomegranate", [114, 47, 55], Some(16)),
    ("henna", [136, 45, 23], Some(40)),
    // Geru.
    ("red ochre", [121, 68, 59], Some(43)),
    // Sindoor: Maerz and Paul's Dutch vermilion.
    ("vermilion", [226, 88, 34], Some(34)),
    // Ridgway.
    ("terracotta", [180, 116, 94], Some(39)),
    ("mango", [174, 105, 56], Some(54)),
    ("saffron", [217, 144, 88], Some(53)),
    ("indian yellow", [234, 162, 33], Some(68)),
    ("turmeric", [248, 222, 126], Some(86)),
    // Haratala.
    ("orpiment", [212, 175, 55], Some(84)),
    // Ridgway.
    ("yellow ochre", [190, 138, 61], Some(72)),
    ("cinnamon", [166, 123, 91], Some(57)),
    // Kattha, from Acacia catechu.
    ("cutch", [111, 78, 55], Some(58)),
    ("khaki", [130, 102, 68], Some(77)),
    // Ridgway.
    ("walnut", [103, 76, 71], Some(46)),
    ("sandalwood", [149, 128, 112], Some(60)),
    ("ivory", [243, 229, 171], Some(89)),
    // Ridgway.
    ("parrot green", [138, 154, 91], Some(120)),
    ("malachite", [103, 146, 103], Some(136)),
    ("turquoise blue", [102, 173, 164], Some(163)),
    ("peacock blue", [0, 73, 88], Some(174)),
    // Ridgway.
    ("bright peacock blue", [0, 119, 145], Some(169)),
    // Ridgway's indigo blue, the darkest of its four blocks, and the next.
    ("indigo", [0, 48, 78], Some(183)),
    ("washed indigo", [83, 104, 120], Some(186)),
    ("blue lotus", [112, 163, 204], Some(181)),
    ("logwood", [41, 30, 41], Some(230)),
];

/// Of lightness among what tells names apart: a dark red is rather a red than a grey.
const LIGHTNESS: f32 = 0.6;

/// The nearest name in OKLab, where hue counts more than lightness.
pub fn name_of(rgb: [u8; 3]) -> &'static str {
    let wanted = lab(rgb);
    let mut nearest = ("", f32::INFINITY);
    for (name, value, _) in NAMES {
        let difference = lab(*value) - wanted;
        let distance = (difference.l * LIGHTNESS).powi(2) + difference.a.powi(2) + difference.b.powi(2);
        if distance < nearest.1 {
            nearest = (name, distance);
        }
    }
    nearest.0
}

fn lab(rgb: [u8; 3]) -> Oklab {
    Oklab::from_color(Srgb::from(rgb).into_format::<f32>().into_linear())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_has_a_colour_of_its_own() {
        let names: BTreeSet<_> = NAMES.iter().map(|(name, ..)| name).collect();
        let values: BTreeSet<_> = NAMES.iter().map(|(_, value, _)| value).collect();
        assert_eq!((names.len(), values.len()), (NAMES.len(), NAMES.len()));
        for (name, value, _) in NAMES {
            assert_eq!(name_of(*value), *name);
        }
    }

    #[test]
    fn dyes_stand_beside_the_names_of_css() {
        let dyes = NAMES.iter().filter(|(.., source)| source.is_some()).count();
        assert!(dyes > 20 && dyes < NAMES.len());
        assert_eq!(name_of([5, 50, 80]), "indigo");
        assert_eq!(name_of([250, 250, 250]), "white");
        assert_eq!(name_of([115, 80, 55]), "cutch");
    }
}
