//! What to create, to move into the shape of a package and to retire, so that the tree has the union's names.

use std::collections::BTreeSet;

use super::{recognize::generator, render::Templates, siblings::Siblings};
use crate::{
    base::{FileError, Files, RelPath, template::TemplateError},
    stdlib::{Layout, Union},
};

/// One new stub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stub {
    /// Module name.
    pub name: String,
    /// Its file.
    pub path: RelPath,
    /// Its text.
    pub text: String,
}

/// A stub file that becomes the `__init__.py` of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The stub that goes away.
    pub from: RelPath,
    /// The stub in its place.
    pub to: Stub,
}

/// A person's file that stands where something else is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Module name.
    pub name: String,
    /// The file.
    pub path: RelPath,
}

/// The plan; nothing of it overlaps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StubPlan {
    /// New stubs, parents before children.
    pub create: Vec<Stub>,
    /// Module stubs whose name is a package now.
    pub moves: Vec<Move>,
    /// Generated stubs whose name left the union.
    pub retire: Vec<(String, RelPath)>,
    /// Files of names that left the union and that are a person's, or hold one's files below them.
    pub kept: Vec<(String, RelPath)>,
    /// Files that a person has to move.
    pub conflicts: Vec<Conflict>,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A template cannot be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// Plans the stubs of the tree below `root` for `after`; names of `before` that `after` lacks are retired.
pub fn plan(
    files: &dyn Files,
    root: &RelPath,
    before: &Union,
    after: &Union,
    templates: &Templates,
) -> Result<StubPlan, PlanError> {
    let layout = Layout::read(files, root)?;
    let required = with_parents(after.required());
    let packages: BTreeSet<String> = parents(after.required())
        .chain(after.packages().into_iter().map(str::to_owned))
        .chain(after.subpackages().into_iter().map(str::to_owned))
        .collect();
    let mut plan = StubPlan::default();
    let is_complete = required.iter().all(|it| layout.places(it).exist());
    let has_moves = || packages.iter().any(|it| required.contains(it) && layout.places(it).package.is_none());
    let siblings = if templates.are_own() || (is_complete && !has_moves()) {
        Siblings::default()
    } else {
        Siblings::read(files, &layout, templates)?
    };
    for name in &required {
        let is_package = packages.contains(name);
        let places = layout.places(name);
        let stub = || {
            let text = match siblings.stub(name, is_package, templates) {
                Some(text) => text,
                None => templates.render(name, is_package)?,
            };
            Ok::<_, PlanError>(Stub { name: name.clone(), path: place(root, name, is_package), text })
        };
        match (places.module, places.package) {
            (None, None) => plan.create.push(stub()?),
            (Some(module), None) if is_package => {
                if is_generated(files, &module, name, templates)? {
                    plan.moves.push(Move { from: module, to: stub()? });
                } else {
                    plan.conflicts.push(Conflict { name: name.clone(), path: module });
                }
            }
            _ => {}
        }
    }
    let left = with_parents(before.required());
    let left = left.iter().rev().filter(|name| !required.contains(*name));
    (plan.retire, plan.kept) = retire(files, &layout, left, templates)?;
    Ok(plan)
}

/// Parts the files of names that are not wanted, children before parents, into those that are still generated stubs, so that
/// they may go, and those that stay: a package goes once everything below it goes.
pub(super) fn retire<'n>(
    files: &dyn Files,
    layout: &Layout,
    names: impl Iterator<Item = &'n String>,
    templates: &Templates,
) -> Result<(NamedFiles, NamedFiles), PlanError> {
    let mut gone: BTreeSet<RelPath> = BTreeSet::new();
    let (mut retire, mut kept) = (Vec::new(), Vec::new());
    for name in names {
        let places = layout.places(name);
        for path in [places.module, places.package].into_iter().flatten() {
            let is_empty =
                if path.file_name() == "__init__.py" { rest_of_package(files, &path)?.is_subset(&gone) } else { true };
            if is_empty && is_generated(files, &path, name, templates)? {
                gone.insert(path.clone());
                retire.push((name.clone(), path));
            } else {
                kept.push((name.clone(), path));
            }
        }
    }
    Ok((retire, kept))
}

/// Files with the names of their modules.
type NamedFiles = Vec<(String, RelPath)>;

/// `root/a/b.py` or `root/a/b/__init__.py`.
fn place(root: &RelPath, name: &str, is_package: bool) -> RelPath {
    root.join(&format!("{}{}", name.replace('.', "/"), if is_package { "/__init__.py" } else { ".py" }))
}

