//! Which module imports which when it is imported, as far as both are in the tree.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::OnceLock,
};

use rayon::prelude::*;

use super::{
    Audit, Record,
    reach::{Marks, Reach},
};
use crate::python::{Import, Span};

/// The modules with their edges, by Molt's rules: an import of a submodule that is not there counts for the top-level
/// module, and importing a submodule alone does not count for its parents.
#[derive(Debug)]
pub struct Graph<'a> {
    names: Vec<&'a str>,
    numbers: HashMap<&'a str, usize>,
    edges: Vec<Vec<usize>>,
    /// What each imports, directly or not, where that was asked for.
    reach: OnceLock<Reach>,
    /// Bytes of the longest name.
    longest: usize,
}

impl<'a> Graph<'a> {
    /// The graph of a tree.
    pub fn new(audit: &'a Audit) -> Self {
        let records: Vec<&Record> = audit.by_name().collect();
        let names: Vec<&str> = records.iter().map(|it| it.name.as_str()).collect();
        let numbers = names.iter().enumerate().map(|(number, name)| (*name, number)).collect();
        let longest = names.iter().map(|it| it.len()).max().unwrap_or_default();
        let mut res = Self { names, numbers, edges: Vec::new(), reach: OnceLock::new(), longest };
        res.edges = records.par_iter().map(|record| res.edges_of(record)).collect();
        res
    }

    fn edges_of(&self, record: &Record) -> Vec<usize> {
        let mut res = BTreeSet::new();
        let Some(summary) = record.said() else { return Vec::new() };
        let package = record.package();
        for (_, import) in &summary.imports {
            self.imported(&package, import, &mut res);
        }
        res.into_iter().collect()
    }

    /// What one import in a module of `package` means.
    fn imported(&self, package: &[&str], import: &Import, res: &mut BTreeSet<usize>) {
        match import {
            Import::Module(name) => res.extend(self.number(name)),
            Import::From { level, module, names } => {
                let Some(base) = base(package, *level as usize, module) else { return };
                res.extend(self.number(&base));
                // no module is called so, and what is not there counts for the first part
                if base.len() > self.longest {
                    return;
                }
                for name in names.iter().filter(|it| &***it != "*") {
                    res.extend(if base.is_empty() {
                        self.number(name)
                    } else {
                        self.number(&format!("{base}.{name}"))
                    });
                }
            }
        }
    }

    /// The statement by which a module imports `name` itself.
    pub fn statement(&self, record: &Record, name: &str) -> Option<Span> {
        let number = self.numbers.get(name)?;
        let package = record.package();
        let is_it = |import: &Import| {
            let mut found = BTreeSet::new();
            self.imported(&package, import, &mut found);
            found.contains(number)
        };
        record.said()?.imports.iter().find(|(_, import)| is_it(import)).map(|(span, _)| *span)
    }

