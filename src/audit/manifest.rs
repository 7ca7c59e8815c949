//! The list of intrinsics that the runtime has: a stub file of definitions, one for each, read line by line.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{
    FileError, Files, RelPath,
    limits::{PYTHON_DATA, too_long},
    text::conflict,
};

/// One definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// How many parameters it takes; those with a default count.
    pub arity: usize,
    /// Its first line, one-based.
    pub line: usize,
}

/// The manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The names that a module may load: every line that begins a definition of `molt_…`.
    pub names: BTreeSet<String>,
    /// The definitions in order.
    pub definitions: Vec<Definition>,
    /// What is wrong with it, with the line.
    pub faults: Vec<(usize, String)>,
    /// The text.
    pub text: String,
    defined: BTreeSet<String>,
    is_cut_off: bool,
    conflict: Option<usize>,
}

/// Why there is no manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is not there.
    #[error("there is no {0}")]
    Missing(RelPath),
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// How much of what is not a definition is shown, in bytes.
const SHOWN: usize = 200;

/// A definition that has not ended yet.
struct OpenDefinition {
    line: usize,
    text: String,
    /// Its parentheses so far.
    opened: usize,
    closed: usize,
}

impl OpenDefinition {
    fn push(&mut self, line: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(line);
        self.opened += line.matches('(').count();
        self.closed += line.matches(')').count();
    }
}

impl Manifest {
    /// Reads it.
    pub fn read(files: &dyn Files, path: &RelPath) -> Result<Self, ManifestError> {
        let text = files.text(path)?.ok_or_else(|| ManifestError::Missing(path.clone()))?;
        if let Some(why) = too_long(text.len(), PYTHON_DATA) {
            return Err(FileError::unusable(path, "", why).into());
        }
        Ok(Self::parse(text))
    }

    /// Reads its text.
    pub fn parse(text: String) -> Self {
        let names = text.lines().filter_map(known_name).map(str::to_owned).collect();
        let mut res = Self { names, ..Self::default() };
        let mut open: Option<OpenDefinition> = None;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if open.is_none() && !line.starts_with("def ") {
                continue;
            }
            let it = open.get_or_insert_with(|| OpenDefinition {
                line: index + 1,
                text: String::new(),
                opened: 0,
                closed: 0,
            });
            it.push(line);
            if line.ends_with("...")
                && it.opened <= it.closed
                && let Some(whole) = open.take()
            {
                res.add(whole.line, &whole.text);
            }
        }
        if let Some(OpenDefinition { line, .. }) = open {
            res.faults.push((line, "a definition does not end in `...`".into()));
            res.is_cut_off = true;
        }
        res.conflict = conflict(&text);
        res.text = text;
        res
    }

    fn add(&mut self, line: usize, text: &str) {
        let Some((name, parameters)) = shape(text) else {
            let shown = &text[..text.floor_char_boundary(text.len().min(SHOWN))];
            let rest = if shown.len() < text.len() { " …" } else { "" };
            self.faults.push((line, format!("this is not a definition: `{shown}{rest}`")));
            return;
        };
        if !self.defined.insert(name.to_owned()) {
            self.faults.push((line, format!("`{name}` is defined twice")));
            return;
        }
        self.definitions.push(Definition { name: name.to_owned(), arity: arity(parameters), line });
    }

    /// What shows that a part of it is lost, or is there twice, in words: it has both sides of a merge, it defines nothing, or it ends
    /// within a definition. What else is not in it is not known then.
    pub fn damage(&self) -> Option<String> {
        if let Some(line) = self.conflict {
            return Some(format!("a merge left a conflict at line {line}"));
        }
        if self.is_cut_off {
            return Some("it ends within a definition".to_owned());
        }
        self.names.is_empty().then(|| "it defines no intrinsic".to_owned())
    }

    /// The definitions by name.
    pub fn by_name(&self) -> BTreeMap<&str, &Definition> {
        self.definitions.iter().map(|it| (it.name.as_str(), it)).collect()
    }
}

/// The name of a line that begins `def molt_…(`.
fn known_name(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix("def")?;
    let name = rest.trim_start();
    let end = name.find(|it: char| !it.is_ascii_alphanumeric() && it != '_')?;
    let is_known = name.len() < rest.len() && name[..end].len() > "molt_".len() && name.starts_with("molt_");
    (is_known && name[end..].starts_with('(')).then_some(&name[..end])
}

/// Name and parameters of `def name(parameters) -> type: ...`.
fn shape(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix("def ")?.trim_start().split_once('(')?;
    let head = rest.strip_suffix("...")?.trim_end().strip_suffix(':')?;
    let (parameters, returns) = head.rsplit_once("->")?;
    let is_name = !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    let parameters = parameters.trim_end().strip_suffix(')')?;
    (is_name && !returns.trim().is_empty() && !returns.contains(':')).then_some((name, parameters))
}

/// Parameters, parted at the commas that stand in no bracket; a bare star is none.
fn arity(parameters: &str) -> usize {
    let mut depth = 0_i32;
    let parts = parameters.split(|it| {
        match it {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        it == ',' && depth == 0
    });
    parts.map(str::trim).filter(|it| !it.is_empty() && *it != "*").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_may_go_over_lines() {
        let text = "# note\n\ndef molt_a() -> bool: ...\ndef molt_b(\n    x: dict[str, int],\n    y: Any = ...,\n    *,\n    z: Any,\n) -> tuple[int, int]: ...\n  def\tmolt_c(x): ...\ndef other() -> None: ...\n";
        let manifest = Manifest::parse(text.into());
        assert_eq!(manifest.names.iter().collect::<Vec<_>>(), ["molt_a", "molt_b", "molt_c"]);
        let found: Vec<_> = manifest.definitions.iter().map(|it| (it.name.as_str(), it.arity, it.line)).collect();
        assert_eq!(found, [("molt_a", 0, 3), ("molt_b", 3, 4), ("other", 0, 11)]);
        assert_eq!(manifest.faults, []);
    }

    #[test]
    fn faults_have_their_line() {
        for (text, expected) in [
            ("def molt_a() -> None: ...\ndef molt_a() -> None: ...\n", (2, "`molt_a` is defined twice")),
            ("\ndef molt_a(): ...\n", (2, "this is not a definition: `def molt_a(): ...`")),
            ("def molt_a(\n", (1, "a definition does not end in `...`")),
        ] {
            let faults = Manifest::parse(text.into()).faults;
            assert_eq!(faults, [(expected.0, expected.1.to_owned())], "{text}");
        }
    }
}
