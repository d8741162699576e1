//! How many requests one service works on at once. Who finds no room is told so before anything is done for her.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout},
};

use super::pace::{Bounds, Pace};

/// A burst may wait this long for room; a crowd that stands for longer is an overload, in which nobody waits.
const BURST: Duration = Duration::from_millis(50);

/// The room for requests of one service, which grows and shrinks with how fast it answers.
pub(crate) struct Room {
    places: Semaphore,
    /// For those who are waited for, or wait on purpose: they need no work meanwhile.
    aside: Semaphore,
    /// Places to be taken away as soon as they are free.
    owed: AtomicUsize,
    /// Requests that have a place.
    taken: AtomicUsize,
    waiting: AtomicUsize,
    begun: Instant,
    /// Milliseconds from `begun`: since when it is found full again and again, and when it last was.
    full_since: AtomicU64,
    full_last: AtomicU64,
    pace: Mutex<Pace>,
}

/// Leave to have one request worked on.
pub(crate) enum Place<'a> {
    Inside(Inside<'a>),
    /// Of one who keeps the service waiting, or is kept waiting on purpose.
    Aside(#[expect(dead_code, reason = "held")] SemaphorePermit<'a>),
}

/// One of the places that the service's work has.
pub(crate) struct Inside<'a> {
    room: &'a Room,
    permit: Option<SemaphorePermit<'a>>,
    /// How many had a place with this one.
    company: usize,
}

impl Room {
    pub(crate) fn new(bounds: Bounds) -> Self {
        let pace = Pace::new(bounds);
        Self {
            places: Semaphore::new(pace.limit()),
            aside: Semaphore::new(bounds.most),
            owed: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            begun: Instant::now(),
            full_since: AtomicU64::new(0),
            full_last: AtomicU64::new(0),
            pace: Mutex::new(pace),
        }
    }

    /// Whether who comes now would be refused: it is full, and not only for a moment.
    fn is_overloaded(&self) -> bool {
        if self.places.available_permits() > 0 {
            return false;
        }
        self.found_full() >= BURST || self.waiting.load(Relaxed) >= self.places_in_all()
    }

    /// A place, at once or soon; nothing when it is overloaded.
    pub(crate) async fn enter(&self) -> Option<Place<'_>> {
        if let Ok(permit) = self.places.try_acquire() {
            return Some(self.place(permit));
        }
        if self.is_overloaded() {
            return None;
        }
        let _waiting = Waiting::new(&self.waiting);
        if let Ok(Ok(permit)) = timeout(BURST, self.places.acquire()).await {
            return Some(self.place(permit));
        }
        self.found_full();
        None
    }

    /// A place for a request that asks to be kept waiting: it takes none of those that the others need.
    pub(crate) fn enter_aside(&self) -> Option<Place<'_>> {
        self.aside.try_acquire().ok().map(Place::Aside)
    }

    fn place<'a>(&'a self, permit: SemaphorePermit<'a>) -> Place<'a> {
        Place::Inside(Inside {
            room: self,
            permit: Some(permit),
            company: self.taken.fetch_add(1, Relaxed) + 1,
        })
    }

    /// Notes that there is no place, and tells for how long that has been so. A moment in which nobody came in
    /// vain begins it anew.
    fn found_full(&self) -> Duration {
        let now = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let last = self.full_last.swap(now, Relaxed);
        if last == 0 || Duration::from_millis(now.saturating_sub(last)) > BURST {
            self.full_since.store(now, Relaxed);
        }
        Duration::from_millis(now.saturating_sub(self.full_since.load(Relaxed)))
    }

    fn places_in_all(&self) -> usize {
        self.taken.load(Relaxed) + self.places.available_permits()
    }

    /// What an answer's time says of how much is too much.
    fn learn(&self, took: Duration, company: usize) {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let before = pace.limit();
        let after = pace.note(took, company, Instant::now());
        if after > before {
            self.add(after - before);
        } else if after < before {
            self.take_away(before - after);
        }
    }

    /// Called by one at a time.
    fn add(&self, places: usize) {
        let owed = self.owed.load(Relaxed);
        let settled = owed.min(places);
        self.owed.fetch_sub(settled, Relaxed);
        self.places.add_permits(places - settled);
    }

    fn take_away(&self, places: usize) {
        let free = self.places.forget_permits(places);
        self.owed.fetch_add(places - free, Relaxed);
    }

    /// Whether a place that is free now is to vanish.
    fn settles(&self) -> bool {
        let pay = |owed: usize| owed.checked_sub(1);
        self.owed.load(Relaxed) > 0 && self.owed.fetch_update(Relaxed, Relaxed, pay).is_ok()
    }
}

