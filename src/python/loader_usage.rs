//! What Molt's checker looks for in the text of a file: with a tokenizer, and line by line.

use std::ops::Range;

use memchr::memmem;
use ruff_python_ast::token::TokenKind;
use ruff_text_size::Ranged as _;

use super::{Module, Span, span};
use crate::base::Dialect;

/// What begins a forbidden import, and what the checker takes for the right one.
#[derive(Debug, Default)]
pub(super) struct Needles {
    /// The registry is named in code.
    pub(super) registry: Vec<Span>,
    /// A loader is named in code.
    pub(super) loader: Option<Span>,
    /// Lines import `molt.intrinsics`.
    pub(super) forbidden_imports: Vec<Span>,
    /// A line imports the loader from where it should.
    pub(super) has_loader_import: bool,
}

const REGISTRY: &str = "_molt_intrinsics";

/// No needle is shorter.
const SHORTEST: usize = "load_intrinsic".len();
/// What every needle has in it.
const IN_ALL: &str = "intrinsic";

/// The loaders by the names that count in code, those that only August knows last. A name that has another one in it is
/// left out.
const LOADERS: &[&str] = &[
    "load_intrinsic",
    "require_intrinsic",
    "require_optional_intrinsic",
    "_intrinsic_load",
    "_intrinsics_require",
    "_intrinsic_require",
    "_require_callable_intrinsic",
    "_lazy_intrinsic",
];

/// How many of them a dialect knows.
fn loader_words(dialect: Dialect) -> &'static [&'static str] {
    if dialect.traits().lazy_loads { LOADERS } else { &LOADERS[..LOADERS.len() - 2] }
}

/// Looks at the tokens and the lines of a file.
pub(super) fn needles(module: &Module, text: &str, dialect: Dialect) -> Needles {
    let mut res = Needles::default();
    let mut places = memmem::find_iter(text.as_bytes(), IN_ALL).peekable();
    if places.peek().is_none() {
        return res;
    }
    let mut looked_at = None;
    for start in line_starts(text) {
        // blank lines lead to the same place
        if looked_at.is_some_and(|at| start <= at) {
            continue;
        }
        // most lines begin with neither word
        let line = &text.as_bytes()[start..];
        match line.iter().find(|it| !matches!(it, b' ' | b'\t')) {
            None => break,
            Some(first) if first.is_ascii_graphic() && !matches!(first, b'f' | b'i') => continue,
            Some(_) => {}
        }
        let rest = text[start..].trim_start();
        looked_at = Some(text.len() - rest.len());
        if !rest.starts_with("from") && !rest.starts_with("import") {
            continue;
        }
        if is_forbidden_import(rest) {
            let start = text.len() - rest.len();
            let end = start + rest.find(['\n', '\r']).unwrap_or(rest.len());
            res.forbidden_imports.push(span(start, end));
        }
        res.has_loader_import |= is_loader_import(rest);
    }
    let mut tokens = &module.0.tokens()[..];
    for place in places {
        let (token, behind) = match tokens[tokens.partition_point(|it| it.end().to_usize() <= place)..] {
            [ref token, ref behind @ ..] if token.start().to_usize() <= place => (token, behind),
            // in the token before, which has it twice
            _ => continue,
        };
        tokens = behind;
        // a string is not code, but the literal part of an f-string is a token of its own
        if !matches!(token.kind(), TokenKind::Name | TokenKind::FStringMiddle | TokenKind::TStringMiddle) {
            continue;
        }
        let range: Range<usize> = token.range().into();
        let word = &text[range.clone()];
        if word.len() < SHORTEST {
            continue;
        }
        let at = |needle: &str| word.find(needle).map(|at| span(range.start + at, range.start + at + needle.len()));
        res.registry.extend(at(REGISTRY));
        if res.loader.is_none() {
            res.loader = loader_words(dialect).iter().find_map(|it| at(it));
        }
    }
    res
}

/// Where lines start, as Python's universal newlines part them.
fn line_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    [0].into_iter().chain(memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).map(|end| end + 1))
}

/// `import molt.intrinsics`, `from molt import intrinsics`, `from molt.intrinsics import`: at the start of a line, in
/// strings too, each as whole words.
fn is_forbidden_import(rest: &str) -> bool {
    let ends_word = |rest: &str| !rest.starts_with(|it: char| it.is_alphanumeric() || it == '_');
    let forms = [
        &["import", "molt.intrinsics"][..],
        &["from", "molt", "import", "intrinsics"],
        &["from", "molt.intrinsics", "import"],
    ];
    forms.into_iter().any(|words| after_words(rest, words).is_some_and(ends_word))
}

