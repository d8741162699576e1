use std::{io, thread};

use crossbeam_channel::{Receiver, Sender};

/// Work for one of the threads.
type Work = Box<dyn FnOnce() + Send>;

/// A tenth of a busy core: a hash takes one for 20 ms, and whoever only wants the keys must not wait for that; but who
/// signs in is not forgotten either.
const NICE: i32 = 10;

/// Threads that hash, and give way to everybody else.
#[derive(Clone)]
pub(super) struct Threads(Sender<Work>);

impl Threads {
    pub(super) fn start(count: usize) -> io::Result<Self> {
        let (queue, waiting) = crossbeam_channel::unbounded();
        for _ in 0..count {
            let waiting = waiting.clone();
            thread::Builder::new()
                .name("passwords".to_owned())
                .spawn(move || serve(&waiting))?;
        }
        Ok(Self(queue))
    }

    /// Has it done; whether it was, its own answer tells.
    pub(super) fn run(&self, work: impl FnOnce() + Send + 'static) {
        // The threads live as long as the queue.
        let _ = self.0.send(Box::new(work));
    }
}

fn serve(waiting: &Receiver<Work>) {
    // Of this thread: <https://man7.org/linux/man-pages/man2/setpriority.2.html>, "C library/kernel differences".
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::warn!(%error, "hashing does not give way to other work");
    }
    for work in waiting {
        // A panic is told by the answer that never comes.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    }
}
