//! What the documentation says is deprecated, at the names that it is about.

use super::{
    documents::{Note, NoteKind},
    facts::Api,
};
use crate::python::Deprecated;

/// Takes over what the documentation says is deprecated.
pub(super) fn deprecate(api: &mut Api) {
    let notes: Vec<Note> = api.notes.iter().filter(|it| it.kind == NoteKind::Deprecated).cloned().collect();
    for note in notes {
        // with words it is mostly about an argument or a use, and not about the name
        let Some(module) = api.modules.get_mut(&note.module) else { continue };
        let stated = Deprecated { removal: note.removal.clone(), since: Some(note.version.clone()) };
        let place = format!("D {}", note.place);
        if note.name.is_empty() {
            if note.removal.is_some() {
                module.deprecated.get_or_insert(stated);
            }
        } else if let Some(name) = module.names.get_mut(&note.name)
            && (note.removal.is_some() || name.deprecated.is_some())
        {
            let known = name.deprecated.get_or_insert_default();
            known.since = known.since.take().or(stated.since);
            known.removal = known.removal.take().or(stated.removal);
            name.provenance.push(place);
        }
    }
}
