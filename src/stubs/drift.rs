//! Where the stubs of a tree are not those of its union: stubs that are missing, that stand for a name which the union does not
//! have, and that are not as they would be written now.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use super::{
    plan::{PlanError, Stub, StubPlan, plan, retire, with_parents},
    recognize::{Generator, generator, is_written_as, plain},
    render::Templates,
};
use crate::{
    base::{Files, RelPath},
    stdlib::{Layout, ROOT_MODULE, Union},
};

/// What has to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// What is missing and in the wrong shape, and with it, to be retired, what is surplus.
    pub plan: StubPlan,
    /// Stubs as they would be written now.
    pub stale: Vec<Stub>,
}

impl Drift {
    /// Whether nothing has to change.
    pub fn is_empty(&self) -> bool {
        let plan = &self.plan;
        plan.create.is_empty()
            && plan.moves.is_empty()
            && plan.conflicts.is_empty()
            && plan.retire.is_empty()
            && self.stale.is_empty()
    }
}

/// A list of series in a stub of Molt's, `3.12/3.13/3.14`.
static SERIES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b3\.\d{1,2}(?:/3\.\d{1,2})+\b").ok());

/// Compares the tree below `root` with a union.
///
/// # Errors
/// When a file cannot be read, or a template cannot be used.
pub fn drift(files: &dyn Files, root: &RelPath, union: &Union, templates: &Templates) -> Result<Drift, PlanError> {
    let mut res = Drift { plan: plan(files, root, union, union, templates)?, stale: Vec::new() };
    let layout = Layout::read(files, root)?;
    let required = with_parents(union.required());
    let others: BTreeSet<String> =
        layout.names.keys().filter(|it| *it != ROOT_MODULE && !required.contains(*it)).cloned().collect();
    // what is a person's is nobody's stub
    let mut others = retire(files, &layout, others.iter().rev(), templates)?.0;
    res.plan.retire.append(&mut others);
    let series = union.by_series.keys().map(ToString::to_string).collect::<Vec<_>>().join("/");
    for name in &required {
        let places = layout.places(name);
        let moved = res.plan.moves.iter().any(|it| it.to.name == *name);
        for (path, is_package) in [(places.module, false), (places.package, true)] {
            let Some(path) = path.filter(|_| !moved) else { continue };
            let Some(text) = files.read(&path)?.and_then(|it| String::from_utf8(it).ok()) else { continue };
            let now = match generator(&text, name, templates) {
                None => None,
                Some(Generator::MoltSync) => {
                    let wanted = templates.render(name, is_package)?;
                    (!is_written_as(&text, &wanted)).then_some(wanted)
                }
                Some(Generator::Molt) => with_series(&plain(&text), &series),
            };
            res.stale.extend(now.map(|text| Stub { name: name.clone(), path, text }));
        }
    }
    Ok(res)
}

/// The text with the supported series in its lists; none where it has them, or no list.
fn with_series(text: &str, series: &str) -> Option<String> {
    let lists = SERIES.as_ref()?;
    let is_other = series.contains('/') && lists.find_iter(text).any(|it| it.as_str() != series);
    is_other.then(|| lists.replace_all(text, series).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::Memory, stdlib::SeriesNames, stubs::StubStyle};

    fn drift_of(tree: &[(&str, String)], names: &[&str], packages: &[&str]) -> Drift {
        let set = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>();
        let tops = |it: &[&str]| it.iter().filter(|it| !it.contains('.')).map(|it| (*it).to_owned()).collect();
        let names = SeriesNames {
            modules: tops(names),
            packages: tops(packages),
            py_modules: set(names),
            py_packages: set(packages),
        };
        let union = Union { by_series: [("3.14".parse().unwrap(), names)].into() };
        let root = RelPath::new("std").unwrap();
        let files = tree.iter().map(|(path, text)| (root.join(path), text.clone().into_bytes())).collect();
        drift(&Memory(files), &root, &union, &Templates::new(None).unwrap()).unwrap()
    }

    #[test]
    fn missing_surplus_and_stale_stubs_are_told_apart() {
        let early = Templates::new(None).unwrap();
        let late = Templates::new(None).unwrap().in_form(StubStyle::LATE);
        let tree = [
            ("a.py", early.render("a", false).unwrap()),
            ("b.py", late.render("b", false).unwrap()),
            ("old.py", early.render("old", false).unwrap()),
            ("mine.py", "x = 1\n".to_owned()),
            ("p/__init__.py", early.render("p", true).unwrap()),
            ("p/gone.py", early.render("p.gone", false).unwrap()),
            ("q/__init__.py", early.render("q", true).unwrap()),
            ("q/data.txt", "mine".to_owned()),
            ("__init__.py", String::new()),
        ];
        let found = drift_of(&tree, &["a", "b", "c", "p"], &["p"]);
        let names = |it: &[(String, RelPath)]| it.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        assert_eq!(found.plan.create.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["c"]);
        assert_eq!(names(&found.plan.retire), ["p.gone", "old"]);
        assert_eq!(found.stale.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["std/b.py"]);
        assert_eq!(found.stale[0].text, early.render("b", false).unwrap());
        assert!(drift_of(&tree[..1], &["a"], &[]).is_empty());
    }

    #[test]
    fn a_list_of_series_follows_the_union() {
        assert_eq!(with_series("For 3.12/3.13.\n", "3.13/3.14").as_deref(), Some("For 3.13/3.14.\n"));
        assert_eq!(with_series("For 3.13/3.14, version 3.12.\n", "3.13/3.14"), None);
        assert_eq!(with_series("For 3.12/3.13.\n", "3.14"), None, "one series is no list");
    }
}
