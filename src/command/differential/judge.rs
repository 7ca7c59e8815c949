//! One test in every lane: the reference once, or its kept outcome, then each candidate, and the verdicts.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    place::RunPlace,
    ready::Ready,
    state::RunFiles,
    worker::{FinishedProgram, Otherwise, ProgramLimits, Worker, both_sides, file},
};
use crate::{
    base::Sha256,
    command::support::failure::Failure,
    differential::{
        CandidateOutcome, Case, ComparisonRules, End, KeptTest, Outcome, TestResult, TestStatus, TestVerdict, judge,
        key,
    },
};

/// All that a run needs to judge a test.
pub(super) struct JudgePlan<'a> {
    pub(super) place: &'a RunPlace,
    pub(super) state: &'a RunFiles,
    pub(super) limits: ProgramLimits,
    pub(super) lanes: Vec<Ready>,
    pub(super) cases: Vec<Case>,
    /// Tests whose reference differs from itself, with the digest of what they were then.
    pub(super) unstable: BTreeMap<String, String>,
    /// Tests that are expected to fail by Molt's policy.
    pub(super) too_dynamic: BTreeSet<String>,
    /// Whether kept outcomes of the reference are used.
    pub(super) uses_kept: bool,
    /// KiB of its own memory beyond which a candidate fails.
    pub(super) most_kb: Option<u64>,
}

/// A verdict, with what a second look at it needs.
pub(super) struct JudgedTest {
    pub(super) result: TestResult,
    /// What the reference did.
    reference: Option<Outcome>,
    /// All processor time that it took.
    pub(super) cpu_seconds: f64,
    /// The highest charge of any of its programs, in KiB.
    pub(super) charged_kb: Option<u64>,
}

/// A run of the reference, or a kept outcome of one.
struct Reference {
    outcome: Outcome,
    is_kept: bool,
    /// Whether it was ever seen to differ from itself.
    is_unstable: bool,
    seconds: f64,
    cpu_seconds: f64,
    program_kb: Option<u64>,
    charged_kb: Option<u64>,
}

/// Judges a test in every lane; only what runs now counts where `is_live`.
pub(super) fn judge_case(
    plan: &JudgePlan<'_>,
    worker: &mut Worker,
    case: &Case,
    is_live: bool,
) -> Result<Vec<JudgedTest>, Failure> {
    let mut references: BTreeMap<String, Reference> = BTreeMap::new();
    let mut res = Vec::new();
    for ready in &plan.lanes {
        if let Some(why) = &ready.missing {
            res.push(JudgedTest::without_run(case, ready, TestStatus::Uncalibrated, why));
            continue;
        }
        if let Some(why) = ready.host.skips(&case.headers) {
            res.push(JudgedTest::without_run(case, ready, TestStatus::Skip, &why));
            continue;
        }
        let name = reference_key(plan, ready, case);
        if !references.contains_key(&name) {
            references.insert(name.clone(), reference(plan, worker, ready, case, &name, is_live)?);
        }
        if let Some(reference) = references.get(&name) {
            res.push(judge_lane(plan, worker, ready, case, reference)?);
        }
    }
    worker.clear()?;
    Ok(res)
}

/// All that an outcome of the reference depends on.
fn reference_key(plan: &JudgePlan<'_>, ready: &Ready, case: &Case) -> String {
    let env = both_sides(plan.place, &ready.lane, case);
    let env: Vec<u8> = env
        .iter()
        .flat_map(|(name, value)| [name.as_encoded_bytes(), b"=", value.as_encoded_bytes(), b"\0"].concat())
        .collect();
    let words: Vec<u8> = ready.reference.words.iter().flat_map(|it| [it.as_encoded_bytes(), b"\0"].concat()).collect();
    key(&[
        case.digest.to_string().as_bytes(),
        file(plan.place, &ready.lane, case).as_bytes(),
        plan.place.root.as_os_str().as_encoded_bytes(),
        &env,
        &words,
        ready.reference.digest.as_deref().unwrap_or_default().as_bytes(),
        format!("{:?} {:?} {:?}", ready.lane.launcher, ready.lane.timeout, plan.limits).as_bytes(),
    ])
}