fn is_generated(files: &dyn Files, path: &RelPath, name: &str, templates: &Templates) -> Result<bool, PlanError> {
    let text = files.read(path)?.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(text.is_some_and(|text| generator(&text, name, templates).is_some()))
}

/// Every other file in a package's folder, whatever it is.
fn rest_of_package(files: &dyn Files, init: &RelPath) -> Result<BTreeSet<RelPath>, FileError> {
    let Some(dir) = init.parent() else { return Ok(BTreeSet::new()) };
    let mut res = files.list(&dir, "")?;
    res.remove(init);
    res.retain(|path| !path.as_str().contains("/__pycache__/"));
    Ok(res)
}

fn parents(names: BTreeSet<&str>) -> impl Iterator<Item = String> {
    names.into_iter().flat_map(|name| name.match_indices('.').map(|(at, _)| name[..at].to_owned()).collect::<Vec<_>>())
}

pub(super) fn with_parents(names: BTreeSet<&str>) -> BTreeSet<String> {
    parents(names.clone()).chain(names.into_iter().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::Memory, stdlib::SeriesNames};

    fn union(py: &[&str], packages: &[&str]) -> Union {
        let set = |it: Vec<&str>| it.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
        let tops = |it: &[&str]| set(it.iter().filter(|it| !it.contains('.')).copied().collect());
        let names = SeriesNames {
            modules: tops(py),
            packages: tops(packages),
            py_modules: set(py.to_vec()),
            py_packages: set(packages.to_vec()),
        };
        Union { by_series: [("3.14".parse().unwrap(), names)].into() }
    }

    fn run(tree: &[(&str, &str)], before: &Union, after: &Union) -> StubPlan {
        let templates = Templates::new(None).unwrap();
        let text = |name: &str, is_package| templates.render(name, is_package).unwrap();
        let files = tree.iter().map(|(path, text_or_stub)| {
            let content = match text_or_stub.strip_prefix("stub ") {
                Some(name) => text(name, path.ends_with("__init__.py")),
                None => (*text_or_stub).to_owned(),
            };
            (RelPath::new(format!("std/{path}")).unwrap(), content.into_bytes())
        });
        plan(&Memory(files.collect()), &RelPath::new("std").unwrap(), before, after, &templates).unwrap()
    }

    fn paths<'a>(it: impl IntoIterator<Item = &'a RelPath>) -> Vec<&'a str> {
        it.into_iter().map(RelPath::as_str).collect()
    }

    #[test]
    fn missing_names_come_with_their_package_chain() {
        let union = union(&["a", "p.q.r", "p"], &["p"]);
        let plan = run(&[("a.py", "x = 1\n")], &union, &union);
        assert_eq!(
            paths(plan.create.iter().map(|it| &it.path)),
            ["std/p/__init__.py", "std/p/q/__init__.py", "std/p/q/r.py"]
        );
        assert!(plan.create[1].text.contains("package `p.q`"));
    }

    #[test]
    fn a_stub_becomes_a_package_and_a_persons_file_is_a_conflict() {
        let union = union(&["a", "a.b", "m", "m.n"], &["a", "m"]);
        let plan = run(&[("a.py", "stub a"), ("m.py", "x = 1\n"), ("m/n.py", "x\n")], &union, &union);
        assert_eq!(paths(plan.moves.iter().map(|it| &it.from)), ["std/a.py"]);
        assert_eq!(paths(plan.moves.iter().map(|it| &it.to.path)), ["std/a/__init__.py"]);
        assert_eq!(paths(plan.conflicts.iter().map(|it| &it.path)), ["std/m.py"]);
    }

    #[test]
    fn only_generated_stubs_of_names_that_left_are_retired() {
        let before = union(&["a", "p", "p.q", "w", "k", "k.l"], &["p", "k"]);
        let tree = [
            ("a.py", "stub a"),
            ("p/__init__.py", "stub p"),
            ("p/q.py", "stub p.q"),
            ("w.py", "mine = 1\n"),
            ("k/__init__.py", "stub k"),
            ("k/l.py", "stub k.l"),
            ("k/data.txt", "mine"),
            ("other.py", "stub other"),
        ];
        let plan = run(&tree, &before, &union(&[], &[]));
        assert_eq!(
            paths(plan.retire.iter().map(|(_, path)| path)),
            ["std/p/q.py", "std/p/__init__.py", "std/k/l.py", "std/a.py"]
        );
        assert_eq!(paths(plan.kept.iter().map(|(_, path)| path)), ["std/w.py", "std/k/__init__.py"]);
    }
}
