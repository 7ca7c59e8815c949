//! Tests that cannot tell anything: the reference differs from itself, a program that does nothing passes, or the output depends on
//! where the interpreter lies.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::bytes::Regex;
use serde::{Deserialize, Serialize};

use super::{
    Outcome, TestStatus,
    outcome::End,
    rules::ComparisonRules,
    verdict::{CandidateOutcome, judge},
};

/// Why a test cannot tell anything, or not all that it seems to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VetReason {
    /// The reference differs from itself when nothing is changed.
    Unstable,
    /// It differs in another temporary folder.
    DependsOnFolder,
    /// It differs with another hash seed.
    DependsOnHashSeed,
    /// It differs where other programs run beside it.
    DependsOnLoad,
    /// A program that prints nothing and ends with 0 or 1 would agree with it, or with one of its outcomes where they differ, in all
    /// that Molt's rules compare.
    NullPasses,
    /// It is skipped here, by its header or because the reference lacks a package.
    SkippedHere,
    /// The reference fails.
    ReferenceFails,
    /// The reference does not come to an end.
    ReferenceDoesNotEnd,
    /// It prints where the interpreter lies.
    PrintsInterpreterPath,
    /// It prints the address of an object.
    PrintsAddress,
}

impl VetReason {
    /// In words.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Unstable => "the reference differs from itself",
            Self::DependsOnFolder => "it differs in another temporary folder",
            Self::DependsOnHashSeed => "it differs with another hash seed",
            Self::DependsOnLoad => "it differs where other programs run beside it",
            Self::NullPasses => "a program that prints nothing agrees with it in all that is compared",
            Self::SkippedHere => "it is skipped here, by its header or because the reference lacks a package",
            Self::ReferenceFails => "the reference fails",
            Self::ReferenceDoesNotEnd => "the reference does not come to an end",
            Self::PrintsInterpreterPath => "it prints where the interpreter lies",
            Self::PrintsAddress => "it prints the address of an object",
        }
    }

    /// Whether a run takes its difference from the reference for nothing. Both sides have the same folders and the same hash seed, so
    /// that what depends on these is compared all the same.
    pub fn is_unstable(&self) -> bool {
        matches!(self, Self::Unstable | Self::DependsOnLoad)
    }
}

/// One test of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Vetted {
    /// Which.
    pub test: String,
    /// Why it is in the list.
    pub why: Vec<VetReason>,
    /// The digest of its bytes: of another text nothing is known.
    #[serde(default)]
    pub digest: String,
}

/// The list, as data that `run` reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct VettedList {
    /// Version of this form.
    pub schema: u32,
    /// The interpreter that was asked.
    #[serde(default)]
    pub reference: String,
    /// How many tests were looked at.
    #[serde(default)]
    pub looked_at: usize,
    /// The tests about which there is something to say, sorted.
    pub tests: Vec<Vetted>,
}

impl VettedList {
    /// The tests whose reference differs from itself, with the digest of what they were then.
    pub fn unstable(&self) -> BTreeMap<&str, &str> {
        let unstable = self.tests.iter().filter(|it| it.why.iter().any(VetReason::is_unstable));
        unstable.map(|it| (it.test.as_str(), it.digest.as_str())).collect()
    }
}

/// What the reference did with one test under several conditions.
#[derive(Debug, Clone, Default)]
pub struct Looks {
    /// Whether its header keeps it from being run here.
    pub is_skipped: bool,
    /// Twice or more with nothing changed, alone where that was needed.
    pub same: Vec<Outcome>,
    /// In another temporary folder.
    pub folder: Vec<Outcome>,
    /// With another hash seed.
    pub seed: Vec<Outcome>,
    /// Beside others.
    pub loaded: Vec<Outcome>,
}

/// ` at 0x7f0012345678`
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\bat 0x[0-9a-fA-F]{6,16}\b").ok());

