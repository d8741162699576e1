//! How many connections are open, and from where.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use crate::{app::Connections, identity::household};

/// The connections that are open at one door.
pub(super) struct Crowd {
    limits: Connections,
    open: AtomicUsize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

/// One open connection, counted until this is dropped.
pub(super) struct Visitor {
    crowd: Arc<Crowd>,
    /// Only when addresses are counted.
    address: Option<IpAddr>,
}

impl Crowd {
    pub(super) fn new(limits: Connections) -> Arc<Self> {
        let most = limits.most.min(most_sockets());
        Arc::new(Self {
            limits: Connections { most, ..limits },
            open: AtomicUsize::new(0),
            by_address: Mutex::default(),
        })
    }

    /// Lets a connection in, if there is room for it.
    pub(super) fn let_in(self: &Arc<Self>, address: IpAddr) -> Option<Visitor> {
        if self.open.load(Relaxed) >= self.limits.most {
            return None;
        }
        let address = (self.limits.of_one_address < usize::MAX).then(|| household(address));
        if let Some(address) = address {
            let mut by_address = self.by_address();
            let count = by_address.entry(address).or_default();
            if *count >= self.limits.of_one_address {
                return None;
            }
            *count += 1;
        }
        self.open.fetch_add(1, Relaxed);
        Some(Visitor {
            crowd: self.clone(),
            address,
        })
    }

    /// Whether more than half of the room is taken: then nobody may take her time any more.
    pub(super) fn is_large(&self) -> bool {
        self.open.load(Relaxed) > self.limits.most / 2
    }

    fn by_address(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The rest is for files and for connections to others.
fn most_sockets() -> usize {
    let files = rlimit::getrlimit(rlimit::Resource::NOFILE).map_or(u64::MAX, |(files, _)| files);
    usize::try_from(files / 4 * 3).unwrap_or(usize::MAX)
}

impl Drop for Visitor {
    fn drop(&mut self) {
        self.crowd.open.fetch_sub(1, Relaxed);
        let Some(address) = self.address else {
            return;
        };
        let mut by_address = self.crowd.by_address();
        if let Some(count) = by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    fn crowd(most: usize, of_one_address: usize) -> Arc<Crowd> {
        Crowd::new(Connections { most, of_one_address })
    }

    fn at(last: u8) -> IpAddr {
        Ipv4Addr::new(192, 0, 2, last).into()
    }

    #[test]
    fn one_address_takes_its_share_only() {
        let crowd = crowd(10, 2);
        let inside: Vec<_> = (0..2).map(|_| crowd.let_in(at(1)).unwrap()).collect();
        assert!(crowd.let_in(at(1)).is_none());
        assert!(crowd.let_in(at(2)).is_some());
        drop(inside);
        assert!(crowd.let_in(at(1)).is_some());
        assert!(crowd.by_address().is_empty(), "who has left is forgotten");
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let crowd = crowd(10, 1);
        let at = |last| IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, last));
        let _inside = crowd.let_in(at(1)).unwrap();
        assert!(crowd.let_in(at(2)).is_none());
    }

    #[test]
    fn nobody_comes_into_a_full_house() {
        let crowd = crowd(4, usize::MAX);
        let mut inside: Vec<_> = (0..2).map(|last| crowd.let_in(at(last)).unwrap()).collect();
        assert!(!crowd.is_large());
        inside.extend((0..2).map(|last| crowd.let_in(at(last)).unwrap()));
        assert!(crowd.is_large());
        assert!(crowd.let_in(at(9)).is_none());
        inside.clear();
        assert!(crowd.let_in(at(9)).is_some());
    }
}
