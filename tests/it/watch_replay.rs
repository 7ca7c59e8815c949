//! Two years of releases, looked at every six hours: a world in which each source learns of a release at its own time, some lie for
//! hours, some fail, and folders are made that hold nothing.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

use molt_sync::{
    base::{Series, Version},
    release::{AcceptedDoubts, ReleaseVerdict, feed},
    watch::{Polled, Query, QueryOutcome, Reply, WantedReleases, WatchState, poll},
};

/// Two years, and nine months with the hotfix of 3.13.4.
const END: &str = "2026-09-20";
const HOTFIX: &str = "2025-06-30";

pub const HOUR: i64 = 3600;
pub const DAY: i64 = 24 * HOUR;

/// Every release of three series with its day (the PEP calendar and endoflife data), from autumn 2024 to summer 2026.
const RELEASES: &[(&str, &str)] = &[
    ("3.12.7", "2024-10-01"),
    ("3.13.0rc3", "2024-10-01"),
    ("3.13.0", "2024-10-07"),
    ("3.14.0a1", "2024-10-15"),
    ("3.14.0a2", "2024-11-19"),
    ("3.12.8", "2024-12-03"),
    ("3.13.1", "2024-12-03"),
    ("3.14.0a3", "2024-12-17"),
    ("3.14.0a4", "2025-01-14"),
    ("3.12.9", "2025-02-04"),
    ("3.13.2", "2025-02-04"),
    ("3.14.0a5", "2025-02-11"),
    ("3.14.0a6", "2025-03-14"),
    ("3.12.10", "2025-04-08"),
    ("3.13.3", "2025-04-08"),
    ("3.14.0a7", "2025-04-08"),
    ("3.14.0b1", "2025-05-07"),
    ("3.14.0b2", "2025-05-26"),
    ("3.12.11", "2025-06-03"),
    ("3.13.4", "2025-06-03"),
    ("3.13.5", "2025-06-11"),
    ("3.14.0b3", "2025-06-17"),
    ("3.14.0b4", "2025-07-08"),
    ("3.14.0rc1", "2025-07-22"),
    ("3.13.6", "2025-08-06"),
    ("3.13.7", "2025-08-14"),
    ("3.14.0rc2", "2025-08-14"),
    ("3.14.0rc3", "2025-09-18"),
    ("3.13.8", "2025-10-07"),
    ("3.14.0", "2025-10-07"),
    ("3.12.12", "2025-10-09"),
    ("3.13.9", "2025-10-14"),
    ("3.13.10", "2025-12-02"),
    ("3.14.1", "2025-12-02"),
    ("3.13.11", "2025-12-05"),
    ("3.14.2", "2025-12-05"),
    ("3.13.12", "2026-02-03"),
    ("3.14.3", "2026-02-03"),
    ("3.12.13", "2026-03-03"),
    ("3.13.13", "2026-04-07"),
    ("3.14.4", "2026-04-07"),
    ("3.14.5rc1", "2026-05-04"),
    ("3.14.5", "2026-05-10"),
    ("3.13.14", "2026-06-10"),
    ("3.14.6", "2026-06-10"),
    ("3.13.15", "2026-08-05"),
    ("3.14.7", "2026-08-05"),
    ("3.12.14", "2026-08-12"),
];

pub fn version(text: &str) -> Version {
    text.parse().unwrap()
}

pub fn seconds(day: &str) -> i64 {
    format!("{day}T00:00:00Z").parse::<jiff::Timestamp>().unwrap().as_second()
}

fn day(now: i64) -> String {
    jiff::Timestamp::from_second(now).unwrap().strftime("%Y-%m-%d").to_string()
}

/// A release and when each source knows of it.
struct Release {
    version: Version,
    folder: i64,
    archive: i64,
    bundle: i64,
    tag: i64,
    api: i64,
    listing: i64,
    endoflife: i64,
    calendar: i64,
    announced: i64,
}

struct World {
    releases: Vec<Release>,
    /// Sources that never answer.
    dead: BTreeSet<&'static str>,
    now: Cell<i64>,
    /// When each request was made.
    calls: RefCell<Vec<(i64, Query)>>,
    recalled: BTreeSet<Version>,
}

impl World {
    fn new() -> Self {
        let release = |(index, (name, date)): (usize, &(&str, &str))| {
            let noon = seconds(date) + 12 * HOUR;
            let spread = i64::try_from(index).unwrap() % 5;
            Release {
                version: version(name),
                folder: noon - (3 + spread * 9) * DAY,
                archive: noon - 5 * HOUR,
                bundle: noon - 5 * HOUR + spread * HOUR,
                tag: noon - HOUR,
                api: noon,
                listing: noon + spread * 4 * HOUR,
                endoflife: noon + 7 * HOUR,
                calendar: noon + (1 + spread * 3) * DAY,
                announced: noon - HOUR,
            }
        };
        Self {
            releases: RELEASES.iter().enumerate().map(release).collect(),
            dead: BTreeSet::new(),
            now: Cell::new(0),
            calls: RefCell::default(),
            recalled: BTreeSet::new(),
        }
    }

