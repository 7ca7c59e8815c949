//! What a watcher has to tell and could be kept from: by another series, by a source that says what it never says, by a note, or
//! by a look that somebody else made.

use std::collections::BTreeMap;

use molt_sync::{
    base::Version,
    release::{Artifact, ReleaseVerdict},
    watch::{Polled, Query, QueryOutcome, Reply, WantedReleases, WatchState, poll},
};

use crate::watch_replay::{DAY, HOUR, bundle, calendar, row, seconds, version, wanted};

/// What everybody says, the same in each look.
#[derive(Default)]
struct SaidByAll {
    mirror: Vec<Version>,
    api: Vec<Version>,
    calendar: Vec<String>,
    /// The last day of 3.13.
    end: Option<&'static str>,
    /// Answers that are other than that.
    other: BTreeMap<Query, Reply>,
}

impl SaidByAll {
    /// A mirror that has these releases, which the API names.
    fn out(names: &[&str]) -> Self {
        let all: Vec<Version> = names.iter().map(|it| version(it)).collect();
        Self { mirror: all.clone(), api: all, ..Self::default() }
    }

    fn answer(&self, ask: Query) -> Reply {
        let text = |it: String| Reply::Found(it.into_bytes());
        if let Some(reply) = self.other.get(&ask) {
            return reply.clone();
        }
        match ask {
            Query::Top => {
                let rows = self.mirror.iter().map(|it| format!("<a href=\"{it}/\">{it}/</a>\n"));
                text(format!("<h1>Index of /</h1><pre>{}", rows.collect::<String>()))
            }
            Query::Folder(it) => text(format!("<pre><a href=\"Python-{it}.tgz\">x</a>")),
            // signed on no day that is known
            Query::Bundle(it) if self.mirror.contains(&it.version) => {
                text(bundle().replace("\"integratedTime\": \"1\"", "\"integratedTime\": \"0\""))
            }
            Query::Archive(it) if self.mirror.contains(&it.version) => text(String::new()),
            Query::Releases => {
                let rows = self.api.iter().map(|it| format!("{{\"name\": \"Python {it}\", \"is_published\": true}}"));
                text(format!("[{}]", rows.collect::<Vec<_>>().join(",")))
            }
            Query::Calendar => calendar(&self.calendar),
            Query::Cycle => {
                let end = self.end.unwrap_or("2029-10");
                text(format!("{{\"3.13\": {{\"status\": \"bugfix\", \"end_of_life\": \"{end}\"}}}}"))
            }
            Query::EndOfLife => text("{\"versions\": {\"3.12.0\": {}}}".into()),
            Query::Tags(_) => text("[{\"ref\": \"refs/tags/v3.12.0\"}]".into()),
            Query::Bundle(_) | Query::Archive(_) => Reply::Absent,
        }
    }

    /// One look, of which all is told.
    fn look(&self, state: &mut WatchState, wanted: &WantedReleases, now: i64) -> Polled {
        *state = WatchState::parse(&state.text()).unwrap();
        let look = poll(state, wanted, now, &mut |ask| self.answer(ask));
        state.note_told(&look.news());
        look
    }
}

fn patches(series: &str, from: u16, to: u16) -> Vec<String> {
    (from..=to).map(|it| format!("{series}.{it}")).collect()
}

