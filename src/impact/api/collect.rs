//! The files of a release to what they say about names, in the pass that reads the archive: `Lib/**.py` without the tests, the C
//! files that make modules and types with the headers that Argument Clinic generated for them, the pages of the library's
//! documentation, and the lists of what is to be removed. Everything else is left unread.

use std::{
    collections::BTreeMap,
    io::{self, Read},
};

use rayon::prelude::*;

use super::{
    documents::{self, DocumentPage},
    native::{self, Native},
    removals::{self, Removal},
};
use crate::python::{self, Scope};

/// The largest file of each kind that is read, in bytes; the largest of 3.13.5 have 0.8, 0.6 and 0.2 MB.
const PYTHON: u64 = 4 << 20;
const NATIVE: u64 = 2 << 20;
const DOCUMENT: u64 = 2 << 20;

/// The most names that the Python files bind together, and the most objects and dates that the pages have; 3.13.5 has some 60,000 and
/// 20,000.
const NAMES: usize = 1_000_000;
const DATES: usize = 100_000;

/// How many bytes are gathered before they are looked at on all cores.
const BATCH: usize = 4 << 20;

/// Folders of C code that makes no module of its own, or one for CPython's own tests.
const NOT_NATIVE: &[&str] = &[
    "Modules/_test",
    "Modules/xx",
    "Modules/_xx",
    "Modules/expat/",
    "Modules/_hacl/",
    "Modules/_decimal/libmpdec/",
    "Modules/_ctypes/_ctypes_test",
    "Modules/_decimal/tests/",
];

/// Files of `Python/` that make a module.
const CORE: &[&str] = &[
    "Python/Python-ast.c",
    "Python/Python-tokenize.c",
    "Python/_warnings.c",
    "Python/bltinmodule.c",
    "Python/import.c",
    "Python/marshal.c",
    "Python/structmember.c",
    "Python/symtable.c",
    "Python/sysmodule.c",
    "Python/instrumentation.c",
    "Python/context.c",
    "Python/hamt.c",
    "Python/traceback.c",
];

/// What is read of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Python,
    Native,
    Page,
    Removals,
}

fn sort(path: &str) -> Option<Sort> {
    let ends = |ending: &str| path.ends_with(ending);
    if path.starts_with("Lib/") {
        let is_test =
            path.split('/').any(|it| matches!(it, "test" | "tests" | "idle_test" | "__pycache__" | "site-packages"));
        return (ends(".py") && !is_test).then_some(Sort::Python);
    }
    if let Some(name) = path.strip_prefix("Doc/library/") {
        return (!name.contains('/') && ends(".rst")).then_some(Sort::Page);
    }
    if path.starts_with("Doc/deprecations/pending-removal-in-") || path.starts_with("Doc/whatsnew/3.") {
        return ends(".rst").then_some(Sort::Removals);
    }
    let is_header = ends(".h") && (path.contains("/clinic/") || path.ends_with("/docstrings.h"));
    let is_native = match path.split('/').next().unwrap_or_default() {
        "Modules" => (is_header || ends(".c")) && !NOT_NATIVE.iter().any(|it| path.starts_with(it)),
        "Objects" => is_header || (ends(".c") && path.matches('/').count() == 1),
        "Python" => is_header || CORE.contains(&path),
        _ => false,
    };
    is_native.then_some(Sort::Native)
}

/// Takes the files of one release.
#[derive(Default)]
pub struct ApiCollector {
    batch: Vec<(Sort, String, Vec<u8>)>,
    waiting: usize,
    found: CollectedFiles,
}

/// What the files say, each by itself.
#[derive(Default)]
pub(super) struct CollectedFiles {
    /// The path and the names of each Python file.
    pub(super) python: BTreeMap<String, Scope>,
    pub(super) native: Native,
    pub(super) pages: Vec<DocumentPage>,
    pub(super) removals: Vec<Removal>,
    /// Files that were not looked at, with the reason.
    pub(super) unread: BTreeMap<String, String>,
    /// How many names the Python files bind.
    names: usize,
    /// How many objects and dated words the pages have.
    dates: usize,
}

