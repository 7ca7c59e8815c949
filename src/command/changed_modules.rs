//! The modules that the changes of a branch are about: those whose files it changed, and those that load or list what a changed
//! source of the runtime, manifest or binding defines, or whose attestation or tests it changed.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
};

use crate::{
    acceptance::{Families, SHARED_SETTINGS, concern},
    audit::{Attestation, Record},
    base::{Files, Memory, RelPath},
    command::support::{base_commit::Base, changed_files::changed_files, failure::Failure, workspace::Workspace},
    differential::{Case, TestedModules},
    gates::{Inputs, symbol},
    host::git,
    stdlib::module_name,
    workspace::indexed_paths,
};

/// What the branch's changes are about.
#[derive(Default)]
pub(super) struct ChangedModules {
    /// The modules to judge.
    pub(super) modules: BTreeSet<String>,
    /// The modules whose files are gone.
    pub(super) gone: BTreeMap<String, RelPath>,
    /// The changed files of which it cannot be told which modules they are about, with the reason.
    pub(super) unclear: Vec<(RelPath, &'static str)>,
    /// The settings that decide what is judged and that the base has otherwise.
    pub(super) differs: Vec<String>,
}

/// So many files are read of git at a time.
const PART: usize = 500;

/// The text of a file at the base and now; empty where there is none.
type Texts<'a> = (&'a str, &'a str);

/// Finds them, against where the branch left a revision.
pub(super) fn changed_modules(workspace: &Workspace, inputs: &Inputs, base: &str) -> Result<ChangedModules, Failure> {
    let base = Base::where_left(workspace, base)?;
    let places = DependencyPlaces::new(workspace, inputs, &base)?;
    let (root, disk) = (&workspace.root, &workspace.disk);
    let all = places.all();
    let mut changed = changed_files((root, disk), &base.commit, &all)?;
    let before = git::names_at(root, &base.commit, &all.iter().collect::<Vec<_>>())?;
    // what git does not know yet is new
    let mut new: BTreeSet<RelPath> = inputs.audit.records.iter().map(|it| it.path.clone()).collect();
    new.extend(disk.list(&inputs.sources.runtime, ".rs")?);
    new.extend(disk.list(&workspace.config.differential.tests, ".py")?);
    changed.extend(new.into_iter().filter(|it| !before.contains(it)));
    // of a link git compares where it leads to, and not what is there
    for it in &inputs.audit.records {
        if disk.is_link(&it.path)? {
            changed.insert(it.path.clone());
        }
    }
    let tested = TestedModules::new(&inputs.audit.records.iter().map(|it| it.name.as_str()).collect());
    let (intrinsics, res) = (BTreeSet::new(), ChangedModules { differs: base.differs, ..ChangedModules::default() });
    let by_path = inputs.audit.records.iter().map(|it| (&it.path, it)).collect();
    let mut found = ChangedFiles { inputs, by_path, places: &places, tested, intrinsics, res };
    let changed: Vec<RelPath> = changed.into_iter().collect();
    for part in changed.chunks(PART) {
        let old: Vec<&RelPath> = part.iter().filter(|it| before.contains(it) && !places.is_module(it)).collect();
        let old = if old.is_empty() { Memory::default() } else { git::files(root, &base.commit, &old)? };
        for path in part {
            found.add(path, &old, disk)?;
        }
    }
    Ok(found.all())
}

/// Where what modules depend on lies, now and at the base.
struct DependencyPlaces {
    stdlib: BTreeSet<RelPath>,
    runtime: BTreeSet<RelPath>,
    manifests: BTreeSet<RelPath>,
    table: BTreeSet<RelPath>,
    /// What says how the crate of the runtime is built, where the runtime is a folder of it.
    builds: BTreeSet<RelPath>,
    attestation: BTreeSet<RelPath>,
    index: BTreeSet<RelPath>,
    tests: BTreeSet<RelPath>,
    /// The modules of each test that an index names or did name.
    by_test: BTreeMap<String, BTreeSet<String>>,
}

impl DependencyPlaces {
    fn new(workspace: &Workspace, inputs: &Inputs, base: &Base) -> Result<Self, Failure> {
        let (now, then) = (&workspace.config, &base.config);
        let both = |of: &dyn Fn(&crate::config::Config) -> RelPath| BTreeSet::from([of(now), of(then)]);
        let mut runtime = both(&|it| it.paths.runtime.clone());
        runtime.insert(inputs.sources.runtime.clone());
        let above = runtime.iter().filter_map(RelPath::parent);
        let shared = SHARED_SETTINGS.iter().filter_map(|it| RelPath::new(*it).ok());
        let builds = above.flat_map(|it| [it.join("Cargo.toml"), it.join("build.rs")]).chain(shared).collect();
        let mut manifests = both(&|it| it.paths.manifest.clone());
        manifests.extend(both(&|it| it.paths.bindings_stub.clone()));
        manifests.extend([inputs.sources.manifest.clone(), inputs.sources.bindings_stub.clone()]);
        let mut table = both(&|it| it.paths.bindings_table.clone());
        table.insert(inputs.sources.bindings_table.clone());
        let index = both(&|it| it.paths.coverage_index.clone());
        let old = git::files(&workspace.root, &base.commit, &index.iter().collect::<Vec<_>>())?;
        let mut by_test: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for path in &index {
            for files in [&old as &dyn Files, &workspace.disk] {
                for (module, tests) in indexed_paths(files, path)? {
                    for test in tests {
                        by_test.entry(test).or_default().insert(module.clone());
                    }
                }
            }
        }
        Ok(Self {
            stdlib: both(&|it| it.paths.stdlib.clone()),
            runtime,
            manifests,
            table,
            builds,
            attestation: both(&|it| it.paths.attestation.clone()),
            index,
            tests: both(&|it| it.differential.tests.clone()),
            by_test,
        })
    }

