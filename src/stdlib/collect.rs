//! The files of a source release to its facts, one file at a time, in any order, in one pass.
//!
//! A closed list: the two headers, `Lib/**.py`, and the C files of `made_in_c`; everything else is left unread. A Python file
//! is parsed only where its bytes can hold what is looked for, and never executed.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
};

use super::{
    facts::{ModuleKind, ReleaseFacts, StdlibModule, is_identifier, test_reason},
    headers,
    made_in_c::{self, Makers},
    platforms,
};
use crate::{
    base::{RelPath, Version},
    python,
};

/// The largest Python file that is read; the largest of a real release has 0.8 MB.
const PARSED: u64 = 4 << 20;
/// The largest header that is read.
const HEADER: u64 = 256 << 10;

/// Takes the files of one release.
#[derive(Default)]
pub struct Collector {
    names: Option<String>,
    patchlevel: Option<String>,
    /// Dotted name to every file that gives it.
    files: BTreeMap<String, Vec<(ModuleKind, String)>>,
    aliases: Vec<(String, String)>,
    makers: Makers,
    guards: BTreeMap<String, python::Guard>,
    not_importable: BTreeMap<String, String>,
    buffer: Vec<u8>,
}

/// Why files do not make a release.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// A header that every release since 3.10 has.
    #[error("it has no {0}")]
    Missing(&'static str),
    /// A header that does not say what it should.
    #[error("its {0} is not as expected: {1}")]
    Header(&'static str, String),
    /// The headers are those of another release.
    #[error("it holds release {found}, not {wanted}")]
    OtherRelease {
        /// What was asked for.
        wanted: Version,
        /// What is there.
        found: Version,
    },
    /// There is hardly anything in `Lib/`.
    #[error("its Lib/ has {0} modules, so it is not a whole release")]
    Hollow(usize),
}

const NAMES_H: &str = "Python/stdlib_module_names.h";
const PATCHLEVEL_H: &str = "Include/patchlevel.h";

impl Collector {
    /// Whether a file is worth opening at all.
    pub fn wants(path: &str) -> bool {
        path == NAMES_H
            || path == PATCHLEVEL_H
            || made_in_c::is_maker(path)
            || path.strip_suffix(".py").is_some_and(|it| it.starts_with("Lib/"))
    }

    /// Takes one file, `path` being relative to the top of the release.
    pub fn offer(&mut self, path: &str, size: u64, bytes: &mut dyn Read) -> io::Result<()> {
        match path {
            NAMES_H => self.names = Some(header(bytes)?),
            PATCHLEVEL_H => self.patchlevel = Some(header(bytes)?),
            _ if made_in_c::is_maker(path) => self.makers.offer(path, bytes)?,
            _ => {
                if let Some(below) = path.strip_prefix("Lib/").filter(|_| Self::wants(path)) {
                    self.python(below, path, size, bytes)?;
                }
            }
        }
        Ok(())
    }

    fn python(&mut self, below: &str, path: &str, size: u64, bytes: &mut dyn Read) -> io::Result<()> {
        let stem = below.strip_suffix(".py").unwrap_or(below);
        let (kind, dotted) = match stem.strip_suffix("/__init__") {
            Some(package) => (ModuleKind::Package, package.replace('/', ".")),
            None => (ModuleKind::Module, stem.replace('/', ".")),
        };
        let installed_apart = dotted.split('.').any(|it| matches!(it, "__pycache__" | "site-packages"));
        if installed_apart || stem == "__init__" {
            return Ok(());
        }
        if !dotted.split('.').all(is_identifier) || RelPath::new(path).is_err() {
            self.not_importable.insert(path.to_owned(), "its name is not a dotted identifier".into());
            return Ok(());
        }
        if test_reason(&dotted).is_none() {
            self.read_code(&dotted, path, size, bytes)?;
        }
        self.files.entry(dotted).or_default().push((kind, path.to_owned()));
        Ok(())
    }

    /// Looks into one file for aliases and for a platform guard.
    fn read_code(&mut self, dotted: &str, path: &str, size: u64, bytes: &mut dyn Read) -> io::Result<()> {
        if size > PARSED {
            self.not_importable.insert(path.to_owned(), "it is too large to be looked into".into());
            return Ok(());
        }
        self.buffer.clear();
        bytes.read_to_end(&mut self.buffer)?;
        // most files cannot hold either and need no parse; what is found is found by parsing
        if !may_alias(&self.buffer) && !may_guard(&self.buffer) {
            return Ok(());
        }
        let Ok(module) = std::str::from_utf8(&self.buffer).map(python::parse) else {
            self.not_importable.insert(path.to_owned(), "it is not UTF-8, so it was not searched for aliases".into());
            return Ok(());
        };
        match module {
            Ok(module) => {
                let found = python::aliases(&module, dotted);
                self.aliases.extend(found.into_iter().map(|name| (name, path.to_owned())));
                if let Some(guard) = python::platform_guard(&module) {
                    self.guards.insert(dotted.to_owned(), guard);
                }
            }
            Err(error) => {
                let why = format!("it does not parse ({error}), so it was not searched for aliases");
                self.not_importable.insert(path.to_owned(), why);
            }
        }
        Ok(())
    }

    /// The version that the files say they are.
    pub fn version(&self) -> Result<Version, CollectError> {
        let header = self.patchlevel.as_deref().ok_or(CollectError::Missing(PATCHLEVEL_H))?;
        headers::patchlevel(header).map_err(|why| CollectError::Header(PATCHLEVEL_H, why))
    }

    /// The facts. With `wanted`, the files must be those of that release.
    pub fn finish(mut self, wanted: Option<Version>) -> Result<ReleaseFacts, CollectError> {
        let found = self.version()?;
        if let Some(wanted) = wanted.filter(|wanted| *wanted != found) {
            return Err(CollectError::OtherRelease { wanted, found });
        }
        let header = self.names.take().ok_or(CollectError::Missing(NAMES_H))?;
        let top_level = headers::module_names(&header).map_err(|why| CollectError::Header(NAMES_H, why))?;
        let alias = |path| StdlibModule { kind: ModuleKind::Alias, path: Some(path), platforms: Vec::new() };
        let made = self.makers.names(&top_level).map(|(name, path)| (name.to_owned(), path.to_owned()));
        let all = std::mem::take(&mut self.aliases).into_iter().chain(made.collect::<Vec<_>>());
        let aliases = all.map(|(name, path)| (name, alias(path))).collect();
        self.finish_with(found, top_level, aliases)
    }

    /// The facts, with the headers' part known from elsewhere.
    pub(super) fn finish_with(
        self,
        release: Version,
        top_level: BTreeSet<String>,
        aliases: Vec<(String, StdlibModule)>,
    ) -> Result<ReleaseFacts, CollectError> {
        let not_importable = self.not_importable;
        let mut facts = ReleaseFacts { release: Some(release), top_level, not_importable, ..ReleaseFacts::default() };
        for (name, files) in self.files {
            let top = name.split('.').next().unwrap_or(&name);
            if let Some(reason) = test_reason(&name) {
                if top == "test" {
                    facts.test_only.insert("test".into(), "the regression tests, with everything below".into());
                } else {
                    facts.test_only.insert(name, reason);
                }
            } else if !facts.top_level.contains(top) {
                facts.test_only.insert(name, "not in sys.stdlib_module_names".into());
            } else {
                // where a name has a file and a folder, Python takes the folder
                if let [_, _, ..] = files.as_slice() {
                    for (_, path) in files.iter().filter(|(kind, _)| *kind != ModuleKind::Package) {
                        facts.not_importable.insert(path.clone(), "a package has the same name".into());
                    }
                }
                let (kind, path) =
                    files.into_iter().max_by_key(|(kind, _)| *kind == ModuleKind::Package).unwrap_or_default();
                facts.modules.insert(name, StdlibModule { kind, path: Some(path), platforms: Vec::new() });
            }
        }
        if facts.modules.len() < 2 {
            return Err(CollectError::Hollow(facts.modules.len()));
        }
        for (name, alias) in aliases {
            let top = name.split('.').next().unwrap_or(&name);
            if !name.split('.').all(is_identifier) {
                let file = alias.path.unwrap_or_default();
                let what = format!("sys.modules[{name:?}] of {file}");
                facts.not_importable.insert(what, "its name is not a dotted identifier".into());
            } else if facts.top_level.contains(top) && test_reason(&name).is_none() {
                facts.modules.entry(name).or_insert(alias);
            }
        }
        for name in &facts.top_level {
            let extension = StdlibModule { kind: ModuleKind::Extension, path: None, platforms: Vec::new() };
            facts.modules.entry(name.clone()).or_insert(extension);
        }
        for (name, module) in &mut facts.modules {
            let top = name.split('.').next().unwrap_or(name);
            module.platforms = platforms::of(top);
            if let Some(guard) = self.guards.get(name) {
                module.platforms = platforms::guarded(guard);
            }
        }
        Ok(facts)
    }
}

fn header(bytes: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    bytes.take(HEADER).read_to_string(&mut text)?;
    Ok(text)
}

/// Whether the bytes can hold an assignment to `sys.modules["…"]` or `sys.modules[x.__name__]`: the word `modules` stands
/// somewhere after a dot and before a bracket with such a name, blanks, parentheses, line joins and comments aside, or
/// anywhere where `sys` is imported from.
fn may_alias(code: &[u8]) -> bool {
    let blank = |it: &u8| it.is_ascii_whitespace() || *it == b'\\';
    let from_sys = LazyCell::new(|| {
        memchr::memmem::find_iter(code, "from").any(|at| {
            let rest = &code[at + 4..];
            let blanks = rest.iter().take_while(|it| blank(it)).count();
            blanks > 0 && rest[blanks..].starts_with(b"sys")
        })
    });
    memchr::memmem::find_iter(code, "modules").any(|at| {
        let mut after = code[at + 7..].iter().filter(|it| !blank(it) && !matches!(it, b'(' | b')'));
        match code[..at].iter().rev().find(|it| !blank(it)) {
            Some(b'.') => match after.next() {
                Some(b'[') => may_be_name(after.copied()),
                it => it == Some(&b'#'),
            },
            _ => *from_sys,
        }
    })
}

/// Whether what follows a bracket can be a name that is known before the code runs, and is assigned to: it begins as a string
/// or a comment does, holds `__name__`, or is a variable.
fn may_be_name(after: impl Iterator<Item = u8>) -> bool {
    const WORD: &[u8] = b"__name__";
    let mut after = after.peekable();
    if after.peek().is_some_and(|it| b"\"'rRuUfF#".contains(it)) {
        return true;
    }
    let inside: Vec<u8> = after.by_ref().take_while(|it| *it != b']').take(200).collect();
    let is_assigned = match (after.next(), after.next()) {
        (Some(b'='), next) => next != Some(b'='),
        (Some(first), _) => matches!(first, b':' | b',' | b'#'),
        _ => false,
    };
    is_assigned && (memchr::memmem::find(&inside, WORD).is_some() || inside.iter().all(|it| is_word(*it)))
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// Whether the bytes can hold a platform guard as CPython writes them.
fn may_guard(code: &[u8]) -> bool {
    let has = |needle: &str| memchr::memmem::find(code, needle.as_bytes()).is_some();
    has("raise ImportError") && has("sys.platform")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_looked_into_for_an_alias_or_for_a_guard() {
        let mut files = Collector::default();
        let mut offer = |path: &str, text: &str| files.offer(path, text.len() as u64, &mut text.as_bytes()).unwrap();
        offer(PATCHLEVEL_H, "#define PY_VERSION \"3.13.5\"\n");
        offer("Lib/a.py", "import sys\nsys.modules['a.b'] = sys\n");
        offer("Lib/w.py", "import sys\nif sys.platform != 'win32':\n    raise ImportError('win32 only')\n");
        let tops = ["a", "test", "w"].map(str::to_owned).into();
        let alias = |name: &str| {
            let path = Some("Lib/a.py".to_owned());
            (name.to_owned(), StdlibModule { kind: ModuleKind::Alias, path, platforms: Vec::new() })
        };
        // those of tests and of what is not in the library are none
        let aliases = ["a.b", "z.b", "test.b"].map(alias).to_vec();
        assert_eq!(files.aliases, [("a.b".to_owned(), "Lib/a.py".to_owned())]);
        let facts = files.finish_with("3.13.5".parse().unwrap(), tops, aliases).unwrap();
        assert_eq!(facts.modules["w"].platforms, ["win32"]);
        assert!(facts.modules["a"].platforms.is_empty());
        assert_eq!(facts.modules.keys().collect::<Vec<_>>(), ["a", "a.b", "test", "w"]);
    }

    #[test]
    fn no_file_that_makes_an_alias_is_passed_over() {
        for code in [
            "import sys\nsys.modules['a.b'] = x\n",
            "import sys as _s\n(_s . modules) ['a.b'] = x\n",
            "import sys\nsys.modules \\\n['a.b'] = x\n",
            "import sys\n(sys.modules # why\n)['a.b'] = x\n",
            "import sys\nsys.modules[(\n  # why\n  'a.b'\n)] = x\n",
            "import sys\nsys.modules[r'a.b'] = x\n",
            "from sys import modules\nmodules['a.b'] = x\n",
            "from sys import (path, modules as m)\nm['a.b'] = x\n",
            "from  sys import modules\nmodules['a.b'] = x\n",
            "from\tsys import modules\nmodules['a.b'] = x\n",
            "from \\\n sys import modules\nmodules['a.b'] = x\n",
            "from sys import (path, # why\n    modules)\nmodules['a.b'] = x\n",
            "import sys\nsys.modules['a.b']: object = x\n",
            "import sys\nsys.modules['a.b'], y = x, 1\n",
            "import sys\nsys.modules[__name__ + '.b'] = x\n",
            "import sys\nsys.modules[ ( __name__ + '.b') ] = x\n",
            "import sys\nsys.modules[f'{__name__}.b'] = x\n",
            "import sys\nm.__name__ = __name__ + '.b'\nsys.modules[m.__name__] = m\n",
            "import sys\nn = 'a.b'\nsys.modules[n] = x\n",
            "import sys\nn = 'a.b'\nsys.modules[n]: object = x\n",
        ] {
            assert!(may_alias(code.as_bytes()), "{code}");
            let module = python::parse(code).unwrap();
            assert_eq!(python::aliases(&module, "a"), ["a.b"], "{code}");
        }
        for code in [
            "x = sys.modules[name]\n",
            "x = sys.modules[name] == y\n",
            "x = sys.modules[__name__].y\n",
            "sys.modules[x.y.name] = z\n",
            "all modules are listed",
            "import modules",
            "x = sys.modules.get('a.b')\n",
            "modules",
        ] {
            assert!(!may_alias(code.as_bytes()), "{code}");
        }
    }
}
