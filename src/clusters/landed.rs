//! What was converted between two states of a tree: stubs that became work, intrinsics that came, statuses, markers and
//! attestations that changed, and the tests that came along.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::{
    audit::{Audit, Record, Status},
    base::RelPath,
};

/// One state of a tree.
pub struct RevisionState<'a> {
    /// Every module.
    pub audit: &'a Audit,
    /// The modules that are attested.
    pub attested: &'a BTreeSet<String>,
    /// The tests of each module by the index.
    pub indexed: &'a BTreeMap<String, Vec<String>>,
    /// The intrinsics of the manifest.
    pub manifest: &'a BTreeSet<String>,
    /// Every file of the differential tests.
    pub tests: &'a BTreeSet<RelPath>,
    /// The public names of CPython that each module binds; none where they are not known.
    pub names: Option<&'a BTreeMap<String, BTreeSet<String>>>,
}

/// A value before and afterwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RevisionChange<T> {
    /// Then.
    pub before: T,
    /// Now.
    pub after: T,
}

/// What became of one module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleChange {
    /// Its name.
    pub name: String,
    /// Its file, the older one where it is gone.
    pub path: RelPath,
    /// Whether it is there.
    pub there: RevisionChange<bool>,
    /// Its status; none where it is not there or cannot be read.
    pub status: RevisionChange<Option<Status>>,
    /// Whether it is nothing but a stub.
    pub stub: RevisionChange<bool>,
    /// Intrinsics that it loads and did not.
    pub gained: Vec<String>,
    /// Those that it loaded and does not.
    pub lost: Vec<String>,
    /// Public names of CPython that it binds and did not; none where they are not known.
    pub names_gained: Option<Vec<String>>,
    /// Those that it bound and does not.
    pub names_lost: Option<Vec<String>>,
    /// Whether it says that it is not finished.
    pub marker: RevisionChange<bool>,
    /// Whether it is attested.
    pub attested: RevisionChange<bool>,
    /// Tests that the index names for it and did not.
    pub tests: Vec<String>,
}

/// Everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Landed {
    /// The modules of which something of this changed, sorted.
    pub modules: Vec<ModuleChange>,
    /// Modules whose text changed and nothing else of it.
    pub otherwise: Vec<String>,
    /// Intrinsics that the manifest has and had not.
    pub manifest_gained: Vec<String>,
    /// Those that it had and has not.
    pub manifest_lost: Vec<String>,
    /// Files of tests that came.
    pub tests: Vec<RelPath>,
    /// How many modules are in each status, before and afterwards.
    pub counts: BTreeMap<Status, RevisionChange<usize>>,
}

impl<T: PartialEq> RevisionChange<T> {
    /// Whether it did.
    pub fn is_one(&self) -> bool {
        self.before != self.after
    }
}

impl ModuleChange {
    /// Whether a stub became work: a module that cannot be read is none.
    pub fn is_converted(&self) -> bool {
        self.stub.before && !self.stub.after && self.there.after && self.status.after.is_some()
    }

    /// Whether it is there afterwards and cannot be read, so that nothing else is known of it.
    pub fn is_unreadable(&self) -> bool {
        self.there.after && self.status.after.is_none()
    }

    fn new(name: &str, before: &RevisionState<'_>, after: &RevisionState<'_>) -> Option<Self> {
        let records = [before, after].map(|it| it.audit.get(name));
        let path = records[1].or(records[0]).map(|it| it.path.clone())?;
        let change = |of: &dyn Fn(&Record) -> bool| {
            let [before, after] = records.map(|it| it.is_some_and(of));
            RevisionChange { before, after }
        };
        // of a module that cannot be read nothing came and nothing went: what it says is not known
        let is_unknown = records.iter().flatten().any(|it| it.status.is_none());
        let known_change =
            |of: &dyn Fn(&Record) -> bool| if is_unknown { RevisionChange::default() } else { change(of) };
        let loads = records.map(|it| it.filter(|_| !is_unknown)).map(|it| {
            let loads = it.and_then(Record::said).map(|it| it.loads.as_slice()).unwrap_or_default();
            loads.iter().map(|(name, _)| name.to_string()).collect::<BTreeSet<_>>()
        });
        let [then, now] = records.map(|it| it.and_then(|it| it.status));
        let none = BTreeSet::new();
        let names = before.names.zip(after.names).filter(|_| !is_unknown);
        let names = names.map(|(then, now)| [then.get(name).unwrap_or(&none), now.get(name).unwrap_or(&none)]);
        let known: HashSet<&String> = before.indexed.get(name).into_iter().flatten().collect();
        let tests = after.indexed.get(name).map(Vec::as_slice).unwrap_or_default();
        Some(Self {
            name: name.to_owned(),
            path,
            there: change(&|_| true),
            status: RevisionChange { before: then, after: now },
            stub: known_change(&|it| it.is_stub),
            gained: loads[1].difference(&loads[0]).cloned().collect(),
            lost: loads[0].difference(&loads[1]).cloned().collect(),
            names_gained: names.map(|[then, now]| now.difference(then).cloned().collect()),
            names_lost: names.map(|[then, now]| then.difference(now).cloned().collect()),
            marker: known_change(&Record::has_marker),
            attested: RevisionChange { before: before.attested.contains(name), after: after.attested.contains(name) },
            tests: tests.iter().filter(|it| !known.contains(it)).cloned().collect(),
        })
    }

