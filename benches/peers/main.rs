//! Speed and memory against the named peers, as ratios of medians in one run, whole processes on both sides.
//!
//! `MOLT_SYNC_CORPUS` names a mirror with the real releases 3.11.2 (`.tgz`) and 3.13.5 (`.tar.xz`), `MOLT_SYNC_CHECKOUT` one or
//! more checkouts of Molt, separated as in `PATH`, `MOLT_SYNC_BINARY` another program than the one of this build, `MOLT_SYNC_BEFORE`
//! one of an earlier release to compare with, `MOLT_SYNC_RUNS` how often each is measured; with `MOLT_SYNC_BUILD` the builds are
//! measured too. Peers that are not installed are named and left out. Words behind `--` choose parts: `program`, `running`,
//! `differential`, `apply`, `gates`, `facts`, `interface`, `refresh`. A run of all parts writes what it found to `benches/RESULTS.md`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on should say where")]
#![allow(clippy::print_stdout, reason = "its output is its result")]
#![allow(clippy::disallowed_methods, reason = "it measures from the outside")]
#![allow(missing_docs, reason = "there is nothing to use here")]

mod apply;
#[cfg(target_os = "linux")]
mod differential;
mod facts;
mod gates;
mod interface;
mod measure;
#[cfg(target_os = "linux")]
mod program;
mod refresh;
mod results;
#[cfg(target_os = "linux")]
mod running;

use std::{
    env,
    path::{Path, PathBuf},
};

use results::absent;

fn main() {
    let asked: Vec<String> = env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let is_asked = |part: &str| asked.is_empty() || asked.iter().any(|it| it == part);
    let checkouts: Vec<PathBuf> =
        env::var_os("MOLT_SYNC_CHECKOUT").map(|it| env::split_paths(&it).collect()).unwrap_or_default();
    if is_asked("gates") {
        gates::run(&checkouts);
        if checkouts.is_empty() {
            absent("gates and documents", "MOLT_SYNC_CHECKOUT names no checkout of Molt", "at most 1.0");
        }
    }
    match corpus() {
        Some(corpus) => {
            if is_asked("facts") {
                facts::run(&corpus);
            }
            if is_asked("interface") {
                interface::run(&corpus);
            }
            if is_asked("refresh") {
                refresh::run(&corpus, checkouts.first().map(PathBuf::as_path));
            }
        }
        None => {
            absent("facts, names and refreshes", "MOLT_SYNC_CORPUS names no mirror with real releases", "at most 1.7");
        }
    }
    #[cfg(target_os = "linux")]
    if is_asked("running") {
        running::run();
    }
    #[cfg(target_os = "linux")]
    if is_asked("differential") {
        differential::run();
    }
    if is_asked("apply") {
        apply::run();
    }
    #[cfg(target_os = "linux")]
    if is_asked("program") {
        program::run();
    }
    if asked.is_empty() {
        results::write(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md")));
    }
}

/// The mirror with real releases.
fn corpus() -> Option<PathBuf> {
    env::var_os("MOLT_SYNC_CORPUS").map(|it| PathBuf::from(it).canonicalize().unwrap())
}
