//! The tests of one stage run in their order, each failure looked at again, alone, before it counts.

use std::collections::{BTreeMap, VecDeque};

use super::{
    calibrate::{ask_all, ready},
    judge::{JudgePlan, JudgedTest, judge_case, look_again},
    place::RunPlace,
    pool::{self, PoolFlow, Waiting},
    ready::Ready,
    worker::{ProgramLimits, Worker},
};
use crate::{
    base::number_of,
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    differential::{Lane, Ledger, MemoryMeasurement, TestResult, TestStatus, run::MeasurementMethod},
    host::{self, Slots, Stop},
};

/// Places to run programs in, and how they are measured.
pub(super) struct Engine {
    pub(super) workers: Vec<Worker>,
    pub(super) limits: ProgramLimits,
    pub(super) measured: MemoryMeasurement,
    /// KiB that may be charged to all programs at a time.
    pub(super) total_kb: u64,
    /// Behind the workers, because their folders lie in its.
    _slots: Slots,
}

/// When a stage ends before its end.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stops {
    /// At the first failure.
    pub(super) at_failure: bool,
    /// Spikes are the new peaks.
    pub(super) accepts_peaks: bool,
}

/// What came of a stage.
#[derive(Default)]
pub(super) struct StageOutcome {
    pub(super) results: Vec<TestResult>,
    /// Tests that were not run.
    pub(super) left: Vec<usize>,
    pub(super) stopped: Option<String>,
}

/// How much a test is taken to need while nobody has measured it, in KiB.
pub(super) const USUAL_KB: u64 = 128 << 10;

impl Engine {
    /// Opens the slots of a run.
    pub(super) fn open(
        context: &Context,
        place: &RunPlace,
        jobs: usize,
        method: Option<MeasurementMethod>,
    ) -> Result<Self, Failure> {
        let settings = place.settings();
        let runs = place.work.join("runs");
        // what is run has limits of its own, and takes as long as it takes
        crate::host::stand_back();
        let slots = Slots::open(jobs, &runs, method).map_err(|error| {
            let hint = "name a folder on a local disk with --work, or another way with --measure";
            Failure::new(Exit::Usage, error.to_string(), hint)
        })?;
        for why in slots.passed_over() {
            context.terminal.detail(&format!("memory is measured with {}: {why}", slots.method()));
        }
        let mut workers = Vec::new();
        for index in 0..jobs {
            let slot = slots.slot(index).map_err(|error| {
                Failure::new(Exit::Io, error.to_string(), "run it with fewer --jobs, or with another --measure")
            })?;
            workers.push(Worker::new(slot, slots.folder().join(format!("w{index:02}"))));
        }
        let mebibytes = |it: u64| it.saturating_mul(1 << 20);
        let memory = match place.variables.memory {
            Some(0) => None,
            Some(it) => Some(mebibytes(it)),
            None => Some(mebibytes(settings.memory)),
        };
        let limits = ProgramLimits {
            memory,
            output: mebibytes(settings.output),
            file: mebibytes(settings.file),
            disk: mebibytes(settings.disk),
            processes: settings.processes,
        };
        let free = host::free_memory().map_or(u64::MAX, |it| it / 10 * 8);
        let total_kb = settings.total_memory.map_or(free, |it| it.saturating_mul(1024));
        let method = slots.method().word().to_owned();
        let measured = MemoryMeasurement { method: Some(method), limit_kb: memory.map(|it| it >> 10), jobs };
        Ok(Self { workers, limits, measured, total_kb, _slots: slots })
    }

    /// Makes lanes ready, and warns of what they lack.
    pub(super) fn ready(
        &mut self,
        context: &Context,
        place: &RunPlace,
        lanes: Vec<Lane>,
    ) -> Result<Vec<Ready>, Failure> {
        let limits = self.limits.clone();
        let asked = ask_all(place, &lanes, (&mut self.workers, self.total_kb), &limits)?;
        let mut res = Vec::new();
        for lane in lanes {
            let it = ready(place, lane, &asked)?;
            match &it.missing {
                Some(why) => context.terminal.warn(&format!("lane {} is uncalibrated: {why}", it.lane.name)),
                None => context.terminal.detail(&format!("lane {}: {}", it.lane.name, it.shown())),
            }
            res.push(it);
        }
        Ok(res)
    }