    /// The shortest ways from `seeds` along the imports.
    pub fn ways<'s>(&self, seeds: impl IntoIterator<Item = &'s str>) -> Ways<'_, 'a> {
        let mut steps = vec![None; self.names.len()];
        let mut open: VecDeque<usize> = seeds.into_iter().filter_map(|it| self.numbers.get(it).copied()).collect();
        for seed in &open {
            steps[*seed] = Some(PathStep { before: *seed, start: *seed, length: 0 });
        }
        while let Some(number) = open.pop_front() {
            let Some(PathStep { start, length, .. }) = steps[number] else { continue };
            for next in &self.edges[number] {
                if steps[*next].is_none() {
                    steps[*next] = Some(PathStep { before: number, start, length: length + 1 });
                    open.push_back(*next);
                }
            }
        }
        Ways { graph: self, steps }
    }

    /// The same modules with each import turned: what is imported by whom.
    #[must_use]
    pub fn turned(&self) -> Self {
        let mut backward = vec![Vec::new(); self.names.len()];
        for (from, edges) in self.edges.iter().enumerate() {
            for to in edges {
                backward[*to].push(from);
            }
        }
        let (names, numbers) = (self.names.clone(), self.numbers.clone());
        Self { names, numbers, edges: backward, reach: OnceLock::new(), longest: self.longest }
    }

    /// For each of `from` that imports one of `goals`, directly or not: a nearest of them, what it imports on the way there,
    /// and how many modules lie between. It is itself only where its imports lead back to it and to no nearer one.
    pub fn nearest<'s>(
        &self,
        from: impl IntoIterator<Item = &'s str>,
        goals: impl IntoIterator<Item = &'s str>,
    ) -> Vec<Option<(&'a str, &'a str, usize)>> {
        let turned = self.turned();
        let ways = turned.ways(goals);
        let of = |name: &str| {
            let edges = &self.edges[*self.numbers.get(name)?];
            let steps = edges.iter().filter_map(|it| Some((ways.steps[*it]?.length, *it)));
            let (length, next) = steps.filter(|(_, it)| self.names[*it] != name).min()?;
            Some((self.names[ways.steps[next]?.start], self.names[next], length))
        };
        from.into_iter().map(of).collect()
    }

    /// What `name` itself imports.
    pub fn imports(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let edges = self.numbers.get(name).map_or(&[][..], |it| &self.edges[*it]);
        edges.iter().map(|it| self.names[*it])
    }

    /// How many modules and imports there are.
    pub fn size(&self) -> usize {
        self.names.len() + self.edges.iter().map(Vec::len).sum::<usize>()
    }

    /// The module that a dotted name means: itself, or else its first part.
    fn number(&self, name: &str) -> Option<usize> {
        let first = name.split('.').next().unwrap_or(name);
        self.numbers.get(name).or_else(|| self.numbers.get(first)).copied()
    }

    /// The module of the tree that a dotted name means.
    pub fn canonical(&self, name: &str) -> Option<&'a str> {
        self.number(name).map(|it| self.names[it])
    }

    /// What `seeds` import, directly or not, and those of them that are in the tree; sorted.
    pub fn closure<'s>(&self, seeds: impl IntoIterator<Item = &'s str>) -> BTreeSet<&'a str> {
        let mut seen = vec![false; self.names.len()];
        let mut open: Vec<usize> = seeds.into_iter().filter_map(|it| self.numbers.get(it).copied()).collect();
        let mut res = BTreeSet::new();
        while let Some(number) = open.pop() {
            if !std::mem::replace(&mut seen[number], true) {
                res.insert(self.names[number]);
                open.extend(&self.edges[number]);
            }
        }
        res
    }

    /// A set of modules; those that the tree does not have are in none.
    pub fn marked<'s>(&self, names: impl IntoIterator<Item = &'s str>) -> Marks {
        Marks::of(self.names.len(), names.into_iter().filter_map(|it| self.numbers.get(it).copied()))
    }

    /// What `name` imports, directly or not, and that is in `wanted`: the first `most` by their names, itself left out, and how many
    /// there are in all. The first question answers that of all modules, in a table with a bit for each two.
    pub fn imported_among(&self, name: &str, wanted: &Marks, most: usize) -> (Vec<&'a str>, usize) {
        let Some(start) = self.numbers.get(name).copied() else { return (Vec::new(), 0) };
        let reach = self.reach.get_or_init(|| Reach::new(&self.edges));
        let found = reach.from(start).shared(wanted, start);
        let mut first: Vec<&str> = found.each().take(most).map(|it| self.names[it]).collect();
        first.sort_unstable();
        (first, found.count())
    }

    /// How many modules import each, directly or not, itself left out.
    pub fn dependents(&self) -> Vec<(&'a str, usize)> {
        let reach = Reach::new(&self.turned().edges);
        self.names.iter().enumerate().map(|(number, name)| (*name, reach.from(number).count() - 1)).collect()
    }

    /// Every module from which one of `goals` can be reached, the goals included.
    pub fn reaching<'s>(&self, goals: impl IntoIterator<Item = &'s str>) -> BTreeSet<&'a str> {
        self.turned().closure(goals)
    }
}

/// What stands for modules of a way that are not named.
pub const ELIDED: &str = "…";

