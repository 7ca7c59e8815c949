//! What the gates judge, read once from a view of the workspace. What cannot be read is kept as the reason: it is a
//! finding of the gate that it belongs to.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use super::{
    fault::{Fault, lenient},
    lane::{self, LaneTest},
    recorded::Recorded,
    runtime_functions,
};
use crate::{
    audit::{Attestation, Audit, Manifest, Ratchet, RatchetError, Rules, Status, document_path, too_much},
    base::{Dialect, FileError, Files, RelPath, Sha256, Unfollowed, limits},
    python::{self, Constants, ParseMeter},
    stdlib::{Layout, Union, UnionFile},
    stubs::Templates,
};

/// Where the files are that the gates look at.
#[derive(Debug, Clone)]
pub struct Sources {
    /// The tree of modules.
    pub stdlib: RelPath,
    /// The union for Molt's Python tools.
    pub union: RelPath,
    /// The budget.
    pub ratchet: RelPath,
    /// The attested modules.
    pub attestation: RelPath,
    /// The intrinsics manifest.
    pub manifest: RelPath,
    /// The stub file that is generated from it.
    pub bindings_stub: RelPath,
    /// The Rust table that is generated from it.
    pub bindings_table: RelPath,
    /// The runtime's sources.
    pub runtime: RelPath,
    /// The list of the core lane's tests.
    pub core_lane: RelPath,
    /// The audit document.
    pub document: RelPath,
    /// The folder of the recorded facts.
    pub baselines: RelPath,
    /// Molt's checker.
    pub checker: RelPath,
    /// Where the workspace is, as people call it.
    pub root: String,
}

/// The names that the tree must have, as Molt's checker reads them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Required {
    /// Top-level names.
    pub top_level: BTreeSet<String>,
    /// Those that must be packages.
    pub packages: BTreeSet<String>,
    /// Names below them.
    pub submodules: BTreeSet<String>,
    /// Those that must be packages.
    pub subpackages: BTreeSet<String>,
}

/// Everything.
pub struct Inputs {
    /// Where it came from.
    pub sources: Sources,
    /// Whether there is a tree.
    pub has_root: bool,
    /// The tree's names.
    pub layout: Layout,
    /// What the tree must have.
    pub required: Required,
    /// Why the file that says so was not used.
    pub union_fault: Option<Fault>,
    /// Why it is not known what the tree must have: neither that file nor what is recorded can be used.
    pub required_unknown: Option<String>,
    /// The budget.
    pub ratchet: Result<Ratchet, Fault>,
    /// What is attested.
    pub attestation: Result<Attestation, Fault>,
    /// The intrinsics.
    pub manifest: Result<Manifest, Fault>,
    /// Every module with its state.
    pub audit: Arc<Audit>,
    /// What stands in the tree and cannot be named.
    pub unnameable: Vec<String>,
    /// Links in the tree that lead to no file, and folders without anything in them: what is behind them is not looked at.
    pub unfollowed: Vec<Unfollowed>,
    /// What is recorded of CPython.
    pub recorded: Recorded,
    /// The generated stub file.
    pub bindings_stub: Result<String, Fault>,
    /// The generated table.
    pub bindings_table: Result<String, Fault>,
    /// The functions that the runtime's sources define and that could be intrinsics; none without any source.
    pub runtime_functions: Result<Option<HashSet<String>>, FileError>,
    /// The core lane; none without a list.
    pub core_lane: Result<Option<Vec<LaneTest>>, Fault>,
    /// Whether there are tests beside the place of that list.
    pub has_lane_tests: bool,
    /// The audit document.
    pub document: Result<String, Fault>,
    /// The modules that the tree's own checker allows to do nothing but refuse; asked only where one does.
    pub allowed_policy_gates: Vec<String>,
    /// How the public names that are missing stand to the most that may be; none where the workspace sets no number, and where
    /// nobody looked.
    pub surface: Option<MissingNames>,
    /// The digests of the files that are there and of which nothing can be judged.
    pub unusable: BTreeMap<RelPath, Sha256>,
}

