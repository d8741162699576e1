use std::{
    env,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use crate::free_port;

/// Some are Java programs and slow to start.
const STARTS_WITHIN: Duration = Duration::from_mins(2);

/// A server that is started when it is first asked for, or was running before.
pub struct Server {
    /// Where somebody else may run one: `host:port`.
    setting: Option<&'static str>,
    /// `HOST` and `PORT` stand for where to listen.
    command: &'static [&'static str],
    /// What it answers.
    greeting: &'static [u8],
    /// What makes it quick once it has answered.
    warm: fn(SocketAddr),
    running: Mutex<Option<(SocketAddr, Option<Child>)>>,
}

/// Google's emulator of Firestore: any project, any database. `FIRESTORE_EMULATOR_HOST` names one that runs.
pub static FIRESTORE: Server = Server {
    setting: Some("FIRESTORE_EMULATOR_HOST"),
    command: &[
        "gcloud",
        "emulators",
        "firestore",
        "start",
        "--quiet",
        "--host-port=HOST:PORT",
    ],
    greeting: b"GET / HTTP/1.0\r\n\r\n",
    warm: warm_firestore,
    running: Mutex::new(None),
};

/// Google's emulator of Pub/Sub: any project. `PUBSUB_EMULATOR_HOST` names one that runs.
pub static PUBSUB: Server = Server {
    setting: Some("PUBSUB_EMULATOR_HOST"),
    command: &[
        "gcloud",
        "beta",
        "emulators",
        "pubsub",
        "start",
        "--quiet",
        "--project=test",
        "--host-port=HOST:PORT",
    ],
    greeting: b"GET / HTTP/1.0\r\n\r\n",
    warm: |_| {},
    running: Mutex::new(None),
};

static REDIS: Server = Server {
    setting: None,
    command: &[
        "redis-server",
        "--bind",
        "HOST",
        "--port",
        "PORT",
        "--save",
        "",
        "--databases",
        "1000",
    ],
    greeting: b"PING\r\n",
    warm: |_| {},
    running: Mutex::new(None),
};

/// fake-gcs-server, a Cloud Storage in memory: any bucket, once it was made.
pub static STORAGE: Server = Server {
    setting: None,
    command: &[
        "fake-gcs-server",
        "-scheme=http",
        "-host=HOST",
        "-port=PORT",
        "-backend=memory",
        "-external-url=http://HOST:PORT",
        "-public-host=HOST:PORT",
    ],
    greeting: b"GET /_internal/healthcheck HTTP/1.0\r\n\r\n",
    warm: |_| {},
    running: Mutex::new(None),
};

/// The URL of a database of its own in a Redis.
pub fn redis_url() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{}/{number}", REDIS.url().replace("http", "redis"))
}

impl Server {
    /// Its `http://host:port`, once it answers.
    pub fn url(&self) -> String {
        let mut running = self.running.lock().unwrap();
        let (address, _) = running.get_or_insert_with(|| self.start());
        format!("http://{address}")
    }

    #[expect(clippy::disallowed_methods, reason = "a test reads its own environment")]
    fn start(&self) -> (SocketAddr, Option<Child>) {
        if let Some(Ok(address)) = self.setting.map(env::var) {
            return (address.parse().unwrap(), None);
        }
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let child = self.child(address);
        let begun = Instant::now();
        while !self.answers(address) {
            assert!(
                begun.elapsed() < STARTS_WITHIN,
                "{:?} does not start",
                self.command
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        (self.warm)(address);
        (address, Some(child))
    }

    /// The server and all that it starts end when this program does, however it ends: then `cat` does.
    fn child(&self, address: SocketAddr) -> Child {
        let [host, port] = [address.ip().to_string(), address.port().to_string()];
        let command = self
            .command
            .iter()
            .map(|part| part.replace("HOST", &host).replace("PORT", &port));
        Command::new("bash")
            .args([
                "-c",
                r#"trap : INT TERM HUP; set -m; "$@" </dev/null & set +m; cat; kill -TERM -- -$!"#,
                "server",
            ])
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn answers(&self, address: SocketAddr) -> bool {
        let asked = TcpStream::connect(address).and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(self.greeting)?;
            stream.read(&mut [0; 1])
        });
        asked.is_ok_and(|read| read > 0)
    }
}

/// A Java program's first large commits take longer than any deadline on a busy machine, so it makes some for practice.
fn warm_firestore(address: SocketAddr) {
    let documents = "projects/practice/databases/(default)/documents";
    let write = |n| {
        format!(
            r#"{{"update":{{"name":"{documents}/things/{n}","fields":{{"n":{{"integerValue":"{n}"}}}}}}}}"#
        )
    };
    let writes: Vec<String> = (0..400).map(write).collect();
    let body = format!(r#"{{"writes":[{}]}}"#, writes.join(","));
    let request = format!(
        "POST /v1/{documents}:commit HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    for _ in 0..10 {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream.set_read_timeout(Some(STARTS_WITHIN)).unwrap();
        let mut answer = [0; 64];
        let read = stream.read(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]);
        assert!(answer.contains(" 200 "), "{answer}");
        if begun.elapsed() < Duration::from_secs(1) {
            return;
        }
    }
}
