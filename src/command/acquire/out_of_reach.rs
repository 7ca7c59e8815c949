//! Where a run that only looks does not go because the workspace says so: its settings come with a checkout, which can be anybody's,
//! and neither the rest of the disk nor the machines of the own network are anything that a checkout may have looked at.

use crate::{
    base::option_word,
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    config::{Config, FILE, Feeds},
    host,
};

/// Refuses a mirror outside of the workspace, or in the own network, that the workspace's settings alone name.
///
/// # Errors
/// With what the caller can name instead.
pub(in crate::command) fn out_of_reach(context: &Context, config: &Config) -> Result<(), Failure> {
    let options = &context.options;
    // settings that the caller names are the caller's
    if options.follows_settings || options.config.is_some() || options.releases_from.is_some() {
        return Ok(());
    }
    let Some(mirror) = config.releases_from.as_deref() else { return Ok(()) };
    let hint = || format!("where it is meant, name it: {}", option_word("--mirror", &host::shown_address(mirror)));
    if mirror.contains("://") {
        if options.offline || !host::is_of_own_network(mirror) {
            return Ok(());
        }
        let what = format!("the mirror {}", host::shown_address(mirror));
        return Err(refused(&what, "it is a machine of the own network", hint()));
    }
    let root = match Context::found()? {
        _ if options.root.is_some() => context.root()?,
        Ok(root) | Err(root) => root,
    };
    if host::lies_in(mirror.as_ref(), &root) {
        return Ok(());
    }
    Err(refused(&format!("the mirror {mirror}"), "it lies outside of the workspace", hint()))
}

/// Refuses a calendar in the own network that the workspace's settings alone name.
///
/// # Errors
/// With what the caller can name instead.
pub(in crate::command) fn calendar_out_of_reach(context: &Context, config: &Config) -> Result<(), Failure> {
    feed_out_of_reach(context, "calendar", &config.feeds.calendar)
}

/// Refuses every feed in the own network that the workspace's settings alone name.
///
/// # Errors
/// With what the caller can name instead.
pub(in crate::command) fn feeds_out_of_reach(context: &Context, config: &Config) -> Result<(), Failure> {
    let Feeds { api, calendar, cycle, endoflife, tags } = &config.feeds;
    let all = [("calendar", calendar), ("api", api), ("cycle", cycle), ("endoflife", endoflife), ("tags", tags)];
    all.iter().try_for_each(|(name, address)| feed_out_of_reach(context, name, address))
}

fn feed_out_of_reach(context: &Context, name: &str, address: &str) -> Result<(), Failure> {
    let options = &context.options;
    // who names a mirror there works in that network
    let is_there = |it: &String| !it.contains("://") || host::is_of_own_network(it);
    let is_at_home = options.config.is_some() || options.releases_from.as_ref().is_some_and(is_there);
    if is_at_home || options.offline || !host::is_of_own_network(address) {
        return Ok(());
    }
    let what = match name {
        "calendar" => format!("the calendar {}", host::shown_address(address)),
        _ => format!("the feed `{name}`, {}", host::shown_address(address)),
    };
    let hint = format!("where it is meant, name the settings: --config {FILE}");
    Err(refused(&what, "it is on a machine of the own network", hint))
}

fn refused(what: &str, why: &str, hint: String) -> Failure {
    Failure::new(Exit::Usage, format!("cannot look at {what}, which only {FILE} names: {why}"), hint)
}