/// The releases that a series lags by are not looked at one by one: the newest takes their place.
#[test]
fn a_series_that_lags_uses_up_nothing_of_the_others() {
    let names = [patches("3.12", 0, 14), patches("3.13", 5, 13), patches("3.14", 10, 11)].concat();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let said = SaidByAll { calendar: vec![row("3.14.12", "expected", "2026-03-01", "")], ..SaidByAll::out(&names) };
    let wanted = wanted(&["3.12.0", "3.13.5", "3.14.10"], false);
    let (mut state, mut missed) = (WatchState::default(), Vec::new());
    for number in 0..40 {
        let now = seconds("2026-03-10") + number * 6 * HOUR;
        let look = said.look(&mut state, &wanted, now);
        assert_eq!(look.waiting().collect::<Vec<_>>(), ["3.12.14", "3.13.13", "3.14.11"].map(version), "{number}");
        assert!(!look.is_blind && state.requests(now) < 39, "{number}: {} {:?}", state.requests(now), look.silent);
        missed.extend(look.missed.iter().map(|it| it.0));
    }
    assert_eq!(missed, [version("3.14.12")]);
    // where nobody has said so of the newest ones, the ones before them count
    let known = |it: &Version| it.series.minor == 12 && it.patch < 13;
    let api = said.api.iter().filter(|it| known(it)).copied().collect();
    let said = SaidByAll { api, ..said };
    let look = said.look(&mut WatchState::default(), &wanted, seconds("2026-03-10"));
    assert_eq!(look.waiting().collect::<Vec<_>>(), [version("3.12.12")], "{look:?}");
    let of = |it: &str| look.found.iter().find(|found| found.version == version(it)).map(|it| it.verdict);
    assert_eq!((of("3.12.14"), of("3.12.13")), (Some(ReleaseVerdict::Staged), Some(ReleaseVerdict::Staged)));
}

/// A mirror that lists folders without end is told of, and what comes next is found among them.
#[test]
fn folders_that_hold_nothing_hide_nothing() {
    let listed = [patches("3.13", 6, 6), patches("3.13", 100, 140)].concat();
    let mut said = SaidByAll::out(&["3.13.6"]);
    said.mirror = listed.iter().map(|it| version(it)).collect();
    for it in &said.mirror[1..] {
        said.other.insert(Query::Folder(*it), Reply::Found(b"<pre></pre>".to_vec()));
    }
    let look = said.look(&mut WatchState::default(), &wanted(&["3.13.5"], false), seconds("2026-03-10"));
    assert_eq!(look.waiting().collect::<Vec<_>>(), [version("3.13.6")]);
    assert!(look.is_blind && look.requests < 39, "{look:?}");
}

/// The same where nothing is listed: the newest that somebody names takes the place of the others.
#[test]
fn a_series_that_lags_uses_up_nothing_where_nothing_is_listed() {
    let names = [patches("3.12", 1, 12), patches("3.13", 6, 17), patches("3.14", 11, 11)].concat();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut said = SaidByAll::out(&names);
    said.other.insert(Query::Top, Reply::Absent);
    let (mut state, wanted) = (WatchState::default(), wanted(&["3.12.0", "3.13.5", "3.14.10"], false));
    for number in 0..8 {
        let now = seconds("2026-03-10") + number * 6 * HOUR;
        let look = said.look(&mut state, &wanted, now);
        assert_eq!(look.waiting().collect::<Vec<_>>(), ["3.12.12", "3.13.17", "3.14.11"].map(version), "{number}");
        assert!(!look.is_blind && state.requests(now) < 39, "{number}: {} {:?}", state.requests(now), look.silent);
    }
}

/// A folder of a release whose place a newer one takes need not be read.
#[test]
fn a_folder_that_nobody_needs_hides_nothing() {
    let mut said = SaidByAll::out(&["3.13.6", "3.13.7"]);
    for reply in [Reply::Unreachable("it says 403".into()), Reply::Late] {
        said.other.insert(Query::Folder(version("3.13.6")), reply);
        let look = said.look(&mut WatchState::default(), &wanted(&["3.13.5"], false), seconds("2026-03-10"));
        assert_eq!((look.outcome(), look.is_blind), (QueryOutcome::New, false), "{look:?}");
    }
}

/// What cannot be seen of one series hides nothing of another.
#[test]
fn a_folder_that_is_forbidden_hides_nothing_of_another_series() {
    let mut said = SaidByAll::out(&["3.13.5", "3.13.6", "3.14.10"]);
    said.api.push(version("3.12.1"));
    said.calendar = vec![row("3.14.11", "expected", "2026-03-01", ""), row("3.13.7", "expected", "2026-03-01", "")];
    said.other.insert(Query::Folder(version("3.13.6")), Reply::Unreachable("it says 403".into()));
    let wanted = wanted(&["3.12.0", "3.13.5", "3.14.10"], false);
    let look = said.look(&mut WatchState::default(), &wanted, seconds("2026-03-10"));
    assert!(look.is_blind, "{look:?}");
    assert_eq!(look.missed.iter().map(|it| it.0).collect::<Vec<_>>(), [version("3.14.11")]);
    assert_eq!((&look.withheld, look.outcome()), (&vec![version("3.12.1")], QueryOutcome::Person));
}

