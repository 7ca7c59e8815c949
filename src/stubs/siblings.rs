//! New stubs in the words of those that the tree's own generators wrote: those words are read off the tree, so that they are its
//! own whatever they are. A tree without any gets what the template gives.

use std::collections::BTreeMap;

use super::{
    recognize::{Generator, generator, plain},
    render::Templates,
};
use crate::{
    base::{FileError, Files},
    stdlib::Layout,
};

/// Stubs of one kind that are looked at: the form that most of them have counts.
const MOST: usize = 64;
/// A stub is not longer, in bytes.
const LONGEST: usize = 4096;
/// What stands for a module's name in a form.
const NAME: char = '\0';
/// The progress markers that generators write, the earlier one first.
const MARKERS: [&str; 2] = ["# TODO(", "# STDLIB_GAP("];

/// What generators write differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SiblingDifference {
    TopLevel,
    Module,
    Package,
}

impl SiblingDifference {
    fn of(name: &str, is_package: bool) -> Self {
        match (name.contains('.'), is_package) {
            (false, _) => Self::TopLevel,
            (true, false) => Self::Module,
            (true, true) => Self::Package,
        }
    }
}

/// The form of each kind of stub that the tree has.
#[derive(Debug, Default)]
pub(super) struct Siblings(BTreeMap<SiblingDifference, String>);

impl Siblings {
    /// Reads them off the tree.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn read(files: &dyn Files, layout: &Layout, templates: &Templates) -> Result<Self, FileError> {
        let is_molts = |text: &str, name: &str| generator(text, name, templates) == Some(Generator::Molt);
        Self::of(files, layout, is_molts)
    }

    fn of(files: &dyn Files, layout: &Layout, is_molts: impl Fn(&str, &str) -> bool) -> Result<Self, FileError> {
        let mut seen: BTreeMap<SiblingDifference, BTreeMap<String, usize>> = BTreeMap::new();
        for (name, places) in &layout.names {
            let (Some(path), is_package) =
                (places.package.as_ref().or(places.module.as_ref()), places.package.is_some())
            else {
                continue;
            };
            let class = SiblingDifference::of(name, is_package);
            if seen.get(&class).is_some_and(|it| it.values().sum::<usize>() >= MOST) {
                continue;
            }
            let Some(text) = files.read(path)?.and_then(|it| String::from_utf8(it).ok()) else { continue };
            let text = plain(&text);
            if text.len() > LONGEST || text.contains(NAME) || !is_molts(&text, name) {
                continue;
            }
            *seen.entry(class).or_default().entry(form(&text, name)).or_default() += 1;
        }
        let most = |forms: BTreeMap<String, usize>| forms.into_iter().max_by_key(|it| it.1).map(|it| it.0);
        Ok(Self(seen.into_iter().filter_map(|(class, forms)| Some((class, most(forms)?))).collect()))
    }

    /// The stub for `name` in the form of its kind; none where the tree has none of that, or where a generator would not know
    /// it again.
    pub(super) fn stub(&self, name: &str, is_package: bool, templates: &Templates) -> Option<String> {
        let text = self.filled(name, is_package, templates.says_gap())?;
        (generator(&text, name, templates) == Some(Generator::Molt)).then_some(text)
    }

    /// The words follow the tree's files, and the marker its generators, which have another one since.
    fn filled(&self, name: &str, is_package: bool, says_gap: bool) -> Option<String> {
        let text = self.0.get(&SiblingDifference::of(name, is_package))?.replace(NAME, name);
        let [early, late] = MARKERS;
        Some(if says_gap { text.replacen(early, late, 1) } else { text.replacen(late, early, 1) })
    }
}

/// The text with what stands for the name where the name stands in quotes.
fn form(text: &str, name: &str) -> String {
    let mut res = text.to_owned();
    for (open, close) in [("`", "`"), ("\\\"", "\\\""), ("\"", "\""), ("'", "'")] {
        res = res.replace(&format!("{open}{name}{close}"), &format!("{open}{NAME}{close}"));
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Memory, RelPath};

    #[test]
    fn the_form_that_most_have_counts_for_each_kind() {
        let stub = |name: &str, words: &str| format!("# TODO(x): a gap in `{name}`\nsay('{words} \"{name}\"')\n");
        let root = RelPath::new("std").unwrap();
        let tree = [
            ("a.py", stub("a", "old")),
            ("b.py", stub("b", "new")),
            ("c/__init__.py", stub("c", "new")),
            ("c/d.py", stub("c.d", "a module")),
            ("e.py", "say('mine')\n".to_owned()),
        ];
        let files = Memory(tree.iter().map(|(path, text)| (root.join(path), text.clone().into_bytes())).collect());
        let layout = Layout::read(&files, &root).unwrap();
        let siblings = Siblings::of(&files, &layout, |text, name| text.contains(&format!("`{name}`"))).unwrap();
        assert_eq!(siblings.filled("x", true, false).unwrap(), stub("x", "new"));
        assert_eq!(siblings.filled("x.y", false, false).unwrap(), stub("x.y", "a module"));
        let late = siblings.filled("x.y", false, true).unwrap();
        assert!(late.starts_with("# STDLIB_GAP(x): a gap in `x.y`\n"), "{late}");
        assert_eq!(siblings.filled("x.y", true, false), None, "the tree has none below a package");
    }
}