/// The public names that the tree lacks, beside the most that may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingNames {
    /// The most that may be missing.
    pub most: u64,
    /// Where that is set.
    pub settings: RelPath,
    /// How many each module lacks; why that is not known, where a release could not be looked at.
    pub by_module: Result<Vec<ModuleLack>, String>,
}

impl MissingNames {
    /// What helps where they could not be counted.
    pub fn repair(&self) -> &'static str {
        match self.by_module {
            Ok(_) => {
                "let the modules show what they bind: `molt-sync surface MODULE` lists the names that are unknown; or leave the gate out with --skip surface-kept"
            }
            Err(_) => {
                "have the release at hand with `molt-sync surface`, or leave the gate out with --skip surface-kept"
            }
        }
    }
}

/// The public names that one module lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleLack {
    /// The module.
    pub module: String,
    /// How many it does not bind.
    pub missing: u64,
    /// Of how many its text does not show whether it binds them.
    pub uncounted: u64,
}

/// What is read besides the tree.
struct Rest {
    required: Required,
    union_fault: Option<Fault>,
    manifest: Result<Manifest, Fault>,
    /// The generated stub file, the generated table, the audit document.
    texts: [Result<String, Fault>; 3],
    runtime_functions: Result<Option<HashSet<String>>, FileError>,
    core_lane: Result<Option<Vec<LaneTest>>, Fault>,
    has_lane_tests: bool,
    unnameable: Vec<String>,
    unfollowed: Vec<Unfollowed>,
    recorded: Recorded,
}

impl Rest {
    fn read(
        files: &dyn Files,
        sources: &Sources,
        union: &(dyn Fn() -> Union + Sync),
        meter: &ParseMeter,
    ) -> Result<Self, FileError> {
        let (required, union_fault) = Required::of_workspace(files, &sources.union, union);
        let core_lane = lane::read(files, &sources.core_lane, meter);
        let is_listed = matches!(core_lane, Ok(Some(_)));
        Ok(Self {
            required,
            has_lane_tests: is_listed || has_lane_tests(files, sources)?,
            union_fault,
            manifest: Manifest::read(files, &sources.manifest).map_err(Fault::from),
            texts: [
                present(files, &sources.bindings_stub),
                present(files, &sources.bindings_table),
                document(files, &sources.document),
            ],
            runtime_functions: runtime_functions::functions(files, &sources.runtime),
            core_lane,
            unnameable: files.unnameable(&sources.stdlib, ".py")?,
            unfollowed: files.unfollowed(&sources.stdlib, ".py")?,
            recorded: Recorded::read(files, &sources.baselines, &sources.union)?,
        })
    }
}

/// What is known besides the files.
pub struct Known<'a> {
    /// Molt's rules of which month.
    pub dialect: Dialect,
    /// What the tree must have where no file says so; asked only then.
    pub union: &'a (dyn Fn() -> Union + Sync),
    /// What stubs are recognised by.
    pub stubs: Option<&'a Templates>,
}

