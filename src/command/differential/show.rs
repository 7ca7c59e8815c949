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

impl Also {
    /// Every file that is to be written, with those that Bazel asks for.
    fn junit_files(&self) -> Vec<PathBuf> {
        self.junit.clone().into_iter().chain(host::environment("XML_OUTPUT_FILE").map(PathBuf::from)).collect()
    }

    /// Whether each can be written: a run may take hours, and nobody wants to learn it then.
    ///
    /// # Errors
    /// When one cannot.
    pub(super) fn check(&self, context: &Context) -> Result<(), Failure> {
        for path in self.report.iter().chain(&self.junit_files()) {
            context.must_stay(path)?;
            let path = host::absolute(path);
            let failed = |error: std::io::Error| Failure::io("write", &path, &error);
            if host::is_folder(&path).map_err(failed)? {
                return Err(failed(std::io::ErrorKind::IsADirectory.into()));
            }
            let folder = path.parent().unwrap_or(Path::new("/"));
            if host::is_there(folder).map_err(failed)? && !host::is_folder(folder).map_err(failed)? {
                return Err(failed(std::io::ErrorKind::NotADirectory.into()));
            }
            host::create_dir(folder).map_err(failed)?;
        }
        Ok(())
    }
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
        context.must_stay(path)?;
        host::replace(path, text.as_bytes()).map_err(|error| Failure::io("write", path, &error))
    };
    let mut written = also.report.iter().try_for_each(|path| write(path, &report.json()));
    for path in also.junit_files() {
        written = written.and(xml().and_then(|text| write(&path, &text)));
    }
    // what cannot be written is told, and is no reason not to print it
    context.print(&match context.options.format {
        Format::Json => report.json(),
        Format::Junit => xml()?,
        Format::Github => report.github(),
        _ => report.human(context.terminal.is_verbose(), context.terminal.colors_results()),
    })?;
    written
}
