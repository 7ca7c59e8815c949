//! The managed regions of the documents, and the generated parts of the audit document.

use crate::{
    audit::{Audit, document_path, patch_document},
    base::{Files, RelPath, Staged},
    command::{
        docs::Present,
        plan::edited_regions::{EditedRegions, SettledRegion, settled, template},
        support::{
            failure::{Exit, Failure},
            remarks::Remarks,
            state::WorkspaceState,
            way::Way,
        },
    },
    docs::{BLOCKS, RegionState, regions, replace, state},
    report::{DocChange, Statement},
    workspace::{Damage, Input},
};

/// What became of the documents, and what is to be said of them.
pub(in crate::command) type WrittenDocs = (Vec<DocChange>, Remarks);

/// Writes every managed region of the known documents, and the generated parts of the audit document.
pub(in crate::command) fn write_documents(
    staged: &mut Staged<'_>,
    state_: &WorkspaceState,
    now: &Present<'_>,
) -> Result<WrittenDocs, Failure> {
    let (mut docs, mut remarks) = (Vec::new(), Remarks::default());
    if let Some(unknown) = state_.unknown_states() {
        remarks.for_a_person.push(format!(
            "the documents stay as they are: {}; {}, then run `molt-sync docs sync`",
            unknown.why, unknown.repair
        ));
        return Ok((docs, remarks));
    }
    let facts = state_.doc_facts(now.union, now.audit, now.budget);
    let mut people = EditedRegions::default();
    for block in BLOCKS {
        let path = state_.paths.document(block.document);
        let Some(text) = staged.text(path)? else {
            remarks.note(format!("there is no {path} to state facts in"));
            continue;
        };
        if let Some(damage) = Damage::conflict(Input::Document, path.as_str(), &text) {
            return Err(damage.into());
        }
        let found = match regions(&text) {
            Ok(found) => found,
            Err(error) => {
                let message = format!("cannot patch {path}: {error}");
                let hint = "repair the markers at that line, then run it again";
                let failure = Failure::new(Exit::Person, message, hint);
                remarks.obstacles.note_once(failure, Way::Hand);
                continue;
            }
        };
        let Some(region) = found.iter().find(|it| it.name == block.name) else {
            remarks.note(format!("{path} has no region `{}`; `molt-sync docs adopt` adds it", block.name));
            continue;
        };
        let wanted = state_.documents.render(block.name, &facts)?.unwrap_or_default();
        let new = match state(&text, region, &wanted) {
            RegionState::Current => {
                docs.push(DocChange::new(path, block.name, "current"));
                continue;
            }
            RegionState::Stale => replace(&text, region, &wanted).map_err(|error| template(path, &error))?,
            edited => {
                let what = if edited == RegionState::Unstamped { "has no digest" } else { "was edited by hand" };
                let place = format!("{path}:{}: block `{}` {what}", region.line, block.name);
                match settled(state_, path, &text, region, &wanted)? {
                    SettledRegion::Person(why) => {
                        people.add(state_, (path, &text, region), (block.name, wanted), format!("{place}{why}"))?;
                        continue;
                    }
                    SettledRegion::Kept => {
                        remarks.note(format!("{place}, and stays as it is"));
                        continue;
                    }
                    SettledRegion::Written(new) => new,
                }
            }
        };
        staged.write(path, new)?;
        docs.push(DocChange::new(path, block.name, "patched"));
    }
    docs.extend(people.settle(staged, &mut remarks)?);
    docs.extend(write_audit(staged, state_, now.audit, &mut remarks)?);
    Ok((docs, remarks))
}

fn write_audit(
    staged: &mut Staged<'_>,
    state_: &WorkspaceState,
    audit: &Audit,
    remarks: &mut Remarks,
) -> Result<Option<DocChange>, Failure> {
    let path = &document_path(staged, &state_.paths.audit)?;
    let Some(text) = staged.text(path)? else {
        remarks.note(format!("there is no audit document at {path}"));
        return Ok(None);
    };
    if let Some(damage) = Damage::conflict(Input::Generated, path.as_str(), &text) {
        return Err(damage.into());
    }
    match patch_document(&text, audit) {
        Ok(new) => {
            let word = if new == text { "current" } else { "patched" };
            staged.write(path, new)?;
            Ok(Some(DocChange::new(path, "generated values", word)))
        }
        Err(error) => {
            let message = format!("cannot patch {path}: {error}");
            let hint = "restore its generated sections from git, or set paths.audit in molt-sync.toml";
            remarks.obstacle(Failure::new(Exit::Person, message, hint), Way::Hand);
            Ok(None)
        }
    }
}

/// The lines of regions and of the audit document's generated parts that were out of date before any change: each with what it
/// should have said.
pub(in crate::command) fn stale_before(
    files: &dyn Files,
    state_: &WorkspaceState,
    audit: &Audit,
    budget: Option<u64>,
) -> Result<Vec<Statement>, Failure> {
    let mut res = Vec::new();
    if state_.unknown_states().is_some() {
        return Ok(res);
    }
    let facts = state_.doc_facts(&state_.union, audit, budget);
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
