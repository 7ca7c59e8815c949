//! How deep and how large a syntax tree can get, from the tokens alone: walking a tree takes stack, a text can be all depth,
//! and a tree takes a hundred times the memory of a text that is all tokens.
//!
//! Lexing does not recurse. A statement's tree is at most as deep as it has tokens, and commas part what lies side by
//! side; so a long table of data is shallow and a million open brackets are not.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer::lex};

use crate::base::limits::TOKENS;

/// The deepest tree that is parsed. CPython 3.13 compiles 5,000 signs before a number and sums of 8,000 terms, which have
/// 16,000 tokens, and gives up at twice as many; each level is stack that stays with its thread.
pub(super) const DEEPEST: usize = 1 << 15;

/// Texts of fewer bytes than this are not looked at: they cannot be deeper than they are long.
const SAFE_LENGTH: usize = DEEPEST;

/// What a syntax tree may not be, with the one-based line at which a text gets so; lines inside of strings are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    /// It is nested too deeply.
    Deep(usize),
    /// It has too many tokens.
    Large(usize),
}

/// Whether a text is too much for a syntax tree.
pub(super) fn excess(text: &str) -> Option<Excess> {
    excess_of(text, TOKENS)
}

fn excess_of(text: &str, most: usize) -> Option<Excess> {
    // tokens are at most as many as bytes, and what closes a block has no byte of its own
    let has_few = text.len() < SAFE_LENGTH || (text.len() <= most / 2 && runs(text) < DEEPEST);
    if has_few {
        return None;
    }
    let mut tokens = 0;
    let mut lexer = lex(text, Mode::Module);
    let mut depth = Depth { levels: vec![NestingLevel::default()], total: 0 };
    let mut line = 1;
    loop {
        let kind = lexer.next_token();
        match kind {
            TokenKind::EndOfFile => return None,
            TokenKind::Newline | TokenKind::NonLogicalNewline => line += 1,
            _ => {}
        }
        if depth.after(kind) > DEEPEST {
            return Some(Excess::Deep(line));
        }
        tokens += 1;
        if tokens > most {
            return Some(Excess::Large(line));
        }
    }
}

/// No fewer, but for what is open at the end, than the tokens of a text that can make it deeper: its signs, and its runs of letters
/// and of blanks. A number can end within such a run, so that what follows a digit counts.
fn runs(text: &str) -> usize {
    let is_digit = |it: u8| it.wrapping_sub(b'0') < 10;
    let is_letter = |it: u8| (it | 0x20).wrapping_sub(b'a') < 26 || it == b'_';
    let is_blank = |it: u8| (it == b' ') | (it.wrapping_sub(b'\t') < 2) | (it.wrapping_sub(b'\x0c') < 2);
    let goes_on = |a: u8, b: u8| (is_blank(a) & is_blank(b)) | (is_letter(a) & (is_letter(b) | is_digit(b)));
    // without a branch and in counts of a byte, so that many bytes are compared at once: ten times as fast
    let count =
        |(a, b): (&[u8], &[u8])| usize::from(a.iter().zip(b).fold(0_u8, |sum, (a, b)| sum + u8::from(goes_on(*a, *b))));
    let bytes = text.as_bytes();
    let next = bytes.get(1..).unwrap_or_default();
    bytes.len() - bytes.chunks(LANES).zip(next.chunks(LANES)).map(count).sum::<usize>()
}

/// So many ones fit into a byte.
const LANES: usize = u8::MAX as usize;

/// What is open, from the outermost to the innermost.
struct Depth {
    levels: Vec<NestingLevel>,
    total: usize,
}

#[derive(Default)]
struct NestingLevel {
    /// Since the last comma that parts siblings.
    tokens: usize,
    /// Its commas part parameters, and its body goes on behind them.
    has_lambda: bool,
}

impl Depth {
    /// The depth that there can be after one more token.
    fn after(&mut self, kind: TokenKind) -> usize {
        match kind {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace | TokenKind::Indent => {
                self.count(1);
                self.levels.push(NestingLevel::default());
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::Dedent => self.close(),
            TokenKind::Newline | TokenKind::Semi => self.reset(),
            TokenKind::Comma if self.levels.last().is_some_and(|it| !it.has_lambda) => self.reset(),
            TokenKind::Lambda => {
                self.count(1);
                if let Some(level) = self.levels.last_mut() {
                    level.has_lambda = true;
                }
            }
            // strings side by side are one literal
            TokenKind::String | TokenKind::Comment | TokenKind::NonLogicalNewline => {}
            _ => self.count(1),
        }
        self.total
    }

    fn count(&mut self, tokens: usize) {
        self.total += tokens;
        if let Some(level) = self.levels.last_mut() {
            level.tokens += tokens;
        }
    }

    fn reset(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            self.total -= level.tokens;
            *level = NestingLevel::default();
        }
    }

    fn close(&mut self) {
        if self.levels.len() > 1 {
            self.reset();
            self.levels.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_is_deeper_than_it_has_runs(text in "(\\PC|[0-9a-fxjoe_.]{1,4}|f'|[{}()'\"]|if|lambda|\n {0,4}|\\\\\n|\t| ){0,60}") {
            let mut lexer = lex(&text, Mode::Module);
            let mut depth = Depth { levels: vec![NestingLevel::default()], total: 0 };
            let (mut deepest, mut tokens) = (0, 0);
            loop {
                let kind = lexer.next_token();
                if kind == TokenKind::EndOfFile {
                    break;
                }
                deepest = deepest.max(depth.after(kind));
                tokens += 1;
            }
            // what is open at the end has a token there
            prop_assert!(deepest <= runs(&text) + 1, "{} levels", deepest);
            prop_assert!(tokens <= 2 * text.len() + 1, "{} tokens", tokens);
        }
    }

    #[test]
    fn depth_is_told_from_length() {
        let many = DEEPEST + 1;
        let flat = [
            "x = 1\n".repeat(many),
            format!("x = [{}]\n", "(1, 2), ".repeat(many)),
            format!("x = {}\n", "'a' ".repeat(many)),
            format!("'''{}'''\n", "((".repeat(many)),
            "def f():\n  if x:\n    y\n".repeat(many),
        ];
        for text in flat {
            assert_eq!(excess_of(&text, usize::MAX), None, "{}", &text[..20]);
        }
        let deep = [
            "(".repeat(many),
            format!("x = {}1\n", "-".repeat(many)),
            format!("x = 1{}\n", " + 1".repeat(many)),
            format!("x = {}1\n", "lambda a, b: ".repeat(many)),
            format!("x = a{}\n", ".b".repeat(many)),
        ];
        for text in deep {
            assert_eq!(excess(&format!("y\n{text}")), Some(Excess::Deep(2)), "{}", &text[..20]);
        }
        assert_eq!(excess(&"x, y\n".repeat(TOKENS / 4)), None);
        assert_eq!(excess(&"x, y\n".repeat(TOKENS / 4 + 1)), Some(Excess::Large(TOKENS / 4 + 1)));
    }
}