    fn is_empty(&self) -> bool {
        let is_same = !self.there.is_one() && !self.status.is_one() && !self.stub.is_one();
        let is_held = !self.marker.is_one() && !self.attested.is_one();
        let is_bound = [&self.names_gained, &self.names_lost].into_iter().flatten().all(Vec::is_empty);
        is_same && is_held && is_bound && self.gained.is_empty() && self.lost.is_empty() && self.tests.is_empty()
    }
}

/// What landed from one state to another. `is_other` says whether the text of a module differs.
pub fn landed(
    before: &RevisionState<'_>,
    after: &RevisionState<'_>,
    is_other: impl Fn(&Record, &Record) -> bool,
) -> Landed {
    let names = [before, after].into_iter().flat_map(|it| it.audit.by_name());
    let names: BTreeSet<&str> = names.map(|it| it.name.as_str()).collect();
    let mut res = Landed::default();
    for name in names {
        let Some(change) = ModuleChange::new(name, before, after) else { continue };
        if !change.is_empty() {
            res.modules.push(change);
        } else if let (Some(old), Some(new)) = (before.audit.get(name), after.audit.get(name))
            && is_other(old, new)
        {
            res.otherwise.push(name.to_owned());
        }
    }
    res.manifest_gained = after.manifest.difference(before.manifest).cloned().collect();
    res.manifest_lost = before.manifest.difference(after.manifest).cloned().collect();
    res.tests = after.tests.difference(before.tests).cloned().collect();
    for status in Status::of(after.audit.dialect) {
        let count = RevisionChange { before: before.audit.count(status), after: after.audit.count(status) };
        res.counts.insert(status, count);
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit::Rules,
        base::{Dialect, Memory},
    };

    fn audit(tree: &[(&str, &str)], attested: &BTreeSet<String>) -> Audit {
        let root = RelPath::new("s").unwrap();
        let files = tree.iter().map(|(path, text)| (root.join(path), text.as_bytes().to_vec())).collect();
        let rules = Rules { dialect: Dialect::February, attested, stubs: None, is_early: false };
        Audit::run(&Memory(files), &root, rules).unwrap()
    }

    #[test]
    fn what_changed_is_told_module_by_module() {
        let none = BTreeSet::new();
        let attested: BTreeSet<String> = ["b".to_owned()].into();
        let load = "require_intrinsic('molt_x')\n";
        let more = "require_intrinsic('molt_x')\nrequire_intrinsic('molt_y')\n# TODO(stdlib, status:partial)\n";
        let before = audit(&[("a.py", load), ("b.py", load), ("c.py", load), ("d.py", load), ("e.py", load)], &none);
        let after = audit(
            &[
                ("a.py", more),
                ("b.py", load),
                ("c.py", "require_intrinsic('molt_x') # c\n"),
                ("d.py", load),
                ("f.py", load),
            ],
            &attested,
        );
        let indexed = |tests: &[&str]| -> BTreeMap<String, Vec<String>> {
            [("d".to_owned(), tests.iter().map(|it| (*it).to_owned()).collect())].into()
        };
        let (old, new) = (indexed(&["t/x.py"]), indexed(&["t/x.py", "t/y.py"]));
        let manifests: [BTreeSet<String>; 2] = [["molt_x".to_owned()].into(), ["molt_y".to_owned()].into()];
        let tests = [BTreeSet::new(), BTreeSet::from([RelPath::new("t/y.py").unwrap()])];
        let bound = |names: &str| -> BTreeMap<String, BTreeSet<String>> {
            [("d".to_owned(), names.split(' ').map(str::to_owned).collect())].into()
        };
        let names = [bound("x"), bound("x y")];
        let state = |audit, attested, indexed, at: usize| RevisionState {
            audit,
            attested,
            indexed,
            manifest: &manifests[at],
            tests: &tests[at],
            names: Some(&names[at]),
        };
        let (then, now) = (state(&before, &none, &old, 0), state(&after, &attested, &new, 1));
        let found = landed(&then, &now, |old, new| old.name == "c" && new.name == "c");
        let names: Vec<&str> = found.modules.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "d", "e", "f"]);
        let of = |name: &str| found.modules.iter().find(|it| it.name == name).unwrap();
        assert_eq!(
            (of("a").gained.as_slice(), of("a").marker),
            (&["molt_y".to_owned()][..], RevisionChange { before: false, after: true })
        );
        assert_eq!(of("b").status, RevisionChange { before: Some(Status::Partial), after: Some(Status::Backed) });
        assert_eq!(of("d").tests, ["t/y.py"]);
        assert_eq!(of("d").names_gained.as_deref(), Some(&["y".to_owned()][..]));
        assert_eq!((of("e").there.after, of("f").there.before), (false, false));
        assert_eq!(found.otherwise, ["c"]);
        assert_eq!(
            (found.manifest_gained.as_slice(), found.manifest_lost.as_slice()),
            (&["molt_y".to_owned()][..], &["molt_x".to_owned()][..])
        );
        assert_eq!(found.tests.len(), 1);
        assert_eq!(found.counts[&Status::Backed], RevisionChange { before: 0, after: 1 });
        assert_eq!(landed(&now, &now, |_, _| false).modules, []);
    }
}