/// Nor does a mirror that is behind in one series.
#[test]
fn a_mirror_that_is_behind_in_one_series_hides_nothing_of_another_series() {
    let mut said = SaidByAll::out(&["3.13.4", "3.14.10"]);
    said.api.push(version("3.12.1"));
    said.mirror.push(version("3.12.0"));
    said.calendar = vec![row("3.14.11", "expected", "2026-03-01", ""), row("3.13.6", "expected", "2026-03-01", "")];
    let wanted = wanted(&["3.12.0", "3.13.5", "3.14.10"], false);
    let look = said.look(&mut WatchState::default(), &wanted, seconds("2026-03-10"));
    assert_eq!(look.missed.iter().map(|it| it.0).collect::<Vec<_>>(), [version("3.14.11")], "{look:?}");
    assert!(look.is_blind && look.withheld == [version("3.12.1")], "{look:?}");
}

/// A source that names newer series without end uses up nothing.
#[test]
fn newer_series_are_looked_for_one_after_the_other() {
    let mut said = SaidByAll::out(&["3.14.10", "3.14.11"]);
    said.api.extend((15..60).map(|minor| version(&format!("3.{minor}.0"))));
    let (mut state, wanted) = (WatchState::default(), wanted(&["3.14.10"], false));
    for number in 0..4 {
        let now = seconds("2026-03-10") + number * 6 * HOUR;
        let look = said.look(&mut state, &wanted, now);
        assert!(!look.is_blind && state.requests(now) < 39, "{number}: {look:?}");
        assert_eq!(look.waiting().collect::<Vec<_>>(), [version("3.14.11")]);
    }
}

/// The looks, each with its rows of the calendar, and what is told of recalls and of releases that do not come.
fn told(said: &mut SaidByAll, recorded: &str, weeks: &[&[String]]) -> Vec<String> {
    let (mut state, wanted) = (WatchState::default(), wanted(&[recorded], false));
    let mut res = Vec::new();
    for (number, rows) in weeks.iter().enumerate() {
        said.calendar = rows.to_vec();
        let look = said.look(&mut state, &wanted, seconds("2026-03-10") + i64::try_from(number).unwrap() * 7 * DAY);
        res.extend(look.recalled.iter().map(|it| format!("{number} recalled {it}")));
        res.extend(look.missed.iter().map(|it| format!("{number} missed {}", it.0)));
    }
    res
}

#[test]
fn each_recall_of_what_waits_is_told() {
    let actual = |name: &str, note: &str| row(name, "actual", "2026-02-01", note);
    let out = [actual("3.13.7", ""), actual("3.13.8", "")];
    let second = [actual("3.13.7", ""), actual("3.13.8", "recalled")];
    let both = [actual("3.13.7", "recalled"), actual("3.13.8", "recalled")];
    let mut said = SaidByAll::out(&["3.13.6", "3.13.7", "3.13.8"]);
    assert_eq!(
        told(&mut said, "3.13.6", &[&out, &second, &second, &both, &both]),
        ["1 recalled 3.13.8", "3 recalled 3.13.7"]
    );
    // put back, and taken back again
    let weeks: [&[String]; 6] = [&second, &second, &out, &out, &second, &second];
    assert_eq!(told(&mut said, "3.13.6", &weeks), ["0 recalled 3.13.8", "4 recalled 3.13.8"]);
    // one that came out after the end of the series takes the place of none
    let end = [row("3.13.7", "actual", "2026-02-01", "recalled"), row("3.13.8", "actual", "2026-03-01", "")];
    let mut said = SaidByAll { end: Some("2026-02-15"), ..SaidByAll::out(&["3.13.6", "3.13.7", "3.13.8"]) };
    assert_eq!(told(&mut said, "3.13.6", &[&end, &end]), ["0 recalled 3.13.7"]);
}