/// What there is to say about a test, by what the reference did; `interpreter` is where that lies.
pub fn vet(rules: &ComparisonRules, looks: &Looks, interpreter: &str) -> Vec<VetReason> {
    let Some(first) = looks.same.first() else { return Vec::new() };
    let mut res = Vec::new();
    let differs = |others: &[Outcome]| others.iter().any(|it| !rules.same(it, first));
    // what differs now and then does so under every condition
    let wavers = |others: &[Outcome]| others.first().is_some_and(|one| others.iter().any(|it| !rules.same(it, one)));
    if differs(&looks.same) || wavers(&looks.folder) || wavers(&looks.seed) {
        res.push(VetReason::Unstable);
    } else {
        let conditions = [
            (&looks.folder, VetReason::DependsOnFolder),
            (&looks.seed, VetReason::DependsOnHashSeed),
            (&looks.loaded, VetReason::DependsOnLoad),
        ];
        res.extend(conditions.into_iter().filter(|(others, _)| differs(others)).map(|(_, why)| why));
    }
    if !first.end.is_own() {
        res.push(VetReason::ReferenceDoesNotEnd);
        return res;
    }
    let status = |outcome: &Outcome, code| judge(rules, outcome, CandidateOutcome::Ran(&null(code))).status;
    // what is skipped is looked at all the same: elsewhere it would be run
    let agrees = |outcome: &Outcome, code| match status(outcome, code) {
        TestStatus::Pass | TestStatus::Vacuous | TestStatus::Xpass => true,
        TestStatus::Skip => outcome.stdout.is_empty() && matches!(outcome.end, End::Exit(0 | 1)),
        _ => false,
    };
    // a test that differs from itself is passed by whoever agrees with one of its outcomes
    let mut all = [&looks.same, &looks.folder, &looks.seed, &looks.loaded].into_iter().flatten();
    if all.any(|it| it.end.is_own() && (agrees(it, 0) || agrees(it, 1))) {
        res.push(VetReason::NullPasses);
    }
    let found = [0, 1].map(|code| status(first, code));
    if looks.is_skipped || found.contains(&TestStatus::Skip) {
        res.push(VetReason::SkippedHere);
    }
    if !first.succeeded() {
        res.push(VetReason::ReferenceFails);
    }
    let text = &first.stdout;
    let has = |needle: &str| needle.len() > 1 && memchr::memmem::find(text, needle.as_bytes()).is_some();
    let folder = interpreter.rsplit_once('/').and_then(|(it, _)| it.strip_suffix("/bin")).unwrap_or_default();
    if has(interpreter) || has(folder) {
        res.push(VetReason::PrintsInterpreterPath);
    }
    if ADDRESS.as_ref().is_some_and(|it| it.is_match(text)) {
        res.push(VetReason::PrintsAddress);
    }
    res
}

/// What a program does that does nothing. It passes where a pass needs nothing to compare, as under the rules of Molt's runner.
fn null(code: i32) -> Outcome {
    Outcome { end: End::Exit(code), stdout: Vec::new(), stderr: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(code: i32, stdout: &str) -> Outcome {
        Outcome { end: End::Exit(code), stdout: stdout.into(), stderr: Vec::new() }
    }

    fn why(same: &[Outcome], seed: &[Outcome]) -> Vec<VetReason> {
        let looks = Looks { same: same.to_vec(), seed: seed.to_vec(), ..Looks::default() };
        vet(&ComparisonRules::default(), &looks, "/opt/py/bin/python3.12")
    }

    #[test]
    fn each_reason_has_its_case() {
        let fine = outcome(0, "a\n");
        assert_eq!(why(&[fine.clone(), fine.clone()], std::slice::from_ref(&fine)), []);
        assert_eq!(why(&[fine.clone(), outcome(0, "b\n")], &[outcome(0, "c\n")]), [VetReason::Unstable]);
        assert_eq!(why(std::slice::from_ref(&fine), &[outcome(0, "c\n")]), [VetReason::DependsOnHashSeed]);
        assert_eq!(why(&[outcome(0, "")], &[]), [VetReason::NullPasses]);
        assert_eq!(why(&[outcome(1, "")], &[]), [VetReason::NullPasses, VetReason::ReferenceFails]);
        assert_eq!(why(&[outcome(2, "")], &[]), [VetReason::ReferenceFails]);
        let lacks = |stdout: &str| Outcome { stderr: b"ImportError: no cbor2\n".to_vec(), ..outcome(1, stdout) };
        assert_eq!(why(&[lacks("")], &[]), [VetReason::NullPasses, VetReason::SkippedHere, VetReason::ReferenceFails]);
        assert_eq!(why(&[lacks("a\n")], &[]), [VetReason::SkippedHere, VetReason::ReferenceFails]);
        let skipped = Looks { is_skipped: true, same: vec![fine.clone()], ..Looks::default() };
        assert_eq!(vet(&ComparisonRules::default(), &skipped, ""), [VetReason::SkippedHere]);
        assert_eq!(why(&[outcome(0, "/opt/py/lib/x\n")], &[]), [VetReason::PrintsInterpreterPath]);
        assert_eq!(why(&[outcome(0, "<x at 0x7f00aa11>\n")], &[]), [VetReason::PrintsAddress]);
        assert_eq!(why(&[Outcome { end: End::Timeout, ..fine }], &[]), [VetReason::ReferenceDoesNotEnd]);
    }

    #[test]
    fn a_race_is_no_matter_of_the_condition_in_which_it_was_seen() {
        let (fine, failed) = (outcome(0, "a\n"), outcome(1, ""));
        // the same seed gave both
        assert_eq!(
            why(std::slice::from_ref(&fine), &[failed.clone(), fine.clone()]),
            [VetReason::Unstable, VetReason::NullPasses]
        );
        // each time the same with that seed
        let seeds = [failed.clone(), failed];
        assert_eq!(why(&[fine.clone(), fine], &seeds), [VetReason::DependsOnHashSeed, VetReason::NullPasses]);
    }
}
