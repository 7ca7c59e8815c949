//! An input of the workspace that cannot be used: told in the same words by every command that reads it.

use crate::base::{FileError, git_word, path_word, text::conflict, tree};

/// An input that was read, or why it cannot be used.
pub type Reading<T> = Result<T, Damage>;

/// Why an input cannot be used, and what repairs it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot read {name}: {cause}")]
pub struct Damage {
    /// What people call it: its path in the workspace, or the path of a file that was named.
    pub name: String,
    /// What is wrong with it.
    pub cause: String,
    /// The command or the edit that gets further.
    pub repair: String,
    /// Whose it is to repair.
    pub kind: DamageKind,
}

/// Whose a damage is to repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DamageKind {
    /// Whoever runs this: it says the same at each run.
    Unusable,
    /// A person's, who knows which side of a merge is right.
    Conflict,
    /// Nobody's: the disk failed, which another run may not see.
    Failed,
}

/// What an input is, which says how it is repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The settings.
    Settings,
    /// The recorded facts of a series.
    Baseline,
    /// What was verified.
    Lock,
    /// The union for Molt's Python tools.
    Union,
    /// The budget of intrinsic-partial modules.
    Budget,
    /// The modules attested as fully covered.
    Attestation,
    /// The scoreboard's history.
    History,
    /// A sign-off, or an exception of the scoreboard.
    SignOff,
    /// The index of the differential tests.
    Index,
    /// What phrases of documents are bound to.
    Bindings,
    /// A document with managed regions.
    Document,
    /// A document of which parts are generated as a whole.
    Generated,
    /// A template of the workspace's own.
    Template,
    /// Any other file.
    Other,
}

impl Input {
    /// What puts its text right.
    fn repair(self, name: &str) -> String {
        let name = git_word(name);
        let words = match self {
            Self::Settings => "correct that line; `molt-sync schema settings` lists the keys",
            Self::Baseline => "restore it from git, or delete it and refresh the series",
            Self::Lock => "correct that line, or restore the file from git",
            Self::Union => return format!("{}; then run it again", restored(&name)),
            Self::Budget => "write it as {\"max_intrinsic_partial\": 0} with the right number",
            Self::Attestation => "correct the attestation file at that place",
            Self::History => return restored(&name),
            Self::SignOff => "correct that line, or remove the sign-off",
            Self::Index => "correct that line: it says which tests cover which module",
            Self::Bindings => "correct that binding; docs/src/documents.md of molt-sync shows the form",
            Self::Template => "correct the template in the workspace, or remove it to use the one that is built in",
            Self::Document | Self::Generated | Self::Other => "correct it, or restore it from git",
        };
        words.to_owned()
    }

    /// What settles a conflict in it.
    fn settlement(self, name: &str) -> String {
        let typed = path_word(name);
        let for_git = git_word(name);
        // git knows the sides of a merge until it is committed, with the markers or without
        let one_side = format!(
            "take one side with `git checkout --ours {for_git}` or `--theirs` (where the markers are committed: `git checkout COMMIT -- {for_git}`, with an earlier one of `git log -- {for_git}`) and refresh the series of the other side again"
        );
        match self {
            Self::Budget => format!(
                "`molt-sync docs resolve {typed}` settles it where the merge is still open; or keep the lower number, take the marker lines out, and see what `molt-sync ratchet show` counts"
            ),
            Self::Union | Self::Generated => {
                format!("`molt-sync docs resolve {typed}` settles it where the merge is still open; or {one_side}")
            }
            Self::Attestation | Self::Bindings => format!(
                "`molt-sync docs resolve {typed}` joins what both sides added where the merge is still open; else keep what either side has, and take the marker lines out"
            ),
            Self::Lock => format!("`molt-sync trust resolve` joins both sides of it; then `git add {for_git}`"),
            Self::Document => format!(
                "`molt-sync docs resolve {typed}` settles what lies in managed regions; resolve the rest by hand"
            ),
            Self::History => format!(
                "keep the rows of both sides: take the marker lines out of {name}; `molt-sync scoreboard merge-driver` does it by itself"
            ),
            Self::Baseline => format!("resolve the conflict, or {one_side}"),
            Self::Template | Self::Other => format!("resolve the conflict in {name} by hand"),
            _ => format!("keep what either side has: take the marker lines out of {name}, and what is there twice"),
        }
    }
}

/// How a file is restored whose last commit may have the same damage.
fn restored(for_git: &str) -> String {
    format!(
        "restore it with `git checkout COMMIT -- {for_git}`: HEAD, or where the damage is committed, an earlier one of `git log -- {for_git}`"
    )
}

impl Damage {
    /// That of an input of that kind.
    pub fn of(input: Input, error: &FileError) -> Self {
        let name = error.path.to_string();
        let (kind, repair) = if error.is_conflict() {
            (DamageKind::Conflict, input.settlement(&name))
        } else if error.is_about_the_text() {
            (DamageKind::Unusable, input.repair(&name))
        } else {
            let (kind, words) = of_the_disk(error);
            (kind, words.to_owned())
        };
        Self { cause: error.source.to_string(), name, repair, kind }
    }

