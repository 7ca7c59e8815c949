//! A whole differential run beside a process pool of Python's that does the same: each test with the reference and with the
//! candidate, each in a temporary folder and an environment of its own, and their outputs compared.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    measure::{Times, program},
    results::{absent, part},
    running::faster,
};

const TESTS: usize = 120;
const ROUNDS: usize = 5;
const JOBS: &str = "2";

const POOL: &str = "
import concurrent.futures, os, subprocess, sys, tempfile
def run(python, test):
    with tempfile.TemporaryDirectory() as folder:
        env = {'PATH': os.environ['PATH'], 'HOME': folder, 'TMPDIR': folder, 'LANG': 'C.UTF-8', 'PYTHONHASHSEED': '0',
               'PYTHONDONTWRITEBYTECODE': '1'}
        done = subprocess.run([python, test], capture_output=True, stdin=subprocess.DEVNULL, timeout=60, cwd=folder, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout
def test(words):
    reference, candidate, path = words
    return run(reference, path) == run(candidate, path)
if __name__ == '__main__':
    jobs, reference, candidate, folder = sys.argv[1:]
    folder = os.path.abspath(folder)
    tests = [(reference, candidate, os.path.join(folder, it)) for it in sorted(os.listdir(folder))]
    with concurrent.futures.ProcessPoolExecutor(int(jobs)) as pool:
        assert all(pool.map(test, tests))
";

pub(crate) fn run() {
    part("Differential tests");
    let Some(reference) = python("python3.12").or_else(|| python("python3")) else {
        return absent("differential tests", "there is no python3 to run them with", "at least 1.8");
    };
    let candidate = python("python3.13").unwrap_or_else(|| reference.clone());
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    fs::create_dir(root.join("t")).unwrap();
    for number in 0..TESTS {
        let text = format!("import json\nprint(json.dumps({{'test': {number}, 'sum': sum(range(50000))}}))\n");
        fs::write(root.join(format!("t/test_{number:03}.py")), text).unwrap();
    }
    let lane = format!("[lanes.x]\nreference = ['{reference}']\ncandidate = ['{candidate}']\nlauncher = 'script'\n");
    fs::write(root.join("molt-sync.toml"), lane).unwrap();
    // each outcome of the reference is kept when it has come out twice
    ours(root, &[]);
    ours(root, &[]);
    let (mut kept, mut fresh, mut pool) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        kept.push(ours(root, &[]));
        fresh.push(ours(root, &["--fresh"]));
        let words = ["-c", POOL, JOBS, reference.as_str(), candidate.as_str(), "t"];
        pool.push(timed(Command::new(&reference).args(words).current_dir(root)));
    }
    let (kept, fresh, pool) = (Times::new(kept), Times::new(fresh), Times::new(pool));
    faster(&format!("{TESTS} tests with kept references"), &kept, &pool, 1.8);
    faster(&format!("{TESTS} tests, both sides run"), &fresh, &pool, 1.0);
}

/// The file of an interpreter, which is what both sides start.
fn python(name: &str) -> Option<String> {
    let output = Command::new(name).args(["-c", "import sys; print(sys.executable)"]).output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

fn ours(root: &Path, more: &[&str]) -> Duration {
    let mut command = Command::new(program());
    command.args(["differential", "run", "t", "--jobs", JOBS, "--cache-dir"]).arg(root.join("cache")).args(more);
    timed(command.current_dir(root))
}

fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::inherit()).status().unwrap();
    assert!(status.success());
    start.elapsed()
}
