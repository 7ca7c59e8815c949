//! The file of bindings, entry by entry: what two branches each added, and an entry that goes.

use std::collections::BTreeSet;

use super::binding::bindings;
use crate::base::RelPath;

/// What begins an entry.
const HEAD: &str = "[[bind]]";

/// Our bindings with those that theirs has besides; `base` is what both sides began with, where there was such a file.
///
/// # Errors
/// Why they are a person's to join, in a few words.
pub fn join_bindings(base: Option<&str>, ours: &str, theirs: &str) -> Result<String, String> {
    let (our_head, our_entries) = entries(ours);
    let (their_head, their_entries) = entries(theirs);
    let (base_head, base_entries) = base.map_or((our_head, Vec::new()), entries);
    if their_head.trim() != base_head.trim() {
        return Err("theirs changes more than it adds".into());
    }
    let known = |all: &[&str]| all.iter().map(|it| it.trim().to_owned()).collect::<BTreeSet<String>>();
    let (in_base, mut in_ours, in_theirs) = (known(&base_entries), known(&our_entries), known(&their_entries));
    if in_base.iter().any(|it| !in_theirs.contains(it)) {
        return Err("theirs changes or takes out a binding".into());
    }
    let mut res = ours.trim_end().to_owned();
    for entry in their_entries.iter().map(|it| it.trim()).filter(|it| !in_base.contains(*it)) {
        if in_ours.insert(entry.to_owned()) {
            res += &format!("\n\n{entry}");
        }
    }
    res.push('\n');
    match bindings(&res) {
        Ok(_) => Ok(res),
        Err(error) => Err(error.to_string()),
    }
}

/// Bindings without the one of a document that has this phrase, and without the comments right above it; none where it is not one of
/// them.
pub fn without_binding(text: &str, doc: &RelPath, phrase: &str) -> Option<String> {
    let (head, all) = entries(text);
    let is_it = |entry: &str| {
        let found = bindings(entry).unwrap_or_default();
        matches!(&found[..], [one] if one.phrase == phrase && one.document() == Some(doc.as_str()))
    };
    let at = all.iter().position(|it| is_it(it))?;
    let left: String = all.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, it)| *it).collect();
    Some(format!("{head}{left}"))
}

/// What stands before the first entry, and the entries, each with the comments right above it.
fn entries(text: &str) -> (&str, Vec<&str>) {
    let mut starts: Vec<usize> = Vec::new();
    // where the comments begin that stand right above the next line
    let (mut at, mut above) = (0, None);
    for line in text.split_inclusive('\n') {
        if line.trim() == HEAD {
            starts.push(above.unwrap_or(at));
        }
        above = if line.trim_start().starts_with('#') { above.or(Some(at)) } else { None };
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let all = starts.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect();
    (&text[..starts.first().copied().unwrap_or(text.len())], all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bind(name: &str) -> String {
        format!("[[bind]]\ndoc = \"docs/{name}.md\"\nphrase = \"has {{stdlib.total}} of them\"\n")
    }

    #[test]
    fn what_both_sides_added_is_there() {
        let [a, b, c] = ["a", "b", "c"].map(bind);
        let base = format!("# Ours alone.\n\n{a}");
        let (ours, theirs) = (format!("{base}\n{b}"), format!("{base}\n{c}"));
        assert_eq!(join_bindings(Some(&base), &ours, &theirs), Ok(format!("{base}\n{b}\n{c}")));
        assert_eq!(join_bindings(Some(&base), &ours, &ours), Ok(ours.clone()));
        assert_eq!(join_bindings(None, &b, &c), Ok(format!("{b}\n{c}")), "a file that both brought");
        // a comment goes with the entry below it, and what stands there twice comes once
        let noted = format!("{base}\n# Ann's.\n{c}\n# Ann's.\n{c}");
        assert_eq!(join_bindings(Some(&base), &ours, &noted), Ok(format!("{base}\n{b}\n# Ann's.\n{c}")));
        // what we took out stays out
        assert_eq!(
            join_bindings(Some(&base), &format!("# Ours alone.\n\n{b}"), &theirs),
            Ok(format!("# Ours alone.\n\n{b}\n{c}"))
        );
        let path = RelPath::new("docs/b.md").unwrap();
        let phrase = "has {stdlib.total} of them";
        assert_eq!(without_binding(&ours, &path, phrase), Some(format!("# Ours alone.\n\n{a}\n")));
        assert_eq!(without_binding(&ours, &path, "has"), None);
        let next = format!("{b}\n# Keep the next one.\n{c}");
        assert_eq!(without_binding(&next, &path, phrase), Some(format!("# Keep the next one.\n{c}")));
        for theirs in
            [format!("# Ours alone.\n\n{c}"), format!("# Another.\n\n{a}\n{c}"), format!("{base}\n{c}x = 1\n")]
        {
            assert!(join_bindings(Some(&base), &ours, &theirs).is_err(), "{theirs}");
        }
    }
}
