//! The results of a run as one value, which is what JSON holds, what parts of a run are merged from and what every printer prints.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{FirstDifference, HeaderFault, Partition, STATUSES, TestKind, TestStatus, case::is_probe};
use crate::base::percent;

/// One test in one lane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TestResult {
    /// The test, by its path from the workspace's root.
    pub test: String,
    /// The lane.
    pub lane: String,
    /// Of which kind it is.
    #[serde(default = "a_test")]
    pub kind: TestKind,
    /// The verdict.
    pub status: TestStatus,
    /// Why.
    #[serde(default)]
    pub why: String,
    /// The peak of the candidate's own memory, in KiB: anonymous and shared memory of all its processes.
    #[serde(default)]
    pub program_kb: Option<u64>,
    /// The peak of all memory that was charged to it, in KiB, with files in the page cache.
    #[serde(default)]
    pub charged_kb: Option<u64>,
    /// How long the candidate took.
    #[serde(default)]
    pub seconds: Option<f64>,
    /// Its processor time.
    #[serde(default)]
    pub cpu_seconds: Option<f64>,
    /// How long the reference took; of a kept outcome, how long it took then.
    #[serde(default)]
    pub reference_seconds: Option<f64>,
    /// Whether the reference's outcome was a kept one.
    #[serde(default)]
    pub reference_kept: bool,
    /// The peak of the reference's own memory, in KiB.
    #[serde(default)]
    pub reference_kb: Option<u64>,
    /// The peak of the build's own memory, in KiB.
    #[serde(default)]
    pub build_program_kb: Option<u64>,
    /// The peak of all memory that was charged to the build, in KiB.
    #[serde(default)]
    pub build_charged_kb: Option<u64>,
    /// How long the build took.
    #[serde(default)]
    pub build_seconds: Option<f64>,
    /// Whether it was run again, alone.
    #[serde(default)]
    pub alone: bool,
    /// The recorded peak in KiB, where the program's is a spike beside it.
    #[serde(default)]
    pub spike_over_kb: Option<u64>,
    /// Processes that its programs left behind.
    #[serde(default)]
    pub strays: u32,
    /// Where both sides differ.
    #[serde(default)]
    pub difference: Option<FirstDifference>,
    /// The digest of what the candidate did, by which lanes are compared.
    #[serde(default)]
    pub outcome: Option<String>,
}

impl TestResult {
    /// One with nothing but its name and its verdict.
    pub fn new(test: &str, lane: &str, status: TestStatus, why: &str) -> Self {
        Self {
            test: test.to_owned(),
            lane: lane.to_owned(),
            kind: if is_probe(test) { TestKind::Probe } else { TestKind::Test },
            status,
            why: why.to_owned(),
            program_kb: None,
            charged_kb: None,
            seconds: None,
            cpu_seconds: None,
            reference_seconds: None,
            reference_kept: false,
            reference_kb: None,
            build_program_kb: None,
            build_charged_kb: None,
            build_seconds: None,
            alone: false,
            spike_over_kb: None,
            strays: 0,
            difference: None,
            outcome: None,
        }
    }
}

fn a_test() -> TestKind {
    TestKind::Test
}

/// Counts of results.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Totals {
    /// All of them.
    pub total: usize,
    /// Those in which the candidate was compared with the reference: percentages are over these.
    pub compared: usize,
    /// Passes in a hundred of those, rounded to one decimal, 100 only where all pass and 0 only where none does; none where nothing was
    /// compared.
    pub pass_percent: Option<f64>,
    /// Tests whose programs used too much more memory than recorded.
    pub spikes: usize,
    /// Each status.
    #[serde(flatten)]
    pub counts: BTreeMap<String, usize>,
}

impl Totals {
    /// Counts these.
    pub fn of<'a>(results: impl IntoIterator<Item = &'a TestResult>) -> Self {
        let mut res = Self { counts: STATUSES.iter().map(|it| (it.word().to_owned(), 0)).collect(), ..Self::default() };
        for it in results {
            res.total += 1;
            res.compared += usize::from(it.status.is_compared());
            res.spikes += usize::from(it.spike_over_kb.is_some());
            *res.counts.entry(it.status.word().to_owned()).or_default() += 1;
        }
        res.pass_percent = percent(res.count(TestStatus::Pass) as u64, res.compared as u64, 1);
        res
    }

    /// How many have that status.
    pub fn count(&self, status: TestStatus) -> usize {
        self.counts.get(status.word()).copied().unwrap_or_default()
    }
}

/// What two parts of one run have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Fingerprint {
    /// The commit that is checked out; none without git.
    pub commit: Option<String>,
    /// The digest of the lanes and of what else decides how tests are run.
    pub configuration: String,
    /// The digest of all tests, before they were dealt out: names and bytes.
    pub tests: String,
    /// How many those are.
    pub count: usize,
    /// Each lane's interpreters, in their own words.
    pub interpreters: BTreeMap<String, String>,
}