/// How modules are reached from others.
#[derive(Debug)]
pub struct Ways<'g, 'a> {
    graph: &'g Graph<'a>,
    /// How each module is reached that is.
    steps: Vec<Option<PathStep>>,
}

#[derive(Debug, Clone, Copy)]
struct PathStep {
    /// The module before it; where a way begins, itself.
    before: usize,
    /// Where the way begins.
    start: usize,
    /// How many imports it takes.
    length: usize,
}

impl<'a> Ways<'_, 'a> {
    /// The modules on the way to `name`, both ends included; none of them where it is not reached.
    pub fn to(&self, name: &str) -> Vec<&'a str> {
        let mut res = self.back(name, usize::MAX);
        res.reverse();
        res
    }

    /// The modules on the way to `name`, from there back to where it begins. Where they are more than `most`, [`ELIDED`] stands in the place
    /// of those before the last one.
    pub fn back(&self, name: &str, most: usize) -> Vec<&'a str> {
        let mut res = Vec::new();
        let mut next = self.graph.numbers.get(name).copied().filter(|it| self.steps[*it].is_some());
        while let Some(number) = next {
            res.push(self.graph.names[number]);
            let step = self.steps[number];
            if res.len() + 1 == most
                && let Some(PathStep { start, .. }) = step.filter(|it| it.length > 1)
            {
                res.extend([ELIDED, self.graph.names[start]]);
                break;
            }
            next = step.map(|it| it.before).filter(|it| *it != number);
        }
        res
    }

    /// Every import on the ways to `goals`, once.
    pub fn imports_to<'s>(&self, goals: impl IntoIterator<Item = &'s str>) -> BTreeSet<(&'a str, &'a str)> {
        let mut is_done = vec![false; self.steps.len()];
        let mut res = BTreeSet::new();
        for goal in goals.into_iter().filter_map(|it| self.graph.numbers.get(it).copied()) {
            let mut number = goal;
            while let Some(step) = self.steps[number].filter(|it| it.before != number) {
                if std::mem::replace(&mut is_done[number], true) {
                    break;
                }
                res.insert((self.graph.names[step.before], self.graph.names[number]));
                number = step.before;
            }
        }
        res
    }

    /// Where the way to `name` begins; none where it is not reached.
    pub fn start(&self, name: &str) -> Option<&'a str> {
        let number = self.graph.numbers.get(name)?;
        self.steps[*number].map(|it| self.graph.names[it.start])
    }

    /// How many modules lie on the way to `name`, and the last of them, at most `most`.
    pub fn between(&self, name: &str, most: usize) -> (usize, Vec<&'a str>) {
        let Some(number) = self.graph.numbers.get(name) else { return (0, Vec::new()) };
        let count = self.steps[*number].map_or(0, |it| it.length.saturating_sub(1));
        let mut res = Vec::new();
        let mut at = *number;
        while let Some(step) = self.steps[at].filter(|_| res.len() < count.min(most)) {
            at = step.before;
            res.push(self.graph.names[at]);
        }
        res.reverse();
        (count, res)
    }
}