    fn all(&self) -> BTreeSet<RelPath> {
        let sets = [
            &self.stdlib,
            &self.runtime,
            &self.manifests,
            &self.table,
            &self.builds,
            &self.attestation,
            &self.index,
            &self.tests,
        ];
        let indexed = self.by_test.keys().filter_map(|it| RelPath::new(it.clone()).ok());
        let is_new = |it: &RelPath| !self.tests.iter().any(|folder| it.below(folder).is_some());
        sets.into_iter().flatten().cloned().chain(indexed.filter(is_new)).collect()
    }

    fn is_module(&self, path: &RelPath) -> bool {
        self.stdlib.iter().any(|it| path.below(it).is_some())
    }

    fn is_test(&self, path: &RelPath) -> bool {
        let is_below = self.tests.iter().any(|it| path.below(it).is_some());
        self.by_test.contains_key(path.as_str()) || is_below && path.as_str().strip_suffix(".py").is_some()
    }
}

/// What is found file by file.
struct ChangedFiles<'a> {
    inputs: &'a Inputs,
    by_path: HashMap<&'a RelPath, &'a Record>,
    places: &'a DependencyPlaces,
    tested: TestedModules<'a>,
    intrinsics: BTreeSet<String>,
    res: ChangedModules,
}

impl ChangedFiles<'_> {
    fn add(&mut self, path: &RelPath, old: &Memory, disk: &dyn Files) -> Result<(), Failure> {
        let places = self.places;
        if places.is_module(path) && !places.manifests.contains(path) {
            self.module(path);
            return Ok(());
        }
        if places.builds.contains(path) {
            self.res.unclear.push((path.clone(), "it decides what is compiled"));
            return Ok(());
        }
        let source = places.runtime.iter().find(|it| path.below(it).is_some());
        let is_named = |sets: &[&BTreeSet<RelPath>]| sets.iter().any(|it| it.contains(path));
        let is_file = is_named(&[&places.manifests, &places.table, &places.attestation, &places.index]);
        if source.is_none() && !is_file && !places.is_test(path) {
            return Ok(());
        }
        let new = match disk.read(path) {
            Err(error) if error.is_about_the_file() => None,
            read => read?,
        };
        let text =
            |bytes: Option<&Vec<u8>>| bytes.map(|it| String::from_utf8_lossy(it).into_owned()).unwrap_or_default();
        let (before, now) = (text(old.0.get(path)), text(new.as_ref()));
        let texts: Texts<'_> = (&before, &now);
        if places.manifests.contains(path) {
            self.intrinsics_of(path, concern::of_manifest(texts.0, texts.1));
        } else if places.table.contains(path) || path.as_str().ends_with("_resolver.rs") {
            self.intrinsics_of(path, concern::of_bindings(texts.0, texts.1));
        } else if places.attestation.contains(path) {
            self.attestation(path, old, disk);
        } else if places.index.contains(path) {
            let (old, new) = (indexed_paths(old, path)?, indexed_paths(disk, path)?);
            self.res.modules.extend(concern::differing(&old, &new));
        } else if let Some(folder) = source {
            if concern::is_source(folder, path) {
                self.intrinsics_of(path, concern::of_source(texts.0, texts.1));
            } else if path.file_name() == "Cargo.toml" {
                self.res.unclear.push((path.clone(), "its features decide what is compiled"));
            }
        } else {
            self.test(path, texts);
        }
        Ok(())
    }

    fn module(&mut self, path: &RelPath) {
        if let Some(record) = self.by_path.get(path) {
            self.res.modules.insert(record.name.clone());
            return;
        }
        let below = self.places.stdlib.iter().find_map(|it| path.below(it));
        let Some((name, _)) = below.and_then(module_name) else { return };
        match self.inputs.audit.get(&name) {
            // it has another file now
            Some(record) => drop(self.res.modules.insert(record.name.clone())),
            // nothing of the tree is this module, whatever can be read at its path: a link that leads there is not followed
            None => drop(self.res.gone.insert(name, path.clone())),
        }
    }

    fn intrinsics_of(&mut self, path: &RelPath, found: concern::Concerned) {
        match found {
            Ok(names) => self.intrinsics.extend(names),
            Err(why) => self.res.unclear.push((path.clone(), why)),
        }
    }

    fn attestation(&mut self, path: &RelPath, old: &Memory, disk: &dyn Files) {
        match (Attestation::read(old, path), Attestation::read(disk, path)) {
            (Ok(old), Ok(new)) => self.res.modules.extend(concern::of_attestation(&old, &new)),
            _ => self.res.unclear.push((path.clone(), "it cannot be read now, or could not before")),
        }
    }

    fn test(&mut self, path: &RelPath, (old, new): Texts<'_>) {
        if let Some(modules) = self.places.by_test.get(path.as_str()) {
            self.res.modules.extend(modules.iter().cloned());
            return;
        }
        let own = |text: &str| Case::new(path.as_str(), PathBuf::new(), text.as_bytes()).own_module;
        let own: Vec<String> = [old, new].into_iter().filter_map(own).collect();
        if !own.is_empty() {
            self.res.modules.extend(own);
            return;
        }
        self.res.modules.extend(self.tested.of(path.as_str()).map(str::to_owned));
    }

    /// All modules that are to be judged: those found, and those that load or list the intrinsics.
    fn all(self) -> ChangedModules {
        let (audit, mut res) = (&self.inputs.audit, self.res);
        let attestation = self.inputs.attestation.as_ref().ok();
        let contracts = |name: &str| attestation.and_then(|it| it.contracts.get(name)).into_iter().flatten();
        let is_meant =
            |name: &str| self.intrinsics.contains(name) || self.intrinsics.contains(symbol(name, audit.dialect));
        let uses = |it: &Record| {
            it.said().is_some_and(|it| it.loads.iter().any(|(name, _)| is_meant(name)))
                || contracts(&it.name).any(|it| is_meant(it))
        };
        if !self.intrinsics.is_empty() {
            let users: BTreeSet<&str> = audit.records.iter().filter(|it| uses(it)).map(|it| it.name.as_str()).collect();
            let names = audit.by_name().map(|it| it.name.as_str());
            let families = Families::new(audit);
            let met = names.filter(|it| families.of(it).iter().any(|it| users.contains(it)));
            res.modules.extend(met.map(str::to_owned));
        }
        if !res.unclear.is_empty() {
            let is_attested = |it: &&Record| attestation.is_none_or(|known| known.modules.contains(&it.name));
            res.modules.extend(audit.by_name().filter(is_attested).map(|it| it.name.clone()));
        }
        // an index may name modules that the tree never had
        res.modules.retain(|it| audit.get(it).is_some());
        res
    }
}