/// Where results come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ResultsProvenance {
    /// A run of this tool.
    Run,
    /// Parts of one run.
    Merged {
        /// How many.
        parts: usize,
    },
    /// Another program's file.
    Imported {
        /// The file.
        file: String,
        /// Its form.
        form: String,
        /// What it does not say.
        lacks: Vec<String>,
    },
}

/// How memory was measured, and within which limits.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MemoryMeasurement {
    /// The rung of the ladder; none where nothing was measured.
    pub method: Option<String>,
    /// KiB that may be charged to one program and all that it starts.
    pub limit_kb: Option<u64>,
    /// How many tests ran at a time.
    pub jobs: usize,
}

/// What a list of debts does not say, by which it is told from the results of a run.
pub(super) const PASSING: &str = "the tests that pass";

/// What measurements of memory do not say.
pub(super) const VERDICTS: &str = "verdicts";

/// The results of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RunResults {
    /// Version of this form.
    pub schema: u32,
    /// Where they come from.
    pub provenance: ResultsProvenance,
    /// What the run was of.
    pub fingerprint: Fingerprint,
    /// Which part of the tests it was, where it was a part.
    #[serde(default)]
    pub partition: Option<Partition>,
    /// How memory was measured.
    #[serde(default)]
    pub measured: MemoryMeasurement,
    /// Each test in each lane, sorted.
    pub results: Vec<TestResult>,
    /// All results.
    pub totals: Totals,
    /// The results of each lane.
    #[serde(default)]
    pub lanes: BTreeMap<String, Totals>,
    /// Tests that a person wrote.
    #[serde(default)]
    pub tests: Totals,
    /// Generated probes.
    #[serde(default)]
    pub probes: Totals,
    /// Tests in which the lanes differ from each other.
    #[serde(default)]
    pub diverged: Vec<Diverged>,
    /// Headers that cannot be understood.
    #[serde(default)]
    pub headers: Vec<HeaderFinding>,
    /// What each lane lacks that lacks something.
    #[serde(default)]
    pub uncalibrated: BTreeMap<String, String>,
    /// Tests that were not run, because the run ended before: lane and test.
    #[serde(default)]
    pub not_run: Vec<(String, String)>,
    /// Why the run ended before its end, where it did.
    #[serde(default)]
    pub stopped: Option<String>,
    /// What was found and has no place elsewhere, a sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What another program counted, where it does not name each test: `passed`, `failed`, `discovered`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counted: BTreeMap<String, u64>,
}

/// A test in which lanes differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Diverged {
    /// Which.
    pub test: String,
    /// The lanes and what became of it there.
    pub lanes: BTreeMap<String, TestStatus>,
}

/// A header that cannot be understood, with its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HeaderFinding {
    /// The file.
    pub test: String,
    /// What is wrong where.
    #[serde(flatten)]
    pub fault: HeaderFault,
}

impl RunResults {
    /// Results without anything about them.
    pub fn new(provenance: ResultsProvenance, fingerprint: Fingerprint, results: Vec<TestResult>) -> Self {
        let mut res = Self {
            schema: 1,
            provenance,
            fingerprint,
            partition: None,
            measured: MemoryMeasurement::default(),
            results,
            totals: Totals::default(),
            lanes: BTreeMap::new(),
            tests: Totals::default(),
            probes: Totals::default(),
            diverged: Vec::new(),
            headers: Vec::new(),
            uncalibrated: BTreeMap::new(),
            not_run: Vec::new(),
            stopped: None,
            notes: Vec::new(),
            counted: BTreeMap::new(),
        };
        res.settle();
        res
    }

    /// Sorts the results, compares the lanes and counts everything anew.
    pub fn settle(&mut self) {
        self.results.sort_by(|a, b| (&a.test, &a.lane).cmp(&(&b.test, &b.lane)));
        self.compare_lanes();
        let of = |kind: TestKind| Totals::of(self.results.iter().filter(|it| it.kind == kind));
        (self.tests, self.probes) = (of(TestKind::Test), of(TestKind::Probe));
        self.totals = Totals::of(&self.results);
        let mut lanes: BTreeMap<&str, Vec<&TestResult>> = BTreeMap::new();
        for it in &self.results {
            lanes.entry(&it.lane).or_default().push(it);
        }
        let of_lane = |(lane, all): (&str, Vec<&TestResult>)| (lane.to_owned(), Totals::of(all));
        self.lanes = lanes.into_iter().map(of_lane).collect();
    }

