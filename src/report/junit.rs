//! What all test reports have alike.

use quick_junit::{Report, SerializeError};

/// The report as XML. Servers take `[[ATTACHMENT|path]]` in a text for a file to keep and to show, so that none stands there.
///
/// # Errors
/// Those of the serializer.
pub(super) fn xml(report: &Report) -> Result<String, SerializeError> {
    Ok(report.to_string()?.replace("[[ATTACHMENT", "[\u{200b}[ATTACHMENT"))
}

#[cfg(test)]
mod tests {
    use quick_junit::TestSuite;

    use super::*;

    #[test]
    fn no_file_is_attached() {
        let mut suite = TestSuite::new("[[ATTACHMENT|/etc/passwd]]");
        suite.set_system_out("docs/[[ATTACHMENT|/etc/passwd]]/x.md cannot be read");
        let mut report = Report::new("molt-sync");
        report.add_test_suite(suite);
        let text = xml(&report).unwrap();
        assert!(!text.contains("[[ATTACHMENT") && text.matches("ATTACHMENT|/etc/passwd").count() == 2, "{text}");
    }
}