fn reference(
    plan: &JudgePlan<'_>,
    worker: &mut Worker,
    ready: &Ready,
    case: &Case,
    key: &str,
    is_live: bool,
) -> Result<Reference, Failure> {
    // of a program that does not say what it is, nothing is known the next time
    let is_kept = ready.reference.digest.is_some();
    let before = if is_kept { plan.state.kept(key) } else { None };
    let is_usable = plan.uses_kept && !is_live;
    if let Some((kept, outcome)) = before.as_ref().filter(|_| is_usable).and_then(|it| Some((it, it.believed()?))) {
        return Ok(Reference {
            outcome,
            is_kept: true,
            is_unstable: false,
            seconds: kept.seconds,
            cpu_seconds: 0.0,
            program_kb: None,
            charged_kb: None,
        });
    }
    let FinishedProgram { outcome, ran } =
        worker.reference(plan.place, &plan.limits, ready, case, Otherwise::default())?;
    let rules = ComparisonRules::of(&case.headers);
    let kept = KeptTest::after(&rules, before.as_ref(), &outcome, (ran.seconds, ran.cpu_seconds));
    if let Some(kept) = kept.as_ref().filter(|_| is_kept) {
        plan.state.keep(key, kept);
    }
    Ok(Reference {
        outcome,
        is_kept: false,
        is_unstable: kept.is_some_and(|it| it.is_unstable),
        seconds: ran.seconds,
        cpu_seconds: ran.cpu_seconds,
        program_kb: ran.program_kb,
        charged_kb: ran.charged_kb,
    })
}

fn judge_lane(
    plan: &JudgePlan<'_>,
    worker: &mut Worker,
    ready: &Ready,
    case: &Case,
    reference: &Reference,
) -> Result<JudgedTest, Failure> {
    let mut res = JudgedTest::without_run(case, ready, TestStatus::Pass, "");
    res.reference = Some(reference.outcome.clone());
    res.cpu_seconds = reference.cpu_seconds;
    res.charged_kb = reference.charged_kb;
    let result = &mut res.result;
    result.reference_seconds = Some(reference.seconds);
    result.reference_kept = reference.is_kept;
    result.reference_kb = reference.program_kb;
    let mut rules = ComparisonRules::of(&case.headers);
    if rules.expected_to_fail.is_none() && plan.too_dynamic.contains(&case.test) {
        rules.expected_to_fail = Some("too_dynamic_policy".into());
    }
    let built = worker.build(plan.place, &plan.limits, ready, case)?;
    if let Some((done, _)) = &built {
        result.build_program_kb = done.ran.program_kb;
        result.build_charged_kb = done.ran.charged_kb;
        result.build_seconds = Some(done.ran.seconds);
        result.strays += done.ran.strays;
        res.cpu_seconds += done.ran.cpu_seconds;
        res.charged_kb = res.charged_kb.max(done.ran.charged_kb);
    }
    let verdict = if let Some((done, false)) = built {
        result.outcome = Some("not built".into());
        judge(&rules, &reference.outcome, CandidateOutcome::NotBuilt(&done.outcome))
    } else {
        let done = worker.candidate(plan.place, &plan.limits, ready, case)?;
        result.program_kb = done.ran.program_kb;
        result.charged_kb = done.ran.charged_kb;
        result.seconds = Some(done.ran.seconds);
        result.cpu_seconds = Some(done.ran.cpu_seconds);
        result.strays += done.ran.strays;
        res.cpu_seconds += done.ran.cpu_seconds;
        res.charged_kb = res.charged_kb.max(done.ran.charged_kb);
        result.outcome = Some(digest(&rules, &done.outcome));
        judge(&rules, &reference.outcome, CandidateOutcome::Ran(&done.outcome))
    };
    let verdict = within_memory(plan, result, verdict);
    (result.status, result.why, result.difference) = (verdict.status, verdict.why, verdict.difference);
    res.know_unstable(plan, case, reference.is_unstable);
    Ok(res)
}

/// What a candidate did, as far as it is compared.
fn digest(rules: &ComparisonRules, outcome: &Outcome) -> String {
    let end = format!("{:?}\0", outcome.end);
    Sha256::of_parts([end.as_bytes(), &rules.normalize.apply(&outcome.stdout)]).short(16)
}

fn within_memory(plan: &JudgePlan<'_>, result: &TestResult, verdict: TestVerdict) -> TestVerdict {
    match (plan.most_kb, result.program_kb) {
        (Some(most), Some(used)) if used > most && verdict.status != TestStatus::Oom => {
            TestVerdict::new(TestStatus::Fail, format!("it used {used} KiB, and MOLT_DIFF_FAIL_RSS_KB allows {most}"))
        }
        _ => verdict,
    }
}