    fn answer(&self, ask: Query) -> Reply {
        let now = self.now.get();
        self.calls.borrow_mut().push((now, ask));
        let source = match ask {
            Query::Top => "listing",
            Query::Folder(_) | Query::Archive(_) | Query::Bundle(_) => "mirror",
            Query::Releases => "api",
            Query::Calendar | Query::Cycle => "calendar",
            Query::EndOfLife => "endoflife",
            Query::Tags(_) => "tag",
        };
        if self.dead.contains(source) {
            return Reply::Unreachable("it is down".into());
        }
        if self.dead.contains("moved") && matches!(source, "listing" | "mirror") {
            return Reply::Absent;
        }
        let found = |text: String| Reply::Found(text.into_bytes());
        let all = || self.releases.iter();
        match ask {
            Query::Top => {
                let mut page = "<html><h1>Index of /ftp/python/</h1><pre><a href=\"binaries-1.1/\">b</a>\n".to_owned();
                let old = ["3.9.25", "3.11.2", "3.12.6"].map(version);
                let bases: BTreeSet<Version> =
                    all().filter(|it| it.folder <= now - 6 * HOUR).map(|it| it.version.base()).chain(old).collect();
                for it in bases {
                    _ = writeln!(page, "<a href=\"{it}/\">{it}/</a>");
                }
                found(page)
            }
            Query::Folder(base) => {
                let mut page = "<pre><a href=\"../\">../</a>\n".to_owned();
                for it in all().filter(|it| it.version.base() == base && it.listing <= now) {
                    _ = writeln!(
                        page,
                        "<a href=\"Python-{0}.tgz\">x</a><a href=\"Python-{0}.tgz.sigstore\">x</a>",
                        it.version
                    );
                }
                // seen in 2024: unsigned, and never announced
                if base == version("3.14.0") {
                    page += "<a href=\"Python-3.14.0a9.tar.xz\">x</a>\n";
                }
                found(page)
            }
            Query::Archive(artifact) => {
                let is_old = artifact.version == version("3.12.6");
                let is_there = is_old || all().any(|it| it.version == artifact.version && it.archive <= now);
                if is_there { found(String::new()) } else { Reply::Absent }
            }
            Query::Bundle(artifact) => {
                let is_there = all().any(|it| it.version == artifact.version && it.bundle <= now);
                if is_there { found(bundle()) } else { Reply::Absent }
            }
            // used up by others on most days
            Query::Releases if (now / DAY) % 3 != 0 => Reply::Throttled(42_578),
            Query::Releases => {
                let row = |it: &Release| format!("{{\"name\": \"Python {}\", \"is_published\": true}}", it.version);
                let mut rows: Vec<String> = all().filter(|it| it.api <= now).map(row).collect();
                rows.push("{\"name\": \"Python install manager 26.0\", \"version\": 100}".into());
                rows.push("{\"name\": \"Python 3.14.99\", \"is_published\": false}".into());
                found(format!("[{}]", rows.join(",")))
            }
            Query::Calendar => {
                let row = |it: &Release| {
                    let text = it.version.to_string();
                    let stage = text
                        .split_once("rc")
                        .map_or(text.clone(), |(base, number)| format!("{base} candidate {number}"));
                    let state = if it.calendar <= now { "actual" } else { "expected" };
                    let note = if self.recalled.contains(&it.version) { "recalled due to a bug" } else { "" };
                    format!(
                        "{{\"stage\": \"{stage}\", \"state\": \"{state}\", \"date\": \"{}\", \"note\": \"{note}\"}}",
                        day(it.api)
                    )
                };
                let rows: Vec<String> = all().map(row).collect();
                found(format!("{{\"metadata\": {{}}, \"releases\": {{\"3\": [{}]}}}}", rows.join(",")))
            }
            Query::Cycle => found("{\"3.12\": {\"status\": \"security\", \"end_of_life\": \"2028-10\"}}".into()),
            Query::EndOfLife => {
                let row = |it: &Release| format!("\"{0}\": {{\"name\": \"{0}\"}}", it.version);
                let rows: Vec<String> =
                    all().filter(|it| it.endoflife <= now && !it.version.is_pre()).map(row).collect();
                found(format!("{{\"releases\": {{}}, \"versions\": {{{}}}}}", rows.join(",")))
            }
            Query::Tags(series) => {
                let row = |it: &Release| format!("{{\"ref\": \"refs/tags/v{}\"}}", it.version);
                let rows = all().filter(|it| it.tag <= now && it.version.series == series);
                found(format!("[{}]", rows.map(row).collect::<Vec<_>>().join(",")))
            }
        }
    }
}

/// A bundle that says what it is about, and that nobody has signed.
pub fn bundle() -> String {
    let digest = "k+WD8kNFTm6eRYjKLCZiIGrZYWWYYyd6/NuWgBZH1kA=";
    let entry = r#"{"logIndex": "1", "logId": {"keyId": "AAAA"}, "kindVersion": {"kind": "hashedrekord", "version": "0.0.1"}, "integratedTime": "1", "inclusionPromise": {"signedEntryTimestamp": "AAAA"}, "inclusionProof": {"logIndex": "0", "rootHash": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "treeSize": "1", "hashes": [], "checkpoint": {"envelope": "log - 1\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— log AAAAAAAAAAAA\n"}}, "canonicalizedBody": "AAAA"}"#;
    format!(
        r#"{{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {{"certificate": {{"rawBytes": "AAAA"}}, "tlogEntries": [{entry}]}}, "messageSignature": {{"messageDigest": {{"algorithm": "SHA2_256", "digest": "{digest}"}}, "signature": "AAAA"}}}}"#
    )
}

