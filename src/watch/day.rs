//! Days and hours, in seconds.

/// Seconds in an hour and in a day.
pub(super) const HOUR: i64 = 3600;

pub(super) const DAY: i64 = 24 * HOUR;

/// Whether it is a day, as `YYYY-MM-DD`.
pub(super) fn is_day(text: &str) -> bool {
    crate::base::day(text).is_some()
}

/// The day of a moment, in UTC, as `YYYY-MM-DD`.
pub(super) fn day(now: i64) -> String {
    jiff::Timestamp::from_second(now).map(|it| it.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}
