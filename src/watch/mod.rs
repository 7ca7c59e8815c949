//! Watching for releases: which sources to ask now, what their answers come to, and what is remembered until the next time. All of
//! it is values: who asks hands the answers in, and the time.

mod day;
mod poll;
mod query;
mod state;

use day::{DAY, HOUR, day, is_day};
pub use poll::{poll, poll_for};
pub use query::{NewRelease, News, Polled, Query, QueryOutcome, Reply, WantedReleases};
pub use state::{StateError, WatchState};
