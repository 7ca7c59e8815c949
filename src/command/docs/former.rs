//! Sentences about what Molt targets that name series as they once were: a person has not followed a series that came or
//! went.

use super::load::Docs;
use crate::{
    command::state::State,
    docs::{self, Claim, Document},
};

/// What could be such a sentence; the history of the series tells.
pub(super) fn candidates(state: &State, loaded: &Docs) -> Vec<Claim> {
    if !state.config.docs.defaults {
        return Vec::new();
    }
    let rules = loaded.rules();
    let is_read = |it: &&Document| !rules.archival.is_match(it.path.as_str()) && it.path != *rules.audit;
    let documents: Vec<&Document> = loaded.documents.iter().filter(is_read).collect();
    docs::former_lists(&documents, &loaded.facts)
}
