//! One look: which sources are asked, in which order, and what comes of their answers.
//!
//! The mirror's listing says which folders there are; of each series the newest folders, and the next number that no listing has
//! yet, are looked into. Only where an archive is there are those asked who announce. The calendar and endoflife data move
//! slowly and are asked once a day.

mod conclude;
mod mirror;
mod stale;
mod unheard;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DAY, HOUR, WatchState, day,
    query::{Polled, Query, Reply, WantedReleases},
};
use crate::{
    base::{Series, Version, number_of},
    release::{
        Evidence, Recalls, feed,
        feed::{Doubt, Feed, FeedError, Planned},
    },
};

/// So many releases of a series that a source names are looked for, the next ones and the last.
const NAMED: usize = 12;

/// So many of all series, where these are many: no source can name so many that the day's requests are used up.
const NAMED_IN_ALL: usize = 16;

/// So many newer series are looked for, the next ones: a source can name any number of them.
const AHEAD: usize = 2;

/// So many doubts are remembered.
const DOUBTS: usize = 200;

/// Looks once. `ask` makes the requests.
pub fn poll(state: &mut WatchState, wanted: &WantedReleases, now: i64, ask: &mut dyn FnMut(Query) -> Reply) -> Polled {
    poll_for(state, wanted, now, &|_| true, ask)
}

/// The same, where not everything that is asked for `costs` a request: what is on this machine, or switched off, does not.
pub fn poll_for(
    state: &mut WatchState,
    wanted: &WantedReleases,
    now: i64,
    costs: &dyn Fn(Query) -> bool,
    ask: &mut dyn FnMut(Query) -> Reply,
) -> Polled {
    let newest = |series: Series| wanted.recorded.get(&series).or_else(|| wanted.beside.get(&series));
    let is_recorded = |version: Version| newest(version.series).is_some_and(|it| version <= *it);
    state.forget(now, is_recorded);
    let (api, tags) = (None, BTreeMap::new());
    let off = BTreeSet::new();
    let mut poll = Poll { state, wanted, now, costs, ask, api, tags, off, is_starved: false, res: Polled::default() };
    poll.slow_sources();
    poll.quick_sources();
    poll.res.is_blind |= poll.is_unheard();
    let seen = poll.mirror();
    let evidence = poll.announcers(seen);
    poll.conclude(&evidence)
}

struct Poll<'a> {
    state: &'a mut WatchState,
    wanted: &'a WantedReleases,
    now: i64,
    /// Whether something is a request that is counted.
    costs: &'a dyn Fn(Query) -> bool,
    ask: &'a mut dyn FnMut(Query) -> Reply,
    /// What python.org's API names in this look, where it answers.
    api: Option<Vec<Version>>,
    /// The tags of the series that were asked for in this look, where that was answered.
    tags: BTreeMap<Series, Option<Vec<Version>>>,
    /// Sources that the settings switch off.
    off: BTreeSet<&'static str>,
    /// Whether something was not asked because the day's requests were made, or took too long.
    is_starved: bool,
    res: Polled,
}

