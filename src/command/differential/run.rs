//! `molt-sync differential run`: the candidate against the reference, in lanes.

use std::{collections::BTreeMap, path::PathBuf};

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use super::{
    engine::{Engine, StageOutcome, Stops, joined},
    judge::JudgePlan,
    lanes::lanes,
    place::{LARGEST, RunPlace, unusable},
    ready::Ready,
    select::{SelectArgs, counted, select, too_dynamic},
    show::{Also, announce_shard, show},
    state::RunFiles,
};
use crate::{
    base::{Sha256, number_of},
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    differential::{
        Case, Fingerprint, HeaderFinding, Ledger, Partition, ResultsProvenance, RunResults, TestResult, TestStatus,
        UnnamedCounts, VettedList, from_ci, run::MeasurementMethod,
    },
    host::{self, Stop},
};

/// Run tests with a reference and a candidate, and compare what they do
///
/// Each test runs with the reference (CPython) and with the candidate; both see the same paths and an environment of their own. A pass
/// names something that was compared and that could have differed: a test that prints nothing is vacuous, one whose reference
/// differs from itself is unstable, and neither passes. What fails beside others is run again, alone, before it counts. The memory of
/// all processes of a program is always measured.
///
/// What the settings name as lanes is run, and so are the tests: code of the workspace, which is contained, and not kept from files or
/// from the network.
#[derive(Debug, Clone, Default, Args)]
#[command(after_long_help = EXAMPLE)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct RunArgs {
    #[command(flatten)]
    pub select: SelectArgs,
    /// A lane of molt-sync.toml, or a ready-made one; several are also compared with each other
    #[arg(long = "lane", value_name = "NAME", value_delimiter = ',', value_parser = Text::new())]
    pub lanes: Vec<String>,
    /// How many tests run at a time; by default as many as there are processors
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=512))]
    pub jobs: Option<u32>,
    /// First the selected tests, lane by lane in the order of the settings, then all tests in all these lanes; a stage that fails
    /// is the last one
    #[arg(long, conflicts_with_all = ["resume", "partition"])]
    pub policy: bool,
    /// Stop at the first failure
    #[arg(long)]
    pub fail_fast: bool,
    /// Go on with the run that was cut off: what failed, what was cut off and what was not reached
    #[arg(long)]
    pub resume: bool,
    /// Take the results of a run of another commit, of other tests or other lanes (needs --resume)
    #[arg(long, requires = "resume")]
    pub force: bool,
    /// Run one part of the tests: slice:2/8 in turn, hash:2/8 by name, time:2/8 by recorded processor time, for which every part has to
    /// begin with the same --ledger. Where this is not given, the index that a CI system sets is taken
    #[arg(long, value_name = "WAY:PART/PARTS", value_parser = |it: &str| it.parse::<Partition>())]
    pub partition: Option<Partition>,
    /// Run the reference again, although its outcomes are kept
    #[arg(long)]
    pub fresh: bool,
    /// Record the peaks of this run as those that later runs are compared with
    #[arg(long)]
    pub accept_peaks: bool,
    /// How memory is measured; by default the best way that works here
    #[arg(long, value_name = "METHOD", value_parser = method)]
    pub measure: Option<MeasurementMethod>,
    /// The folder of runs, kept outcomes and recorded peaks; by default below the cache
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
    /// Recorded peaks and times in this file instead, to hand them from one machine to the next
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    #[command(flatten)]
    pub also: Also,
}

