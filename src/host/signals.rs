//! Being told to stop.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

/// Whether this process was told to stop.
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens to the interrupt and the termination signal. A second one ends the process at once.
    pub fn on_signals() -> io::Result<Self> {
        let told = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, 130, Arc::clone(&told))?;
            flag::register(signal, Arc::clone(&told))?;
        }
        Ok(Self(told))
    }

    /// Waits for `time`, or until it is told to stop. Returns whether it was.
    pub fn within(&self, time: Duration) -> bool {
        let start = Instant::now();
        while start.elapsed() < time && !self.0.load(Ordering::Relaxed) {
            std::thread::park_timeout(Duration::from_millis(100).min(time));
        }
        self.0.load(Ordering::Relaxed)
    }
}
