//! The requests of a look, made over the network.

use crate::{
    command::{context::Context, failure::Failure},
    config::{Config, Feeds},
    host::{self, Cache, Client, FeedAnswer, Mirror},
    release::{
        feed::FEED_LIMIT,
        sigstore::{BUNDLE_LIMIT, BUNDLE_SUFFIX},
    },
    watch::{Answer, Ask, Look},
};

/// Who is asked.
pub(super) struct Sources {
    mirror: Mirror,
    client: Option<Client>,
    feeds: Feeds,
    cache: Cache,
}

impl Sources {
    pub(super) fn new(context: &Context, config: &Config) -> Result<Self, Failure> {
        let mirror = context.open_mirror(config.releases_from.as_deref())?;
        // a run that is offline looks at a folder, and at what the feeds said before
        let client = (!context.options.offline).then(|| context.client());
        Ok(Self { mirror, client, feeds: config.feeds.clone(), cache: context.cache() })
    }

    /// Looks, with these sources.
    pub(super) fn look(&self, look: impl FnOnce(&dyn Fn(Ask) -> bool, &mut dyn FnMut(Ask) -> Answer) -> Look) -> Look {
        look(&|ask| self.costs(ask), &mut |ask| match self.answer(ask) {
            Some(FeedAnswer::Found(bytes)) => Answer::Found(bytes),
            Some(FeedAnswer::Absent) => Answer::Absent,
            Some(FeedAnswer::Throttled(seconds)) => Answer::Throttled(seconds),
            Some(FeedAnswer::Silent(why)) => Answer::Unreachable(why),
            None => Answer::Off,
        })
    }

    /// Whether asking is a request over the network: not of a folder, of what is switched off, or in a run that is offline.
    fn costs(&self, ask: Ask) -> bool {
        let feeds = &self.feeds;
        let url = match ask {
            Ask::Top | Ask::Folder(_) | Ask::Archive(_) | Ask::Bundle(_) => return !self.mirror.is_folder(),
            Ask::Releases => &feeds.api,
            Ask::Calendar => &feeds.calendar,
            Ask::Cycle => &feeds.cycle,
            Ask::EndOfLife => &feeds.endoflife,
            Ask::Tags(_) => &feeds.tags,
        };
        self.client.is_some() && !url.is_empty()
    }

    /// The answer of whoever is to be asked; none where that is switched off.
    fn answer(&self, ask: Ask) -> Option<FeedAnswer> {
        let feeds = &self.feeds;
        let (mirror, cache) = (&self.mirror, &self.cache);
        match ask {
            Ask::Top => Some(mirror.feed(cache, "", FEED_LIMIT)),
            Ask::Folder(base) => Some(mirror.feed(cache, &format!("{base}/"), FEED_LIMIT)),
            Ask::Archive(artifact) => Some(mirror.has(&artifact.path())),
            Ask::Bundle(artifact) => {
                Some(mirror.feed(cache, &format!("{}{BUNDLE_SUFFIX}", artifact.path()), BUNDLE_LIMIT))
            }
            Ask::Releases if feeds.api.is_empty() => None,
            Ask::Releases => self.feed(&format!("{}/release/?is_published=true", feeds.api.trim_end_matches('/'))),
            Ask::Calendar => self.feed(&feeds.calendar),
            Ask::Cycle => self.feed(&feeds.cycle),
            Ask::EndOfLife => self.feed(&feeds.endoflife),
            Ask::Tags(series) => self.feed(&feeds.tags.replace("{series}", &series.to_string())),
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
