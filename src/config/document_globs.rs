//! Which documents a pattern names, as an extended regular expression (POSIX): below the root those that end in `.md`, and at the
//! root whatever it matches.

use globset::{Glob, GlobBuilder};

use super::posix::translated;

/// More ways to read a pattern than anybody writes.
const MOST: usize = 64;

/// A longer pattern than anybody writes, in bytes.
const LONGEST: usize = 1000;

/// What every document below the root ends with.
const ENDING: &str = ".md";

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum GlobPart {
    /// This character.
    One(char),
    /// Any character but a slash.
    Any,
    /// Any characters but slashes.
    Some,
    /// Any folders.
    Deep,
    /// One of these characters, as it is written.
    Class(String),
}

/// The ways in which a pattern can be read.
type GlobWays = Vec<Vec<GlobPart>>;

/// The expression, without the ends of a line. None where the pattern can name no document, or is read in too many ways.
pub(super) fn documents_of(pattern: &str) -> Option<String> {
    let ways = alternatives(pattern)?;
    let mut all = Vec::new();
    for way in &ways {
        all.extend(ending_so(way, ENDING).iter().filter_map(|it| expression(it)));
        all.extend(at_the_root(way).and_then(|it| expression(&it)));
    }
    all.sort();
    all.dedup();
    match &all[..] {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(format!("({})", all.join("|"))),
    }
}

/// A pattern without its braces: one for each choice.
fn alternatives(pattern: &str) -> Option<GlobWays> {
    // what was read of each choice before the brace that is open, and the choices that are complete
    if pattern.len() > LONGEST {
        return None;
    }
    let mut open: Vec<(GlobWays, GlobWays)> = Vec::new();
    let mut now: GlobWays = vec![Vec::new()];
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        let part = match first {
            '\\' => {
                let next = rest.chars().next()?;
                rest = &rest[next.len_utf8()..];
                GlobPart::One(next)
            }
            '?' => GlobPart::Any,
            '*' => {
                let more = rest.len() - rest.trim_start_matches('*').len();
                rest = &rest[more..];
                if more == 1 { GlobPart::Deep } else { GlobPart::Some }
            }
            '[' => {
                // a bracket that is the first one in it stands for itself
                let inner = rest.strip_prefix(['!', '^']).unwrap_or(rest);
                let begins = rest.len() - inner.len() + usize::from(inner.starts_with(']'));
                let end = rest.get(begins..)?.find(']')? + begins + 1;
                let class = format!("[{}", &rest[..end]);
                rest = &rest[end..];
                GlobPart::Class(class)
            }
            '{' => {
                let before = std::mem::replace(&mut now, vec![Vec::new()]);
                open.push((before, Vec::new()));
                continue;
            }
            ',' if !open.is_empty() => {
                open.last_mut()?.1.append(&mut now);
                now.push(Vec::new());
                continue;
            }
            '}' => {
                let (before, mut choices) = open.pop()?;
                choices.append(&mut now);
                if before.len().saturating_mul(choices.len()) > MOST {
                    return None;
                }
                now = before.iter().flat_map(|it| choices.iter().map(|more| [&it[..], more].concat())).collect();
                continue;
            }
            other => GlobPart::One(other),
        };
        for it in &mut now {
            it.push(part.clone());
        }
    }
    for it in &mut now {
        in_folders_alone(it);
    }
    open.is_empty().then_some(now)
}

/// Two stars mean any folders where they stand for a whole part of the path, and else what one star does.
fn in_folders_alone(parts: &mut [GlobPart]) {
    for at in 0..parts.len() {
        let is_end = |it: Option<&GlobPart>| it.is_none_or(|it| *it == GlobPart::One('/'));
        let before = at.checked_sub(1).and_then(|it| parts.get(it));
        if parts[at] == GlobPart::Deep && !(is_end(before) && is_end(parts.get(at + 1))) {
            parts[at] = GlobPart::Some;
        }
    }
}

/// What is left of a pattern where it has to end so, in each way that it can.
fn ending_so(parts: &[GlobPart], ending: &str) -> GlobWays {
    let literal = |text: &str| text.chars().map(GlobPart::One).collect::<Vec<_>>();
    let Some(last) = ending.chars().next_back() else { return vec![parts.to_vec()] };
    let Some((part, before)) = parts.split_last() else { return Vec::new() };
    let shorter = &ending[..ending.len() - last.len_utf8()];
    let one = |is_it: bool| -> GlobWays {
        let rest = if is_it { ending_so(before, shorter) } else { Vec::new() };
        rest.into_iter().map(|it| [it, vec![GlobPart::One(last)]].concat()).collect()
    };
    match part {
        GlobPart::One(it) => one(*it == last),
        GlobPart::Any => one(true),
        GlobPart::Class(it) => one(Glob::new(it).is_ok_and(|it| it.compile_matcher().is_match(last.to_string()))),
        GlobPart::Some => {
            // it stands for the whole ending and more, or for the last characters of it
            let mut res = vec![[parts, &literal(ending)].concat()];
            for (at, _) in ending.char_indices().skip(1).chain([(ending.len(), ' ')]) {
                let rest = ending_so(before, &ending[..at]);
                res.extend(rest.into_iter().map(|it| [it, literal(&ending[at..])].concat()));
            }
            res
        }
        GlobPart::Deep => {
            let file = [vec![GlobPart::One('/'), GlobPart::Some], literal(ending)].concat();
            // at the root it stands for the files there too
            vec![[parts, &file].concat()]
        }
    }
}

