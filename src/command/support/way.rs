//! What resolves an obstacle: options of the same command line, another command, or a person's work.

use crate::base::Version;

/// What resolves an obstacle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) enum Way {
    /// These options of the same command line, each with its value.
    Options(Vec<(&'static str, String)>),
    /// The exact release instead of what was asked for, with a sign-off.
    Exact(Version),
    /// Another command, before this one.
    First(String),
    /// What a person does by hand.
    Hand,
}

impl Way {
    /// A sign-off.
    pub(in crate::command) fn sign_off() -> Self {
        Self::allow(std::iter::empty())
    }

    /// A sign-off for gates that break.
    pub(in crate::command) fn allow<'a>(gates: impl Iterator<Item = &'a str>) -> Self {
        let gates = gates.map(|it| ("--allow-gate", it.to_owned()));
        let by = [("--sign-off", "NAME".to_owned()), ("--reason", "TEXT".to_owned())];
        Self::Options(gates.chain(by).collect())
    }

    /// Whose words count in files that a person edited.
    pub(in crate::command) fn take<'a>(side: &str, paths: impl Iterator<Item = &'a str>) -> Self {
        Self::Options(paths.map(|it| ("--take", format!("{side}={it}"))).collect())
    }
}
