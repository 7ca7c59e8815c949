//! `molt-sync baseline verify`: whether a live interpreter has the recorded names.

use std::path::Path;

use crate::{
    base::{Files as _, Series},
    command::{
        acquire::{ask, no_answer},
        support::{
            context::{Context, Format},
            failure::{Exit, Failure, collected},
            known_baselines::{find, recorded},
        },
    },
    host,
    report::InterpreterReport,
    stdlib::{Answer, Baseline, Explained, Probed, explain, explain_probe, probe},
    workspace::baseline_path,
};

/// Runs it: 1 where a difference is not explained.
pub(super) fn run(context: &Context, python: &Path, series: Option<Series>) -> Result<Exit, Failure> {
    let (answer, _) = ask(python)?;
    let live = answer.facts().map_err(|error| collected(&python.display().to_string(), &error))?;
    let baseline = find(recorded(context)?, series.unwrap_or(answer.release.series))?;
    if baseline.series != answer.release.series {
        let message =
            format!("{} is CPython {}, which is not of series {}", python.display(), answer.release, baseline.series);
        return Err(Failure::new(Exit::Usage, message, "name an interpreter of the series, or leave --series out"));
    }
    let mut differences = explain(&baseline, &answer, &live);
    let not_imported = import_all(python, &baseline, &answer, &mut differences)?;
    let report = InterpreterReport {
        interpreter: format!("CPython {} on {}", answer.release, answer.platform),
        baseline: format!("{}{}", baseline.release_text(), baseline.label()),
        record: record(context, baseline.series)?,
        differences,
        not_imported,
    };
    let exit = if report.unexplained().next().is_none() { Exit::Done } else { Exit::No };
    let text = match context.options.format {
        Format::Json => report.json(),
        Format::Sarif => report.sarif(),
        Format::Github => report.github(),
        Format::Junit => report.junit().map_err(|error| {
            Failure::new(Exit::Io, format!("cannot write the test report: {error}"), "use --format json")
        })?,
        _ => report.human(),
    };
    context.print(&text).map(|()| exit)
}

/// The workspace's record of the series, where it has one: its path from the top of the repository, and its text.
fn record(context: &Context, series: Series) -> Result<Option<(String, String)>, Failure> {
    let Some(workspace) = context.workspace_around()? else { return Ok(None) };
    let path = baseline_path(&workspace.config.paths, series);
    let Some(text) = workspace.disk.text(&path)? else { return Ok(None) };
    Ok(Some((format!("{}{path}", workspace.prefix()?), text)))
}

/// Adds what importing every recorded name finds; gives the names that were not imported.
fn import_all(
    python: &Path,
    baseline: &Baseline,
    answer: &Answer,
    differences: &mut Vec<Explained>,
) -> Result<Vec<String>, Failure> {
    let (program, not_imported) = probe(baseline, answer);
    let text = host::run_query(python, &program, std::time::Duration::from_mins(2))?;
    let probed: Probed = serde_json::from_str(text.trim()).map_err(|_| no_answer(python, &text))?;
    differences.extend(explain_probe(baseline, answer, &probed, differences));
    differences.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(not_imported)
}
