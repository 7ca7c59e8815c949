//! The error that ends a run: one sentence, what it is about, a hint, and the exit code of its kind.

use crate::{
    archive::Refusal,
    audit::RatchetError,
    base::{FileError, Version, VersionError, template::TemplateError, text::quoted_json},
    host::{ApplyError, FetchError, FileSetError, MirrorError, QueryError, git::GitError},
    release::TrustError,
    report::{Obstacle, envelope, shown},
    stdlib::CollectError,
    stubs::PlanError,
    workspace::{Damage, DamageKind, Input},
};

/// The exit codes, the same for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// The answer is no.
    No = 1,
    /// Could not run: usage, configuration, missing input.
    Usage = 2,
    /// A person must decide.
    Person = 3,
    /// A digest did not verify, or an archive broke a safety limit.
    Trust = 4,
    /// Network or disk failed.
    Io = 5,
    /// The workspace changed underneath the run.
    Changed = 6,
}

impl Exit {
    /// The exit code with this number; one that there is none of is a failure all the same.
    pub fn of(code: u8) -> Self {
        let all = [Self::Done, Self::No, Self::Usage, Self::Person, Self::Trust, Self::Io, Self::Changed];
        all.into_iter().find(|it| *it as u8 == code).unwrap_or(Self::Io)
    }
}

/// Why a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// One sentence: what was attempted, on what, what went wrong.
    pub message: String,
    /// What it is about, a line each.
    pub details: Vec<String>,
    /// The command or edit that gets further.
    pub hint: Option<String>,
    /// What stands in the way of a run that can be seen all the same.
    pub obstacles: Vec<Obstacle>,
    /// Whether the result says it already.
    pub in_result: bool,
    /// The release and the artifact that nobody vouches for, where that is all that is wrong.
    pub unreviewed: Option<(Version, String)>,
}

impl Failure {
    /// A failure without details.
    pub fn new(exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            details: Vec::new(),
            hint: Some(hint.into()),
            obstacles: Vec::new(),
            in_result: false,
            unreviewed: None,
        }
    }

    /// The same with details.
    #[must_use]
    pub fn with_details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    /// Tells it on stderr.
    pub fn show(&self, terminal: &crate::host::Terminal) {
        let most = if terminal.is_verbose() { usize::MAX } else { SHOWN };
        let details = if self.obstacles.len() > 1 {
            self.obstacles.iter().flat_map(|it| it.lines(most)).collect()
        } else {
            shown(&self.details, most)
        };
        terminal.error(&self.message, &details, self.hint.as_deref());
    }

    /// The failure as one JSON document.
    pub fn json(&self) -> String {
        quoted_json(&format!("{:#}\n", self.value()))
    }

    /// The same on one line.
    pub fn json_line(&self) -> String {
        quoted_json(&format!("{}\n", self.value()))
    }

    fn value(&self) -> serde_json::Value {
        let error = serde_json::json!({ "code": self.exit as u8, "exit": self.exit as u8, "message": self.message, "details": self.details, "hint": self.hint, "obstacles": self.obstacles });
        envelope(serde_json::json!({ "error": error }))
    }

    /// A file or folder that a user named and that cannot be used.
    pub fn io(what: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        let is_usage = matches!(error.kind(), Kind::NotFound | Kind::InvalidInput | Kind::IsADirectory);
        let exit = if is_usage { Exit::Usage } else { Exit::Io };
        let hint = match error.kind() {
            Kind::NotFound if what.starts_with("write") => "name a file in a folder that is there, or make that folder",
            Kind::NotFound => "check the path",
            Kind::InvalidInput | Kind::IsADirectory if what.starts_with("write") => {
                "name a file, which need not be there yet"
            }
            Kind::InvalidInput | Kind::IsADirectory => "name a file",
            Kind::PermissionDenied => "check the permissions of the file and its folder",
            _ => "check the disk and run it again",
        };
        Self::new(exit, format!("cannot {what} {}: {error}", path.display()), hint)
    }
}

/// Lines of what an error is about that are shown before the rest is counted.
const SHOWN: usize = 20;

impl From<VersionError> for Failure {
    fn from(error: VersionError) -> Self {
        Self::new(Exit::Usage, error.to_string(), format!("write {}", error.hint))
    }
}

impl From<Damage> for Failure {
    fn from(damage: Damage) -> Self {
        let exit = match damage.kind {
            DamageKind::Unusable => Exit::Usage,
            DamageKind::Conflict => Exit::Person,
            DamageKind::Failed => Exit::Io,
        };
        Self::new(exit, damage.to_string(), damage.repair)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Damage::from(error).into()
    }
}

impl From<FileSetError> for Failure {
    fn from(FileSetError { path, error, left }: FileSetError) -> Self {
        let left = left.iter().map(|it| format!("{} could not be put back as it was", it.display()));
        Self::io("write", &path, &error).with_details(left)
    }
}

