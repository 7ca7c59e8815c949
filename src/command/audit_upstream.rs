//! `molt-sync audit-upstream`: every locked release against what is published now, and what the calendar says against it.

use std::collections::HashSet;

use crate::{
    archive::Limits,
    base::{Version, number_of, printable},
    command::{
        acquire::{CalendarOutcome, calendar_out_of_reach, is_rebuilt, out_of_reach, recalls},
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            source::Source,
            workspace::Workspace,
        },
    },
    host::{self, FeedAnswer, Mirror},
    release::{
        Artifact, ArtifactOf, Lock, Locked, Published, RECONSTRUCTED, Recalls, Standing, compare,
        feed::Doubt,
        pinned_digests,
        sigstore::{BUNDLE_LIMIT, BUNDLE_SUFFIX},
    },
    report::{envelope, json_document},
    stdlib::{Baseline, SourceKind},
    workspace::{accepted_recalls, baselines, lock},
};

/// What was found.
struct UpstreamAudit<'a> {
    rows: Vec<UpstreamRow<'a>>,
    /// Archives at which it could not be looked, and why.
    unseen: Vec<(&'a Locked, Failure)>,
    /// Entries that no mirror can have, and why.
    left_out: Vec<(&'a Locked, String)>,
    /// Whether one of them names an archive of another release, or no archive.
    has_foreign: bool,
    /// Releases that are recorded from an archive of which the lock says nothing, with its name.
    unlocked: Vec<(Version, String)>,
    /// Archives of which no byte was read.
    unread: usize,
    /// Releases that the calendar says something against, and that nobody has accepted.
    doubted: Vec<(Version, &'a Doubt)>,
    asked: CalendarOutcome,
}

/// So many archives without an answer, and none with one, end the run: all others would be waited for as long.
const SILENT: usize = 3;

type UpstreamRow<'a> = (&'a Locked, (Standing, String));

/// Runs it: 0 where nothing changed, 3 where something is gone or was recalled, where an entry names no archive of its release, where a
/// record has no entry, or where nothing of what is locked can be compared, 4 where something is not what it was, 5 where it could not be looked at all of it. With `downloads` the archives are read whole; without, their lengths and what their signatures are about
/// have to do.
pub fn run(context: &Context, downloads: bool) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    let lock = lock(&workspace.disk, &workspace.config.paths)?;
    out_of_reach(context, &workspace.config)?;
    calendar_out_of_reach(context, &workspace.config)?;
    let mirror = context.open_mirror(workspace.config.releases_from.as_deref())?;
    if mirror.is_folder() {
        mirror.list("")?;
    }
    let (recalls, asked) = recalls(context, &workspace.config, &Source::Mirror);
    let root = context.root_of_trust()?;
    let (mut rows, mut unseen) = (Vec::new(), Vec::new());
    let (mut left_out, mut has_foreign, mut unread) = (Vec::new(), false, 0);
    let mut begun: HashSet<&str> = HashSet::new();
    for locked in &lock.releases {
        // an archive has limits of its own, which begin where it is named for the first time
        if begun.insert(locked.artifact.as_str()) {
            host::begin_anew();
        }
        let artifact = match ArtifactOf::new(&locked.artifact, locked.version) {
            ArtifactOf::Published(artifact) => artifact,
            ArtifactOf::Local => {
                left_out.push((locked, "it is not an archive that is published".to_owned()));
                continue;
            }
            ArtifactOf::Foreign(other) => {
                has_foreign = true;
                let of = |it| format!("it is the archive of CPython {it}");
                let why =
                    other.map_or_else(|| "it is not the name of an archive; correct it in the lock".to_owned(), of);
                left_out.push((locked, why));
                continue;
            }
        };
        // the word alone is believed of nothing that is on a mirror
        if locked.verified_by == RECONSTRUCTED && is_rebuilt(locked.version, locked.sha256) {
            left_out.push((locked, "it was rebuilt from the bundled baseline, and is published nowhere".to_owned()));
            continue;
        }
        // to read a file of this machine costs little
        let published = match published(&mirror, artifact, locked, downloads || mirror.is_folder()) {
            Ok(published) => published,
            // what is not seen of one archive hides nothing of the others
            Err(failure) => {
                unseen.push((locked, failure));
                let is_silence = |it: &(&Locked, Failure)| it.1.exit == Exit::Io;
                if rows.is_empty() && unseen.iter().filter(|it| is_silence(it)).count() == SILENT {
                    break;
                }
                continue;
            }
        };
        let is_read = published.sha256.is_some();
        let (standing, why) = compare(locked, &published, &root, &lock.signers_of(locked.version));
        unread += usize::from(!is_read && standing <= Standing::NewSignature);
        rows.push((locked, (standing, why)));
    }
    if rows.is_empty() && !unseen.is_empty() {
        let gravest = unseen.iter().position(|it| it.1.exit == Exit::Trust).unwrap_or(0);
        return Err(unseen.swap_remove(gravest).1);
    }
    let is_gone = |it: &UpstreamRow<'_>| it.1.0 == Standing::Gone;
    // where all that is locked is published nowhere, that is told, once the mirror was asked
    if rows.iter().all(is_gone) && !lists_releases(&mirror)? && (!rows.is_empty() || left_out.is_empty()) {
        let what = if rows.is_empty() { "" } else { ", and nothing of what is locked is there" };
        let message = format!("{} lists no releases{what}", mirror.name());
        return Err(Failure::new(
            Exit::Io,
            message,
            "check the mirror's address: it may have moved, or be somewhere else",
        ));
    }
    let records: Vec<Baseline> = baselines(&workspace.disk, &workspace.config.paths)?.into_values().collect();
    let doubted = doubted(&workspace, &lock, &records, &recalls)?;
    let unlocked = unlocked(&lock, &records);
    let audit = UpstreamAudit { rows, unseen, left_out, has_foreign, unlocked, unread, doubted, asked };
    let text = if context.options.format == Format::Json { audit.json() } else { audit.human(&mirror.name()) };
    context.print(&text).map(|()| audit.exit())
}

