use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use service_client::Service;

/// What changes without any request: who holds a duty, which keys were last seen, how often somebody failed.
const RESTLESS: &str = "('leases', 'signing_keys', 'counters')";

/// The files of a fleet, looked into from outside.
pub(super) struct Books {
    /// Of the service under attack; nothing for one that keeps nothing.
    own: Option<std::sync::Mutex<Connection>>,
    /// Of every service that keeps something.
    all: Vec<std::sync::Mutex<Connection>>,
    events: std::sync::Mutex<Connection>,
}

/// Every collection with how many documents it has, and the newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State(Vec<(String, i64, i64)>);

impl Books {
    pub(super) fn open(data: &Path, service: Service) -> Self {
        let open = |name: &str| {
            let path = data.join(format!("{name}.sqlite"));
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
            path.exists().then(|| {
                std::sync::Mutex::new(Connection::open_with_flags(path, flags).expect("a file of the fleet"))
            })
        };
        Self {
            own: open(service.name()),
            all: Service::ALL
                .iter()
                .filter_map(|service| open(service.name()))
                .collect(),
            events: open("events").expect("the events"),
        }
    }

    /// What is kept now.
    pub(super) fn state(&self) -> State {
        let Some(own) = &self.own else {
            return State(Vec::new());
        };
        let db = own.lock().expect("nobody fails while reading");
        let mut statement = db
            .prepare_cached(&format!(
                "SELECT collection, count(*), max(version) FROM documents WHERE collection NOT IN {RESTLESS}
                 GROUP BY collection ORDER BY collection"
            ))
            .expect("a statement");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        State(
            rows.expect("documents")
                .collect::<Result<_, _>>()
                .expect("documents"),
        )
    }

    /// Whether no event and no job waits.
    pub(super) fn are_at_rest(&self) -> bool {
        self.unfinished() == 0
    }

    /// How many events and jobs wait.
    pub(super) fn unfinished(&self) -> i64 {
        let documents = "SELECT count(*) FROM documents WHERE collection = 'outbox'
            OR collection = 'jobs' AND json_extract(body, '$.state') = 'waiting'
            AND json_extract(body, '$.due_at') < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+1 minute')";
        let count = |db: &std::sync::Mutex<Connection>, sql: &str| -> i64 {
            let db = db.lock().expect("nobody fails while reading");
            db.query_row(sql, [], |row| row.get(0)).expect("a number")
        };
        let waiting: i64 = self.all.iter().map(|db| count(db, documents)).sum();
        waiting + count(&self.events, "SELECT count(*) FROM deliveries WHERE dead = 0")
    }
}

impl State {
    /// What is different in `after`.
    pub(super) fn change(&self, after: &Self) -> Option<String> {
        let changed: Vec<_> = after
            .0
            .iter()
            .filter(|row| !self.0.contains(row))
            .map(|row| &row.0)
            .collect();
        let gone: Vec<_> = self
            .0
            .iter()
            .filter(|row| !after.0.contains(row))
            .map(|row| &row.0)
            .collect();
        (self != after).then(|| format!("changed {changed:?}, before {gone:?}"))
    }
}
