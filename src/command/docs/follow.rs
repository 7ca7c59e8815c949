//! Documents follow a refresh: a claim that was right before and is not afterwards is patched in the same changeset, and
//! one that a tool cannot patch stops the run before anything is written.

use std::collections::{BTreeSet, HashMap};

use super::{
    documents::documents,
    load::{DocsInputs, LoadedDocs},
    repairs::not_written,
    subject::Present,
};
use crate::{
    base::{Files, RelPath, Staged, number_of},
    command::support::{
        failure::{Exit, Failure},
        remarks::Remarks,
        state::WorkspaceState,
        way::Way,
    },
    docs::{self, AuditFed, Claim, DocsOptions, Document, VersionList, counts},
    report::{DocChange, Statement},
    stdlib::Union,
};

/// What documents claimed before, and the facts that they were held against.
pub(in crate::command) struct EarlierClaims {
    docs: LoadedDocs,
    claims: Vec<Claim>,
}

/// What became of documents that a change makes untrue.
#[derive(Default)]
pub(in crate::command) struct FollowedDocs {
    /// The documents that are patched.
    pub(in crate::command) docs: Vec<DocChange>,
    /// What documents still state wrongly afterwards, with the source that decides.
    pub(in crate::command) still_wrong: Vec<String>,
}

impl EarlierClaims {
    /// Reads it off the workspace as it is.
    pub(in crate::command) fn read(
        files: &dyn Files,
        state: &WorkspaceState,
        now: &Present<'_>,
    ) -> Result<Self, Failure> {
        let docs = load(files, state, now)?;
        let claims = docs.claims();
        Ok(Self { docs, claims })
    }

    /// Patches what is wrong because of the changes that are staged. Claims that only a person can change stand in the way.
    pub(in crate::command) fn follow(
        &self,
        staged: &mut Staged<'_>,
        state: &WorkspaceState,
        now: &Present<'_>,
    ) -> Result<(FollowedDocs, Remarks), Failure> {
        let (mut res, mut remarks) = (FollowedDocs::default(), Remarks::default());
        let drifted = self.claims.iter().filter(|it| it.as_of.is_none() && it.class() > docs::CodeClass::Note).count();
        if drifted > 0 {
            let places = number_of(drifted, "place");
            remarks.note(format!(
                "documents were wrong in {places} before, which was left alone; `molt-sync docs check` says where, beside what it finds of past days and of lost statements"
            ));
        }
        if state.unknown_states().is_some() {
            res.still_wrong = self.claims.iter().filter_map(|it| still_wrong(it, &self.docs)).collect();
            return Ok((res, remarks));
        }
        let after = load(staged, state, now)?;
        if after.facts.iter().eq(self.docs.facts.iter()) {
            res.still_wrong = self.claims.iter().filter_map(|it| still_wrong(it, &self.docs)).collect();
            return Ok((res, remarks));
        }
        let right: BTreeSet<String> = self.claims.iter().filter(|it| !it.is_wrong()).map(Claim::id).collect();
        let fed = self.fed_by_audit(&after);
        let all = after.claims();
        let mut moved = all.clone();
        let wrong = moved.iter().filter(|it| !(right.contains(&it.id()) || fed.contains(&it.id())));
        res.still_wrong = wrong.filter_map(|it| still_wrong(it, &after)).collect();
        moved.retain(|it| {
            let id = it.id();
            it.is_wrong() && it.as_of.is_none() && (right.contains(&id) || fed.contains(&id))
        });
        let (patched, people): (Vec<Claim>, Vec<Claim>) = moved.into_iter().partition(|it| docs::may_repair(it, false));
        // what was so on a day that is told stays what was so then: it waits for a person, and holds nothing up
        let (dated, people): (Vec<Claim>, Vec<Claim>) =
            people.into_iter().partition(|it| it.holds_nothing_up || !it.is_bound());
        // a list of what Molt targets is shown with the others
        let dated = dated.iter().filter(|it| it.kind != docs::ClaimKind::Targets);
        remarks.for_a_person.extend(dated.map(|it| format!("{}:{}: {}", it.path, it.line, it.repair)));
        if !people.is_empty() {
            let lines = people.iter().map(|it| format!("{}:{}: {}", it.path, it.line, it.message()));
            let message = "documents state what the change makes untrue, in words that only a person can change";
            let hint = "change those lines by hand, or loosen their bindings, then run it again";
            remarks.obstacle(Failure::new(Exit::Person, message, hint).with_details(lines), Way::Hand);
        }
        for document in &after.documents {
            let written: Vec<&Claim> = patched.iter().filter(|it| it.path == document.path).collect();
            let beside = docs::numbers_beside(document, (&written, &all), (&self.docs.facts, &after.facts));
            remarks.for_a_person.extend(beside.into_iter().map(|it| format!("{}:{it}", document.path)));
        }
        match docs::sync(&after.documents, &patched, &after.rules(), &after.page, false) {
            Ok(new) => res.docs = written(staged, new, &after.documents, &patched)?,
            Err(errors) => remarks.obstacle(not_written("cannot patch ", &errors), Way::Hand),
        }
        Ok((res, remarks))
    }
}

