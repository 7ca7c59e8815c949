//! Whole processes, timed and weighed from the outside.

use std::{
    env,
    fmt::{self, Display, Formatter},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

pub(crate) type Line = Vec<String>;

/// What takes long is not measured more often than this lasts, but five times at least.
const LONGEST: Duration = Duration::from_secs(30);
const LEAST: usize = 5;

/// The program that is measured: the one of this build, or the one that `MOLT_SYNC_BINARY` names.
pub(crate) fn program() -> String {
    env::var("MOLT_SYNC_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_molt-sync").to_owned())
}

/// How often each is measured: eleven times, or what `MOLT_SYNC_RUNS` says.
pub(crate) fn runs() -> usize {
    env::var("MOLT_SYNC_RUNS").map_or(11, |it| it.parse::<usize>().unwrap().max(1))
}

pub(crate) fn command(program: &str, args: &[&str]) -> Line {
    std::iter::once(program).chain(args.iter().copied()).map(str::to_owned).collect()
}

/// A command line of the program that is measured.
pub(crate) fn ours(args: &[&str]) -> Line {
    command(&program(), args)
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The times of one command line, in their order.
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    pub(crate) fn median(&self) -> Duration {
        self.0[self.0.len() / 2]
    }

    /// How many times as long as the other one.
    pub(crate) fn ratio(&self, other: &Self) -> f64 {
        self.median().as_secs_f64() / other.median().as_secs_f64()
    }
}

impl Display for Times {
    /// The median, and the middle half of the times, which says how much it can be believed.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (low, high) = (self.0[self.0.len() / 4], self.0[self.0.len() * 3 / 4]);
        write!(f, "{:.1?} ({low:.1?} to {high:.1?})", self.median())
    }
}

pub(crate) fn median(times: Vec<Duration>) -> Duration {
    Times::new(times).median()
}

/// One whole process, its output thrown away; none where the program is not there, or cannot do its work.
pub(crate) fn time(line: &Line, dir: &Path) -> Option<Duration> {
    let start = Instant::now();
    // programs of Python's leave nothing in a checkout
    let status = Command::new(&line[0])
        .args(&line[1..])
        .current_dir(dir)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    let took = start.elapsed();
    is_answer(&line[0], status).then_some(took)
}

/// Whether a program did its work: ours says with 1 and 3 what it found.
fn is_answer(name: &str, status: ExitStatus) -> bool {
    let is_ours = name == program() || env::var("MOLT_SYNC_BEFORE").is_ok_and(|it| it == name);
    status.success() || is_ours && matches!(status.code(), Some(1 | 3))
}

/// Several in turn, so that whatever else the machine does falls on all of them; none for those that cannot run. `before` makes
/// things ready for each of them, and is not measured. Each runs once before the first that counts.
pub(crate) fn in_turn<const N: usize>(lines: [&Line; N], dir: &Path, before: &dyn Fn()) -> [Option<Times>; N] {
    let mut times: [Vec<Duration>; N] = [(); N].map(|()| Vec::new());
    let start = Instant::now();
    let mut runs_there: [bool; N] = lines.map(|line| {
        before();
        time(line, dir).is_some()
    });
    for round in 0..runs() {
        if round >= LEAST && start.elapsed() > LONGEST {
            break;
        }
        for at in 0..N {
            if runs_there[at] {
                before();
                match time(lines[at], dir) {
                    Some(it) => times[at].push(it),
                    None => runs_there[at] = false,
                }
            }
        }
    }
    let mut runs_there = runs_there.into_iter();
    times.map(|it| runs_there.next().is_some_and(|it| it).then(|| Times::new(it)))
}

/// The largest resident set in KiB; none where nothing measures it.
pub(crate) fn peak(line: &Line, dir: &Path) -> Option<u64> {
    let output =
        Command::new("/usr/bin/time").args(["-f", "%M"]).args(line).current_dir(dir).stdout(Stdio::null()).output();
    String::from_utf8_lossy(&output.ok()?.stderr).trim().lines().last()?.parse().ok()
}
