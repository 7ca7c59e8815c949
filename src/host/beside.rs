//! Two things at once, one of which mostly waits for another program.

use std::{panic::resume_unwind, thread};

/// Does one thing here and another in a thread of its own, and waits for both.
pub fn beside<A, B: Send>(here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let other = scope.spawn(there);
        let one = here();
        (one, other.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}