#[derive(Default)]
struct Seen {
    /// When each release was found.
    found: BTreeMap<Version, Vec<i64>>,
    missed: Vec<Version>,
    blind: usize,
    looks: usize,
    busiest: usize,
    calls: usize,
}

pub fn wanted(recorded: &[&str], pre: bool) -> WantedReleases {
    let recorded = recorded.iter().map(|it| (version(it).series, version(it))).collect();
    WantedReleases {
        recorded,
        new_series: true,
        pre,
        budget: 39,
        patience: 3,
        accepted: AcceptedDoubts::default(),
        unreadable: BTreeSet::new(),
        proposed: BTreeMap::new(),
        beside: BTreeMap::new(),
    }
}

/// Looks every six hours, and records each release a look after it was found.
fn watch(world: &World, pre: bool, until: &str, mut forget: impl FnMut(usize) -> bool) -> Seen {
    let mut state = WatchState::default();
    let mut wanted = wanted(&["3.12.6", "3.13.0rc2", "3.14.0a0"], pre);
    let mut res = Seen::default();
    let mut now = seconds("2024-09-20") + 5 * HOUR + 23 * 60;
    while now < seconds(until) {
        world.now.set(now);
        if forget(res.looks) {
            state = WatchState::default();
        } else {
            state = WatchState::parse(&state.text()).unwrap();
        }
        let look: Polled = poll(&mut state, &wanted, now, &mut |ask| world.answer(ask));
        state.note_told(&look.news());
        res.looks += 1;
        res.blind += usize::from(look.outcome() == QueryOutcome::Blind);
        res.missed.extend(look.missed.iter().map(|it| it.0));
        for it in look.found.iter().filter(|it| it.verdict.is_out()) {
            res.found.entry(it.version).or_default().push(now);
        }
        for it in look.waiting() {
            wanted.recorded.insert(it.series, it);
        }
        now += 6 * HOUR;
    }
    let calls = world.calls.borrow();
    let mut days: BTreeMap<String, usize> = BTreeMap::new();
    for (at, _) in calls.iter() {
        *days.entry(day(*at)).or_default() += 1;
    }
    res.busiest = days.values().copied().max().unwrap_or_default();
    res.calls = calls.len();
    res
}

fn expected(pre: bool, until: &str) -> Vec<&'static str> {
    RELEASES.iter().filter(|it| it.1 < until).map(|it| it.0).filter(|it| pre || !version(it).is_pre()).collect()
}

/// Each release once, none before it was announced and none that is not, and within `hours` of it.
#[track_caller]
fn complete(world: &World, seen: &Seen, (pre, until): (bool, &str), hours: i64) {
    let names: Vec<String> = seen.found.keys().map(ToString::to_string).collect();
    let mut wanted: Vec<Version> = expected(pre, until).into_iter().map(version).collect();
    wanted.sort_unstable();
    assert_eq!(names, wanted.iter().map(ToString::to_string).collect::<Vec<_>>());
    let mut latest = 0;
    for it in world.releases.iter().filter(|it| wanted.contains(&it.version)) {
        let times = &seen.found[&it.version];
        assert_eq!(times.len(), 1, "{} was found {} times", it.version, times.len());
        assert!(times[0] >= it.announced && times[0] >= it.bundle, "{} was found too early", it.version);
        latest = latest.max(times[0] - it.announced);
    }
    assert!(latest <= hours * HOUR, "the latest was found after {} h", latest / HOUR);
    assert!(seen.busiest < 40, "{} requests in a day", seen.busiest);
    eprintln!(
        "{} releases in {} looks, {} requests, at most {} a day, the latest {} h after it was announced",
        names.len(),
        seen.looks,
        seen.calls,
        seen.busiest,
        latest / HOUR
    );
}

#[test]
fn a_source_that_names_everything_hides_nothing() {
    let world = World::new();
    world.now.set(seconds("2025-06-12"));
    let names = |number: u32| format!("\"3.13.{number}\": {{}}");
    let all: Vec<String> = (0..5000).map(names).collect();
    let all = format!("{{\"versions\": {{{}}}}}", all.join(","));
    let mut state = WatchState::default();
    let wanted = wanted(&["3.12.11", "3.13.4"], false);
    let look = poll(&mut state, &wanted, world.now.get(), &mut |ask| match ask {
        Query::EndOfLife => Reply::Found(all.clone().into_bytes()),
        other => world.answer(other),
    });
    assert_eq!(look.waiting().collect::<Vec<_>>(), [version("3.13.5")]);
    assert!(look.found.len() < 20 && look.requests < 39 && state.text().len() < 4096, "{}", state.text());
}