impl Place<'_> {
    /// The answer has begun, and it took this long.
    pub(crate) fn answered(self, took: Duration) {
        if let Self::Inside(inside) = self {
            inside.room.learn(took, inside.company);
        }
    }

    /// Makes room for others while this one's client is waited for; false when too many are.
    pub(crate) fn step_aside(&mut self) -> bool {
        let Self::Inside(inside) = self else {
            return true;
        };
        let aside = inside.room.enter_aside();
        aside.map(|aside| *self = aside).is_some()
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(1, Relaxed);
        if let Some(permit) = self.permit.take()
            && self.room.settles()
        {
            permit.forget();
        }
    }
}

/// Counted while somebody waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn room(places: usize) -> Room {
        Room::new(Bounds {
            least: places,
            most: places,
        })
    }

    async fn enter_all(room: &Room, count: usize) -> Vec<Place<'_>> {
        let mut places = Vec::new();
        for _ in 0..count {
            places.push(room.enter().await.unwrap());
        }
        places
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_waits_for_a_moment() {
        let room = room(2);
        let mut inside = enter_all(&room, 2).await;
        let (entered, ()) = tokio::join!(room.enter(), async {
            advance(Duration::from_millis(20)).await;
            inside.pop();
        });
        assert!(entered.is_some());
        drop((entered, inside));
        assert!(!room.is_overloaded());
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_in_vain_is_refused_and_later_ones_at_once() {
        let room = room(2);
        advance(Duration::from_secs(1)).await;
        let inside = enter_all(&room, 2).await;
        let begun = Instant::now();
        assert!(room.enter().await.is_none());
        assert_eq!(begun.elapsed().as_millis(), 50);
        let begun = Instant::now();
        assert!(room.is_overloaded());
        assert!(room.enter().await.is_none());
        assert_eq!(begun.elapsed(), Duration::ZERO);
        drop(inside);
        assert!(!room.is_overloaded());
        assert!(room.enter().await.is_some(), "as soon as there is room");
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_pause_a_crowd_is_a_burst_again() {
        let room = room(1);
        advance(Duration::from_secs(1)).await;
        let inside = enter_all(&room, 1).await;
        assert!(room.enter().await.is_none());
        advance(Duration::from_millis(500)).await;
        assert!(!room.is_overloaded());
        drop(inside);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_wait_than_are_inside() {
        let room = room(1);
        advance(Duration::from_secs(1)).await;
        let _inside = enter_all(&room, 1).await;
        let mut first = std::pin::pin!(room.enter());
        assert!(futures::poll!(&mut first).is_pending());
        assert!(room.enter().await.is_none());
    }

    #[tokio::test]
    async fn who_steps_aside_makes_room_and_only_so_many_can() {
        let room = room(2);
        let mut inside = enter_all(&room, 2).await;
        assert!(inside.iter_mut().all(Place::step_aside));
        let mut others = enter_all(&room, 2).await;
        assert!(!others[0].step_aside());
        assert!(room.enter_aside().is_none());
        drop(inside);
        assert!(others[0].step_aside());
    }

    #[tokio::test]
    async fn room_that_shrinks_lets_fewer_in_once_places_are_free() {
        let room = room(4);
        let mut inside = enter_all(&room, 4).await;
        room.take_away(3);
        inside.truncate(1);
        assert!(room.is_overloaded() || room.places.available_permits() == 0);
        inside.clear();
        assert_eq!(room.places.available_permits(), 1);
        room.add(3);
        assert_eq!(room.places.available_permits(), 4);
    }
}
