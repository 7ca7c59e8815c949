//! Results printed in the form that was asked for, and in others besides.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    differential::RunResults,
    host,
    report::DifferentialReport,
};

/// Where results go besides stdout.
#[derive(Debug, Clone, Default, Args)]
pub struct Also {
    /// Write the results as JSON to this file as well, for `merge` and `compare`
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    #[arg(
        long,
        value_name = "FILE",
        help = "Write a test report in the form of JUnit to this file as well; Bazel's XML_OUTPUT_FILE is written by itself"
    )]
    pub junit: Option<PathBuf>,
}

/// Tells Bazel that the part that it asks for is understood.
pub(super) fn announce_shard(context: &Context) -> Result<(), Failure> {
    let Some(file) = host::environment("TEST_SHARD_STATUS_FILE") else { return Ok(()) };
    context.terminal.detail("tells Bazel that its shards are understood");
    let path = Path::new(&file);
    host::replace(path, b"").map_err(|error| Failure::io("write", path, &error))
}

/// Prints results.
pub(super) fn show(context: &Context, results: &RunResults, also: &Also) -> Result<(), Failure> {
    let report = DifferentialReport { results };
    let xml = || {
        report
            .junit()
            .map_err(|error| Failure::new(Exit::Io, format!("cannot write the report: {error}"), "use --format json"))
    };
    let write = |path: &Path, text: &str| {
        host::replace(path, text.as_bytes()).map_err(|error| Failure::io("write", path, &error))
    };
    if let Some(path) = &also.report {
        write(path, &report.json())?;
    }
    let bazels = host::environment("XML_OUTPUT_FILE").map(PathBuf::from);
    for path in also.junit.iter().chain(&bazels) {
        write(path, &xml()?)?;
    }
    context.print(&match context.options.format {
        Format::Json => report.json(),
        Format::Junit => xml()?,
        Format::Github => report.github(),
        _ => report.human(context.terminal.is_verbose(), context.terminal.colors_results()),
    })
}