impl From<TemplateError> for Failure {
    fn from(error: TemplateError) -> Self {
        let hint = "correct the template in the workspace, or remove it to use the one that is built in";
        Self::new(Exit::Usage, error.to_string(), hint)
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::File(error) => error.into(),
            PlanError::Template(error) => error.into(),
        }
    }
}

impl From<RatchetError> for Failure {
    fn from(error: RatchetError) -> Self {
        Damage::of(Input::Budget, &error.into()).into()
    }
}

impl From<TrustError> for Failure {
    fn from(error: TrustError) -> Self {
        let hint = match &error {
            TrustError::Unknown { version, artifact, sought, .. } => {
                let bundle = sought.as_ref().map_or("", |_| "put its signature bundle beside it; or ");
                format!(
                    "{bundle}once you have reviewed it: molt-sync trust add {version} --artifact {artifact} --sha256 HEX --by NAME"
                )
            }
            TrustError::Disagree { one_by, .. } if one_by.starts_with("pinned") => {
                "the digest in molt-sync is that of python.org's release: correct the entry in the lock, or take it out".into()
            }
            TrustError::Disagree { .. } => {
                "find out which of the two is python.org's, and take the other entry out of the lock".into()
            }
            TrustError::Mismatch { artifact, .. } | TrustError::Size { artifact, .. }
                if matches!(artifact.as_str(), "source-tree" | "interpreter") =>
            {
                "it is not as it was reviewed: restore it, or have a person review it and replace the digest in the lock".into()
            }
            TrustError::Mismatch { .. } | TrustError::Size { .. } => {
                "it is not the file that was reviewed: get it again, from python.org if this was a mirror".into()
            }
        };
        let unreviewed = match &error {
            TrustError::Unknown { version, artifact, .. } => Some((*version, artifact.clone())),
            _ => None,
        };
        Self { unreviewed, ..Self::new(Exit::Trust, error.to_string(), hint) }
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        let (exit, hint) = match &error {
            FetchError::Address { reason, .. } if reason.starts_with("without") => (
                Exit::Usage,
                "write the address with https:// where the server has that, or keep a copy in a folder and name that",
            ),
            FetchError::Address { .. } => (Exit::Usage, "an address looks like https://www.python.org/ftp/python"),
            FetchError::Status { status, .. } => (Exit::Io, status_hint(status.as_u16())),
            FetchError::Redirect { hint, .. } => (Exit::Io, *hint),
            FetchError::Proxy { .. } => (
                Exit::Usage,
                "write it as http://HOST:PORT, https://HOST:PORT or socks5h://HOST:PORT, or take the variable away",
            ),
            FetchError::TooLarge { .. } => (Exit::Trust, "no CPython release is that large: check the mirror"),
            FetchError::Digest { .. } => {
                (Exit::Trust, "it is not the file that was reviewed: check the mirror, or use python.org")
            }
            FetchError::Throttled { .. } => {
                (Exit::Io, "run it again when that time is over, or name another mirror with --mirror")
            }
            FetchError::Encoded { .. } | FetchError::Wrapped { .. } => {
                (Exit::Io, "use a mirror that serves its files as they are")
            }
            FetchError::NoArchive { .. } => {
                (Exit::Io, "log in to the network if it wants that, and check the mirror's address")
            }
            FetchError::Page { .. } => {
                (Exit::Trust, "log in to the network if it wants that, and check the mirror's address")
            }
            FetchError::Network { cause, .. } => (Exit::Io, cause.hint),
        };
        Self::new(exit, error.to_string(), hint)
    }
}

