//! `molt-sync differential report`: results that were stored, in any form.

use std::{collections::BTreeMap, path::PathBuf};

use clap::Args;

use super::{
    run::exit,
    show::{Also, show},
    stored::any,
};
use crate::{
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    differential::{ResultsProvenance, RunResults, TestResult, UnnamedCounts},
};

/// Print results that were stored, also those of Molt's own runner
///
/// Reads reports of `differential run`, and of Molt's tools `summary.json`, `rss_metrics.jsonl`, the results JSONL, and the
/// calibrations and debts of `tools/suite_honesty`. Of several files the first has the verdicts, and the others add what it does not say.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Results to be read: ours, or those of Molt's runner
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub also: Also,
}

/// Runs it.
pub(super) fn run(context: &Context, args: &ReportArgs) -> Result<Exit, Failure> {
    let mut all: Vec<RunResults> = args.files.iter().map(|it| any(context, it)).collect::<Result<_, _>>()?;
    let unnamed = all.iter().map(|it| UnnamedCounts::of(it).failed).max().unwrap_or_default();
    let mut res = all.remove(0);
    for other in all {
        add(&mut res, other);
    }
    if unnamed > 0 {
        // those that one of the files counts, beside what any of them names
        let named = res.results.iter().filter(|it| it.status.fails()).count() as u64;
        let failed = res.counted.entry("failed".to_owned()).or_default();
        *failed = (*failed).max(named + unnamed);
    }
    res.settle();
    show(context, &res, &args.also)?;
    Ok(exit(&res))
}

/// Adds what other results say of tests that have no such figure, and tests that are not there.
fn add(res: &mut RunResults, other: RunResults) {
    if let ResultsProvenance::Imported { file, form, .. } = &other.provenance {
        res.notes.push(format!("with {file}, {form}"));
    }
    res.notes.extend(other.notes);
    let mut there: BTreeMap<(String, String), usize> =
        res.results.iter().enumerate().map(|(at, it)| ((it.test.clone(), it.lane.clone()), at)).collect();
    for it in other.results {
        let Some(at) = there.get(&(it.test.clone(), it.lane.clone())) else {
            there.insert((it.test.clone(), it.lane.clone()), res.results.len());
            res.results.push(it);
            continue;
        };
        let own: &mut TestResult = &mut res.results[*at];
        own.program_kb = own.program_kb.or(it.program_kb);
        own.charged_kb = own.charged_kb.or(it.charged_kb);
        own.build_program_kb = own.build_program_kb.or(it.build_program_kb);
        own.seconds = own.seconds.or(it.seconds);
        if own.why.is_empty() {
            own.why = it.why;
        }
    }
}
