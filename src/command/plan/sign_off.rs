//! Who accepts what a change needs a person for, and the files in which that is written down, which later checks read.

use std::collections::BTreeMap;

use crate::{
    base::{Files as _, RelPath, Staged},
    command::support::{failure::Failure, state::WorkspaceState},
    config::Paths,
};

/// Who accepts a higher budget, or a gate that breaks, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) struct SignOff {
    /// A person's name.
    pub name: String,
    /// The reason in their words.
    pub reason: String,
    /// Ids of the gates that may break.
    pub gates: Vec<String>,
}

impl SignOff {
    /// Of a change that is shown before anybody has signed it. What it writes down accepts nothing.
    pub(in crate::command) fn blank() -> Self {
        Self { name: String::new(), reason: String::new(), gates: Vec::new() }
    }
}

/// A sign-off, where there is one, and the day on which it is given.
#[derive(Debug, Clone, Copy)]
pub(in crate::command) struct SignedToday<'a> {
    /// Who accepts it.
    pub sign_off: Option<&'a SignOff>,
    /// `YYYY-MM-DD`
    pub today: &'a str,
}

impl<'a> SignedToday<'a> {
    /// The gates that may break.
    pub(in crate::command) fn gates(self) -> &'a [String] {
        self.sign_off.map_or(&[], |it| &it.gates)
    }
}

/// Writes down which gates break and who accepts that, or that somebody has to. Returns what is to be said of it.
pub(in crate::command) fn allow(
    staged: &mut Staged<'_>,
    state: &WorkspaceState,
    broken: &BTreeMap<&'static str, Vec<String>>,
    (release, signed): (&str, SignedToday<'_>),
) -> Result<Vec<String>, Failure> {
    let quote = |text: &str| toml_edit::Value::from(text).to_string();
    let (blank, mut notes) = (SignOff::blank(), Vec::new());
    for (gate, findings) in broken {
        let by = signed.sign_off.filter(|it| it.gates.iter().any(|it| it == gate));
        let SignOff { name, reason, .. } = by.unwrap_or(&blank);
        let lines: String = findings.iter().map(|it| format!("    {},\n", quote(it))).collect();
        let text = format!(
            "# An accepted breach of a gate. Written by `molt-sync refresh`.\n\
             gate = {}\nrelease = {}\nsigned_off_by = {}\nreason = {}\ndate = {}\nfindings = [\n{lines}]\n",
            quote(gate),
            quote(release),
            quote(name),
            quote(reason),
            quote(signed.today)
        );
        let path = free_exception(staged, &state.paths, release, gate)?;
        staged.write(&path, text)?;
        if by.is_some() {
            notes.push(format!("{name} accepts that `{gate}` breaks: {reason}"));
        }
    }
    Ok(notes)
}

/// A name that no earlier sign-off has.
pub(in crate::command) fn free_exception(
    staged: &Staged<'_>,
    paths: &Paths,
    release: &str,
    gate: &str,
) -> Result<RelPath, Failure> {
    let taken = staged.list(&paths.exceptions, "")?;
    let name = |n: usize| if n == 1 { String::new() } else { format!("-{n}") };
    let mut names = (1..).map(|n| paths.exceptions.join(&format!("refresh-{release}-{gate}{}.toml", name(n))));
    Ok(names.find(|path| !taken.contains(path)).unwrap_or_else(|| paths.exceptions.clone()))
}
