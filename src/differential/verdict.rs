//! What two outcomes of one test come to. Nothing passes by default: a pass names something that was compared and that could
//! have differed.

use super::{
    FirstDifference, Outcome, TestStatus,
    normalize::Stderr,
    outcome::End,
    rules::{ComparisonRules, exception, signature, syntax_error},
};

/// What became of the candidate.
#[derive(Debug, Clone, Copy)]
pub enum CandidateOutcome<'a> {
    /// The program that should build it did not.
    NotBuilt(&'a Outcome),
    /// It was run.
    Ran(&'a Outcome),
}

/// The verdict on one test in one lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestVerdict {
    /// The word.
    pub status: TestStatus,
    /// Why, in one sentence.
    pub why: String,
    /// Where the two sides differ.
    pub difference: Option<FirstDifference>,
}

impl TestVerdict {
    /// One without a difference.
    pub fn new(status: TestStatus, why: impl Into<String>) -> Self {
        Self { status, why: why.into(), difference: None }
    }

    fn fail(why: impl Into<String>, difference: FirstDifference) -> Self {
        Self { status: TestStatus::Fail, why: why.into(), difference: Some(difference) }
    }
}

/// Packages of the reference's own, without which some tests say nothing, and how a module of Molt's says that one is missing.
const OPTIONAL_PACKAGES: [(&str, &str); 2] = [
    ("msgpack", "msgpack is required for parse_msgpack fallback"),
    ("cbor2", "cbor2 is required for parse_cbor fallback"),
];

/// Judges one test.
pub fn judge(rules: &ComparisonRules, reference: &Outcome, candidate: CandidateOutcome<'_>) -> TestVerdict {
    // what ends the candidate is told although the reference came to no better end: it never passes
    let own = match candidate {
        CandidateOutcome::NotBuilt(outcome) | CandidateOutcome::Ran(outcome) => &outcome.end,
    };
    match (&reference.end, own) {
        (End::OutOfMemory, End::OutOfMemory) => {
            return TestVerdict::new(TestStatus::Oom, "both sides ran out of memory");
        }
        (End::Timeout, End::Timeout) => {
            return TestVerdict::new(TestStatus::Timeout, "both sides took longer than they may");
        }
        (End::Limit(a), End::Limit(b)) if a == b => {
            let why = format!("both sides {}, so that the test says nothing", reference.end.words());
            return TestVerdict::new(TestStatus::ReferenceFailed, why);
        }
        _ => {}
    }
    if !reference.end.is_own() {
        return TestVerdict::new(TestStatus::ReferenceFailed, format!("the reference {}", reference.end.words()));
    }
    if let Some(package) = missing_package(reference) {
        return TestVerdict::new(TestStatus::Skip, format!("the reference has no package {package}"));
    }
    let verdict = match candidate {
        CandidateOutcome::NotBuilt(build) => not_built(reference, build),
        CandidateOutcome::Ran(outcome) => compared(rules, reference, outcome),
    };
    match (&rules.expected_to_fail, verdict.status) {
        // a program that CPython cannot run either says nothing about the candidate
        (Some(_), _) if !reference.succeeded() => verdict,
        (Some(why), TestStatus::Fail | TestStatus::BuildFailed | TestStatus::Timeout) => TestVerdict {
            status: TestStatus::Xfail,
            why: format!("expected to fail ({why}): {}", verdict.why),
            ..verdict
        },
        (Some(why), TestStatus::Pass) => {
            TestVerdict::new(TestStatus::Xpass, format!("it passes, and is expected to fail ({why})"))
        }
        _ => verdict,
    }
}

fn missing_package(reference: &Outcome) -> Option<&'static str> {
    if reference.succeeded() {
        return None;
    }
    let says = |words: &str| memchr::memmem::find(&reference.stderr, words.as_bytes()).is_some();
    let (name, message) = exception(&reference.stderr).unwrap_or_default();
    let is_import = matches!(name.as_str(), "ModuleNotFoundError" | "ImportError");
    let missing = OPTIONAL_PACKAGES.iter().find(|(it, words)| says(words) || (is_import && message.contains(it)));
    missing.map(|it| it.0)
}

