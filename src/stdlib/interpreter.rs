//! The same facts from a live interpreter: one query that reads and writes nothing, and what explains a difference.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    baseline::Baseline,
    collect::{CollectError, Collector},
    delta::{Delta, Difference},
    facts::{ModuleKind, ReleaseFacts, StdlibModule},
    made_in_c,
};
use crate::base::{Version, number_of};

/// The program that the interpreter runs; it prints one JSON object.
///
/// It lists the files of the standard library, asks for the spec of each top-level name without importing it, and
/// imports the modules that are known to make names without a file, to see which they make.
pub const QUERY: &str = r#"
import importlib.util, json, os, sys, sysconfig
root = sysconfig.get_path("stdlib")
skip = {"__pycache__", "site-packages", "dist-packages"}
files = []
for folder, folders, names in os.walk(root):
    folders[:] = [it for it in folders if it not in skip and not it.startswith("config-")]
    below = os.path.relpath(folder, root).replace(os.sep, "/")
    files += [it if below == "." else below + "/" + it for it in names if it.endswith(".py")]
absent = []
for name in sorted(sys.stdlib_module_names):
    try:
        found = name in sys.builtin_module_names or importlib.util.find_spec(name)
    except (ImportError, ValueError):
        found = None
    if not found:
        absent.append(name)
aliases = {}
for maker in ("os", "collections", "xml.parsers.expat", "pyexpat", "typing"):
    try:
        __import__(maker)
    except ImportError:
        continue
    made = [it for it in sys.modules if it.startswith(maker + ".")]
    for name in made:
        path = name.replace(".", "/")
        if path + ".py" not in files and path + "/__init__.py" not in files:
            file = getattr(sys.modules[maker], "__file__", None)
            made_in_c = not file or not file.endswith(".py")
            aliases[name] = "" if made_in_c else os.path.relpath(file, root).replace(os.sep, "/")
info = sys.version_info
level = {"alpha": "a", "beta": "b", "candidate": "rc", "final": ""}[info.releaselevel]
print(json.dumps({
    "release": "%d.%d.%d%s" % (info[0], info[1], info[2], level + str(info.serial) if level else ""),
    "platform": sys.platform,
    "top_level": sorted(sys.stdlib_module_names),
    "files": sorted(files),
    "absent": absent,
    "aliases": aliases,
}, sort_keys=True))
"#;

/// What the interpreter answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Its release.
    pub release: Version,
    /// `sys.platform`
    pub platform: String,
    /// `sys.stdlib_module_names`
    pub top_level: BTreeSet<String>,
    /// `.py` files, relative to the standard library's folder.
    pub files: Vec<String>,
    /// Top-level names that it has no module for.
    pub absent: BTreeSet<String>,
    /// Names without a file that importing put into `sys.modules`, with the file that did; empty for C code.
    pub aliases: BTreeMap<String, String>,
}

/// One difference between a baseline and an interpreter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The name.
    pub name: String,
    /// The difference in words, seen from the baseline.
    pub difference: String,
    /// What explains it; none where nothing does.
    pub because: Option<String>,
}

impl Answer {
    /// The facts in the form that a release has.
    pub fn facts(&self) -> Result<ReleaseFacts, CollectError> {
        let mut collector = Collector::default();
        for file in &self.files {
            // no bytes: what code would say was asked of the interpreter itself
            drop(collector.offer(&format!("Lib/{file}"), 0, &mut std::io::empty()));
        }
        let aliases = self.aliases.iter().map(|(name, path)| {
            let path = if path.is_empty() { made_in_c::maker_of(name) } else { Some(format!("Lib/{path}")) };
            (name.clone(), StdlibModule { kind: ModuleKind::Alias, path, platforms: Vec::new() })
        });
        collector.finish_with(self.release, self.top_level.clone(), aliases.collect())
    }
}