impl From<MirrorError> for Failure {
    fn from(error: MirrorError) -> Self {
        match error {
            MirrorError::Fetch(error) => error.into(),
            MirrorError::Disk { path, source } if source.kind() == std::io::ErrorKind::NotADirectory => {
                let path = path.display().to_string();
                let message =
                    format!("cannot list {} as a folder of releases: it is a file", path.trim_end_matches('/'));
                Self::new(
                    Exit::Usage,
                    message,
                    "name a folder laid out like https://www.python.org/ftp/python; an archive is named by itself, and not as a mirror",
                )
            }
            MirrorError::Disk { path, source } if source.kind() == std::io::ErrorKind::NotFound => {
                let path = path.display().to_string();
                let message = format!("cannot read {} as a folder of releases: {source}", path.trim_end_matches('/'));
                Self::new(Exit::Usage, message, "name a folder that is there; an address begins with https://")
            }
            MirrorError::Disk { path, source } => Self::io("read", &path, &source),
        }
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        let hint = match &error {
            QueryError::Failed { last, .. } if last.starts_with("ModuleNotFoundError") => {
                "its standard library is not whole: install all of it, or name another CPython interpreter"
            }
            QueryError::Failed { last, .. } if last.contains("stdlib_module_names") => {
                "it is older than 3.10, which has no list of its modules: name a newer CPython interpreter"
            }
            _ => "name a CPython interpreter, 3.10 or newer, that starts",
        };
        Self::new(Exit::Usage, error.to_string(), hint)
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        Self::new(Exit::Usage, error.to_string(), error.hint()).with_details(error.more().to_vec())
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        let (exit, hint) = match &error {
            ApplyError::Changed(_) => (Exit::Changed, "nothing was written; run it again when the file is at rest"),
            ApplyError::ChangedSince(_) => {
                (Exit::Changed, "nothing was written; where the file is right as it is, take back the others with git")
            }
            ApplyError::Target { .. } => {
                (Exit::Usage, "nothing was written; put a plain file in its place and run it again")
            }
            ApplyError::Disk { source, .. } | ApplyError::Store { source, .. } => {
                let hint = match source.kind() {
                    std::io::ErrorKind::PermissionDenied => {
                        "nothing was written; give yourself permission to write there and run it again"
                    }
                    std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                        "nothing was written; make room on that disk and run it again"
                    }
                    std::io::ErrorKind::ReadOnlyFilesystem => "nothing was written; that file system can only be read",
                    _ => "nothing was written; check permissions and free space there and run it again",
                };
                (Exit::Io, hint)
            }
            ApplyError::Stuck { .. } => {
                (Exit::Io, "once the disk is well, `molt-sync recover --abort` takes the rest back")
            }
            ApplyError::Stayed { .. } => {
                (Exit::Changed, "everything else is as it was; compare those files with what was there before")
            }
            ApplyError::Busy(_) => (Exit::Changed, "nothing was written; run it again when the other one has ended"),
            ApplyError::Torn { .. } => (
                Exit::Changed,
                "`molt-sync recover --abort` takes back what it did and leaves the changed files as they are",
            ),
            ApplyError::Damaged => (
                Exit::Changed,
                "compare the tree with git; `molt-sync recover --abort` then sets aside what is left of the changeset",
            ),
            ApplyError::Unverified { .. } => (
                Exit::Person,
                "`molt-sync recover --abort` sets it aside; where you know that it is yours, `molt-sync recover --unverified` carries it out",
            ),
            ApplyError::Odd { .. } => (
                Exit::Person,
                "nothing was written; molt-sync did not make it like that: see whose it is, remove it and run it again",
            ),
            ApplyError::NothingToUndo => (
                Exit::Usage,
                "nothing that molt-sync applied here is left to take back; what was committed, `git log` lists, and `git revert` takes back",
            ),
        };
        let failure = Self::new(exit, error.to_string(), hint);
        match error {
            ApplyError::Torn { paths, .. } => failure.with_details(paths),
            ApplyError::Unverified { would, .. } => failure.with_details(would),
            _ => failure,
        }
    }
}

fn status_hint(status: u16) -> &'static str {
    match status {
        401 | 403 => {
            "check the mirror's address and whether it lets you in; a name and a password go into it as https://NAME:PASSWORD@HOST/PATH"
        }
        300..=399 => "check the mirror's address: it leads on without saying where to",
        407 => "check the name and the password of the proxy",
        _ => "check the mirror's address, or name another mirror with --mirror",
    }
}

/// An archive that was refused, by name.
pub(in crate::command) fn refused(name: &str, refusal: &Refusal) -> Failure {
    let message = format!("cannot use {name}: {refusal}");
    match refusal {
        Refusal::Sink(error) => match error.downcast_ref::<CollectError>() {
            Some(error) => collected(name, error),
            None => Failure::new(Exit::Trust, message, "get the archive again, from python.org if this was a mirror"),
        },
        Refusal::Format => Failure::new(
            Exit::Usage,
            message,
            "name a source archive: Python-X.Y.Z.tgz, .tar.xz or a .zip of a source tree",
        ),
        _ => Failure::new(Exit::Trust, message, refusal_hint(refusal)),
    }
}

/// Another download helps against damage alone.
fn refusal_hint(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Near { refusal, .. } => refusal_hint(refusal),
        Refusal::Limit { .. } => {
            "it may be undamaged, but no CPython release is that large: use the one from python.org, or its .tgz"
        }
        Refusal::Packed(_) => {
            "it may be undamaged: use the archive from python.org, or pack it again with `gzip` or with `xz`"
        }
        Refusal::Entry { .. } => "no CPython release has that: use the archive from python.org",
        _ => "get the archive again, from python.org if this was a mirror",
    }
}

/// Files that are not a release, by name.
pub(in crate::command) fn collected(name: &str, error: &CollectError) -> Failure {
    let hint = match error {
        CollectError::OtherRelease { found, .. } => format!("ask for what it is: {found}"),
        CollectError::Missing(_) | CollectError::Hollow(_) => "name a source release of CPython 3.10 or newer".into(),
        CollectError::Header(..) => "the file is damaged or of a version that is not known yet".into(),
    };
    let exit = if matches!(error, CollectError::Header(..) | CollectError::OtherRelease { .. }) {
        Exit::Trust
    } else {
        Exit::Usage
    };
    Failure::new(exit, format!("cannot use {name}: {error}"), hint)
}
