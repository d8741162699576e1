/// Publishing makes a delivery for each subscription of the topic; it goes when it is done.
pub(super) const MIGRATIONS: &[&str] = &["
    CREATE TABLE events (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        topic TEXT NOT NULL,
        subject TEXT NOT NULL,
        body TEXT NOT NULL,
        -- When all had acknowledged it, in microseconds; noticed by the sweep.
        acknowledged_at INTEGER
    ) STRICT;
    CREATE INDEX events_by_topic ON events (topic);
    CREATE INDEX events_acknowledged ON events (acknowledged_at);
    CREATE TABLE subscriptions (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        -- Microseconds.
        lease INTEGER NOT NULL,
        max_attempts INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE topics (
        topic TEXT NOT NULL,
        subscription INTEGER NOT NULL REFERENCES subscriptions,
        PRIMARY KEY (topic, subscription)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE deliveries (
        subscription INTEGER NOT NULL REFERENCES subscriptions,
        event INTEGER NOT NULL REFERENCES events,
        topic TEXT NOT NULL,
        subject TEXT NOT NULL,
        attempt INTEGER NOT NULL DEFAULT 0,
        -- When it may be pulled next: the end of its lease or of its backoff, in microseconds.
        due_at INTEGER NOT NULL DEFAULT 0,
        dead INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (subscription, event)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX deliveries_by_subject ON deliveries (subscription, subject, event) WHERE dead = 0;
    CREATE INDEX deliveries_by_event ON deliveries (event);
    CREATE INDEX deliveries_dead ON deliveries (subscription, event) WHERE dead = 1;"];
