//! Speed and memory against the named peers, as ratios of medians in one run, whole processes on both sides.
//!
//! `MOLT_SYNC_CORPUS` names a mirror with the real releases 3.11.2 (`.tgz`) and 3.13.5 (`.tar.xz`), `MOLT_SYNC_CHECKOUT` a
//! Molt checkout of 2026-02. Peers that are not installed are named and left out. Words behind `--` choose parts: `running`,
//! `differential`, `apply`, `gates`, `facts`. A run of all parts writes what it found to `benches/RESULTS.md`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on should say where")]
#![allow(clippy::print_stdout, reason = "its output is its result")]
#![allow(clippy::disallowed_methods, reason = "it measures from the outside")]
#![allow(missing_docs, reason = "there is nothing to use here")]

#[macro_use]
mod results;
mod apply;
#[cfg(target_os = "linux")]
mod differential;
mod gates;
mod measure;
#[cfg(target_os = "linux")]
mod running;

use std::path::{Path, PathBuf};

use measure::{Line, RUNS, command, compare, compare_in, median, peak, text, time};

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
    let asked: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let is_asked = |part: &str| asked.is_empty() || asked.iter().any(|it| it == part);
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
    if is_asked("gates") {
        match std::env::var_os("MOLT_SYNC_CHECKOUT").map(PathBuf::from) {
            Some(checkout) => gates::run(&checkout),
            None => tell!("gates: not measured, MOLT_SYNC_CHECKOUT names no Molt checkout to run the gates on"),
        }
    }
    if is_asked("facts") {
        facts();
    }
    if asked.is_empty() {
        results::write(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md")));
    }
}

fn facts() {
    let Some(corpus) = std::env::var_os("MOLT_SYNC_CORPUS").map(PathBuf::from) else {
        tell!("facts: not measured, MOLT_SYNC_CORPUS names no mirror with real releases");
        return;
    };
    let tgz = corpus.join("3.11.2/Python-3.11.2.tgz");
    let xz = corpus.join("3.13.5/Python-3.13.5.tar.xz");
    let facts =
        |archive: &Path| command(env!("CARGO_BIN_EXE_molt-sync"), &["baseline", "show", "--source", text(archive)]);
    compare("facts from the .tgz", &facts(&tgz), "igzip -dc", &command("igzip", &["-dc", text(&tgz)]), "at most 1.7");
    compare(
        "facts from the .tgz",
        &facts(&tgz),
        "tarfile",
        &command("python3", &["-c", TARFILE, text(&tgz)]),
        "at most 0.4",
    );
    compare("facts from the .tar.xz", &facts(&xz), "xz -dc", &command("xz", &["-dc", text(&xz)]), "at most 1.05");
    interface(&corpus);
    memory("facts from the .tgz", &facts(&tgz), &tgz, " (goal: at most 16384)");
    memory("facts from the .tar.xz", &facts(&xz), &xz, ", 8192 of them the dictionary");
    repeated_refresh(&corpus);
    signature(&xz);
}

/// The public names of a release, beside griffe loading the modules of the same library.
fn interface(corpus: &Path) {
    let dir = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_molt-sync");
    let (root, lib) = (dir.path().join("ws"), dir.path().join("Python-3.13.5"));
    time(&command(program, &["init", text(&root), "--series", "3.13"]), Path::new(".")).unwrap();
    let xz = corpus.canonicalize().unwrap().join("3.13.5/Python-3.13.5.tar.xz");
    let unpacked = time(&command("tar", &["-xJf", text(&xz), "-C", text(dir.path())]), Path::new("."));
    assert!(unpacked.is_some() && lib.is_dir(), "tar unpacks nothing");
    let ours = command(program, &["api", "show", "--source", text(&lib), "json"]);
    let modules = [
        "asyncio",
        "collections",
        "concurrent",
        "email",
        "http",
        "json",
        "logging",
        "multiprocessing",
        "unittest",
        "xml",
    ];
    let search = lib.join("Lib");
    let peer: Vec<&str> =
        ["dump", "--search", text(&search), "--output", "/dev/null"].into_iter().chain(modules).collect();
    compare_in(
        &root,
        "all public names of a source tree",
        &ours,
        "griffe on ten packages of it",
        &command("griffe", &peer),
        "at most 0.05",
    );
}

fn memory(what: &str, ours: &Line, archive: &Path, remark: &str) {
    let size = std::fs::metadata(archive).unwrap().len() >> 10;
    match peak(ours, Path::new(".")) {
        Some(peak) => {
            let over = peak.saturating_sub(size);
            tell!("{what}: peak {peak} KiB, the archive {size} KiB, {over} KiB over it{remark}");
        }
        None => tell!("{what}: memory is not measured, /usr/bin/time is not installed"),
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
    tell!("a repeated refresh with nothing to do: {:.1?} (goal: under 100 ms)", median(times));
}

/// The same archive with its signature bundle beside it, and with a pinned digest alone.
fn signature(archive: &Path) {
    let dir = tempfile::tempdir().unwrap();
    let alone = dir.path().join(archive.file_name().unwrap());
    std::fs::copy(archive, &alone).unwrap();
    let verify = |archive: &Path| command(env!("CARGO_BIN_EXE_molt-sync"), &["verify", text(archive), "--offline"]);
    let times = |line: &Line| median((0..RUNS).map(|_| time(line, Path::new(".")).unwrap()).collect());
    let archive = archive.canonicalize().unwrap();
    let (signed, hashed) = (times(&verify(&archive)), times(&verify(&alone)));
    let beyond = signed.saturating_sub(hashed);
    tell!(
        "a verified signature: {signed:.1?}, a verified digest: {hashed:.1?}, beyond hashing {beyond:.1?} (goal: under 50 ms)"
    );
}