    /// That of a text that a merge has left both sides in; none where it is whole.
    pub fn conflict(input: Input, name: &str, text: &str) -> Option<Self> {
        let cause = format!("a merge left a conflict at line {}", conflict(text)?);
        Some(Self { cause, name: name.to_owned(), repair: input.settlement(name), kind: DamageKind::Conflict })
    }

    /// That of a text that says something else than it should.
    pub fn text(input: Input, name: &str, text: &str, why: impl Into<String>) -> Self {
        Self::conflict(input, name, text).unwrap_or_else(|| Self {
            cause: why.into(),
            name: name.to_owned(),
            repair: input.repair(name),
            kind: DamageKind::Unusable,
        })
    }
}

impl From<FileError> for Damage {
    fn from(error: FileError) -> Self {
        Self::of(Input::Other, &error)
    }
}

/// What helps where a file cannot be opened, or is none.
fn of_the_disk(error: &FileError) -> (DamageKind, &'static str) {
    use std::io::ErrorKind as Kind;
    let words = match error.source.kind() {
        _ if error.source.to_string() == tree::NOT_A_FOLDER => {
            "make a folder of it, or correct the path in molt-sync.toml"
        }
        _ if error.source.to_string().starts_with(tree::NOT_UTF_8) => {
            "save it as UTF-8: `iconv -f latin1 -t utf-8` does it where it is Latin-1"
        }
        _ if error.is_about_the_file() => {
            "put a regular file of the workspace in its place, or correct the path in molt-sync.toml"
        }
        Kind::QuotaExceeded => "name a smaller tree in molt-sync.toml, or take out what is not needed",
        Kind::PermissionDenied => "check the permissions of the file and of the folders that hold it",
        _ => {
            let words =
                "nothing was concluded without it; check the disk and the limit of open files, and run it again";
            return (DamageKind::Failed, words);
        }
    };
    (DamageKind::Unusable, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::RelPath;

    #[test]
    fn a_text_is_told_by_what_is_wrong_with_it_and_a_conflict_as_one_whoever_read_it() {
        let path = RelPath::new("tools/budget.json").unwrap();
        let broken = Damage::of(Input::Budget, &FileError::unusable(&path, "{", "it is not JSON"));
        assert_eq!(broken.to_string(), "cannot read tools/budget.json: it is not JSON");
        assert!(broken.repair.contains("max_intrinsic_partial") && broken.kind == DamageKind::Unusable);
        assert_eq!(Damage::text(Input::Budget, "tools/budget.json", "{", "it is not JSON"), broken);
        let both = "{\n<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n}\n";
        let open = Damage::of(Input::Budget, &FileError::unusable(&path, both, "it is not JSON"));
        assert_eq!(open.to_string(), "cannot read tools/budget.json: a merge left a conflict at line 2");
        assert!(open.repair.contains("docs resolve tools/budget.json") && open.kind == DamageKind::Conflict);
        assert_eq!(Damage::conflict(Input::Budget, "tools/budget.json", both), Some(open));
    }

    /// The last commit may have the very damage, and knows no sides of a merge.
    #[test]
    fn what_is_committed_is_restored_from_an_earlier_commit() {
        let path = RelPath::new("docs/a b.json").unwrap();
        let earlier = "an earlier one of `git log -- 'docs/a b.json'`";
        for input in [Input::History, Input::Union] {
            let repair = Damage::of(input, &FileError::unusable(&path, "{", "it is no row")).repair;
            assert!(
                repair.contains(earlier) && repair.contains("`git checkout COMMIT -- 'docs/a b.json'`"),
                "{repair}"
            );
        }
        let both = "<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n";
        let settled = |input: Input| Damage::of(input, &FileError::unusable(&path, both, "")).repair;
        for input in [Input::Union, Input::Generated, Input::Baseline] {
            assert!(settled(input).contains(earlier), "{}", settled(input));
        }
        assert!(settled(Input::Budget).contains("keep the lower number") && !settled(Input::Budget).contains("--ours"));
    }

    #[test]
    fn what_the_disk_says_is_no_matter_of_the_kind_of_input() {
        let path = RelPath::new("a").unwrap();
        let of = |kind: std::io::ErrorKind| {
            let error = FileError { path: path.clone(), source: kind.into() };
            let all = [Input::Lock, Input::History].map(|it| Damage::of(it, &error));
            assert_eq!(all[0], all[1]);
            all[0].kind
        };
        assert_eq!(of(std::io::ErrorKind::IsADirectory), DamageKind::Unusable);
        assert_eq!(of(std::io::ErrorKind::PermissionDenied), DamageKind::Unusable);
        assert_eq!(of(std::io::ErrorKind::Other), DamageKind::Failed);
    }
}