/// The pattern for files of the root; none where it is about folders alone.
fn at_the_root(parts: &[GlobPart]) -> Option<Vec<GlobPart>> {
    let mut rest = parts;
    while let [GlobPart::Deep, GlobPart::One('/'), more @ ..] = rest {
        rest = more;
    }
    match rest {
        [GlobPart::Deep] => Some(vec![GlobPart::Some]),
        _ if rest.iter().any(|it| matches!(it, GlobPart::Deep | GlobPart::One('/'))) => None,
        _ => Some(rest.to_vec()),
    }
}

fn expression(parts: &[GlobPart]) -> Option<String> {
    let mut pattern = String::new();
    for part in parts {
        match part {
            GlobPart::One(it) => {
                if "\\?*[]{},".contains(*it) {
                    pattern.push('\\');
                }
                pattern.push(*it);
            }
            GlobPart::Any => pattern.push('?'),
            GlobPart::Some => pattern.push('*'),
            GlobPart::Deep => pattern += "**",
            GlobPart::Class(it) => pattern += it,
        }
    }
    let glob = GlobBuilder::new(&pattern).literal_separator(true).build().ok()?;
    translated(glob.regex())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_in(list: &str, path: &str) -> bool {
        regex::Regex::new(&format!("^{list}$")).unwrap().is_match(path)
    }

    /// Whether a file is a document of this pattern.
    fn is_document(pattern: &str, path: &str) -> bool {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build().unwrap();
        glob.compile_matcher().is_match(path) && (!path.contains('/') || path.ends_with(ENDING))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]
        #[test]
        fn an_expression_has_the_documents_of_its_pattern_and_no_other_file(
            pattern in "(docs|\\*\\*|[ab]\\*|ü \\+|\\{a,docs/b\\})?(/(\\*\\*|x\\?|\\[a-c\\]|\\[!x\\]|\\{p,q\\}|\\(1\\)|\\*)){0,2}/?(\\*|[ab]\\*|n|\\*\\*)?(\\.md|\\.\\?\\?|\\.\\[a-z\\]\\[!e\\]|\\.m\\*|\\*d|\\.\\{md,\\{sh,m\\*\\}\\})?",
            path in "((docs|a|bb|ü \\+)/)?((xy|b|x|p|\\(1\\)|a b|\\.x)/){0,3}(a|n|b b|md)(\\.md|\\.sh|d|\\.mxd|\\.m\\.md)?",
        ) {
            let pattern = if pattern.is_empty() || pattern.ends_with('/') { pattern + "*" } else { pattern };
            let found = documents_of(&pattern).is_some_and(|it| is_in(&it, &path));
            prop_assert_eq!(found, is_document(&pattern, &path), "{} {:?}", pattern, documents_of(&pattern));
        }
    }

    #[test]
    fn a_pattern_of_one_part_may_name_any_file_of_the_root() {
        assert!(is_in(&documents_of("READ*").unwrap(), "README.rst") && is_document("READ*", "README.rst"));
        assert!(documents_of("docs/x.rst").is_none(), "no document below the root ends so");
    }

    #[test]
    fn whatever_a_pattern_ends_with_no_program_is_a_document() {
        for pattern in
            ["**", "docs/**/*.{md,sh,py}", "docs/**/*.??", "**/*.[a-z][a-z]", "docs/**", "*/*", "docs/{a,b}*"]
        {
            let list = documents_of(pattern).unwrap();
            for path in
                ["docs/a.py", "docs/a.sh", "docs/x/b.rs", "docs/Makefile", "src/lib.rs", "docs/amd", "docs/a.mdx"]
            {
                assert!(!is_in(&list, path), "{pattern}: {path}: {list}");
            }
            assert!(is_in(&list, "docs/a.md"), "{pattern}: {list}");
        }
    }

    #[test]
    fn a_class_begins_with_one_sign_at_most() {
        for pattern in ["docs/[!!]*.md", "docs/[^^]x.md", "docs/[!^]x.md", "docs/[]a]x.md", "docs/[!]]x.md"] {
            let list = documents_of(pattern).unwrap();
            for path in ["docs/abc.md", "docs/ax.md", "docs/!x.md", "docs/^x.md", "docs/]x.md"] {
                assert_eq!(is_in(&list, path), is_document(pattern, path), "{pattern}: {path}: {list}");
            }
        }
        // of a letter of two bytes no file is named, rather than any
        assert_eq!(documents_of("docs/[é]*.md"), None);
    }

    #[test]
    fn a_pattern_of_too_many_choices_names_nothing() {
        assert!(documents_of(&format!("docs/{}*.md", "{a,b}".repeat(5))).is_some());
        assert_eq!(documents_of(&format!("docs/{}*.md", "{a,b}".repeat(40))), None);
    }
}
