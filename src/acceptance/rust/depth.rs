//! How deeply parts of a source can lie in each other. The parser calls itself for each, and a source that nobody wrote by hand
//! would take all of its stack: what may be deeper than this is not parsed.

/// Brackets, braces and angles in each other.
const BRACKETS: usize = 200;
/// `else` branches of one item, each of which is a part of the one before.
const BRANCHES: usize = 1000;
/// Marks and words of one item that can stand before any number of others: `&`, `!`, `=`, `return`.
const PREFIXES: usize = 8000;
/// Parts of one statement that each stand behind all that came before: `.a`, `?`, `[0]`, `()`, `+ 1`.
const POSTFIXES: usize = 3000;
/// Bytes of one item: the longest function of Molt's runtime has a sixth of it.
const LONGEST: usize = 512 << 10;

/// Whether the parts of an item can lie in each other more deeply than what is parsed. Texts and comments are not told apart from
/// the rest: what has thousands of brackets in a text is parsed by nobody either.
pub(super) fn is_deep(text: &str) -> bool {
    let (mut brackets, mut angles, mut prefixes, mut postfixes) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut before = 0_u8;
    for byte in text.bytes() {
        match byte {
            b'.' | b'?' | b'+' | b'/' | b'%' | b'^' => postfixes += 1,
            b'(' | b'[' if matches!(before, b')' | b']') => postfixes += 1,
            b';' | b'{' | b'}' => postfixes = 0,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
        match byte {
            b'(' | b'[' | b'{' => brackets += 1,
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            b'<' => angles += 1,
            b'>' => {
                angles = angles.saturating_sub(1);
                prefixes += 1;
            }
            b'&' | b'!' | b'*' | b'-' | b'|' | b'=' | b'@' | b'#' => prefixes += 1,
            _ => {}
        }
        // a comparison has no end, and a statement has
        if matches!(byte, b';' | b'{' | b'}') {
            angles = 0;
        }
        if brackets > BRACKETS || angles > BRACKETS || prefixes > PREFIXES || postfixes > POSTFIXES {
            return true;
        }
    }
    if text.len() > LONGEST {
        return true;
    }
    let words = [
        "return", "break", "yield", "become", "box", "move", "mut", "dyn", "impl", "async", "unsafe", "const",
        "static", "raw", "for", "ref", "let", "as", "in",
    ];
    let count = |word: &str| memchr::memmem::find_iter(text.as_bytes(), word.as_bytes()).count();
    count("else") > BRANCHES || prefixes + words.into_iter().map(count).sum::<usize>() > PREFIXES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_writes_is_deep_and_a_long_function_is_not() {
        for (begin, middle, end) in [
            ("{", "", "}"),
            ("(", "1", ")"),
            ("Vec<", "u8", ">"),
            ("!", "x", ""),
            ("&mut ", "x", ""),
            ("|| ", "x", ""),
            ("return ", "1", ""),
            ("yield ", "1", ""),
            ("become ", "1", ""),
            ("x = ", "1", ""),
            ("if a {} else ", "{}", ""),
            ("fn() -> ", "u8", ""),
            ("x", "", ".a"),
            ("x", "", "[0]"),
            ("x", "", "?"),
            ("1 + ", "1", ""),
        ] {
            let text = |count: usize| format!("fn f() {{ {}{middle}{} }}", begin.repeat(count), end.repeat(count));
            assert!(is_deep(&text(10_000)) && !is_deep(&text(50)), "{begin}");
        }
        let long = "let x = if a < b { f(&a, [1, 2]) } else { g::<u8>(b)?.h() };\n".repeat(900);
        assert!(!is_deep(&format!("fn f() {{\n{long}}}")));
    }
}
