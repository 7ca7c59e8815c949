//! Programs that are run in slots: what they print and how they end, that nothing of them goes on, and what memory they took.

use std::{
    ffi::OsString,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use molt_sync::{
    differential::run::{Ended, MeasurementMethod, Program, Ran},
    host::{RunError, Slot, Slots},
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

    /// Below the folder of what is built, which seldom is in memory.
    fn on_disk() -> Self {
        Self { dir: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap() }
    }

    fn is_in_memory(&self) -> bool {
        /// Of tmpfs (statfs(2)).
        const KIND: i64 = 0x0102_1994;
        rustix::fs::statfs(self.dir.path()).unwrap().f_type == KIND
    }

    fn open(&self, ask: Option<MeasurementMethod>) -> Slots {
        Slots::open_with(Path::new(SUPERVISOR), 1, &self.runs(), ask).unwrap()
    }

    fn runs(&self) -> PathBuf {
        self.dir.path().join("runs")
    }

    /// In a run of its own, of which nothing may be left.
    fn run(&self, program: &Program, ask: Option<MeasurementMethod>) -> Ran {
        let res = self.open(ask).slot(0).unwrap().run(program).unwrap();
        self.nothing_is_left();
        res
    }

    /// No process of the world, and no folder of a run.
    fn nothing_is_left(&self) {
        assert_eq!(self.processes(), Vec::<String>::new());
        assert_eq!(std::fs::read_dir(self.runs()).unwrap().count(), 0);
    }

    /// What runs with the mark of this world in its environment.
    fn processes(&self) -> Vec<String> {
        let mark = self.dir.path().to_str().unwrap().as_bytes();
        let is_marked = |path: &Path| {
            let environment = std::fs::read(path.join("environ")).unwrap_or_default();
            environment.windows(mark.len()).any(|it| it == mark)
        };
        let all = std::fs::read_dir("/proc").unwrap().map(|it| it.unwrap().path());
        let ours = all.filter(|it| is_marked(it));
        ours.map(|it| String::from_utf8_lossy(&std::fs::read(it.join("cmdline")).unwrap_or_default()).into_owned())
            .collect()
    }

    fn program(&self, argv: &[&str]) -> Program {
        Program {
            argv: argv.iter().map(OsString::from).collect(),
            cwd: self.dir.path().into(),
            env: vec![
                ("PATH".into(), std::env::var_os("PATH").unwrap_or_default()),
                ("MARK".into(), self.dir.path().into()),
            ],
            timeout: Duration::from_mins(1),
            memory_limit: Some(2048 * MB),
            output_limit: MB,
            file_limit: Some(512 * MB),
            disk_limit: None,
            process_limit: 64,
            most_open_files: false,
        }
    }

    fn sh(&self, script: &str) -> Program {
        self.program(&["sh", "-c", script])
    }

    /// This program in another role.
    fn role(&self, role: &str) -> Program {
        let own = std::env::current_exe().unwrap();
        let mut res = self.program(&[own.to_str().unwrap(), "running::in_another_role", "--exact", "--nocapture"]);
        res.env.push((ROLE.into(), role.into()));
        res
    }
}

/// Memory that is written to.
fn memory(megabytes: usize) -> Vec<u8> {
    let mut res = vec![0_u8; megabytes << 20];
    for at in (0..res.len()).step_by(4096) {
        res[at] = 1;
    }
    std::hint::black_box(res)
}

/// A way of measuring by its word; none for any.
fn method(word: &str) -> Option<MeasurementMethod> {
    MeasurementMethod::ALL.into_iter().find(|it| it.word() == word)
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
        // `children COUNT MEGABYTES MILLISECONDS`, all at the same time, and whatever becomes of them
        "children" => {
            let role = format!("wait {}", number(2));
            let start = |_| child(&role).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            let mut children: Vec<_> = (0..number(1)).map(start).collect();
            for child in &mut children {
                let said = BufReader::new(child.stdout.as_mut().unwrap()).lines();
                // one that was killed says nothing more
                said.map_while(Result::ok).find(|it| it == HELD);
            }
            spend(Duration::from_millis(number(3) as u64));
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
        // `runner FOLDER METHOD`: a run that does not end
        "runner" => {
            let slots = Slots::open_with(Path::new(SUPERVISOR), 2, Path::new(words[1]), method(words[2])).unwrap();
            let world = World { dir: tempfile::tempdir_in(Path::new(words[1]).parent().unwrap()).unwrap() };
            let mut program = world.sh("setsid sleep 1000 & setsid sh -c 'sleep 1000 & wait' & wait");
            program.env = std::env::vars_os().collect();
            slots.slot(1).unwrap().run(&program).unwrap();
        }
        other => panic!("{other}"),
    }
}

/// The memory in KiB that a program took.
fn kb(slot: &mut Slot, program: &Program) -> i64 {
    let ran = slot.run(program).unwrap();
    assert_eq!(ran.ended, Ended::Exited(0), "{}", String::from_utf8_lossy(&ran.stderr));
    i64::try_from(ran.program_kb.unwrap()).unwrap()
}

fn is_within(percent: i64, kb: i64, megabytes: i64) -> bool {
    let truth = megabytes * 1024;
    (kb - truth).abs() * 100 <= truth * percent
}

/// Whether memory is measured exactly here; polling is another promise.
fn measures_exactly(slots: &Slots) -> bool {
    let is_exact = slots.method() != MeasurementMethod::Polling;
    if !is_exact {
        eprintln!("skipped: memory is measured by polling here ({})", slots.passed_over().join("; "));
    }
    is_exact
}

#[test]
fn a_program_gets_what_it_was_given_and_nothing_else() {
    let world = World::new();
    for ask in [None, Some(MeasurementMethod::Polling)] {
        let ran = world.run(&world.sh("echo out; echo err >&2; exit 3"), ask);
        assert_eq!((ran.ended, &*ran.stdout, &*ran.stderr), (Ended::Exited(3), &b"out\n"[..], &b"err\n"[..]));
        assert!(!ran.stdout_cut && !ran.stderr_cut && ran.strays == 0);
        // no limit is no limit
        let mut free = world.sh("exit 4");
        (free.timeout, free.memory_limit, free.file_limit) = (Duration::MAX, None, None);
        (free.output_limit, free.process_limit) = (u64::MAX, u32::MAX);
        assert_eq!(world.run(&free, ask).ended, Ended::Exited(4));
        let mut program = world.program(&["/bin/sh", "-c", "pwd; cat; echo \"$0 $A-$MARK-$HOME\"; exec env", "zero"]);
        program.env = vec![("A".into(), "a b".into()), ("PATH".into(), "/usr/bin:/bin".into())];
        let text = String::from_utf8(world.run(&program, ask).stdout).unwrap();
        let mut lines: Vec<&str> = text.lines().filter(|it| !it.starts_with("_=") && !it.starts_with("PWD=")).collect();
        lines[2..].sort_unstable();
        let here = world.dir.path().canonicalize().unwrap();
        assert_eq!(lines, [here.to_str().unwrap(), "zero a b--", "A=a b", "PATH=/usr/bin:/bin"]);
    }
}

/// What a program prints, byte for byte.
#[test]
fn output_of_any_kind_arrives_as_it_is() {
    let world = World::new();
    for (script, out) in [
        (r"printf '\377\000\r\n\001'", &b"\xff\0\r\n\x01"[..]),
        ("printf 'no newline'", b"no newline"),
        ("exec >&- 2>&-; sleep 0.01", b""),
        // a child that prints when its parent is gone
        ("{ sleep 0.05; echo late; } & echo early", b"early\nlate\n"),
        ("yes | head -c 300000 | tr -d '\\n' | wc -c", b"150000\n"),
    ] {
        let ran = world.run(&world.sh(script), None);
        assert_eq!((ran.ended, &*ran.stdout, ran.strays), (Ended::Exited(0), out, 0), "{script}");
    }
    // the most that is kept is no matter of how it comes
    let mut program = world.sh("head -c 200000 /dev/zero; head -c 200000 /dev/zero >&2");
    program.output_limit = 200_000;
    let ran = world.run(&program, None);
    assert_eq!((ran.ended, ran.stdout.len(), ran.stderr.len()), (Ended::Exited(0), 200_000, 200_000));
}

#[test]
fn every_end_is_told_apart() {
    let world = World::new();
    let script = world.dir.path().join("script");
    std::fs::write(&script, "echo no interpreter is named\n").unwrap();
    let mut zero = world.sh("exit 0");
    zero.argv.push(OsString::from("a\0b"));
    let mut folder = world.sh("exit 0");
    folder.cwd = world.dir.path().join("nowhere");
    let slots = world.open(None);
    let mut slot = slots.slot(0).unwrap();
    for (program, due) in [
        (world.sh("kill -SEGV $$"), Ended::Signalled(11)),
        (world.sh("kill -KILL $$"), Ended::Signalled(9)),
        (world.sh("exit 255"), Ended::Exited(255)),
    ] {
        assert_eq!(slot.run(&program).unwrap().ended, due, "{:?}", program.argv);
    }
    for (program, words) in [
        (world.program(&["no-such-program-of-ours"]), "there is no program no-such"),
        (world.program(&[""]), "there is no program"),
        (world.program(&["./nothing"]), "./nothing: No such file"),
        (world.program(&["./script"]), "./script: Permission denied"),
        (world.program(&["./"]), "./: Permission denied"),
        (zero, "nul byte"),
        (folder, "nowhere: No such file"),
    ] {
        let Ended::NotStarted(why) = slot.run(&program).unwrap().ended else { panic!("{:?}", program.argv) };
        assert!(why.contains(words), "{:?}: {why}", program.argv);
    }
}

/// Programs that would harm whoever runs them without a limit.
#[test]
fn a_hostile_program_is_contained_and_judged() {
    let world = World::new();
    let soon = |mut it: Program| {
        it.timeout = Duration::from_millis(300);
        it
    };
    let mut small = world.sh("exec head -c 100M /dev/zero > big");
    small.file_limit = Some(4 * MB);
    let mut quiet = world.sh("exec cat /dev/zero");
    quiet.output_limit = 4096;
    let mut hungry = world.role("hold 10240 0");
    hungry.memory_limit = Some(128 * MB);
    // two of each, with an end for the case that nothing stops it
    let bomb =
        world.sh("b() { if [ $1 -gt 0 ]; then b $(($1 - 1)) | b $(($1 - 1)) & fi; wait; sleep 3; }; b 9; sleep 1000");
    for ask in [None, Some(MeasurementMethod::Polling)] {
        for (program, due, strays) in [
            (bomb.clone(), Ended::TooManyProcesses, 0),
            (
                world.sh("i=0; while [ $i -lt 900 ]; do i=$((i + 1)); sleep 1000 & done; wait"),
                Ended::TooManyProcesses,
                0,
            ),
            (world.program(&["yes"]), Ended::OutputLimit, 0),
            (world.sh("exec cat /dev/zero >&2"), Ended::OutputLimit, 0),
            (quiet.clone(), Ended::OutputLimit, 0),
            (small.clone(), Ended::FileLimit, 0),
            (hungry.clone(), Ended::OutOfMemory, 0),
            (world.sh("setsid sh -c 'setsid sleep 1000 & setsid sleep 1000 >/dev/null 2>&1 &' &"), Ended::Exited(0), 2),
            (soon(world.sh("trap '' TERM INT HUP QUIT; while :; do sleep 1000; done")), Ended::TimedOut, 0),
            (soon(world.sh("kill -STOP $$")), Ended::TimedOut, 0),
            (soon(world.sh("setsid sleep 1000; :")), Ended::TimedOut, 0),
            (soon(world.sh("while :; do :; done")), Ended::TimedOut, 0),
        ] {
            let ran = world.run(&program, ask);
            let words = format!("{:?}, {ask:?}: {:?}", program.argv, ran.ended);
            assert_eq!((&ran.ended, ran.strays), (&due, strays), "{words}");
            let limit = usize::try_from(program.output_limit).unwrap();
            assert!(ran.stdout.len() <= limit && ran.stderr.len() <= limit, "{words}");
            let is_cut = ran.stdout_cut || ran.stderr_cut;
            assert_eq!(is_cut, due == Ended::OutputLimit, "{words}");
            assert_eq!(is_cut, ran.stdout.len() == limit || ran.stderr.len() == limit, "{words}");
        }
    }
    assert!(std::fs::metadata(world.dir.path().join("big")).unwrap().len() <= 4 * MB);
}

/// Small files without end are bounded together; on a file system in memory they are memory.
#[test]
fn many_files_are_limited_together() {
    let world = World::on_disk();
    let mut program = world.sh("i=0; while :; do i=$((i+1)); head -c 1M /dev/zero > f$i; done");
    program.disk_limit = Some(16 * MB);
    program.memory_limit = Some(256 * MB);
    let due = if world.is_in_memory() { Ended::OutOfMemory } else { Ended::FileLimit };
    assert_eq!(world.run(&program, None).ended, due);
}

/// The supervisor has the same user as the program.
#[test]
fn a_program_that_kills_its_supervisor_is_a_failure_and_leaves_nothing() {
    let world = World::new();
    for ask in [None, Some(MeasurementMethod::Polling)] {
        let slots = world.open(ask);
        let mut slot = slots.slot(0).unwrap();
        let lost = slot.run(&world.sh("sleep 1000 & kill -KILL $PPID; sleep 1000"));
        assert!(matches!(&lost, Err(RunError::Lost { program, .. }) if program == "sh"), "{lost:?}");
        let until = Instant::now() + Duration::from_secs(10);
        while !world.processes().is_empty() && Instant::now() < until {
            std::thread::yield_now();
        }
        assert_eq!(world.processes(), Vec::<String>::new(), "{ask:?}");
        // and the next one is run as if nothing had been
        assert_eq!(slot.run(&world.sh("exit 3")).unwrap().ended, Ended::Exited(3));
        drop((slot, slots));
        world.nothing_is_left();
    }
}

/// A parent that ends well says nothing about its children.
#[test]
fn children_that_were_killed_for_memory_are_out_of_memory() {
    let world = World::new();
    let slots = world.open(None);
    if !measures_exactly(&slots) {
        return;
    }
    let mut slot = slots.slot(0).unwrap();
    let mut program = world.role("children 4 100 0");
    program.memory_limit = Some(160 * MB);
    assert_eq!(slot.run(&program).unwrap().ended, Ended::OutOfMemory);
    // one that is killed by somebody else is not
    assert_eq!(slot.run(&world.sh("sh -c 'kill -KILL $$'; exit 0")).unwrap().ended, Ended::Exited(0));
    program.memory_limit = None;
    assert_eq!(slot.run(&program).unwrap().ended, Ended::Exited(0));
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
    let nothing = kb(&mut slot, &world.role("nothing"));
    assert!(nothing < 20 * 1024, "{nothing}");
    for (program, alone, megabytes) in [
        ("hold 50 0", "nothing", 50),
        ("hold 50 30", "nothing", 50),
        ("hold 300 100", "nothing", 300),
        ("hold 300 3", "nothing", 300),
        ("children 4 100 0", "children 4 0 0", 400),
    ] {
        let alone = kb(&mut slot, &world.role(alone));
        let kb = kb(&mut slot, &world.role(program)) - alone;
        assert!(is_within(2, kb, megabytes), "{program}: {kb} KiB");
    }
    drop(own);
}

/// Memory that several processes have together is there once.
#[test]
fn shared_memory_counts_once() {
    let world = World::new();
    let slots = world.open(None);
    if !measures_exactly(&slots) {
        return;
    }
    let script = "
import mmap, os, sys
size = int(sys.argv[1]) << 20
shared = mmap.mmap(-1, size) if size else b''
for at in range(0, size, 4096): shared[at] = 1
ready, go = os.pipe(), os.pipe()
for _ in range(4):
    if not os.fork():
        os.close(go[1])
        sum(shared[at] for at in range(0, size, 4096))
        os.write(ready[1], b'x')
        os.read(go[0], 1)
        os._exit(0)
count = 0
while count < 4: count += len(os.read(ready[0], 4))
os.close(go[1])
for _ in range(4): os.wait()
";
    let mut slot = slots.slot(0).unwrap();
    let program = |megabytes: &str| world.program(&["python3", "-c", script, megabytes]);
    if let Ended::NotStarted(_) = slot.run(&program("0")).unwrap().ended {
        eprintln!("skipped: there is no python3 here");
        return;
    }
    let kb = kb(&mut slot, &program("200")) - kb(&mut slot, &program("0"));
    assert!(is_within(2, kb, 200), "{kb} KiB");
}

#[test]
fn files_in_the_page_cache_are_not_the_programs_memory() {
    let world = World::on_disk();
    let slots = world.open(None);
    if !measures_exactly(&slots) {
        return;
    }
    if world.is_in_memory() {
        eprintln!("skipped: the folder of the tests is in memory");
        return;
    }
    let mut slot = slots.slot(0).unwrap();
    let ran = slot.run(&world.sh("head -c 300M /dev/zero > file && cat file > /dev/null && rm file")).unwrap();
    assert_eq!(ran.ended, Ended::Exited(0));
    assert!(ran.program_kb.unwrap() < 20 << 10, "{ran:?}");
    assert!(ran.charged_kb.unwrap() > 250 << 10, "{ran:?}");
    // and what it left in the page cache is not the next one's
    let ran = slot.run(&world.sh("exit 0")).unwrap();
    assert!(ran.charged_kb.unwrap() < 20 << 10, "{ran:?}");
}

/// Without cgroups, what is seen is not exact; it is still near, and it limits.
#[test]
fn polling_sees_memory_that_is_held() {
    let world = World::new();
    let slots = world.open(Some(MeasurementMethod::Polling));
    assert_eq!((slots.method(), slots.passed_over().len()), (MeasurementMethod::Polling, 0));
    let mut slot = slots.slot(0).unwrap();
    for (program, megabytes) in [("hold 200 1500", 200), ("children 4 50 2000", 200)] {
        let kb = kb(&mut slot, &world.role(program));
        assert!(is_within(15, kb, megabytes), "{program}: {kb} KiB");
    }
    assert_eq!(slot.run(&world.role("nothing")).unwrap().charged_kb, None);
}

/// Whoever is killed cannot clean up; the next one does.
#[test]
fn nothing_is_left_of_a_run_that_was_killed_when_the_next_one_has_begun() {
    for word in ["any", MeasurementMethod::Polling.word()] {
        let world = World::new();
        let mut runner = child(&format!("runner {} {word}", world.runs().display()));
        let mut runner = runner.env("MARK", world.dir.path()).stdout(Stdio::piped()).spawn().unwrap();
        let daemons = || world.processes().iter().filter(|it| it.starts_with("sleep")).count();
        let until = Instant::now() + Duration::from_mins(1);
        while daemons() < 2 && Instant::now() < until {
            std::thread::yield_now();
        }
        assert_eq!(daemons(), 2);
        let folder = std::fs::read_dir(world.runs()).unwrap().next().unwrap().unwrap().path();
        let groups = std::fs::read_to_string(folder.join(".cgroups")).unwrap_or_default();
        assert!(groups.lines().all(|it| Path::new(it).is_dir()), "{groups}");
        runner.kill().unwrap();
        runner.wait().unwrap();
        let slots = world.open(method(word));
        // without a cgroup it is the supervisor that has noticed
        while slots.method() == MeasurementMethod::Polling && !world.processes().is_empty() && Instant::now() < until {
            std::thread::yield_now();
        }
        assert_eq!(world.processes(), Vec::<String>::new());
        assert_eq!(std::fs::read_dir(world.runs()).unwrap().count(), 1);
        assert!(!groups.lines().any(|it| Path::new(it).exists()), "{groups}");
        drop(slots);
        world.nothing_is_left();
    }
}

/// A run that is still going on is left alone.
#[test]
fn two_runs_go_on_beside_each_other() {
    let world = World::new();
    let (first, second) = (world.open(None), world.open(None));
    assert_ne!(first.folder(), second.folder());
    let (mut one, mut other) = (first.slot(0).unwrap(), second.slot(0).unwrap());
    assert_eq!(one.run(&world.sh("exit 1")).unwrap().ended, Ended::Exited(1));
    assert_eq!(other.run(&world.sh("exit 2")).unwrap().ended, Ended::Exited(2));
    drop((other, second));
    let third = world.open(None);
    assert!(first.folder().is_dir());
    assert_eq!(one.run(&world.sh("exit 3")).unwrap().ended, Ended::Exited(3));
    drop((one, first, third));
    world.nothing_is_left();
}

/// A program may take away its own rights, and a link in the folder of a run is not followed.
#[test]
fn the_folder_of_a_run_goes_away_with_all_that_is_in_it() {
    let world = World::new();
    let slots = world.open(None);
    std::fs::write(world.dir.path().join("kept"), "").unwrap();
    let mut program = world.sh("mkdir -p a/b; echo > a/b/c; ln -s ../../.. a/up; chmod 0 a/b a");
    program.cwd = slots.folder().into();
    assert_eq!(slots.slot(0).unwrap().run(&program).unwrap().ended, Ended::Exited(0));
    drop(slots);
    world.nothing_is_left();
    assert!(world.dir.path().join("kept").is_file());
}
