//! The options of a script, as its text has them.

use std::sync::OnceLock;

use crate::{
    base::alone::{LARGE_PYTHON, alone},
    python::strings,
};

/// A script that a manual calls. Its options are found out where a command line has one: that takes a parse of all of it.
#[derive(Debug)]
pub struct Script {
    text: String,
    options: OnceLock<Option<OptionNames>>,
}

/// The options that a program takes, sorted, so that one is found by its beginning without looking at the others.
#[derive(Debug, Clone, Default)]
pub struct OptionNames(Vec<String>);

impl OptionNames {
    /// Those of some words that are options.
    pub fn among(words: impl IntoIterator<Item = String>) -> Self {
        let mut all: Vec<String> = words.into_iter().filter(|it| it.starts_with("--") && it.len() > 2).collect();
        all.sort_unstable();
        all.dedup();
        Self(all)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them begins so, which is enough of it.
    pub fn has(&self, beginning: &str) -> bool {
        let first = self.0.partition_point(|it| it.as_str() < beginning);
        self.0.get(first).is_some_and(|it| it.starts_with(beginning))
    }
}

impl Script {
    /// The script with this text.
    pub fn new(text: String) -> Self {
        Self { text, options: OnceLock::new() }
    }

    /// The same of one whose text is not kept.
    pub fn of_long(text: &str) -> Self {
        Self { text: String::new(), options: options_of(text).into() }
    }

    /// The options that it takes, where it is known which ones.
    pub(super) fn options(&self) -> Option<&OptionNames> {
        // taken before others wait for these options, and not by who they wait for
        let _alone = alone(self.text.len() > LARGE_PYTHON);
        self.options.get_or_init(|| options_of(&self.text)).as_ref()
    }
}

/// The options that a script takes, as its text has them; none where it may take others: from other files, from what it is told,
/// or in another way than Python's own parser reads them.
fn options_of(text: &str) -> Option<OptionNames> {
    let has = |it: &str| memchr::memmem::find(text.as_bytes(), it.as_bytes()).is_some();
    let is_plain = has("argparse") && has(".add_argument(");
    let others =
        ["parents=[", "parse_known_args", "REMAINDER", "sys.argv", "f\"--", "f'--", "**kwargs", "click", "typer"];
    if !is_plain || others.iter().any(|it| has(it)) {
        return None;
    }
    // a function of another file that is handed the parser can add to it
    let mut calls = text.match_indices("(parser").chain(text.match_indices("(p,")).chain(text.match_indices("(ap"));
    let is_own = |at: usize| {
        let before = &text[..at];
        let start = before.rfind(|it: char| !(it.is_ascii_alphanumeric() || it == '_')).map_or(0, |it| it + 1);
        let name = &before[start..];
        name.is_empty() || has(&format!("def {name}("))
    };
    if !calls.all(|(at, _)| is_own(at)) {
        return None;
    }
    Some(OptionNames::among(strings(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_known_where_a_script_can_have_no_others() {
        let head = "import argparse\n\ndef main():\n    parser = argparse.ArgumentParser()\n";
        let plain = format!(
            "{head}    parser.add_argument('--write', action='store_true')\n    parser.add_argument(\"--dry-run\")\n"
        );
        let options = options_of(&plain).unwrap();
        assert_eq!(options.0, ["--dry-run", "--write"]);
        let has = |it: &str| options.has(it);
        assert!(has("--write") && has("--wr") && has("--dry") && has("--dry-run"));
        assert!(!has("--writes") && !has("--e") && !has("--x") && !has("--dry-run-more"));
        assert!(options_of(&format!("def more(parser):\n    pass\n{plain}    more(parser)\n")).is_some());
        for more in [
            "    more(parser)\n",
            "    parser.parse_known_args()\n",
            "    print(sys.argv)\n",
            "    parser.add_argument(f'--{name}')\n",
        ] {
            assert!(options_of(&format!("{plain}{more}")).is_none(), "{more}");
        }
        assert!(options_of(&format!("{plain}    path.mkdir(parents=True)\n")).is_some());
        assert!(options_of("print('--write')\n").is_none());
    }
}