/// A program that does not build can still be right: both sides refuse its syntax.
fn not_built(reference: &Outcome, build: &Outcome) -> TestVerdict {
    match &build.end {
        End::OutOfMemory => return TestVerdict::new(TestStatus::Oom, "the build ran out of memory"),
        End::Timeout => return TestVerdict::new(TestStatus::Timeout, "the build took longer than it may"),
        End::NotStarted(_) | End::Lost(_) => {
            return TestVerdict::new(TestStatus::Uncalibrated, format!("the build {}", build.end.words()));
        }
        _ => {}
    }
    let both = syntax_error(&reference.stderr).zip(syntax_error(&build.stderr));
    if let Some((expected, actual)) = both.filter(|_| !reference.succeeded()) {
        return TestVerdict::new(
            TestStatus::Pass,
            format!("both refuse it: {expected}, and {actual} when it was built"),
        );
    }
    let said = String::from_utf8_lossy(&build.stderr);
    let last =
        said.lines().rev().find(|it| !it.trim().is_empty()).map_or(String::new(), |it| format!(": {}", it.trim()));
    TestVerdict::new(TestStatus::BuildFailed, format!("the build {}{last}", build.end.words()))
}

fn compared(rules: &ComparisonRules, reference: &Outcome, candidate: &Outcome) -> TestVerdict {
    match &candidate.end {
        End::OutOfMemory => return TestVerdict::new(TestStatus::Oom, "the candidate ran out of memory"),
        End::Timeout => return TestVerdict::new(TestStatus::Timeout, "the candidate took longer than it may"),
        End::NotStarted(_) | End::Lost(_) => {
            return TestVerdict::new(TestStatus::Uncalibrated, format!("the candidate {}", candidate.end.words()));
        }
        End::Limit(_) => {
            let difference = FirstDifference::of_values("exit", reference.end.words(), candidate.end.words());
            return TestVerdict::fail(format!("the candidate {}", candidate.end.words()), difference);
        }
        End::Exit(_) | End::Signal(_) => {}
    }
    let form = |text: &[u8]| rules.normalize.apply(text);
    let (expected, actual) = (form(&reference.stdout), form(&candidate.stdout));
    if let Some(difference) = FirstDifference::of_texts("stdout", &expected, &actual) {
        let place = format!("line {}, column {}", difference.line, difference.column);
        return TestVerdict::fail(format!("stdout differs from {place} on"), difference);
    }
    if reference.end != candidate.end {
        let (expected, actual) = (reference.end.words(), candidate.end.words());
        let why = format!("the reference {expected}, and the candidate {actual}");
        let difference = FirstDifference::of_texts("stderr", &form(&reference.stderr), &form(&candidate.stderr));
        let diff = difference.map(|it| it.diff).unwrap_or_default();
        return TestVerdict::fail(
            why,
            FirstDifference { diff, ..FirstDifference::of_values("exit", expected, actual) },
        );
    }
    let (expected_err, actual_err) = (form(&reference.stderr), form(&candidate.stderr));
    if let Some(difference) = stderr_difference(rules.stderr, &expected_err, &actual_err) {
        return TestVerdict::fail(format!("{} differs", difference.what), difference);
    }
    agreed(rules, reference, &expected, (&expected_err, &actual_err))
}

fn stderr_difference(mode: Stderr, expected: &[u8], actual: &[u8]) -> Option<FirstDifference> {
    let both = |text: &[u8]| signature(text).map(|(name, message)| format!("{name}: {message}"));
    match (mode, both(expected), both(actual)) {
        (Stderr::Ignore, ..) => None,
        (Stderr::Exception, Some(expected), Some(actual)) => {
            (expected != actual).then(|| FirstDifference::of_values("exception", expected, actual))
        }
        _ => FirstDifference::of_texts("stderr", expected, actual),
    }
}