impl Inputs {
    /// Reads everything from `files`.
    ///
    /// # Errors
    /// When the tree cannot be listed, and when all Python in it and in the lane is too much.
    pub fn read(files: &dyn Files, mut sources: Sources, known: &Known<'_>) -> Result<Self, FileError> {
        let attestation = Attestation::read(files, &sources.attestation).map_err(Fault::from);
        let nothing = BTreeSet::new();
        let attested = attestation.as_ref().map_or(&nothing, |it| &it.modules);
        let rules = Rules { dialect: known.dialect, attested, stubs: known.stubs, is_early: false };
        sources.document = document_path(files, &sources.document)?;
        sources.core_lane = lane::list(files, sources.core_lane)?;
        if known.dialect.is_late() {
            sources.runtime = whole_runtime(&sources.runtime);
        }
        let meter = ParseMeter::default();
        // the tree is most of the work; whoever is done with the rest takes part in it
        let tree = || {
            let layout = Layout::read(files, &sources.stdlib)?;
            let audit = Audit::of_layout(files, &sources.stdlib, &layout, rules, &meter)?;
            Ok::<_, FileError>((layout, audit))
        };
        let (tree, rest) = rayon::join(tree, || Rest::read(files, &sources, known.union, &meter));
        let (layout, audit) = tree?;
        if let Some(why) = meter.excess() {
            return Err(too_much(&sources.core_lane, why));
        }
        let rest = rest?;
        let allowed_policy_gates =
            if audit.count(Status::PolicyGate) > 0 { allowed(files, &sources.checker)? } else { Vec::new() };
        let Rest { required, union_fault, manifest, texts, runtime_functions, core_lane, has_lane_tests, .. } = rest;
        let [bindings_stub, bindings_table, document] = texts;
        let mut res = Self {
            has_root: files.has_folder(&sources.stdlib)?,
            ratchet: ratchet(files, &sources.ratchet),
            union_fault,
            required_unknown: None,
            required,
            bindings_stub,
            bindings_table,
            runtime_functions,
            core_lane,
            has_lane_tests,
            unnameable: rest.unnameable,
            unfollowed: rest.unfollowed,
            recorded: rest.recorded,
            document,
            manifest,
            attestation,
            layout,
            audit: Arc::new(audit),
            allowed_policy_gates,
            surface: None,
            unusable: BTreeMap::new(),
            sources,
        };
        // one that cannot even be read is a finding already, and has no digest at the base either
        let digest = |path: &RelPath| Some((path.clone(), Sha256::of(&files.read(path).ok()??)));
        res.unusable = res.faults().into_iter().filter_map(|(path, _)| digest(path)).collect();
        Ok(res)
    }

    /// What the gates judge that look at nothing but the tree, the names that it must have, the budget and the core lane
    /// ([`super::needs_the_tree_alone`]), for a tree that is judged already. All else is said not to be read.
    ///
    /// # Errors
    /// When the tree cannot be listed, and when all Python in the lane is too much.
    pub fn of_tree(
        files: &dyn Files,
        mut sources: Sources,
        known: &Known<'_>,
        audit: Arc<Audit>,
    ) -> Result<Self, FileError> {
        if known.dialect.is_late() {
            sources.runtime = whole_runtime(&sources.runtime);
        }
        sources.core_lane = lane::list(files, sources.core_lane)?;
        let meter = ParseMeter::default();
        let core_lane = lane::read(files, &sources.core_lane, &meter);
        if let Some(why) = meter.excess() {
            return Err(too_much(&sources.core_lane, why));
        }
        let has_lane_tests = matches!(core_lane, Ok(Some(_))) || has_lane_tests(files, &sources)?;
        let (required, union_fault) = Required::of_workspace(files, &sources.union, known.union);
        let unread = |path: &RelPath| Fault { message: format!("{path} was not read"), molt: None, line: None };
        Ok(Self {
            has_root: files.has_folder(&sources.stdlib)?,
            ratchet: ratchet(files, &sources.ratchet),
            union_fault,
            required_unknown: None,
            required,
            bindings_stub: Err(unread(&sources.bindings_stub)),
            bindings_table: Err(unread(&sources.bindings_table)),
            runtime_functions: Ok(None),
            core_lane,
            has_lane_tests,
            unnameable: Vec::new(),
            unfollowed: Vec::new(),
            recorded: Recorded::default(),
            document: Err(unread(&sources.document)),
            manifest: Err(unread(&sources.manifest)),
            attestation: Attestation::read(files, &sources.attestation).map_err(Fault::from),
            layout: Layout::read(files, &sources.stdlib)?,
            audit,
            sources,
            allowed_policy_gates: Vec::new(),
            surface: None,
            unusable: BTreeMap::new(),
        })
    }

