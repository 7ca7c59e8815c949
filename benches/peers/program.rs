//! The program itself: its size, its start, and on request what building it costs.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use crate::{
    measure::{ours, program},
    results::{Row, absent, keep, part, within},
};

/// Bytes that the program may have.
const SIZE: u64 = 16_000_000;

/// Seconds of processor time that a build from nothing may take.
const BUILD: Duration = Duration::from_mins(5);

pub(crate) fn run() {
    part("The program");
    let size = fs::metadata(program()).unwrap().len();
    #[allow(clippy::cast_precision_loss, reason = "a program's size is far below")]
    let figure = format!("{:.1} MB", size as f64 / 1e6);
    keep(Row {
        work: "size".into(),
        ours: format!("{size} bytes"),
        figure,
        goal: "under 16 MB".into(),
        is_met: Some(size < SIZE),
        ..Row::default()
    });
    within("`--version`", &ours(&["--version"]), Path::new("."), Some(Duration::from_millis(3)));
    let builds = [
        ("the release build from nothing", &["build", "--release", "--locked"][..]),
        ("the debug build with tests from nothing", &["test", "--no-run", "--locked"][..]),
    ];
    for (work, args) in builds {
        if env::var_os("MOLT_SYNC_BUILD").is_some() {
            build(work, args);
        } else {
            absent(work, "MOLT_SYNC_BUILD=1 measures it, which takes minutes", "at most 300 s of processor time");
        }
    }
}

fn build(work: &str, args: &[&str]) {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut command = Command::new(env!("CARGO"));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).env("CARGO_TARGET_DIR", dir.path());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let took = crate::running::cpu(|| assert!(command.status().unwrap().success()));
    keep(Row {
        work: work.into(),
        ours: format!("{:.0} s of processor time", took.as_secs_f64()),
        figure: format!("{:.0} s", took.as_secs_f64()),
        goal: "at most 300 s of processor time".into(),
        is_met: Some(took <= BUILD),
        lines: vec![format!("cargo {}", args.join(" "))],
        ..Row::default()
    });
}
