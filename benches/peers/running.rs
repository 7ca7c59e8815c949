//! Running programs: what a slot costs beyond a bare start, and how many programs two slots run beside a pool of Python's.

use std::{
    ffi::OsString,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use molt_sync::{
    differential::run::{Ended, MeasurementMethod, Program},
    host::Slots,
};

use crate::{
    measure::{Times, median, program},
    results::{Row, absent, keep, part},
};

/// Programs in one measurement of the costs, and of the throughput.
const SMALL: usize = 300;
const LARGE: usize = 100;

/// How often each is measured, in turn.
const ROUNDS: usize = 5;

const WORKERS: usize = 2;

/// The same job as `many`: the same programs, as many at a time, all of their output.
const POOL: &str = "
import concurrent.futures, subprocess, sys
def run(line):
    done = subprocess.run(line, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    return done.returncode, done.stdout, done.stderr
if __name__ == '__main__':
    count, workers = int(sys.argv[1]), int(sys.argv[2])
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        done = list(pool.map(run, [sys.argv[3:]] * count))
    assert all(code == 0 for code, _, _ in done)
";

/// The programs of the throughput.
const PYTHON: [&str; 5] = ["python3", "-I", "-S", "-c", "print(sum(range(100000)))"];

pub(crate) fn run() {
    part("Programs that are run");
    for ask in [None, Some(MeasurementMethod::Polling)] {
        costs(ask);
    }
    throughput();
}

fn costs(ask: Option<MeasurementMethod>) {
    let dir = tempfile::tempdir().unwrap();
    let (mut ours, mut bare, mut name) = (Vec::new(), Vec::new(), String::new());
    let path = std::env::var_os("PATH").unwrap_or_default();
    for _ in 0..ROUNDS {
        bare.push(cpu(|| {
            for _ in 0..SMALL {
                let mut command = Command::new("true");
                command.env_clear().env("PATH", &path).stdin(Stdio::null());
                assert!(command.output().unwrap().status.success());
            }
        }));
        ours.push(cpu(|| {
            let slots = open(dir.path(), ask);
            name = slots.method().to_string();
            many(&slots, SMALL, 1, &["true"]);
        }));
    }
    let each = |times| median(times) / u32::try_from(SMALL).unwrap();
    let (ours, bare) = (each(ours), each(bare));
    let beyond = ours.saturating_sub(bare);
    keep(Row {
        work: format!("a program in a slot ({name})"),
        ours: format!("{ours:.2?} of processor time"),
        peer: format!("a bare start: {bare:.2?}"),
        figure: format!("{beyond:.2?} more"),
        goal: "at most 2ms more".into(),
        is_met: Some(beyond <= Duration::from_millis(2)),
        ..Row::default()
    });
}

fn throughput() {
    let work = &format!("{LARGE} programs in {WORKERS} slots");
    let dir = tempfile::tempdir().unwrap();
    let (mut ours, mut pool) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        many(&open(dir.path(), None), LARGE, WORKERS, &PYTHON);
        ours.push(start.elapsed());
        let start = Instant::now();
        let mut command = Command::new("python3");
        command.args(["-c", POOL, &LARGE.to_string(), &WORKERS.to_string()]).args(PYTHON);
        match command.status() {
            Ok(status) if status.success() => pool.push(start.elapsed()),
            _ => return absent(work, "there is no python3 to compare with", "at least 1.0"),
        }
    }
    faster(work, &Times::new(ours), &Times::new(pool), 1.0);
}

/// A row about how many times as much gets done as by a process pool of Python's.
pub(crate) fn faster(work: &str, ours: &Times, pool: &Times, least: f64) {
    let ratio = pool.ratio(ours);
    keep(Row {
        work: work.into(),
        ours: ours.to_string(),
        peer: format!("a process pool of Python's: {pool}"),
        figure: format!("{ratio:.2} times the throughput"),
        goal: format!("at least {least:.1}"),
        is_met: Some(ratio >= least),
        ..Row::default()
    });
}

fn open(runs: &Path, ask: Option<MeasurementMethod>) -> Slots {
    Slots::open_with(Path::new(&program()), WORKERS, runs, ask).unwrap()
}

/// Runs a program `count` times in the first `workers` slots.
fn many(slots: &Slots, count: usize, workers: usize, line: &[&str]) {
    let program = Program {
        argv: line.iter().map(OsString::from).collect(),
        cwd: "/".into(),
        env: vec![("PATH".into(), std::env::var_os("PATH").unwrap_or_default())],
        timeout: Duration::from_mins(1),
        memory_limit: Some(10 << 30),
        output_limit: 16 << 20,
        most_open_files: false,
        file_limit: Some(1 << 30),
        disk_limit: Some(4 << 30),
        process_limit: 512,
    };
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for index in 0..workers {
            let (program, next) = (&program, &next);
            let mut slot = slots.slot(index).unwrap();
            scope.spawn(move || {
                while next.fetch_add(1, Ordering::Relaxed) < count {
                    assert_eq!(slot.run(program).unwrap().ended, Ended::Exited(0));
                }
            });
        }
    });
}

/// The processor time that `work` takes, with that of all processes that it started and waited for.
pub(crate) fn cpu(work: impl FnOnce()) -> Duration {
    let before = used();
    work();
    used().saturating_sub(before)
}

fn used() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    // own and children's, user and system, in hundredths of a second (proc_pid_stat(5))
    let fields = text.rsplit_once(") ").unwrap().1.split(' ').skip(11).take(4);
    Duration::from_millis(fields.map(|it| it.parse::<u64>().unwrap() * 10).sum())
}
