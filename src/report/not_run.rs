//! A run that could not judge anything, in the forms that other programs read.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde_json::json;

use super::{
    envelope::json_document,
    gates::data,
    junit::xml,
    sarif::{self, SCHEMA},
};
use crate::base::printable;

/// Why a run ended before it had a result.
pub struct NotRun<'a> {
    /// The exit code.
    pub exit: u8,
    /// One sentence.
    pub message: &'a str,
    /// What it is about, a line each.
    pub details: &'a [String],
    /// What gets further.
    pub hint: Option<&'a str>,
}

impl NotRun<'_> {
    /// All of it, a line each.
    fn text(&self) -> String {
        let details = self.details.iter().map(|it| printable(it));
        let hint = self.hint.map(|it| format!("hint: {}", printable(it)));
        let lines = std::iter::once(printable(self.message)).chain(details).chain(hint);
        lines.collect::<Vec<_>>().join("\n")
    }

    /// A log without results: an empty list of them would say that there was nothing to find (section 3.14.23). Its id is of no check, so
    /// that it takes the place of none.
    pub fn sarif(&self) -> String {
        let told = json!({ "level": "error", "message": sarif::message(&self.text()) });
        let run = json!({
            "automationDetails": { "id": "molt-sync/not-run/" },
            "invocations": [{
                "executionSuccessful": false,
                "exitCode": self.exit,
                "toolExecutionNotifications": [told],
            }],
            "tool": { "driver": { "name": "molt-sync", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": [] } },
        });
        json_document(&json!({ "$schema": SCHEMA, "runs": [run], "version": "2.1.0" }))
    }

    /// A test report of one case, which ended with an error.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn junit(&self) -> Result<String, quick_junit::SerializeError> {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(printable(self.message));
        status.set_type(format!("exit code {}", self.exit));
        status.set_description(self.text());
        let mut case = TestCase::new("the run", status);
        case.set_classname("molt-sync");
        let mut suite = TestSuite::new("molt-sync");
        suite.add_test_case(case);
        let mut report = Report::new("molt-sync");
        report.add_test_suite(suite);
        xml(&report)
    }

    /// One annotation.
    pub fn github(&self) -> String {
        format!("::error title=molt-sync::{}\n", data(&self.text()))
    }
}
