//! The clock.

/// Today in UTC as `YYYY-MM-DD`.
pub fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

/// Now, in seconds since 1970.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// A moment that comes.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(std::time::Instant);

impl Deadline {
    /// In so long from now.
    pub fn after(time: std::time::Duration) -> Self {
        Self(std::time::Instant::now() + time)
    }

    /// Whether it has come.
    pub fn is_over(&self) -> bool {
        std::time::Instant::now() >= self.0
    }
}

/// A number that differs from run to run, to spread retries over time.
pub fn random_seed() -> u64 {
    u64::from(jiff::Timestamp::now().subsec_nanosecond().unsigned_abs()) ^ u64::from(std::process::id())
}
