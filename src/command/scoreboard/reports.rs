//! The reports that the command line names, as lanes.

use std::{collections::BTreeMap, path::Path};

use crate::{
    command::support::failure::{Exit, Failure},
    host,
    scoreboard::{Lane, lanes},
};

/// The largest report that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// The lanes of all reports; of a lane that two have, the one that compared more tests counts, with the peaks of both.
pub(super) fn read(reports: &[String]) -> Result<BTreeMap<String, Lane>, Failure> {
    let mut res: BTreeMap<String, Lane> = BTreeMap::new();
    for named in reports {
        let (lane, file) = lane_of(named)?;
        let path = Path::new(file);
        let bytes = host::read_file(path, LARGEST).map_err(|error| Failure::io("read", path, &error))?;
        let refuse = |why: String| {
            let message = format!("cannot use {} as a report: {why}", path.display());
            let hint = "name a report of `molt-sync differential run --format json`, Molt's summary.json, or results or a calibration as JSONL";
            Failure::new(Exit::Usage, message, hint)
        };
        let text = String::from_utf8(bytes).map_err(|_| refuse("it is not text".into()))?;
        let name = path.file_name().map_or_else(|| file.to_owned(), |it| it.to_string_lossy().into_owned());
        let found = lanes(text.trim_start_matches('\u{feff}'), &name, lane).map_err(|it| refuse(it.to_string()))?;
        for (name, new) in found {
            let joined = match res.remove(&name) {
                Some(known) => joined(known, new),
                None => new,
            };
            res.insert(name, joined);
        }
    }
    Ok(res)
}

fn joined(a: Lane, b: Lane) -> Lane {
    let (mut more, less) = if b.compared > a.compared { (b, a) } else { (a, b) };
    for (test, peak) in less.peaks {
        let known = more.peaks.entry(test).or_default();
        *known = peak.max(*known);
    }
    more
}

/// `wasm=FILE`; a file of that whole name is that file.
fn lane_of(named: &str) -> Result<(Option<&str>, &str), Failure> {
    let path = Path::new(named);
    let is_file = host::is_there(path).map_err(|error| Failure::io("read", path, &error))?;
    Ok(match named.split_once('=') {
        Some((lane, file)) if !is_file && lane.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-') => {
            (Some(lane), file)
        }
        _ => (None, named),
    })
}