    /// Lanes differ where their candidates did different things. Where the reference decides nothing, that is the verdict.
    fn compare_lanes(&mut self) {
        let mut by_test: BTreeMap<&str, Vec<&TestResult>> = BTreeMap::new();
        for it in &self.results {
            by_test.entry(&it.test).or_default().push(it);
        }
        let differ = |results: &Vec<&TestResult>| {
            let outcomes: BTreeSet<&String> = results.iter().filter_map(|it| it.outcome.as_ref()).collect();
            outcomes.len() > 1
        };
        let diverged: Vec<Diverged> = by_test
            .into_iter()
            .filter(|(_, results)| differ(results))
            .map(|(test, results)| {
                let lanes = results.iter().filter(|it| it.outcome.is_some()).map(|it| (it.lane.clone(), it.status));
                Diverged { test: test.to_owned(), lanes: lanes.collect() }
            })
            .collect();
        let names: BTreeSet<&str> = diverged.iter().map(|it| it.test.as_str()).collect();
        for it in self.results.iter_mut().filter(|it| it.outcome.is_some() && names.contains(it.test.as_str())) {
            if matches!(it.status, TestStatus::Vacuous | TestStatus::ReferenceFailed) {
                it.why = format!("the lanes differ from each other, and the reference does not decide: {}", it.why);
                it.status = TestStatus::Diverged;
            }
        }
        self.diverged = diverged;
    }

    /// Whether it says how the tests went: measurements of memory do not.
    pub fn has_verdicts(&self) -> bool {
        !matches!(&self.provenance, ResultsProvenance::Imported { lacks, .. } if lacks.iter().any(|it| it == VERDICTS))
    }

    /// Whether these are not the results of a run, but the tests that are known to fail.
    pub fn is_list_of_debts(&self) -> bool {
        matches!(&self.provenance, ResultsProvenance::Imported { lacks, .. } if lacks.iter().any(|it| it == PASSING))
    }

    /// Whether there were tests, and no result of any; a part of the tests may be none of them.
    pub fn has_no_result(&self) -> bool {
        self.results.is_empty() && self.fingerprint.count > 0 && self.partition.is_none()
    }

    /// Results that make the run fail.
    pub fn failing(&self) -> impl Iterator<Item = &TestResult> {
        self.results.iter().filter(|it| it.status.fails() || it.spike_over_kb.is_some())
    }
}

#[cfg(test)]
pub(super) fn result(test: &str, lane: &str, status: TestStatus) -> TestResult {
    TestResult::new(test, lane, status, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(results: Vec<TestResult>) -> RunResults {
        RunResults::new(ResultsProvenance::Run, Fingerprint::default(), results)
    }

    #[test]
    fn percentages_are_over_what_was_compared_and_probes_are_counted_apart() {
        let probe = TestResult { kind: TestKind::Probe, ..result("p", "x", TestStatus::Pass) };
        let all = [
            ("a", TestStatus::Pass),
            ("b", TestStatus::Fail),
            ("c", TestStatus::Vacuous),
            ("d", TestStatus::Skip),
            ("e", TestStatus::Xfail),
        ];
        let run = run(all.iter().map(|(test, status)| result(test, "x", *status)).chain([probe]).collect());
        assert_eq!((run.totals.total, run.totals.compared, run.totals.pass_percent), (6, 4, Some(50.0)));
        assert_eq!((run.tests.compared, run.tests.pass_percent), (3, Some(33.3)));
        assert_eq!((run.probes.compared, run.probes.pass_percent), (1, Some(100.0)));
        let of = |passed: usize, failed: usize| {
            let words =
                std::iter::repeat_n(TestStatus::Pass, passed).chain(std::iter::repeat_n(TestStatus::Fail, failed));
            Totals::of(&words.map(|it| result("a", "x", it)).collect::<Vec<_>>()).pass_percent
        };
        // 97.194…, 66.6…, and the two ends that are only for all and for none
        assert_eq!([of(1455, 42), of(2, 1), of(2372, 1), of(1, 2372)], [97.2, 66.7, 99.9, 0.1].map(Some));
        assert_eq!([of(3, 0), of(0, 3)], [100.0, 0.0].map(Some));
        assert_eq!(Totals::of(&[]).pass_percent, None);
        let json = serde_json::to_value(&run).unwrap();
        assert_eq!(json["totals"]["build-failed"], 0);
        assert_eq!(serde_json::from_value::<RunResults>(json).unwrap(), run);
    }

    #[test]
    fn lanes_that_differ_are_told_and_decide_where_the_reference_does_not() {
        let one = |test: &str, lane: &str, status, outcome: &str| TestResult {
            outcome: Some(outcome.into()),
            ..result(test, lane, status)
        };
        let run = run(vec![
            one("a", "native", TestStatus::Pass, "1"),
            one("a", "wasm", TestStatus::Fail, "2"),
            one("b", "native", TestStatus::Vacuous, "1"),
            one("b", "wasm", TestStatus::Vacuous, "2"),
            one("c", "native", TestStatus::Vacuous, "1"),
            one("c", "wasm", TestStatus::Vacuous, "1"),
        ]);
        let statuses: Vec<TestStatus> = run.results.iter().map(|it| it.status).collect();
        assert_eq!(
            statuses,
            [
                TestStatus::Pass,
                TestStatus::Fail,
                TestStatus::Diverged,
                TestStatus::Diverged,
                TestStatus::Vacuous,
                TestStatus::Vacuous
            ]
        );
        assert_eq!(run.diverged.iter().map(|it| it.test.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }
}
