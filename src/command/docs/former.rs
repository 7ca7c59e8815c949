//! Sentences about what Molt targets that name series as they once were: a person has not followed a series that came or
//! went.

use super::{load::Docs, past::histories};
use crate::{
    command::{
        context::{Context, Workspace},
        failure::Failure,
        state::State,
    },
    docs::{self, Claim, Document},
};

/// Those sentences. Git is asked only where there is a list that could be one.
pub(super) fn former(
    context: &Context,
    workspace: &Workspace,
    state: &State,
    loaded: &Docs,
) -> Result<Vec<Claim>, Failure> {
    if !state.config.docs.defaults {
        return Ok(Vec::new());
    }
    let rules = loaded.rules();
    let is_read = |it: &&Document| !rules.archival.is_match(it.path.as_str()) && it.path != *rules.audit;
    let documents: Vec<&Document> = loaded.documents.iter().filter(is_read).collect();
    let found = docs::former_lists(&documents, &loaded.facts);
    if found.is_empty() {
        return Ok(found);
    }
    let histories = histories(loaded, &workspace.root, &context.cache(), &found)?;
    Ok(docs::once_right(found, &loaded.facts, &histories))
}
