//! Speed and memory against the named peers, as ratios of medians in one run, whole processes on both sides.
//!
//! `MOLT_SYNC_CORPUS` names a mirror with the real releases 3.11.2 (`.tgz`) and 3.13.5 (`.tar.xz`). Peers that are not
//! installed are named and left out.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on should say where")]
#![allow(clippy::print_stdout, reason = "its output is its result")]
#![allow(clippy::disallowed_methods, reason = "it measures from the outside")]
#![allow(missing_docs, reason = "there is nothing to use here")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const RUNS: usize = 11;
const TARFILE: &str = "
import re, sys, tarfile
names, aliases = [], []
with tarfile.open(sys.argv[1], 'r|*') as archive:
    for member in archive:
        path = member.name.partition('/')[2]
        if path.startswith('Lib/') and path.endswith('.py'):
            names.append(path)
            aliases += re.findall(rb'sys\\.modules\\[.([a-z.]+).\\] =', archive.extractfile(member).read())
        elif path in ('Python/stdlib_module_names.h', 'Include/patchlevel.h'):
            archive.extractfile(member).read()
assert len(names) > 600
";

fn main() {
    let Some(corpus) = std::env::var_os("MOLT_SYNC_CORPUS").map(PathBuf::from) else {
        println!("skipped: MOLT_SYNC_CORPUS names no mirror with real releases");
        return;
    };
    let tgz = corpus.join("3.11.2/Python-3.11.2.tgz");
    let xz = corpus.join("3.13.5/Python-3.13.5.tar.xz");
    let facts =
        |archive: &Path| command(env!("CARGO_BIN_EXE_molt-sync"), &["baseline", "show", "--source", text(archive)]);
    compare("facts from the .tgz", &facts(&tgz), "igzip -dc", &command("igzip", &["-dc", text(&tgz)]), "at most 2.0");
    compare(
        "facts from the .tgz",
        &facts(&tgz),
        "tarfile",
        &command("python3", &["-c", TARFILE, text(&tgz)]),
        "at most 0.4",
    );
    compare("facts from the .tar.xz", &facts(&xz), "xz -dc", &command("xz", &["-dc", text(&xz)]), "at most 1.2");
    memory("facts from the .tgz", &facts(&tgz), &tgz, " (goal: at most 16384)");
    memory("facts from the .tar.xz", &facts(&xz), &xz, ", 8192 of them the dictionary");
    repeated_refresh(&corpus);
}

type Line = Vec<String>;

fn command(program: &str, args: &[&str]) -> Line {
    std::iter::once(program).chain(args.iter().copied()).map(str::to_owned).collect()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// One whole process, its output thrown away; none where the program is not there.
fn time(line: &Line, dir: &Path) -> Option<Duration> {
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

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Both in turn, so that whatever else the machine does falls on both.
fn compare(what: &str, ours: &Line, peer_name: &str, peer: &Line, goal: &str) {
    let here = Path::new(".");
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        a.push(time(ours, here).unwrap());
        match time(peer, here) {
            Some(it) => b.push(it),
            None => return println!("{what}: {peer_name} is not installed"),
        }
    }
    let (a, b) = (median(a), median(b));
    println!("{what}: {a:.1?}, {peer_name}: {b:.1?}, ratio {:.2} (goal: {goal})", a.as_secs_f64() / b.as_secs_f64());
}

fn memory(what: &str, ours: &Line, archive: &Path, remark: &str) {
    let output = Command::new("/usr/bin/time").args(["-f", "%M"]).args(ours).stdout(Stdio::null()).output();
    let peak =
        output.ok().and_then(|it| String::from_utf8_lossy(&it.stderr).trim().lines().last()?.parse::<u64>().ok());
    let size = std::fs::metadata(archive).unwrap().len() >> 10;
    match peak {
        Some(peak) => {
            let over = peak.saturating_sub(size);
            println!("{what}: peak {peak} KiB, the archive {size} KiB, {over} KiB over it{remark}");
        }
        None => println!("{what}: memory is not measured, /usr/bin/time is not installed"),
    }
}

fn repeated_refresh(corpus: &Path) {
    let dir = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_molt-sync");
    let cache = dir.path().join("cache");
    let corpus = corpus.canonicalize().unwrap();
    let refresh = command(program, &["refresh", "3.13", "--mirror", text(&corpus), "--cache-dir", text(&cache)]);
    let root = dir.path().join("ws");
    time(&command(program, &["init", text(&root)]), Path::new(".")).unwrap();
    time(&refresh, &root).unwrap();
    let times = (0..RUNS).map(|_| time(&refresh, &root).unwrap()).collect();
    println!("a repeated refresh with nothing to do: {:.1?} (goal: under 150 ms)", median(times));
}
