//! What operators do from the command line, on the data of a fleet that runs or not.

use std::path::Path;

use backends::documents::Batch;
use clap::{Arg, ArgMatches};
use serde_json::json;
use service_kit::{Kit, StartError, command::Command};
use sha2::{Digest, Sha256};

use crate::{
    domain::{competitor_prices, floors},
    store::{Competitors, Floors, Table},
};

/// Who acts, in the audit log.
const ACTOR: &str = "command";

/// The commands beside serving.
pub const COMMANDS: &[Command] = &[
    Command {
        arguments: || {
            clap::Command::new("load-floors")
                .about("Load a table of legal wage floors: state,skill,effective_from,hourly_wage,currency,source")
                .arg(file())
        },
        run: |kit, arguments| Box::pin(print(load_floors(kit, text(&arguments, "file")))),
    },
    Command {
        arguments: || {
            clap::Command::new("load-competitors")
                .about("Load what others ask: source,date,category,subcategory,region,price,currency,title")
                .arg(file())
        },
        run: |kit, arguments| Box::pin(print(load_competitors(kit, text(&arguments, "file")))),
    },
];

fn file() -> Arg {
    Arg::new("file").required(true).value_name("FILE.csv")
}

fn text(arguments: &ArgMatches, name: &str) -> String {
    arguments.get_one::<String>(name).cloned().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "the operator reads it")]
async fn print(command: impl Future<Output = Result<String, StartError>>) -> Result<(), StartError> {
    println!("{}", command.await?);
    Ok(())
}

/// Loads a table of wage floors beside those that are there; answers what to tell the operator.
pub async fn load_floors(kit: Kit, file: String) -> Result<String, StartError> {
    let table = read(&file).await?;
    let store = Floors::new(kit.backends.documents.clone());
    let digest = hex::encode(Sha256::digest(&table));
    let newest = store.newest().await?;
    if let Some(same) = newest.table.as_ref().filter(|newest| newest.digest == digest) {
        return Ok(format!(
            "table {} is this file already; nothing was done",
            same.version
        ));
    }
    let version = newest.next();
    let floors = floors(&table, version).map_err(|error| refused(&file, &error))?;
    let table = Table {
        version,
        rows: floors.len(),
        digest,
        loaded_at: kit.clock.now(),
    };
    let mut batch = Batch::new();
    Floors::load(&mut batch, &newest, &table, &floors)?;
    let detail = json!({ "rows": table.rows, "sha256": table.digest });
    kit.audit
        .append(&mut batch, ACTOR, "wage-floors-loaded", version, detail)
        .await?;
    kit.backends.documents.commit(batch).await?;
    Ok(format!(
        "table {version} with {} rows holds for every price from now on",
        table.rows
    ))
}

/// Loads competitors' prices beside those that are there; answers what to tell the operator.
pub async fn load_competitors(kit: Kit, file: String) -> Result<String, StartError> {
    let table = read(&file).await?;
    let prices = competitor_prices(&table).map_err(|error| refused(&file, &error))?;
    Competitors::new(kit.backends.documents.clone())
        .keep(&prices)
        .await?;
    Ok(format!("{} prices are known", prices.len()))
}

async fn read(file: &str) -> Result<Vec<u8>, StartError> {
    let read = tokio::fs::read(Path::new(file)).await;
    read.map_err(|error| StartError::Other(format!("{file}: {error}")))
}

fn refused(file: &str, error: &dyn std::fmt::Display) -> StartError {
    StartError::Other(format!("{file}: {error}; nothing was loaded"))
}
