//! The names of all modules in C, put together from all files.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    file::{NativeFile, TableEntry},
    names::NativeNames,
    scan,
    whole::WholeFile,
};
use crate::impact::api::name::{Kind, Name};

/// Modules whose C files do not say their name in a definition of a module.
const UNNAMED: &[(&str, &str)] = &[("Objects/exceptions.c", "builtins")];

/// Names that the start of the interpreter gives (`Python/pylifecycle.c` and `Lib/site.py` of 3.13.5).
const GIVEN: &[(&str, &str, &str)] = &[
    ("sys", "stdin", "C Python/pylifecycle.c"),
    ("sys", "stdout", "C Python/pylifecycle.c"),
    ("sys", "stderr", "C Python/pylifecycle.c"),
    ("builtins", "open", "C Python/pylifecycle.c"),
    ("builtins", "copyright", "P Lib/site.py"),
    ("builtins", "credits", "P Lib/site.py"),
    ("builtins", "exit", "P Lib/site.py"),
    ("builtins", "help", "P Lib/site.py"),
    ("builtins", "license", "P Lib/site.py"),
    ("builtins", "quit", "P Lib/site.py"),
];

/// The C files that are read, one at a time.
#[derive(Debug, Default)]
pub(in crate::impact::api) struct Native {
    files: Vec<NativeFile>,
}

/// One file, read.
pub(in crate::impact::api) struct NativePart(NativeFile);

/// Reads one file.
pub(in crate::impact::api) fn read(path: &str, text: &str) -> NativePart {
    NativePart(scan::read(path, text))
}

impl Native {
    pub(in crate::impact::api) fn add(&mut self, part: NativePart) {
        self.files.push(part.0);
    }

    /// Modules to which C code gives names that are not written anywhere.
    pub(in crate::impact::api) fn computed(&self) -> BTreeSet<String> {
        self.files.iter().filter(|it| it.computes()).flat_map(|it| it.initialized.clone()).collect()
    }

    /// The names of each module.
    pub(in crate::impact::api) fn modules(mut self) -> BTreeMap<String, NativeNames> {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        let whole = WholeFile::new(&self.files);
        let mut res: BTreeMap<String, NativeNames> = BTreeMap::new();
        for file in &self.files {
            let definitions = file.objects.values().filter(|(of, _)| of == "PyModuleDef").map(|(_, it)| it);
            let mut named: Vec<(&str, Option<&TableEntry>)> =
                match (definitions.collect::<Vec<_>>().as_slice(), file.initialized.as_slice()) {
                    // the name of the function that starts it is the one that an import looks for
                    ([one], [name]) => vec![(name, Some(*one))],
                    (all, _) => all.iter().filter_map(|it| Some((it.name.as_deref()?, Some(*it)))).collect(),
                };
            named.extend(UNNAMED.iter().filter(|(path, _)| *path == file.path).map(|(_, it)| (*it, None)));
            named.sort_by_key(|it| it.0);
            // what a file with two modules adds cannot be told apart
            let is_one = named.len() == 1;
            for (name, definition) in named {
                let names = res.entry(name.to_owned()).or_default();
                for word in definition.iter().flat_map(|it| &it.words) {
                    whole.functions(file, word, names);
                }
                if is_one {
                    whole.added(file, name, &mut res);
                }
            }
        }
        whole.elsewhere(&self.files, &mut res);
        for (module, name, place) in GIVEN {
            let Some(names) = res.get_mut(*module) else { continue };
            let like = names.get("input").filter(|_| *module == "builtins").map_or(Kind::Data, |it| it.kind);
            names.entry((*name).to_owned()).or_insert_with(|| Name::new(like, (*place).to_owned()));
        }
        res
    }
}
