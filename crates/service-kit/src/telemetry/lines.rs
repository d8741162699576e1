//! Lines are collected and written by a thread of their own: a request never waits for the terminal.

use std::{
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// Ordinary lines wait this long for others, so that a busy service writes many at once.
const GATHER: Duration = Duration::from_millis(10);
/// When nobody reads, lines beyond so many bytes are dropped and counted.
const MOST: usize = 4 << 20;

/// Where lines go in.
#[derive(Clone)]
pub(super) struct Lines(Arc<Shared>);

/// Writes what is left when it is dropped.
pub(super) struct Writing {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<u8>,
    dropped: u64,
    /// The thread waits for the first line.
    idle: bool,
    /// Warnings and errors are written at once.
    urgent: bool,
    closed: bool,
}

/// Lines to `out`, and their thread.
pub(super) fn to(out: impl Write + Send + 'static) -> io::Result<(Lines, Writing)> {
    let shared = Arc::<Shared>::default();
    let of_thread = shared.clone();
    let thread = thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || of_thread.write_to(out))?;
    let writing = Writing {
        shared: shared.clone(),
        thread: Some(thread),
    };
    Ok((Lines(shared), writing))
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, mut out: impl Write) {
        let mut lines = Vec::new();
        while let Some(dropped) = self.next(&mut lines) {
            if dropped > 0 {
                lines.extend_from_slice(format!("{{\"dropped_lines\":{dropped}}}\n").as_bytes());
            }
            // Where should a failure to log be logged?
            let _ = out.write_all(&lines).and_then(|()| out.flush());
            lines.clear();
        }
    }

    /// Takes what waits into `lines`, and says how many lines were dropped; nothing at the end.
    fn next(&self, lines: &mut Vec<u8>) -> Option<u64> {
        let mut state = self.state();
        while state.waiting.is_empty() {
            if state.closed {
                return None;
            }
            state.idle = true;
            state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.idle = false;
        let calm = |state: &mut State| !state.urgent && !state.closed;
        let (mut state, _) = self
            .news
            .wait_timeout_while(state, GATHER, calm)
            .unwrap_or_else(PoisonError::into_inner);
        state.urgent = false;
        std::mem::swap(lines, &mut state.waiting);
        Some(std::mem::take(&mut state.dropped))
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.shared.news.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // its panic is its own
        }
    }
}

/// One line on its way.
pub(super) struct Line<'a> {
    shared: &'a Shared,
    urgent: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.shared.state();
        if state.waiting.len() + bytes.len() > MOST {
            state.dropped += 1;
            return Ok(bytes.len());
        }
        state.waiting.extend_from_slice(bytes);
        let wake = state.idle || (self.urgent && !state.urgent);
        state.urgent |= self.urgent;
        state.idle = false;
        drop(state);
        if wake {
            self.shared.news.notify_all();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line {
            shared: &self.0,
            urgent: true,
        }
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> Line<'a> {
        Line {
            shared: &self.0,
            urgent: *metadata.level() <= Level::WARN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_is_written_in_order_before_the_end() {
        let paper = Paper::default();
        let (lines, writing) = to(paper.clone()).unwrap();
        let mut expected = String::new();
        for number in 0..2_000 {
            let line = format!("{number}\n");
            lines.make_writer().write_all(line.as_bytes()).unwrap();
            expected += &line;
        }
        drop(writing);
        assert_eq!(
            String::from_utf8(paper.0.lock().unwrap().clone()).unwrap(),
            expected
        );
    }
}