#[test]
fn a_new_series_is_told_once_and_waits_for_a_person() {
    for (new_series, dead, told) in
        [(true, "", 1), (true, "calendar", 1), (true, "endoflife", 1), (true, "mirror", 0), (false, "", 0)]
    {
        let mut world = World::new();
        world.dead.extend(Some(dead).filter(|it| !it.is_empty()));
        let mut wanted = WantedReleases { new_series, ..wanted(&["3.12.12", "3.13.7"], true) };
        let (mut state, mut seen) = (WatchState::default(), Vec::new());
        // until 3.14.3 is out
        for now in (seconds("2025-09-01")..seconds("2026-03-01")).step_by(6 * 3600) {
            world.now.set(now);
            state = WatchState::parse(&state.text()).unwrap();
            let look = poll(&mut state, &wanted, now, &mut |ask| world.answer(ask));
            state.note_told(&look.news());
            for it in look.found.iter().filter(|it| it.is_new_series) {
                assert_eq!((it.verdict, look.outcome()), (ReleaseVerdict::Announced, QueryOutcome::Person));
                assert!(look.waiting().all(|other| other != it.version), "nobody has said that it is supported");
                seen.push((it.version, now));
            }
            for it in look.waiting() {
                wanted.recorded.insert(it.series, it);
            }
        }
        let versions: Vec<String> = seen.iter().map(|it| it.0.to_string()).collect();
        assert_eq!(versions, ["3.14.0"][..told], "{new_series} {dead}");
        // the calendar of this world is slow
        let days = if dead == "endoflife" { 15 } else { 2 };
        assert!(seen.iter().all(|it| it.1 - seconds("2025-10-07") < days * DAY), "{seen:?}");
    }
}

#[test]
fn every_release_of_two_years_is_found_once_and_none_is_invented() {
    for pre in [false, true] {
        let world = World::new();
        let seen = watch(&world, pre, END, |_| false);
        // pre-releases are found by listings alone, which can be old
        complete(&world, &seen, (pre, END), if pre { 24 } else { 12 });
        assert!(seen.missed.is_empty(), "{:?}", seen.missed);
        // the budget of a day can be too small where each folder that is open has to be looked into
        assert!(seen.blind <= if pre { seen.looks / 50 } else { 0 }, "{} times", seen.blind);
    }
}

#[test]
fn no_single_source_is_needed() {
    for dead in ["listing", "api", "calendar", "endoflife", "tag"] {
        let world = World { dead: [dead].into(), ..World::new() };
        let seen = watch(&world, false, HOTFIX, |_| false);
        eprint!("without {dead}: ");
        complete(&world, &seen, (false, HOTFIX), 36);
        assert!(seen.missed.is_empty(), "{:?}", seen.missed);
    }
}

#[test]
fn a_state_that_is_deleted_costs_a_few_requests() {
    let world = World::new();
    let seen = watch(&world, false, HOTFIX, |number| number % 7 == 3);
    complete(&world, &seen, (false, HOTFIX), 24);
}

#[test]
fn nothing_is_believed_where_only_the_mirror_speaks() {
    let world = World { dead: ["api", "calendar", "endoflife", "tag"].into(), ..World::new() };
    let seen = watch(&world, false, "2025-01-01", |_| false);
    assert!(seen.found.is_empty() && seen.missed.is_empty() && seen.blind > 0);
    let world = World { dead: ["mirror", "listing"].into(), ..World::new() };
    let seen = watch(&world, false, "2025-01-01", |_| false);
    assert!(seen.found.is_empty() && seen.missed.is_empty(), "{:?}", seen.missed);
    assert_eq!(seen.blind, seen.looks, "who cannot see says so each time");
    // an address at which there is nothing is answered too
    for dead in [&["moved"][..], &["moved", "endoflife", "calendar"]] {
        let world = World { dead: dead.iter().copied().collect(), ..World::new() };
        let seen = watch(&world, false, "2025-01-01", |_| false);
        assert!(seen.found.is_empty() && seen.missed.is_empty(), "{:?}", seen.missed);
        assert_eq!(seen.blind, seen.looks, "{dead:?}");
    }
}

#[test]
fn what_was_recalled_is_not_brought_in_and_what_never_came_is_told_once() {
    let mut world = World { recalled: ["3.13.4"].map(version).into(), ..World::new() };
    let never = i64::MAX;
    let gone = world.releases.iter_mut().find(|it| it.version == version("3.14.6")).unwrap();
    let api = gone.api;
    (gone.archive, gone.bundle, gone.tag, gone.listing, gone.endoflife, gone.calendar) =
        (never, never, never, never, never, never);
    gone.api = api;
    let seen = watch(&world, false, END, |_| false);
    assert!(!seen.found.contains_key(&version("3.13.4")) && seen.found.contains_key(&version("3.13.5")));
    assert!(!seen.found.contains_key(&version("3.14.6")) && seen.found.contains_key(&version("3.14.7")));
    assert_eq!(seen.missed, [version("3.14.6")]);
    assert_eq!(ReleaseVerdict::Recalled.name(), "recalled");
    // a mirror that does not get what everybody else has
    let mut world = World::new();
    let gone = world.releases.iter_mut().find(|it| it.version == version("3.14.6")).unwrap();
    (gone.archive, gone.bundle, gone.listing) = (never, never, never);
    let late = watch(&world, false, END, |_| false);
    assert_eq!(late.missed, [version("3.14.6")]);
    let series: Series = "3.14".parse().unwrap();
    assert!(seen.found.keys().any(|it| it.series == series));
}

