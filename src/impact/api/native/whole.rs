//! Everything that the C files say by its variable: in the file itself, in the header that was generated for it, and anywhere.

use std::collections::{BTreeMap, HashMap};

use super::{
    NativeNames,
    added::{Added, NameTarget, Used},
    file::{NativeFile, Table, TableEntry, is_name, is_type},
};
use crate::{
    impact::api::name::{Kind, Name},
    python::{Parameter, ParameterKind, Signature, text_signature},
};

pub(super) struct WholeFile<'a> {
    by_path: HashMap<&'a str, &'a NativeFile>,
    docs: HashMap<&'a str, &'a str>,
    tables: HashMap<&'a str, &'a NativeFile>,
    macros: HashMap<&'a str, (&'a NativeFile, &'a TableEntry)>,
    /// Types and their descriptions.
    pub(super) types: HashMap<&'a str, (&'a NativeFile, &'a TableEntry)>,
    /// The base that the variable of a type is given later.
    pub(super) bases: HashMap<&'a str, &'a str>,
    /// Types that are made, by each variable that holds one.
    pub(super) made: HashMap<&'a str, (&'a NativeFile, usize)>,
}

impl<'a> WholeFile<'a> {
    pub(super) fn new(files: &'a [NativeFile]) -> Self {
        let mut res = Self {
            by_path: HashMap::new(),
            docs: HashMap::new(),
            tables: HashMap::new(),
            macros: HashMap::new(),
            types: HashMap::new(),
            bases: HashMap::new(),
            made: HashMap::new(),
        };
        for file in files {
            res.by_path.insert(&file.path, file);
            res.docs.extend(file.docs.iter().map(|(name, it)| (name.as_str(), it.as_str())));
            res.tables.extend(file.tables.keys().map(|it| (it.as_str(), file)));
            res.macros.extend(file.macros.iter().map(|(name, it)| (name.as_str(), (file, it))));
            let types = file.objects.iter().filter(|(_, (of, _))| is_type(of));
            res.types.extend(types.map(|(name, (_, it))| (name.as_str(), (file, it))));
            res.bases.extend(file.bases.iter().map(|(of, it)| (of.as_str(), it.as_str())));
            for (at, it) in file.made.iter().enumerate() {
                res.made.extend(it.variables.iter().map(|it| (it.as_str(), (file, at))));
            }
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
    fn entry(&self, file: &'a NativeFile, word: &str) -> Option<(&'a NativeFile, &'a TableEntry)> {
        let header = || self.header(file).and_then(|it| Some((it, it.macros.get(word)?)));
        file.macros.get(word).map(|it| (file, it)).or_else(header).or_else(|| self.macros.get(word).copied())
    }

    /// The signature that documentation states, or that the flags of a function give.
    pub(super) fn signature(&self, file: &'a NativeFile, entry: &TableEntry, name: &str) -> Option<Signature> {
        let stated = |text: &str| {
            let first = text.split("\n--\n").next().filter(|it| it.len() < text.len())?;
            let is_its = first.strip_prefix(name).is_some_and(|it| it.starts_with('('));
            is_its.then(|| text_signature(first)).flatten()
        };
        let doc = entry.words.iter().rev().find_map(|it| self.doc(file, it));
        doc.or(entry.text.as_deref()).and_then(stated).or_else(|| {
            let has = |flag: &str| entry.words.iter().any(|it| it == flag);
            let one = || Parameter { name: "object".into(), kind: ParameterKind::PositionalOnly, default: None };
            match (has("METH_NOARGS"), has("METH_O")) {
                (true, _) => Some(Signature::default()),
                (_, true) => Some(Signature(vec![one()])),
                _ => None,
            }
        })
    }

    /// The functions of a table, or the one that a macro stands for.
    pub(super) fn functions(&self, file: &'a NativeFile, word: &str, names: &mut NativeNames) {
        let Some((at, table)) = self.table(file, word).filter(|(_, it)| it.of == "PyMethodDef") else { return };
        for (file, entry, condition) in self.entries(at, table) {
            let Some(name) = &entry.name else { continue };
            let signature = self.signature(file, entry, name);
            let it = Name::new(Kind::Function, format!("C {}:{}", file.path, entry.line));
            names.entry(name.clone()).or_insert(Name { signature, condition, ..it });
        }
    }

    pub(super) fn table(&self, file: &'a NativeFile, word: &str) -> Option<(&'a NativeFile, &'a Table)> {
        let own = file.tables.get(word).map(|it| (file, it));
        own.or_else(|| self.tables.get(word).and_then(|it| Some((*it, it.tables.get(word)?))))
    }

    /// The entries of a table with those that macros stand for.
    pub(super) fn entries(
        &self,
        file: &'a NativeFile,
        table: &'a Table,
    ) -> Vec<(&'a NativeFile, &'a TableEntry, Option<String>)> {
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

    /// What a file adds to its module, and to others.
    pub(super) fn added(&self, file: &'a NativeFile, own: &str, all: &mut BTreeMap<String, NativeNames>) {
        for it in &file.added {
            let module = match &it.target {
                NameTarget::Own => own,
                NameTarget::Module(other) => other,
                NameTarget::Type(_) => continue,
            };
            self.one(file, it, all.entry(module.to_owned()).or_default());
        }
        for (target, it) in file.listed() {
            let module = if let NameTarget::Module(other) = target { other } else { own };
            let Some(name) = it.name.clone() else { continue };
            let added = Added {
                name: Some(name),
                words: it.words.clone(),
                line: it.line,
                condition: it.condition.clone(),
                ..Added::default()
            };
            self.one(file, &added, all.entry(module.to_owned()).or_default());
        }
    }

    fn one(&self, file: &'a NativeFile, it: &Added, names: &mut NativeNames) {
        let types = self.types_of(file, it);
        let Some(name) = it.name.as_deref() else {
            for of in types {
                if let Some(name) = of.short() {
                    self.class(&of, (name, &it.condition), names);
                }
            }
            return;
        };
        if !is_name(name) {
            return;
        }
        // what is there without a condition stays so
        if names.get(name).is_some_and(|known| known.condition.is_none() && it.condition.is_some()) {
            return;
        }
        if let Some(of) = types.first() {
            self.class(of, (name, &it.condition), names);
            return;
        }
        // an exception is called so where it is made, and has no table
        let is_exception =
            name.ends_with("Error") || name.ends_with("Exception") || name.ends_with("Warning") || name == "error";
        let is_type = it.words.last().is_some_and(|it| it.ends_with("_type") || it.ends_with("_Type"));
        let kind = if is_exception || is_type { Kind::Class } else { Kind::Data };
        let provenance = format!("C {}:{}", file.path, it.line);
        let was = names.get(name).is_some_and(|it| it.condition.is_none());
        if !was {
            names.insert(name.to_owned(), Name { condition: it.condition.clone(), ..Name::new(kind, provenance) });
        }
    }
}

impl NativeFile {
    /// Whether it adds names to its module that are not written in any table that it names.
    pub(super) fn computes(&self) -> bool {
        self.is_unread || self.used.iter().any(|it| it.target == NameTarget::Own && !self.is_about_list(it))
    }

    fn is_about_list(&self, it: &Used) -> bool {
        it.words.iter().any(|it| self.lists.get(it).is_some_and(|it| !it.is_empty()))
    }

    /// The entries of tables whose names it adds: those that the functions which do so are about, else all of constants.
    fn listed(&self) -> Vec<(&NameTarget, &TableEntry)> {
        let mut named: HashMap<&str, &NameTarget> = HashMap::new();
        for it in &self.used {
            named.extend(it.words.iter().map(|word| (word.as_str(), &it.target)));
        }
        let mut res: Vec<(&NameTarget, &TableEntry)> = Vec::new();
        let is_letter = |it: u8| it == b'_' || it.is_ascii_uppercase() || it.is_ascii_digit();
        let is_constant =
            |it: &TableEntry| it.name.as_ref().is_some_and(|it| it.len() > 1 && it.bytes().all(is_letter));
        let is_open = self.computes();
        for (name, all) in &self.lists {
            if let Some(target) = named.get(name.as_str()) {
                res.extend(all.iter().map(|it| (*target, it)));
            } else if is_open {
                res.extend(all.iter().filter(|it| is_constant(it)).map(|it| (&NameTarget::Own, it)));
            }
        }
        res.sort_by_key(|(_, it)| it.line);
        res
    }
}
