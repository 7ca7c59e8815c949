//! `molt-sync differential vet`: the tests that cannot tell anything.

use std::{collections::VecDeque, path::PathBuf, sync::Mutex};

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use super::{
    engine::{Engine, USUAL_KB},
    lanes::lanes,
    place::RunPlace,
    pool::{self, PoolFlow, Waiting},
    ready::Ready,
    select::{SelectArgs, select},
    worker::{Otherwise, ProgramLimits, Worker},
};
use crate::{
    base::number_of,
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    differential::{Case, ComparisonRules, Looks, Outcome, Vetted, VettedList, vet},
    host::{self, Stop},
    report::vetted_in_words,
};

/// Find the tests that cannot tell anything about a candidate
///
/// The reference alone runs each test several times: as it is, with another temporary folder, with another hash seed, beside other
/// tests and alone. A test is listed where its outcome differs, where a program that does nothing agrees with it, and where it prints
/// where the interpreter lies or the address of an object.
///
/// The reference is a command of the settings, and the tests are programs: code of the workspace, which is contained, and not kept from
/// files or from the network.
#[derive(Debug, Clone, Default, Args)]
pub struct VetArgs {
    #[command(flatten)]
    pub select: SelectArgs,
    /// The lane whose reference is asked
    #[arg(long, value_name = "NAME", value_parser = Text::new())]
    pub lane: Option<String>,
    /// How many tests run at a time; by default as many as there are processors
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=512))]
    pub jobs: Option<u32>,
    /// How often each test runs with nothing changed
    #[arg(long, value_name = "COUNT", default_value_t = 2, value_parser = clap::value_parser!(u32).range(2..=100))]
    pub runs: u32,
    /// Write the list to the file that `differential run` reads: tests/differential/VETTED.json, or `vetted` below [differential]
    #[arg(long)]
    pub write: bool,
    /// The folder of runs; by default below the cache
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
}

/// Runs it.
pub(super) fn run(context: &Context, args: &VetArgs) -> Result<Exit, Failure> {
    let place = RunPlace::open(context, args.work.as_deref())?;
    let cases = select(&place, &args.select)?;
    let names: Vec<String> = args.lane.iter().cloned().collect();
    let lanes = lanes(&place, &names)?;
    let jobs = args.jobs.map_or_else(host::processors, |it| it as usize).min(cases.len()).max(1);
    let mut engine = Engine::open(context, &place, jobs, None)?;
    let stop = Stop::on_signals().map_err(|error| Failure::io("listen to", "signals".as_ref(), &error))?;
    let ready = engine.ready(context, &place, lanes)?;
    let Some(lane) = ready.first() else { return Ok(Exit::Done) };
    if let Some(why) = lane.missing.as_ref().filter(|it| it.starts_with("its reference")) {
        let message = format!("cannot vet tests: lane {} is uncalibrated, {why}", lane.lane.name);
        return Err(Failure::new(Exit::Usage, message, "install the reference, or name another lane with --lane"));
    }
    let vetted = vet_all(context, &place, &mut engine, lane, (&cases, args.runs), &stop)?;
    let list = VettedList { schema: 1, reference: lane.reference.shown.clone(), looked_at: vetted.1, tests: vetted.0 };
    drop(engine);
    let text = serde_json::to_string_pretty(&list).unwrap_or_default() + "\n";
    if args.write {
        let path = place.root.join(place.settings().vetted.as_str());
        if host::leads_out(&path, &place.root).map_err(|error| Failure::io("write", &path, &error))? {
            let message =
                format!("cannot write {}: a link on the way leads out of the workspace", place.settings().vetted);
            return Err(Failure::new(Exit::Usage, message, "name another file as `vetted` below [differential]"));
        }
        host::replace(&path, text.as_bytes()).map_err(|error| Failure::io("write", &path, &error))?;
        context.terminal.note(&format!(
            "{} written to {}",
            number_of(list.tests.len(), "test"),
            place.settings().vetted
        ));
    }
    context.print(&match context.options.format {
        Format::Json => text,
        _ => vetted_in_words(&list),
    })?;
    Ok(if stop.within(std::time::Duration::ZERO) { Exit::Usage } else { Exit::Done })
}

