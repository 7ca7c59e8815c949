//! Which tests are meant: by path, list, module, cluster or change.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use super::place::RunPlace;
use crate::{
    base::{RelPath, most_like, number_of},
    command::support::{
        changed_files::changed_files,
        failure::{Exit, Failure},
    },
    differential::{Case, CoverageIndex, TestKind, TestedModules},
    host::{self, git},
    python,
    workspace::{Damage, Input},
};

/// Which tests are meant.
#[derive(Debug, Clone, Default, Args)]
pub struct SelectArgs {
    /// Tests and folders of tests; by default all below tests/differential. A folder with a TESTS.txt is that list; else it is
    /// its own *.py, or those of its folders where it has none itself: what lies deeper is what tests import
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// A list of tests, one a line from the workspace's root; `#` begins a comment
    #[arg(long, value_name = "FILE")]
    pub files_from: Vec<PathBuf>,
    /// The tests of this module, or of all below it (`json.*`): by the coverage index, else by the file's name, else by what a
    /// probe names itself
    #[arg(long = "module", value_name = "NAME", value_parser = Text::new())]
    pub modules: Vec<String>,
    /// The tests of the modules of this cluster: a list below [differential.clusters] in molt-sync.toml
    #[arg(long = "cluster", value_name = "NAME", value_parser = Text::new())]
    pub clusters: Vec<String>,
    /// The tests that this branch changed, and those of the modules that it changed (needs --base)
    #[arg(long, requires = "base")]
    pub changed: bool,
    /// The revision that --changed compares with, where this branch parted from it
    #[arg(long, value_name = "REF", requires = "changed", value_parser = Text::new())]
    pub base: Option<String>,
    /// Leave the generated probes out
    #[arg(long, conflicts_with = "only_probes")]
    pub no_probes: bool,
    /// The generated probes alone
    #[arg(long)]
    pub only_probes: bool,
}

impl SelectArgs {
    /// Whether it names less than everything.
    pub(super) fn is_targeted(&self) -> bool {
        !self.paths.is_empty()
            || !self.files_from.is_empty()
            || !self.modules.is_empty()
            || !self.clusters.is_empty()
            || self.changed
    }
}

const LIST: &str = "TESTS.txt";

/// The tests that are meant, each once, in the order in which they were named.
pub(super) fn select(place: &RunPlace, args: &SelectArgs) -> Result<Vec<Case>, Failure> {
    let mut files = Vec::new();
    let here = host::current_dir().map_err(|error| Failure::io("use", "the current folder".as_ref(), &error))?;
    for path in &args.paths {
        named(place, &here.join(path), &path.display().to_string(), &mut files)?;
    }
    for list in &args.files_from {
        let list_path = here.join(list);
        let bytes = present(place, &list_path)?;
        files.extend(listed(place, &list_path, &String::from_utf8_lossy(&bytes))?);
    }
    if args.paths.is_empty() && args.files_from.is_empty() {
        let folder = place.root.join(place.settings().tests.as_str());
        if host::is_folder(&folder).map_err(|error| Failure::io("look into", &folder, &error))? {
            suite(&folder, &mut files)?;
        } else {
            let message =
                format!("cannot find tests: no path is named, and there is no folder {}", place.settings().tests);
            let hint = "name files or folders of tests, or set tests below [differential] in molt-sync.toml";
            return Err(Failure::new(Exit::Usage, message, hint));
        }
    }
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    for file in files {
        if seen.insert(host::absolute(&file)) {
            let bytes = present(place, &file)?;
            // a link keeps its own name: in a tree of links, such as Bazel's runfiles, each file is one
            let file = match (file.parent(), file.file_name()) {
                (Some(folder), Some(name)) => host::absolute(folder).join(name),
                _ => file,
            };
            cases.push(Case::new(name(place, &file), file, &bytes));
        }
    }
    narrow(place, args, &mut cases)?;
    cases.retain(|it| if it.kind == TestKind::Probe { !args.no_probes } else { !args.only_probes });
    if cases.is_empty() {
        let hint = if args.changed {
            "this branch changes no test, and no module that one is tied to: leave --changed out to run others"
        } else {
            "name other paths, or leave --module, --no-probes and the like out"
        };
        return Err(Failure::new(Exit::Usage, "cannot run tests: none is selected", hint));
    }
    Ok(cases)
}

/// What a file says that has to be there.
fn present(place: &RunPlace, path: &Path) -> Result<Vec<u8>, Failure> {
    place.read(path)?.ok_or_else(|| Failure::io("read", path, &std::io::ErrorKind::NotFound.into()))
}

/// A file's name in reports: its path from the root, or all of it.
fn name(place: &RunPlace, file: &Path) -> String {
    in_reports(file.strip_prefix(&place.root).unwrap_or(file))
}

