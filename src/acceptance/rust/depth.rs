//! How deeply parts of a source can lie in each other. The parser calls itself for each, and a source that nobody wrote by hand
//! would take all of its stack: what may be deeper than this is not parsed. It is told from the tokens, which texts and comments
//! cannot be mistaken for.

use std::iter::Peekable;

use proc_macro2::{Delimiter, TokenStream, TokenTree, token_stream::IntoIter};

/// Brackets, braces and angles in each other.
const BRACKETS: usize = 200;
/// `else` branches, each of which is a part of the one before.
const BRANCHES: usize = 1000;
/// Marks and words of one statement, and of those around it, that can stand before any number of others: `&`, `!`, `=`, `return`, `if`.
const PREFIXES: usize = 8000;
/// Parts of one statement, and of those around it, that each stand behind all that came before: `.a`, `?`, `[0]`, `()`, `+ 1`.
const POSTFIXES: usize = 3000;
/// Bytes of one item: the longest function of Molt's runtime has a sixth of it.
const LONGEST: usize = 512 << 10;

/// As how many of them a word counts for which the parser takes more of its stack.
const LARGE: usize = 4;
/// The words among the prefixes.
const WORDS: [&str; 18] = [
    "return", "break", "yield", "become", "box", "move", "mut", "dyn", "impl", "async", "unsafe", "const", "static",
    "raw", "ref", "let", "as", "in",
];

/// The tokens of an item; none where its parts can lie in each other more deeply than what is parsed, and where it has none.
pub(super) fn shallow(text: &str) -> Option<TokenStream> {
    // the tokens are told apart without a call for each
    let tokens: TokenStream = if text.len() > LONGEST { None } else { text.parse().ok() }?;
    (!is_deep(&tokens)).then_some(tokens)
}

/// A group of tokens that is being read, and what stands around it.
struct Open {
    rest: Peekable<IntoIter>,
    delimiter: Delimiter,
    /// What is counted where it begins, to which the end of a statement goes back.
    at_start: OpenParts,
}

/// What stands open at a place.
#[derive(Clone, Copy, Default)]
struct OpenParts {
    angles: usize,
    postfixes: usize,
    prefixes: usize,
    branches: usize,
}

fn is_deep(tokens: &TokenStream) -> bool {
    let open =
        |tokens: TokenStream, delimiter, at_start| Open { rest: tokens.into_iter().peekable(), delimiter, at_start };
    let mut all = vec![open(tokens.clone(), Delimiter::None, OpenParts::default())];
    let mut now = OpenParts::default();
    // whether a group of parentheses or brackets has just ended, and the mark that stands before
    let (mut is_behind, mut before) = (false, ' ');
    // a literal that stands before, and the first sign of what shifts it
    let (mut is_literal, mut is_shift) = (false, false);
    while let Some(last) = all.last_mut() {
        let Some(token) = last.rest.next() else {
            let (ended, around) = (last.delimiter, last.at_start);
            all.pop();
            now = around;
            is_behind = matches!(ended, Delimiter::Parenthesis | Delimiter::Bracket);
            if let (Delimiter::Brace, Some(outer)) = (ended, all.last_mut()) {
                ends_with_block(&mut now, outer);
            }
            continue;
        };
        let was_behind = std::mem::take(&mut is_behind);
        let mark_before = std::mem::replace(&mut before, ' ');
        let (was_literal, was_shift) = (std::mem::take(&mut is_literal), std::mem::take(&mut is_shift));
        match token {
            TokenTree::Group(group) => {
                let delimiter = group.delimiter();
                if was_behind && matches!(delimiter, Delimiter::Parenthesis | Delimiter::Bracket) {
                    now.postfixes += 1;
                }
                all.push(open(group.stream(), delimiter, now));
            }
            TokenTree::Punct(mark) => {
                before = mark.as_char();
                match before {
                    ';' => now = last.at_start,
                    '.' | '?' | '+' | '/' | '%' | '^' => now.postfixes += 1,
                    // no type begins behind a literal
                    '<' if was_literal => {
                        now.postfixes += 1;
                        is_shift = true;
                    }
                    '<' if was_shift => {}
                    '<' => now.angles += 1,
                    '>' => {
                        now.angles = match mark_before {
                            // no type goes on behind it
                            '=' => last.at_start.angles,
                            '-' => now.angles,
                            _ => now.angles.saturating_sub(1).max(last.at_start.angles),
                        };
                        now.prefixes += 1;
                    }
                    '&' | '!' | '*' | '-' | '|' | '=' | '@' | '#' => now.prefixes += 1,
                    _ => {}
                }
            }
            TokenTree::Ident(word) => {
                let is_large = ["if", "match", "while", "loop", "for"].iter().any(|it| word == it);
                now.prefixes += if is_large { LARGE } else { usize::from(WORDS.iter().any(|it| word == it)) };
                now.branches += usize::from(word == "else");
            }
            TokenTree::Literal(_) => is_literal = true,
        }
        let is_nested = all.len() > BRACKETS || now.angles > BRACKETS;
        if is_nested || now.postfixes > POSTFIXES || now.prefixes > PREFIXES || now.branches > BRANCHES {
            return true;
        }
    }
    false
}

/// What a block ends: a statement, unless what stands behind the block goes on with it.
fn ends_with_block(now: &mut OpenParts, outer: &mut Open) {
    match outer.rest.peek() {
        // a block among the arguments of a type
        Some(TokenTree::Punct(mark)) if matches!(mark.as_char(), ',' | '>') => {}
        Some(TokenTree::Punct(mark)) if !matches!(mark.as_char(), '#' | ';') => {}
        // a call of it, and the block of what it is the condition of
        Some(TokenTree::Group(_)) => {}
        Some(TokenTree::Ident(word)) if word == "as" || word == "else" || word == "in" => {}
        _ => *now = outer.at_start,
    }
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
            ("if ", "x", " {}"),
            ("match ", "x", " {}"),
            ("while ", "x", " {}"),
            ("loop ", "{}", ""),
            ("x = ", "1", ""),
            ("if a {} else ", "{}", ""),
            ("fn() -> ", "u8", ""),
            ("x", "", ".a"),
            ("x", "", "[0]"),
            ("x", "", "?"),
            ("1 + ", "1", ""),
            // what looks like the end of something
            ("f(\")\",", "1", ")"),
            ("{ '}';", "", "}"),
            ("{//}\n", "", "}"),
            ("A<{1}, ", "u8", ">"),
            ("{1} + ", "1", ""),
            ("for A{} in ", "x", " {}"),
            ("for m!{} in ", "x", " {}"),
            ("1 << ", "1", ""),
            ("x.f(\";\").", "y", ""),
            ("x.f({ y; z.", "y", " })"),
        ] {
            let text = |count: usize| format!("fn f() {{ {}{middle}{} }}", begin.repeat(count), end.repeat(count));
            assert!(shallow(&text(10_000)).is_none() && shallow(&text(50)).is_some(), "{begin}");
        }
        let long = "let x = if a < b { f(&a, [1, 2]) } else { g::<u8>(b)?.h() };\n".repeat(900);
        assert!(shallow(&format!("fn f() {{\n{long}}}")).is_some());
        let table = "1 << 20, ".repeat(1000);
        assert!(shallow(&format!("fn f() {{ let x = [{table}]; }}")).is_some());
        let long = "if a.b < c.d() { e.f(|| g < h)?; }\nmatch x { A if i < j => { k.l() } _ => m.n(), }\n".repeat(1200);
        assert!(shallow(&format!("fn f() {{\n{long}}}")).is_some());
    }
}