/// What there is to say about each test, and how many were looked at.
fn vet_all(
    context: &Context,
    place: &RunPlace,
    engine: &mut Engine,
    ready: &Ready,
    (cases, runs): (&[Case], u32),
    stop: &Stop,
) -> Result<(Vec<Vetted>, usize), Failure> {
    let limits = engine.limits.clone();
    let waiting: VecDeque<Waiting> = (0..cases.len()).map(|case| Waiting { case, kb: USUAL_KB }).collect();
    let bar = context.terminal.counter(waiting.len());
    let found: Mutex<Vec<(usize, Looks)>> = Mutex::new(Vec::new());
    let work = |worker: &mut Worker, case: usize| look(place, &limits, ready, worker, (&cases[case], runs));
    let mut done = |case: usize, looks: Looks| {
        bar.inc(1);
        found.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((case, looks));
        Ok(if stop.within(std::time::Duration::ZERO) { PoolFlow::Halt } else { PoolFlow::On })
    };
    pool::run(&mut engine.workers, waiting, engine.total_kb, &work, &mut done)?;
    bar.finish_and_clear();
    let found = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let looked_at = found.len();
    let was_alone = engine.workers.len() == 1;
    let mut res = Vec::new();
    for (at, mut looks) in found {
        let case = &cases[at];
        let rules = ComparisonRules::of(&case.headers);
        let is_run = !looks.is_skipped;
        if is_run && differs(&rules, &looks) && !was_alone {
            alone(place, &limits, ready, (engine, case, runs), &mut looks)?;
        }
        let why = vet(&rules, &looks, &ready.reference.executable);
        if !why.is_empty() {
            res.push(Vetted { test: case.test.clone(), why, digest: case.digest.to_string() });
        }
    }
    res.sort_by(|a, b| a.test.cmp(&b.test));
    Ok((res, looked_at))
}

/// Runs a test with nothing changed, in another folder and with another hash seed.
fn look(
    place: &RunPlace,
    limits: &ProgramLimits,
    ready: &Ready,
    worker: &mut Worker,
    (case, runs): (&Case, u32),
) -> Result<Looks, Failure> {
    let mut run = |otherwise: Otherwise<'_>| -> Result<Outcome, Failure> {
        Ok(worker.reference(place, limits, ready, case, otherwise)?.outcome)
    };
    let mut res = Looks { is_skipped: ready.host.skips(&case.headers).is_some(), ..Looks::default() };
    for _ in 0..runs {
        res.same.push(run(Otherwise::default())?);
    }
    // what does not end takes its whole time in each run
    if res.same.iter().all(|it| it.end.is_own()) {
        let folder = Otherwise { folder: Some("other/folder"), ..Otherwise::default() };
        let seed = Otherwise { seed: Some("20260213"), ..Otherwise::default() };
        res.folder.push(run(folder)?);
        res.seed.push(run(seed)?);
        // a race differs now and then, whatever is changed: a condition is to blame for what it does each time
        let rules = ComparisonRules::of(&case.headers);
        if !looks_alike(&rules, &res) {
            for _ in 0..AGAIN {
                res.same.push(run(Otherwise::default())?);
                res.folder.push(run(folder)?);
                res.seed.push(run(seed)?);
            }
        }
    }
    worker.clear()?;
    Ok(res)
}

/// How often a test whose outcomes differ is run again under each condition.
const AGAIN: usize = 4;

/// Whether every condition came to the same.
fn looks_alike(rules: &ComparisonRules, looks: &Looks) -> bool {
    let Some(first) = looks.same.first() else { return true };
    [&looks.same, &looks.folder, &looks.seed].into_iter().flatten().all(|it| rules.same(it, first))
}

fn differs(rules: &ComparisonRules, looks: &Looks) -> bool {
    let Some(first) = looks.same.first() else { return false };
    looks.same.iter().any(|it| !rules.same(it, first))
}

/// Runs a test again with nothing beside it: what differed beside others and does not differ now depends on the load.
fn alone(
    place: &RunPlace,
    limits: &ProgramLimits,
    ready: &Ready,
    (engine, case, runs): (&mut Engine, &Case, u32),
    looks: &mut Looks,
) -> Result<(), Failure> {
    let Some(worker) = engine.workers.first_mut() else { return Ok(()) };
    looks.loaded = std::mem::take(&mut looks.same);
    for _ in 0..runs.max(3) {
        looks.same.push(worker.reference(place, limits, ready, case, Otherwise::default())?.outcome);
    }
    worker.clear()
}
