//! The managed regions of the documents, and whose words count in one that a person edited.

use std::collections::BTreeMap;

use crate::{
    audit::{Audit, document_path, patch_document},
    base::{Files, RelPath, Staged, text::conflict},
    command::support::{
        failure::{Exit, Failure},
        obstacles::Obstacles,
        side::Side,
        state::WorkspaceState,
        unmerged::{merged_document, merged_record},
        way::Way,
    },
    docs::{BLOCKS, Region, RegionState, regions, replace, replace_by_hand, state},
    host,
    report::{DocChange, RefreshReport, Statement},
    stdlib::Union,
};

/// Every managed region of the known documents, and the generated parts of the audit document.
pub(in crate::command) fn write_documents(
    staged: &mut Staged<'_>,
    state_: &WorkspaceState,
    union: &Union,
    audit: &Audit,
    budget: Option<u64>,
    (report, obstacles): (&mut RefreshReport, &mut Obstacles),
) -> Result<(), Failure> {
    let facts = state_.doc_facts(union, audit, budget);
    let mut people = People::default();
    for block in BLOCKS {
        let path = state_.paths.document(block.document);
        let Some(text) = staged.text(path)? else {
            report.notes.push(format!("there is no {path} to state facts in"));
            continue;
        };
        if let Some(line) = conflict(&text) {
            return Err(merged_document(path.as_str(), line));
        }
        let found = match regions(&text) {
            Ok(found) => found,
            Err(error) => {
                let message = format!("cannot patch {path}: {error}");
                let hint = "repair the markers at that line, then run it again";
                let failure = Failure::new(Exit::Person, message, hint);
                obstacles.note_once(failure, Way::Hand);
                continue;
            }
        };
        let Some(region) = found.iter().find(|it| it.name == block.name) else {
            report.notes.push(format!("{path} has no region `{}`; `molt-sync docs adopt` adds it", block.name));
            continue;
        };
        let wanted = state_.documents.render(block.name, &facts)?.unwrap_or_default();
        match state(&text, region, &wanted) {
            RegionState::Current => report.docs.push(DocChange::new(path, block.name, "current")),
            RegionState::Stale => {
                staged.write(path, replace(&text, region, &wanted).map_err(|error| template(path, &error))?)?;
                report.docs.push(DocChange::new(path, block.name, "patched"));
            }
            edited => {
                let what = if edited == RegionState::Unstamped { "has no digest" } else { "was edited by hand" };
                let place = format!("{path}:{}: block `{}` {what}", region.line, block.name);
                match settled(state_, path, &text, region, &wanted)? {
                    SettledRegion::Person(why) => {
                        people.places.push(format!("{place}{why}"));
                        let has_history = host::git::is_repository(&state_.root)?;
                        let joined =
                            if has_history { merged(state_, path, &text, region, &wanted)?.ok() } else { None };
                        people.files.entry(path.clone()).or_default().push((block.name, wanted, joined));
                    }
                    SettledRegion::Kept => report.notes.push(format!("{place}, and stays as it is")),
                    SettledRegion::Written(new) => {
                        staged.write(path, new)?;
                        report.docs.push(DocChange::new(path, block.name, "patched"));
                    }
                }
            }
        }
    }
    people.settle(staged, report, obstacles)?;
    let path = &document_path(staged, &state_.paths.audit)?;
    match staged.text(path)? {
        None => report.notes.push(format!("there is no audit document at {path}")),
        Some(text) if conflict(&text).is_some() => {
            return Err(merged_record(path.as_str(), conflict(&text).unwrap_or_default()));
        }
        Some(text) => match patch_document(&text, audit) {
            Ok(new) => {
                let word = if new == text { "current" } else { "patched" };
                report.docs.push(DocChange::new(path, "generated values", word));
                staged.write(path, new)?;
            }
            Err(error) => {
                let message = format!("cannot patch {path}: {error}");
                let hint = "restore its generated sections from git, or set paths.audit in molt-sync.toml";
                obstacles.note(Failure::new(Exit::Person, message, hint), Way::Hand);
            }
        },
    }
    Ok(())
}

/// The lines of regions and of the audit document's generated parts that were out of date before any change: each with what it
/// should have said.
pub(in crate::command) fn stale_before(
    files: &dyn Files,
    state_: &WorkspaceState,
    audit: &Audit,
    budget: Option<u64>,
) -> Result<Vec<Statement>, Failure> {
    let facts = state_.doc_facts(&state_.union, audit, budget);
    let mut res = Vec::new();
    let mut note = |path: &RelPath, old: &str, new: Option<String>| {
        res.extend(new.into_iter().flat_map(|new| Statement::between(path.as_str(), old, &new)));
    };
    for block in BLOCKS {
        let path = state_.paths.document(block.document);
        let Some(text) = files.text(path)? else { continue };
        let found = regions(&text).unwrap_or_default();
        let Some(region) = found.iter().find(|it| it.name == block.name) else { continue };
        let wanted = state_.documents.render(block.name, &facts)?.unwrap_or_default();
        if state(&text, region, &wanted) == RegionState::Stale {
            // what cannot be written is told where it is to be written
            note(path, &text, replace(&text, region, &wanted).ok());
        }
    }
    let path = &document_path(files, &state_.paths.audit)?;
    if let Some(text) = files.text(path)? {
        note(path, &text, patch_document(&text, audit).ok());
    }
    Ok(res)
}