/// The full name of the module part of a `from`; none where there are too many dots. Empty for the root of the tree,
/// which is not a module but has some.
fn base(package: &[&str], level: usize, module: &str) -> Option<String> {
    if level == 0 {
        return Some(module.to_owned());
    }
    let anchor = package.get(..(package.len() + 1).checked_sub(level)?)?;
    let parts: Vec<&str> = anchor.iter().copied().chain(Some(module).filter(|it| !it.is_empty())).collect();
    Some(parts.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit::Rules,
        base::{Dialect, Memory, RelPath},
    };

    const TREE: [&str; 7] =
        ["__init__.py", "a.py", "b.py", "xml/__init__.py", "xml/dom/__init__.py", "xml/dom/x.py", "xml/y.py"];

    /// What importing `file`, which holds `text`, imports of [`TREE`].
    fn edges(file: &str, text: &str) -> String {
        let root = RelPath::new("s").unwrap();
        let mut files: std::collections::BTreeMap<_, _> = TREE.iter().map(|it| (root.join(it), Vec::new())).collect();
        files.insert(root.join(file), text.as_bytes().to_vec());
        let none = BTreeSet::new();
        let rules = Rules { dialect: Dialect::February, attested: &none, stubs: None, is_early: false };
        let audit = Audit::run(&Memory(files), &root, rules).unwrap();
        let graph = Graph::new(&audit);
        let record = audit.records.iter().find(|it| it.path == root.join(file)).unwrap();
        let numbers = graph.edges_of(record);
        numbers.into_iter().map(|it| graph.names[it]).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_are_resolved_as_the_checker_does() {
        for (text, expected) in [
            ("import xml.dom.nosuch", "xml"),
            ("import xml.dom.x", "xml.dom.x"),
            ("import nosuch, nosuch.a, molt, molt.stdlib", "molt.stdlib"),
            ("from xml.dom import Node", "xml xml.dom"),
            ("from xml.dom import x", "xml.dom xml.dom.x"),
            ("from xml import *", "xml"),
            ("from nosuch import a", ""),
            ("from . import b", "b"),
            ("from .xml import dom", "xml xml.dom"),
            ("from .. import b", ""),
        ] {
            assert_eq!(edges("a.py", text), expected, "{text}");
        }
        for (text, expected) in [
            ("from . import y", "xml xml.dom"),
            ("from .x import z", "xml xml.dom.x"),
            ("from .. import y", "xml xml.y"),
            ("from ... import b", "b"),
            ("from .... import b", ""),
        ] {
            assert_eq!(edges("xml/dom/__init__.py", text), expected, "{text}");
        }
        assert_eq!(edges("xml/y.py", "from .. import b\nfrom . import dom\n"), "b xml xml.dom");
        assert_eq!(edges("__init__.py", "from . import a\nfrom .b import c\n"), "a b");
    }

    #[test]
    fn a_way_tells_where_it_begins_and_what_lies_between() {
        let root = RelPath::new("s").unwrap();
        let chain = (0..30).map(|it| (root.join(&format!("m{it}.py")), format!("import m{}\n", it + 1).into_bytes()));
        let none = BTreeSet::new();
        let rules = Rules { dialect: Dialect::February, attested: &none, stubs: None, is_early: false };
        let audit = Audit::run(&Memory(chain.collect()), &root, rules).unwrap();
        let graph = Graph::new(&audit);
        let ways = graph.ways(["m0"]);
        assert_eq!((ways.start("m9"), ways.start("m0"), ways.start("x")), (Some("m0"), Some("m0"), None));
        assert_eq!(ways.between("m3", 8), (2, vec!["m1", "m2"]));
        assert_eq!(ways.between("m29", 2), (28, vec!["m27", "m28"]));
        assert_eq!((ways.between("m0", 2).0, ways.between("m1", 2).0), (0, 0));
        assert_eq!(graph.size(), 59);
        let found = graph.nearest(["m2", "m20", "m25"], ["m5", "m20"]);
        assert_eq!(found, [Some(("m5", "m3", 2)), None, None]);
    }

    #[test]
    fn what_is_imported_is_counted_and_named_as_far_as_that_is_wanted() {
        let root = RelPath::new("s").unwrap();
        let files = (0..9).map(|it| (root.join(&format!("m{it}.py")), format!("import m{}\n", it + 1).into_bytes()));
        let none = BTreeSet::new();
        let rules = Rules { dialect: Dialect::February, attested: &none, stubs: None, is_early: false };
        let audit = Audit::run(&Memory(files.collect()), &root, rules).unwrap();
        let graph = Graph::new(&audit);
        let wanted = graph.marked(["m0", "m2", "m4", "m6", "m12"]);
        assert_eq!(graph.imported_among("m0", &wanted, 2), (vec!["m2", "m4"], 3));
        assert_eq!(graph.imported_among("m5", &wanted, 2), (vec!["m6"], 1));
        assert_eq!(graph.dependents()[..3], [("m0", 0), ("m1", 1), ("m2", 2)]);
        let imports = graph.ways(["m1"]).imports_to(["m3", "m2", "m0", "m1"]);
        assert_eq!(imports, [("m1", "m2"), ("m2", "m3")].into());
    }
}
