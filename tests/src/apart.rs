//! Services of a fleet in processes of their own, which die and return.

use std::collections::BTreeMap;

use emulators::free_port;
use service_client::Service;
use url::Url;

use crate::{Alone, Fleet, alone::door_at};

/// A fleet some of whose services are programs of their own, each always on the same port.
pub struct Apart {
    pub fleet: Fleet,
    places: BTreeMap<Service, Place>,
}

struct Place {
    program: &'static str,
    port: u16,
    running: Option<Alone>,
}

impl Apart {
    /// Ends these services of a fleet, and starts their programs instead.
    pub async fn with(fleet: Fleet, programs: &[(Service, &'static str)]) -> Self {
        let mut places = BTreeMap::new();
        for (service, program) in programs {
            fleet.stop_one(*service).await;
            let place = Place {
                program,
                port: free_port(),
                running: None,
            };
            places.insert(*service, place);
        }
        let mut apart = Self { fleet, places };
        for (service, _) in programs {
            apart.returns(*service).await;
        }
        apart
    }

    /// Where a service is, whether it lives or not.
    pub fn door(&self, service: Service) -> Url {
        door_at(self.places[&service].port)
    }

    /// Kills a service, whatever it is doing.
    pub fn strikes(&mut self, service: Service) {
        let place = self.places.get_mut(&service).expect("a service that is apart");
        place.running.take().expect("it lives").kill();
    }

    /// Starts a service again, on the same data and at the same place.
    pub async fn returns(&mut self, service: Service) {
        let doors: Vec<(Service, Url)> = self.places.keys().map(|peer| (*peer, self.door(*peer))).collect();
        let place = self.places.get_mut(&service).expect("a service that is apart");
        let running = Alone::start_at(place.port, place.program, &self.fleet, doors).await;
        place.running = Some(running);
    }
}
