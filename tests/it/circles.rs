//! Circles inside a folder: two files of one folder, or two folders of one, that each need the other cannot be read apart.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// A module by its path from the crate's root.
type Module = Vec<String>;

/// The crate as text: each module with its code, and the names that it has from its own modules.
struct Crate {
    code: BTreeMap<Module, String>,
    /// `folder → name → the module of the folder that defines it`.
    reexports: BTreeMap<Module, BTreeMap<String, String>>,
}

impl Crate {
    fn read(src: &Path) -> Self {
        let mut res = Self { code: BTreeMap::new(), reexports: BTreeMap::new() };
        let mut folders = vec![(src.to_owned(), Module::new())];
        while let Some((folder, module)) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
                let named = || module.iter().cloned().chain([stem.clone()]).collect::<Module>();
                if stem == "tests" {
                    // unit tests may use what is built on what they test, wherever they lie
                } else if path.is_dir() {
                    folders.push((path.clone(), named()));
                } else if stem == "mod" {
                    res.code.insert(module.clone(), code(&path));
                } else if path.extension().is_some_and(|it| it == "rs") && !["lib", "main"].contains(&stem.as_str()) {
                    res.code.insert(named(), code(&path));
                }
            }
        }
        let exports = |(module, text): (&Module, &String)| {
            let mut names = BTreeMap::new();
            for tree in text.split("use ").skip(1).filter_map(|it| it.split_once(';')) {
                for path in paths(tree.0) {
                    let path: Vec<&str> = path.iter().map(String::as_str).filter(|it| *it != "self").collect();
                    if let [child, .., name] = path[..] {
                        names.insert(name.to_owned(), child.to_owned());
                    }
                }
            }
            (module.clone(), names)
        };
        res.reexports = res.code.iter().map(exports).collect();
        res
    }

    /// The child of `folder` that `path`, counted from the crate's root, leads into.
    fn child(&self, folder: &[String], path: &[String]) -> Option<String> {
        let [name, rest @ ..] = path.strip_prefix(folder)? else { return None };
        let handed_on = || self.reexports.get(folder)?.get(name);
        let is_module = |name: &String| {
            let module: Module = folder.iter().cloned().chain([name.clone()]).collect();
            self.code.contains_key(&module).then(|| name.clone())
        };
        // a function may be called as a module beside it is
        let function = if rest.is_empty() { handed_on().and_then(is_module) } else { None };
        function.or_else(|| is_module(name)).or_else(|| is_module(handed_on()?))
    }

    /// Which children of a folder use which others.
    fn arrows(&self, folder: &[String]) -> BTreeMap<String, BTreeSet<String>> {
        let mut res: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (module, text) in &self.code {
            let Some(from) = module.strip_prefix(folder).and_then(|it| it.first()) else { continue };
            for (start, path) in used(text) {
                let base = match start {
                    Start::Crate => Module::new(),
                    Start::Up(count) if count <= module.len() => module[..module.len() - count].to_vec(),
                    Start::Up(_) => continue,
                };
                let path: Module = base.into_iter().chain(path).collect();
                if let Some(to) = self.child(folder, &path).filter(|it| it != from) {
                    res.entry(from.clone()).or_default().insert(to);
                }
            }
        }
        res
    }
}

/// The code of a file without its unit tests and its comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().filter(|it| !it.trim_start().starts_with("//")).map(|it| format!("{it}\n")).collect()
}

enum Start {
    Crate,
    Up(usize),
}