/// Whether a mirror lists releases, or nothing at all in a listing: what cannot be listed, or lists other things, is somewhere else.
fn lists_releases(mirror: &Mirror) -> Result<bool, Failure> {
    let Some(mut names) = mirror.list("")? else { return Ok(false) };
    names.retain(|it| it != "..");
    Ok(mirror.is_folder() || names.is_empty() || names.iter().any(|it| it.parse::<Version>().is_ok()))
}

/// What is said against releases that are locked or recorded.
fn doubted<'a>(
    workspace: &Workspace,
    lock: &Lock,
    records: &[Baseline],
    recalls: &'a Recalls,
) -> Result<Vec<(Version, &'a Doubt)>, Failure> {
    let paths = &workspace.config.paths;
    let recorded = records.iter().filter_map(|it| it.facts.release);
    let mut all: Vec<Version> = lock.releases.iter().map(|it| it.version).chain(recorded).collect();
    all.sort_unstable();
    all.dedup();
    let accepted = accepted_recalls(&workspace.disk, paths)?;
    let doubts = all.into_iter().filter_map(|it| Some((it, recalls.of(it)?)));
    Ok(doubts.filter(|(version, it)| !accepted.covers(*version, it)).collect())
}

/// Records of archives that the lock has no entry of, so that nothing of them is compared. Those that come with this program or an
/// earlier one have none, and their digests are known to it.
fn unlocked(lock: &Lock, records: &[Baseline]) -> Vec<(Version, String)> {
    let one = |it: &Baseline| {
        let (version, digest) = (it.facts.release?, it.provenance.sha256?);
        let is_archive = it.provenance.source == SourceKind::ReleaseArchive;
        let is_locked = lock.releases.iter().any(|it| it.version == version);
        (is_archive && !is_locked && !pinned_digests(version).contains(&digest)).then(|| {
            let name = it.provenance.artifact.as_deref().unwrap_or("an archive without a name");
            (version, name.to_owned())
        })
    };
    records.iter().filter_map(one).collect()
}

