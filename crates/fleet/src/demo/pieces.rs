use paintings::Motif;
use serde::Deserialize;
use serde_json::Value;
use service_kit::StartError;

const PIECES: &str = include_str!("../../data/demo.json");

/// How many there are.
pub(super) const COUNT: usize = Motif::ALL.len();

/// A piece: what is on its picture, and what its artisan says about it.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(super) struct Piece {
    pub(super) motif: Motif,
    pub(super) id: String,
    /// As `POST /products` takes it, but for the picture.
    pub(super) listing: Value,
}

#[derive(Deserialize)]
struct Written {
    motif: String,
    listing: Value,
}

impl TryFrom<Written> for Piece {
    type Error = String;

    fn try_from(Written { motif, listing }: Written) -> Result<Self, String> {
        let painted = Motif::ALL.into_iter().find(|one| one.name() == motif);
        Ok(Self {
            motif: painted.ok_or_else(|| format!("nobody paints {motif}"))?,
            id: listing["id"]
                .as_str()
                .ok_or_else(|| format!("{motif} has no id"))?
                .to_owned(),
            listing,
        })
    }
}

/// The oldest first.
pub(super) fn all() -> Result<Vec<Piece>, StartError> {
    serde_json::from_str(PIECES).map_err(|error| StartError::Other(format!("the demo's pieces: {error}")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_motif_is_a_piece_in_three_languages_with_its_costs() {
        let pieces = all().unwrap();
        let motifs: BTreeSet<&str> = pieces.iter().map(|piece| piece.motif.name()).collect();
        let ids: BTreeSet<&str> = pieces.iter().map(|piece| piece.id.as_str()).collect();
        assert_eq!((motifs.len(), ids.len()), (COUNT, COUNT));
        for Piece { motif, listing, .. } in &pieces {
            for text in ["title", "description"] {
                assert_eq!(listing[text].as_object().unwrap().len(), 3, "{motif:?} {text}");
            }
            let costs = &listing["costs"];
            let materials = costs["material_costs"].as_array().unwrap().iter();
            let spent: f64 = materials
                .map(|material| material["amount"].as_f64().unwrap())
                .sum();
            let left = listing["price"].as_f64().unwrap() - spent - costs["overhead"].as_f64().unwrap();
            let wage = left / costs["labor_hours"].as_f64().unwrap();
            assert!(wage > 60.0, "{motif:?} leaves {wage} rupees an hour");
        }
    }
}
