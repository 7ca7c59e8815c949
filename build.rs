//! Tells a release build which commit of which repository it is of, where git knows: the program then says so, and writes workflows
//! that build that very commit. Whatever is not known is left out, and nothing here ends a build.

#![allow(clippy::disallowed_methods, reason = "a build looks at its own repository")]

use std::{path::Path, process::Command};

/// What the program is built from.
const INPUTS: [&str; 7] = ["Cargo.toml", "Cargo.lock", "build.rs", "src", "baselines", "stubs", "docs-templates"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // who develops it commits often, and builds nothing anew for that
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        note_origin();
    }
}

fn note_origin() -> Option<()> {
    // a repository around an unpacked archive is another one
    git(&["ls-files", "--error-unmatch", "Cargo.toml"])?;
    for name in ["HEAD", "logs/HEAD", "packed-refs", "config"] {
        watch(&git(&["rev-parse", "--git-path", name])?);
    }
    if let Some(branch) = git(&["symbolic-ref", "--quiet", "HEAD"]) {
        watch(&git(&["rev-parse", "--git-path", &branch])?);
    }
    INPUTS.into_iter().for_each(watch);
    // a file that cargo leaves in its checkouts is nobody's change
    let changed = git(&["status", "--porcelain", "--", ".", ":!.cargo-ok"])?;
    let commit = git(&["rev-parse", "--verify", "HEAD"])?;
    let is_published = git(&["branch", "--remotes", "--contains", "HEAD"]).is_some_and(|it| !it.is_empty());
    if !changed.is_empty() || !is_published {
        return None;
    }
    let url = address(&git(&["config", "--get", "remote.origin.url"])?)?;
    println!("cargo::rustc-env=MOLT_SYNC_ORIGIN_URL={url}");
    println!("cargo::rustc-env=MOLT_SYNC_ORIGIN_REVISION={commit}");
    Some(())
}

/// The address of a repository on another machine, without what may be a secret in it.
fn address(url: &str) -> Option<String> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-._~/:@+%".contains(it);
    if !url.chars().all(is_plain) {
        return None;
    }
    match url.split_once("://") {
        Some(("https", rest)) => {
            let (authority, path) = rest.split_once('/')?;
            Some(format!("https://{}/{path}", authority.rsplit('@').next()?))
        }
        Some(("ssh", rest)) => (!rest.split('@').next()?.contains(':')).then(|| url.to_owned()),
        Some(_) => None,
        None => {
            let (host, path) = url.split_once(':')?;
            (host.contains('@') && !host.contains('/'))
                .then(|| format!("ssh://{host}/{}", path.trim_start_matches('/')))
        }
    }
}

/// Has cargo run this again when that changes. What is not there would have it run every time.
fn watch(path: &str) {
    if Path::new(path).exists() {
        println!("cargo::rerun-if-changed={path}");
    }
}

/// What git says, on one line; none where it says no, or is not here.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).env("GIT_OPTIONAL_LOCKS", "0").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}
