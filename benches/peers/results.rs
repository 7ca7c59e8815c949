//! What a run found, printed as it is found, and written to a page at the end.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    time::Duration,
};

use crate::measure::{Line, in_turn, peak, program, runs};

/// What limits the work whose goals are missed, written by a person who looked: each block begins with `## ` and the name of the
/// work, as it is in the table.
const LIMITS: &str = include_str!("../limits.md");

static ROWS: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

enum Entry {
    Part(String),
    Row(Row),
}

/// One line of the tables.
#[derive(Default)]
pub(crate) struct Row {
    /// What was done.
    pub(crate) work: String,
    /// What it took.
    pub(crate) ours: String,
    /// What the other one took.
    pub(crate) peer: String,
    /// The figure that the goal is about; empty where there is none.
    pub(crate) figure: String,
    pub(crate) goal: String,
    /// Whether it is met; none where there is no goal or no figure.
    pub(crate) is_met: Option<bool>,
    /// The commands.
    pub(crate) lines: Vec<String>,
}

/// A heading over what follows.
pub(crate) fn part(title: &str) {
    println!("\n{title}");
    ROWS.lock().unwrap().push(Entry::Part(title.to_owned()));
}

/// Prints a row, and keeps it for the page.
pub(crate) fn keep(row: Row) {
    let Row { work, ours, peer, figure, goal, .. } = &row;
    println!("{work}: {ours} | {peer} | {figure} | goal {goal}: {}", met(&row));
    ROWS.lock().unwrap().push(Entry::Row(row));
}

/// What could not be measured, and why.
pub(crate) fn absent(work: &str, why: &str, goal: &str) {
    keep(Row { work: work.into(), figure: format!("not measured: {why}"), goal: goal.into(), ..Row::default() });
}

/// Ours beside a peer, as a ratio of the medians.
pub(crate) fn beside(work: &str, ours: &Line, [name, goal]: [&str; 2], peer: &Line, dir: &Path, most: f64) {
    beside_after(work, ours, [name, goal], peer, (dir, &|| ()), most);
}

/// The same, with what makes things ready before each run.
pub(crate) fn beside_after(
    work: &str,
    ours: &Line,
    [name, goal]: [&str; 2],
    peer: &Line,
    (dir, before): (&Path, &dyn Fn()),
    most: f64,
) {
    let lines = vec![shown(ours), shown(peer)];
    let [Some(a), b] = in_turn([ours, peer], dir, before) else { return absent(work, "it does not run here", goal) };
    let Some(b) = b else {
        let (ours, figure) = (a.to_string(), format!("not measured: {name} is not installed or fails"));
        return keep(Row { work: work.into(), ours, figure, goal: goal.into(), lines, ..Row::default() });
    };
    let ratio = a.ratio(&b);
    keep(Row {
        work: work.into(),
        ours: a.to_string(),
        peer: format!("{name}: {b}"),
        figure: format!("{ratio:.3} times as long"),
        goal: goal.into(),
        is_met: Some(ratio <= most),
        lines,
    });
}

/// How much longer ours takes than another work of ours in the same run.
pub(crate) fn beyond(
    work: &str,
    ours: &Line,
    name: &str,
    base: &Line,
    (dir, before): (&Path, &dyn Fn()),
    most: Duration,
) {
    let goal = format!("at most {most:?} more");
    let [Some(a), Some(b)] = in_turn([ours, base], dir, before) else {
        return absent(work, "it does not run here", &goal);
    };
    let more = a.median().saturating_sub(b.median());
    keep(Row {
        work: work.into(),
        ours: a.to_string(),
        peer: format!("{name}: {b}"),
        figure: format!("{more:.1?} more"),
        goal,
        is_met: Some(more <= most),
        lines: vec![shown(ours), shown(base)],
    });
}

/// Ours against a time.
pub(crate) fn within(work: &str, ours: &Line, dir: &Path, most: Option<Duration>) {
    within_after(work, ours, (dir, &|| ()), most);
}

/// The same, with what makes things ready before each run.
pub(crate) fn within_after(work: &str, ours: &Line, (dir, before): (&Path, &dyn Fn()), most: Option<Duration>) {
    let goal = most.map(|it| format!("under {it:?}")).unwrap_or_default();
    let [Some(a)] = in_turn([ours], dir, before) else { return absent(work, "it does not run here", &goal) };
    let is_met = most.map(|it| a.median() < it);
    let figure = format!("{:.1?}", a.median());
    keep(Row {
        work: work.into(),
        ours: a.to_string(),
        figure,
        goal,
        is_met,
        lines: vec![shown(ours)],
        ..Row::default()
    });
}

/// The largest resident set, less what is held anyway, in KiB; the largest number of all is no goal.
pub(crate) fn weigh(work: &str, ours: &Line, dir: &Path, [held, most]: [u64; 2]) {
    let goal = match (held, most) {
        (_, u64::MAX) => String::new(),
        (0, _) => format!("under {most} KiB"),
        _ => format!("at most {most} KiB over the archive"),
    };
    let Some(peak) = peak(ours, dir) else { return absent(work, "/usr/bin/time is not installed", &goal) };
    let over = peak.saturating_sub(held);
    let figure = if held > 0 { format!("{over} KiB over the archive") } else { format!("{over} KiB") };
    let (ours, is_met, lines) = (format!("{peak} KiB"), (most < u64::MAX).then_some(over <= most), vec![shown(ours)]);
    keep(Row { work: work.into(), ours, figure, goal, is_met, lines, ..Row::default() });
}