/// Both sides agree: in something that could have differed?
fn agreed(
    rules: &ComparisonRules,
    reference: &Outcome,
    stdout: &[u8],
    (expected, actual): (&[u8], &[u8]),
) -> TestVerdict {
    let died = (!reference.succeeded()).then(|| exception(expected)).flatten();
    if !stdout.is_empty() {
        return match (died, exception(actual)) {
            // what stands behind the place where the reference died was never reached, and the candidate may not have come so far
            (Some(a), b) if rules.stderr == Stderr::Ignore && b.as_ref() != Some(&a) => TestVerdict::new(
                TestStatus::Vacuous,
                format!("both fail after the same output, and the candidate does not end with the reference's {}", a.0),
            ),
            _ => TestVerdict::new(TestStatus::Pass, "stdout and the exit code agree"),
        };
    }
    if rules.stderr != Stderr::Ignore && !expected.is_empty() {
        return TestVerdict::new(TestStatus::Pass, "stderr and the exit code agree");
    }
    if reference.succeeded() {
        return TestVerdict::new(
            TestStatus::Vacuous,
            "the reference prints nothing, and the candidate printed nothing either",
        );
    }
    match (died, exception(actual)) {
        (Some(a), Some(b)) if a == b => TestVerdict::new(
            TestStatus::Pass,
            format!("both end with {}{}", a.0, if a.1.is_empty() { "" } else { ", with the same message" }),
        ),
        (Some((name, _)), _) => TestVerdict::new(
            TestStatus::Vacuous,
            format!("both fail and print nothing, and the candidate does not end with the reference's {name}"),
        ),
        (None, _) => TestVerdict::new(TestStatus::Vacuous, "both fail, and neither prints anything or says why"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::differential::Headers;

    fn outcome(code: i32, stdout: &str, stderr: &str) -> Outcome {
        Outcome { end: End::Exit(code), stdout: stdout.into(), stderr: stderr.into() }
    }

    fn ended(end: End) -> Outcome {
        Outcome { end, stdout: Vec::new(), stderr: Vec::new() }
    }

    fn verdict(header: &str, reference: &Outcome, candidate: &Outcome) -> TestStatus {
        let rules = ComparisonRules::of(&Headers::read(&format!("# MOLT_META: {header}\n")));
        judge(&rules, reference, CandidateOutcome::Ran(candidate)).status
    }

    #[test]
    fn each_word_has_its_case() {
        let (trace, other) = ("Traceback\nValueError: x\n", "Traceback\nKeyError: x\n");
        let fine = outcome(0, "a\n", "");
        let failed = outcome(1, "", trace);
        for (header, reference, candidate, status) in [
            ("", &fine, fine.clone(), TestStatus::Pass),
            ("", &fine, outcome(0, "a\n", "warning"), TestStatus::Pass),
            ("stderr=match", &fine, outcome(0, "a\n", "warning"), TestStatus::Fail),
            ("", &fine, outcome(0, "b\n", ""), TestStatus::Fail),
            ("", &fine, outcome(0, "a\r\n", ""), TestStatus::Fail),
            ("normalize=newlines", &fine, outcome(0, "a\r\n", ""), TestStatus::Pass),
            ("", &fine, outcome(3, "a\n", ""), TestStatus::Fail),
            ("", &fine, ended(End::Timeout), TestStatus::Timeout),
            ("", &fine, ended(End::OutOfMemory), TestStatus::Oom),
            ("", &fine, ended(End::Limit("output".into())), TestStatus::Fail),
            ("", &fine, ended(End::NotStarted("gone".into())), TestStatus::Uncalibrated),
            ("", &ended(End::Limit("output".into())), fine.clone(), TestStatus::ReferenceFailed),
            ("", &ended(End::Limit("output".into())), ended(End::Limit("output".into())), TestStatus::ReferenceFailed),
            ("", &fine, ended(End::Lost("gone".into())), TestStatus::Uncalibrated),
            ("", &ended(End::Lost("gone".into())), fine.clone(), TestStatus::ReferenceFailed),
            ("", &fine, ended(End::Signal(11)), TestStatus::Fail),
            ("", &failed, failed.clone(), TestStatus::Pass),
            ("", &failed, outcome(1, "", other), TestStatus::Vacuous),
            ("", &failed, outcome(1, "", ""), TestStatus::Vacuous),
            ("", &failed, outcome(0, "", ""), TestStatus::Fail),
            ("stderr=traceback", &failed, outcome(1, "", other), TestStatus::Fail),
            ("stderr=traceback", &failed, outcome(1, "", "x\nValueError: x\n"), TestStatus::Pass),
            ("", &outcome(1, "a\n", trace), outcome(1, "a\n", trace), TestStatus::Pass),
            ("", &outcome(1, "a\n", trace), outcome(1, "a\n", other), TestStatus::Vacuous),
            ("", &outcome(1, "a\n", trace), outcome(1, "a\n", ""), TestStatus::Vacuous),
            ("stderr=traceback", &outcome(1, "a\n", trace), outcome(1, "a\n", other), TestStatus::Fail),
            ("", &outcome(1, "a\n", ""), outcome(1, "a\n", trace), TestStatus::Pass),
            ("", &outcome(0, "a\n", trace), outcome(0, "a\n", other), TestStatus::Pass),
            ("", &outcome(0, "", ""), outcome(0, "", ""), TestStatus::Vacuous),
            ("", &outcome(0, "", "note"), outcome(0, "", "note"), TestStatus::Vacuous),
            ("stderr=match", &outcome(0, "", "note"), outcome(0, "", "note"), TestStatus::Pass),
            ("", &ended(End::Timeout), ended(End::Timeout), TestStatus::Timeout),
            ("", &ended(End::OutOfMemory), fine.clone(), TestStatus::ReferenceFailed),
            ("", &ended(End::OutOfMemory), ended(End::OutOfMemory), TestStatus::Oom),
            ("", &ended(End::Timeout), fine.clone(), TestStatus::ReferenceFailed),
            ("", &ended(End::NotStarted("gone".into())), fine.clone(), TestStatus::ReferenceFailed),
            ("expect_fail=molt", &fine, outcome(0, "b\n", ""), TestStatus::Xfail),
            ("xfail=molt", &fine, fine.clone(), TestStatus::Xpass),
            ("expect_fail=molt", &failed, outcome(0, "", ""), TestStatus::Fail),
            ("expect_fail=molt", &fine, ended(End::OutOfMemory), TestStatus::Oom),
            ("expect_fail=molt", &outcome(0, "", ""), outcome(0, "", ""), TestStatus::Vacuous),
            ("", &outcome(1, "", "ModuleNotFoundError: No module named 'msgpack'\n"), fine.clone(), TestStatus::Skip),
        ] {
            assert_eq!(verdict(header, reference, &candidate), status, "{header} {reference:?} {candidate:?}");
        }
    }

    #[test]
    fn what_is_not_built() {
        let broken = outcome(1, "", "SyntaxError: invalid syntax\n");
        let status = |reference: &Outcome, build: &Outcome| {
            judge(&ComparisonRules::default(), reference, CandidateOutcome::NotBuilt(build)).status
        };
        assert_eq!(status(&broken, &outcome(1, "", "x.py:1: SyntaxError: no")), TestStatus::Pass);
        assert_eq!(status(&broken, &outcome(1, "", "error: unsupported")), TestStatus::BuildFailed);
        assert_eq!(status(&outcome(0, "a\n", ""), &outcome(1, "", "SyntaxError: no")), TestStatus::BuildFailed);
        assert_eq!(status(&broken, &ended(End::OutOfMemory)), TestStatus::Oom);
        assert_eq!(status(&broken, &ended(End::Timeout)), TestStatus::Timeout);
        assert_eq!(status(&broken, &ended(End::NotStarted("gone".into()))), TestStatus::Uncalibrated);
    }

    proptest! {
        #[test]
        fn a_program_that_prints_nothing_never_passes(
            header in prop::sample::select(vec!["", "normalize=all", "expect_fail=molt"]),
            code in 0..3, stdout in "[ab\n]{0,4}", stderr in "(ValueError: x\n)?", null in 0..2,
        ) {
            let status = verdict(header, &outcome(code, &stdout, &stderr), &outcome(null, "", ""));
            prop_assert!(status != TestStatus::Pass && status != TestStatus::Xpass, "{status:?}");
        }

        #[test]
        fn what_passes_is_what_the_reference_does(stdout in "[ab\r\n]{0,4}", other in "[ab\r\n]{0,4}", code in 0..2) {
            let (reference, candidate) = (outcome(0, &stdout, ""), outcome(code, &other, ""));
            let is_pass = verdict("", &reference, &candidate) == TestStatus::Pass;
            prop_assert_eq!(is_pass, stdout == other && code == 0 && !stdout.is_empty());
        }
    }
}