fn in_reports(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// A file or a folder that the user named.
fn named(place: &RunPlace, path: &Path, shown: &str, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::io("look at", path, &error);
    if !host::is_folder(path).map_err(failed)? {
        if !host::is_there(path).map_err(failed)? {
            let hint = "name a test file or a folder of tests that is there";
            return Err(Failure::new(Exit::Usage, format!("cannot find the test {shown}"), hint));
        }
        files.push(path.to_path_buf());
        return Ok(());
    }
    let list = path.join(LIST);
    if let Some(bytes) = place.read(&list)? {
        files.extend(listed(place, &list, &String::from_utf8_lossy(&bytes))?);
        return Ok(());
    }
    let before = files.len();
    suite(path, files)?;
    if files.len() == before {
        let message = format!("cannot find tests in {shown}: it has no *.py");
        return Err(Failure::new(Exit::Usage, message, "name a folder that has tests"));
    }
    Ok(())
}

/// The tests of a folder: what lies below one that has tests itself is what they import.
fn suite(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let found = host::python_folder(folder).map_err(|error| Failure::io("list", folder, &error))?;
    let (own, folders) = found.unwrap_or_default();
    if own.is_empty() {
        folders.iter().try_for_each(|it| suite(it, files))?;
    }
    files.extend(own);
    Ok(())
}

/// The tests of a list, whose paths count from the root.
fn listed(place: &RunPlace, list: &Path, text: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut res = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        // a folder that is gone has no paths in it that could be meant
        let here = host::current_dir().unwrap_or_default();
        let places = [place.root.join(line), here.join(line)];
        let (mut found, mut why) = (None, String::new());
        for it in places.iter().rev() {
            match host::is_there(it) {
                Ok(true) => found = Some(it),
                Ok(false) => {}
                Err(error) => why = format!(": {error}"),
            }
        }
        let Some(found) = found else {
            let message =
                format!("cannot find the test {line}, which line {} of {} names{why}", at + 1, list.display());
            return Err(Failure::new(
                Exit::Usage,
                message,
                "take the line out, or write the path from the workspace's root",
            ));
        };
        if host::is_folder(found).map_err(|error| Failure::io("look at", found, &error))? {
            let message =
                format!("cannot run {line}, which line {} of {} names: it is a folder", at + 1, list.display());
            return Err(Failure::new(Exit::Usage, message, "list its tests, or name the folder on the command line"));
        }
        res.push(found.clone());
    }
    Ok(res)
}

/// Leaves the tests of the modules, clusters and changes that are asked for.
fn narrow(place: &RunPlace, args: &SelectArgs, cases: &mut Vec<Case>) -> Result<(), Failure> {
    if args.modules.is_empty() && args.clusters.is_empty() && !args.changed {
        return Ok(());
    }
    let index = index(place)?;
    let mut wanted: BTreeSet<String> = args.modules.iter().cloned().collect();
    for cluster in &args.clusters {
        wanted.extend(members(place, cluster)?.iter().cloned());
    }
    let mut changed = BTreeSet::new();
    if let Some(base) = args.base.as_deref().filter(|_| args.changed) {
        let (tests, modules) = changes(place, base)?;
        (changed, wanted) = (tests, wanted.into_iter().chain(modules).collect());
    }
    let known: BTreeSet<&str> =
        index.modules.keys().map(String::as_str).chain(wanted.iter().map(String::as_str)).collect();
    let by_index = index.modules_of();
    let tested = TestedModules::new(&known);
    let packages: Vec<&str> = wanted.iter().filter_map(|it| it.strip_suffix(".*")).collect();
    let is_wanted =
        |module: &str| wanted.contains(module) || packages.iter().any(|it| module == *it || below(module, it));
    let is_meant = |case: &Case| match by_index.get(case.test.as_str()) {
        Some(modules) => modules.iter().any(|it| is_wanted(it)),
        None => match tested.of(&case.test).filter(|_| case.kind == TestKind::Test) {
            Some(module) => is_wanted(module),
            None => case.own_module.as_deref().is_some_and(is_wanted),
        },
    };
    for module in &args.modules {
        let one = |it: &str| it == module || module.strip_suffix(".*").is_some_and(|of| it == of || below(it, of));
        let tied = cases.iter().any(|case| match by_index.get(case.test.as_str()) {
            Some(modules) => modules.iter().any(|it| one(it)),
            None => tested.of(&case.test).is_some_and(one) || case.own_module.as_deref().is_some_and(one),
        });
        if !tied {
            return Err(untied(place, module, &index, cases));
        }
    }
    cases.retain(|it| is_meant(it) || changed.contains(&it.test));
    Ok(())
}

fn below(module: &str, package: &str) -> bool {
    module.strip_prefix(package).is_some_and(|it| it.starts_with('.'))
}

