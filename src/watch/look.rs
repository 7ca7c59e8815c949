//! One look: which sources are asked, in which order, and what comes of their answers.
//!
//! The mirror's listing says which folders there are; of each series the newest folders, and the next number that no listing has
//! yet, are looked into. Only where an archive is there are those asked who announce. The calendar and endoflife data move
//! slowly and are asked once a day.

use std::collections::{BTreeMap, BTreeSet};

use super::{DAY, HOUR, State, day};
use crate::{
    base::{Series, Version},
    release::{
        Artifact, Evidence, Suffix, Verdict, feed,
        feed::{Feed, FeedError},
        judge, sigstore,
    },
};

/// So many releases of a series that a source names are looked for, the next ones first: no source can name so many that the
/// day's requests are used up.
const NAMED: usize = 12;

/// One request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// The mirror's list of folders.
    Top,
    /// The list of files of a base version.
    Folder(Version),
    /// Whether an archive is there.
    Archive(Artifact),
    /// The signature bundle of an archive.
    Bundle(Artifact),
    /// The releases of python.org's API.
    Releases,
    /// The dates of the PEP calendar.
    Calendar,
    /// The lives of series.
    Cycle,
    /// endoflife data.
    EndOfLife,
    /// The tags of a series.
    Tags(Series),
}

/// Its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// What is there; empty where nothing but its being there was asked.
    Found(Vec<u8>),
    /// Nothing is there.
    Absent,
    /// Not now: in so many seconds.
    Throttled(i64),
    /// No answer.
    Unreachable(String),
    /// It is not to be asked, and was not.
    Off,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The newest recorded release of each series that is kept in step.
    pub recorded: BTreeMap<Series, Version>,
    /// Whether newer series are told, once each.
    pub new_series: bool,
    /// Whether pre-releases count.
    pub pre: bool,
    /// Requests that may be made on one day.
    pub budget: u32,
    /// Days after which a planned release that is not there is told.
    pub patience: i64,
}

/// A release that is newer than what is recorded.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Found {
    /// Which one.
    pub version: Version,
    /// What is made of it.
    pub verdict: Verdict,
    /// Whether it is out for the first time in this look.
    pub is_new: bool,
    /// Whether nothing of its series is recorded: it is told once, and a person decides whether to support it.
    pub is_new_series: bool,
    /// What was seen of it.
    pub evidence: Evidence,
}

/// What comes of a look.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Releases that are newer than what is recorded, in order.
    pub found: Vec<Found>,
    /// Planned releases that are not there, with their day, told once.
    pub missed: Vec<(Version, String)>,
    /// Sources that did not answer, and why.
    pub silent: Vec<(&'static str, String)>,
    /// Requests made.
    pub requests: u32,
    /// Whether the mirror, or everybody who announces, was silent.
    pub is_blind: bool,
}

/// What a scheduler has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing waits.
    Nothing,
    /// A release waits.
    New,
    /// A person has to look.
    Person,
    /// It could not be looked.
    Blind,
}

impl Look {
    /// The releases that are to be brought in, in order.
    pub fn waiting(&self) -> impl Iterator<Item = Version> {
        self.found.iter().filter(|it| it.verdict == Verdict::Announced && !it.is_new_series).map(|it| it.version)
    }

    /// What it comes to.
    pub fn outcome(&self) -> Outcome {
        let is_odd = |it: &Found| it.verdict == Verdict::Contradicted || it.is_new_series;
        if !self.missed.is_empty() || self.found.iter().any(is_odd) {
            Outcome::Person
        } else if self.waiting().next().is_some() {
            Outcome::New
        } else if self.is_blind {
            Outcome::Blind
        } else {
            Outcome::Nothing
        }
    }
}

/// Looks once. `ask` makes the requests.
pub fn look(state: &mut State, wanted: &Wanted, now: i64, ask: &mut dyn FnMut(Ask) -> Answer) -> Look {
    let is_recorded = |version: Version| wanted.recorded.get(&version.series).is_some_and(|it| version <= *it);
    state.forget(is_recorded);
    let mut eye = Eye { state, wanted, now, ask, res: Look::default() };
    eye.slow_sources();
    let seen = eye.mirror();
    let evidence = eye.announcers(seen);
    eye.conclude(&evidence)
}

