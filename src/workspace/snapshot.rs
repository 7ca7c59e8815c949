//! All that a plan needs of a workspace, read once and checked before anything is planned.

use std::collections::BTreeMap;

use super::{
    damage::{Damage, Input, Reading},
    records::{attestation, baselines, dialect, last_refresh, lock, parsed, paths_by_role, ratchet, union_file},
    sources::{Unknown, unknown},
    templates::{doc_templates, stub_templates},
};
use crate::{
    audit::{Attestation, Audit, Ratchet, Rules},
    base::{Dialect, Files, Series, Version},
    config::{Config, Paths},
    docs::{DocFacts, DocTemplates, LastRefresh},
    release::Lock,
    stdlib::{Baseline, Layout, Union, UnionFile, bundled},
    stubs::{StubStyle, Templates},
};

/// What a workspace holds besides its modules, all of it whole.
pub struct Snapshot {
    /// The settings that it was read by.
    pub config: Config,
    /// Where its files are.
    pub paths: Paths,
    /// The union file; none where there is none.
    pub union_file: Option<UnionFile>,
    /// The union that the workspace works with so far.
    pub union: Union,
    /// The recorded or imported facts of each supported series.
    pub baselines: BTreeMap<Series, Baseline>,
    /// What was verified.
    pub lock: Lock,
    /// What the last refresh of all series changed.
    pub last: Option<LastRefresh>,
    /// The budget; none where there is no file.
    pub ratchet: Option<Ratchet>,
    /// What is attested.
    pub attestation: Attestation,
    /// By the rules of which month modules are judged.
    pub dialect: Dialect,
    /// The template of stubs.
    pub stubs: Templates,
    /// Those of documents.
    pub documents: DocTemplates,
    /// Sources that do not say what they should.
    pub unknown: Vec<Unknown>,
    /// Whether nothing was ever recorded here.
    pub is_fresh: bool,
    /// Things that a reader of the report should know.
    pub notes: Vec<String>,
    /// Releases of series that are recorded and that the union does not have.
    pub aside: Vec<Version>,
    /// Whether a module is not there that the union requires.
    pub lacks: bool,
}

/// The series that count, and what is to be said of the others.
#[derive(Default)]
struct Kept {
    baselines: BTreeMap<Series, Baseline>,
    aside: Vec<Version>,
    notes: Vec<String>,
}

impl Snapshot {
    /// Reads it of `files`, with the templates of `own`.
    pub fn read((files, own): (&dyn Files, &dyn Files), config: &Config) -> Reading<Self> {
        let paths = config.paths.clone();
        let union_file = union_file(files, &paths)?;
        let recorded = baselines(files, &paths)?;
        let is_fresh = union_file.is_none() && recorded.is_empty() && files.read(&paths.checker)?.is_none();
        let Kept { baselines, aside, notes } = kept(union_file.as_ref(), recorded, &paths)?;
        let union = match &union_file {
            Some(file) => file.union.clone(),
            None => Union::new(baselines.values(), &Union::default(), &[]),
        };
        let layout = Layout::read(files, &paths.stdlib)?;
        let lacks = union.required().into_iter().any(|it| !layout.places(it).exist());
        let lock = lock(files, &paths)?;
        let dialect = dialect(files, config)?;
        Ok(Self {
            last: last_refresh(&lock, &paths)?,
            stubs: stub_templates(own, &paths)?.in_form(StubStyle::of(dialect)),
            documents: doc_templates(own, &paths)?,
            ratchet: ratchet(files, &paths)?,
            attestation: attestation(files, &paths)?,
            unknown: unknown(files, config, union_file.is_some())?,
            lacks,
            config: config.clone(),
            dialect,
            is_fresh,
            paths,
            union_file,
            union,
            baselines,
            lock,
            notes,
            aside,
        })
    }

    /// The same where the lock says `text`.
    pub fn with_lock(self, text: &str) -> Reading<Self> {
        let lock = parsed(&self.paths, text)?;
        let last = last_refresh(&lock, &self.paths)?;
        Ok(Self { lock, last, ..self })
    }