/// What follows `words` that stand in a row, parted by blanks.
fn after_words<'a>(line: &'a str, words: &[&str]) -> Option<&'a str> {
    let mut rest = line;
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return None;
            }
            rest = trimmed;
        }
        rest = rest.strip_prefix(word)?;
    }
    Some(rest)
}

/// Importing from `_intrinsics`, relatively or not, or from `molt.stdlib._intrinsics`, or either of them as a module.
fn is_loader_import(rest: &str) -> bool {
    let blank = |rest: &str| rest.starts_with(char::is_whitespace);
    if let Some(behind) = rest.strip_prefix("from").filter(|it| blank(it)) {
        let name = behind.trim_start();
        let from = |text: &str, module: &str| after_words(text, &[module, "import"]).is_some_and(blank);
        return from(name.trim_start_matches('.'), "_intrinsics") || from(name, "molt.stdlib._intrinsics");
    }
    let end = |rest: &str| rest.is_empty() || blank(rest);
    ["_intrinsics", "molt.stdlib._intrinsics"]
        .iter()
        .any(|module| after_words(rest, &["import", module]).is_some_and(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    fn of(text: &str) -> Needles {
        needles(&parse(text).unwrap(), text, Dialect::February)
    }

    #[test]
    fn names_in_code_and_in_f_strings_count_and_strings_do_not() {
        assert!(of("x._molt_intrinsics_y = 1\n").registry.len() == 1);
        assert!(of("f'{x} _molt_intrinsics'\n").registry.len() == 1);
        assert!(of("f'{x:_molt_intrinsics}'\n").registry.len() == 1);
        assert!(of("'_molt_intrinsics' # _molt_intrinsics\n").registry.is_empty());
        assert!(of("b'''_molt_intrinsics'''\n").registry.is_empty());
        assert!(of("my_load_intrinsics = 1\n").loader.is_some());
        assert!(of("_require_callable_intrinsic()\n").loader.is_none());
        let august = needles(
            &parse("_require_callable_intrinsic()\n").unwrap(),
            "_require_callable_intrinsic()\n",
            Dialect::August,
        );
        assert!(august.loader.is_some());
        assert_eq!(of("a = load_intrinsic\n").loader, Some(span(4, 18)));
    }

    #[test]
    fn blank_lines_are_looked_at_once() {
        let blank = "\n \t\n".repeat(500_000);
        let text = format!("'''{blank} import molt.intrinsics\n{blank}'''\n");
        assert_eq!(of(&text).forbidden_imports.len(), 1);
        let text = format!("'''\n{}'''\n_molt_intrinsics\n", "from\nimport\n".repeat(200_000));
        assert_eq!(of(&text).forbidden_imports, []);
    }

    #[test]
    fn lines_are_read_as_text() {
        for (line, forbidden) in [
            ("import molt.intrinsics", true),
            ("  import\tmolt.intrinsics as x", true),
            ("'''\nfrom molt import intrinsics\n'''", true),
            ("from molt.intrinsics import x", true),
            ("from molt.intrinsics import(x)", true),
            ("import molt.intrinsics_x", false),
            ("import a, molt.intrinsics", false),
            ("from molt import x, intrinsics", false),
        ] {
            let text = line.replace("  import\t", "if x:\n  import\t");
            assert_eq!(of(&text).forbidden_imports.len() == 1, forbidden, "{line}");
        }
        for (line, found) in [
            ("from _intrinsics import x", true),
            ("from   ._intrinsics import x", true),
            ("from ..._intrinsics import x", true),
            ("'''\nfrom\n_intrinsics\nimport\n'''", true),
            ("from._intrinsics import x", false),
            ("from molt.stdlib._intrinsics import x", true),
            ("import _intrinsics", true),
            ("import _intrinsics\n", true),
            ("import _intrinsics as x", true),
            ("import molt.stdlib._intrinsics", true),
            ("'''\n from _intrinsics import x\n'''", true),
            ("from . import _intrinsics", false),
            ("from . _intrinsics import x", false),
            ("import a, _intrinsics", false),
            ("import _intrinsics, a", false),
            ("from _intrinsics import(x)", false),
            ("from a._intrinsics import x", false),
        ] {
            assert_eq!(of(line).has_loader_import, found, "{line}");
        }
    }
}
