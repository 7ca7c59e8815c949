//! What C code says about the names of the modules that it makes: every file is read by itself, and then types, tables and
//! documentation are put together, wherever they stand.

mod calls;
mod file;
mod lex;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use self::file::{Entry, NativeFile};
use super::name::{Kind, Name};
use crate::python::{Signature, text_signature};

/// Modules whose C files do not say their name in a definition of a module.
const UNNAMED: &[(&str, &str)] = &[("Objects/exceptions.c", "builtins")];

/// The C files that are read, one at a time.
#[derive(Debug, Default)]
pub(super) struct Native {
    files: Vec<NativeFile>,
}

/// One file, read.
pub(super) struct Part(NativeFile);

/// Reads one file.
pub(super) fn read(path: &str, text: &str) -> Part {
    Part(file::read(path, text))
}

/// All names of a module in C, dotted below classes.
pub(super) type Names = BTreeMap<String, Name>;

impl Native {
    pub(super) fn add(&mut self, part: Part) {
        self.files.push(part.0);
    }

    /// Modules to which C code gives names that are not written anywhere.
    pub(super) fn computed(&self) -> BTreeSet<String> {
        let all = self.files.iter().filter(|it| it.computes || (it.adds_constants && it.constants.is_empty()));
        all.flat_map(|it| it.initialized.clone()).collect()
    }

    /// The names of each module.
    pub(super) fn modules(mut self) -> BTreeMap<String, Names> {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        let whole = Whole::new(&self.files);
        let mut res: BTreeMap<String, Names> = BTreeMap::new();
        for file in &self.files {
            let definitions = file.objects.values().filter(|(of, _)| of == "PyModuleDef").map(|(_, it)| it);
            let mut named: Vec<(&str, Option<&Entry>)> =
                match (definitions.collect::<Vec<_>>().as_slice(), file.initialized.as_slice()) {
                    // the name of the function that starts it is the one that an import looks for
                    ([one], [name]) => vec![(name, Some(*one))],
                    (all, _) => all.iter().filter_map(|it| Some((it.name.as_deref()?, Some(*it)))).collect(),
                };
            named.extend(UNNAMED.iter().filter(|(path, _)| *path == file.path).map(|(_, it)| (*it, None)));
            // what a file with two modules adds cannot be told apart
            let is_one = named.len() == 1;
            for (name, definition) in named {
                let names = res.entry(name.to_owned()).or_default();
                for word in definition.iter().flat_map(|it| &it.words) {
                    whole.functions(file, word, names);
                }
                if is_one {
                    whole.added(file, names);
                }
            }
        }
        res
    }
}

/// Everything by its variable: in the file itself, in the header that was generated for it, and anywhere.
struct Whole<'a> {
    by_path: HashMap<&'a str, &'a NativeFile>,
    docs: HashMap<&'a str, &'a str>,
    tables: HashMap<&'a str, &'a NativeFile>,
    macros: HashMap<&'a str, (&'a NativeFile, &'a Entry)>,
    types: HashMap<&'a str, (&'a NativeFile, &'a Entry)>,
}

impl<'a> Whole<'a> {
    fn new(files: &'a [NativeFile]) -> Self {
        let mut res = Self {
            by_path: HashMap::new(),
            docs: HashMap::new(),
            tables: HashMap::new(),
            macros: HashMap::new(),
            types: HashMap::new(),
        };
        for file in files {
            res.by_path.insert(&file.path, file);
            res.docs.extend(file.docs.iter().map(|(name, it)| (name.as_str(), it.as_str())));
            res.tables.extend(file.tables.keys().map(|it| (it.as_str(), file)));
            res.macros.extend(file.macros.iter().map(|(name, it)| (name.as_str(), (file, it))));
            let types = file.objects.iter().filter(|(_, (of, _))| of != "PyModuleDef" && of != "list");
            res.types.extend(types.map(|(name, (_, it))| (name.as_str(), (file, it))));
        }
        res
    }