impl CollectedFiles {
    fn leave_out(&mut self, path: String, most: usize, what: &str) {
        self.unread.insert(path, format!("all files together have more than {most} {what}"));
    }
}

enum CollectedPart {
    Python(Box<Scope>),
    Native(Box<native::NativePart>),
    Page(DocumentPage),
    Removals(Vec<Removal>),
    Unread(String),
}

impl ApiCollector {
    /// Whether a file is worth opening at all.
    pub fn wants(path: &str) -> bool {
        sort(path).is_some()
    }

    /// Takes one file, `path` being relative to the top of the release.
    pub fn offer(&mut self, path: &str, size: u64, bytes: &mut dyn Read) -> io::Result<()> {
        let Some(sort) = sort(path) else { return Ok(()) };
        let most = match sort {
            Sort::Python => PYTHON,
            Sort::Native => NATIVE,
            Sort::Page | Sort::Removals => DOCUMENT,
        };
        if size > most {
            self.found
                .unread
                .insert(path.to_owned(), format!("it has {size} bytes, and more than {most} are not read"));
            return Ok(());
        }
        let mut all = Vec::new();
        bytes.take(most).read_to_end(&mut all)?;
        self.waiting += all.len();
        self.batch.push((sort, path.to_owned(), all));
        if self.waiting >= BATCH {
            self.look();
        }
        Ok(())
    }

    /// Looks at what was gathered.
    fn look(&mut self) {
        self.waiting = 0;
        let batch = std::mem::take(&mut self.batch);
        let parts: Vec<(String, CollectedPart)> =
            batch.into_par_iter().with_max_len(1).map(|(sort, path, bytes)| part(sort, path, &bytes)).collect();
        for (path, part) in parts {
            match part {
                CollectedPart::Python(it) if self.found.names + it.len() > NAMES => {
                    self.found.leave_out(path, NAMES, "names");
                }
                CollectedPart::Python(it) => {
                    self.found.names += it.len();
                    self.found.python.insert(path, *it);
                }
                CollectedPart::Native(it) => self.found.native.add(*it),
                CollectedPart::Page(it) if self.found.dates + it.len() > DATES => {
                    self.found.leave_out(path, DATES, "objects and dates");
                }
                CollectedPart::Page(it) => {
                    self.found.dates += it.len();
                    if let Some(why) = &it.left_out {
                        self.found.unread.insert(path, why.clone());
                    }
                    self.found.pages.push(it);
                }
                CollectedPart::Removals(it) => self.found.removals.extend(it),
                CollectedPart::Unread(why) => drop(self.found.unread.insert(path, why)),
            }
        }
    }

    pub(super) fn finish(mut self) -> CollectedFiles {
        self.look();
        self.found
    }
}

/// One byte in so many may be in another encoding.
const STRANGE: usize = 100;

fn part(sort: Sort, path: String, bytes: &[u8]) -> (String, CollectedPart) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        // a few C files have a name in another encoding in a comment
        let read = String::from_utf8_lossy(bytes);
        let is_text = !bytes.contains(&0) && read.matches(char::REPLACEMENT_CHARACTER).count() * STRANGE <= bytes.len();
        let part = match sort {
            Sort::Native if is_text => CollectedPart::Native(Box::new(native::read(&path, &read))),
            _ => CollectedPart::Unread("it is not UTF-8".into()),
        };
        return (path, part);
    };
    let part = match sort {
        _ if sort != Sort::Python && memchr::memchr(0, bytes).is_some() => {
            CollectedPart::Unread("it is not text".into())
        }
        Sort::Python => match python::parse_outline(text) {
            Ok(module) => CollectedPart::Python(Box::new(python::api(&module, text))),
            Err(error) => CollectedPart::Unread(format!("it does not parse: {error}")),
        },
        Sort::Native => CollectedPart::Native(Box::new(native::read(&path, text))),
        Sort::Page => CollectedPart::Page(documents::read(&path, text)),
        Sort::Removals => CollectedPart::Removals(removals::read(&path, text)),
    };
    (path, part)
}
