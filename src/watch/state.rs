//! What is remembered between two looks: one small file. Without it, everything is asked once more and nothing is lost.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};

use super::{DAY, HOUR, News, day, is_day};
use crate::{
    base::{Series, Sha256, Version},
    release::feed::Doubt,
};

/// The file, as JSON. Times are seconds since 1970, days `YYYY-MM-DD` in UTC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchState {
    schema: u32,
    /// The day that requests are counted on, and their number.
    day: String,
    requests: u32,
    /// When a source may be asked again.
    next: BTreeMap<String, i64>,
    /// Sources that wanted to be left alone when they were last asked.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) throttled: BTreeSet<String>,
    /// Releases that were seen before they were recorded.
    pub(super) releases: BTreeMap<Version, SeenRelease>,
    /// Days of the calendar that are near, and not recorded.
    pub(super) planned: BTreeMap<Version, String>,
    /// The same, as it was written before there were notes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    recalled: BTreeSet<Version>,
    /// What the calendar says against releases that are recorded, or newer.
    #[serde(default)]
    pub(super) doubts: BTreeMap<Version, Doubt>,
    /// Releases that slow sources name as out, newer than what is recorded.
    pub(super) named: BTreeMap<Version, Vec<String>>,
    /// The ends of series.
    pub(super) ends: BTreeMap<Series, String>,
    /// Planned releases whose absence was told, each with the day that it was planned for. A day that is not known is empty.
    #[serde(deserialize_with = "told")]
    pub(super) missed: BTreeMap<Version, String>,
    /// Releases that were taken back before they were recorded, of which that was told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) told_recalls: BTreeSet<Version>,
    /// Releases that were out and that nobody names any more, of which that was told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) told_unnamed: BTreeSet<Version>,
    /// The days on which releases that are not recorded came out, the earliest that a source states.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) days: BTreeMap<Version, String>,
    /// The digest of the settings by which it was asked; none of what is older than this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<String>,
}

/// What is remembered of a release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeenRelease {
    /// When it was first seen to be out; none before.
    pub(super) out_since: Option<i64>,
    /// Whether nobody was told of that yet: a run can end between seeing something and telling it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_untold: bool,
    /// Whether no command was run for it yet: a look by hand, or one for a page, does not stand for that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_uncalled: bool,
    /// How often bringing it in failed.
    pub(super) failures: u32,
    /// When to try again.
    pub(super) next: i64,
    /// The exit code of the last try, where it failed.
    #[serde(default)]
    pub(super) code: Option<u8>,
    /// The look that last found it announced, with its archive and signature there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) announced: Option<Announced>,
}

/// A look at a release that was announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Announced {
    /// When that was.
    pub(super) at: i64,
    /// The digest that its signature was about.
    pub(super) sha256: Sha256,
}

/// What was told: days by release, or releases alone as it was written before days counted.
fn told<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Version, String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum ToldEntry {
        Days(BTreeMap<Version, String>),
        Releases(BTreeSet<Version>),
    }
    Ok(match ToldEntry::deserialize(from)? {
        ToldEntry::Days(days) => days,
        ToldEntry::Releases(all) => all.into_iter().map(|it| (it, String::new())).collect(),
    })
}

/// A file that is not this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not a state of a watcher: {0}")]
pub struct StateError(String);

const SCHEMA: u32 = 1;

impl WatchState {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, StateError> {
        let mut res: Self = serde_json::from_str(text).map_err(|error| StateError(error.to_string()))?;
        for version in std::mem::take(&mut res.recalled) {
            res.doubts.entry(version).or_insert(Doubt { is_recalled: true, note: String::new() });
        }
        if res.schema == SCHEMA { Ok(res) } else { Err(StateError(format!("its schema is {}", res.schema))) }
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let value = Self { schema: SCHEMA, ..self.clone() };
        serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
    }

    /// What is remembered where the settings name these sources: what others said is no answer of theirs.
    #[must_use]
    pub fn of_sources(self, asked: &str) -> Self {
        let is_theirs = self.asked.as_deref().is_none_or(|it| it == asked);
        Self { asked: Some(asked.to_owned()), ..if is_theirs { self } else { Self::default() } }
    }

    /// The releases that were seen to be out before they were recorded.
    pub fn out(&self) -> impl Iterator<Item = Version> {
        self.releases.iter().filter(|(_, it)| it.out_since.is_some()).map(|(version, _)| *version)
    }

    /// Requests made on the day of `now` so far.
    pub fn requests(&self, now: i64) -> u32 {
        if self.day == day(now) { self.requests } else { 0 }
    }

    pub(super) fn count(&mut self, now: i64) {
        self.requests = self.requests(now) + 1;
        self.day = day(now);
    }

    /// What was seen earlier on the day of `now` of a release that was announced then.
    pub(super) fn seen_today(&self, version: Version, now: i64) -> Option<&Announced> {
        let seen = self.releases.get(&version)?.announced.as_ref()?;
        Some(seen).filter(|it| it.at <= now && day(it.at) == day(now))
    }

