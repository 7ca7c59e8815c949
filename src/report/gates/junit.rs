//! A test report in the form that CI systems read: one suite, one case a gate.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{GateReport, ShownFinding};
use crate::{base::number_of, report::junit::xml};

impl GateReport<'_> {
    /// The report as XML; the error is the serializer's. The workspace lies at `prefix` in its repository.
    pub fn junit(&self, prefix: &str) -> Result<String, quick_junit::SerializeError> {
        let mut suite = TestSuite::new("gates");
        for row in self.chosen() {
            let failing: Vec<&ShownFinding> = row.findings.iter().filter(|it| self.counts(it)).collect();
            let status = match &row.not_judged {
                Some(why) => {
                    let mut status = TestCaseStatus::skipped();
                    status.set_message(why.as_str());
                    status
                }
                None if failing.is_empty() => TestCaseStatus::success(),
                None => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                    status.set_message(format!("{}: {}", number_of(failing.len(), "finding"), row.gate.title));
                    status.set_type(row.gate.id);
                    let lines: Vec<String> = failing.iter().map(|it| line(prefix, it)).collect();
                    status.set_description(format!("{}\nrepair: {}", lines.join("\n"), row.gate.repair));
                    status
                }
            };
            let mut case = TestCase::new(row.gate.id, status);
            case.set_classname("molt-sync.gates");
            suite.add_test_case(case);
        }
        let remarks: Vec<String> = self.remarks().collect();
        if !remarks.is_empty() {
            suite.set_system_out(remarks.join("\n"));
        }
        let mut report = Report::new("molt-sync");
        report.add_test_suite(suite);
        xml(&report)
    }
}

fn line(prefix: &str, shown: &ShownFinding) -> String {
    let path = shown.finding.path.as_ref().map(|it| format!("{prefix}{it}"));
    let places = [path, shown.located.line.map(|it| it.to_string()), shown.located.column.map(|it| it.to_string())];
    let place: Vec<String> = places.into_iter().map_while(|it| it).collect();
    let colon = if place.is_empty() { "" } else { ": " };
    format!("{}{colon}{}{}", place.join(":"), shown.finding.message, shown.age())
}