/// Every path that begins with `crate::` or `super::`, of declarations and of code.
fn used(text: &str) -> Vec<(Start, Vec<String>)> {
    let mut res = Vec::new();
    let mut rest = text;
    while let Some(at) = [rest.find("crate::"), rest.find("super::")].into_iter().flatten().min() {
        let is_crate = rest[at..].starts_with("crate::");
        let is_word = rest[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_' || it == ':');
        rest = &rest[at + "crate::".len()..];
        let mut count = 1;
        while let Some(more) = rest.strip_prefix("super::") {
            (rest, count) = (more, count + 1);
        }
        if is_word {
            continue;
        }
        for path in paths(rest) {
            res.push((if is_crate { Start::Crate } else { Start::Up(count) }, path));
        }
    }
    res
}

/// The paths of a tree as `use` has it, `a::{b::c, d}`, up to where it ends.
fn paths(text: &str) -> Vec<Vec<String>> {
    let mut res = Vec::new();
    let mut stack: Vec<Vec<String>> = vec![Vec::new()];
    let (mut now, mut word): (Vec<String>, String) = (Vec::new(), String::new());
    let mut after_word = false;
    for it in text.chars() {
        match it {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' if !after_word || word.is_empty() => word.push(it),
            ':' => {
                if !word.is_empty() {
                    now.push(std::mem::take(&mut word));
                }
                after_word = false;
            }
            '{' if word.is_empty() && (!now.is_empty() || text.starts_with('{')) => stack.push(now.clone()),
            ',' | '}' if stack.len() > 1 => {
                if !word.is_empty() {
                    now.push(std::mem::take(&mut word));
                    res.push(now.clone());
                }
                after_word = false;
                if it == '}' {
                    stack.pop();
                    if stack.len() == 1 {
                        return res;
                    }
                }
                now.clone_from(stack.last().unwrap());
            }
            // `as` renames
            ' ' | '\n' if stack.len() > 1 => after_word = !word.is_empty(),
            _ if stack.len() > 1 => {}
            _ => break,
        }
    }
    if !word.is_empty() {
        now.push(word);
    }
    if !now.is_empty() {
        res.push(now);
    }
    res
}

fn reached<'a>(arrows: &'a BTreeMap<String, BTreeSet<String>>, from: &'a String) -> BTreeSet<&'a String> {
    let mut res = BTreeSet::new();
    let mut todo = vec![from];
    while let Some(it) = todo.pop() {
        todo.extend(arrows.get(it).into_iter().flatten().filter(|it| res.insert(*it)));
    }
    res
}

/// The sets of nodes that all lead to each other, with more than one node.
fn circles(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let all: BTreeMap<&String, BTreeSet<&String>> = arrows.keys().map(|it| (it, reached(arrows, it))).collect();
    let mut res: Vec<Vec<String>> = Vec::new();
    for (from, reached) in &all {
        let with: Vec<String> = reached
            .iter()
            .filter(|it| all.get(**it).is_some_and(|back| back.contains(from)))
            .map(|it| (*it).clone())
            .collect();
        if with.len() > 1 && !res.contains(&with) {
            res.push(with);
        }
    }
    res
}

#[test]
fn nothing_in_a_folder_goes_round() {
    let src = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let it = Crate::read(&src);
    let folders: BTreeSet<Module> = it.code.keys().filter_map(|it| Some(it.split_last()?.1.to_vec())).collect();
    let mut found: Vec<String> = Vec::new();
    for folder in folders {
        for circle in circles(&it.arrows(&folder)) {
            found.push(format!("{}: {}", folder.join("/"), circle.join(" ")));
        }
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_circle_is_seen_through_braces_and_names_that_are_handed_on() {
    let text = "use crate::{a::{b::C, d}, e::F as G};\nuse super::super::h::I;\nlet x = super::j::k(1);";
    let shown: Vec<String> = used(text)
        .into_iter()
        .map(|(start, path)| match start {
            Start::Crate => format!("crate {}", path.join(" ")),
            Start::Up(count) => format!("{count} {}", path.join(" ")),
        })
        .collect();
    assert_eq!(shown, ["crate a b C", "crate a d", "crate e F", "2 h I", "1 j k"]);
    let arrows = |all: &[(&str, &str)]| {
        let mut res: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in all {
            res.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        res
    };
    assert_eq!(circles(&arrows(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")])), [["a", "b", "c"]]);
    assert!(circles(&arrows(&[("a", "b"), ("a", "c"), ("b", "c")])).is_empty());
}
