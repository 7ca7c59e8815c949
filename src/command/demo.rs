//! `molt-sync demo`: the whole job on a workspace of its own, from a mirror on the loopback interface.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    base::{Request, Series, Sha256, Staged},
    command::{
        init::{Init, create},
        plan::refresh_request::{Accepted, Refresh},
        refresh::run as refresh,
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            output::Output,
            source::Source,
        },
    },
    config::Paths,
    host::{self, Disk, ScratchDir, Server},
    release::{Artifact, Lock, Locked, RECONSTRUCTED, Suffix},
    stdlib::{bundled, reconstruct},
    workspace::SignOff,
};

/// Runs it in `keep`, or in a temporary folder that stays for a look.
pub fn run(context: &Context, keep: Option<PathBuf>) -> Result<(), Failure> {
    let fail = |what: &str, error: &dyn std::fmt::Display| {
        Failure::new(
            Exit::Io,
            format!("cannot {what}: {error}"),
            "check the disk, the folder that TMPDIR names, and the loopback interface",
        )
    };
    let dir = match keep {
        Some(dir) => {
            must_be_empty(&dir)?;
            dir
        }
        None => ScratchDir::new().map_err(|error| fail("make a temporary folder", &error))?.keep(),
    };
    let mut all = bundled();
    let Some(newest) = all.pop() else { return Err(fail("start", &"nothing is bundled")) };
    let before: Vec<Series> = all.iter().map(|it| it.series).collect();
    let names: Vec<String> = before.iter().map(ToString::to_string).collect();
    context.terminal.note(&format!("$ molt-sync init {} --series {}", dir.display(), names.join(",")));
    create(&Init { dir: dir.clone(), series: before })?;

    let Some(version) = newest.facts.release else {
        return Err(fail("start", &"the bundled baseline names no release"));
    };
    let bytes = reconstruct(&newest).map_err(|error| fail("rebuild the bundled release", &error))?;
    let artifact = Artifact { version, suffix: Suffix::Tgz };
    lock_reconstructed(&dir, artifact, &bytes)?;
    let server =
        Server::start(BTreeMap::from([(artifact.path(), bytes)])).map_err(|error| fail("serve a mirror", &error))?;
    context.terminal.note(&format!("# a mirror at {} serves the bundled release {version}, reconstructed", server.url));

    let mut context = context.clone();
    context.options.root = Some(dir.clone());
    context.options.releases_from = Some(server.url);
    context.options.offline = false;
    context.options.cache_dir =
        Some(ScratchDir::new().map_err(|error| fail("make a temporary folder", &error))?.keep());
    let series = version.series;
    let mut request = Refresh {
        request: Request::Series(series),
        source: Source::Mirror,
        pre: false,
        accepted: Accepted::default(),
        // the files of the demo are new in whatever repository the folder is in
        output: Output { mirror_goes: true, allow_dirty: vec!["**".into()], ..Output::default() },
    };
    context.terminal.note(&format!("$ molt-sync refresh {series}"));
    if let Err(refusal) = refresh(&context, &request) {
        if refusal.exit != Exit::Person {
            return Err(refusal);
        }
        context.terminal.note(&format!("  refused, as it should be: {}", refusal.message));
        context.terminal.note(&format!("$ molt-sync refresh {series} --sign-off demo --reason \"new upstream names\""));
        request.accepted.sign_off =
            Some(SignOff { name: "demo".into(), reason: "new upstream names".into(), gates: Vec::new() });
        refresh(&context, &request)?;
    }
    if let Some(cache) = &context.options.cache_dir {
        host::remove_dir(cache);
    }
    if context.options.format == Format::Human {
        let there = format!("\nThe workspace lies in {}", dir.display());
        let more = context
            .located("The mirror and the cache of this run are gone again; `molt-sync gates` looks at what is there");
        context.print(&format!("{there}\n{more}\n"))?;
    }
    Ok(())
}

/// Refuses a folder that holds anything: the files of the demo would lie among those of somebody else.
fn must_be_empty(dir: &Path) -> Result<(), Failure> {
    let why = match host::names_in(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => error.to_string(),
        Ok(names) if names.is_empty() => return Ok(()),
        Ok(_) => "the folder is not empty".to_owned(),
    };
    let message = format!("cannot make the workspace of the demo in {}: {why}", dir.display());
    Err(Failure::new(Exit::Usage, message, "name a new or empty folder"))
}

/// A user reviews a digest into the lock; here it is known by construction.
fn lock_reconstructed(dir: &Path, artifact: Artifact, bytes: &[u8]) -> Result<(), Failure> {
    let mut lock = Lock::default();
    let entry = Locked::new(artifact.version, artifact.to_string(), Sha256::of(bytes), RECONSTRUCTED);
    lock.record(Locked { size: Some(bytes.len() as u64), ..entry });
    let disk = Disk::new(dir);
    let mut staged = Staged::new(&disk);
    staged.write(&Paths::default().lock, lock.text())?;
    host::apply(dir, &staged.into_edits())?;
    Ok(())
}