/// Compares `baseline` with what an interpreter says, and explains what can be explained.
pub fn explain(baseline: &Baseline, answer: &Answer, live: &ReleaseFacts) -> Vec<Explained> {
    let recorded = &baseline.facts;
    let mut res = Vec::new();
    for difference in Delta::between(recorded, live).0 {
        if matches!(difference, Difference::Platforms { .. }) {
            continue; // an interpreter cannot know of other platforms
        }
        let name = difference.name().to_owned();
        let because = because(baseline, answer, live, &difference);
        res.push(Explained { difference: words(&difference), name, because });
    }
    for name in answer
        .absent
        .iter()
        .filter(|name| recorded.modules.get(*name).is_some_and(|it| it.kind == ModuleKind::Extension))
    {
        let because =
            platform_reason(recorded, answer, name).unwrap_or_else(|| "this build was made without it".into());
        res.push(Explained { name: name.clone(), difference: "not importable".into(), because: Some(because) });
    }
    res.sort_by(|a, b| a.name.cmp(&b.name));
    res.dedup_by(|a, b| a.name == b.name);
    let mut res = without_what_follows(recorded, res);
    for it in &mut res {
        let kind = recorded.modules.get(&it.name).map(|it| it.kind);
        // a name without files counts as an extension; one without a module is none
        let is_counted_so = it.difference.contains("in the baseline, extension in the interpreter");
        if let Some(kind) = kind.filter(|kind| *kind != ModuleKind::Extension && is_counted_so) {
            let is_absent = answer.absent.contains(&it.name);
            let what =
                if is_absent { "missing from the interpreter" } else { "without a file in the interpreter's library" };
            let rest = it.difference.split_once(MORE).map_or(String::new(), |(_, rest)| format!("{MORE}{rest}"));
            it.difference = format!("{} in the baseline, {what}{rest}", kind.word());
        }
    }
    res
}

/// What begins the number of names that are missing with a package.
const MORE: &str = ", and with it ";

/// A package that is missing, without the names below it that are missing for that reason.
fn without_what_follows(recorded: &ReleaseFacts, all: Vec<Explained>) -> Vec<Explained> {
    let is_gone = |it: &Explained| it.difference.starts_with("only in the baseline");
    let is_package = |name: &str| recorded.modules.get(name).is_some_and(|it| it.kind == ModuleKind::Package);
    let gone: BTreeSet<String> = all
        .iter()
        .filter(|it| {
            is_package(&it.name) && (is_gone(it) || it.difference.starts_with("package in the baseline, extension"))
        })
        .map(|it| it.name.clone())
        .collect();
    let above = |name: &str| {
        name.match_indices('.').map(|(at, _)| &name[..at]).find(|it| gone.contains(*it)).map(str::to_owned)
    };
    let mut below: BTreeMap<String, usize> = BTreeMap::new();
    let mut res = Vec::new();
    for it in all {
        match above(&it.name).filter(|_| is_gone(&it)) {
            Some(package) => *below.entry(package).or_default() += 1,
            None => res.push(it),
        }
    }
    for it in &mut res {
        if let Some(count) = below.get(&it.name) {
            it.difference += &format!("{MORE}{} below it", number_of(*count, "name"));
        }
    }
    res
}

fn words(difference: &Difference) -> String {
    match difference {
        Difference::Added { kind, .. } => format!("only in the interpreter ({})", kind.word()),
        Difference::Removed { kind, .. } => format!("only in the baseline ({})", kind.word()),
        Difference::Kind { from, to, .. } => {
            format!("{} in the baseline, {} in the interpreter", from.word(), to.word())
        }
        other => other.words(),
    }
}

fn because(baseline: &Baseline, answer: &Answer, live: &ReleaseFacts, difference: &Difference) -> Option<String> {
    let name = difference.name();
    // what is there in spite of the platforms that are recorded speaks against the record
    let is_absent = matches!(difference, Difference::Removed { .. }) || answer.absent.contains(name);
    if let Some(reason) = platform_reason(&baseline.facts, answer, name).filter(|_| is_absent) {
        return Some(reason);
    }
    if let Difference::BecameTestOnly { .. } | Difference::StoppedBeingTestOnly { .. } = difference {
        return Some("one of the two counts it as a test".into());
    }
    let top = name.split('.').next().unwrap_or(name);
    let has_files =
        live.py_modules().any(|(it, _)| it == top || it.strip_prefix(top).is_some_and(|it| it.starts_with('.')));
    if !has_files && baseline.facts.modules.get(top).is_some_and(|it| it.kind != ModuleKind::Extension) {
        return Some(format!("this build was installed without {top}"));
    }
    super::history::explains(name, baseline.facts.release?, answer.release)
}

