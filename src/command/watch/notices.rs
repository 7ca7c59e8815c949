//! What a person has to know of a look, a line each: the same thing has the same line for as long as it is true, so that
//! whoever keeps the lines, as titles of issues, sees what was told before.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::bring::Brought;
use crate::{
    base::{Series, Version},
    command::support::failure::{Exit, Failure},
    host,
    release::ReleaseVerdict,
    watch::{NewRelease, Polled},
};

/// What was told before.
pub(super) struct ToldNotices(BTreeSet<String>);

/// More than any list of titles has.
const LIMIT: u64 = 16 << 20;

impl ToldNotices {
    /// Reads it. Where there is no file, nothing counts as told.
    pub(super) fn read(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self(BTreeSet::new())) };
        match host::read_plain(path, LIMIT) {
            Ok(bytes) => Ok(Self(String::from_utf8_lossy(&bytes).lines().map(|it| it.trim().to_owned()).collect())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self(BTreeSet::new())),
            Err(error) => Err(Failure::io("read", path, &error)),
        }
    }

    /// Takes out of a look what is told once and was.
    pub(super) fn leave_out(&self, look: &mut Polled) {
        look.found.retain(|it| !(it.is_new_series && self.0.contains(&new_series(it))));
        for it in look.found.iter_mut().filter(|it| it.verdict == ReleaseVerdict::EndOfLife) {
            it.is_new &= !self.0.contains(&after_end(it.version));
        }
        look.missed.retain(|it| !self.0.contains(&missed(it)));
        look.recalled.retain(|it| !self.0.contains(&recalled(*it)));
        look.replaced_recalls.retain(|it| !self.0.contains(&recalled(it.0)));
        look.unnamed.retain(|it| !self.0.contains(&unnamed(*it)));
    }

    /// Those that were not told.
    pub(super) fn news(&self, notices: Vec<String>) -> Vec<String> {
        notices.into_iter().filter(|it| !self.0.contains(it)).collect()
    }
}

fn new_series(found: &NewRelease) -> String {
    format!("CPython {} is a new series, of which nothing is recorded", found.version.series)
}

fn after_end(version: Version) -> String {
    format!("CPython {version} is out, and is not brought in: its series has ended")
}

fn recalled(version: Version) -> String {
    format!("CPython {version} was recalled before it was recorded")
}

fn unnamed(version: Version) -> String {
    format!("CPython {version} was out, and nobody names it any more")
}

fn missed((version, date): &(Version, String)) -> String {
    format!("CPython {version} was planned for {date}, and nothing of it is there")
}

/// All of a look. What may be gone the next time is none.
pub(super) fn all(
    look: &Polled,
    brought: &[Brought],
    damages: &BTreeMap<Series, Failure>,
    is_outdated: bool,
) -> Vec<String> {
    let found = look.found.iter().filter_map(|it| match it.verdict {
        _ if it.is_new_series => Some(new_series(it)),
        ReleaseVerdict::Contradicted => Some(format!("CPython {} is announced, and its sources disagree", it.version)),
        ReleaseVerdict::Questioned => {
            Some(format!("CPython {} is out, and has a note that a person should read", it.version))
        }
        ReleaseVerdict::EndOfLife => Some(after_end(it.version)),
        _ => None,
    });
    let withheld = |it: &Version| format!("CPython {it} is named as out, and the mirror lacks a part of it");
    let told_alike = look.recalled.iter().copied().map(recalled).chain(look.withheld.iter().map(withheld));
    let told_alike = told_alike.chain(look.unnamed.iter().copied().map(unnamed));
    let lasting = damages.iter().filter(|(_, it)| it.exit != Exit::Io);
    let damaged = lasting.map(|(series, _)| format!("CPython {series} has a record that cannot be read"));
    // what waits for a record to be restored is told with that
    let failed = brought.iter().filter(|_| damages.is_empty()).filter_map(|it| {
        let exit = it.exit()?;
        let why = match exit {
            Exit::Trust => "it cannot be believed",
            Exit::Person => "a person has to decide",
            Exit::No => "a gate says no",
            Exit::Usage => "something is missing or misconfigured",
            Exit::Done | Exit::Io | Exit::Changed => return None,
        };
        Some(format!("CPython {} is not brought in: {why}", it.version))
    });
    let doubted = look.doubted.iter().map(|(version, it)| {
        let what = if it.is_recalled { "was recalled" } else { "has a note that a person should read" };
        format!("CPython {version}, which is recorded, {what}")
    });
    let outdated = is_outdated.then(|| "CPython releases may change files that the workflow does not allow".to_owned());
    let late = look.missed.iter().map(missed);
    found.chain(told_alike).chain(doubted).chain(late).chain(damaged).chain(failed).chain(outdated).collect()
}

#[cfg(test)]
mod tests {
    /// The workflow refuses whatever has not the form of a notice.
    #[test]
    fn the_workflow_knows_every_notice() {
        let text = include_str!("../../../docs-templates/schedulers/watch.yml");
        let part = |name: &str| -> String {
            let lines = text.lines().map(str::trim);
            let lines = lines.filter_map(|it| it.strip_prefix(name)?.trim_start_matches('+').strip_prefix('='));
            lines.map(|it| &it[1..it.len() - 1]).collect()
        };
        let (series, why) = (r"3\.[0-9]{1,3}", part("why"));
        let version = format!(r"{series}\.[0-9]{{1,3}}((a|b|rc)[0-9]{{1,3}})?");
        let form = part("form").replace("$series", series).replace("$version", &version).replace("$why", &why);
        let form = regex::Regex::new(&form).unwrap();
        let own: Vec<&str> = include_str!("notices.rs").split("mod tests").next().unwrap().split('"').collect();
        let mut known = 0;
        for text in own.iter().filter(|it| it.starts_with("CPython ")) {
            let text = text.replace("{version}", "3.14.0rc1").replace("{date}", "2026-10-06");
            let is_of_series = text.contains("new series") || text.contains("{series}");
            let text = text.replacen("{}", if is_of_series { "3.15" } else { "3.14.9" }, 1);
            let text = text.replace("{series}", "3.15").replace("{it}", "3.14.9");
            for (place, values) in [
                (
                    "{why}",
                    &[
                        "it cannot be believed",
                        "a person has to decide",
                        "a gate says no",
                        "something is missing or misconfigured",
                    ][..],
                ),
                ("{what}", &["was recalled", "has a note that a person should read"]),
            ] {
                for value in values.iter().filter(|it| own.contains(it)) {
                    let text = text.replace(place, value);
                    assert!(text.contains('{') || form.is_match(&text), "{text}");
                    known += usize::from(form.is_match(&text));
                }
            }
        }
        assert!(known >= 17, "{known} of {form}");
    }
}
