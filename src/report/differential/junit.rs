//! A test report in the form that CI systems read: a suite a lane, a case a test.

use std::{collections::BTreeMap, time::Duration};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::DifferentialReport;
use crate::{
    base::number_of,
    differential::{TestResult, TestStatus, UnnamedCounts},
    report::junit::xml,
};

impl DifferentialReport<'_> {
    /// The results as XML; the error is the serializer's.
    pub fn junit(&self) -> Result<String, quick_junit::SerializeError> {
        let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
        for it in &self.results.results {
            let suite = suites.entry(&it.lane).or_insert_with(|| TestSuite::new(format!("differential.{}", it.lane)));
            let mut case = TestCase::new(it.test.as_str(), status(it));
            case.set_classname(format!("molt-sync.differential.{}", it.lane));
            if let Some(time) = it.seconds.and_then(|it| Duration::try_from_secs_f64(it).ok()) {
                case.set_time(time);
            }
            suite.add_test_case(case);
        }
        let unnamed = UnnamedCounts::of(self.results).failed;
        if unnamed > 0 {
            let mut failed = TestCaseStatus::non_success(NonSuccessKind::Failure);
            failed.set_message(format!("{} without a name", number_of(unnamed, "test")));
            failed.set_type("unnamed");
            let mut case = TestCase::new("tests that are counted and not named", failed);
            case.set_classname("molt-sync.differential");
            suites.entry("").or_insert_with(|| TestSuite::new("differential")).add_test_case(case);
        }
        let mut report = Report::new("molt-sync");
        report.add_test_suites(suites.into_values());
        xml(&report)
    }
}

/// What fails the run is a failure, an error where nothing was compared; what is not a pass either is skipped, with its word.
fn status(it: &TestResult) -> TestCaseStatus {
    let is_spike = it.spike_over_kb.is_some();
    let mut res = match it.status {
        TestStatus::Pass | TestStatus::Xfail if !is_spike => return TestCaseStatus::success(),
        TestStatus::ReferenceFailed | TestStatus::Uncalibrated => TestCaseStatus::non_success(NonSuccessKind::Error),
        other if other.fails() || is_spike => TestCaseStatus::non_success(NonSuccessKind::Failure),
        _ => TestCaseStatus::skipped(),
    };
    res.set_message(format!("{}: {}", it.status.word(), it.why));
    res.set_type(if is_spike { "spike" } else { it.status.word() });
    if let Some(difference) = &it.difference {
        res.set_description(format!(
            "expected: {}\nactual: {}\n{}",
            difference.expected, difference.actual, difference.diff
        ));
    }
    res
}
