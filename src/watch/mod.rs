//! Watching for releases: which sources to ask now, what their answers come to, and what is remembered until the next time. All of
//! it is values: who asks hands the answers in, and the time.

mod poll;
mod query;
mod state;

pub use poll::{poll, poll_for};
pub use query::{NewRelease, News, Polled, Query, QueryOutcome, Reply, WantedReleases};
pub use state::{StateError, WatchState};

/// Seconds in an hour and in a day.
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Whether it is a day, as `YYYY-MM-DD`.
fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// The day of a moment, in UTC, as `YYYY-MM-DD`.
fn day(now: i64) -> String {
    jiff::Timestamp::from_second(now).map(|it| it.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}
