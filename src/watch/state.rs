//! What is remembered between two looks: one small file. Without it, everything is asked once more and nothing is lost.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{DAY, HOUR, day};
use crate::base::{Series, Version};

/// The file, as JSON. Times are seconds since 1970, days `YYYY-MM-DD` in UTC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    schema: u32,
    /// The day that requests are counted on, and their number.
    day: String,
    requests: u32,
    /// When a source may be asked again.
    next: BTreeMap<String, i64>,
    /// Releases that were seen before they were recorded.
    pub(super) releases: BTreeMap<Version, Seen>,
    /// Days of the calendar that are near, and not recorded.
    pub(super) planned: BTreeMap<Version, String>,
    /// Releases that the calendar says were recalled.
    pub(super) recalled: BTreeSet<Version>,
    /// Releases that slow sources name as out, newer than what is recorded.
    pub(super) named: BTreeMap<Version, Vec<String>>,
    /// The ends of series.
    pub(super) ends: BTreeMap<Series, String>,
    /// Planned releases whose absence was told.
    pub(super) missed: BTreeSet<Version>,
}

/// What is remembered of a release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    /// When it was first seen to be out; none before.
    pub(super) out_since: Option<i64>,
    /// How often bringing it in failed.
    pub(super) failures: u32,
    /// When to try again.
    pub(super) next: i64,
}

/// A file that is not this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no state of a watcher: {0}")]
pub struct StateError(String);

const SCHEMA: u32 = 1;

impl State {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, StateError> {
        let res: Self = serde_json::from_str(text).map_err(|error| StateError(error.to_string()))?;
        if res.schema == SCHEMA { Ok(res) } else { Err(StateError(format!("its schema is {}", res.schema))) }
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let value = Self { schema: SCHEMA, ..self.clone() };
        serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
    }

    /// Requests made on the day of `now` so far.
    pub fn requests(&self, now: i64) -> u32 {
        if self.day == day(now) { self.requests } else { 0 }
    }

    pub(super) fn count(&mut self, now: i64) {
        self.requests = self.requests(now) + 1;
        self.day = day(now);
    }

    pub(super) fn may_ask(&self, source: &str, now: i64) -> bool {
        // a clock that was wrong once does not silence a source for long
        self.next.get(source).is_none_or(|it| *it <= now || *it > now + 8 * DAY)
    }

    pub(super) fn wait(&mut self, source: &str, until: i64) {
        self.next.insert(source.to_owned(), until);
    }

    /// Notes that bringing a release in failed: it is tried again after two hours, then four, up to five days.
    pub fn failed(&mut self, version: Version, now: i64) {
        let seen = self.releases.entry(version).or_default();
        seen.next = now + 2 * HOUR * (1 << seen.failures.min(6));
        seen.failures = seen.failures.saturating_add(1);
    }

    /// Whether it is not too early to try a release again.
    pub fn may_try(&self, version: Version, now: i64) -> bool {
        self.releases.get(&version).is_none_or(|it| it.next <= now || it.next > now + 8 * DAY)
    }

    /// Forgets what the records have caught up with.
    pub(super) fn forget(&mut self, is_recorded: impl Fn(Version) -> bool) {
        self.releases.retain(|version, _| !is_recorded(*version));
        self.named.retain(|version, _| !is_recorded(*version));
        self.planned.retain(|version, _| !is_recorded(*version));
        self.missed.retain(|version| !is_recorded(*version));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_anything_else_is_told() {
        let mut state = State::default();
        state.count(5);
        state.wait("api", 77);
        state.failed("3.14.9".parse().unwrap(), 100);
        let again = State::parse(&state.text()).unwrap();
        assert_eq!((again.requests(6), again.requests(2 * DAY), again.may_ask("api", 76)), (1, 0, false));
        assert_eq!(again.text(), state.text());
        for text in ["", "{}", "[]", "{\"schema\": 1}", &state.text().replace("\"schema\": 1", "\"schema\": 2")] {
            assert!(State::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn failures_wait_longer_each_time_and_never_for_ever() {
        let (mut state, version) = (State::default(), "3.14.9".parse().unwrap());
        let mut last = 0;
        for number in 0..40 {
            state.failed(version, 0);
            let next = state.releases[&version].next;
            assert!(next >= last && next <= 6 * DAY, "{number}: {next}");
            last = next;
        }
        assert!(!state.may_try(version, last - 1) && state.may_try(version, last));
        assert!(state.may_try(version, -30 * DAY), "a clock that was wrong does not stop it");
    }
}
