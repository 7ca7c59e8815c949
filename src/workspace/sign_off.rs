//! Who accepts what a change needs a person for, and the file in which that is written down, which later checks read (`sign_offs`).

use crate::{
    base::{FileError, Files as _, RelPath, Staged},
    config::Paths,
};

/// Who accepts a higher budget, or a gate that breaks, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    /// A person's name.
    pub name: String,
    /// The reason in their words.
    pub reason: String,
    /// Ids of the gates that may break.
    pub gates: Vec<String>,
}

/// A sign-off, where there is one, and the day on which it is given.
#[derive(Debug, Clone, Copy)]
pub struct SignedToday<'a> {
    /// Who accepts it.
    pub sign_off: Option<&'a SignOff>,
    /// `YYYY-MM-DD`
    pub today: &'a str,
}

impl<'a> SignedToday<'a> {
    /// The gates that may break.
    pub fn gates(self) -> &'a [String] {
        self.sign_off.map_or(&[], |it| &it.gates)
    }

    /// The text of its file, for what a gate or a word of the sign-offs says of a release, with more in front of the signature and
    /// behind it. Of a change that is shown before anybody has signed it, what is written down accepts nothing.
    pub fn text(self, about: &str, (gate, release): (&str, &str), before: &[(&str, &str)], rest: &str) -> String {
        let (name, reason) = self.sign_off.map_or(("", ""), |it| (&it.name, &it.reason));
        let head = [("gate", gate), ("release", release)];
        let tail = [("signed_off_by", name), ("reason", reason), ("date", self.today)];
        let all = head.iter().chain(before).chain(&tail);
        let lines: String = all.map(|(key, text)| format!("{key} = {}\n", quoted(text))).collect();
        format!("# {about}. Written by `molt-sync refresh`.\n{lines}{rest}")
    }
}

/// A text as TOML has it.
pub fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

/// Texts as TOML has them, one a line.
pub fn quoted_list<T: AsRef<str>>(all: impl IntoIterator<Item = T>) -> String {
    let lines: String = all.into_iter().map(|it| format!("    {},\n", quoted(it.as_ref()))).collect();
    format!("[\n{lines}]")
}

/// A name for its file that no earlier sign-off has.
///
/// # Errors
/// When the folder of the sign-offs cannot be listed.
pub fn free_sign_off(staged: &Staged<'_>, paths: &Paths, release: &str, gate: &str) -> Result<RelPath, FileError> {
    let taken = staged.list(&paths.exceptions, "")?;
    let name = |n: usize| if n == 1 { String::new() } else { format!("-{n}") };
    let mut names = (1..).map(|n| paths.exceptions.join(&format!("refresh-{release}-{gate}{}.toml", name(n))));
    Ok(names.find(|path| !taken.contains(path)).unwrap_or_else(|| paths.exceptions.clone()))
}
