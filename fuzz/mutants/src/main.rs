//! Changes the code at drawn places and counts which changes a test sees.
//!
//! `cargo run --manifest-path fuzz/mutants/Cargo.toml -- SEED COUNT` draws so many changes from all of the folders below, puts all of them
//! into a copy of the checkout with a switch before each, builds that once, and runs for each of them the unit tests of its folder, and
//! where those pass, the tests of the program about that folder that come by the place. A seed draws the same again. The copy and the
//! results are in `target/mutants`.

#![forbid(unsafe_code)]

mod draw;
mod places;
mod tree;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use draw::Numbers;
use tree::{Mutant, ON, SEEN};

/// The folders, and the tests of the program that are about each.
const FOLDERS: [(&str, &str); 5] = [
    (
        "stdlib",
        "baselines recorded_union refresh new_series archives stubs interfaces upstream checkouts pinned pinned_commands",
    ),
    (
        "gates",
        "gates gates_command gates_output gates_bad_input gates_excused gates_revisions own_gates own_excuses refresh_gates vouched \
         recorded_union public_names pinned pinned_commands",
    ),
    (
        "docs",
        "docs_check docs_sync docs_bind docs_laws docs_lost docs_output docs_records docs_settings docs_follow docs_fed docs_versions \
         docs_gates docs_new_only docs_excused documents docs_bad_input new_series pinned pinned_commands",
    ),
    ("changeset", "changes refresh half_done together cut_off places as_committed guarded obstacles landed pinned"),
    (
        "scoreboard",
        "scoreboard scoreboard_bad_input scoreboard_merges scoreboard_readers scoreboard_rollback scoreboard_page pinned pinned_commands",
    ),
];

/// What a run of tests may take, at the least, and in times of what it took without a change.
const LEAST: Duration = Duration::from_mins(2);
const TIMES: u32 = 5;

/// Tests that were built, with what they come by.
struct Tests {
    program: PathBuf,
    filter: String,
    took: Duration,
    seen: BTreeSet<usize>,
}

fn main() {
    let mut words = env::args().skip(1).map(|it| it.parse::<u64>().expect("SEED and COUNT are numbers"));
    let (seed, count) = (words.next().unwrap_or(1), words.next().unwrap_or(150));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("it is in a checkout");
    let place = root.join("target/mutants");
    let tree = place.join("tree");
    tree::copy(&root, &tree);
    let mut mutants = drawn(&tree, seed, usize::try_from(count).expect("a count"));
    let tests = loop {
        tree::write(&root, &tree, &mutants);
        match build(&place, &tree) {
            Ok(it) => break it,
            Err(errors) => leave_out(&mut mutants, &errors),
        }
    };
    let known = trace(&place, &tree, &tests);
    let mut results = Vec::new();
    for it in &mutants {
        let by = caught(&tree, it, &known);
        let Mutant { path, place, .. } = it;
        println!("{path}:{} {}: {}: {}", place.line, place.function, place.what, by.as_deref().unwrap_or("NOT CAUGHT"));
        results.push((it.folder, by.is_some()));
    }
    println!("\nseed {seed}");
    for folder in FOLDERS.map(|it| it.0) {
        tell(folder, results.iter().filter(|it| it.0 == folder).map(|it| it.1));
    }
    tell("all", results.iter().map(|it| it.1));
}

fn tell(what: &str, caught: impl Iterator<Item = bool> + Clone) {
    let (all, caught) = (caught.clone().count(), caught.filter(|it| *it).count());
    println!("{what}: {caught} of {all} caught, {:.1} %", 100.0 * caught as f64 / all.max(1) as f64);
}

fn drawn(tree: &Path, seed: u64, count: usize) -> Vec<Mutant> {
    let defaults = tree::defaults(tree);
    let mut all = Vec::new();
    for (folder, _) in FOLDERS {
        let places = tree::all(tree, folder, &defaults);
        println!("{folder}: {} places", places.len());
        all.extend(places);
    }
    let mut res = Numbers(seed).draw(all, count);
    for (at, it) in res.iter_mut().enumerate() {
        it.number = at + 1;
    }
    res
}