#[test]
fn a_recall_in_a_row_of_another_form_is_one() {
    for stage in ["3.13.7 security", "v3.13.7", "3.13.7 final release", "3.13.7 (final)", "Python 3.13.7", "3.13.7*"] {
        let rows = [row(stage, "actual", "2026-02-01", "recalled due to a bug")];
        let mut said = SaidByAll::out(&["3.13.6", "3.13.7"]);
        assert_eq!(told(&mut said, "3.13.6", &[&rows]), ["0 recalled 3.13.7"], "{stage}");
    }
    // and one of a candidate is none of the release, nor does such a row say that anything is out
    for (stage, recalled) in [("3.13.7 rc 1", ""), ("3.13.7 candidate 1 (extra)", ""), ("v3.13.7", "3.13.7")] {
        for note in ["recalled", ""] {
            let said =
                SaidByAll { calendar: vec![row(stage, "actual", "2026-02-01", note)], ..SaidByAll::out(&["3.13.6"]) };
            let look = said.look(&mut WatchState::default(), &wanted(&["3.13.6"], false), seconds("2026-03-10"));
            let told: Vec<String> = look.recalled.iter().map(ToString::to_string).collect();
            assert_eq!(told.concat(), if note.is_empty() { "" } else { recalled }, "{stage}: {look:?}");
            assert!(
                look.withheld.is_empty() && look.found.iter().all(|it| it.verdict == ReleaseVerdict::Recalled),
                "{stage} {note}: {look:?}"
            );
        }
    }
}

#[test]
fn what_is_put_off_without_a_day_or_has_a_note_is_missed_all_the_same() {
    let planned = |day: &str, note: &str| [row("3.13.7", "expected", day, note)];
    let mut said = SaidByAll::out(&["3.13.6"]);
    for note in ["if needed", "to be confirmed"] {
        let rows = planned("2026-03-12", note);
        assert_eq!(told(&mut said, "3.13.6", &[&rows, &rows, &rows]), ["1 missed 3.13.7"], "{note}");
    }
    let (first, later) = (planned("2026-03-12", ""), planned("TBD", ""));
    assert_eq!(told(&mut said, "3.13.6", &[&first, &later, &later]), ["1 missed 3.13.7"]);
    // and one that is there is not
    let mut said = SaidByAll::out(&["3.13.6", "3.13.7"]);
    assert_eq!(told(&mut said, "3.13.6", &[&first, &later, &later]), [""; 0]);
}

/// A source of which nothing can be read was not heard.
#[test]
fn a_source_that_says_what_it_never_says_is_silent() {
    let text = |it: &str| Reply::Found(it.as_bytes().to_vec());
    let mut said = SaidByAll::out(&["3.13.6", "3.13.7"]);
    let series = version("3.13.6").series;
    for (what, reply) in [
        (Query::Releases, text("[{\"name\": \"CPython v3.13.7\"}, {\"name\": \"CPython v3.13.6\"}]")),
        (Query::Calendar, calendar(&[row("release seven", "actual", "2026-02-01", "recalled")])),
        (Query::EndOfLife, text("{\"versions\": {\"v-3.13.7\": {}}}")),
        (Query::Tags(series), text("[{\"ref\": \"refs/tags/release-3.13.7\"}]")),
    ] {
        said.other.insert(what, reply);
    }
    let look = said.look(&mut WatchState::default(), &wanted(&["3.13.6"], false), seconds("2026-03-10"));
    assert_eq!(look.outcome(), QueryOutcome::Blind, "{look:?}");
    for name in ["api", "calendar", "endoflife", "tag"] {
        assert!(look.silent.iter().any(|it| it.0 == name && it.1.contains("can be read")), "{name}: {look:?}");
    }
}

/// A source that wants to be left alone again and again was never heard.
#[test]
fn who_is_only_ever_throttled_is_not_heard() {
    let mut said = SaidByAll::out(&["3.13.6"]);
    let series = version("3.13.6").series;
    for what in [Query::Releases, Query::Calendar, Query::EndOfLife, Query::Tags(series)] {
        said.other.insert(what, Reply::Throttled(172_800));
    }
    let (mut state, wanted) = (WatchState::default(), wanted(&["3.13.6"], false));
    for number in 0..16 {
        let look = said.look(&mut state, &wanted, seconds("2026-03-10") + number * 6 * HOUR);
        assert_eq!(look.outcome(), QueryOutcome::Blind, "{number}: {look:?}");
    }
    // one that was heard meanwhile may have said all that there is
    said.other.remove(&Query::Calendar);
    let look = said.look(&mut state, &wanted, seconds("2026-03-20"));
    assert_eq!(look.outcome(), QueryOutcome::Nothing, "{look:?}");
}