    pub(super) fn may_ask(&self, source: &str, now: i64) -> bool {
        // a clock that was wrong once does not silence a source for long
        self.next.get(source).is_none_or(|it| *it <= now || *it > now + 8 * DAY)
    }

    pub(super) fn wait(&mut self, source: &str, until: i64) {
        self.next.insert(source.to_owned(), until);
    }

    /// Notes that bringing a release in failed, with the exit code of that: it is tried again after two hours, then four, up to
    /// five days.
    pub fn failed(&mut self, version: Version, now: i64, code: u8) {
        let seen = self.releases.entry(version).or_default();
        seen.next = now + 2 * HOUR * (1 << seen.failures.min(6));
        seen.failures = seen.failures.saturating_add(1);
        seen.code = Some(code);
    }

    /// The exit code with which bringing a release in failed, and when it is tried again; none where it did not fail.
    pub fn failure(&self, version: Version) -> Option<(u8, i64)> {
        let seen = self.releases.get(&version)?;
        // what failed before codes were written down failed somehow
        Some((seen.code.unwrap_or(5), seen.next)).filter(|_| seen.failures > 0)
    }

    /// Whether it is not too early to try a release again.
    pub fn may_try(&self, version: Version, now: i64) -> bool {
        self.releases.get(&version).is_none_or(|it| it.next <= now || it.next > now + 8 * DAY)
    }

    /// Notes that a command was run for these releases.
    pub fn note_called(&mut self, versions: &[Version]) {
        for version in versions {
            if let Some(seen) = self.releases.get_mut(version) {
                seen.is_uncalled = false;
            }
        }
    }

    /// Notes what was told, so that it is not told again.
    pub fn note_told(&mut self, news: &News) {
        for version in &news.out {
            if let Some(seen) = self.releases.get_mut(version) {
                seen.is_untold = false;
            }
        }
        self.missed.extend(news.missed.iter().cloned());
        self.told_recalls.extend(&news.recalled);
        self.told_unnamed.extend(&news.unnamed);
    }

    /// Notes the day on which a release came out, as one source has it.
    pub(super) fn came_out(&mut self, version: Version, date: &str) {
        if is_day(date) && self.days.get(&version).is_none_or(|known| date < known.as_str()) {
            self.days.insert(version, date.to_owned());
        }
    }

    /// Forgets what the records have caught up with, but for what is still to be told.
    pub(super) fn forget(&mut self, now: i64, is_recorded: impl Fn(Version) -> bool) {
        // another branch may not have recorded it yet, and a command that nobody runs any more is not waited for
        let is_new = |seen: &SeenRelease| seen.out_since.is_some_and(|it| (it..it + 30 * DAY).contains(&now));
        self.releases.retain(|version, seen| seen.is_untold || is_new(seen) || !is_recorded(*version));
        self.told_unnamed.retain(|version| !is_recorded(*version));
        self.days.retain(|version, _| !is_recorded(*version));
        self.named.retain(|version, _| !is_recorded(*version));
        self.planned.retain(|version, _| !is_recorded(*version));
        let near = day(now - 60 * DAY);
        self.missed.retain(|version, planned| *planned > near || !is_recorded(*version));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_anything_else_is_told() {
        let mut state = WatchState::default();
        state.count(5);
        state.wait("api", 77);
        let version = "3.14.9".parse().unwrap();
        state.failed(version, 100, 4);
        assert_eq!(state.failure(version), Some((4, 100 + 2 * HOUR)));
        let again = WatchState::parse(&state.text()).unwrap();
        assert_eq!((again.requests(6), again.requests(2 * DAY), again.may_ask("api", 76)), (1, 0, false));
        assert_eq!(again.text(), state.text());
        for text in ["", "{}", "[]", "{\"schema\": 1}", &state.text().replace("\"schema\": 1", "\"schema\": 2")] {
            assert!(WatchState::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_an_older_version_remembers_is_not_lost() {
        let text = WatchState::default().text();
        let text = text
            .replace("\"doubts\": {}", "\"recalled\": [\"3.14.8\"]")
            .replace("\"missed\": {}", "\"missed\": [\"3.14.9\"]");
        let state = WatchState::parse(&text).unwrap();
        let (recalled, missed) = ("3.14.8".parse().unwrap(), "3.14.9".parse().unwrap());
        assert!(state.doubts[&recalled].is_recalled && state.missed[&missed].is_empty(), "{text}");
        assert_eq!(WatchState::parse(&state.text()).unwrap(), WatchState { schema: SCHEMA, ..state });
    }

    #[test]
    fn failures_wait_longer_each_time_and_never_for_ever() {
        let (mut state, version) = (WatchState::default(), "3.14.9".parse().unwrap());
        let mut last = 0;
        for number in 0..40 {
            state.failed(version, 0, 4);
            let next = state.releases[&version].next;
            assert!(next >= last && next <= 6 * DAY, "{number}: {next}");
            last = next;
        }
        assert!(!state.may_try(version, last - 1) && state.may_try(version, last));
        assert!(state.may_try(version, -30 * DAY), "a clock that was wrong does not stop it");
    }
}
