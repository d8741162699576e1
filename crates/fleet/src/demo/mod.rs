//! A marketplace to look at: an artisan, a buyer and twelve pieces with pictures, through the public door.
//!
//! What is there already stays as it is, so that it can be asked for again on the same folder: a listing that somebody
//! changed keeps the change, and one that its artisan deleted stays deleted.

mod people;
mod pieces;
mod shop;

use std::{
    io::{self, Write},
    thread,
};

use backends::keys::embedded::KeyFiles;
use config::Profile;
use futures::stream::{self, StreamExt};
use paintings::Motif;
use service_client::Service as Peer;
use service_kit::StartError;
use url::Url;

pub use self::people::SignIn;
use self::{people::PEOPLE, pieces::Piece, shop::Shop};
use crate::Fleet;

/// What the demo put into the marketplace.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The artisan and the buyer.
    pub sign_ins: Vec<SignIn>,
    /// How many pieces were listed just now; the others were there.
    pub listed: usize,
    /// The page to look at.
    page: Url,
}

/// Seeds a fleet; what is missing is added.
pub async fn seed(fleet: &Fleet) -> Result<Demo, StartError> {
    if !matches!(fleet.process.common.profile, Profile::Embedded) {
        return Err(StartError::Other("the demo is for the embedded profile".into()));
    }
    let door = fleet.url(Peer::Gateway);
    let door = door.ok_or_else(|| StartError::Other("a fleet without a gateway has no demo".into()))?;
    let keys = KeyFiles::open(&fleet.data_dir().join("keys"))?;
    let shop = Shop::behind(door)?;
    shop.opens().await?;
    let mut sign_ins = Vec::with_capacity(PEOPLE.len());
    for person in PEOPLE {
        sign_ins.push(person.sign_in(&keys).await?);
    }
    let mut tokens = Vec::with_capacity(PEOPLE.len());
    for (person, sign_in) in PEOPLE.iter().zip(&sign_ins) {
        tokens.push(shop.lets_in(person, sign_in).await?);
    }
    let artisan = tokens.first().map_or("", String::as_str);
    Ok(Demo {
        listed: list_what_is_missing(&shop, artisan).await?,
        sign_ins,
        page: door.clone(),
    })
}

/// Paints on all cores, and lists in order: the last one becomes the newest.
async fn list_what_is_missing(shop: &Shop, artisan: &str) -> Result<usize, StartError> {
    let mut missing: Vec<Piece> = Vec::new();
    for piece in pieces::all()? {
        if !shop.knows(artisan, &piece).await? {
            missing.push(piece);
        }
    }
    let count = missing.len();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut painted = stream::iter(missing).map(paint).buffered(cores);
    while let Some(painted) = painted.next().await {
        let (piece, picture) = painted?;
        let photo = shop.takes_in(artisan, piece.motif.name(), &picture).await?;
        shop.lists(artisan, &piece, &photo).await?;
    }
    Ok(count)
}

async fn paint(piece: Piece) -> Result<(Piece, Vec<u8>), StartError> {
    let motif: Motif = piece.motif;
    let painted = tokio::task::spawn_blocking(move || motif.jpeg()).await;
    let picture = painted.map_err(|error| StartError::Other(format!("{}: {error}", motif.name())))?;
    Ok((piece, picture))
}

/// Says that it takes some seconds.
pub(crate) fn announce(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "  {:<14}pieces are painted and listed; one moment\n", "demo")?;
    out.flush()
}

impl Demo {
    /// Who can sign in, and where to look.
    pub(crate) fn show(&self, out: &mut impl Write) -> io::Result<()> {
        let Self {
            sign_ins,
            listed,
            page,
        } = self;
        writeln!(out, "  {:<14}{page}", "look")?;
        writeln!(
            out,
            "  {:<14}{listed} pieces listed now, {} in all",
            "demo",
            pieces::COUNT
        )?;
        for SignIn { who, email, password } in sign_ins {
            writeln!(out, "  {who:<14}{email}   {password}")?;
        }
        writeln!(out)?;
        out.flush()
    }
}