/// A look by hand does not stand for the command that a service runs.
#[test]
fn a_command_is_run_for_what_somebody_else_has_seen() {
    let said = SaidByAll::out(&["3.13.6", "3.13.7"]);
    let (mut state, wanted) = (WatchState::default(), wanted(&["3.13.6"], false));
    let uncalled =
        |look: &Polled| look.found.iter().filter(|it| it.is_uncalled).map(|it| it.version).collect::<Vec<_>>();
    let first = said.look(&mut state, &wanted, seconds("2026-03-10"));
    let second = said.look(&mut state, &wanted, seconds("2026-03-11"));
    assert_eq!((first.news().out.len(), second.news().out.len()), (1, 0));
    assert_eq!(uncalled(&second), [version("3.13.7")]);
    // also where it was recorded before the command was run
    let recorded =
        WantedReleases { recorded: [(version("3.13.7").series, version("3.13.7"))].into(), ..wanted.clone() };
    let calls = |state: &WatchState, day| said.look(&mut state.clone(), &recorded, seconds(day)).late_calls;
    assert_eq!((calls(&state, "2026-03-12"), calls(&state, "2026-05-01")), (vec![version("3.13.7")], vec![]));
    state.note_called(&uncalled(&second));
    assert_eq!(calls(&state, "2026-03-12"), []);
    assert_eq!(uncalled(&said.look(&mut state, &wanted, seconds("2026-03-12"))), []);
}

#[test]
fn a_day_that_is_gone_with_a_word_is_missed_and_what_is_there_is_not() {
    let mut said = SaidByAll::out(&["3.13.6"]);
    let first = [row("3.13.7", "expected", "2026-03-12", "")];
    for (state, day, note) in [
        ("expected", "TBD", "waiting for OpenSSL"),
        ("expected", "", "postponed"),
        ("postponed", "", ""),
        ("expected", "2026-11", "if needed"),
    ] {
        let later = [row("3.13.7", state, day, note)];
        assert_eq!(told(&mut said, "3.13.6", &[&first, &later, &later]), ["1 missed 3.13.7"], "{state} {day} {note}");
    }
    // it is on the mirror, and a person has to read what is said of it
    let mut said = SaidByAll::out(&["3.13.6", "3.13.7"]);
    let odd = [row("3.13.7", "expected", "2026-03-12", "sources only this time")];
    assert_eq!(told(&mut said, "3.13.6", &[&first, &odd, &odd, &odd]), [""; 0]);
}

/// A recalled release waits for as long as what is to take its place is not brought in.
#[test]
fn a_recall_is_known_beside_the_release_that_replaces_it() {
    let mut said = SaidByAll::out(&["3.13.6", "3.13.7", "3.13.8"]);
    said.calendar = vec![row("3.13.7", "actual", "2026-02-01", "recalled")];
    let (mut state, wanted) = (WatchState::default(), wanted(&["3.13.6"], false));
    for day in ["2026-03-10", "2026-03-11"] {
        let look = said.look(&mut state, &wanted, seconds(day));
        assert_eq!(look.replaced_recalls, [(version("3.13.7"), version("3.13.8"))], "{look:?}");
        assert!(look.recalled.is_empty(), "{look:?}");
    }
}

