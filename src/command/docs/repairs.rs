//! The repairs of all documents as one changeset: the audit document first, because what stands below its lists moves with them.

use std::collections::{HashMap, HashSet};

use super::{documents::whole, fed::hold_audit, load::LoadedDocs, past::histories};
use crate::{
    base::{RelPath, Staged, number_of, text::BYTE_ORDER_MARK},
    changeset::Changeset,
    command::support::{
        context::Context,
        failure::{Exit, Failure},
        workspace::Workspace,
    },
    docs::{self, Claim, ClaimKind, CodeClass, Document},
};

/// Why documents are not written, all of them at once.
pub(super) fn not_written(what: &str, errors: &[docs::Refused]) -> Failure {
    let hint = "correct the template or the bindings that meet there";
    if let [error] = errors {
        return Failure::new(Exit::Person, format!("{what}{error}"), hint);
    }
    let documents = number_of(errors.len(), "document");
    Failure::new(Exit::Person, format!("{what}{documents} would not read back as they were written"), hint)
        .with_details(errors.iter().map(ToString::to_string))
}

/// The edits of every repair.
pub(super) fn changeset(
    context: &Context,
    workspace: &Workspace,
    loaded: &LoadedDocs,
    claims: &[Claim],
    take_source: bool,
) -> Result<Changeset, Failure> {
    let rules = loaded.rules();
    let refuse = |errors: Vec<docs::Refused>| not_written("nothing was written: ", &errors);
    let mut staged = Staged::new(&workspace.disk);
    let mut documents = loaded.documents.clone();
    let mut claims = claims.to_vec();
    hold_audit(loaded, &mut claims);
    let (path, wanted) = &loaded.audit;
    let is_stale = claims.iter().any(|it| it.kind == ClaimKind::Audit && it.class() == CodeClass::Repair);
    if let (true, Some(Ok(wanted))) = (is_stale, wanted) {
        // its sentences stand elsewhere once its lists are replaced
        staged.write(path, wanted.as_str())?;
        documents.retain(|it| it.path != *path);
        documents.push(Document { path: path.clone(), text: wanted.clone() });
        let mut anew = docs::check(&documents[documents.len() - 1..], &rules);
        let was: Vec<Claim> = claims.iter().filter(|it| it.path == *path).cloned().collect();
        if let Some(gone) = docs::losses(&was, &anew).first() {
            let why = format!("line {} would state {} no longer", gone.claim.line, gone.about);
            return Err(refuse(vec![docs::Refused { path: path.clone(), why }]));
        }
        let histories = histories(loaded, &workspace.root, &context.cache(), &anew)?;
        docs::judge(&mut anew, &loaded.facts, &histories);
        let waived: HashSet<String> = claims.iter().filter(|it| it.waived.is_some()).map(Claim::id).collect();
        anew.retain(|it| !waived.contains(&it.id()));
        claims.retain(|it| it.path != *path);
        claims.extend(anew);
    }
    for new in docs::sync(&documents, &claims, &rules, &loaded.page, take_source).map_err(refuse)? {
        // one that no check could read again is not written
        let Document { path, text } = whole(new.path, new.text)?;
        staged.write(&path, text)?;
    }
    let edits = staged.into_edits();
    // what was judged must be what is replaced
    let by_path: HashMap<&RelPath, &Document> = loaded.documents.iter().map(|it| (&it.path, it)).collect();
    for edit in &edits {
        let judged = by_path.get(&edit.path);
        let mark = BYTE_ORDER_MARK.as_bytes();
        let before = edit.before.as_deref().map(|it| it.strip_prefix(mark).unwrap_or(it));
        if judged.is_some_and(|it| Some(it.text.as_bytes()) != before) {
            let message = format!("{} changed while it was being judged", edit.path);
            return Err(Failure::new(Exit::Changed, message, "run it again"));
        }
    }
    Ok(Changeset { edits })
}