    /// The inputs that cannot be used, each with what is wrong.
    fn faults(&self) -> Vec<(&RelPath, &Fault)> {
        let sources = &self.sources;
        let all = [
            (&sources.ratchet, self.ratchet.as_ref().err()),
            (&sources.attestation, self.attestation.as_ref().err()),
            (&sources.manifest, self.manifest.as_ref().err()),
            (&sources.bindings_stub, self.bindings_stub.as_ref().err()),
            (&sources.bindings_table, self.bindings_table.as_ref().err()),
            (&sources.core_lane, self.core_lane.as_ref().err()),
            (&sources.document, self.document.as_ref().err()),
            (&sources.union, self.union_fault.as_ref()),
        ];
        all.into_iter().filter_map(|(path, fault)| Some((path, fault?))).collect()
    }

    /// The inputs of the gates that are there and cannot be used, each with what is wrong: what is judged by them is not
    /// judged. What is not there is no damage, and neither is what a gate finds wrong in what it could read.
    ///
    /// # Errors
    /// When one of them cannot be asked for.
    pub fn damages(&self, files: &dyn Files) -> Result<Vec<(RelPath, String)>, FileError> {
        let sources = &self.sources;
        let mut res = Vec::new();
        for (path, fault) in self.faults().into_iter().filter(|(path, _)| **path != sources.union) {
            let is_there = match files.read(path) {
                Err(error) if error.is_about_the_file() => true,
                other => other?.is_some(),
            };
            if is_there {
                res.push((path.clone(), fault.message.clone()));
            }
        }
        if let Some(why) = self.manifest.as_ref().ok().and_then(Manifest::damage) {
            let path = &sources.manifest;
            res.push((path.clone(), format!("cannot read {path}: {why}")));
        }
        if let Err(error) = &self.runtime_functions
            && error.path != sources.bindings_table
        {
            res.push((error.path.clone(), error.to_string()));
        }
        Ok(res)
    }

    /// Takes in what was written since: the budget and the audit document.
    pub fn reread(&mut self, files: &dyn Files) {
        self.ratchet = ratchet(files, &self.sources.ratchet);
        self.document = document(files, &self.sources.document);
    }
}

/// The modules that Molt's checker allows to do nothing but refuse. One that cannot be read allows none.
fn allowed(files: &dyn Files, checker: &RelPath) -> Result<Vec<String>, FileError> {
    let text = match files.text(checker) {
        Err(error) if error.is_about_the_file() => None,
        other => other?,
    };
    Ok(text.and_then(|it| python::name_set(&it, "ALLOWED_POLICY_GATE_MODULES")).unwrap_or_default())
}

/// Where the runtime's sources are in August: it has been parted into crates beside each other.
pub fn whole_runtime(sources: &RelPath) -> RelPath {
    sources.parent().and_then(|it| it.parent()).unwrap_or_else(|| sources.clone())
}

/// Whether there are tests beside the place of the core lane's list.
fn has_lane_tests(files: &dyn Files, sources: &Sources) -> Result<bool, FileError> {
    sources.core_lane.parent().map_or(Ok(false), |folder| Ok(!files.list(&folder, ".py")?.is_empty()))
}

/// The text of a file that has to be there.
fn present(files: &dyn Files, path: &RelPath) -> Result<String, Fault> {
    let fault = |message: String| Fault { message, molt: None, line: None };
    let text = files.text(path).map_err(|error| fault(error.to_string()))?;
    let text = text.ok_or_else(|| fault(format!("there is no {path}")))?;
    FileError::unless_merged(path, &text).map_err(|error| fault(error.to_string()))?;
    match limits::too_long(text.len(), limits::FACT_SOURCE) {
        Some(why) => Err(fault(format!("cannot read {path}: {why}"))),
        None => Ok(text),
    }
}

fn document(files: &dyn Files, path: &RelPath) -> Result<String, Fault> {
    let missing = || Fault {
        message: format!("there is no {path}"),
        molt: Some(format!("stdlib intrinsic audit doc missing: {path}")),
        line: None,
    };
    lenient(files, path)?.ok_or_else(missing)
}

