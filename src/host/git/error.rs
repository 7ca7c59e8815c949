//! Why git gave no answer, and what gets further.

/// Why git gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program does not start.
    #[error("cannot start git: {}", cause(.0))]
    Start(std::io::Error),
    /// It said no.
    #[error("cannot {what} with git: {why}")]
    Failed {
        /// What was asked.
        what: String,
        /// The line of its answer that tells the cause.
        why: String,
        /// The others: what hooks say stands there.
        more: Vec<String>,
    },
    /// There is no such commit.
    #[error("cannot find the commit {revision} with git: there is no such commit")]
    NoCommit {
        /// What was asked for.
        revision: String,
        /// What may be meant.
        more: Vec<String>,
        /// What gets further.
        hint: String,
    },
    /// There is no repository to ask.
    #[error("cannot find the commit {revision}: {place} is in no repository of git")]
    NoRepository {
        /// What was asked for.
        revision: String,
        /// The workspace.
        place: String,
    },
}

/// Why a program does not start, in words where they are known.
fn cause(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no folder of PATH has a program of this name".to_owned(),
        _ => error.to_string(),
    }
}

impl GitError {
    pub(super) fn failed(what: &str, why: impl Into<String>) -> Self {
        Self::Failed { what: what.to_owned(), why: why.into(), more: Vec::new() }
    }

    /// What gets further, read off the cause.
    pub fn hint(&self) -> String {
        if let Some(hint) = self.known_hint() {
            return hint.to_owned();
        }
        let hint = match self {
            Self::NoCommit { hint, .. } => hint,
            Self::NoRepository { .. } => "leave the revision out: there is no history to compare with",
            Self::Start(error) if error.kind() == std::io::ErrorKind::ArgumentListTooLong => {
                "ask for less at once, or raise the limit of the stack (ulimit -s), which bounds a command line"
            }
            Self::Start(_) => "install git, or add the folder that it lies in to PATH",
            Self::Failed { what, .. } if ["find ", "read the files of "].iter().any(|it| what.starts_with(it)) => {
                ANOTHER_REVISION
            }
            Self::Failed { .. } => "see what git or its hooks want, and run it again",
        };
        hint.to_owned()
    }

    /// What it is about besides, a line each.
    pub fn more(&self) -> &[String] {
        match self {
            Self::Failed { more, .. } | Self::NoCommit { more, .. } => more,
            Self::Start(_) | Self::NoRepository { .. } => &[],
        }
    }

    /// The same, where the cause is a known one.
    pub fn known_hint(&self) -> Option<&'static str> {
        const HINTS: [(&[&str], &str); 18] = [
            (
                &[".gitattributes files have"],
                "take lines out of .gitattributes: git compares each with the name of each file that is looked at",
            ),
            (
                &["they have several"],
                "merge that branch into this one (`git merge`), so that its last commit is what they have in common",
            ),
            (&["the clone is shallow"], UNSHALLOW),
            (&["they have none"], "name a branch with which this one has a commit in common"),
            (
                &["another tree's repository", "names no folder"],
                "have `.git` be the folder of this tree's own repository, or use a work tree that `git worktree add` made; \
                 `git worktree repair` mends one that was moved",
            ),
            (&["without a work tree"], "rename the HEAD in that folder, so that git cannot take it for a repository"),
            (&["as a whole"], "see what wrote so large a file, and restore it, or clone the repository again"),
            (&["over limit"], "see which file or object is so large, as `git fsck` tells; it is not read into memory"),
            (&["not a regular file"], "put a regular file in its place, or clone the repository again"),
            (
                &["did not answer within"],
                "see whether `git status` ends there: a pipe among the files, a slow disk and a machine with too much to do hold it up; \
                 once they do not, run it again",
            ),
            (
                &["dubious ownership"],
                "give the folder to the user that runs this, or have git trust it: git config --global --add safe.directory DIR",
            ),
            (
                &["index.lock", ".lock': File exists"],
                "wait for the other git to end; where none is running, remove the lock file that git names",
            ),
            (
                &["No space left on device", "Disk quota exceeded", "unable to write file", "unable to create file"],
                "make room on the disk, see that it can be written to, and run it again",
            ),
            (
                &["clean filter", "smudge filter", "external filter", "process filter"],
                "install the program of that filter, or correct its setting in git's configuration",
            ),
            (
                &["could not fetch", "promisor remote", "lazy fetch"],
                "the clone is a partial one: fetch what is missing first, as `git fetch --refetch --no-filter` does",
            ),
            (
                &[
                    "corrupt",
                    "bad object",
                    "bad tree",
                    "unable to read",
                    "bad signature",
                    "No such ref",
                    "is damaged",
                    "missing blob",
                    "is not in the repository",
                ],
                "see what `git fsck` says, and repair the repository or clone it again",
            ),
            (&["Permission denied"], "check the permissions of the repository's files"),
            (&["not a git repository"], "see what is wrong with the `.git` of the workspace, or run `git init`"),
        ];
        let Self::Failed { why, more, .. } = self else { return None };
        let says = |words: &&str| why.contains(words) || more.iter().any(|it| it.contains(words));
        HINTS.iter().find(|(words, _)| words.iter().any(&says)).map(|(_, hint)| *hint)
    }
}

/// What gets further where a revision is none.
pub(super) const ANOTHER_REVISION: &str =
    "name a commit, a branch or a tag that the workspace's repository has; `git branch --all` lists the branches";

/// The same where the clone may lack it.
pub(super) const UNSHALLOW: &str =
    "fetch the commits that the clone lacks: `git fetch --unshallow`, or fetch-depth: 0 in a workflow";
