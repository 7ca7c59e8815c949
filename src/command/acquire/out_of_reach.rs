//! Where a run that only looks does not go because the workspace says so: its settings come with a checkout, which can be anybody's,
//! and neither the rest of the disk nor the machines of the own network are anything that a checkout may have looked at.

use crate::{
    command::support::{
        context::Context,
        failure::{Exit, Failure},
        source::Source,
    },
    config::{Config, FILE},
    host,
};

/// Refuses a mirror outside of the workspace, and addresses of the own network, that the workspace's settings alone name.
///
/// # Errors
/// With what the caller can name instead.
pub(in crate::command) fn out_of_reach(context: &Context, config: &Config, source: &Source) -> Result<(), Failure> {
    // settings that the caller names are the caller's
    if context.options.config.is_some() {
        return Ok(());
    }
    let refused = |what: &str, why: &str, hint: String| {
        let what = format!("cannot look at {what}, which only {FILE} names: {why}");
        Err(Failure::new(Exit::Usage, what, hint))
    };
    let mirror = config.releases_from.as_deref().filter(|_| *source == Source::Mirror);
    if let (Some(mirror), None) = (mirror, &context.options.releases_from) {
        let named = format!("where it is meant, name it: --mirror {}", host::shell_word(&host::shown_address(mirror)));
        let is_address = mirror.contains("://");
        if is_address && !context.options.offline && host::is_of_own_network(mirror) {
            let shown = format!("the mirror {}", host::shown_address(mirror));
            return refused(&shown, "it is a machine of the own network", named);
        }
        if !is_address && !host::lies_in(mirror.as_ref(), &context.root()?) {
            return refused(&format!("the mirror {mirror}"), "it lies outside of the workspace", named);
        }
    }
    // who names a mirror there works in that network
    let is_there = |it: &String| !it.contains("://") || host::is_of_own_network(it);
    let is_at_home = context.options.releases_from.as_ref().is_some_and(is_there);
    let calendar = &config.feeds.calendar;
    if !is_at_home && !context.options.offline && host::is_of_own_network(calendar) {
        let shown = format!("the calendar {}", host::shown_address(calendar));
        let hint = format!("where it is meant, name the settings: --config {FILE}");
        return refused(&shown, "it is on a machine of the own network", hint);
    }
    Ok(())
}
