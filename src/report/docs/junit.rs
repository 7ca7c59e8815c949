//! A test report: one suite, one case a document that states anything.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{DocsReport, NAMED};
use crate::{
    base::{RelPath, number_of, printable},
    docs::{Claim, CodeClass},
    report::junit::xml,
};

impl DocsReport {
    /// The report as XML; the error is the serializer's. The workspace lies at `prefix` in its repository.
    pub fn junit(&self, prefix: &str) -> Result<String, quick_junit::SerializeError> {
        let mut by_path: BTreeMap<&RelPath, Vec<&Claim>> = BTreeMap::new();
        for claim in &self.claims {
            by_path.entry(&claim.path).or_default().push(claim);
        }
        let mut suite = TestSuite::new(self.check);
        for (path, claims) in by_path {
            let path = format!("{prefix}{path}");
            let wrong: Vec<&&Claim> = claims.iter().filter(|it| it.is_wrong() && self.is_told(it)).collect();
            let status = if wrong.is_empty() {
                TestCaseStatus::success()
            } else {
                // what is bound to nothing is told, and fails nothing
                let is_failure = wrong.iter().any(|it| it.class() > CodeClass::Note);
                let mut status = if is_failure {
                    TestCaseStatus::non_success(NonSuccessKind::Failure)
                } else {
                    TestCaseStatus::skipped()
                };
                status.set_message(number_of(wrong.len(), if self.is_census() { "place" } else { "claim" }));
                status.set_type(wrong[0].code.map_or(String::new(), crate::docs::Code::id));
                let line = |it: &&&Claim| {
                    let about = format!("{path}:{}:{}: {}", it.line, it.column, it.message_and_why("; "));
                    format!("{}\ndo: {}", printable(&about), printable(&it.repair))
                };
                status.set_description(wrong.iter().map(line).collect::<Vec<_>>().join("\n"));
                status
            };
            let mut case = TestCase::new(path.as_str(), status);
            case.set_classname(format!("molt-sync.{}", self.check));
            suite.add_test_case(case);
        }
        let remarks = self.remarks(NAMED);
        if !remarks.is_empty() {
            suite.set_system_out(remarks.join("\n"));
        }
        let mut report = Report::new("molt-sync");
        report.add_test_suite(suite);
        xml(&report)
    }
}