/// A module that no test is tied to. Who imports it is a hint and not a tie.
fn untied(place: &RunPlace, module: &str, index: &CoverageIndex, cases: &[Case]) -> Failure {
    let is_import = |case: &&Case| {
        // it is counted for the hint alone
        let text = place.read(&case.file).ok().flatten().unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        text.lines().map(str::trim_start).any(|it| {
            let rest = it.strip_prefix("import ").or_else(|| it.strip_prefix("from "));
            rest.and_then(|it| it.split([' ', ',', ';']).next()) == Some(module)
        })
    };
    let importing = cases.iter().filter(is_import).count();
    let near = most_like(module, index.modules.keys().map(String::as_str), 0.7);
    let near = near.map_or(String::new(), |it| format!("did you mean `{it}`? "));
    let next = match importing {
        0 => "name its tests as paths, or add it to the coverage index".to_owned(),
        1 => "1 test imports it without being tied to it: name it as a path".to_owned(),
        count => format!("{count} tests import it without being tied to it: name some as paths"),
    };
    let hint = format!("{near}{next}");
    Failure::new(Exit::Usage, format!("cannot select the tests of {module}: no test is tied to it"), hint)
}

fn index(place: &RunPlace) -> Result<CoverageIndex, Failure> {
    let path = &place.settings().index;
    let Some(text) = place.text(path)? else { return Ok(CoverageIndex::default()) };
    Ok(CoverageIndex::parse(&text)
        .map_err(|error| Damage::text(Input::Index, path.as_str(), &text, error.to_string()))?)
}

fn members<'a>(place: &'a RunPlace, cluster: &str) -> Result<&'a [String], Failure> {
    let clusters = &place.settings().clusters;
    clusters.get(cluster).map(Vec::as_slice).ok_or_else(|| {
        let known: Vec<&str> = clusters.keys().map(String::as_str).collect();
        let hint = if known.is_empty() {
            format!("write its modules into molt-sync.toml: `{cluster} = [\"json\", \"json.decoder\"]` below [differential.clusters]")
        } else {
            format!("the clusters in molt-sync.toml are {}", known.join(", "))
        };
        Failure::new(Exit::Usage, format!("there is no cluster `{cluster}`"), hint)
    })
}

/// The tests and the modules that differ from where this branch left `base`.
fn changes(place: &RunPlace, base: &str) -> Result<(BTreeSet<String>, BTreeSet<String>), Failure> {
    let commit = git::merge_base(&place.root, base)?;
    let (tests, stdlib) = (&place.settings().tests, &place.config.paths.stdlib);
    let places: BTreeSet<RelPath> = [tests.clone(), stdlib.clone()].into();
    let mut changed = changed_files((&place.root, &place.disk()), &commit, &places)?;
    // what git does not know yet is new
    let known = git::names_at(&place.root, &commit, &[tests, stdlib])?;
    let present = git::present_files(&place.root)?;
    // whether a file has changed whose name no path here can have is not known, and it counts as one that has
    let is_odd =
        |it: &&PathBuf| it.starts_with(tests.as_str()) && it.to_str().is_none_or(|it| RelPath::new(it).is_err());
    let odd: Vec<String> = present.iter().filter(is_odd).map(|it| in_reports(it)).collect();
    let present = present.iter().filter_map(|it| RelPath::new(it.to_str()?.to_owned()).ok());
    changed
        .extend(present.filter(|it| (it.below(tests).is_some() || it.below(stdlib).is_some()) && !known.contains(it)));
    let mut modules = BTreeSet::new();
    for path in changed.iter().filter_map(|it| it.below(stdlib)) {
        let Some(stem) = path.strip_suffix(".py") else { continue };
        modules.insert(stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', "."));
    }
    let tests = changed.iter().filter(|it| it.below(tests).is_some()).map(|it| it.as_str().to_owned());
    Ok((tests.chain(odd).collect(), modules))
}

/// The tests of `TOO_DYNAMIC_EXPECTED_FAILURE_TESTS`, which Molt expects to fail by its policy.
pub(super) fn too_dynamic(place: &RunPlace) -> Result<BTreeSet<String>, Failure> {
    let Some(text) = place.text(&place.config.paths.attestation)? else { return Ok(BTreeSet::new()) };
    // a file that does not parse is a finding of the gates
    let Ok(constants) = python::constants(&text) else { return Ok(BTreeSet::new()) };
    let tests = constants.get("TOO_DYNAMIC_EXPECTED_FAILURE_TESTS").and_then(|it| it.value.tuple_of_str());
    Ok(tests.unwrap_or_default().into_iter().map(str::to_owned).collect())
}

/// `12 tests, 3 of them probes`
pub(super) fn counted(cases: &[Case]) -> String {
    let probes = cases.iter().filter(|it| it.kind == TestKind::Probe).count();
    let more = if probes > 0 { format!(", {probes} of them generated probes") } else { String::new() };
    format!("{}{more}", number_of(cases.len(), "test"))
}
