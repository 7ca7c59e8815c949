//! Files that nothing vouches for: what they are, what was looked for, and what a person can do.

use crate::{
    base::Version,
    command::{
        acquire::read::{SourceContent, UnverifiedSource, form, tree_version},
        support::failure::{Exit, Failure},
    },
    release::{Artifact, Lock, Suffix, TrustError, check, expected, sigstore::BUNDLE_SUFFIX},
};

/// The published archive that a file is said to be: by its name, or by the release that was named and by its first bytes.
pub(super) fn artifact_of(read: &UnverifiedSource, exact: Option<Version>) -> Option<Artifact> {
    let by_bytes = || match &read.content {
        SourceContent::Archive(bytes) => form(bytes).filter(|it| *it != Suffix::Zip).zip(exact),
        SourceContent::Tree(_) | SourceContent::Answer(_) => None,
    };
    Artifact::parse(&read.artifact).or_else(|| by_bytes().map(|(suffix, version)| Artifact { version, suffix }))
}

/// What was read, by its own name, and by that of the published archive that it is taken for where that is another one.
pub(super) fn called(read: &UnverifiedSource, published: &str) -> String {
    if read.artifact == published {
        return published.to_owned();
    }
    format!("{}, taken for {published},", read.artifact)
}

/// Nobody vouches for the digest: say whose it should be, if that is known. `again` is the command that says it, with `VERSION`
/// in it.
pub(super) fn unknown(lock: &Lock, read: &UnverifiedSource, exact: Option<Version>, again: &str) -> Failure {
    let artifact = artifact_of(read, exact);
    let version = match &read.content {
        SourceContent::Archive(bytes) if form(bytes).is_none() => return not_an_archive(read),
        SourceContent::Archive(_) => artifact.map(|it| it.version).or(exact),
        SourceContent::Answer(answer) => Some(answer.release),
        SourceContent::Tree(files) => tree_version(files).or(exact),
    };
    let Some(version) = version else { return nameless(read, again) };
    let name = artifact.map_or_else(|| read.artifact.clone(), |it| it.to_string());
    match expected(lock, version, &name) {
        Ok(stated) => check(&called(read, &name), read.sha256, read.size, &stated).err().map_or_else(
            || Failure::new(Exit::Trust, format!("{name} is not believed"), "see the lock"),
            Failure::from,
        ),
        Err(TrustError::Unknown { version, artifact, .. }) => {
            let sought = read.bundle_name.as_ref().map(|it| format!("{it} beside it"));
            TrustError::Unknown { version, artifact, found: Some(read.sha256), sought }.into()
        }
        Err(other) => other.into(),
    }
}

/// An archive that does not say which release it is.
fn nameless(read: &UnverifiedSource, again: &str) -> Failure {
    let name = &read.artifact;
    let (what, hint) = if read.bundle.is_some() {
        let what = "its signature cannot be checked, because nothing says which release it is of";
        (what.to_owned(), "")
    } else {
        let what = format!(
            "its digest {} is neither pinned nor in the lock, and nothing says which release it is",
            read.sha256
        );
        (what, " and review it")
    };
    let hint = format!("say which one it is{hint}: `{again}`");
    Failure::new(Exit::Trust, format!("{name} is not believed: {what}"), hint)
}

/// A file that is nothing that a release is published as.
fn not_an_archive(read: &UnverifiedSource) -> Failure {
    let name = &read.artifact;
    let (what, hint) = if name.ends_with(BUNDLE_SUFFIX) {
        let hint = "name the archive that it is of: the bundle beside that is found by itself, and `--bundle FILE` of `verify` names another one";
        ("it is a signature bundle or named like one, and not an archive", hint)
    } else if read.size == 0 {
        ("it is empty", "get it again: name a source archive, Python-X.Y.Z.tgz or Python-X.Y.Z.tar.xz")
    } else {
        let what = "it is not a .tgz, .tar.xz or .zip archive, and no digest in the lock is that of it";
        (what, "name a source archive: Python-X.Y.Z.tgz, Python-X.Y.Z.tar.xz or a .zip of a source tree")
    };
    Failure::new(Exit::Usage, format!("{name} is not a release of CPython: {what}"), hint)
}
