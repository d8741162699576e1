use std::{sync::Arc, time::Duration};

use tempfile::TempDir;
use tokio::task::JoinSet;

use super::*;
use crate::Error;

const ROWS: Layout<'static> = Layout {
    migrations: &["CREATE TABLE lines (number INTEGER PRIMARY KEY) STRICT"],
    declarations: &[],
};

fn open(folder: &TempDir, layout: &Layout<'_>) -> Result<Database> {
    Database::open(&folder.path().join("file.sqlite"), layout, Options::default())
}

fn line(turn: &Turn<'_>) -> Result<i64> {
    let number = turn.number();
    let inserted = turn.db.execute("INSERT INTO lines VALUES (?1)", [number]);
    inserted.map(|_| number).map_err(failure)
}

fn count(db: &Connection) -> Result<i64> {
    db.query_row("SELECT count(*) FROM lines", [], |row| row.get(0))
        .map_err(failure)
}

#[tokio::test]
async fn commits_of_a_group_succeed_and_fail_each_for_itself() {
    let folder = TempDir::new().unwrap();
    let database = Arc::new(open(&folder, &ROWS).unwrap());
    let mut committing = JoinSet::new();
    for n in 0..200 {
        let database = database.clone();
        committing.spawn(async move {
            let refuse = move |turn: &Turn<'_>| {
                let number = line(turn)?;
                if n % 3 == 0 {
                    Err(Error::NotFound)
                } else {
                    Ok(number)
                }
            };
            (n, database.write(refuse).await)
        });
    }
    let mut numbers = Vec::new();
    for (n, result) in committing.join_all().await {
        assert_eq!(result.is_err(), n % 3 == 0);
        numbers.extend(result);
    }
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 133, "each its own number");
    assert_eq!(database.read(count).await.unwrap(), 133);
}

#[tokio::test]
async fn a_commit_that_writes_nothing_is_no_news() {
    let folder = TempDir::new().unwrap();
    let database = open(&folder, &ROWS).unwrap();
    let seen = database.read(last).await.unwrap();
    database.write(|turn| Ok(turn.number())).await.unwrap();
    assert!(
        !database
            .newer_than(seen, Instant::now() + Duration::from_millis(50))
            .await
    );
    database.write(line).await.unwrap();
    assert!(
        database
            .newer_than(seen, Instant::now() + Duration::from_secs(30))
            .await
    );
}

#[tokio::test]
async fn work_that_nobody_waits_for_any_more_is_not_begun() {
    let folder = TempDir::new().unwrap();
    let database = open(&folder, &ROWS).unwrap();
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let first = database.write(move |turn| {
        gone.recv().unwrap();
        line(turn)
    });
    let given_up = async {
        let queued = tokio::time::timeout(Duration::from_millis(20), database.write(line)).await;
        assert!(queued.is_err(), "the writer is busy");
        go.send(()).unwrap();
    };
    let (first, ()) = tokio::join!(first, given_up);
    first.unwrap();
    database.write(line).await.unwrap();
    assert_eq!(database.read(count).await.unwrap(), 2);
}

#[tokio::test]
async fn a_read_sees_one_moment() {
    let folder = TempDir::new().unwrap();
    let database = Arc::new(open(&folder, &ROWS).unwrap());
    let (begun, wait) = std::sync::mpsc::channel();
    let (go, gone) = std::sync::mpsc::channel();
    let reading = database.read(move |db| {
        let before = count(db)?;
        begun.send(()).unwrap();
        gone.recv().unwrap();
        Ok((before, count(db)?))
    });
    let writing = async {
        tokio::task::spawn_blocking(move || wait.recv().unwrap())
            .await
            .unwrap();
        database.write(line).await.unwrap();
        go.send(()).unwrap();
    };
    let (seen, ()) = tokio::join!(reading, writing);
    assert_eq!(seen.unwrap(), (0, 0));
    assert_eq!(database.read(count).await.unwrap(), 1);
}

#[tokio::test]
async fn a_file_migrates_forward_and_a_newer_one_is_refused() {
    const MORE: Layout<'static> = Layout {
        migrations: &[ROWS.migrations[0], "ALTER TABLE lines ADD COLUMN text TEXT"],
        declarations: &[],
    };
    let folder = TempDir::new().unwrap();
    open(&folder, &ROWS).unwrap().write(line).await.unwrap();
    let newer = open(&folder, &MORE).unwrap();
    let texts = newer.read(|db| {
        db.query_row("SELECT count(*) FROM lines WHERE text IS NULL", [], |row| {
            row.get::<_, i64>(0)
        })
        .map_err(failure)
    });
    assert_eq!(texts.await.unwrap(), 1);
    let Err(Error::Other(refused)) = open(&folder, &ROWS).map(drop) else {
        panic!("an older program opened it");
    };
    assert!(
        refused.ends_with("file.sqlite: has layout 3 and this program knows 2: run the newer program"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_migration_that_fails_leaves_the_file_as_it_was() {
    const BROKEN: Layout<'static> = Layout {
        migrations: &[
            ROWS.migrations[0],
            "CREATE TABLE more (a); CREATE TABLE lines (a)",
        ],
        declarations: &[],
    };
    let folder = TempDir::new().unwrap();
    open(&folder, &ROWS).unwrap().write(line).await.unwrap();
    assert!(open(&folder, &BROKEN).is_err());
    assert_eq!(open(&folder, &ROWS).unwrap().read(count).await.unwrap(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_a_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let below = folder.path().join("data/more");
    let database = Database::open(&below.join("file.sqlite"), &ROWS, Options::default()).unwrap();
    database.write(line).await.unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&below), mode(below.parent().unwrap())), (0o700, 0o700));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&below).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    let expected = ["", "-gate", "-shm", "-turn", "-wal"].map(|end| format!("file.sqlite{end}"));
    assert_eq!(names, expected);
}

#[tokio::test]
async fn what_is_no_database_is_one_clear_error() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("file.sqlite");
    std::fs::write(&path, "x".repeat(5000)).unwrap();
    assert!(matches!(open(&folder, &ROWS).map(drop), Err(Error::Other(_))));
    assert_eq!(std::fs::read(&path).unwrap().len(), 5000);
}

#[tokio::test]
async fn a_long_read_does_not_hold_up_the_next() {
    let folder = TempDir::new().unwrap();
    let database = Arc::new(open(&folder, &ROWS).unwrap());
    let (end, ended) = std::sync::mpsc::channel();
    let long = database.read(move |_| Ok(ended.recv_timeout(Duration::from_secs(30))));
    let short = async {
        let counted = database.read(count).await;
        end.send(()).unwrap();
        counted
    };
    let (long, short) = tokio::join!(long, short);
    assert_eq!((long.unwrap(), short.unwrap()), (Ok(()), 0));
}
