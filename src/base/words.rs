//! Names where they are more than text: in a command line that is typed, in a pattern of files, in a file of git's. Each form is that
//! of this one name, whatever characters it has.

use super::shell_word;

/// A path as a program has to be told it by somebody who types, and never an option.
pub fn path_word(path: &str) -> String {
    if path.starts_with('-') { quoted(&format!("./{path}")) } else { shell_word(path) }
}

/// The last word of a command line, which is a name and no path; and never an option.
pub fn name_word(name: &str) -> String {
    if name.starts_with('-') { format!("-- {}", quoted(name)) } else { shell_word(name) }
}

/// An option with its value, which is no option itself.
pub fn option_word(option: &str, value: &str) -> String {
    if value.starts_with('-') {
        quoted(&format!("{option}={value}"))
    } else {
        format!("{option} {}", shell_word(value))
    }
}

/// In quotes always: what stands between them is not taken for an option where options are added to the line.
fn quoted(word: &str) -> String {
    let word = shell_word(word);
    if word.starts_with('\'') { word } else { format!("'{word}'") }
}

/// The pattern of files (`docs/**`) that is one file.
pub fn one_file(path: &str) -> String {
    globset::escape(path)
}

/// The one file that a pattern of files names; none where it may name another one.
pub fn only_file(pattern: &str) -> Option<String> {
    let (mut res, mut rest) = (String::with_capacity(pattern.len()), pattern.chars());
    while let Some(it) = rest.next() {
        let it = match it {
            '[' => rest.next().filter(|it| "?*[]{}".contains(*it) && rest.next() == Some(']'))?,
            '*' | '?' | ']' | '{' | '}' | '\\' => return None,
            _ => it,
        };
        res.push(it);
    }
    Some(res)
}

/// The pattern of a `.gitattributes` that is one file of its folder, as `git help gitattributes` has them.
pub fn attributes_of(name: &str) -> String {
    // with the slash it is in no folder below, and its first character is a plain one
    let mut pattern = String::from("/");
    for it in name.chars() {
        if matches!(it, '*' | '?' | '[' | '\\') {
            pattern.push('\\');
        }
        pattern.push(it);
    }
    if !pattern.contains(' ') {
        return pattern;
    }
    format!("\"{}\"", pattern.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_command_line_is_no_option() {
        for (word, due) in [
            (path_word("docs/a.md"), "docs/a.md"),
            (path_word("--root=x"), "'./--root=x'"),
            (path_word("--it's"), "'./--it'\\''s'"),
            (name_word("stdlib.total"), "stdlib.total"),
            (name_word("--root=/x"), "-- '--root=/x'"),
            (option_word("--lane", "a=b"), "--lane a=b"),
            (option_word("--lane", "a b"), "--lane 'a b'"),
            (option_word("--lane", "-a=b"), "'--lane=-a=b'"),
        ] {
            assert_eq!(word, due);
        }
    }

    #[test]
    fn a_pattern_is_one_file() {
        for path in ["docs/a.md", "docs/*.md", "[a]b?.md", "{x,y}/**/!z.md", "a,b.md", "***.md"] {
            let pattern = globset::Glob::new(&one_file(path)).unwrap().compile_matcher();
            assert!(pattern.is_match(path), "{path}");
            assert_eq!(only_file(&one_file(path)).as_deref(), Some(path));
            for other in ["docs/b.md", "docs/a.md", "ab1.md", "x/z.md", "ab.md", ".md"].iter().filter(|it| **it != path)
            {
                assert!(!pattern.is_match(other), "{path}: {other}");
            }
        }
    }

    #[test]
    fn a_pattern_of_more_than_one_file_is_that_of_none() {
        for pattern in ["*.md", "a?", "[ab]", "[a]", "[!*]", "[*", "[*]]", "{a,b}", "a\\*", "[]", "a]"] {
            assert_eq!(only_file(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn an_attribute_is_one_file_s() {
        for (name, due) in [
            ("h.jsonl", "/h.jsonl"),
            ("a h.jsonl", "\"/a h.jsonl\""),
            ("a \"*.x", "\"/a \\\"\\\\*.x\""),
            ("[attr]x", "/\\[attr]x"),
            ("#h", "/#h"),
            ("!h", "/!h"),
        ] {
            assert_eq!(attributes_of(name), due);
        }
    }
}
