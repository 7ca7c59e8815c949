//! Whose words count in a managed region that a person edited.

use std::collections::BTreeMap;

use crate::{
    base::{Files as _, RelPath, Staged},
    command::support::{
        failure::{Exit, Failure},
        remarks::Remarks,
        state::WorkspaceState,
        way::Way,
    },
    docs::{Region, RegionError, regions, replace, replace_by_hand},
    report::DocChange,
    workspace::Side,
};

/// Regions that a person edited and of which nobody has said whose words count.
#[derive(Default)]
pub(super) struct EditedRegions {
    places: Vec<String>,
    /// By document.
    files: BTreeMap<RelPath, Vec<Edited>>,
}

/// A block, its new words, and the person's changes on them, where they go together.
type Edited = (&'static str, String, Option<String>);

impl EditedRegions {
    /// Takes one up, with the place and the reason in words.
    pub(super) fn add(
        &mut self,
        state_: &WorkspaceState,
        (path, text, region): (&RelPath, &str, &Region),
        (name, wanted): (&'static str, String),
        place: String,
    ) -> Result<(), Failure> {
        let has_history = state_.checkout.is_repository()?;
        let joined = if has_history { merged(state_, path, text, region, &wanted)?.ok() } else { None };
        self.places.push(place);
        self.files.entry(path.clone()).or_default().push((name, wanted, joined));
        Ok(())
    }

    /// Shows what becomes of them if nobody's words are lost: both sides where they go together, else the person's.
    pub(super) fn settle(self, staged: &mut Staged<'_>, remarks: &mut Remarks) -> Result<Vec<DocChange>, Failure> {
        let (mut docs, mut options) = (Vec::new(), Vec::new());
        if self.places.is_empty() {
            return Ok(docs);
        }
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
                docs.push(DocChange::new(&path, name, "patched"));
            }
        }
        let message = "a person's words stand in a managed region";
        let hint =
            "move them out of the region, or say whose words count with --take ours=PATH, theirs=PATH or merge=PATH";
        let failure = Failure::new(Exit::Person, message, hint).with_details(self.places);
        remarks.obstacle(failure, Way::Options(options));
        Ok(docs)
    }
}

/// Whose words count in a region that a person edited.
pub(super) enum SettledRegion {
    /// Nobody has said whose words count, or the two do not fit together: why, in words.
    Person(String),
    Kept,
    Written(String),
}

/// A template that gives what no region can hold.
pub(super) fn template(path: &RelPath, error: &RegionError) -> Failure {
    Failure::new(Exit::Usage, format!("cannot patch {path}: {error}"), "correct the template of the block")
}

/// Whose words count, by what somebody has said.
pub(super) fn settled(
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
    let base = state_.checkout.earlier_texts(path)?.into_iter().find_map(|text| {
        let found = regions(&text).ok()?;
        let region = found.iter().find(|it| it.name == region.name && it.is_as_written(&text))?;
        Some(plain(region.content(&text)))
    });
    let Some(base) = base else { return Ok(Err("git does not know its words before they were edited".into())) };
    let merged = state_.checkout.merge(&base, &plain(region.content(text)), &plain(wanted))?;
    let has_conflict = merged.lines().any(|it| it.starts_with("<<<<<<< "));
    Ok(if has_conflict { Err("both sides changed the same lines".into()) } else { Ok(merged) })
}

/// Lines alone: how they end and what surrounds them is the document's.
fn plain(text: &str) -> String {
    text.replace('\r', "").trim_matches('\n').to_owned() + "\n"
}
