//! A report of a differential run that the command line names: ours or of Molt's tools, `wasm=FILE` where it names no lane itself.

use std::path::Path;

use crate::{
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    differential::{RunResults, read_results},
    host,
};

/// The largest report that is read, in bytes.
const LARGEST: u64 = 32 << 20;

/// What a report has.
pub(in crate::command) struct ReportFile {
    /// The name of its file.
    pub(in crate::command) name: String,
    pub(in crate::command) text: String,
    pub(in crate::command) results: RunResults,
}

impl ReportFile {
    /// Reads it. What names no lane itself is of `lane`; where there is none, of the one that the file's name has.
    pub(in crate::command) fn read(context: &Context, lane: Option<&str>, path: &Path) -> Result<Self, Failure> {
        let bytes = context.read_named(path, LARGEST)?;
        let refuse = |why: String| {
            let message = format!("cannot use {} as a report: {why}", path.display());
            let hint = "name a report of `molt-sync differential run --format json`, Molt's summary.json, or results or a calibration as JSONL";
            Failure::new(Exit::Usage, message, hint)
        };
        let text = String::from_utf8(bytes).map_err(|_| refuse("it is not text".into()))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let results = read_results(&name, &text, lane).map_err(refuse)?;
        Ok(Self { name, text, results })
    }
}

/// `wasm=FILE`; a file of that whole name is that file.
pub(in crate::command) fn lane_of(named: &str) -> Result<(Option<&str>, &Path), Failure> {
    let path = Path::new(named);
    let is_file = host::is_there(path).map_err(|error| Failure::io("read", path, &error))?;
    Ok(match named.split_once('=') {
        Some((lane, file)) if !is_file && lane.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-') => {
            (Some(lane), Path::new(file))
        }
        _ => (None, path),
    })
}