#[test]
fn the_days_are_those_of_the_real_feeds() {
    let Ok(shared) = std::env::var("MOLT_SYNC_SHARED") else {
        eprintln!("skipped: MOLT_SYNC_SHARED names no folder with real feeds");
        return;
    };
    let read = |name: &str| fs::read(format!("{shared}/data/feeds/{name}")).unwrap();
    let planned = feed::planned(&read("peps-api-python-releases.json")).unwrap();
    let known: BTreeSet<Version> =
        feed::endoflife(&read("endoflife-release-data-python.json")).unwrap().rows.into_iter().collect();
    let series = ["3.12", "3.13", "3.14"].map(|it| it.parse::<Series>().unwrap());
    let in_time = |date: &str| ("2024-09-20".."2026-09-01").contains(&date);
    let out = planned.rows.iter().filter(|it| it.is_actual && series.contains(&it.version.series) && in_time(&it.date));
    let mine: BTreeMap<Version, &str> = RELEASES.iter().map(|it| (version(it.0), it.1)).collect();
    let mut count = 0;
    for it in out {
        assert_eq!(mine.get(&it.version), Some(&it.date.as_str()), "{}", it.version);
        count += 1;
    }
    let lagging: Vec<String> = mine
        .keys()
        .filter(|it| !planned.rows.iter().any(|row| row.is_actual && row.version == **it))
        .map(ToString::to_string)
        .collect();
    assert!(lagging.iter().all(|it| known.contains(&version(it))), "{lagging:?}");
    assert_eq!(count + lagging.len(), mine.len());
    let recalled: Vec<String> =
        planned.rows.iter().filter(|it| it.doubt.is_some()).map(|it| it.version.to_string()).collect();
    assert_eq!(recalled, ["3.9.3", "3.9.8"]);
    assert_eq!(planned.skipped.iter().filter(|it| it.starts_with("`3.")).count(), 0, "{:?}", planned.skipped);
    // the others, each as it was captured
    let cycle = feed::cycle(&read("peps-api-release-cycle.json")).unwrap();
    let end = |text: &str| cycle.rows.iter().find(|it| it.series.to_string() == text).and_then(|it| it.end.clone());
    assert_eq!((end("3.14").unwrap().len(), end("3.8").unwrap().len()), (7, 10));
    let top = feed::top(&read("ftp-index-top-excerpt.html")).unwrap();
    assert!(top.rows.contains(&version("3.6.8")) && top.skipped.iter().any(|it| it.contains("binaries-1.1")));
    let api = feed::releases(&read("renovate-python-org-api-v2-release.json")).unwrap();
    assert!(api.rows.iter().any(|it| it.version == version("3.12.0") && it.id == Some(832) && it.date == "2023-10-02"));
    let files = feed::files(&read("CONSTRUCTED-api-v2-release_file-3.14.4.json")).unwrap();
    assert!(files.rows.iter().any(|it| it.size == Some(31_148_035) && it.sha256.is_some() && it.has_bundle));
}

/// A mirror that hides a release which somebody names, or its signature, is told, and so is one that keeps the look busy.
#[test]
fn what_a_mirror_withholds_is_told() {
    let now = seconds("2025-06-12");
    let flood = |series: &[&str]| {
        let rows =
            series.iter().flat_map(|it| (12..3000).map(move |number| format!("<a href=\"{it}.{number}/\">x</a>\n")));
        format!("<html><h1>Index of /</h1><pre>{}</pre></html>", rows.collect::<String>()).into_bytes()
    };
    // who still speaks, what the mirror does, and what comes of it
    for (speaks, hides, floods, outcome) in [
        ("api", true, false, QueryOutcome::Person),
        ("endoflife", true, false, QueryOutcome::Person),
        ("calendar", true, false, QueryOutcome::Person),
        ("tag", true, false, QueryOutcome::Person),
        ("nobody", true, true, QueryOutcome::Blind),
        ("api", true, true, QueryOutcome::Blind),
        ("nobody", true, false, QueryOutcome::Blind),
    ] {
        let mut world = World::new();
        world.dead.extend(["api", "endoflife", "calendar", "tag"].iter().filter(|it| **it != speaks));
        let gone = world.releases.iter_mut().find(|it| it.version == version("3.13.5")).unwrap();
        if hides {
            (gone.folder, gone.archive, gone.bundle, gone.listing, gone.calendar) =
                (i64::MAX, i64::MAX, i64::MAX, i64::MAX, 0);
        }
        // a day on which the API is not used up
        world.now.set(now + (3 - (now / DAY) % 3) * DAY);
        let (mut state, wanted) = (WatchState::default(), wanted(&["3.12.11", "3.13.4"], false));
        for round in 0..3 {
            let look = poll(&mut state, &wanted, world.now.get(), &mut |ask| match ask {
                Query::Top if floods => Reply::Found(flood(&["3.12", "3.13"])),
                other => world.answer(other),
            });
            assert_eq!(
                look.outcome(),
                outcome,
                "{speaks} {hides} {floods}, look {round}: {:?} {:?}",
                look.found,
                look.silent
            );
            assert_eq!(look.waiting().count(), 0);
        }
    }
}

/// A series whose tags are not heard loses nothing that was heard of it before.
#[test]
fn tags_that_are_not_heard_take_nothing_back() {
    let mut world = World { dead: ["api", "endoflife"].into(), ..World::new() };
    let gone = world.releases.iter_mut().find(|it| it.version == version("3.13.5")).unwrap();
    (gone.folder, gone.archive, gone.bundle, gone.listing, gone.calendar) =
        (i64::MAX, i64::MAX, i64::MAX, i64::MAX, i64::MAX);
    let (mut state, wanted) = (WatchState::default(), wanted(&["3.12.11", "3.13.4"], false));
    let silent: Series = "3.13".parse().unwrap();
    for round in 0..3 {
        world.now.set(seconds("2025-06-12") + round * DAY);
        let look = poll(&mut state, &wanted, world.now.get(), &mut |ask| match ask {
            Query::Tags(series) if round > 0 && series == silent => Reply::Unreachable("it is down".into()),
            other => world.answer(other),
        });
        assert_eq!(look.outcome(), QueryOutcome::Person, "look {round}: {:?} {:?}", look.found, look.silent);
    }
}

