use std::{
    collections::BTreeMap,
    process::Command,
    sync::{Mutex, MutexGuard},
};

use emulators::free_port;
use futures::future::join_all;
use service_client::Service;
use tempfile::TempDir;

use super::{Ground, round_robin::RoundRobin};
use crate::{Alone, Artisan, Visitor, alone::door_at, fleet::http, messages::code_in, soon};

/// Processes of every service, unless somebody says otherwise.
const INSTANCES: usize = 2;

/// The services on the google profile, each as some processes behind round robin.
pub struct Cluster {
    ground: Ground,
    places: BTreeMap<Service, Vec<Place>>,
    robins: BTreeMap<Service, RoundRobin>,
    http: reqwest::Client,
    /// Where the processes stand; they leave nothing in it.
    folder: TempDir,
}

struct Place {
    program: &'static str,
    port: u16,
    running: Mutex<Option<Alone>>,
}

impl Place {
    fn running(&self) -> MutexGuard<'_, Option<Alone>> {
        self.running.lock().expect("nobody fails with it")
    }
}

impl Cluster {
    /// Starts all of it.
    pub async fn of(programs: &[(Service, &'static str)]) -> Self {
        Self::on(Ground::prepare().await, programs, INSTANCES).await
    }

    /// Starts so many processes of each on a ground.
    pub async fn on(ground: Ground, programs: &[(Service, &'static str)], instances: usize) -> Self {
        let place = |program| Place {
            program,
            port: free_port(),
            running: Mutex::default(),
        };
        let mut places = BTreeMap::new();
        let mut robins = BTreeMap::new();
        for (service, program) in programs {
            let twins: Vec<Place> = std::iter::repeat_with(|| place(*program))
                .take(instances)
                .collect();
            let ports: Vec<u16> = twins.iter().map(|place| place.port).collect();
            robins.insert(*service, RoundRobin::before(&ports).await);
            places.insert(*service, twins);
        }
        let cluster = Self {
            ground,
            places,
            robins,
            // Each request is a connection of its own, and so another process's turn.
            http: http(|client| client.pool_max_idle_per_host(0)),
            folder: TempDir::new().expect("a folder"),
        };
        cluster.starts().await;
        cluster
    }

    /// Somebody without an account, at the public door.
    pub fn anyone(&self) -> Visitor {
        Visitor::new(self.http.clone(), &self.robins[&Service::Gateway].door, "/v1")
    }

    /// A new artisan, signed up and signed in.
    pub async fn artisan(&self) -> Artisan {
        Artisan::signs_up(self.anyone()).await
    }

    /// The public door: `http://127.0.0.1:8000`.
    pub fn door(&self) -> &str {
        self.robins[&Service::Gateway].door.as_str().trim_end_matches('/')
    }

    /// How many requests of the API each process of a service has answered.
    pub async fn answered(&self, service: Service) -> Vec<f64> {
        let asked = self.places[&service].iter().map(|place| async {
            let door = self.anyone().going_to(&door_at(place.port));
            let told = door.get("/metrics").await.expect(200);
            String::from_utf8_lossy(&told.body)
                .lines()
                .filter_map(answers)
                .sum()
        });
        join_all(asked).await
    }

    /// Somebody at the door of one process of a service, without a gateway between.
    pub fn at(&self, service: Service, instance: usize) -> Visitor {
        self.anyone()
            .going_to(&door_at(self.places[&service][instance].port))
    }

    /// Kills one process of a service, whatever it is doing.
    pub fn strikes(&mut self, service: Service, instance: usize) {
        self.places[&service][instance]
            .running()
            .take()
            .expect("it lives")
            .kill();
    }

    /// Starts it again, at the same place.
    pub async fn returns(&mut self, service: Service, instance: usize) {
        let (command, port) = self.command(service, instance);
        let running = Alone::ready(command, port, &self.anyone()).await;
        *self.places[&service][instance].running() = Some(running);
    }

    /// Stops one service as a shutdown would, and leaves the others alone.
    pub async fn stop_one(&self, service: Service) {
        for place in &self.places[&service] {
            let running = place.running().take().expect("it lives");
            assert!(running.stop().await.success());
        }
        self.robins[&service].closes().await;
    }

    /// The six digits of the only text message that was sent, once it was.
    pub async fn only_code(&self) -> String {
        soon("a message with a code", async || {
            let texts = self.ground.texts("outbox", "sms/").await;
            texts.iter().find_map(|text| code_in(text))
        })
        .await
    }

    /// How many objects media keeps.
    pub async fn kept(&self) -> usize {
        self.ground.objects("media", "").await.len()
    }

    /// What the processes left in the folder in which they ran.
    pub fn left_behind(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("a folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        names.map(|name| name.to_string_lossy().into_owned()).collect()
    }

    /// Lets accepted work finish, then ends every process.
    pub async fn stop(self) {
        let running = self
            .places
            .into_values()
            .flatten()
            .filter_map(|place| place.running().take());
        let ended = join_all(running.map(Alone::stop)).await;
        assert!(ended.iter().all(std::process::ExitStatus::success), "{ended:?}");
    }

    async fn starts(&self) {
        let all: Vec<_> = self
            .places
            .iter()
            .flat_map(|(service, twins)| (0..twins.len()).map(|instance| (*service, instance)))
            .collect();
        let anyone = self.anyone();
        let started = all.iter().map(|(service, instance)| {
            let (command, port) = self.command(*service, *instance);
            Alone::ready(command, port, &anyone)
        });
        let started = join_all(started).await;
        for ((service, instance), running) in all.into_iter().zip(started) {
            *self.places[&service][instance].running() = Some(running);
        }
    }

    fn command(&self, service: Service, instance: usize) -> (Command, u16) {
        let place = &self.places[&service][instance];
        let peers = self
            .robins
            .iter()
            .map(|(peer, robin)| (peer.url_variable(), robin.door.as_str()));
        let mut command = Command::new(place.program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .envs(peers)
            .envs(self.ground.settings(service))
            .env("PORT", place.port.to_string())
            .env("RUST_LOG", "warn")
            .stdin(std::process::Stdio::null());
        (command, place.port)
    }
}

/// What a line of metrics counts: answers on the routes of a service, and those that a gateway passed on. Probes are on
/// neither.
fn answers(line: &str) -> Option<f64> {
    let own = line.starts_with("http_requests_total{") && !line.contains("route=\"other\"");
    let (_, count) = line.rsplit_once(' ')?;
    (own || line.starts_with("upstream_requests_total{")).then(|| count.parse().ok())?
}