struct Eye<'a> {
    state: &'a mut State,
    wanted: &'a Wanted,
    now: i64,
    ask: &'a mut dyn FnMut(Ask) -> Answer,
    res: Look,
}

impl Eye<'_> {
    /// Asks, unless the day's budget is used up. Errors are noted as silence of `source`.
    fn ask(&mut self, source: &'static str, what: Ask) -> Option<Answer> {
        if self.state.requests(self.now) >= self.wanted.budget {
            self.silent(source, format!("the day's {} requests are made", self.wanted.budget));
            return None;
        }
        let answer = (self.ask)(what);
        if answer == Answer::Off {
            return None;
        }
        self.state.count(self.now);
        self.res.requests += 1;
        match answer {
            Answer::Throttled(seconds) => {
                self.state.wait(source, self.now + seconds.clamp(60, 2 * DAY));
                self.silent(source, format!("it wants to be asked again in {seconds} seconds"));
                None
            }
            Answer::Unreachable(why) => {
                self.silent(source, why);
                None
            }
            answer => Some(answer),
        }
    }

    fn silent(&mut self, source: &'static str, why: String) {
        if !self.res.silent.iter().any(|(it, _)| *it == source) {
            self.res.silent.push((source, why));
        }
    }

    /// The rows of a feed; none where it is silent, or says what it never says.
    fn feed<T>(
        &mut self,
        source: &'static str,
        what: Ask,
        read: impl Fn(&[u8]) -> Result<Feed<T>, FeedError>,
    ) -> Option<Vec<T>> {
        let Answer::Found(bytes) = self.ask(source, what)? else {
            self.silent(source, "it is not there".into());
            return None;
        };
        match read(&bytes) {
            Ok(feed) => Some(feed.rows),
            Err(error) => {
                self.silent(source, error.to_string());
                None
            }
        }
    }

    fn is_wanted(&self, version: Version) -> bool {
        let newest = self.wanted.recorded.get(&version.series);
        (self.wanted.pre || !version.is_pre()) && newest.is_some_and(|it| version > *it)
    }

    /// Whether it is a final release of a newer series, of which nothing was told yet.
    fn is_ahead(&self, version: Version) -> bool {
        let is_told =
            || self.state.releases.iter().any(|(it, seen)| it.series == version.series && seen.out_since.is_some());
        let newest = self.wanted.recorded.last_key_value();
        let is_newer = newest.is_some_and(|(series, _)| version.series > *series);
        self.wanted.new_series && is_newer && !version.is_pre() && !is_told()
    }

    /// What of these is looked for: all newer ones of the series that are recorded, and the newest of each newer series.
    fn named(&self, versions: impl Iterator<Item = Version>) -> Vec<Version> {
        let (mut open, mut ahead) = (BTreeMap::<Series, BTreeSet<Version>>::new(), BTreeMap::new());
        for version in versions {
            if self.is_wanted(version) {
                open.entry(version.series).or_default().insert(version);
            } else if self.is_ahead(version) {
                let newest = ahead.entry(version.series).or_insert(version);
                *newest = version.max(*newest);
            }
        }
        open.into_values().flat_map(|it| it.into_iter().take(NAMED)).chain(ahead.into_values()).collect()
    }

    /// The calendar, the lives of series and endoflife data, once a day.
    fn slow_sources(&mut self) {
        let today = day(self.now);
        if self.state.may_ask("calendar", self.now)
            && let Some(rows) = self.feed("calendar", Ask::Calendar, feed::planned)
        {
            self.state.wait("calendar", self.now + 20 * HOUR);
            let near = day(self.now - 90 * DAY);
            self.state.recalled = rows.iter().filter(|it| it.is_recalled).map(|it| it.version).collect();
            // one that others say is out has to come to this mirror too
            let open = rows.iter().filter(|it| self.is_wanted(it.version) && it.date >= near);
            let planned = open.take(10 * NAMED).map(|it| (it.version, it.date.clone())).collect();
            let out = rows.iter().filter(|it| it.is_actual && it.date <= today).map(|it| it.version);
            let named = self.named(out);
            self.state.planned = planned;
            self.name("calendar", named);
        }
        if self.state.may_ask("cycle", self.now)
            && let Some(rows) = self.feed("cycle", Ask::Cycle, feed::cycle)
        {
            self.state.wait("cycle", self.now + 20 * HOUR);
            self.state.ends = rows.into_iter().filter_map(|it| Some((it.series, it.end?))).collect();
        }
        if self.state.may_ask("endoflife", self.now)
            && let Some(rows) = self.feed("endoflife", Ask::EndOfLife, feed::endoflife)
        {
            self.state.wait("endoflife", self.now + 20 * HOUR);
            let named = self.named(rows.into_iter());
            self.name("endoflife", named);
        }
    }

    /// Remembers that a slow source names these releases, and no others any more.
    fn name(&mut self, source: &str, versions: Vec<Version>) {
        for names in self.state.named.values_mut() {
            names.retain(|it| it != source);
        }
        for version in versions {
            self.state.named.entry(version).or_default().push(source.to_owned());
        }
        self.state.named.retain(|_, names| !names.is_empty());
    }

    /// What the mirror has that is newer than what is recorded.
    fn mirror(&mut self) -> BTreeMap<Version, Evidence> {
        let bases = self.feed("listing", Ask::Top, feed::top);
        self.res.is_blind = bases.is_none();
        let mut listed: BTreeSet<Version> = bases.into_iter().flatten().collect();
        listed.retain(|base| self.wanted.recorded.get(&base.series).is_some_and(|it| base > it));
        let mut artifacts: BTreeSet<Artifact> = BTreeSet::new();
        let mut in_folders = BTreeSet::new();
        for base in &listed {
            for artifact in self.feed("mirror", Ask::Folder(*base), feed::folder).unwrap_or_default() {
                if artifact.version.base() == *base
                    && artifact.suffix != Suffix::Zip
                    && self.is_wanted(artifact.version)
                {
                    in_folders.insert(artifact);
                }
            }
        }
        artifacts.extend(&in_folders);
        // a listing can be hours old: the next number of each series, and what others name, are looked for by themselves
        let next = self
            .wanted
            .recorded
            .values()
            .map(|it| if it.is_pre() { it.base() } else { Version::new(it.series, it.patch + 1) });
        let named = self.state.named.keys().copied();
        for version in next.chain(named).collect::<BTreeSet<_>>() {
            if (self.is_wanted(version) || self.is_ahead(version)) && !artifacts.iter().any(|it| it.version == version)
            {
                artifacts.insert(Artifact { version, suffix: Suffix::Tgz });
            }
        }
        let mut res: BTreeMap<Version, Evidence> = BTreeMap::new();
        for artifact in artifacts {
            if res.contains_key(&artifact.version) {
                continue;
            }
            res.insert(artifact.version, self.files(artifact, in_folders.contains(&artifact)));
        }
        // one that lists nothing and has nothing of what is asked for may have moved: it has to have what it had
        if self.res.is_blind {
            let is_there = |it: &Evidence| it.archive == Some(true) || it.bundle == Some(true);
            self.res.is_blind = !res.values().any(is_there) && !self.has_known();
        }
        res
    }

    /// Whether the mirror has the newest of the releases that are recorded.
    fn has_known(&mut self) -> bool {
        let known = self.wanted.recorded.values().filter(|it| !it.is_pre()).max().copied();
        let has = known.is_some_and(|version| {
            [Suffix::Tgz, Suffix::TarXz].into_iter().any(|suffix| {
                matches!(self.ask("mirror", Ask::Archive(Artifact { version, suffix })), Some(Answer::Found(_)))
            })
        });
        if let (false, Some(version)) = (has, known) {
            self.silent("mirror", format!("it lists nothing, and {version} is not there"));
        }
        has
    }

    /// The archive and the signature of one release.
    fn files(&mut self, artifact: Artifact, is_listed: bool) -> Evidence {
        let mut res = Evidence { archive: is_listed.then_some(true), ..Evidence::default() };
        match self.ask("mirror", Ask::Bundle(artifact)) {
            Some(Answer::Found(bytes)) => match sigstore::claimed_digest(&bytes) {
                Ok(sha256) => {
                    res.bundle = Some(true);
                    res.digests.push(("bundle", sha256));
                }
                Err(refusal) => self.silent("mirror", format!("the signature of {artifact}: {refusal}")),
            },
            Some(_) => res.bundle = Some(false),
            None => return res,
        }
        if res.archive.is_none() && res.bundle == Some(true) {
            res.archive = match self.ask("mirror", Ask::Archive(artifact)) {
                Some(Answer::Found(_)) => Some(true),
                Some(_) => Some(false),
                None => None,
            };
        } else if res.archive.is_none() {
            res.archive = Some(false);
        }
        res
    }

    /// Who announces, asked where an archive is there that nobody has announced yet.
    fn announcers(&mut self, mut all: BTreeMap<Version, Evidence>) -> Vec<(Version, Evidence)> {
        for (version, evidence) in &mut all {
            for name in ["calendar", "endoflife"] {
                if self.state.named.get(version).is_some_and(|names| names.iter().any(|it| it == name)) {
                    evidence.named_by.push(name);
                }
            }
            evidence.is_recalled = self.state.recalled.contains(version);
        }
        let open = |it: &Evidence| it.archive == Some(true) && it.named_by.is_empty() && !it.is_recalled;
        if all.values().any(open) {
            let rows = if self.state.may_ask("api", self.now) {
                self.feed("api", Ask::Releases, feed::releases)
            } else {
                self.silent("api", "it has said when to ask again".into());
                None
            };
            for (version, evidence) in &mut all {
                match &rows {
                    Some(rows) if rows.iter().any(|it| it.version == *version) => evidence.named_by.push("api"),
                    Some(_) => {}
                    None => evidence.silent.push("api"),
                }
            }
        }
        let series: BTreeSet<Series> =
            all.iter().filter(|(_, it)| open(it)).map(|(version, _)| version.series).collect();
        for series in series {
            let rows = self.feed("tag", Ask::Tags(series), feed::tags);
            for (version, evidence) in all.iter_mut().filter(|(version, _)| version.series == series) {
                match &rows {
                    Some(rows) if rows.contains(version) => evidence.named_by.push("tag"),
                    Some(_) => {}
                    None => evidence.silent.push("tag"),
                }
            }
        }
        // files without a word, and nobody to ask
        self.res.is_blind |= all.values().any(|it| open(it) && it.silent.len() > 1);
        all.into_iter().collect()
    }

    fn conclude(mut self, evidence: &[(Version, Evidence)]) -> Look {
        let today = day(self.now);
        let ends = &self.state.ends;
        let verdicts = judge(evidence, |it| ends.get(&it.series).is_some_and(|end| end.len() == 10 && *end < today));
        for (version, verdict) in verdicts {
            let is_new_series = !self.wanted.recorded.contains_key(&version.series);
            // a mirror need not have what nobody asked for
            if is_new_series && !verdict.is_out() {
                continue;
            }
            let seen = self.state.releases.entry(version).or_default();
            let is_new = verdict.is_out() && seen.out_since.is_none();
            if is_new {
                seen.out_since = Some(self.now);
            }
            let evidence = evidence.iter().find(|it| it.0 == version).map(|it| it.1.clone()).unwrap_or_default();
            self.res.found.push(Found { version, verdict, is_new, is_new_series, evidence });
        }
        // only who has looked can miss something
        if !self.res.is_blind {
            let late = day(self.now - self.wanted.patience * DAY);
            let is_out = |version: Version| {
                let newer =
                    |it: &Found| it.verdict.is_out() && it.version.series == version.series && it.version >= version;
                self.res.found.iter().any(newer)
            };
            let missed = self.state.planned.iter().filter(|(version, date)| {
                let is_known = self.state.missed.contains(version) || self.state.recalled.contains(version);
                **date < late && !is_known && !is_out(**version)
            });
            self.res.missed = missed.map(|(version, date)| (*version, date.clone())).collect();
            self.state.missed.extend(self.res.missed.iter().map(|it| it.0));
        }
        self.res
    }
}
