//! The names that Molt has to expose: everything that any supported series has, as Molt's Python tools count it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    baseline::{Baseline, SourceKind},
    facts::{ModuleKind, ReleaseFacts},
};
use crate::base::Series;

/// The names of one series, in the four groups that Molt's tools read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeriesNames {
    /// `sys.stdlib_module_names`
    pub modules: BTreeSet<String>,
    /// Those of them that are packages.
    pub packages: BTreeSet<String>,
    /// Dotted names of `.py` files, packages included.
    pub py_modules: BTreeSet<String>,
    /// Those of them that come from an `__init__.py`.
    pub py_packages: BTreeSet<String>,
}

/// The names of every supported series.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Union {
    /// By series.
    pub by_series: BTreeMap<Series, SeriesNames>,
}

impl Union {
    /// The union over `baselines`. `before` is the union that the workspace has so far, and `known` are recorded facts
    /// of any series: an alias counts as a Python module where it was counted as one before, and wherever it once had
    /// a file and no series would keep its name in the union otherwise.
    pub fn new<'a>(baselines: impl IntoIterator<Item = &'a Baseline>, before: &Self, known: &[&ReleaseFacts]) -> Self {
        let baselines: Vec<&Baseline> = baselines.into_iter().collect();
        let mut res = Self::default();
        for baseline in &baselines {
            let counted = before.by_series.get(&baseline.series).map(|it| &it.py_modules);
            let counts = |alias: &str| counted.is_some_and(|it| it.contains(alias));
            let mut names = SeriesNames::of(&baseline.facts, counts);
            names.py_modules.extend(aliases(baseline, known).filter(|it| counts(it)).cloned());
            res.by_series.insert(baseline.series, names);
        }
        let had_file = |name: &str| {
            let filed = |facts: &&ReleaseFacts| facts.modules.get(name).is_some_and(|it| it.kind != ModuleKind::Alias);
            before.all(|it| &it.py_modules).contains(name)
                || known.iter().any(filed)
                || baselines.iter().any(|it| filed(&&it.facts))
        };
        let present: BTreeSet<String> = res.all(|it| &it.py_modules).into_iter().map(str::to_owned).collect();
        for baseline in &baselines {
            let lost = aliases(baseline, known).filter(|name| !present.contains(*name) && had_file(name));
            if let Some(names) = res.by_series.get_mut(&baseline.series) {
                names.py_modules.extend(lost.cloned());
            }
        }
        res
    }

    /// One group over all series.
    pub fn all(&self, group: impl Fn(&SeriesNames) -> &BTreeSet<String>) -> BTreeSet<&str> {
        self.by_series.values().flat_map(group).map(String::as_str).collect()
    }

    /// Top-level names that must exist.
    pub fn top_level(&self) -> BTreeSet<&str> {
        self.all(|it| &it.modules)
    }

    /// Those of them that must be packages.
    pub fn packages(&self) -> BTreeSet<&str> {
        self.all(|it| &it.packages)
    }

    /// Dotted names that must exist.
    pub fn submodules(&self) -> BTreeSet<&str> {
        self.all(|it| &it.py_modules).into_iter().filter(|name| name.contains('.')).collect()
    }

    /// Those of them that must be packages.
    pub fn subpackages(&self) -> BTreeSet<&str> {
        self.all(|it| &it.py_packages).into_iter().filter(|name| name.contains('.')).collect()
    }

    /// Every name that must exist.
    pub fn required(&self) -> BTreeSet<&str> {
        self.top_level().into_iter().chain(self.submodules()).collect()
    }
}