/// A command line without the paths of this machine.
fn shown(line: &Line) -> String {
    let places = [
        (crate::corpus(), "CORPUS"),
        (env::var_os("MOLT_SYNC_BEFORE").map(PathBuf::from), "molt-sync-before"),
        (Some(PathBuf::from(program())), "molt-sync"),
    ];
    let word = |word: &String| {
        if word.contains('\n') {
            return "'…'".to_owned();
        }
        let path = Path::new(word);
        let found = places.iter().find_map(|(place, name)| {
            let rest = path.strip_prefix(place.as_ref()?).ok()?;
            Some(if rest.as_os_str().is_empty() { (*name).to_owned() } else { format!("{name}/{}", rest.display()) })
        });
        found.unwrap_or_else(|| path.strip_prefix(env::temp_dir()).map_or_else(|_| word.clone(), temporary))
    };
    line.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// What is in a temporary folder, whose own name says nothing.
fn temporary(path: &Path) -> String {
    let rest: PathBuf = path.components().skip(1).collect();
    if rest.as_os_str().is_empty() { "TEMPORARY".into() } else { rest.display().to_string() }
}

/// Programs that are compared with, each with how it says its version.
const PEERS: [[&str; 2]; 7] = [
    ["ruff", "--version"],
    ["igzip", "--version"],
    ["xz", "--version"],
    ["griffe", "--version"],
    ["python3.12", "--version"],
    ["git", "--version"],
    ["rustc", "--version"],
];

/// The first line that a program says; none where it is not there.
fn said([program, option]: [&str; 2]) -> Option<String> {
    let output = Command::new(program).arg(option).output().ok()?;
    let text =
        String::from_utf8_lossy(if output.stdout.is_empty() { &output.stderr } else { &output.stdout }).into_owned();
    text.lines().next().map(str::to_owned)
}

fn met(row: &Row) -> &'static str {
    match (row.is_met, row.goal.is_empty()) {
        (Some(true), _) => "met",
        (Some(false), _) => "**missed**",
        (None, true) => "no goal",
        (None, false) => "not measured",
    }
}

/// Writes the page.
pub(crate) fn write(path: &Path) {
    fs::write(path, page()).unwrap();
    println!("\nwritten to {}", path.display());
}

fn page() -> String {
    let rows = ROWS.lock().unwrap();
    let all: Vec<&Row> = rows.iter().filter_map(|it| if let Entry::Row(row) = it { Some(row) } else { None }).collect();
    let with = |is_met: Option<bool>| all.iter().filter(move |it| it.is_met == is_met && !it.goal.is_empty());
    let mut page = format!(
        "# Speed and memory\n\n\
         Written by `just bench`: do not edit it, run it again on a quiet machine. Whole processes of a release build, all that are\n\
         compared in turn in one run, {} rounds of each (five at least of what takes long). Times are medians, with the middle half of\n\
         the times in brackets. `CORPUS` is a mirror with real releases and `CHECKOUT` a checkout of Molt.\n\n{}\n\
         {} goals are met, {} are missed, {} were not measured.\n",
        runs(),
        machine(),
        with(Some(true)).count(),
        with(Some(false)).count(),
        with(None).count()
    );
    let mut lines = String::new();
    for entry in &*rows {
        match entry {
            Entry::Part(title) => {
                page += &std::mem::take(&mut lines);
                page += &format!(
                    "\n## {title}\n\n| work | molt-sync | beside it | figure | goal | |\n|---|---|---|---|---|---|\n"
                );
            }
            Entry::Row(row) => {
                let Row { work, ours, peer, figure, goal, .. } = row;
                page += &format!("| {work} | {ours} | {peer} | {figure} | {goal} | {} |\n", met(row));
                if lines.is_empty() && !row.lines.is_empty() {
                    lines = "\n".into();
                }
                if !row.lines.is_empty() {
                    let each: Vec<String> = row.lines.iter().map(|it| format!("`{it}`")).collect();
                    lines += &format!("- {work}: {}\n", each.join(" and "));
                }
            }
        }
    }
    page += &lines;
    let missed: Vec<&str> = with(Some(false)).map(|it| it.work.as_str()).collect();
    let limits: String = LIMITS
        .split("\n## ")
        .skip(1)
        .filter_map(|it| it.split_once('\n'))
        .filter(|(work, _)| missed.iter().any(|it| it.starts_with(work)))
        .map(|(work, why)| format!("- {work}: {}\n", why.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect();
    if !limits.is_empty() {
        page += &format!("\n## What limits what is missed\n\n{limits}");
    }
    page
}

/// What it ran on, and beside what.
fn machine() -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        processor.lines().find_map(|it| it.strip_prefix("model name")?.split_once(": ").map(|it| it.1.to_owned()));
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut res = format!(
        "- processor: {}, {cores} cores of it\n- system: {} {}\n- molt-sync: {}\n",
        model.as_deref().unwrap_or("not known"),
        env::consts::OS,
        kernel.trim(),
        said([&program(), "--version"]).as_deref().unwrap_or("not known")
    );
    for peer in PEERS {
        res += &format!("- {}: {}\n", peer[0], said(peer).as_deref().unwrap_or("not installed"));
    }
    res
}
