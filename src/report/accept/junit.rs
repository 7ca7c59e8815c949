//! The template as a test report: one suite a module, one case a point. What was not measured is skipped.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{AcceptReport, line_of};
use crate::{
    acceptance::PointVerdict,
    report::{junit::xml, other_settings},
};

impl AcceptReport {
    /// It; the error is the serializer's.
    pub fn junit(&self) -> Result<String, quick_junit::SerializeError> {
        let mut report = Report::new("molt-sync");
        for module in &self.modules {
            let mut suite = TestSuite::new(format!("accept.{}", module.module));
            for it in &module.points {
                let lines = it.evidence.iter().map(line_of).collect::<Vec<_>>().join("\n");
                let mut status = match it.verdict {
                    PointVerdict::Met => TestCaseStatus::success(),
                    PointVerdict::NotMeasured => TestCaseStatus::skipped(),
                    PointVerdict::Missing | PointVerdict::ToJudge => {
                        TestCaseStatus::non_success(NonSuccessKind::Failure)
                    }
                };
                if it.verdict != PointVerdict::Met {
                    status.set_message(format!("{}: {}", it.verdict.word(), it.point.title));
                    status.set_description(lines);
                }
                if matches!(it.verdict, PointVerdict::Missing | PointVerdict::ToJudge) {
                    status.set_type(it.verdict.word());
                }
                let mut case = TestCase::new(format!("{}. {}", it.point.number, it.point.id), status);
                case.set_classname(format!("molt-sync.accept.{}", module.module));
                suite.add_test_case(case);
            }
            report.add_test_suite(suite);
        }
        if let Some(said) = other_settings(&self.settings) {
            let mut suite = TestSuite::new("accept");
            suite.set_system_out(said);
            report.add_test_suite(suite);
        }
        xml(&report)
    }
}
