//! Tests run beside each other, so that what they need of memory together stays under a limit.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use super::worker::Worker;
use crate::command::support::failure::Failure;

/// A test that waits, and how much memory it needs in KiB, as far as anybody knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    /// Its number in the plan.
    pub(super) case: usize,
    pub(super) kb: u64,
}

/// What goes on after a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PoolFlow {
    /// The next test.
    On,
    /// No further test, until somebody has looked.
    Halt,
}

struct Shared {
    waiting: VecDeque<Waiting>,
    /// What runs now needs so much.
    reserved: u64,
    running: usize,
    is_halted: bool,
    failure: Option<Failure>,
}

/// Does `work` for the tests that wait, each on some worker, until none waits, `done` halts the run or it fails. What is left waits
/// on.
pub(super) fn run<T: Send>(
    workers: &mut [Worker],
    waiting: VecDeque<Waiting>,
    total_kb: u64,
    work: &(dyn Fn(&mut Worker, usize) -> Result<T, Failure> + Sync),
    done: &mut (dyn FnMut(usize, T) -> Result<PoolFlow, Failure> + Send),
) -> Result<VecDeque<Waiting>, Failure> {
    let shared = Mutex::new(Shared { waiting, reserved: 0, running: 0, is_halted: false, failure: None });
    let (changed, done) = (Condvar::new(), Mutex::new(done));
    thread::scope(|scope| {
        for worker in workers.iter_mut() {
            let (shared, changed, done) = (&shared, &changed, &done);
            scope.spawn(move || {
                while let Some(next) = next(shared, changed, total_kb) {
                    let outcome = work(worker, next.case).and_then(|it| {
                        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                        done(next.case, it)
                    });
                    let mut shared = lock(shared);
                    shared.running -= 1;
                    shared.reserved -= next.kb;
                    match outcome {
                        Ok(PoolFlow::On) => {}
                        Ok(PoolFlow::Halt) => shared.is_halted = true,
                        Err(failure) => {
                            shared.is_halted = true;
                            shared.failure.get_or_insert(failure);
                        }
                    }
                    drop(shared);
                    changed.notify_all();
                }
            });
        }
    });
    let shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    shared.failure.map_or(Ok(shared.waiting), Err)
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The first test for which there is memory; one that needs more than there is runs by itself.
fn next(shared: &Mutex<Shared>, changed: &Condvar, total_kb: u64) -> Option<Waiting> {
    let mut shared = lock(shared);
    loop {
        if shared.is_halted || shared.waiting.is_empty() {
            return None;
        }
        let (reserved, is_idle) = (shared.reserved, shared.running == 0);
        let fits = |it: &Waiting| is_idle || reserved.saturating_add(it.kb) <= total_kb;
        if let Some(at) = shared.waiting.iter().position(fits) {
            let res = shared.waiting.remove(at)?;
            shared.running += 1;
            shared.reserved += res.kb;
            return Some(res);
        }
        shared = changed.wait(shared).unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_for_which_there_is_no_memory_waits_for_those_that_run() {
        let waiting = [(0, 90), (1, 50), (2, 10)].map(|(case, kb)| Waiting { case, kb });
        let shared =
            Mutex::new(Shared { waiting: waiting.into(), reserved: 0, running: 0, is_halted: false, failure: None });
        let take = || next(&shared, &Condvar::new(), 100).map(|it| it.case);
        assert_eq!((take(), take()), (Some(0), Some(2)));
        lock(&shared).running = 0;
        assert_eq!(take(), Some(1), "one runs whatever it needs");
        assert_eq!(take(), None);
    }
}
