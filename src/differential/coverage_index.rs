//! The index of which tests cover which module: `tests/differential/COVERAGE_INDEX.yaml`, plain block YAML without anchors.

use std::collections::{BTreeMap, BTreeSet};

/// Modules and their tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverageIndex {
    /// Each key of the section `stdlib`, with its tests in their order.
    pub modules: BTreeMap<String, Vec<String>>,
}

/// A line that is not the plain form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct IndexError {
    /// One-based.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

const SECTION: &str = "stdlib";

impl CoverageIndex {
    /// Reads the text.
    ///
    /// # Errors
    /// When a line is not a comment, a key or an item: what is not understood is not taken for an absence.
    pub fn parse(text: &str) -> Result<Self, IndexError> {
        let mut res = Self::default();
        // the keys that the line lies below, with their indents
        let mut above: Vec<(usize, String)> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let fault = |why: &str| IndexError { line: at + 1, why: why.to_owned() };
            let words = line.trim();
            if words.is_empty() || words.starts_with('#') || words == "---" {
                continue;
            }
            let indent = line.len() - line.trim_start().len();
            if line[..indent].contains('\t') {
                return Err(fault("a tab indents it"));
            }
            if let Some(item) = words.strip_prefix("- ") {
                // an item may stand as far left as its key
                above.retain(|(it, _)| *it <= indent);
                if let [(_, section), (_, module), (_, tests)] = above.as_slice()
                    && section == SECTION
                    && tests == "tests"
                {
                    let test = scalar(item).ok_or_else(|| fault("its item is not a plain path"))?;
                    res.modules.entry(module.clone()).or_default().push(test);
                }
                continue;
            }
            above.retain(|(it, _)| *it < indent);
            let (key, value) = split(words).ok_or_else(|| fault("it is neither a key nor an item"))?;
            if above.len() == 1 && above[0].1 == SECTION {
                res.modules.entry(key.clone()).or_default();
            }
            let is_list = above.len() == 2 && above[0].1 == SECTION && key == "tests";
            if is_list && !matches!(value, "" | "[]") {
                return Err(fault("the tests of a module are not a list with an item a line"));
            }
            above.push((indent, key));
        }
        Ok(res)
    }

    /// The modules that a test covers.
    pub fn modules_of(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut res: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (module, tests) in &self.modules {
            for test in tests {
                res.entry(test).or_default().insert(module);
            }
        }
        res
    }
}

/// A key and what stands behind it on its line, without a comment.
fn split(words: &str) -> Option<(String, &str)> {
    let (key, rest) = match words.chars().next()? {
        quote @ ('"' | '\'') => {
            words[1..].split_once(quote).and_then(|(key, rest)| Some((key, rest.trim_start().strip_prefix(':')?)))?
        }
        _ => words.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with([' ', '\t']))?,
    };
    let rest = rest.trim();
    let value = if rest.starts_with('#') { "" } else { rest.split(" #").next().unwrap_or_default().trim() };
    Some((key.trim().to_owned(), value))
}

/// A plain or quoted text, without a comment.
fn scalar(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(quote) = text.chars().next().filter(|it| matches!(it, '"' | '\'')) {
        return text[1..].split_once(quote).map(|(it, _)| it.to_owned());
    }
    let plain = text.split(" #").next()?.trim();
    let is_plain =
        !plain.is_empty() && !plain.starts_with(['[', '{', '&', '*', '!', '|', '>']) && !plain.contains(": ");
    is_plain.then(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_of_the_modules_are_read_and_other_sections_are_not() {
        let text = "# note\ncore:\n  peps:\n    \"448\":\n      tests:\n        - a/pep.py\nstdlib:\n  json:\n    tests:\n      - a/json.py # why\n      - 'a/b c.py'\n    notes: x\n  os.path:  # alias\n    tests:\n    - a/path.py\n  \"none\":\n    tests: []\n";
        let index = CoverageIndex::parse(text).unwrap();
        let shown: Vec<String> =
            index.modules.iter().map(|(module, tests)| format!("{module}={}", tests.join("+"))).collect();
        assert_eq!(shown, ["json=a/json.py+a/b c.py", "none=", "os.path=a/path.py"]);
        assert_eq!(index.modules_of()["a/path.py"].iter().copied().collect::<Vec<_>>(), ["os.path"]);
    }

    #[test]
    fn what_is_not_plain_is_refused_with_its_line() {
        for (text, line) in [
            ("stdlib:\n  json:\n    tests: [a.py]\n", 3),
            ("stdlib:\n\tjson:\n", 2),
            ("stdlib:\n  json\n", 2),
            ("stdlib:\n  json:\n    tests:\n      - &a a.py\n", 4),
        ] {
            assert_eq!(CoverageIndex::parse(text).unwrap_err().line, line, "{text}");
        }
    }
}
