//! The instructions that `gates` takes on a made tree, counted by valgrind: a count tells a step that got slower where a clock on a busy
//! machine does not.
//!
//! It holds for the program that `MOLT_SYNC_BINARY` names, which CI builds with optimization, in one thread. The figure is that of one
//! compiler on one kind of processor: another compiler generates other code, and what searches texts takes the widest instructions that
//! the processor has. Where these are others, nothing is compared, and that is said. Hash tables are seeded anew in each run, which moves
//! the count by some 0.05 %. What waits, for a disk or for another thread, costs no instructions and is not seen.

use std::{fs, path::Path, process::Command};

use crate::support::{Sandbox, book::top};

/// The committed figure.
const FILE: &str = "benches/instructions.txt";

/// By so much the count may differ, in per cent.
const TOLERANCE: f64 = 1.0;

/// What the figure depends on besides the program: the compiler, and the instructions that the processor has for texts.
fn made_by() -> Option<String> {
    let said = Command::new("rustc").arg("-vV").output().ok()?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let of = |key: &str| said.lines().find_map(|it| it.strip_prefix(key)).map(|it| it.trim().to_owned());
    let processor = fs::read_to_string("/proc/cpuinfo").ok()?;
    let has =
        |flag: &str| processor.lines().any(|it| it.starts_with("flags") && it.split_whitespace().any(|it| it == flag));
    let width = ["avx2", "sse4_2"].into_iter().find(|it| has(it)).unwrap_or("baseline");
    Some(format!("rustc {} for {} with {width}", of("release:")?, of("host:")?))
}

/// The instructions of `gates` in a workspace of two series; none where valgrind is not installed.
fn count() -> Option<u64> {
    let sandbox = Sandbox::with_whole_series("3.12,3.13");
    let program = sandbox.command(sandbox.root(), &[]).get_program().to_owned();
    // the order in which a file system lists its files moves the count by up to 2 %: where there is one in memory, it is that one's
    let memory = Some(Path::new("/dev/shm")).filter(|it| it.is_dir());
    let place = memory.map_or_else(tempfile::tempdir, tempfile::tempdir_in).unwrap();
    let copied = Command::new("cp").arg("-R").arg(sandbox.ws("")).arg(place.path().join("ws")).status().ok()?;
    assert!(copied.success(), "the workspace was copied");
    let mut command = Command::new("valgrind");
    command.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]).arg(program);
    command.args(["gates", "--offline"]).current_dir(place.path().join("ws")).env_clear();
    command
        .env("PATH", "/usr/bin:/bin")
        .env("RAYON_NUM_THREADS", "1")
        .env("MOLT_SYNC_CACHE_DIR", place.path().join("cache"));
    let output = command.output().ok()?;
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "the run that was counted did not end as it should:\n{said}");
    let line = said.lines().find(|it| it.contains("I   refs:") || it.contains("I refs:"));
    let line = line.unwrap_or_else(|| panic!("valgrind counted nothing:\n{said}"));
    Some(line.rsplit(':').next()?.trim().replace(',', "").parse().unwrap())
}

#[test]
fn gates_take_as_many_instructions_as_before() {
    if std::env::var_os("MOLT_SYNC_BINARY").is_none() {
        return eprintln!("skipped: MOLT_SYNC_BINARY names no program that was built with optimization");
    }
    let (Some(made_by), Some(now)) = (made_by(), count()) else {
        return eprintln!("skipped: there is no valgrind, or no rustc to name the compiler");
    };
    if std::env::var_os("MOLT_SYNC_PIN").is_some() {
        fs::write(top().join(FILE), format!("{now}\n{made_by}\n")).unwrap();
    }
    let text = fs::read_to_string(top().join(FILE)).unwrap();
    let mut lines = text.lines();
    let before: u64 = lines.next().unwrap().parse().unwrap();
    let of = lines.next().unwrap();
    if of != made_by {
        return eprintln!("NOT LOOKED AT: {FILE} is of {of}, and this is {made_by}");
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are far below what a float holds")]
    let percent = (now as f64 / before as f64 - 1.0) * 100.0;
    eprintln!("gates: {now} instructions, {percent:+.2} % against {before}");
    let more = if percent > 0.0 { "more" } else { "fewer" };
    assert!(
        percent.abs() <= TOLERANCE,
        "`gates` takes {percent:+.2} % {more} instructions than {FILE} says: {now} against {before}. See what changed; where it is meant, \
         `just instructions` writes the figure"
    );
}