impl Required {
    /// What the file at `path` says; what `union` says where it cannot be used, and why it cannot.
    pub fn of_workspace(files: &dyn Files, path: &RelPath, union: impl Fn() -> Union) -> (Self, Option<Fault>) {
        match Self::read(files, path) {
            Ok(required) => (required, None),
            Err(fault) => (Self::of(&union()), Some(fault)),
        }
    }

    /// Whether the tree must have a name.
    pub fn has(&self, name: &str) -> bool {
        self.top_level.contains(name) || self.submodules.contains(name)
    }

    fn read(files: &dyn Files, path: &RelPath) -> Result<Self, Fault> {
        let unusable = |message: String| Fault { message, molt: None, line: None };
        let missing = || Fault {
            message: format!("there is no {path}"),
            molt: Some(format!("stdlib module baseline missing: {path}")),
            line: None,
        };
        let text = files.text(path).map_err(|error| unusable(error.to_string()))?.ok_or_else(missing)?;
        let constants = python::data_constants(&text, python::DataFileForm::Facade).map_err(|error| {
            let why = FileError::unusable(path, &text, error.to_string());
            Fault { line: Some(error.line()), ..unusable(why.to_string()) }
        })?;
        if constants.contains_key(python::STEMS) {
            // the files that it loads could change it
            UnionFile::read(files, path).map_err(|error| unusable(error.to_string()))?;
        }
        let res = Self {
            top_level: tuple(&constants, path, "STDLIB_MODULE_UNION")?,
            packages: tuple(&constants, path, "STDLIB_PACKAGE_UNION")?,
            submodules: tuple(&constants, path, "STDLIB_PY_SUBMODULE_UNION")?,
            subpackages: tuple(&constants, path, "STDLIB_PY_SUBPACKAGE_UNION")?,
        };
        if res.top_level.is_empty() {
            let message = format!("cannot read {path}: its STDLIB_MODULE_UNION is empty");
            let molt = Some("stdlib module baseline is invalid: union is empty".into());
            return Err(Fault { message, molt, line: None });
        }
        Ok(res)
    }

    /// What a union requires.
    pub fn of(union: &Union) -> Self {
        let owned = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
        Self {
            top_level: owned(union.top_level()),
            packages: owned(union.packages()),
            submodules: owned(union.submodules()),
            subpackages: owned(union.subpackages()),
        }
    }
}

fn tuple(constants: &Constants, path: &RelPath, name: &str) -> Result<BTreeSet<String>, Fault> {
    let names = constants.get(name).and_then(|it| it.value.tuple_of_str()).ok_or_else(|| Fault {
        message: format!("cannot read {path}: it has no tuple {name} of plain literals"),
        molt: Some(format!("stdlib module baseline is invalid: {name} tuple missing")),
        line: None,
    })?;
    Ok(names.into_iter().map(str::to_owned).collect())
}

fn ratchet(files: &dyn Files, path: &RelPath) -> Result<Ratchet, Fault> {
    let fault = |message: String, molt: String| Fault { message, molt: Some(molt), line: None };
    let missing = || fault(format!("there is no {path}"), format!("intrinsic-partial ratchet file missing: {path}"));
    let found = Ratchet::read(files, path).map_err(|error| match &error {
        // text that is not UTF-8 is not JSON to Molt's checker
        RatchetError::File(_) => {
            fault(error.to_string(), format!("intrinsic-partial ratchet file is not valid JSON: {path}"))
        }
        RatchetError::Object(_) => {
            fault(error.to_string(), "intrinsic-partial ratchet file must be a JSON object".into())
        }
        RatchetError::Shape(_) => fault(
            error.to_string(),
            "intrinsic-partial ratchet file must define non-negative `max_intrinsic_partial`".into(),
        ),
    });
    found?.ok_or_else(missing)
}
