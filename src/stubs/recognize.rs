//! Whether a file is still exactly what a generator wrote, so that it may be moved or retired.
//!
//! Ours is compared with what the template would give. One of Molt's own generators is recognised by its syntax tree
//! (see [`crate::python::stub_shape`]) and by the digests of its wordings, with the module's name and any list of
//! series taken out: the wordings themselves are Molt's and are not repeated here.

use std::borrow::Cow;

use super::render::Templates;
use crate::{
    base::{Sha256, text::BYTE_ORDER_MARK},
    python::{self, StubShape},
};

/// Who wrote a stub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generator {
    /// This tool.
    MoltSync,
    /// One of Molt's `tools/sync_stdlib_*_stubs.py`.
    Molt,
}

/// The generator that `text`, the file of module `name`, came from unchanged; none for a person's file.
pub fn generator(text: &str, name: &str, templates: &Templates) -> Option<Generator> {
    let text = &*plain(text);
    if is_ours(text, name, templates) {
        return Some(Generator::MoltSync);
    }
    let shape = python::parse(text).ok().and_then(|module| python::stub_shape(&module, text));
    shape.filter(|it| is_molts(it, name)).map(|_| Generator::Molt)
}

/// Whether `text` is what a template gives for `name`, in whatever layout.
pub fn is_ours(text: &str, name: &str, templates: &Templates) -> bool {
    if !templates.may_be(text.len(), name) {
        return false;
    }
    let text = &*plain(text);
    templates.possible(name, text).any(|it| it == text)
        || templates.possible(name, text).any(|it| text.len() < 2 * it.len() && python::same_code(&it, text))
}

/// Whether a text is another one, whatever its layout and how its lines end.
pub(super) fn is_written_as(text: &str, wanted: &str) -> bool {
    let text = &*plain(text);
    text == wanted || python::same_code(wanted, text)
}

/// The text as it was written: a checkout can give its lines carriage returns, and an editor a byte order mark.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    if memchr::memchr(b'\r', text.as_bytes()).is_some() { text.replace("\r\n", "\n").into() } else { text.into() }
}

/// First 16 hex digits of the SHA-256 of each wording, with the name as `{}` and a list of series as `{v}`. Facts of the
/// stubs in Molt's tree from 2026-02-12 to 2026-08-15.
const WORDINGS: &[&str] = &[
    "51ac2324e6d2cd9c",
    "53631100b9e6c76e",
    "7b4721404ce7855e",
    "27beff060d42ccda",
    "c5aaf975a60702b0",
    "39956cedcf12a88d",
    "17eaa1951b257168",
    "c82ed2d2d7306fb7",
    "fb34b7fecfb10ecd",
    "68e57a543448a1df",
    "ef19e174bd4d89c3",
];

/// Whether a file of that shape is what one of Molt's generators writes for `name`.
pub fn is_molts(shape: &StubShape, name: &str) -> bool {
    let [comment] = shape.comments.as_slice() else { return false };
    [&shape.doc, comment, &shape.message].into_iter().all(|it| WORDINGS.contains(&wording(it, name).as_str()))
}

fn wording(text: &str, name: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !normal.is_empty() {
            normal.push(' ');
        }
        let bare = word.trim_matches(['`', '"', '.', ',', ';', ':']);
        let is_series = |it: &str| it.parse::<crate::base::Series>().is_ok();
        let mark = match bare {
            _ if bare == name => Some("{}"),
            _ if bare.starts_with('3') && bare.split('/').all(is_series) => Some("{v}"),
            _ => None,
        };
        match mark.and_then(|mark| Some((mark, word.split_once(bare)?))) {
            Some((mark, (before, after))) => normal.extend([before, mark, after]),
            None => normal.push_str(word),
        }
    }
    Sha256::of(normal.as_bytes()).short(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_stub_is_ours_in_any_layout_until_somebody_changes_it() {
        let templates = Templates::new(None).unwrap();
        let text = templates.render("a.b", false).unwrap();
        assert_eq!(generator(&text, "a.b", &templates), Some(Generator::MoltSync));
        assert_eq!(generator(&text.replace("\n\n\n", "\n"), "a.b", &templates), Some(Generator::MoltSync));
        assert_eq!(generator(&text.replace('\n', "\r\n"), "a.b", &templates), Some(Generator::MoltSync));
        assert_eq!(generator(&format!("\u{feff}{text}"), "a.b", &templates), Some(Generator::MoltSync));
        assert_eq!(generator(&text, "a.c", &templates), None);
        let late = Templates::new(None).unwrap().in_form(crate::stubs::StubStyle::LATE).render("a.b", true).unwrap();
        assert!(
            late.contains("# STDLIB_GAP(") && late.ends_with("\n\nglobals().pop(\"_require_intrinsic\", None)\n"),
            "{late}"
        );
        assert_eq!(generator(&late, "a.b", &templates), Some(Generator::MoltSync), "whatever is written now");
        assert_eq!(generator(&format!("{text}x = 1\n"), "a.b", &templates), None);
        assert_eq!(generator(&text.replace("# TODO", "# mine\n# TODO"), "a.b", &templates), None);
    }

    /// The job that may push knows stubs by the same words, without this program.
    #[test]
    fn the_workflow_knows_every_wording_and_those_of_the_built_in_template() {
        let workflow = include_str!("../../docs-templates/schedulers/watch.yml");
        let mut wanted: Vec<String> = WORDINGS.iter().map(|it| (*it).to_owned()).collect();
        for (style, is_package) in [(crate::stubs::StubStyle::EARLY, false), (crate::stubs::StubStyle::LATE, true)] {
            let text = Templates::new(None).unwrap().in_form(style).render("a.b", is_package).unwrap();
            let shape = python::stub_shape(&python::parse(&text).unwrap(), &text).unwrap();
            wanted.extend([&shape.doc, &shape.comments[0]].map(|it| wording(it, "a.b")));
        }
        for digest in wanted {
            assert!(
                workflow.contains(&format!(" {digest} ")) || workflow.contains(&format!(" {digest}'\n")),
                "{digest}"
            );
        }
    }

    #[test]
    fn a_wording_stands_for_any_name_and_any_list_of_series() {
        assert_eq!(wording("Stub for `a.b`.\nSince 3.12/3.13.", "a.b"), wording("Stub for `c`. Since 3.14.", "c"));
        assert_ne!(wording("Stub for `a.b`.", "a.b"), wording("Stub for `a.b`.", "a"));
        assert_ne!(wording("Stub for `a`.", "a"), wording("A stub for `a`.", "a"));
    }
}
