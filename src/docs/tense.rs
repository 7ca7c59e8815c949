//! Of which time a sentence speaks: of a day, of the past, of what should be. Only what speaks of today is rewritten.

use super::flow::Flow;
pub(super) use super::text::time::{date_in, is_aim, is_history, is_past, speaks_of_now};

/// The day that a block speaks of: a comment says so, or the nearest heading has a date and nothing says "now".
pub(super) fn day(flow: &Flow) -> Option<String> {
    if flow.as_of.is_some() {
        return flow.as_of.clone();
    }
    let day = || {
        // a block that names a day speaks of it, and so does what stands below a heading that does
        let date = date_in(&flow.text).or_else(|| flow.headings.iter().rev().find_map(|it| it.date.clone()))?;
        (!speaks_of_now(&flow.text) && !flow.headings.iter().any(|it| it.speaks_of_now)).then_some(date)
    };
    flow.day.get_or_init(day).clone()
}

/// Whether the day that a block speaks of stands in it, and is no guess from a heading above: the value of today says nothing of
/// such a day.
pub(super) fn names_its_day(flow: &Flow) -> bool {
    flow.as_of.is_some() || (day(flow).is_some() && date_in(&flow.text).is_some())
}

/// Sections that say of themselves that they are history.
pub(super) fn is_record(flow: &Flow) -> bool {
    *flow.is_record.get_or_init(|| is_history(&flow.text) || flow.headings.iter().any(|it| it.is_history))
}