#[test]
fn a_release_that_is_put_off_is_told_for_each_day_once() {
    let mut world = World::new();
    world.releases.retain(|it| it.version < version("3.13.6") && !it.version.is_pre());
    let wanted = wanted(&["3.12.11", "3.13.5"], false);
    let (mut state, mut told) = (WatchState::default(), Vec::new());
    let mut now = seconds("2025-08-01");
    for day in 0..60 {
        let planned = ["2025-08-05", "2025-08-19", "2025-09-02"][usize::from(day > 10) + usize::from(day > 25)];
        let row =
            format!("{{\"stage\": \"3.13.6\", \"state\": \"expected\", \"date\": \"{planned}\", \"note\": \"\"}}");
        let calendar = format!("{{\"releases\": {{\"3.13\": [{row}]}}}}");
        world.now.set(now);
        state = WatchState::parse(&state.text()).unwrap();
        let look = poll(&mut state, &wanted, now, &mut |ask| match ask {
            Query::Calendar => Reply::Found(calendar.clone().into_bytes()),
            other => world.answer(other),
        });
        // a run that ends before it has told it does not tell it
        if day % 2 == 1 {
            state.note_told(&look.news());
            told.extend(look.missed.into_iter().map(|it| it.1));
        }
        now += DAY;
    }
    assert_eq!(told, ["2025-08-05", "2025-08-19", "2025-09-02"]);
}

#[test]
fn a_recall_of_what_is_recorded_is_told_in_each_look_until_it_is_accepted() {
    for (note, is_told) in [("recalled", true), ("binned", true), ("hotfix", false), ("3.13.3 was recalled", false)] {
        let world = World::new();
        let now = seconds("2025-06-10");
        world.now.set(now);
        let (mut state, mut wanted) = (WatchState::default(), wanted(&["3.12.11", "3.13.4"], false));
        let row =
            format!("{{\"stage\": \"3.13.4\", \"state\": \"actual\", \"date\": \"2025-06-03\", \"note\": \"{note}\"}}");
        let calendar = format!("{{\"releases\": {{\"3.13\": [{row}]}}}}");
        let mut once = |wanted: &WantedReleases| {
            state = WatchState::parse(&state.text()).unwrap();
            poll(&mut state, wanted, now, &mut |ask| match ask {
                Query::Calendar => Reply::Found(calendar.clone().into_bytes()),
                other => world.answer(other),
            })
        };
        for _ in 0..2 {
            let look = once(&wanted);
            let expected = if is_told { QueryOutcome::Person } else { QueryOutcome::Nothing };
            assert_eq!((look.outcome(), look.doubted.len()), (expected, usize::from(is_told)), "{note}");
        }
        wanted.accepted.add(version("3.13.4"), None);
        assert_eq!(once(&wanted).outcome(), QueryOutcome::Nothing, "{note}");
    }
}

/// Four series in which a release waits, looked at four times a day, cost no more than a day's requests; and a look that can look
/// no more tells what waited.
#[test]
fn what_waits_is_told_in_every_look_of_a_day() {
    let old = ["3.11.1", "3.12.6", "3.13.0", "3.14.0"];
    let new = ["3.11.2", "3.12.7", "3.13.1", "3.14.1"].map(version);
    let answer = |ask: Query| match ask {
        Query::Top => {
            let row = |it: &Version| format!("<a href=\"{it}/\">{it}/</a>\n");
            Reply::Found(format!("<h1>Index of /</h1><pre>{}", new.iter().map(row).collect::<String>()).into_bytes())
        }
        Query::Folder(it) => Reply::Found(format!("<pre><a href=\"Python-{it}.tgz\">x</a>").into_bytes()),
        Query::Bundle(it) if new.contains(&it.version) => Reply::Found(bundle().into_bytes()),
        Query::Releases => {
            let row = |it: &Version| format!("{{\"name\": \"Python {it}\", \"is_published\": true}}");
            Reply::Found(format!("[{}]", new.iter().map(row).collect::<Vec<_>>().join(",")).into_bytes())
        }
        Query::Calendar | Query::Cycle | Query::EndOfLife => Reply::Unreachable("it is down".into()),
        _ => Reply::Absent,
    };
    let (mut state, wanted) = (WatchState::default(), wanted(&old, false));
    let start = seconds("2026-03-01") + 5 * HOUR;
    for number in 0..8 {
        let now = start + number * 6 * HOUR;
        let look = poll(&mut state, &wanted, now, &mut |ask| answer(ask));
        assert_eq!(look.waiting().collect::<Vec<_>>(), new, "{number}: {:?}", look.silent);
        assert!(!look.is_blind && state.requests(now) < 40, "{number}: {} requests", state.requests(now));
        state = WatchState::parse(&state.text()).unwrap();
    }
    let now = start + 2 * DAY;
    let blind = poll(&mut state, &WantedReleases { budget: 2, ..wanted.clone() }, now, &mut |ask| answer(ask));
    let before: Vec<Version> = blind.before.iter().map(|it| it.0).collect();
    assert!(blind.outcome() == QueryOutcome::Blind && before == new, "{blind:?}");
    // it was there when it was looked at, and it is not there now
    let gone = poll(&mut state, &wanted, now + DAY, &mut |ask| match ask {
        Query::Bundle(_) | Query::Archive(_) => Reply::Absent,
        other => answer(other),
    });
    assert!(gone.waiting().next().is_none() && gone.before.is_empty(), "{gone:?}");
}