/// The names that a series makes without a file of their own. A union file has none of them, so that for a series that is known
/// from one alone they are those of the `known` facts of that series.
fn aliases<'a>(baseline: &'a Baseline, known: &[&'a ReleaseFacts]) -> impl Iterator<Item = &'a String> {
    let is_imported = baseline.provenance.source == SourceKind::Imported;
    let is_of_series = |it: &&&ReleaseFacts| it.release.is_some_and(|it| it.series == baseline.series);
    let elsewhere = known.iter().filter(|it| is_imported && is_of_series(it)).flat_map(|it| &it.modules);
    let has_parent = |name: &str| {
        let parent = name.rsplit_once('.').map_or(name, |(parent, _)| parent);
        baseline.facts.modules.contains_key(parent)
    };
    let aliases = baseline.facts.modules.iter().chain(elsewhere.filter(|(name, _)| has_parent(name)));
    let aliases: Vec<_> = aliases.filter(|(_, it)| it.kind == ModuleKind::Alias).collect();
    aliases.into_iter().map(|(name, _)| name)
}

impl SeriesNames {
    /// How many of its names lie below the top level, without those that the record of its series knows as aliases: a name that the
    /// union keeps although no series has a file of it any more is no file of this series. A record that was taken from a union file
    /// has no word of aliases, so that those of the `recorded` series before it count for it.
    pub fn count_submodules(&self, series: Series, recorded: &[&Baseline]) -> usize {
        let own = recorded.iter().find(|it| it.series == series);
        let is_silent = own.is_some_and(|it| it.provenance.source == SourceKind::Imported);
        let speak = || recorded.iter().filter(|it| it.series == series || is_silent && it.series < series);
        let is_alias =
            |name: &str| speak().any(|it| it.facts.modules.get(name).is_some_and(|it| it.kind == ModuleKind::Alias));
        self.py_modules.iter().filter(|it| it.contains('.') && !is_alias(it)).count()
    }

    fn of(facts: &ReleaseFacts, counts_as_file: impl Fn(&str) -> bool) -> Self {
        let mut res = Self { modules: facts.top_level.clone(), ..Self::default() };
        for (name, module) in &facts.modules {
            let is_package = module.kind == ModuleKind::Package;
            let is_py = match module.kind {
                ModuleKind::Module | ModuleKind::Package => true,
                ModuleKind::Alias => counts_as_file(name),
                ModuleKind::Extension => false,
            };
            if is_py {
                res.py_modules.insert(name.clone());
            }
            if is_package {
                res.py_packages.insert(name.clone());
                if !name.contains('.') {
                    res.packages.insert(name.clone());
                }
            }
        }
        res
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{FileError, RelPath},
        stdlib::StdlibModule,
    };

    fn names(py: &[&str], packages: &[&str]) -> SeriesNames {
        let set = |it: &[&str]| it.iter().map(|&it| it.to_owned()).collect::<BTreeSet<_>>();
        let tops = |it: &[&str]| it.iter().filter(|it| !it.contains('.')).map(|&it| it.to_owned()).collect();
        SeriesNames { modules: tops(py), packages: tops(packages), py_modules: set(py), py_packages: set(packages) }
    }

    fn series(text: &str) -> Series {
        text.parse().unwrap()
    }

    fn imported(names: &SeriesNames, text: &str) -> Result<Baseline, FileError> {
        names.import(series(text), &RelPath::new("tools/u.py").unwrap())
    }

    fn alias(baseline: &mut Baseline, name: &str) {
        baseline
            .facts
            .modules
            .insert(name.into(), StdlibModule { kind: ModuleKind::Alias, path: None, platforms: Vec::new() });
    }

    #[test]
    fn an_import_gives_the_same_names_back() {
        let before = names(&["a", "a.b", "a.b.c", "d"], &["a", "a.b"]);
        let baseline = imported(&before, "3.12").unwrap();
        let union = Union::new([&baseline], &Union::default(), &[]);
        assert_eq!(union.by_series[&series("3.12")], before);
        assert_eq!(union.packages().into_iter().collect::<Vec<_>>(), ["a"]);
        assert_eq!(union.subpackages().into_iter().collect::<Vec<_>>(), ["a.b"]);
    }

    #[test]
    fn an_import_reads_back_or_names_what_is_wrong() {
        let fine = imported(&names(&["a", "a.b"], &["a"]), "3.12").unwrap();
        assert_eq!(Baseline::parse(&fine.render()).unwrap(), fine);
        for (name, what) in [
            ("x.y", "cannot read tools/u.py: it lists `x.y` for 3.12 and not its top-level name `x`"),
            ("a.b-c", "cannot read tools/u.py: it lists `a.b-c` for 3.12, which is not a module name"),
        ] {
            assert_eq!(imported(&names(&["a", name], &["a"]), "3.12").unwrap_err().to_string(), what);
        }
    }

    #[test]
    fn an_alias_keeps_a_name_that_had_a_file_and_adds_none_that_had_not() {
        let with_file = imported(&names(&["a", "a.b"], &["a"]), "3.12").unwrap();
        let mut without = imported(&names(&["a"], &["a"]), "3.13").unwrap();
        alias(&mut without, "a.b");
        alias(&mut without, "a.never");
        let both = Union::new([&with_file, &without], &Union::default(), &[]);
        assert_eq!(both.submodules().into_iter().collect::<Vec<_>>(), ["a.b"]);
        assert!(!both.by_series[&series("3.13")].py_modules.contains("a.b"), "3.12 keeps the name already");
        let dropped = Union::new([&without], &both, &[]);
        assert_eq!(dropped.submodules().into_iter().collect::<Vec<_>>(), ["a.b"]);
        // it is no file of the series all the same, nor of a later one that says nothing of aliases
        let later = imported(&names(&["a", "a.b"], &["a"]), "3.14").unwrap();
        let all = [&with_file, &without, &later];
        for (union, of, count) in
            [(&both, "3.12", 1), (&dropped, "3.13", 0), (&Union::new([&later], &both, &[]), "3.14", 0)]
        {
            assert_eq!(union.by_series[&series(of)].count_submodules(series(of), &all), count, "{of}");
        }
        let fresh = Union::new([&without], &Union::default(), &[&with_file.facts]);
        assert_eq!(fresh.submodules().into_iter().collect::<Vec<_>>(), ["a.b"]);
        assert!(Union::new([&without], &Union::default(), &[]).submodules().is_empty());
    }

    #[test]
    fn an_alias_of_a_series_that_only_the_union_file_knows_is_known_from_its_record() {
        let with_file = imported(&names(&["a", "a.b", "a.c"], &["a"]), "3.12").unwrap();
        let without = imported(&names(&["a"], &["a"]), "3.13").unwrap();
        let mut recorded = without.clone();
        alias(&mut recorded, "a.b");
        alias(&mut recorded, "z.b");
        recorded.facts.release = Some("3.13.5".parse().unwrap());
        let both = Union::new([&with_file, &without], &Union::default(), &[]);
        let left = |known: &ReleaseFacts| {
            let union = Union::new([&without], &both, &[known]);
            union.submodules().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(left(&recorded.facts), ["a.b"]);
        // and the union that is written is the one that the same records make of it, beside a series with a record of its own
        let mut other = imported(&names(&["a"], &["a"]), "3.14").unwrap();
        alias(&mut other, "a.b");
        let written = Union::new([&without, &other], &both, &[&recorded.facts]);
        assert!(written.by_series.values().all(|it| it.py_modules.contains("a.b")));
        assert_eq!(Union::new([&without, &other], &written, &[&recorded.facts]), written);
        // what another series makes says nothing of this one, and a record of its own says all
        recorded.facts.release = Some("3.14.0".parse().unwrap());
        assert!(left(&recorded.facts).is_empty());
        let mut own = without.clone();
        own.provenance.source = SourceKind::ReleaseArchive;
        recorded.facts.release = Some("3.13.5".parse().unwrap());
        assert!(Union::new([&own], &both, &[&recorded.facts]).submodules().is_empty());
    }

    #[test]
    fn a_name_that_leaves_every_series_leaves_the_union() {
        let old = imported(&names(&["a", "gone"], &[]), "3.12").unwrap();
        let new = imported(&names(&["a"], &[]), "3.13").unwrap();
        let both = Union::new([&old, &new], &Union::default(), &[]);
        assert!(both.top_level().contains("gone"));
        assert!(!Union::new([&new], &both, &[]).top_level().contains("gone"));
    }
}