    /// Runs the cases of the plan with these numbers.
    pub(super) fn stage(
        &mut self,
        context: &Context,
        plan: &JudgePlan<'_>,
        (cases, ledger): (Vec<usize>, &mut Ledger),
        stops: Stops,
        stop: &Stop,
    ) -> Result<StageOutcome, Failure> {
        let lanes: Vec<&str> = plan.lanes.iter().map(|it| it.lane.name.as_str()).collect();
        let named: Vec<(usize, &str)> =
            cases.into_iter().filter_map(|it| Some((it, plan.cases.get(it)?.test.as_str()))).collect();
        let need = |test: &str| ledger.charged_kb(&lanes, test).map_or(USUAL_KB, |it| it + it / 4);
        let order = ledger.in_order(&lanes, named, |it| it.1);
        let mut waiting: VecDeque<Waiting> =
            order.iter().map(|(case, test)| Waiting { case: *case, kb: need(test) }).collect();
        let bar = context.terminal.counter(waiting.len());
        let mut res = StageOutcome::default();
        let mut failed = 0;
        let is_alone = self.workers.len() == 1;
        loop {
            let mut doubtful: Vec<(usize, Vec<JudgedTest>)> = Vec::new();
            let mut finished: Vec<JudgedTest> = Vec::new();
            let mut done = |case: usize, mut judged: Vec<JudgedTest>| {
                let mut flow = if stop.within(std::time::Duration::ZERO) { PoolFlow::Halt } else { PoolFlow::On };
                for it in &mut judged {
                    mark_spike(plan, ledger, stops, &mut it.result);
                    plan.state.note(&it.result)?;
                }
                bar.inc(1);
                if judged.iter().any(JudgedTest::needs_a_second_look) {
                    failed += 1;
                    bar.set_message(number_of(failed, "failure"));
                    if stops.at_failure || judged.iter().any(|it| it.result.spike_over_kb.is_some()) {
                        flow = PoolFlow::Halt;
                    }
                    doubtful.push((case, judged));
                } else {
                    finished.extend(judged);
                }
                Ok(flow)
            };
            let work = |worker: &mut Worker, case: usize| {
                plan.cases.get(case).map_or(Ok(Vec::new()), |it| judge_case(plan, worker, it, false))
            };
            waiting = pool::run(&mut self.workers, waiting, self.total_kb, &work, &mut done)?;
            if !doubtful.is_empty() {
                context.terminal.detail(&format!("{} looked at again, alone", number_of(doubtful.len(), "test")));
                bar.set_message("looking again at what failed");
            }
            for (case, judged) in doubtful {
                let (Some(worker), Some(it)) = (self.workers.first_mut(), plan.cases.get(case)) else { continue };
                // what was told to stop keeps what it has seen
                let again = if stop.within(std::time::Duration::ZERO) {
                    judged
                } else {
                    look_again(plan, worker, it, judged, is_alone)?
                };
                for mut it in again {
                    mark_spike(plan, ledger, stops, &mut it.result);
                    plan.state.note(&it.result)?;
                    finished.push(it);
                }
            }
            for it in &finished {
                remember(ledger, it, stops);
            }
            let failure = finished.iter().find(|it| it.result.status.fails()).map(|it| it.result.test.clone());
            let spike = finished.iter().find(|it| it.result.spike_over_kb.is_some()).map(|it| it.result.test.clone());
            res.results.extend(finished.into_iter().map(|it| it.result));
            res.stopped = match (spike, failure) {
                _ if stop.within(std::time::Duration::ZERO) => Some("it was told to stop".into()),
                (Some(test), _) => Some(format!("{test} used much more memory than recorded")),
                (_, Some(test)) if stops.at_failure => Some(format!("{test} failed")),
                _ => None,
            };
            if res.stopped.is_some() || waiting.is_empty() {
                break;
            }
        }
        bar.finish_and_clear();
        res.left = waiting.into_iter().map(|it| it.case).collect();
        if res.left.is_empty() && res.results.iter().all(|it| it.spike_over_kb.is_none()) {
            res.stopped = None;
        }
        Ok(res)
    }
}

/// Notes a spike beside the recorded peak.
fn mark_spike(plan: &JudgePlan<'_>, ledger: &Ledger, stops: Stops, result: &mut TestResult) {
    let recorded = ledger.entry(&result.lane, &result.test).and_then(|it| it.peak_kb);
    let rule = plan.place.settings().spikes();
    result.spike_over_kb = match (recorded, result.program_kb) {
        (Some(recorded), Some(now)) if !stops.accepts_peaks && rule.is_spike(recorded, now) => Some(recorded),
        _ => None,
    };
}

/// Remembers how a test went. Its recorded peak stays as it is, so that it cannot creep upwards from run to run.
fn remember(ledger: &mut Ledger, judged: &JudgedTest, stops: Stops) {
    let result = &judged.result;
    if matches!(result.status, TestStatus::Skip | TestStatus::Uncalibrated) {
        return;
    }
    let entry = ledger.entry_mut(&result.lane, &result.test);
    entry.status = Some(result.status);
    entry.charged_kb = judged.charged_kb.max(result.program_kb).max(entry.charged_kb);
    if entry.peak_kb.is_none() || stops.accepts_peaks {
        entry.peak_kb = result.program_kb.or(entry.peak_kb);
    }
    entry.cpu_seconds = Some(judged.cpu_seconds);
    let parts = [result.reference_seconds.filter(|_| !result.reference_kept), result.build_seconds, result.seconds];
    entry.seconds = Some(parts.into_iter().flatten().sum());
}

/// Results by test and lane, of which the later one counts.
pub(super) fn joined(all: impl IntoIterator<Item = TestResult>) -> Vec<TestResult> {
    let mut res: BTreeMap<(String, String), TestResult> = BTreeMap::new();
    for it in all {
        res.insert((it.test.clone(), it.lane.clone()), it);
    }
    res.into_values().collect()
}