/// A row of the calendar.
pub fn row(name: &str, state: &str, date: &str, note: &str) -> String {
    format!("{{\"stage\": \"{name}\", \"state\": \"{state}\", \"date\": \"{date}\", \"note\": \"{note}\"}}")
}

pub fn calendar(rows: &[String]) -> Reply {
    Reply::Found(format!("{{\"releases\": {{\"3\": [{}]}}}}", rows.join(",")).into_bytes())
}

/// What is seen is remembered at once, and what was told when it was told: a run that ends in between loses nothing.
#[test]
fn what_was_seen_and_not_told_is_told_the_next_time() {
    let mut world = World::new();
    // 3.14.0 is new, 3.13.8 is out, and 3.12.12 does not come
    world.releases.retain(|it| it.version != version("3.12.12"));
    let start = seconds("2025-10-20");
    let planned = [row("3.12.12", "expected", "2025-10-09", "")];
    let mut wanted = wanted(&["3.12.11", "3.13.7"], false);
    let mut state = WatchState::default();
    let look = |state: &mut WatchState, wanted: &WantedReleases, now: i64| {
        world.now.set(now);
        *state = WatchState::parse(&state.text()).unwrap();
        poll(state, wanted, now, &mut |ask| match ask {
            Query::Calendar => calendar(&planned),
            other => world.answer(other),
        })
    };
    let told = |it: &Polled| (it.news().out.len(), it.news().missed.len(), it.late.len(), it.outcome());
    for day in 0..3 {
        let look = look(&mut state, &wanted, start + day * DAY);
        // 3.13.8, 3.13.9 and 3.14.0
        assert_eq!(told(&look), (3, 1, 0, QueryOutcome::Person), "{day}: {look:?}");
    }
    // a person records what nobody was told of
    wanted.recorded.insert(version("3.13.9").series, version("3.13.9"));
    let seen = look(&mut state, &wanted, start + 4 * DAY);
    assert_eq!(told(&seen), (3, 1, 2, QueryOutcome::Person), "{seen:?}");
    let mut news = seen.news();
    news.out.retain(|it| *it != version("3.13.8"));
    state.note_told(&news);
    let seen = look(&mut state, &wanted, start + 5 * DAY);
    assert_eq!((told(&seen), &seen.late), ((1, 0, 1, QueryOutcome::Nothing), &vec![version("3.13.8")]));
    state.note_told(&seen.news());
    let seen = look(&mut state, &wanted, start + 6 * DAY);
    assert_eq!(told(&seen), (0, 0, 0, QueryOutcome::Nothing), "{seen:?}");
}

/// One that was taken back while a change for it waits is told once, unless a newer one takes its place.
#[test]
fn a_recall_of_what_is_not_recorded_yet_is_told_once() {
    let (out, gone) = ("2025-06-11", "2025-07-01");
    for (rows, planned, told) in [
        (vec![row("3.13.5", "actual", out, "recalled due to a bug")], "recalled", 1),
        // it is nowhere any more but in the calendar
        (vec![row("3.13.9", "withdrawn", out, "")], "gone", 1),
        (vec![row("3.13.3", "actual", out, "yanked")], "a newer one is out", 0),
        (vec![row("3.13.6", "expected", gone, "cancelled")], "it never came", 0),
        (vec![row("3.13.5", "actual", out, "recalled"), row("3.13.6", "expected", gone, "cancelled")], "two", 1),
        (vec![row("3.11.1", "actual", out, "recalled")], "of no series here", 0),
        (vec![row("3.13.5", "actual", out, "hotfix")], "nothing", 0),
    ] {
        let mut world = World::new();
        world.releases.retain(|it| it.version <= version("3.13.5") && !it.version.is_pre());
        let (mut state, wanted) = (WatchState::default(), wanted(&["3.12.11", "3.13.2"], false));
        let mut count = 0;
        for day in 0..4 {
            let now = seconds("2025-06-14") + day * DAY;
            world.now.set(now);
            state = WatchState::parse(&state.text()).unwrap();
            let look = poll(&mut state, &wanted, now, &mut |ask| match ask {
                Query::Calendar => calendar(&rows),
                other => world.answer(other),
            });
            assert_eq!(look.outcome() == QueryOutcome::Person, !look.recalled.is_empty(), "{planned}: {look:?}");
            // the first run ends before it has told it
            if day > 0 {
                count += look.recalled.len();
                state.note_told(&look.news());
            }
        }
        assert_eq!(count, told, "{planned}");
    }
}

