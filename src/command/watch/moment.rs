//! A moment as it is written.

/// The time in seconds since 1970 as text; nothing where no calendar has it.
pub(super) fn jiff_text(now: i64) -> String {
    jiff::Timestamp::from_second(now).map(|it| it.to_string()).unwrap_or_default()
}