/// Writes the documents that are patched.
fn written(
    staged: &mut Staged<'_>,
    new: Vec<Document>,
    before: &[Document],
    patched: &[Claim],
) -> Result<Vec<DocChange>, Failure> {
    let (mut res, mut counts) = (Vec::new(), HashMap::<&RelPath, usize>::new());
    for it in patched {
        *counts.entry(&it.path).or_default() += 1;
    }
    let before: HashMap<&RelPath, &str> = before.iter().map(|it| (&it.path, it.text.as_str())).collect();
    for document in new {
        let count = counts.get(&document.path).copied().unwrap_or_default();
        let old = before.get(&document.path).copied().unwrap_or_default();
        let lines = Statement::between(document.path.as_str(), old, &document.text).len();
        let words = format!("{} in {}", number_of(count, "value"), number_of(lines, "line"));
        res.push(DocChange::new(&document.path, &words, "patched"));
        staged.write(&document.path, document.text)?;
    }
    Ok(res)
}

impl EarlierClaims {
    /// The lines of documents that the change puts right although it has not made them wrong: what another tool fills from the
    /// audit document, and what did not agree with that before.
    pub(in crate::command) fn wrong_before(&self) -> Vec<Statement> {
        let fed = self.fed_by_audit(&self.docs);
        let wrong = self.claims.iter().filter(|it| it.is_wrong() && fed.contains(&it.id()));
        wrong.map(|it| Statement::wrong_at(it.path.as_str(), it.line)).collect()
    }

    /// The claims that another tool of the workspace fills from the audit document, and that agreed with it before. The
    /// document is made right by this change whether it was before or not, and they go with it.
    fn fed_by_audit(&self, after: &LoadedDocs) -> BTreeSet<String> {
        let counts = counts(&self.docs.audit_text);
        let fed = AuditFed::new(&after.documents, &counts);
        let is_fed = |it: &&Claim| it.facts.iter().any(|fact| fed.holds(fact, it));
        self.claims.iter().filter(is_fed).map(Claim::id).collect()
    }

    /// The documents, and every other Markdown file of the tree as far as all together can be read: what a folder outside
    /// of the documents' says of the series has an owner too.
    fn with_versions(&self, staged: &Staged<'_>) -> Result<BTreeSet<RelPath>, Failure> {
        let mut res: BTreeSet<RelPath> = self.docs.documents.iter().map(|it| it.path.clone()).collect();
        let everywhere = DocsOptions { roots: vec!["*.md".into(), "**/*.md".into()], ..DocsOptions::default() };
        match documents(staged, &everywhere) {
            Ok(found) => res.extend(found.documents.into_iter().map(|it| it.path)),
            Err(failure) if failure.exit == Exit::Usage => {}
            Err(failure) => return Err(failure),
        }
        Ok(res)
    }

    /// Sentences that list exactly the series of before, where the change brings or drops one: what Molt targets is a
    /// person's to say.
    pub(in crate::command) fn lists_for_a_person(
        &self,
        staged: &Staged<'_>,
        before: &Union,
        after: &Union,
        checker: &RelPath,
    ) -> Result<Vec<String>, Failure> {
        let series = |it: &Union| it.by_series.keys().copied().collect::<BTreeSet<_>>();
        if series(before) == series(after) {
            return Ok(Vec::new());
        }
        let rules = self.docs.rules();
        let mut documents = Vec::new();
        for path in self.with_versions(staged)? {
            let Some(text) = staged.text(&path)? else { continue };
            documents.push(Document { path, text });
        }
        let lists = docs::version_lists(&documents, rules.archival, (&series(before), &series(after)));
        let lines = lists.iter().filter(|it| it.path == *rules.audit).map(|it| it.whole_line.as_str()).collect();
        let constant = rules.checker_says(&lines);
        let (written, lists): (Vec<&VersionList>, Vec<&VersionList>) =
            lists.iter().partition(|it| it.path == *rules.audit && constant.contains(it.whole_line.as_str()));
        let mut res: Vec<String> = lists.iter().map(|it| format!("{}:{}: {}", it.path, it.line, it.sentence)).collect();
        if !written.is_empty() {
            let lines = number_of(written.len(), "line");
            res.push(format!(
                "{checker}: it writes {lines} of {} that list the series; change both together",
                rules.audit
            ));
        }
        Ok(res)
    }
}

/// A claim that is wrong and stays so, with the source that decides.
fn still_wrong(claim: &Claim, docs: &LoadedDocs) -> Option<String> {
    if claim.as_of.is_some() || claim.class() <= docs::CodeClass::Note {
        return None;
    }
    let source = claim
        .facts
        .iter()
        .find_map(|id| docs.facts.get(id))
        .map_or_else(String::new, |fact| format!(" ({} decides)", fact.source));
    Some(format!("{}:{}: {}{source}", claim.path, claim.line, claim.message()))
}

fn load(files: &dyn Files, state: &WorkspaceState, now: &Present<'_>) -> Result<LoadedDocs, Failure> {
    // what a command line says does not change with a release
    let read = DocsInputs::new(files, &state.config.docs, &state.paths.checker)?;
    LoadedDocs::load(files, state, now, read, |_| Ok(()))
}
