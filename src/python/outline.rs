//! A file without what its functions do: where names are all that is asked for, most of a file need not become a syntax tree.
//!
//! The body of a function is overwritten with one `pass` and a comment, so that everything else keeps its place, although not its line.
//! One that says something about names stays: it warns, binds what its caller names, gives back what it was given, or makes a class.

use super::factories::FACTORIES;

/// Words of a body that stays.
const TOLD: [&[u8]; 4] = [b"_deprecated", b"warn", b"setattr", b"globals"];

/// Functions whose body stays in any case.
const KEPT: [&[u8]; 3] = [b"__getattr__", FACTORIES[0].as_bytes(), FACTORIES[1].as_bytes()];

/// The shortest body that is overwritten, in bytes.
const SHORTEST: usize = 60;

const PASS: &[u8] = b"pass";

/// The outline of a text; none where lines are not told apart safely, or where there is nothing to leave out.
pub(super) fn outline(text: &str) -> Option<String> {
    let bodies = bodies(text.as_bytes())?;
    if bodies.is_empty() {
        return None;
    }
    let mut res = text.as_bytes().to_vec();
    for Body { first, end } in bodies {
        let end = if res[end - 1] == b'\n' { end - 1 } else { end };
        res[first..end].fill(b'#');
        res[first..first + PASS.len()].copy_from_slice(PASS);
    }
    String::from_utf8(res).ok()
}

/// A body from its first statement on.
struct Body {
    first: usize,
    end: usize,
}

/// A function that is being read.
struct UnfinishedFunction<'a> {
    indent: usize,
    name: &'a [u8],
    /// The first of its parameters.
    given: &'a [u8],
    start: usize,
    first: Option<usize>,
}

fn bodies(text: &[u8]) -> Option<Vec<Body>> {
    let mut res = Vec::new();
    let mut open: Option<UnfinishedFunction<'_>> = None;
    let mut at = 0;
    while at < text.len() {
        let line = &text[at..];
        let indent = line.iter().position(|it| *it != b' ').unwrap_or(line.len());
        match line.get(indent) {
            // the width of a tab is a matter of its own
            Some(b'\t' | 0x0c) => return None,
            Some(b'\n' | b'\r' | b'#') | None => {
                at = memchr::memchr(b'\n', line).map_or(text.len(), |it| at + it + 1);
                continue;
            }
            _ => {}
        }
        if let Some(it) = open.take_if(|it| indent <= it.indent) {
            res.extend(left_out(text, &it, at));
        }
        let (end, is_header) = logical_line(text, at)?;
        match &mut open {
            Some(it) => _ = it.first.get_or_insert(at + indent),
            None if is_header => open = function(&line[indent..], indent, end),
            None => {}
        }
        at = end;
    }
    if let Some(it) = open {
        res.extend(left_out(text, &it, text.len()));
    }
    Some(res)
}

/// The function whose header a line is.
fn function(line: &[u8], indent: usize, start: usize) -> Option<UnfinishedFunction<'_>> {
    let rest = line.strip_prefix(b"async ").unwrap_or(line).strip_prefix(b"def ")?;
    let word = |it: &[u8]| it.iter().position(|it| !is_word(*it)).unwrap_or(it.len());
    let (name, rest) = rest.split_at(word(rest));
    let rest = rest.strip_prefix(b"(").unwrap_or_default().trim_ascii_start();
    Some(UnfinishedFunction { indent, name, given: &rest[..word(rest)], start, first: None })
}

/// The body of a function up to a place, if nothing in it is told.
fn left_out(text: &[u8], it: &UnfinishedFunction<'_>, end: usize) -> Option<Body> {
    let first = it.first?;
    let body = &text[it.start..end];
    let is_told = || {
        KEPT.contains(&it.name)
            || TOLD.iter().any(|word| memchr::memmem::find(body, word).is_some())
            || gives_back(body, it.given)
    };
    (end - first >= SHORTEST && !is_told()).then_some(Body { first, end })
}

