//! What the release calendar says against releases, asked before one is taken. Where it does not answer, what it said the last time
//! counts, and that it was not heard is told: nobody can keep a recall away without being noticed.

use crate::{
    command::support::{context::Context, source::Source},
    config::{Config, Feeds},
    host::{self, FeedAnswer},
    release::{
        Recalls,
        feed::{FEED_LIMIT, planned},
    },
};

/// How it went.
pub(in crate::command) enum CalendarOutcome {
    /// It was heard.
    Heard,
    /// It was not asked: there is none, or releases are not taken from the network.
    Not(&'static str),
    /// It was asked and not heard, and why.
    Unheard(String),
}

impl CalendarOutcome {
    /// In words, for reports.
    pub(in crate::command) fn words(&self) -> String {
        match self {
            Self::Heard => "the calendar was asked".to_owned(),
            Self::Not(why) => format!("the calendar was not asked: {why}"),
            Self::Unheard(why) => {
                format!("whether it was recalled is not known, because the calendar did not answer: {why}")
            }
        }
    }
}

/// What is said against releases. A calendar that a workspace names is always asked; the usual one only where releases come from
/// another machine.
pub(in crate::command) fn recalls(context: &Context, config: &Config, source: &Source) -> (Recalls, CalendarOutcome) {
    let mut res = Recalls::known();
    let url = &config.feeds.calendar;
    if url.is_empty() {
        return (res, CalendarOutcome::Not("none is set"));
    }
    let is_own = *url != Feeds::default().calendar;
    let (answer, mut asked) = if context.options.offline {
        (None, CalendarOutcome::Not("this run is offline"))
    } else if is_own || (*source == Source::Mirror && context.is_remote(config.releases_from.as_deref())) {
        match host::feed(&context.client(), &context.cache(), url, FEED_LIMIT) {
            FeedAnswer::Found(bytes) => (Some(bytes), CalendarOutcome::Heard),
            FeedAnswer::Absent => (None, CalendarOutcome::Unheard(format!("{url} is not there"))),
            FeedAnswer::Throttled(seconds) => {
                (None, CalendarOutcome::Unheard(format!("it wants to be asked again in {seconds} s")))
            }
            FeedAnswer::Silent(why) => (None, CalendarOutcome::Unheard(why)),
        }
    } else {
        (None, CalendarOutcome::Not("the release does not come from another machine"))
    };
    let Some(bytes) = answer.or_else(|| host::kept_feed(&context.cache(), url)) else { return (res, asked) };
    match planned(&bytes) {
        Ok(feed) => res.learn(feed.rows),
        Err(error) => asked = CalendarOutcome::Unheard(error.to_string()),
    }
    (res, asked)
}
