//! Which sources are modules of a crate, and for which targets.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use syn::{Item, parse::Parser as _};

use super::{
    cfg::Condition,
    crates::{Crate, Crates},
    depth::shallow,
};
use crate::base::{FileError, Files, RelPath};

/// What the modules that files are ask for.
pub(super) struct RustModules<'f> {
    files: &'f dyn Files,
    folder: &'f RelPath,
    known: HashMap<RelPath, Option<Rc<Parent>>>,
    crates: Crates<'f>,
    /// Whether the sources are of crates, so that one that is of none is not compiled.
    has_crates: bool,
}

/// What a file says of the files that are its modules.
struct Parent {
    /// What each `mod name;` asks for.
    modules: HashMap<String, Condition>,
    /// The files that it names in strings.
    files: HashSet<String>,
    /// What the attributes at its beginning ask for.
    head: Condition,
}

/// How many folders are gone up.
const HIGHEST: usize = 8;

impl<'f> RustModules<'f> {
    pub(super) fn new(files: &'f dyn Files, folder: &'f RelPath) -> Result<Self, FileError> {
        let has_crates = files.list(folder, "Cargo.toml")?.into_iter().next().is_some();
        Ok(Self { files, folder, known: HashMap::new(), crates: Crates::new(files), has_crates })
    }

    /// The crate of a file.
    pub(super) fn package(&mut self, path: &RelPath) -> Result<Arc<Crate>, FileError> {
        self.crates.of(path)
    }

    /// What is asked for so that a file is a part of its crate.
    pub(super) fn of_path(&mut self, path: &RelPath) -> Result<Condition, FileError> {
        self.condition(path, 0)
    }

    /// Those under which a file is a module of its parent, and its parent of its own.
    fn condition(&mut self, path: &RelPath, depth: usize) -> Result<Condition, FileError> {
        let package = self.package(path)?;
        let stem = path.file_name().trim_end_matches(".rs");
        if depth == HIGHEST || package.is_root(path) {
            return Ok(Condition::default());
        }
        if !self.has_crates && matches!(stem, "lib" | "main") {
            return Ok(Condition::default());
        }
        let Some(mut folder) = path.parent() else { return Ok(Condition::default()) };
        let mut name = stem.to_owned();
        if stem == "mod" {
            folder.file_name().clone_into(&mut name);
            let Some(above) = folder.parent() else { return Ok(Condition::default()) };
            folder = above;
        }
        let mut parents = vec![folder.join("mod.rs"), folder.join("lib.rs"), folder.join("main.rs")];
        parents.extend(folder.parent().map(|it| it.join(&format!("{}.rs", folder.file_name()))));
        let mut is_named_by_none = false;
        for parent in parents.iter().filter(|it| *it != path && it.below(self.folder).is_some()) {
            let Some(text) = self.parent(parent)? else { continue };
            if let Some(own) = text.modules.get(&name) {
                return Ok(self.condition(parent, depth + 1)?.and(own.clone()).and(text.head.clone()));
            }
            // a path or an inclusion names the file and not the module
            if text.files.contains(path.file_name()) {
                return Ok(Condition::default());
            }
            is_named_by_none = true;
        }
        // where there are crates, what is of none or a module of none is not compiled
        let is_stray = is_named_by_none || self.has_crates;
        Ok(if is_stray { Condition::never("its file is not a module of a crate") } else { Condition::default() })
    }

    fn parent(&mut self, path: &RelPath) -> Result<Option<Rc<Parent>>, FileError> {
        if let Some(known) = self.known.get(path) {
            return Ok(known.clone());
        }
        let read = self.files.read(path)?.map(|it| Rc::new(Parent::new(&String::from_utf8_lossy(&it))));
        self.known.insert(path.clone(), read.clone());
        Ok(read)
    }
}

impl Parent {
    /// Reads a text once, however many files ask about it.
    fn new(text: &str) -> Self {
        let named = |(end, _): (usize, &str)| {
            let before = &text[..end];
            let start = before.rfind(['/', '\\', '"', '\n']).map_or(0, |it| it + 1);
            format!("{}.rs", &before[start..])
        };
        Self { modules: modules(text), files: text.match_indices(".rs\"").map(named).collect(), head: of_file(text) }
    }
}

/// What the attributes at the beginning of a file ask for.
pub(super) fn of_file(text: &str) -> Condition {
    let is_head = |line: &&str| {
        let line = line.trim();
        line.is_empty() || line.starts_with("//") || line.starts_with("#![")
    };
    let head: Vec<&str> = text.lines().take_while(is_head).filter(|it| it.trim().starts_with("#![cfg(")).collect();
    let head = head.join("\n");
    if head.is_empty() {
        return Condition::default();
    }
    let parsed = shallow(&head).and_then(|it| syn::Attribute::parse_inner.parse2(it).ok());
    parsed.map_or_else(Condition::default, |it| Condition::of(&it))
}

/// What the attributes of each `mod name;` ask for in a text; of the first, where there are several.
fn modules(text: &str) -> HashMap<String, Condition> {
    let lines: Vec<&str> = text.lines().collect();
    let mut res = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = declared(line) else { continue };
        if !res.contains_key(name) {
            res.insert(name.to_owned(), of_item(&lines, at));
        }
    }
    res
}

/// The name in a line `mod name;`.
fn declared(line: &str) -> Option<&str> {
    let (_, rest) = line.trim().rsplit_once("mod ").filter(|(it, _)| !it.starts_with("//"))?;
    rest.trim().strip_suffix(';').map(str::trim)
}

/// The most lines of attributes and comments before an item.
const BEFORE: usize = 200;

/// What the attributes of the item in a line ask for.
fn of_item(lines: &[&str], at: usize) -> Condition {
    let is_before = |line: &&&str| {
        let text = line.trim();
        // the item of a line is not before the next one
        (text.starts_with("#[") && declared(line).is_none()) || text.starts_with("//")
    };
    let count = lines[..at].iter().rev().take(BEFORE).take_while(is_before).count();
    let item = lines[at - count..=at].join("\n");
    match shallow(&item).and_then(|it| syn::parse2(it).ok()) {
        Some(Item::Mod(it)) => Condition::of(&it.attrs),
        _ => Condition::default(),
    }
}