/// That there is a new series is told once, whatever is said of its releases.
#[test]
fn a_new_series_with_an_odd_note_is_told() {
    for (calendar, found) in [
        (vec![row("3.15.0", "actual", "2026-02-01", "sources only this time")], "3.15.0"),
        (vec![row("3.15.0", "actual", "2026-02-01", ""), row("3.15.1", "actual", "2026-02-08", "recalled")], "3.15.0"),
    ] {
        let said = SaidByAll { calendar, ..SaidByAll::out(&["3.14.10", "3.15.0", "3.15.1"]) };
        let (mut state, wanted) = (WatchState::default(), wanted(&["3.14.10"], false));
        let mut seen = Vec::new();
        for day in ["2026-03-10", "2026-03-11", "2026-03-12"] {
            let look = said.look(&mut state, &wanted, seconds(day));
            let new = look.found.iter().filter(|it| it.is_new_series).map(|it| it.version.to_string());
            seen.push((look.outcome(), new.collect::<Vec<_>>()));
        }
        let nothing = || (QueryOutcome::Nothing, Vec::new());
        assert_eq!(seen[1..], [nothing(), nothing()], "{found}");
        assert!(seen[0].0 == QueryOutcome::Person && seen[0].1.len() == 1, "{found}: {seen:?}");
    }
}

/// A source that names releases of every series without end uses up nothing.
#[test]
fn releases_that_are_not_there_use_up_nothing() {
    let mut said = SaidByAll::out(&["3.12.5", "3.13.5", "3.14.10"]);
    for series in ["3.12", "3.13", "3.14"] {
        said.api.extend(patches(series, 101, 130).iter().map(|it| version(it)));
    }
    said.calendar = vec![row("3.14.12", "expected", "2026-03-01", "")];
    let (mut state, wanted) = (WatchState::default(), wanted(&["3.12.5", "3.13.5", "3.14.10"], false));
    let look = said.look(&mut state, &wanted, seconds("2026-03-10"));
    assert!(!look.is_blind && look.requests < 30, "{look:?}");
    assert_eq!(look.missed.iter().map(|it| it.0).collect::<Vec<_>>(), [version("3.14.12")]);
}

/// Who looks for one series takes nothing of the others away.
#[test]
fn a_look_for_one_series_forgets_nothing_of_the_others() {
    let mut said = SaidByAll::out(&["3.13.5", "3.14.10", "3.14.12"]);
    said.api.clear();
    said.calendar = vec![row("3.14.11", "expected", "2026-03-01", ""), row("3.14.12", "actual", "2026-03-02", "")];
    let all = wanted(&["3.13.5", "3.14.10"], false);
    let one = |asked: &str| {
        let is_asked = |it: &Version| it.series == version(asked).series;
        let (recorded, beside) = all.recorded.values().map(|it| (it.series, *it)).partition(|it| is_asked(&it.1));
        WantedReleases { recorded, beside, new_series: false, ..all.clone() }
    };
    let mut state = WatchState::default();
    let first = said.look(&mut state, &one("3.13.0"), seconds("2026-03-10") + HOUR);
    assert_eq!((first.outcome(), first.found.len()), (QueryOutcome::Nothing, 0), "{first:?}");
    // the calendar is not asked again
    let second = said.look(&mut state, &one("3.14.0"), seconds("2026-03-10") + 2 * HOUR);
    assert_eq!(second.waiting().collect::<Vec<_>>(), [version("3.14.12")], "{second:?}");
}