    /// The header that was generated for a file.
    fn header(&self, file: &NativeFile) -> Option<&'a NativeFile> {
        let (folder, name) = file.path.rsplit_once('/')?;
        self.by_path.get(format!("{folder}/clinic/{name}.h").as_str()).copied()
    }

    fn doc(&self, file: &'a NativeFile, word: &str) -> Option<&'a str> {
        let near = file.docs.get(word).or_else(|| self.header(file)?.docs.get(word)).map(String::as_str);
        near.or_else(|| self.docs.get(word).copied())
    }

    /// What a macro stands for, with its file.
    fn entry(&self, file: &'a NativeFile, word: &str) -> Option<(&'a NativeFile, &'a Entry)> {
        let header = || self.header(file).and_then(|it| Some((it, it.macros.get(word)?)));
        file.macros.get(word).map(|it| (file, it)).or_else(header).or_else(|| self.macros.get(word).copied())
    }

    fn type_of(&self, file: &'a NativeFile, word: &str) -> Option<(&'a NativeFile, &'a Entry)> {
        let own = file.objects.get(word).filter(|(of, _)| of != "PyModuleDef" && of != "list");
        own.map(|(_, it)| (file, it)).or_else(|| self.types.get(word).copied())
    }

    /// The signature that documentation states.
    fn signature(&self, file: &'a NativeFile, entry: &Entry, name: &str) -> Option<Signature> {
        let stated = |text: &str| {
            let first = text.split("\n--\n").next().filter(|it| it.len() < text.len())?;
            let is_its = first.strip_prefix(name).is_some_and(|it| it.starts_with('('));
            is_its.then(|| text_signature(first)).flatten()
        };
        let doc = entry.words.iter().rev().find_map(|it| self.doc(file, it));
        doc.or(entry.text.as_deref()).and_then(stated)
    }

    /// The functions of a table, or the one that a macro stands for.
    fn functions(&self, file: &'a NativeFile, word: &str, names: &mut Names) {
        let Some((at, table)) = self.table(file, word).filter(|(_, it)| it.of == "PyMethodDef") else { return };
        for (file, entry, condition) in self.entries(at, table) {
            let Some(name) = &entry.name else { continue };
            let signature = self.signature(file, entry, name);
            let it = Name::new(Kind::Function, format!("C {}:{}", file.path, entry.line));
            names.entry(name.clone()).or_insert(Name { signature, condition, ..it });
        }
    }

    fn table(&self, file: &'a NativeFile, word: &str) -> Option<(&'a NativeFile, &'a file::Table)> {
        let own = file.tables.get(word).map(|it| (file, it));
        own.or_else(|| self.tables.get(word).and_then(|it| Some((*it, it.tables.get(word)?))))
    }

    /// The entries of a table with those that macros stand for.
    fn entries(
        &self,
        file: &'a NativeFile,
        table: &'a file::Table,
    ) -> Vec<(&'a NativeFile, &'a Entry, Option<String>)> {
        let mut res = Vec::new();
        for entry in &table.entries {
            match (&entry.name, entry.words.as_slice()) {
                (Some(_), _) => res.push((file, entry, entry.condition.clone())),
                (None, [word]) => {
                    if let Some((at, it)) = self.entry(file, word) {
                        let condition = entry.condition.clone().or_else(|| it.condition.clone());
                        res.push((at, it, condition));
                    }
                }
                _ => {}
            }
        }
        res
    }

    /// What a file adds to its module.
    fn added(&self, file: &'a NativeFile, names: &mut Names) {
        for it in file.constants.iter().filter(|_| file.adds_constants) {
            let Some(name) = it.name.as_deref() else { continue };
            let data = Name::new(Kind::Data, format!("C {}:{}", file.path, it.line));
            names.entry(name.to_owned()).or_insert(Name { condition: it.condition.clone(), ..data });
        }
        for it in &file.added {
            let provenance = format!("C {}:{}", file.path, it.line);
            let types = Self::listed(file, &it.words);
            let found = if types.is_empty() { self.made_type(file, &it.words) } else { None };
            if it.name.is_none() {
                let of_word = |word: &str| self.made_type(file, &[word.to_owned()]);
                let all = types.into_iter().filter_map(of_word).chain(found);
                for (at, entry) in all {
                    let Some(name) = entry.name.as_deref().map(last) else { continue };
                    self.class(at, entry, (name, &it.condition), names);
                }
                continue;
            }
            let Some(name) = it.name.as_deref().filter(|it| is_name(it)) else { continue };
            if let Some((at, entry)) = found {
                self.class(at, entry, (name, &it.condition), names);
                continue;
            }
            // an exception is called so where it is made, and has no table
            let is_exception =
                name.ends_with("Error") || name.ends_with("Exception") || name.ends_with("Warning") || name == "error";
            let is_type = it.words.last().is_some_and(|it| it.ends_with("_type") || it.ends_with("_Type"));
            let kind = if is_exception || is_type { Kind::Class } else { Kind::Data };
            let was = names.get(name).is_some_and(|it| it.condition.is_none());
            if !was {
                names.insert(name.to_owned(), Name { condition: it.condition.clone(), ..Name::new(kind, provenance) });
            }
        }
    }

    /// The type that the words of a value stand for: itself, or the description that it was made from.
    fn made_type(&self, file: &'a NativeFile, words: &[String]) -> Option<(&'a NativeFile, &'a Entry)> {
        const NOISE: &[&str] = &["state", "m", "module", "mod", "st", "NULL", "PyObject", "self"];
        let word = words.iter().rev().find(|it| !NOISE.contains(&it.as_str()))?;
        self.type_of(file, word).or_else(|| {
            let together = file.made.iter().find(|it| it.contains(word))?;
            together.iter().find_map(|it| {
                let of = file.objects.get(it).map_or("", |(of, _)| of.as_str());
                let is_description = of == "PyType_Spec"
                    || of == "PyStructSequence_Desc"
                    || (of.is_empty() && self.types.contains_key(it.as_str()));
                if is_description && !it.starts_with("Py") { self.type_of(file, it) } else { None }
            })
        })
    }

    /// The types of a list.
    fn listed(file: &'a NativeFile, words: &[String]) -> Vec<&'a str> {
        let list = words.iter().find_map(|it| file.objects.get(it).filter(|(of, _)| of == "list"));
        list.map(|(_, it)| it.words.iter().map(String::as_str).collect()).unwrap_or_default()
    }

    /// A type with what its tables give.
    fn class(
        &self,
        file: &'a NativeFile,
        entry: &'a Entry,
        (name, condition): (&str, &Option<String>),
        names: &mut Names,
    ) {
        let mut seen = HashSet::new();
        let mut tables: Vec<(&NativeFile, &file::Table)> = Vec::new();
        let mut docs = entry.clone();
        for word in &entry.words {
            let Some((at, table)) = self.table(file, word).filter(|_| seen.insert(word.as_str())) else { continue };
            if table.of != "PyType_Slot" {
                tables.push((at, table));
                continue;
            }
            for slot in &table.entries {
                docs.words.extend(slot.words.iter().cloned());
                for word in &slot.words {
                    tables.extend(self.table(at, word).filter(|_| seen.insert(word.as_str())));
                }
            }
        }
        let condition = condition.clone().or_else(|| entry.condition.clone());
        let it = Name::new(Kind::Class, format!("C {}:{}", file.path, entry.line));
        let signature = self.signature(file, &docs, name);
        names.insert(name.to_owned(), Name { signature, condition: condition.clone(), ..it });
        for (at, table) in tables {
            for (at, member, own) in self.entries(at, table) {
                let Some(short) = member.name.as_deref().filter(|it| is_name(it)) else { continue };
                let kind = match table.of.as_str() {
                    "PyMethodDef" => Kind::Method,
                    _ => Kind::Property,
                };
                let signature = if kind == Kind::Method { self.signature(at, member, short) } else { None };
                let condition = condition.clone().or(own);
                let it = Name::new(kind, format!("C {}:{}", at.path, member.line));
                names.entry(format!("{name}.{short}")).or_insert(Name { signature, condition, ..it });
            }
        }
    }
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Whether a string can be a name.
fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().is_some_and(|it| it == b'_' || it.is_ascii_alphabetic());
    first && text.len() < 200 && bytes.all(|it| it == b'_' || it.is_ascii_alphanumeric())
}
