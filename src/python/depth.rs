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
    if text.len() < SAFE_LENGTH {
        return None;
    }
    let mut tokens = 0;
    let mut lexer = lex(text, Mode::Module);
    let mut depth = Depth { levels: vec![Level::default()], total: 0 };
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

/// What is open, from the outermost to the innermost.
struct Depth {
    levels: Vec<Level>,
    total: usize,
}

#[derive(Default)]
struct Level {
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
                self.levels.push(Level::default());
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
            *level = Level::default();
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
    use super::*;

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
