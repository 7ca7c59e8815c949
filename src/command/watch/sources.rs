//! The requests of a look, made over the network.

use crate::{
    command::support::{context::Context, failure::Failure},
    config::{Config, Feeds},
    host::{self, Cache, Client, FeedAnswer, Mirror},
    release::{
        feed::FEED_LIMIT,
        sigstore::{BUNDLE_LIMIT, BUNDLE_SUFFIX},
    },
    watch::{Polled, Query, Reply},
};

/// All requests of a look take no longer than so many that are as slow as one may be: four minutes, and the one that was begun
/// before. Good sources answer within seconds, and those that are asked once a day are no more than three.
const SLOW: u32 = 4;

/// Who is asked.
pub(super) struct WatchSources {
    mirror: Mirror,
    client: Option<Client>,
    feeds: Feeds,
    cache: Cache,
}

impl WatchSources {
    pub(super) fn new(context: &Context, config: &Config) -> Result<Self, Failure> {
        let mirror = context.open_mirror(config.releases_from.as_deref())?;
        // a wrong name is not a source that is silent for a while
        if mirror.is_folder() {
            mirror.list("")?;
        }
        // a run that is offline looks at a folder, and at what the feeds said before
        let client = (!context.options.offline).then(|| context.client());
        Ok(Self { mirror, client, feeds: config.feeds.clone(), cache: context.cache() })
    }

    /// Looks, with these sources. Several that take their time end the look and not only their own request: what was not asked
    /// then was not looked at.
    pub(super) fn poll(
        &self,
        poll: impl FnOnce(&dyn Fn(Query) -> bool, &mut dyn FnMut(Query) -> Reply) -> Polled,
    ) -> Polled {
        let deadline = self.client.as_ref().map(|it| host::Deadline::after(it.document_total() * SLOW));
        poll(&|ask| self.costs(ask), &mut |ask| {
            if self.costs(ask) && deadline.is_some_and(|it| it.is_over()) {
                return Reply::Late;
            }
            match self.answer(ask) {
                Some(FeedAnswer::Found(bytes)) => Reply::Found(bytes),
                Some(FeedAnswer::Absent) => Reply::Absent,
                Some(FeedAnswer::Throttled(seconds)) => Reply::Throttled(seconds),
                Some(FeedAnswer::Silent(why)) => Reply::Unreachable(why),
                None => Reply::Off,
            }
        })
    }

    /// Whether asking is a request over the network: not of a folder, of what is switched off, or in a run that is offline.
    fn costs(&self, ask: Query) -> bool {
        let feeds = &self.feeds;
        let url = match ask {
            Query::Top | Query::Folder(_) | Query::Archive(_) | Query::Bundle(_) => return !self.mirror.is_folder(),
            Query::Releases => &feeds.api,
            Query::Calendar => &feeds.calendar,
            Query::Cycle => &feeds.cycle,
            Query::EndOfLife => &feeds.endoflife,
            Query::Tags(_) => &feeds.tags,
        };
        self.client.is_some() && !url.is_empty()
    }

    /// The answer of whoever is to be asked; none where that is switched off.
    fn answer(&self, ask: Query) -> Option<FeedAnswer> {
        let feeds = &self.feeds;
        let (mirror, cache) = (&self.mirror, &self.cache);
        match ask {
            Query::Top => Some(mirror.feed(cache, "", FEED_LIMIT)),
            Query::Folder(base) => Some(mirror.feed(cache, &format!("{base}/"), FEED_LIMIT)),
            Query::Archive(artifact) => Some(mirror.has_archive(&artifact.path())),
            Query::Bundle(artifact) => {
                Some(mirror.feed(cache, &format!("{}{BUNDLE_SUFFIX}", artifact.path()), BUNDLE_LIMIT))
            }
            Query::Releases if feeds.api.is_empty() => None,
            Query::Releases => self.feed(&format!("{}/release/?is_published=true", feeds.api.trim_end_matches('/'))),
            Query::Calendar => self.feed(&feeds.calendar),
            Query::Cycle => self.feed(&feeds.cycle),
            Query::EndOfLife => self.feed(&feeds.endoflife),
            Query::Tags(series) => self.feed(&feeds.tags.replace("{series}", &series.to_string())),
        }
    }

    fn feed(&self, url: &str) -> Option<FeedAnswer> {
        if url.is_empty() {
            return None;
        }
        Some(match &self.client {
            Some(client) => host::feed(client, &self.cache, url, FEED_LIMIT),
            None => FeedAnswer::Silent("this run is offline".into()),
        })
    }
}