impl JudgedTest {
    fn without_run(case: &Case, ready: &Ready, status: TestStatus, why: &str) -> Self {
        let mut result = TestResult::new(&case.test, &ready.lane.name, status, why);
        result.kind = case.kind;
        Self { result, reference: None, cpu_seconds: 0.0, charged_kb: None }
    }

    /// A reference that differs from itself decides nothing, neither for the candidate nor against it.
    fn know_unstable(&mut self, plan: &JudgePlan<'_>, case: &Case, was_seen: bool) {
        let is_listed = plan.unstable.get(&case.test).is_some_and(|it| it.is_empty() || *it == case.digest.to_string());
        let status = self.result.status;
        if is_listed && (status.is_compared() || status == TestStatus::Vacuous) {
            self.unstable("the list of vetted tests has it: the reference differs from itself");
        } else if was_seen && matches!(status, TestStatus::Fail | TestStatus::Xfail) {
            self.unstable("the reference differs from what it did in an earlier run");
        }
    }

    fn unstable(&mut self, why: &str) {
        self.result.status = TestStatus::Unstable;
        why.clone_into(&mut self.result.why);
    }

    /// Whether it is looked at again: what fails, and a difference that is expected, because both could come from the reference.
    pub(super) fn needs_a_second_look(&self) -> bool {
        self.result.status.fails() || self.result.spike_over_kb.is_some()
    }

    /// What it comes to after a second look, in which it ran alone. `is_first_alone` tells whether it had been alone before too.
    pub(super) fn confirmed(self, again: Self, rules: &ComparisonRules, is_first_alone: bool) -> Self {
        let (first, second) = (self.result.status, again.result.status);
        let mut res = again;
        res.result.alone = true;
        let differs = match (&self.reference, &res.reference) {
            (Some(a), Some(b)) => !rules.same(a, b),
            _ => false,
        };
        let is_own = |it: &Option<Outcome>| it.as_ref().is_some_and(|it| !matches!(it.end, End::Timeout));
        if first.fails() && differs && !self.result.reference_kept && is_own(&self.reference) && is_own(&res.reference)
        {
            res.unstable("the reference differs from itself");
        } else if first.fails() && second == TestStatus::Pass && !self.result.reference_kept {
            let beside = if is_first_alone { "at first" } else { "beside others" };
            res.result.status = TestStatus::Flaky;
            res.result.why = format!("it passes alone, and did not {beside}: {}", self.result.why);
        }
        res
    }
}

/// Looks at a test again that failed: all of it alone, or only whether the reference differs from itself, where it was alone already.
pub(super) fn look_again(
    plan: &JudgePlan<'_>,
    worker: &mut Worker,
    case: &Case,
    judged: Vec<JudgedTest>,
    was_alone: bool,
) -> Result<Vec<JudgedTest>, Failure> {
    let rules = ComparisonRules::of(&case.headers);
    let doubtful = |it: &JudgedTest| it.needs_a_second_look();
    // who took too long may only have waited for a busy machine
    let is_late = |it: &JudgedTest| {
        it.result.status == TestStatus::Timeout
            || it.reference.as_ref().is_some_and(|it| matches!(it.end, End::Timeout))
    };
    let is_settled =
        |it: &JudgedTest| was_alone && !it.result.reference_kept && it.result.spike_over_kb.is_none() && !is_late(it);
    if judged.iter().filter(|it| doubtful(it)).all(is_settled) {
        let mut res = Vec::new();
        for (ready, mut it) in plan.lanes.iter().zip(judged) {
            if doubtful(&it) && it.result.status != TestStatus::ReferenceFailed {
                let again = worker.reference(plan.place, &plan.limits, ready, case, Otherwise::default())?.outcome;
                let differs = it.reference.as_ref().is_some_and(|one| !rules.same(one, &again));
                it.result.alone = true;
                if differs && again.end.is_own() {
                    it.unstable("the reference differs from itself");
                }
            }
            res.push(it);
        }
        worker.clear()?;
        return Ok(res);
    }
    let again = judge_case(plan, worker, case, true)?;
    Ok(judged
        .into_iter()
        .zip(again)
        .map(|(first, second)| if doubtful(&first) { first.confirmed(second, &rules, was_alone) } else { first })
        .collect())
}
