//! Days of the calendar, as records and people write them.

use jiff::civil::Date;

/// The day that a text names as `YYYY-MM-DD`; none where it is written in another form of ISO 8601, such as `20261123` or
/// `+002026-11-23`: days are compared and sorted as they are written.
pub fn day(text: &str) -> Option<Date> {
    let day: Date = text.parse().ok()?;
    (text.len() == 10 && day.to_string() == text).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_one_form() {
        assert_eq!(day("2026-11-23"), Some(jiff::civil::date(2026, 11, 23)));
        for text in [
            "20261123",
            "+002026-11-23",
            "-000001-01-01",
            "2026-11-23T12:00",
            "2026-11-23 ",
            "2026-02-31",
            "",
            "2026-1-1",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