fn platform_reason(recorded: &ReleaseFacts, answer: &Answer, name: &str) -> Option<String> {
    let top = name.split('.').next().unwrap_or(name);
    let limited =
        [name, top].into_iter().find_map(|it| recorded.modules.get(it).filter(|it| !it.platforms.is_empty()))?;
    let here = limited.platforms.contains(&answer.platform);
    (!here).then(|| format!("platform-only: {}, and this is {}", limited.platforms.join(", "), answer.platform))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stdlib::bundled_series;

    #[test]
    fn a_package_that_is_missing_is_one_difference_and_no_extension() {
        let baseline = bundled_series("3.13".parse().unwrap()).unwrap();
        let files = |without: &str| -> Vec<String> {
            let paths = baseline
                .facts
                .modules
                .values()
                .filter(|it| it.kind != ModuleKind::Alias && it.kind != ModuleKind::Extension);
            let paths = paths.filter_map(|it| it.path.as_deref()?.strip_prefix("Lib/"));
            paths.filter(|it| !it.starts_with(without)).map(str::to_owned).collect()
        };
        for (without, absent, name, words, is_explained) in [
            (
                "tkinter/",
                "tkinter",
                "tkinter",
                "package in the baseline, missing from the interpreter, and with it ",
                true,
            ),
            ("colorsys.py", "colorsys", "colorsys", "module in the baseline, missing from the interpreter", true),
            ("xml/etree/", "", "xml.etree", "only in the baseline (package), and with it ", false),
        ] {
            let answer = Answer {
                release: "3.13.5".parse().unwrap(),
                platform: "linux".into(),
                top_level: baseline.facts.top_level.clone(),
                files: files(without),
                absent: BTreeSet::from([absent.to_owned()]),
                aliases: BTreeMap::new(),
            };
            let all = explain(&baseline, &answer, &answer.facts().unwrap());
            let about: Vec<&Explained> =
                all.iter().filter(|it| it.name == name || it.name.starts_with(&format!("{name}."))).collect();
            assert_eq!(about.len(), 1, "{about:#?}");
            assert!(about[0].difference.starts_with(words), "{about:#?}");
            assert_eq!(about[0].because.is_some(), is_explained, "{about:#?}");
        }
    }

    #[test]
    fn platforms_that_are_recorded_explain_no_name_that_is_there() {
        let whole = bundled_series("3.13".parse().unwrap()).unwrap();
        let paths = |it: &StdlibModule| it.path.as_deref()?.strip_prefix("Lib/").map(str::to_owned);
        let answer = Answer {
            release: "3.13.5".parse().unwrap(),
            platform: "linux".into(),
            top_level: whole.facts.top_level.clone(),
            files: whole.facts.modules.values().filter(|it| it.kind != ModuleKind::Alias).filter_map(paths).collect(),
            absent: BTreeSet::new(),
            aliases: BTreeMap::new(),
        };
        let mut falsified = whole;
        let modules = &mut falsified.facts.modules;
        modules.get_mut("json").unwrap().platforms = vec!["win32".into()];
        modules.remove("json.tool").unwrap();
        let made_up = modules["json.decoder"].clone();
        modules.insert("json.nothing".into(), made_up);
        let all = explain(&falsified, &answer, &answer.facts().unwrap());
        let of = |name: &str| all.iter().find(|it| it.name == name).map(|it| it.because.is_some());
        assert_eq!((of("json.tool"), of("json.nothing")), (Some(false), Some(true)), "{all:#?}");
    }
}