    /// What the tree is judged by.
    pub fn rules(&self) -> Rules<'_> {
        Rules {
            dialect: self.dialect,
            attested: &self.attestation.modules,
            stubs: Some(&self.stubs),
            is_early: self.attestation.is_unread,
        }
    }

    /// The facts that documents may state.
    pub fn doc_facts(&self, union: &Union, audit: &Audit, budget: Option<u64>) -> DocFacts {
        let baselines: Vec<&Baseline> = self.baselines.values().collect();
        DocFacts::new(&baselines, union, audit, budget, self.last.clone()).with_paths(paths_by_role(&self.paths))
    }
}

/// The series of the union file, where there is one; else all that are recorded, else the bundled ones.
fn kept(union_file: Option<&UnionFile>, mut recorded: BTreeMap<Series, Baseline>, paths: &Paths) -> Reading<Kept> {
    let Some(file) = union_file else {
        if !recorded.is_empty() {
            return Ok(Kept { baselines: recorded, ..Kept::default() });
        }
        let note = "the workspace has neither baselines nor a union file, so the bundled baselines count";
        let baselines = bundled().into_iter().map(|it| (it.series, it)).collect();
        return Ok(Kept { baselines, notes: vec![note.to_owned()], ..Kept::default() });
    };
    let mut res = Kept::default();
    for (series, names) in &file.union.by_series {
        let baseline = match recorded.remove(series) {
            Some(known) => known,
            None => names.import(*series, &paths.union).map_err(|error| Damage::of(Input::Union, &error))?,
        };
        res.baselines.insert(*series, baseline);
    }
    res.aside.extend(recorded.values().filter_map(|it| it.facts.release));
    let left = |series| format!("{}/{series}.json is left alone: the union does not have that series", paths.baselines);
    res.notes.extend(recorded.keys().map(left));
    Ok(res)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{Memory, RelPath},
        workspace::DamageKind,
    };

    fn path(text: &str) -> RelPath {
        RelPath::new(text).unwrap()
    }

    fn with(files: &[(&str, &str)]) -> Memory {
        Memory(files.iter().map(|(it, text)| (path(it), text.as_bytes().to_vec())).collect())
    }

    fn read(files: &Memory) -> Reading<Snapshot> {
        Snapshot::read((files, files), &Config::default())
    }

    #[test]
    fn a_workspace_without_records_has_the_bundled_ones_and_one_with_a_union_the_series_of_that() {
        let fresh = read(&Memory::default()).unwrap();
        assert!(fresh.is_fresh && fresh.lacks && fresh.baselines.len() == bundled().len(), "{:?}", fresh.notes);
        let all = bundled();
        let (first, last) = (&all[0], &all[all.len() - 1]);
        let union = UnionFile::fresh(&Union::new([first], &Union::default(), &[]));
        let place = |it: &Baseline| format!("baselines/{}.json", it.series);
        let files = with(&[
            ("tools/stdlib_module_union.py", &union),
            (&place(first), &first.render()),
            (&place(last), &last.render()),
        ]);
        let found = read(&files).unwrap();
        assert!(!found.is_fresh && found.baselines.keys().eq([&first.series]), "{:?}", found.baselines.keys());
        assert_eq!(found.aside, [last.facts.release.unwrap()]);
        assert!(found.notes[0].starts_with(&place(last)) && found.notes.len() == 1, "{:?}", found.notes);
    }

    #[test]
    fn each_input_that_is_damaged_is_named_and_so_is_each_that_a_merge_has_left_open() {
        for it in [
            "tools/stdlib_module_union.py",
            "baselines/3.13.json",
            "baselines/releases.lock.toml",
            "tools/stdlib_intrinsics_ratchet.json",
            "tools/stdlib_full_coverage_manifest.py",
            "tools/molt-sync/stubs/stub.py.j2",
            "tools/molt-sync/docs-templates/stdlib-status.md.j2",
        ] {
            for (text, kind) in [
                ("{{{ %&(", DamageKind::Unusable),
                ("<<<<<<< a\nx = 1\n=======\nx = 2\n>>>>>>> b\n", DamageKind::Conflict),
            ] {
                let damage = read(&with(&[(it, text)])).err().unwrap_or_else(|| panic!("{it}: {text}"));
                assert_eq!((damage.name.as_str(), damage.kind), (it, kind), "{damage}");
                assert!(!damage.repair.is_empty() && damage.to_string().starts_with(&format!("cannot read {it}: ")));
            }
        }
    }
}
