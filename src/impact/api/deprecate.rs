//! What the documentation says is deprecated, at the names that it is about.

use super::{
    documents::{Note, NoteKind},
    facts::Api,
    roles::first_role,
};
use crate::python::Deprecated;

/// Takes over what the documentation says is deprecated.
pub(super) fn deprecate(api: &mut Api) {
    let notes: Vec<Note> = api.notes.iter().filter(|it| it.kind == NoteKind::Deprecated).cloned().collect();
    for note in notes {
        let Some(module) = api.modules.get_mut(&note.module) else { continue };
        let partly = !note.is_about_the_whole();
        let stated = Deprecated { removal: note.removal.clone(), since: Some(note.version.clone()), partly };
        let place = format!("D {}", note.place);
        if note.name.is_empty() {
            if note.removal.is_some() && !partly {
                module.deprecated.get_or_insert(stated);
            }
        } else if let Some(name) = module.names.get_mut(&note.name)
            && (note.removal.is_some() || name.deprecated.is_some())
        {
            // a call that is reached whatever the arguments are says more than words
            let partly = partly && name.deprecated.as_ref().is_none_or(|it| it.partly);
            let known = name.deprecated.get_or_insert_default();
            known.partly = partly;
            known.since = known.since.take().or(stated.since);
            known.removal = known.removal.take().or(stated.removal);
            name.provenance.push(place);
        }
    }
}

/// What a sentence begins with that is about all of an object.
const WHOLE: &[&str] = &[
    "use ",
    "this attribute",
    "this class",
    "this constant",
    "this decorator",
    "this exception",
    "this function",
    "this method",
    "this module",
    "this property",
    "the attribute ",
    "the class ",
    "the function ",
    "the method ",
    "the module ",
    "the recommended ",
    "deprecated in favo",
    "it was ",
    "prefer ",
    "replaced by ",
    "superseded ",
];

/// What stands behind a name that is the subject of a sentence, or behind the word for what it is.
const VERBS: &[&str] = &["is", "was", "has", "will"];

impl Note {
    /// Whether its words are about all of its object, and not about an argument or a use of it; without words it is.
    pub(super) fn is_about_the_whole(&self) -> bool {
        let text = self.text.trim_start();
        let lower: String = text.chars().take(40).collect::<String>().to_lowercase();
        let begins =
            WHOLE.iter().any(|it| lower.starts_with(it)) && !(self.name.is_empty() && lower.starts_with("use "));
        if text.is_empty() || begins {
            return true;
        }
        // :class:`Name` is …
        let Some((target, rest)) = first_role(text.strip_prefix("The ").unwrap_or(text)) else { return false };
        let object = if self.name.is_empty() { &self.module } else { &self.name };
        let last = |it: &str| it.rsplit('.').next().unwrap_or_default().to_owned();
        let is_said = rest.split_whitespace().take(2).any(|it| VERBS.contains(&it));
        last(target) == last(object) && is_said
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::impact::api::tests::api_of;

    #[test]
    fn words_about_a_part_are_not_about_the_whole() {
        for (name, text, expected) in [
            ("f", "", true),
            ("f", "Use :func:`g` instead.", true),
            ("C.f", "This method goes.", true),
            ("f", ":func:`f` is being removed.", true),
            ("f", "The :func:`m.f` function has been deprecated.", true),
            ("f", "The :meth:`f` method of the class is deprecated.", false),
            ("f", ":func:`f` with a *x* warns.", false),
            ("f", "The *x* parameter.", false),
            ("f", "Passing a *x* is deprecated.", false),
            ("f", ":exc:`DeprecationWarning` is emitted if *x* is given.", false),
            ("", "Use :mod:`n`.", false),
            ("", "The :mod:`m` module is deprecated.", true),
            ("", "Calls with a *x* warn.", false),
        ] {
            let note = Note {
                module: "m".into(),
                name: name.into(),
                kind: NoteKind::Deprecated,
                version: "3.13".into(),
                removal: None,
                text: text.into(),
                place: String::new(),
            };
            assert_eq!(note.is_about_the_whole(), expected, "{name}: {text}");
        }
    }

    #[test]
    fn a_part_that_is_deprecated_leaves_the_rest() {
        let page = ".. module:: m\n\n.. function:: f(x)\n\n   .. deprecated-removed:: 3.12 3.15\n      The *x* parameter.\n\n.. function:: g()\n\n   .. deprecated-removed:: 3.12 3.15\n      Some uses.\n\n.. function:: h()\n\n   .. deprecated-removed:: 3.12 3.15\n\n.. deprecated-removed:: 3.12 3.15\n\n   Strange calls.\n";
        let lib = "import warnings\ndef f(x): pass\ndef g():\n    warnings._deprecated('g', remove=(3, 15))\ndef h(): pass\ndef i(x):\n    if x:\n        warnings._deprecated('i', remove=(3, 15))\n";
        let api = api_of(&[("Lib/m.py", lib), ("Doc/library/m.rst", page)]);
        let module = &api.modules["m"];
        assert_eq!(module.deprecated, None);
        for (name, partly) in [("f", true), ("g", false), ("h", false), ("i", true)] {
            let found = module.names[name].deprecated.as_ref().unwrap();
            assert_eq!((found.partly, found.removal.as_deref()), (partly, Some("3.15")), "{name}");
        }
    }
}
