//! Programs that are run in slots: what they print and how they end, that nothing of them goes on, and what memory they took.

use std::{
    ffi::OsString,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use molt_sync::{
    differential::run::{Ended, Method, Program, Ran},
    host::Slots,
};

/// The program that supervises; here it is not the one that runs.
const SUPERVISOR: &str = env!("CARGO_BIN_EXE_molt-sync");

/// Says what this program does instead of a test.
const ROLE: &str = "MOLT_SYNC_TEST_ROLE";

/// What a child says when it holds its memory.
const HELD: &str = "held";

const MB: u64 = 1 << 20;

struct World {
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn open(&self, ask: Option<Method>) -> Slots {
        Slots::open_with(Path::new(SUPERVISOR), 1, &self.runs(), ask).unwrap()
    }

    fn runs(&self) -> PathBuf {
        self.dir.path().join("runs")
    }

    fn run(&self, program: &Program) -> Ran {
        self.open(None).slot(0).unwrap().run(program).unwrap()
    }
}

fn program(argv: &[&str]) -> Program {
    Program {
        argv: argv.iter().map(OsString::from).collect(),
        cwd: "/".into(),
        env: vec![("PATH".into(), std::env::var_os("PATH").unwrap_or_default())],
        timeout: Duration::from_mins(1),
        memory_limit: Some(2048 * MB),
        output_limit: MB,
        file_limit: Some(512 * MB),
        disk_limit: None,
        process_limit: 64,
    }
}

fn sh(script: &str) -> Program {
    program(&["sh", "-c", script])
}

/// This program in another role.
fn role(role: &str) -> Program {
    let own = std::env::current_exe().unwrap();
    let mut res = program(&[own.to_str().unwrap(), "running::in_another_role", "--exact", "--nocapture"]);
    res.env.push((ROLE.into(), role.into()));
    res
}

/// Memory that is written to.
fn memory(megabytes: usize) -> Vec<u8> {
    let mut res = vec![0_u8; megabytes << 20];
    for at in (0..res.len()).step_by(4096) {
        res[at] = 1;
    }
    std::hint::black_box(res)
}

fn spend(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

fn child(role: &str) -> Command {
    let mut res = Command::new(std::env::current_exe().unwrap());
    res.args(["running::in_another_role", "--exact", "--nocapture"]).env(ROLE, role);
    res.stdout(Stdio::null());
    res
}

/// Not a test: what the program does that the tests below run.
#[test]
fn in_another_role() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let words: Vec<&str> = role.split(' ').collect();
    let number = |at: usize| words[at].parse::<usize>().unwrap();
    match words[0] {
        "nothing" => {}
        // `hold MEGABYTES MILLISECONDS`
        "hold" => {
            let held = memory(number(1));
            spend(Duration::from_millis(number(2) as u64));
            drop(held);
        }
        // `children COUNT MEGABYTES`, all at the same time, and whatever becomes of them
        "children" => {
            let role = format!("wait {}", number(2));
            let start = |_| child(&role).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            let mut children: Vec<_> = (0..number(1)).map(start).collect();
            for child in &mut children {
                let said = BufReader::new(child.stdout.as_mut().unwrap()).lines();
                // one that was killed says nothing more
                said.map_while(Result::ok).find(|it| it == HELD);
            }
            for mut child in children {
                drop(child.stdin.take());
                drop(child.wait());
            }
        }
        // `wait MEGABYTES`, until the input ends
        "wait" => {
            let held = memory(number(1));
            writeln!(std::io::stdout(), "\n{HELD}").unwrap();
            drop(std::io::read_to_string(std::io::stdin()));
            drop(held);
        }
        other => panic!("{other}"),
    }
}

/// The program's memory in KiB beyond that of one that does nothing.
fn beyond_nothing(slot: &mut molt_sync::host::Slot, program: &Program) -> i64 {
    let kb = |program: &Program| {
        let ran = slot.run(program).unwrap();
        assert_eq!(ran.ended, Ended::Exited(0), "{}", String::from_utf8_lossy(&ran.stderr));
        i64::try_from(ran.program_kb.unwrap()).unwrap()
    };
    let [nothing, something] = [&role("nothing"), program].map(kb);
    something - nothing
}

fn is_within(percent: i64, kb: i64, megabytes: i64) -> bool {
    let truth = megabytes * 1024;
    (kb - truth).abs() * 100 <= truth * percent
}

/// Whether memory is measured exactly here; polling is another promise.
fn measures_exactly(slots: &Slots) -> bool {
    let is_exact = slots.method() != Method::Polling;
    if !is_exact {
        eprintln!("skipped: memory is measured by polling here ({})", slots.passed_over().join("; "));
    }
    is_exact
}

#[test]
fn a_program_is_run_and_measured() {
    let world = World::new();
    let ran = world.run(&sh("echo out; echo err >&2; exit 3"));
    assert_eq!((ran.ended, &*ran.stdout, &*ran.stderr), (Ended::Exited(3), &b"out\n"[..], &b"err\n"[..]));
    assert!(!ran.stdout_cut && !ran.stderr_cut && ran.strays == 0);
    assert_eq!(std::fs::read_dir(world.runs()).unwrap().count(), 0);
}

#[test]
fn the_memory_of_a_program_is_what_it_asked_for() {
    let world = World::new();
    // whatever this process holds is not the program's
    let own = memory(200);
    let slots = world.open(None);
    if !measures_exactly(&slots) {
        return;
    }
    let mut slot = slots.slot(0).unwrap();
    for (program, megabytes) in
        [("hold 50 0", 50), ("hold 50 30", 50), ("hold 300 100", 300), ("hold 300 3", 300), ("children 4 100", 400)]
    {
        let kb = beyond_nothing(&mut slot, &role(program));
        eprintln!("{program}: {kb} {:.2}%", (kb as f64 / 1024.0 / megabytes as f64 - 1.0) * 100.0);
        assert!(is_within(2, kb, megabytes), "{program}: {kb} KiB");
    }
    drop(own);
}
