use std::sync::Arc;

use super::{
    Document, Row, Who, World,
    attacks::{self, Attack, Target},
    document::{Operation, Place, Security},
    row::Asked,
    schema,
};

/// All attacks on all operations of one service, and what went wrong.
pub struct Trial {
    world: Arc<World>,
    document: Document,
    faults: Vec<String>,
    attacks: usize,
}

/// More would only hide the first.
const SHOWN: usize = 2000;

impl Trial {
    /// Of a service, as it describes itself.
    pub async fn of(world: World) -> Self {
        let document = world
            .does(world.service, "GET", "/openapi.json", None, None)
            .await;
        Self {
            world: Arc::new(world),
            document: Document::new(document),
            faults: Vec::new(),
            attacks: 0,
        }
    }

    /// Tries everything; fails with all that is wrong.
    #[expect(clippy::print_stdout, reason = "the figure belongs in the test's log")]
    pub async fn runs(mut self, rows: &[Row]) {
        self.document.is_covered_by(rows);
        for row in rows {
            self.tries(row).await;
        }
        println!("{} operations, {} attacks", rows.len(), self.attacks);
        let shown = self
            .faults
            .iter()
            .take(SHOWN)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n");
        assert!(
            self.faults.is_empty(),
            "{} of {} attacks:\n{shown}",
            self.faults.len(),
            self.attacks
        );
        if let Ok(world) = Arc::try_unwrap(self.world).map_err(drop) {
            world.ends().await;
        }
    }

    async fn tries(&mut self, row: &Row) {
        let document = std::mem::replace(&mut self.document, Document::new(serde_json::Value::Null));
        let operation = document.operation(&row.operation);
        let asked = row.example(&self.world).await;
        let target = Target {
            row,
            operation,
            asked: &asked,
            good: row.request(&asked),
        };
        self.says_who_may(&target);
        self.says_its_limits(&target);
        self.world.rests().await;
        let whole = !row.at_the_gateway;
        let attacks = if whole {
            attacks::all(&target, &self.world).await
        } else {
            // What it hands on it does not read.
            attacks::at_the_door(&target, &self.world).await
        };
        for attack in attacks {
            self.refuses(row, &attack).await;
        }
        // It was good all the time: nothing but the attacks was wrong with it, and none of them used it up.
        self.is_good(row, &asked).await;
        if whole {
            self.survives(row, operation).await;
        }
        self.document = document;
    }

    fn says_who_may(&mut self, target: &Target<'_>) {
        let (told, row) = (target.operation.security(), target.row);
        let known = match &row.who {
            Who::Anyone | Who::Service(_) => Security::None,
            Who::AnyoneKnown => Security::Optional,
            Who::SignedIn | Who::Only(_) => Security::Bearer,
        };
        if told != known {
            self.faults.push(format!(
                "{}: the document says {told:?}, the row {:?}",
                row.operation, row.who
            ));
        }
    }

    /// Every limit that is checked is told, so that it can be tried.
    fn says_its_limits(&mut self, target: &Target<'_>) {
        let (row, operation) = (target.row, target.operation);
        let document = operation.document();
        let parameters = operation.parameters();
        // What a header may hold is said once, for all operations.
        let told = parameters
            .iter()
            .filter(|parameter| parameter.place != Place::Header);
        let mut places: Vec<(&str, schema::Shape<'_>)> = told
            .map(|parameter| {
                (
                    parameter.name.as_str(),
                    schema::Shape::of(document, &parameter.schema),
                )
            })
            .collect();
        let fields = match (operation.body(), &target.asked.body) {
            (Some(schema), Some(body)) => schema::fields(document, schema, body),
            _ => Vec::new(),
        };
        places.extend(
            fields
                .iter()
                .map(|field| (field.pointer.as_str(), field.shape.clone())),
        );
        for (place, shape) in places {
            let unsaid = shape
                .unsaid()
                .into_iter()
                .map(|limit| format!("{}: {place} says no {limit}", row.operation));
            self.faults.extend(unsaid);
        }
    }

    async fn refuses(&mut self, row: &Row, attack: &Attack) {
        self.attacks += 1;
        let before = self.world.books.state();
        let answer = attack.request.send(&self.world.http, self.world.door()).await;
        let fault = attack.refusal.fault(&answer);
        let change = before.change(&self.world.books.state());
        let change = change.map(|change| format!("{} but {change}", answer.status));
        for fault in fault.into_iter().chain(change) {
            self.faults
                .push(format!("{}: {}: {fault}", row.operation, attack.name));
        }
    }

    async fn is_good(&mut self, row: &Row, asked: &Asked) {
        let answer = row.request(asked).send(&self.world.http, self.world.door()).await;
        if !answer.status.is_success() {
            let body = String::from_utf8_lossy(&answer.body);
            self.faults.push(format!(
                "{}: the example was answered with {}: {body}",
                row.operation, answer.status
            ));
        }
    }

    /// What may be refused or not never breaks anything.
    async fn survives(&mut self, row: &Row, operation: Operation<'_>) {
        let mut asked = row.example(&self.world).await;
        let mut next = 0;
        loop {
            let target = Target {
                row,
                operation,
                asked: &asked,
                good: row.request(&asked),
            };
            let hostile = attacks::hostile(&target);
            let Some((name, request)) = hostile.into_iter().nth(next) else {
                return;
            };
            (next, self.attacks) = (next + 1, self.attacks + 1);
            let answer = request.send(&self.world.http, self.world.door()).await;
            if answer.status.is_server_error() {
                self.faults
                    .push(format!("{}: {name}: {}", row.operation, answer.status));
            }
            if answer.status.is_success() {
                asked = row.example(&self.world).await;
            }
        }
    }
}