/// Whether `return x` is in a body.
fn gives_back(body: &[u8], given: &[u8]) -> bool {
    const RETURN: &[u8] = b"return ";
    !given.is_empty()
        && memchr::memmem::find_iter(body, RETURN).any(|at| {
            let rest = body[at + RETURN.len()..].trim_ascii_start();
            let rest = rest.strip_prefix(b"(").unwrap_or(rest);
            rest.strip_prefix(given).is_some_and(|it| !it.first().is_some_and(|it| is_word(*it)))
        })
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// The place behind a line with those that it goes on in, and whether it ends in a colon; none where it does not end.
fn logical_line(text: &[u8], from: usize) -> Option<(usize, bool)> {
    let (mut at, mut depth, mut last) = (from, 0_usize, 0);
    while let Some(byte) = text.get(at).copied() {
        match byte {
            b'\n' if depth == 0 => return Some((at + 1, last == b':')),
            b'\n' | b'\r' | b' ' => at += 1,
            b'#' => at = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |it| at + it),
            b'\\' => {
                at += if text[at..].starts_with(b"\\\r\n") { 3 } else { 2 };
                last = byte;
            }
            b'"' | b'\'' => {
                at = behind_string(text, at)?;
                last = byte;
            }
            _ => {
                match byte {
                    b'(' | b'[' | b'{' => depth += 1,
                    b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
                    _ => {}
                }
                last = byte;
                at += 1;
            }
        }
    }
    (depth == 0).then_some((text.len(), last == b':'))
}

/// The place behind a string that begins at a quote.
fn behind_string(text: &[u8], at: usize) -> Option<usize> {
    let quote = text[at];
    let is_long = text[at..].starts_with(&[quote; 3]);
    let mut at = at + if is_long { 3 } else { 1 };
    loop {
        at += memchr::memchr3(quote, b'\\', b'\n', text.get(at..)?)?;
        match text[at] {
            b'\\' => at += 2,
            b'\n' if is_long => at += 1,
            b'\n' => return None,
            _ if !is_long => return Some(at + 1),
            _ if text[at..].starts_with(&[quote; 3]) => return Some(at + 3),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_functions_do_is_left_out_and_everything_else_keeps_its_place() {
        let filler = "y = [1, 2, 3]; z = 'a long body that nothing is asked of'; del y, z";
        for (text, left) in [
            (format!("def f(a):\n    {filler}\nx = 1\n"), "def f(a): pass x = 1"),
            (format!("def f(a):  # why\n\n    {filler}\n\nx = 1\n"), "def f(a): why pass x = 1"),
            (
                format!(
                    "class C:\n    async def f(a,\n            b='):'):\n        {filler}\n        {filler}\n    x = 1\n"
                ),
                "class C: async def f(a, b='):'): pass x = 1",
            ),
            (format!("def f():\n    '''\nnot here\ndef g():\n'''\n    {filler}\nx = 1\n"), "def f(): pass x = 1"),
            (
                format!("def f():\n    x = (\n1)\n    {filler}\n    def g():\n        {filler}\nx = 1\n"),
                "def f(): pass x = 1",
            ),
            (format!("def f():\n    é = 'é' # {filler}\n    s = \"\\\"\"\nx = 'é'\n"), "def f(): pass x = 'é'"),
        ] {
            let found = outline(&text).unwrap();
            assert_eq!(found.replace('#', "").split_whitespace().collect::<Vec<_>>().join(" "), left);
            assert_eq!(found.len(), text.len());
            assert_eq!(found.find("x = 1\n"), text.rfind("x = 1\n"), "{text}");
            assert!(super::super::parse(&found).is_ok(), "{found}");
        }
    }

    #[test]
    fn what_says_something_about_names_stays() {
        let filler = "y = [1, 2, 3]; z = 'a long body that something is asked of'; del y, z";
        for body in [
            "warnings._deprecated('f', remove=(3, 15))",
            "warnings.warn('f', DeprecationWarning)",
            "setattr(a, b, 1)",
            "globals().update(a=1)",
            "return a",
            "return (a)",
        ] {
            assert!(outline(&format!("def f(a):\n    {filler}\n    {body}\n")).is_none(), "{body}");
        }
        assert!(outline(&format!("def f(a):\n    {filler}\n    return ab\n")).is_some());
        assert!(outline(&format!("def __getattr__(a):\n    {filler}\n")).is_none());
        assert!(outline(&format!("def f(a): {filler}\n")).is_none(), "a body in the same line");
    }

    #[test]
    fn what_is_not_told_apart_is_left_whole() {
        let body = "    y = 'a long body that nothing is asked of, and more of it, and more of it'\n";
        for text in [
            "def f():\n\tx\n",
            "x = (\ndef f():\n",
            "x = '\ndef f():\n",
            "x = ')\ndef f():\n",
            "'''\ndef f():\n",
            ")\ndef f():\n",
        ] {
            assert!(outline(&format!("{text}{body}")).is_none(), "{text}");
        }
    }
}
