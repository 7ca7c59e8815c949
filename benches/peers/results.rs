//! What a run found, printed as it is found, and written to a page at the end.

use std::{fs, path::Path, process::Command, sync::Mutex};

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Prints a line, and keeps it for the page.
pub(crate) fn keep(line: String) {
    println!("{line}");
    LINES.lock().unwrap().push(line);
}

/// The same with a format.
macro_rules! tell {
    ($($words:tt)*) => { $crate::results::keep(format!($($words)*)) };
}

/// Programs that are compared with, each with how it says its version.
const PEERS: [[&str; 2]; 6] = [
    ["ruff", "--version"],
    ["igzip", "--version"],
    ["xz", "--version"],
    ["griffe", "--version"],
    ["python3.12", "--version"],
    ["git", "--version"],
];

/// The first line that a program says; none where it is not there.
fn said([program, option]: [&str; 2]) -> Option<String> {
    let output = Command::new(program).arg(option).output().ok()?;
    let text =
        String::from_utf8_lossy(if output.stdout.is_empty() { &output.stderr } else { &output.stdout }).into_owned();
    text.lines().next().map(str::to_owned)
}

/// Writes the page.
pub(crate) fn write(path: &Path) {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        processor.lines().find_map(|it| it.strip_prefix("model name")?.split_once(": ").map(|it| it.1.to_owned()));
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let mut page = format!(
        "# Speed and memory\n\nWritten by `just bench`: medians of whole processes, with the middle half of the times in brackets, both sides in turn on \
         one machine.\nDo not edit it; run it again on a quiet machine.\n\n- processor: {}, {cores} of it\n",
        model.as_deref().unwrap_or("not known")
    );
    for peer in PEERS {
        page += &format!("- {}: {}\n", peer[0], said(peer).as_deref().unwrap_or("not installed"));
    }
    page += "\n## Results\n\n";
    for line in LINES.lock().unwrap().iter() {
        page += &format!("- {line}\n");
    }
    fs::write(path, page).unwrap();
}
