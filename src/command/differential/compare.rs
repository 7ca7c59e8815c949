//! `molt-sync differential compare`: what became of each test between two runs.

use std::path::PathBuf;

use clap::Args;

use super::stored::any;
use crate::{
    base::option_word,
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    differential::{LanePair, LanesError, RunLanes, changes, count_changes},
    report::ChangesReport,
};

/// Compare two runs test by test
///
/// Counts alone would not tell: two runs with as many failures can fail in other tests. Ends with 1 where something is worse: broken,
/// newly flaky, newly vacuous, no longer compared or gone; of tests that a summary counts and does not name, where fewer passed or more
/// failed. Lanes are compared by their names; two runs without a lane in common need
/// `--lane A=B`.
#[derive(Debug, Clone, Args)]
pub struct CompareArgs {
    /// The earlier results: a report of `differential run`, or a file of Molt's own runner
    #[arg(value_name = "A")]
    pub before: PathBuf,
    /// The later results
    #[arg(value_name = "B")]
    pub after: PathBuf,
    /// Only lane A of the earlier results, with lane B of the later ones; once for each pair, and NAME alone for a lane of both
    #[arg(long = "lane", value_name = "A=B", value_delimiter = ',', value_parser = |it: &str| it.parse::<LanePair>())]
    pub lanes: Vec<LanePair>,
}

/// Runs it.
pub(super) fn run(context: &Context, args: &CompareArgs) -> Result<Exit, Failure> {
    let (before, after) = (any(context, &args.before)?, any(context, &args.after)?);
    let lanes = RunLanes::of(&before, &after, &args.lanes).map_err(|error| not_compared(args, &error))?;
    let changes = changes(&before, &after, &lanes);
    let counts = count_changes(&before, &after, &lanes);
    let report = ChangesReport { before: &before, after: &after, lanes: &lanes, changes: &changes, counts: &counts };
    context.print(&match context.options.format {
        Format::Json => report.json(),
        Format::Github => report.github(),
        _ => report.human(context.terminal.is_verbose()),
    })?;
    Ok(if report.worse() > 0 { Exit::No } else { Exit::Done })
}

fn not_compared(args: &CompareArgs, error: &LanesError) -> Failure {
    let (before, after) = (args.before.display(), args.after.display());
    let listed = |lanes: &[String]| if lanes.is_empty() { "no result".to_owned() } else { lanes.join(", ") };
    let (why, hint) = match error {
        LanesError::NothingInCommon(old, new) => {
            let hint = match (old.first(), new.first()) {
                (Some(old), Some(new)) => {
                    format!(
                        "name which lane belongs to which, as in {}",
                        option_word("--lane", &format!("{old}={new}"))
                    )
                }
                _ => "name two reports that have results".to_owned(),
            };
            let why =
                format!("they have no lane in common: the first has {}, and the second {}", listed(old), listed(new));
            (why, hint)
        }
        LanesError::Unknown { lane, is_later, known } => {
            let whose = if *is_later { after.to_string() } else { before.to_string() };
            (format!("{whose} has no lane {lane}"), format!("its lanes: {}", listed(known)))
        }
    };
    Failure::new(Exit::Usage, format!("cannot compare {before} with {after}: {why}"), hint)
}
