use std::{
    hash::{BuildHasher, RandomState},
    net::{Ipv4Addr, TcpListener},
    ops::Range,
    sync::{LazyLock, Mutex},
};

/// Those that no system gives out by itself: Linux begins at 32,768, others later.
const PORTS: Range<u16> = 10_000..32_000;

/// A port of loopback for a program that is started soon.
///
/// One that was got by binding port 0 and let go would often be somebody else's by then.
pub fn free_port() -> u16 {
    free_ports(1)
}

/// The first of so many in a row.
pub fn free_ports(count: u16) -> u16 {
    static NEXT: LazyLock<Mutex<u16>> = LazyLock::new(|| Mutex::new(somewhere()));
    let mut next = NEXT.lock().unwrap();
    for _ in PORTS {
        if *next + count > PORTS.end {
            *next = PORTS.start;
        }
        let first = *next;
        *next += count;
        if (first..first + count).all(is_free) {
            return first;
        }
    }
    panic!("no {count} ports are free");
}

/// Where this process begins, so that two which run at once seldom meet.
fn somewhere() -> u16 {
    let random = RandomState::new().hash_one(std::process::id());
    let offset = random % u64::from(PORTS.end - PORTS.start);
    PORTS.start + u16::try_from(offset).unwrap()
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gets_what_another_got_or_what_is_taken() {
        let first = free_ports(10);
        assert!(!(first..first + 10).contains(&free_port()));
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, free_port())).unwrap();
        assert!(!is_free(taken.local_addr().unwrap().port()));
    }
}