/// Regions that a person edited and of which nobody has said whose words count.
#[derive(Default)]
struct People {
    places: Vec<String>,
    /// By document.
    files: BTreeMap<RelPath, Vec<Edited>>,
}

/// A block, its new words, and the person's changes on them, where they go together.
type Edited = (&'static str, String, Option<String>);

impl People {
    /// Shows what becomes of them if nobody's words are lost: both sides where they go together, else the person's.
    fn settle(
        self,
        staged: &mut Staged<'_>,
        report: &mut RefreshReport,
        obstacles: &mut Obstacles,
    ) -> Result<(), Failure> {
        if self.places.is_empty() {
            return Ok(());
        }
        let mut options = Vec::new();
        for (path, blocks) in self.files {
            let all: Option<Vec<_>> =
                blocks.into_iter().map(|(name, wanted, joined)| Some((name, wanted, joined?))).collect();
            let side = if all.is_some() { "merge" } else { "ours" };
            options.push(("--take", format!("{side}={path}")));
            for (name, wanted, joined) in all.unwrap_or_default() {
                let text = staged.text(&path)?.unwrap_or_default();
                let found = regions(&text).unwrap_or_default();
                let Some(region) = found.iter().find(|it| it.name == name) else { continue };
                let new = replace_by_hand(&text, region, &joined, &wanted).map_err(|error| template(&path, &error))?;
                staged.write(&path, new)?;
                report.docs.push(DocChange::new(&path, name, "patched"));
            }
        }
        let message = "a person's words stand in a managed region";
        let hint =
            "move them out of the region, or say whose words count with --take ours=PATH, theirs=PATH or merge=PATH";
        let failure = Failure::new(Exit::Person, message, hint).with_details(self.places);
        obstacles.note(failure, Way::Options(options));
        Ok(())
    }
}

enum SettledRegion {
    /// Nobody has said whose words count, or the two do not fit together: why, in words.
    Person(String),
    Kept,
    Written(String),
}

fn template(path: &RelPath, error: &crate::docs::RegionError) -> Failure {
    Failure::new(Exit::Usage, format!("cannot patch {path}: {error}"), "correct the template of the block")
}

fn settled(
    state_: &WorkspaceState,
    path: &RelPath,
    text: &str,
    region: &Region,
    wanted: &str,
) -> Result<SettledRegion, Failure> {
    let fail = |error| template(path, &error);
    Ok(match state_.side(path) {
        None => SettledRegion::Person(String::new()),
        Some(Side::Ours) => SettledRegion::Kept,
        Some(Side::Theirs) => SettledRegion::Written(replace(text, region, wanted).map_err(fail)?),
        Some(Side::Merge) => match merged(state_, path, text, region, wanted)? {
            Ok(words) => SettledRegion::Written(replace_by_hand(text, region, &words, wanted).map_err(fail)?),
            Err(why) => SettledRegion::Person(format!(", and cannot be merged: {why}")),
        },
    })
}

/// The person's changes on the new words, or why they do not go together.
fn merged(
    state_: &WorkspaceState,
    path: &RelPath,
    text: &str,
    region: &Region,
    wanted: &str,
) -> Result<Result<String, String>, Failure> {
    let found = host::git::versions(&state_.root, &[vec![path]], &mut host::git::VersionBudget::default())?;
    let base = found.iter().flat_map(|it| &it.0).find_map(|version| {
        let text = String::from_utf8(version.bytes.clone()?).ok()?;
        let found = regions(&text).ok()?;
        let region = found.iter().find(|it| it.name == region.name && it.is_as_written(&text))?;
        Some(plain(region.content(&text)))
    });
    let Some(base) = base else { return Ok(Err("git does not know its words before they were edited".into())) };
    let merged = host::git::merge_texts(&state_.root, &base, &plain(region.content(text)), &plain(wanted))?;
    let has_conflict = merged.lines().any(|it| it.starts_with("<<<<<<< "));
    Ok(if has_conflict { Err("both sides changed the same lines".into()) } else { Ok(merged) })
}

/// Lines alone: how they end and what surrounds them is the document's.
fn plain(text: &str) -> String {
    text.replace('\r', "").trim_matches('\n').to_owned() + "\n"
}
