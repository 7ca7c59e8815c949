//! Whole processes, timed and weighed from the outside.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

pub(crate) const RUNS: usize = 11;

pub(crate) type Line = Vec<String>;

pub(crate) fn command(program: &str, args: &[&str]) -> Line {
    std::iter::once(program).chain(args.iter().copied()).map(str::to_owned).collect()
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// One whole process, its output thrown away; none where the program is not there.
pub(crate) fn time(line: &Line, dir: &Path) -> Option<Duration> {
    let start = Instant::now();
    let status = Command::new(&line[0])
        .args(&line[1..])
        .current_dir(dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    status.success().then(|| start.elapsed())
}

pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The middle half of the times, which says how much a median can be believed.
fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    format!("{:.1?} to {:.1?}", times[times.len() / 4], times[times.len() * 3 / 4])
}

/// Both in turn, so that whatever else the machine does falls on both.
pub(crate) fn compare(what: &str, ours: &Line, peer_name: &str, peer: &Line, goal: &str) {
    compare_in(Path::new("."), what, ours, peer_name, peer, goal);
}

/// The same in a folder.
pub(crate) fn compare_in(here: &Path, what: &str, ours: &Line, peer_name: &str, peer: &Line, goal: &str) {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        a.push(time(ours, here).unwrap());
        match time(peer, here) {
            Some(it) => b.push(it),
            None => return tell!("{what}: not measured, {peer_name} is not installed or fails"),
        }
    }
    let (ours, theirs) = (spread(&mut a), spread(&mut b));
    let (a, b) = (median(a), median(b));
    let ratio = a.as_secs_f64() / b.as_secs_f64();
    tell!("{what}: {a:.1?} ({ours}), {peer_name}: {b:.1?} ({theirs}), ratio {ratio:.3} (goal: {goal})");
}

/// The largest resident set in KiB; none where nothing measures it.
pub(crate) fn peak(line: &Line, dir: &Path) -> Option<u64> {
    let output =
        Command::new("/usr/bin/time").args(["-f", "%M"]).args(line).current_dir(dir).stdout(Stdio::null()).output();
    String::from_utf8_lossy(&output.ok()?.stderr).trim().lines().last()?.parse().ok()
}