/// The last release of a series can come out on its last day: what counts is its own day, as a source or its signature has it.
#[test]
fn a_release_of_the_last_day_is_not_too_late() {
    let signed =
        |text: String, at: i64| text.replace("\"integratedTime\": \"1\"", &format!("\"integratedTime\": \"{at}\""));
    let noon = seconds("2025-06-11") + 12 * HOUR;
    // the day of the calendar, that of the API and that of the signature
    for (planned, api, at, verdict) in [
        (Some("2025-06-11"), None, 0, ReleaseVerdict::Announced),
        (None, Some("2025-06-11"), 0, ReleaseVerdict::Announced),
        (None, None, noon, ReleaseVerdict::Announced),
        (None, None, 0, ReleaseVerdict::EndOfLife),
        (Some("2025-06-12"), None, 0, ReleaseVerdict::EndOfLife),
        (Some("2025-06-12"), Some("2025-06-12"), noon + DAY, ReleaseVerdict::EndOfLife),
    ] {
        let world = World::new();
        let (mut state, wanted) = (WatchState::default(), wanted(&["3.12.11", "3.13.4"], false));
        for (number, day) in ["2025-06-12", "2025-06-13", "2025-08-01"].into_iter().enumerate() {
            let now = seconds(day) + 5 * HOUR;
            world.now.set(now);
            state = WatchState::parse(&state.text()).unwrap();
            let look = poll(&mut state, &wanted, now, &mut |ask| match ask {
                Query::Calendar => {
                    calendar(&planned.map(|it| row("3.13.5", "actual", it, "")).into_iter().collect::<Vec<_>>())
                }
                Query::Cycle => {
                    Reply::Found(b"{\"3.13\": {\"status\": \"end-of-life\", \"end_of_life\": \"2025-06-11\"}}".to_vec())
                }
                Query::Releases => {
                    let date = api.map(|it| format!(", \"release_date\": \"{it}T20:00:00Z\"")).unwrap_or_default();
                    Reply::Found(
                        format!("[{{\"name\": \"Python 3.13.5\", \"is_published\": true{date}}}]").into_bytes(),
                    )
                }
                Query::Bundle(it) if it.version == version("3.13.5") => Reply::Found(signed(bundle(), at).into_bytes()),
                Query::Folder(_) | Query::Bundle(_) => Reply::Absent,
                other => world.answer(other),
            });
            let found = look.found.iter().find(|it| it.version == version("3.13.5")).unwrap();
            assert_eq!(found.verdict, verdict, "{planned:?} {api:?} {at} on {day}: {look:?}");
            // what is dropped is a person's to see, once
            let is_person = verdict == ReleaseVerdict::EndOfLife && number == 0;
            assert_eq!(look.outcome() == QueryOutcome::Person, is_person, "{planned:?} {api:?} {at} on {day}");
            state.note_told(&look.news());
        }
    }
}

/// A mirror that lags is given some days, where it is known how long it has lagged.
#[test]
fn what_a_mirror_lacks_for_days_is_told() {
    for (date, late) in [(Some("2025-06-20"), 4), (Some("2025-05-01"), 0), (None, 0)] {
        let world = World::new();
        let (mut state, wanted) = (WatchState::default(), wanted(&["3.12.11", "3.13.5"], false));
        for day in 0..8 {
            let now = seconds("2025-06-20") + day * DAY;
            world.now.set(now);
            let look = poll(&mut state, &wanted, now, &mut |ask| match ask {
                Query::Releases => {
                    let date = date.map(|it| format!(", \"release_date\": \"{it}\"")).unwrap_or_default();
                    Reply::Found(
                        format!("[{{\"name\": \"Python 3.13.9\", \"is_published\": true{date}}}]").into_bytes(),
                    )
                }
                other => world.answer(other),
            });
            let expected = if day >= late { vec![version("3.13.9")] } else { vec![] };
            assert_eq!(
                (&look.withheld, look.outcome()),
                (&expected, QueryOutcome::Person),
                "{date:?} day {day}: {look:?}"
            );
        }
    }
}

/// What was not asked because it took too long was not looked at, and costs no request.
#[test]
fn a_look_that_took_too_long_says_so() {
    let world = World::new();
    world.now.set(seconds("2025-06-12"));
    let wanted = wanted(&["3.12.11", "3.13.4"], false);
    for (asked, outcome) in
        [(0, QueryOutcome::Blind), (2, QueryOutcome::Blind), (5, QueryOutcome::Blind), (100, QueryOutcome::New)]
    {
        let (mut state, mut count) = (WatchState::default(), 0);
        let look = poll(&mut state, &wanted, world.now.get(), &mut |ask| {
            count += 1;
            if count > asked { Reply::Late } else { world.answer(ask) }
        });
        assert_eq!((look.outcome(), look.is_blind), (outcome, outcome == QueryOutcome::Blind), "{asked}: {look:?}");
        assert!(look.requests <= asked && state.requests(world.now.get()) <= asked, "{asked}: {look:?}");
        let is_said = look.silent.iter().any(|it| it.1.contains("was not asked: the requests before it"));
        assert_eq!(is_said, asked < 100, "{asked}: {:?}", look.silent);
    }
}

/// A series whose record cannot be read is not a new one, and keeps no other from being told.
#[test]
fn a_series_whose_record_is_damaged_is_not_new() {
    let world = World::new();
    let now = seconds("2025-10-20");
    world.now.set(now);
    for (unreadable, new) in [(&[][..], true), (&["3.14"][..], false), (&["3.12"][..], true)] {
        let unreadable: BTreeSet<Series> = unreadable.iter().map(|it| it.parse().unwrap()).collect();
        let wanted = WantedReleases { unreadable, ..wanted(&["3.13.7"], false) };
        let look = poll(&mut WatchState::default(), &wanted, now, &mut |ask| world.answer(ask));
        assert_eq!(look.found.iter().any(|it| it.is_new_series), new, "{wanted:?}: {look:?}");
        assert_eq!(look.waiting().collect::<Vec<_>>(), [version("3.13.9")]);
    }
}