/// A release that was out and that is taken back without a word in the calendar is told, once.
#[test]
fn what_nobody_names_any_more_is_told_once() {
    for is_there in [true, false] {
        let mut said = SaidByAll::out(&["3.13.6", "3.13.7"]);
        let (mut state, wanted) = (WatchState::default(), wanted(&["3.13.6"], false));
        assert_eq!(said.look(&mut state, &wanted, seconds("2026-03-10")).outcome(), QueryOutcome::New);
        said.api.retain(|it| *it != version("3.13.7"));
        if !is_there {
            said.mirror.retain(|it| *it != version("3.13.7"));
        }
        let mut seen = Vec::new();
        for day in ["2026-03-11", "2026-03-12", "2026-03-13"] {
            let look = said.look(&mut state, &wanted, seconds(day));
            seen.push((look.outcome(), look.unnamed));
        }
        let nothing = || (QueryOutcome::Nothing, Vec::new());
        assert_eq!(seen, [(QueryOutcome::Person, vec![version("3.13.7")]), nothing(), nothing()], "{is_there}");
        // who remembers nothing knows it from the branch that proposes it
        let mut known = wanted.clone();
        assert!(said.look(&mut WatchState::default(), &known, seconds("2026-03-13")).unnamed.is_empty());
        known.proposed = [(version("3.13.7").series, version("3.13.7"))].into();
        let look = said.look(&mut WatchState::default(), &known, seconds("2026-03-13"));
        assert_eq!((look.outcome(), look.unnamed), (QueryOutcome::Person, vec![version("3.13.7")]), "{is_there}");
        // and where it is out again, and taken back again
        said.api.push(version("3.13.7"));
        said.look(&mut state, &wanted, seconds("2026-03-14"));
        said.api.retain(|it| *it != version("3.13.7"));
        let last = said.look(&mut state, &wanted, seconds("2026-03-15"));
        assert_eq!(last.unnamed.len(), 1, "{is_there}: {last:?}");
        // one that a tag alone names is out for as long as tags are not heard to the contrary
        let mut by_tag = SaidByAll::out(&["3.13.6", "3.13.7"]);
        by_tag.api.retain(|it| *it != version("3.13.7"));
        let tags = Query::Tags(version("3.13.7").series);
        by_tag.other.insert(tags, Reply::Found(b"[{\"ref\": \"refs/tags/v3.13.7\"}]".to_vec()));
        let mut state_by_tag = WatchState::default();
        assert_eq!(by_tag.look(&mut state_by_tag, &wanted, seconds("2026-03-10")).outcome(), QueryOutcome::New);
        by_tag.other.insert(tags, Reply::Throttled(60));
        assert!(by_tag.look(&mut state_by_tag, &wanted, seconds("2026-03-11")).unnamed.is_empty());
        by_tag.other.remove(&tags);
        assert_eq!(by_tag.look(&mut state_by_tag, &wanted, seconds("2026-03-12")).unnamed.len(), 1);
        // where it is not heard, nothing is known
        said.other.insert(Query::Releases, Reply::Unreachable("it is down".into()));
        assert!(said.look(&mut WatchState::default(), &wanted, seconds("2026-03-16")).unnamed.is_empty());
    }
}

/// A tag that somebody pushed while the API was down, and took back, names nothing for ever.
#[test]
fn a_tag_that_is_gone_is_heard_no_more() {
    let mut said = SaidByAll::out(&["3.13.6"]);
    let series = version("3.13.6").series;
    said.other.insert(Query::Tags(series), Reply::Found(b"[{\"ref\": \"refs/tags/v3.13.7\"}]".to_vec()));
    for what in [Query::Releases, Query::EndOfLife] {
        said.other.insert(what, Reply::Unreachable("it is down".into()));
    }
    let (mut state, wanted) = (WatchState::default(), wanted(&["3.13.6"], false));
    let look = said.look(&mut state, &wanted, seconds("2026-03-10"));
    assert_eq!(look.found.iter().map(|it| it.verdict).collect::<Vec<_>>(), [ReleaseVerdict::Partial], "{look:?}");
    said.other.clear();
    let look = said.look(&mut state, &wanted, seconds("2026-03-11"));
    assert_eq!((look.found.len(), look.outcome()), (0, QueryOutcome::Nothing), "{look:?}");
}

/// Of two archives of a release one may be signed.
#[test]
fn the_archive_that_is_signed_counts() {
    for signed in ["tgz", "tar.xz"] {
        let mut said = SaidByAll::out(&["3.13.6", "3.13.7"]);
        let names = ["tgz", "tar.xz"].map(|it| format!("<a href=\"Python-3.13.7.{it}\">x</a>")).concat();
        said.other.insert(Query::Folder(version("3.13.7")), Reply::Found(format!("<pre>{names}").into_bytes()));
        let artifact = Artifact::parse(&format!("Python-3.13.7.{}", if signed == "tgz" { "tar.xz" } else { "tgz" }));
        said.other.insert(Query::Bundle(artifact.unwrap()), Reply::Absent);
        let look = said.look(&mut WatchState::default(), &wanted(&["3.13.6"], false), seconds("2026-03-10"));
        assert_eq!(look.waiting().collect::<Vec<_>>(), [version("3.13.7")], "{signed}: {look:?}");
    }
}
