//! Legal wage floors, as an operator loads them.

use std::io::Write;

use serde_json::json;
use tempfile::NamedTempFile;

use crate::town::Town;

const TABLE: &str = "state,skill,effective_from,hourly_wage,currency,source\n\
    Bihar|बिहार,1,2020-01-01,120,INR,Bihar Gazette 7\n\
    Bihar|बिहार,6,2020-01-01,180.5,INR,Bihar Gazette 7\n\
    Bihar|बिहार,1,2999-01-01,999,INR,Bihar Gazette 999\n";

fn file(table: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(table.as_bytes()).unwrap();
    file
}

impl Town {
    async fn loads(&self, table: &str) -> Result<String, String> {
        let file = file(table);
        let path = file.path().to_string_lossy().into_owned();
        let loaded = pricing::commands::load_floors(self.pricing.kit.clone(), path).await;
        loaded.map_err(|error| error.to_string())
    }
}

#[tokio::test]
async fn the_floor_of_her_state_and_skill_holds() {
    let town = Town::open().await;
    let artisan = town.pricing.artisan().await;
    town.peers.know(
        &artisan,
        json!({ "state": "बिहार", "skill_level": 7, "hourly_wage": 50 }),
    );
    let bowl = town.bowl(&artisan, json!({}));
    town.lists(&bowl).await;
    let before = town.calculates(&artisan, json!({ "product_id": bowl.id })).await;
    assert_eq!(
        (&before["floor"], &before["price_range"]["minimum"]),
        (&json!("own_wage"), &json!(350.5))
    );

    town.loads(TABLE).await.unwrap();
    let quote = town.calculates(&artisan, json!({ "product_id": bowl.id })).await;
    assert_eq!(quote["floor"], "official");
    assert_eq!(quote["price_range"]["minimum"], 1133.5); // 40.50 + 6 × 180.50 + 10
    assert_eq!(
        quote["wage"],
        json!({
            "hourly": 180.5, "official_floor": 180.5, "state": "Bihar", "effective_from": "2020-01-01",
            "source": "Bihar Gazette 7",
        })
    );
    let beginner = json!({ "product_id": bowl.id, "artisan_skill_level": 2 });
    assert_eq!(town.calculates(&artisan, beginner).await["wage"]["hourly"], 120);
    let dear = json!({ "product_id": bowl.id, "hourly_wage": 200 });
    let quote = town.calculates(&artisan, dear).await;
    assert_eq!(
        (&quote["floor"], &quote["wage"]["official_floor"]),
        (&json!("own_wage"), &json!(180.5))
    );
}

#[tokio::test]
async fn a_newer_table_corrects_an_older_one_and_the_same_one_changes_nothing() {
    let town = Town::open().await;
    let artisan = town.pricing.artisan().await;
    town.peers.know(&artisan, json!({ "state": "bihar" }));
    let bowl = town.bowl(&artisan, json!({}));
    town.lists(&bowl).await;
    assert!(
        town.loads(TABLE)
            .await
            .unwrap()
            .starts_with("table 1 with 3 rows")
    );
    assert!(town.loads(TABLE).await.unwrap().contains("nothing was done"));
    let corrected = "state,skill,effective_from,hourly_wage,source\nBIHAR,1,2020-01-01,125,Corrigendum\n";
    assert!(
        town.loads(corrected)
            .await
            .unwrap()
            .starts_with("table 2 with 1 rows")
    );
    let quote = town.calculates(&artisan, json!({ "product_id": bowl.id })).await;
    assert_eq!(quote["wage"]["hourly"], 125);
    assert_eq!(quote["wage"]["source"], "Corrigendum");
    let sound = town.pricing.kit.audit.verify().await.unwrap();
    assert!(matches!(sound, Ok(2)), "each table is in the audit log");
}

#[tokio::test]
async fn a_wrong_table_changes_nothing() {
    let town = Town::open().await;
    let artisan = town.pricing.artisan().await;
    town.peers.know(&artisan, json!({ "state": "Bihar" }));
    let bowl = town.bowl(&artisan, json!({}));
    town.lists(&bowl).await;
    let wrong = format!("{TABLE}Bihar,12,2020-01-01,5,INR,x\n");
    let refused = town.loads(&wrong).await.unwrap_err();
    assert!(
        refused.contains("line 5") && refused.contains("nothing was loaded"),
        "{refused}"
    );
    let quote = town.calculates(&artisan, json!({ "product_id": bowl.id })).await;
    assert_eq!(quote["floor"], "unknown");
    let nowhere = pricing::commands::load_floors(town.pricing.kit.clone(), "/nowhere.csv".to_owned()).await;
    assert!(nowhere.unwrap_err().to_string().starts_with("/nowhere.csv: "));
}