impl Poll<'_> {
    /// Asks, unless the day's budget is used up. Errors are noted as silence of `source`.
    fn ask(&mut self, source: &'static str, what: Query) -> Option<Reply> {
        let is_request = (self.costs)(what);
        let budget = self.wanted.budget;
        if is_request && self.state.requests(self.now) >= budget {
            let setting = "`budget` in [watch] of molt-sync.toml says how many a day has";
            self.silent(
                source,
                format!("the day's budget of {} is used up; {setting}", number_of(budget as usize, "request")),
            );
            self.is_starved = true;
            return None;
        }
        let answer = (self.ask)(what);
        match answer {
            Reply::Off => {
                self.off.insert(source);
                return None;
            }
            Reply::Late => {
                self.silent(source, "it was not asked: the requests before it took too long together".into());
                self.is_starved = true;
                return None;
            }
            _ => {}
        }
        if is_request {
            self.state.count(self.now);
            self.res.requests += 1;
        }
        match answer {
            Reply::Throttled(seconds) => {
                self.state.wait(source, self.now + seconds.clamp(60, 2 * DAY));
                self.state.throttled.insert(source.to_owned());
                self.silent(source, format!("it wants to be asked again in {seconds} seconds"));
                None
            }
            Reply::Unreachable(why) => {
                self.silent(source, why);
                None
            }
            answer => {
                self.state.throttled.remove(source);
                Some(answer)
            }
        }
    }

    fn silent(&mut self, source: &'static str, why: String) {
        if !self.res.silent.iter().any(|(it, _)| *it == source) {
            self.res.silent.push((source, why));
        }
    }

    /// Notes that a source did not answer because it is switched off, or else because of `why`.
    fn silent_without(&mut self, source: &'static str, why: &str) {
        let is_off = self.off.contains(source);
        self.silent(source, if is_off { "[feeds] of molt-sync.toml switches it off" } else { why }.to_owned());
    }

    /// The rows of a feed; none where it is silent, or says what it never says.
    fn feed<T>(
        &mut self,
        source: &'static str,
        what: Query,
        read: impl Fn(&[u8]) -> Result<Feed<T>, FeedError>,
    ) -> Option<Vec<T>> {
        let Reply::Found(bytes) = self.ask(source, what)? else {
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

    /// Whether what is said of a release is remembered: it is newer than what is recorded of its series, asked for or not.
    fn is_kept(&self, version: Version) -> bool {
        let newest = self.wanted.beside.get(&version.series);
        self.is_wanted(version) || ((self.wanted.pre || !version.is_pre()) && newest.is_some_and(|it| version > *it))
    }

    /// Whether it is a final release of a newer series, of which nothing was told yet.
    fn is_ahead(&self, version: Version) -> bool {
        let is_told = || {
            let of_series = self.state.releases.iter().filter(|(it, _)| it.series == version.series);
            of_series.into_iter().any(|(_, seen)| seen.out_since.is_some() && !seen.is_untold)
        };
        let newest = self.wanted.recorded.keys().chain(&self.wanted.unreadable).max();
        let is_newer = newest.is_some_and(|series| version.series > *series);
        self.wanted.new_series && is_newer && !version.is_pre() && !is_told()
    }

    /// What of these is looked for: newer ones of the series that are recorded, and the newest of each newer series.
    fn named(&self, versions: impl Iterator<Item = Version>) -> Vec<Version> {
        let is_recalled = |it: Version| self.state.doubts.get(&it).is_some_and(|it| it.is_recalled);
        let (mut open, mut ahead) = (BTreeMap::<Series, BTreeSet<Version>>::new(), BTreeMap::new());
        for version in versions {
            if self.is_kept(version) {
                open.entry(version.series).or_default().insert(version);
            } else if self.is_ahead(version) && !is_recalled(version) {
                let newest = ahead.entry(version.series).or_insert(version);
                *newest = version.max(*newest);
            }
        }
        let each = (NAMED_IN_ALL / open.len().max(1)).clamp(2, NAMED);
        let some = |all: BTreeSet<Version>| {
            let last = all.len().saturating_sub(each / 2).max(each / 2);
            let is_taken = move |at: usize| at < each / 2 || at >= last;
            all.into_iter().enumerate().filter(move |(at, _)| is_taken(*at)).map(|(_, it)| it)
        };
        open.into_values().flat_map(some).chain(ahead.into_values().take(AHEAD)).collect()
    }

    /// The calendar, the lives of series and endoflife data, once a day.
    fn slow_sources(&mut self) {
        let today = day(self.now);
        if self.state.may_ask("calendar", self.now)
            && let Some(rows) = self.feed("calendar", Query::Calendar, feed::planned)
        {
            self.state.wait("calendar", self.now + 20 * HOUR);
            let near = day(self.now - (self.wanted.patience + 30).max(90) * DAY);
            self.state.doubts = self.doubts(&rows);
            // one that is put back and taken back again is told again
            let WatchState { doubts, told_recalls, .. } = &mut *self.state;
            told_recalls.retain(|it| doubts.get(it).is_some_and(|it| it.is_recalled));
            // one that others say is out has to come to this mirror too
            let open = rows.iter().filter(|it| self.is_kept(it.version) && it.date >= near);
            let planned: BTreeMap<_, _> = open.take(10 * NAMED).map(|it| (it.version, it.date.clone())).collect();
            // one whose day is gone was put off, which nobody would be told of
            let is_named = |version: Version| rows.iter().any(|it| it.version == version && !it.date.is_empty());
            let before = std::mem::take(&mut self.state.planned).into_iter();
            let gone = before.filter(|(it, day)| !is_named(*it) && *day >= near).take(10 * NAMED);
            let planned = gone.chain(planned).collect();
            let out = rows.iter().filter(|it| it.is_actual && it.date <= today);
            let named = self.named(out.clone().map(|it| it.version));
            self.state.planned = planned;
            self.came_out(&named, out.map(|it| (it.version, it.date.as_str())));
            self.name("calendar", named);
        }
        if self.state.may_ask("cycle", self.now)
            && let Some(rows) = self.feed("cycle", Query::Cycle, feed::cycle)
        {
            self.state.wait("cycle", self.now + 20 * HOUR);
            self.state.ends = rows.into_iter().filter_map(|it| Some((it.series, it.end?))).collect();
        }
        if self.state.may_ask("endoflife", self.now)
            && let Some(rows) = self.feed("endoflife", Query::EndOfLife, feed::endoflife)
        {
            self.state.wait("endoflife", self.now + 20 * HOUR);
            let named = self.named(rows.into_iter());
            self.name("endoflife", named);
        }
    }

    /// What is said against releases that are recorded, or newer.
    fn doubts(&self, rows: &[Planned]) -> BTreeMap<Version, Doubt> {
        let mut recalls = Recalls::known();
        recalls.learn(rows.iter().cloned());
        let WantedReleases { recorded, beside, .. } = self.wanted;
        let recorded = |version: Version| recorded.get(&version.series).or_else(|| beside.get(&version.series));
        let is_near = |version: Version| recorded(version).is_none_or(|it| version >= *it);
        let near = recalls.iter().filter(|(version, _)| is_near(*version));
        let (own, newer): (Vec<_>, Vec<_>) = near.partition(|(version, _)| recorded(*version) == Some(version));
        own.into_iter().chain(newer).take(DOUBTS).map(|(version, it)| (version, it.clone())).collect()
    }

    /// Who announces at once, asked in each look: only so is it seen that a mirror withholds what is out. Tags are asked for until
    /// they are heard, once a day, where neither the API nor endoflife data is.
    fn quick_sources(&mut self) {
        if self.state.may_ask("api", self.now)
            && let Some(rows) = self.feed("api", Query::Releases, feed::releases)
        {
            let named = self.named(rows.iter().map(|it| it.version));
            self.came_out(&named, rows.iter().map(|it| (it.version, it.date.as_str())));
            self.name("api", named);
            let api: Vec<Version> = rows.into_iter().map(|it| it.version).collect();
            // a tag that was heard while nobody else was may be gone
            for (version, names) in &mut self.state.named {
                names.retain(|it| it != "tag" || api.contains(version));
            }
            self.state.named.retain(|_, names| !names.is_empty());
            self.api = Some(api);
        }
        let is_unheard = self.state.may_ask("endoflife", self.now) || self.state.throttled.contains("endoflife");
        let is_deaf = self.api.is_none() && is_unheard;
        if is_deaf && self.state.may_ask("tags", self.now) {
            let series: Vec<Series> = self.wanted.recorded.keys().copied().collect();
            let (mut tags, mut unheard) = (Vec::new(), BTreeSet::new());
            for it in series {
                match self.tags_of(it) {
                    Some(rows) => tags.extend(rows),
                    None => drop(unheard.insert(it)),
                }
            }
            if unheard.is_empty() {
                self.state.wait("tags", self.now + 20 * HOUR);
            }
            // what was heard of a series before is not taken back by its silence
            let had_tag = |names: &Vec<String>| names.iter().any(|it| it == "tag");
            let is_unheard = |it: Series| unheard.contains(&it) || self.wanted.beside.contains_key(&it);
            let before = self.state.named.iter().filter(|(it, names)| is_unheard(it.series) && had_tag(names));
            tags.extend(before.map(|(version, _)| *version));
            let named = self.named(tags.into_iter());
            self.name("tag", named);
        }
    }

    /// The tags of a series, asked for once in a look.
    fn tags_of(&mut self, series: Series) -> Option<Vec<Version>> {
        if !self.tags.contains_key(&series) {
            let rows = if self.state.may_ask("tag", self.now) {
                self.feed("tag", Query::Tags(series), feed::tags)
            } else {
                self.silent("tag", "it has said when to ask again".into());
                None
            };
            self.tags.insert(series, rows);
        }
        self.tags[&series].clone()
    }

    /// Remembers the days of those that are looked for.
    fn came_out<'a>(&mut self, named: &[Version], days: impl Iterator<Item = (Version, &'a str)>) {
        for (version, date) in days.filter(|it| named.contains(&it.0)) {
            self.state.came_out(version, date);
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

    /// Who announces, asked where an archive is there that nobody has announced yet.
    fn announcers(&mut self, mut all: BTreeMap<Version, Evidence>) -> Vec<(Version, Evidence)> {
        for (version, evidence) in &mut all {
            for name in ["api", "tag", "calendar", "endoflife"] {
                if self.state.named.get(version).is_some_and(|names| names.iter().any(|it| it == name)) {
                    evidence.named_by.push(name);
                }
            }
            evidence.doubt = self.state.doubts.get(version).cloned();
        }
        let is_recalled = |it: &Evidence| it.doubt.as_ref().is_some_and(|it| it.is_recalled);
        let open = |it: &Evidence| it.archive == Some(true) && it.named_by.is_empty() && !is_recalled(it);
        if all.values().any(open) {
            if self.api.is_none() {
                self.silent_without("api", "it has said when to ask again");
            }
            for (version, evidence) in all.iter_mut().filter(|(_, it)| !it.named_by.contains(&"api")) {
                match &self.api {
                    // more releases can be there than are remembered
                    Some(rows) if rows.contains(version) => evidence.named_by.push("api"),
                    Some(_) => {}
                    None => evidence.silent.push("api"),
                }
            }
        }
        let series: BTreeSet<Series> =
            all.iter().filter(|(_, it)| open(it)).map(|(version, _)| version.series).collect();
        for series in series {
            let rows = self.tags_of(series);
            if rows.is_none() {
                self.silent_without("tag", "it was asked before");
            }
            let of_series =
                |(version, it): &(&Version, &mut Evidence)| version.series == series && !it.named_by.contains(&"tag");
            for (version, evidence) in all.iter_mut().filter(of_series) {
                match &rows {
                    Some(rows) if rows.contains(version) => evidence.named_by.push("tag"),
                    Some(_) => {}
                    None => evidence.silent.push("tag"),
                }
            }
        }
        // files without a word, and nobody to ask
        let unheard = all.iter().filter(|(_, it)| open(it) && it.silent.len() > 1);
        self.res.unseen.extend(unheard.map(|(version, _)| version.series));
        all.into_iter().collect()
    }
}
