//! One file a motif.

mod bangles;
mod basket;
mod block_print;
mod bowl;
mod dhurrie;
mod fish;
mod kalamkari;
mod lamp;
mod shawl;
mod tile;
mod toy;
mod water_pot;

use crate::{Motif, canvas::Picture};

/// The motif, ready to be painted.
pub(crate) fn picture(motif: Motif) -> Box<dyn Picture> {
    match motif {
        Motif::Bowl => Box::new(bowl::bowl()),
        Motif::BlockPrint => Box::new(block_print::cloth),
        Motif::Fish => Box::new(fish::painting),
        Motif::Dhurrie => Box::new(dhurrie::rug),
        Motif::WaterPot => Box::new(water_pot::pot()),
        Motif::Bangles => Box::new(bangles::bangles()),
        Motif::Lamp => Box::new(lamp::lamp()),
        Motif::Kalamkari => Box::new(kalamkari::hanging),
        Motif::Tile => Box::new(tile::tile),
        Motif::Basket => Box::new(basket::basket()),
        Motif::Shawl => Box::new(shawl::shawl),
        Motif::Toy => Box::new(toy::doll()),
    }
}