impl UpstreamAudit<'_> {
    fn exit(&self) -> Exit {
        let worst = self.rows.iter().map(|(_, (standing, _))| *standing).max().unwrap_or(Standing::Same);
        match worst {
            _ if self.unseen.iter().any(|it| it.1.exit == Exit::Trust) => Exit::Trust,
            Standing::SignatureChanged | Standing::Uploaded => Exit::Trust,
            Standing::Gone | Standing::SignatureGone => Exit::Person,
            Standing::Same | Standing::NewSignature
                if self.has_foreign || !self.doubted.is_empty() || !self.unlocked.is_empty() =>
            {
                Exit::Person
            }
            Standing::Same | Standing::NewSignature
                if !self.unseen.is_empty() || matches!(self.asked, CalendarOutcome::Unheard(_)) =>
            {
                Exit::Io
            }
            // what was not compared is not known to be the same
            Standing::Same | Standing::NewSignature if self.rows.is_empty() && !self.left_out.is_empty() => {
                Exit::Person
            }
            Standing::Same | Standing::NewSignature => Exit::Done,
        }
    }

    fn json(&self) -> String {
        let row = |(locked, (standing, why)): &UpstreamRow<'_>| serde_json::json!({ "version": locked.version, "artifact": locked.artifact, "sha256": locked.sha256, "standing": standing, "why": why });
        let rows: Vec<_> = self.rows.iter().map(row).collect();
        let left_out = |(locked, why): &(&Locked, String)| serde_json::json!({ "version": locked.version, "artifact": locked.artifact, "why": why });
        let left_out: Vec<_> = self.left_out.iter().map(left_out).collect();
        let unseen = |(locked, failure): &(&Locked, Failure)| serde_json::json!({ "version": locked.version, "artifact": locked.artifact, "why": failure.message });
        let unseen: Vec<_> = self.unseen.iter().map(unseen).collect();
        let unlocked =
            |(version, artifact): &(Version, String)| serde_json::json!({ "version": version, "artifact": artifact });
        let unlocked: Vec<_> = self.unlocked.iter().map(unlocked).collect();
        let doubt = |(version, it): &(Version, &Doubt)| serde_json::json!({ "version": version, "is_recalled": it.is_recalled, "note": it.note });
        let doubted: Vec<_> = self.doubted.iter().map(doubt).collect();
        let value = envelope(
            serde_json::json!({ "releases": rows, "unseen": unseen, "left_out": left_out, "unlocked": unlocked, "unread": self.unread, "doubted": doubted, "recalls": self.asked.words() }),
        );
        json_document(&value)
    }

    fn human(&self, name: &str) -> String {
        let mut text = String::new();
        for (locked, (standing, why)) in &self.rows {
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            text += &format!("{} {}{why}\n", locked.artifact, standing.name());
        }
        for (locked, failure) in &self.unseen {
            text += &format!("{} could not be looked at: {}\n", printable(&locked.artifact), failure.message);
        }
        for (locked, why) in &self.left_out {
            text += &format!("{} of CPython {} is not compared: {why}\n", printable(&locked.artifact), locked.version);
        }
        for (version, artifact) in &self.unlocked {
            let artifact = printable(artifact);
            text += &format!(
                "CPython {version} is recorded from {artifact}, and is not compared: the lock has no entry of it\n"
            );
        }
        for (version, doubt) in &self.doubted {
            text += &format!("CPython {version}: {}\n", doubt.words());
        }
        if let CalendarOutcome::Unheard(_) = self.asked {
            text += &format!("recalls: {}\n", self.asked.words());
        }
        let changed = self.rows.iter().filter(|(_, (it, _))| *it > Standing::NewSignature).count();
        if self.rows.is_empty() && self.left_out.is_empty() && self.unlocked.is_empty() {
            text += "no release is locked, so that there was nothing to compare\n";
        }
        text += &format!("{} compared with {name}, {changed} not as locked\n", number_of(self.rows.len(), "release"));
        if self.unread > 0 {
            let archives = number_of(self.unread, "archive");
            text += &format!(
                "of {archives} the length and what the signature is about were compared, and not the bytes: --download reads them\n"
            );
        }
        text
    }
}

/// What is there of an archive. No answer is an error, and never taken for there being nothing. Where a length cannot be compared
/// the archive is read.
fn published(mirror: &Mirror, artifact: Artifact, locked: &Locked, downloads: bool) -> Result<Published, Failure> {
    let path = artifact.path();
    let bundle = mirror.small(&format!("{path}{BUNDLE_SUFFIX}"), BUNDLE_LIMIT)?;
    let size = if locked.size.is_some() { mirror.size(&path)? } else { None };
    // what no signature is about can only be known to be the same by its bytes
    let is_another_length = size.is_some_and(|it| Some(it) != locked.size);
    if downloads || (bundle.is_none() && !is_another_length) {
        let read = mirror.whole(&path, Limits::default().compressed)?;
        let (sha256, size) = read.map_or((None, None), |(bytes, sha256)| (Some(sha256), Some(bytes.len() as u64)));
        return Ok(Published { archive: sha256.is_some(), sha256, size, bundle });
    }
    let why = match mirror.has(&path) {
        FeedAnswer::Found(_) => return Ok(Published { archive: true, sha256: None, size, bundle }),
        FeedAnswer::Absent => return Ok(Published { bundle, ..Published::default() }),
        FeedAnswer::Throttled(seconds) => format!("it wants to be asked again in {seconds} s"),
        FeedAnswer::Silent(why) => why,
    };
    let message = format!("cannot compare {artifact} with {}: {why}", mirror.name());
    Err(Failure::new(Exit::Io, message, "check the connection and the mirror, and run it again"))
}