const EXAMPLE: &str = "\
A lane, in molt-sync.toml:
  [lanes.native]
  reference = [\"python3.12\"]
  build = [\"python3\", \"-m\", \"molt.cli\", \"build\", \"{file}\", \"--out-dir\", \"{out}\", \"--output\", \"{out}/{stem}_molt\"]
  run = [\"{out}/{stem}_molt\"]
  timeout = 60
or, with an interpreter as the candidate: candidate = [\"python3.13\"]
or, as a ready-made lane: like = \"molt-native-2026-02\" (also molt-native-2026-08, molt-wasm-2026-08, cpython, micropython, pypy)

Statuses: pass, fail, build-failed, oom, timeout, diverged, reference-failed and xpass (these fail the run, without pass), xfail, flaky,
unstable, vacuous, skip, uncalibrated.

Exit codes: 0 nothing failed; 1 something did, or used much more memory than recorded; 2 it could not run, or a lane is uncalibrated.";

fn method(text: &str) -> Result<MeasurementMethod, String> {
    let found = MeasurementMethod::ALL.into_iter().find(|it| it.word() == text);
    found.ok_or_else(|| format!("the methods are {}", MeasurementMethod::ALL.map(MeasurementMethod::word).join(", ")))
}

/// Runs it.
pub(super) fn run(context: &Context, args: &RunArgs) -> Result<Exit, Failure> {
    let place = RunPlace::open(context, args.work.as_deref())?;
    place.variables.notes.iter().for_each(|it| context.terminal.warn(it));
    args.also.check(context)?;
    args.ledger.iter().try_for_each(|it| context.must_stay(it))?;
    announce_shard(context)?;
    let stages = stages(context, &place, args)?;
    let most = stages.iter().map(|it| it.cases.len()).max().unwrap_or_default();
    let jobs = jobs(&place, args, most);
    let mut engine = Engine::open(context, &place, jobs, args.measure)?;
    let state = RunFiles::new(&place.work, args.ledger.as_deref());
    let mut ledger = state.ledger()?;
    let stop = Stop::on_signals().map_err(|error| Failure::io("listen to", "signals".as_ref(), &error))?;
    let mut res = RunResults::new(ResultsProvenance::Run, Fingerprint::default(), Vec::new());
    let mut all: Vec<TestResult> = Vec::new();
    let count = stages.len();
    let due: Vec<Vec<(String, String)>> = stages.iter().map(results_due).collect();
    for (number, stage) in stages.into_iter().enumerate() {
        let lanes = engine.ready(context, &place, stage.lanes)?;
        let fingerprint = fingerprint(&place, &lanes, &stage.cases)?;
        if count > 1 {
            let what = counted(&stage.cases);
            context.terminal.note(&format!("stage {} of {count}, {}: {what}", number + 1, stage.name));
        }
        for it in lanes.iter().filter_map(|it| Some((it.lane.name.clone(), it.missing.clone()?))) {
            res.uncalibrated.insert(it.0, it.1);
        }
        res.headers = headers(&stage.cases);
        let (part, partition) = part(context, args, &lanes, &stage.cases, &ledger)?;
        let mut done: Vec<TestResult> = if args.resume { state.resumed(&fingerprint, args.force)? } else { Vec::new() };
        let is_mine = |it: &TestResult| part.iter().any(|at| stage.cases[*at].test == it.test);
        done.retain(is_mine);
        if !args.resume {
            state.begin(&fingerprint)?;
        }
        // what an earlier stage has judged in each of these lanes is judged
        let is_done = |case: &Case| {
            lanes.iter().all(|lane| done.iter().chain(&all).any(|it| it.test == case.test && it.lane == lane.lane.name))
        };
        let to_run: Vec<usize> = part.iter().copied().filter(|it| !is_done(&stage.cases[*it])).collect();
        if args.resume {
            context.terminal.note(&format!(
                "{} taken from the run before, {} to run",
                number_of(done.len(), "result"),
                to_run.len()
            ));
        }
        let names: Vec<String> = lanes.iter().map(|it| it.lane.name.clone()).collect();
        let plan = JudgePlan {
            place: &place,
            state: &state,
            limits: engine.limits.clone(),
            unstable: unstable(&place)?,
            too_dynamic: too_dynamic(&place)?,
            uses_kept: !args.fresh,
            most_kb: place.variables.most_kb,
            lanes,
            cases: stage.cases,
        };
        let stops = Stops { at_failure: args.fail_fast, accepts_peaks: args.accept_peaks };
        let StageOutcome { results, left, stopped } =
            engine.stage(context, &plan, (to_run, &mut ledger), stops, &stop)?;
        let is_failed = results.iter().any(|it| it.status.fails());
        all = joined(all.into_iter().chain(done).chain(results));
        (res.fingerprint, res.partition) = (fingerprint, partition);
        let left = left.into_iter().filter_map(|it| Some(plan.cases.get(it)?.test.clone()));
        res.not_run = left.flat_map(|test| names.iter().map(move |lane| (lane.clone(), test.clone()))).collect();
        res.stopped = stopped;
        if count > 1 && number + 1 < count && is_failed && res.stopped.is_none() {
            res.stopped = Some(format!("stage {} of {count} failed: {}", number + 1, stage.name));
        }
        if res.stopped.is_some() {
            // what the later stages would have looked at is not looked at either
            let is_new = |it: &&(String, String)| !all.iter().any(|done| (&done.lane, &done.test) == (&it.0, &it.1));
            res.not_run.extend(due[number + 1..].iter().flatten().filter(is_new).cloned());
            res.not_run.sort();
            res.not_run.dedup();
            break;
        }
    }
    state.keep_ledger(&ledger)?;
    res.measured = engine.measured.clone();
    res.results = all;
    res.notes.clone_from(&place.variables.notes);
    // their folders go away before the result is there
    drop(engine);
    res.settle();
    show(context, &res, &args.also)?;
    Ok(exit(&res))
}

/// What the results say: something failed, or nothing could be said.
pub(super) fn exit(results: &RunResults) -> Exit {
    if results.failing().next().is_some() || UnnamedCounts::of(results).failed > 0 {
        return Exit::No;
    }
    let is_uncalibrated = results.totals.count(TestStatus::Uncalibrated) > 0 || !results.uncalibrated.is_empty();
    let is_whole = results.not_run.is_empty() && results.stopped.is_none() && !results.has_no_result();
    if is_whole && !is_uncalibrated { Exit::Done } else { Exit::Usage }
}

struct RunStage {
    name: String,
    lanes: Vec<crate::differential::Lane>,
    cases: Vec<Case>,
}

/// Each lane and test of a stage.
fn results_due(stage: &RunStage) -> Vec<(String, String)> {
    let of = |lane: &crate::differential::Lane| {
        stage.cases.iter().map(|it| (lane.name.clone(), it.test.clone())).collect::<Vec<_>>()
    };
    stage.lanes.iter().flat_map(of).collect()
}

/// One stage, or those of the policy: the selected tests lane by lane, then all tests in all lanes.
fn stages(context: &Context, place: &RunPlace, args: &RunArgs) -> Result<Vec<RunStage>, Failure> {
    let cases = select(place, &args.select)?;
    if !args.policy {
        let lanes = lanes(place, &args.lanes)?;
        context.terminal.detail(&counted(&cases));
        return Ok(vec![RunStage { name: "all".into(), lanes, cases }]);
    }
    if !args.select.is_targeted() {
        let hint = "name the tests of the cluster: paths, --module, --cluster or --changed";
        return Err(Failure::new(Exit::Usage, "cannot run by the policy: no test is named to begin with", hint));
    }
    let names = if args.lanes.is_empty() { place.settings().policy.clone() } else { args.lanes.clone() };
    let mut res = Vec::new();
    for lane in lanes(place, &names)? {
        res.push(RunStage { name: format!("targeted {}", lane.name), lanes: vec![lane], cases: cases.clone() });
    }
    let everything = select(place, &SelectArgs { no_probes: args.select.no_probes, ..SelectArgs::default() })?;
    res.push(RunStage { name: "full sweep".into(), lanes: lanes(place, &names)?, cases: everything });
    Ok(res)
}

fn jobs(place: &RunPlace, args: &RunArgs, cases: usize) -> usize {
    let asked = args.jobs.map(|it| it as usize);
    let usual = || host::processors().min(place.variables.jobs.unwrap_or(usize::MAX));
    asked.unwrap_or_else(usual).min(cases).max(1)
}

/// The numbers of the tests of this part, and which part it is.
fn part(
    context: &Context,
    args: &RunArgs,
    lanes: &[Ready],
    cases: &[Case],
    ledger: &Ledger,
) -> Result<(Vec<usize>, Option<Partition>), Failure> {
    let partition = match args.partition {
        Some(it) => Some(it),
        None if args.policy => None,
        None => {
            let found = from_ci(&|name| host::environment(name)).map_err(|why| {
                let hint = "name the part with --partition, or take the variable away";
                Failure::new(Exit::Usage, format!("cannot tell which part of the tests this is: {why}"), hint)
            })?;
            if let Some((part, system)) = found {
                context.terminal.note(&format!("{system} says that this is part {} of {}", part.index, part.count));
            }
            found.map(|(part, _)| part)
        }
    };
    let all = || (0..cases.len()).collect();
    let Some(partition) = partition else { return Ok((all(), None)) };
    let names: Vec<&str> = cases.iter().map(|it| it.test.as_str()).collect();
    let lanes: Vec<&str> = lanes.iter().map(|it| it.lane.name.as_str()).collect();
    let (mine, measured) = partition.of(&names, &ledger.cpu_seconds(&lanes));
    if partition.way == crate::differential::PartitionBy::Time {
        context
            .terminal
            .note(&format!("{partition}: the time of {measured} of {} is recorded", number_of(cases.len(), "test")));
    }
    let mine: std::collections::BTreeSet<&str> = mine.into_iter().collect();
    Ok(((0..cases.len()).filter(|it| mine.contains(cases[*it].test.as_str())).collect(), Some(partition)))
}

/// What parts of one run have in common.
fn fingerprint(place: &RunPlace, lanes: &[Ready], cases: &[Case]) -> Result<Fingerprint, Failure> {
    let mut tests: Vec<String> = cases.iter().map(|it| format!("{} {}\n", it.test, it.digest)).collect();
    tests.sort();
    let settings = place.settings();
    let mut configuration: Vec<String> =
        lanes.iter().map(|it| format!("{} {}\n", it.lane.name, it.lane.shown)).collect();
    configuration.push(format!("{} {:?}", settings.memory, place.variables.memory));
    Ok(Fingerprint {
        commit: place.commit()?,
        configuration: Sha256::of(configuration.concat().as_bytes()).short(16),
        tests: Sha256::of(tests.concat().as_bytes()).short(16),
        count: cases.len(),
        interpreters: lanes.iter().map(|it| (it.lane.name.clone(), it.shown())).collect(),
    })
}

fn headers(cases: &[Case]) -> Vec<HeaderFinding> {
    let of = |case: &Case| {
        let test = case.test.clone();
        case.headers
            .faults
            .clone()
            .into_iter()
            .map(move |fault| HeaderFinding { test: test.clone(), fault })
            .collect::<Vec<_>>()
    };
    cases.iter().flat_map(of).collect()
}

/// The tests that `differential vet` found to differ from run to run.
fn unstable(place: &RunPlace) -> Result<BTreeMap<String, String>, Failure> {
    let path = place.root.join(place.settings().vetted.as_str());
    let bytes = host::read_if_there(&path, LARGEST).map_err(|error| Failure::io("read", &path, &error))?;
    let Some(bytes) = bytes else { return Ok(BTreeMap::new()) };
    let list: VettedList = serde_json::from_slice(&bytes).map_err(|error| {
        let hint = "write it again with `molt-sync differential vet --write`";
        unusable("the list of vetted tests", place.settings().vetted.as_str(), &error.to_string(), hint)
    })?;
    Ok(list.unstable().into_iter().map(|(test, digest)| (test.to_owned(), digest.to_owned())).collect())
}