/// Builds the tests; where that fails, what the compiler says.
fn build(place: &Path, tree: &Path) -> Result<Vec<PathBuf>, String> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| place.join("build"), PathBuf::from);
    let output = Command::new("cargo")
        .args(["test", "--locked", "--no-run", "--lib", "--test", "it", "--message-format", "json"])
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", target)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages: Vec<serde_json::Value> = text.lines().filter_map(|it| serde_json::from_str(it).ok()).collect();
    if !output.status.success() {
        let errors = messages.iter().filter(|it| it["message"]["level"] == "error");
        return Err(errors.filter_map(|it| it["message"]["rendered"].as_str()).collect());
    }
    let programs =
        messages.iter().filter(|it| it["profile"]["test"] == true).filter_map(|it| it["executable"].as_str());
    Ok(programs.map(PathBuf::from).collect())
}

/// A change that does not compile is none: those at the lines that the compiler names are taken out.
fn leave_out(mutants: &mut Vec<Mutant>, errors: &str) {
    let before = mutants.len();
    mutants.retain(|it| {
        let is_named = errors.contains(&format!("{}:{}:", it.path, it.place.line));
        if is_named {
            println!("{}:{} {}: does not compile", it.path, it.place.line, it.place.what);
        }
        !is_named
    });
    assert!(mutants.len() < before, "the tree does not build:\n{errors}");
}

/// The tests of each folder, quick ones first, with what they come by when nothing is on.
fn trace(place: &Path, tree: &Path, programs: &[PathBuf]) -> BTreeMap<&'static str, Vec<Tests>> {
    let named = |name: &str| {
        let is_it = |it: &&PathBuf| it.file_name().is_some_and(|it| it.to_string_lossy().starts_with(name));
        programs.iter().find(is_it).cloned().expect("both kinds of tests are built")
    };
    let (unit, whole) = (named("molt_sync-"), named("it-"));
    let mut known: BTreeMap<String, (Duration, BTreeSet<usize>)> = BTreeMap::new();
    let mut res = BTreeMap::new();
    for (folder, modules) in FOLDERS {
        let filters = std::iter::once((&unit, folder)).chain(modules.split_whitespace().map(|it| (&whole, it)));
        let mut tests: Vec<Tests> = filters
            .map(|(program, name)| {
                let filter = format!("{name}::");
                let key = format!("{} {filter}", program.display());
                let (took, seen) = known.entry(key).or_insert_with(|| unchanged(place, tree, program, &filter)).clone();
                Tests { program: program.clone(), filter, took, seen }
            })
            .collect();
        tests[1..].sort_by_key(|it| it.took);
        res.insert(folder, tests);
    }
    res
}

fn unchanged(place: &Path, tree: &Path, program: &Path, filter: &str) -> (Duration, BTreeSet<usize>) {
    let file = place.join("seen");
    drop(fs::remove_file(&file));
    let start = Instant::now();
    let passes = run(tree, program, filter, (SEEN, file.display().to_string()), Duration::from_hours(1));
    assert!(passes, "{filter} does not pass without a change");
    let text = fs::read_to_string(file).unwrap_or_default();
    (start.elapsed(), text.split_whitespace().filter_map(|it| it.parse().ok()).collect())
}

/// What sees a change: the unit tests of its file, of the folders above it, and the tests of the program.
fn caught(tree: &Path, it: &Mutant, known: &BTreeMap<&str, Vec<Tests>>) -> Option<String> {
    let module = it.path.trim_start_matches("src/").trim_end_matches(".rs").replace('/', "::");
    let own = module.match_indices("::").map(|(at, _)| format!("{}::", &module[..at])).chain([format!("{module}::")]);
    let own: Vec<String> = own.collect();
    let sees = |tests: &Tests, filter: &str| {
        let most = (tests.took * TIMES).max(LEAST);
        let passes = run(tree, &tests.program, filter, (ON, it.number.to_string()), most);
        (!passes).then(|| filter.trim_end_matches(':').to_owned())
    };
    // the unit tests are the first
    let all = known[it.folder].iter().enumerate().filter(|(_, tests)| tests.seen.contains(&it.number));
    all.into_iter().find_map(|(at, tests)| {
        let filters = if at == 0 { own.iter().rev().collect() } else { vec![&tests.filter] };
        filters.into_iter().find_map(|it| sees(tests, it))
    })
}

/// Whether tests pass, in time.
fn run(tree: &Path, program: &Path, filter: &str, (name, value): (&str, String), most: Duration) -> bool {
    let mut command = Command::new(program);
    command.args([filter, "-q", "--test-threads", "2"]).current_dir(tree).env(name, value);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("tests run");
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child is waited for") {
            return status.success();
        }
        if start.elapsed() > most {
            drop(child.kill());
            drop(child.wait());
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
