//! One file, parsed.

use ruff_python_ast::{Expr, ModModule, Stmt};
use ruff_python_parser::{Parsed, parse_module};
use ruff_text_size::Ranged;

use super::depth::Excess;
use super::{depth, outline};
use crate::base::{
    limits::{PYTHON_DATA, TOKENS, too_long},
    text::position,
};

/// A parsed file. It owns its tree; the text stays with the caller.
pub struct Module(pub(super) Parsed<ModModule>);

/// Where and why a text is not Python.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct SyntaxError {
    /// One-based.
    pub line: usize,
    /// One-based, in characters.
    pub column: usize,
    /// The parser's words.
    pub message: String,
}

/// A place in a text, in bytes; files longer than 4 GiB are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One behind the last.
    pub end: u32,
}

pub(super) fn span(start: usize, end: usize) -> Span {
    let short = |it| u32::try_from(it).unwrap_or(u32::MAX);
    Span { start: short(start), end: short(end) }
}

pub(super) fn span_of(node: &impl Ranged) -> Span {
    Span { start: node.start().to_u32(), end: node.end().to_u32() }
}

/// The longest text that is parsed, in bytes. The longest real files have 0.8 MB (CPython) and 0.05 MB (Molt).
const LONGEST: usize = 64 << 20;

/// Parses a whole file.
///
/// # Errors
/// When the text is not Python, and when it is too long or nested too deeply to be walked.
pub fn parse(text: &str) -> Result<Module, SyntaxError> {
    if text.len() > LONGEST {
        let message = format!("it has {} bytes, and more than {LONGEST} are not parsed", text.len());
        return Err(SyntaxError { line: 1, column: 1, message });
    }
    if let Some(excess) = depth::excess(text) {
        let (line, message) = match excess {
            Excess::Deep(line) => {
                (line, format!("it is nested more than {} levels deep, and that is not parsed", depth::DEEPEST))
            }
            Excess::Large(line) => (line, format!("it has more than {TOKENS} tokens, and that is not parsed")),
        };
        return Err(SyntaxError { line, column: 1, message });
    }
    parse_module(text).map(Module).map_err(|error| {
        let (line, column) = position(text, error.location.start().to_usize());
        SyntaxError { line, column, message: error.error.to_string() }
    })
}

/// Parses a file of which only the names count: what its functions do is left out where it says nothing about them.
///
/// # Errors
/// As those of [`parse`].
pub fn parse_outline(text: &str) -> Result<Module, SyntaxError> {
    let module = outline::outline(text).and_then(|it| parse(&it).ok());
    module.map_or_else(|| parse(text), Ok)
}

/// Parses a file that is read as data: the constants or the texts in it.
pub(super) fn parse_data(text: &str) -> Result<Module, SyntaxError> {
    match too_long(text.len(), PYTHON_DATA) {
        Some(message) => Err(SyntaxError { line: 1, column: 1, message }),
        None => parse(text),
    }
}

impl Module {
    pub(super) fn body(&self) -> &[Stmt] {
        &self.0.syntax().body
    }
}

/// Calls `visit` for every statement that runs when the module is imported: also inside `if`, `try`, `with` and loops,
/// never inside `def` and `class`.
pub(super) fn at_module_level<'a>(body: &'a [Stmt], visit: &mut dyn FnMut(&'a Stmt)) {
    for stmt in body {
        visit(stmt);
        match stmt {
            Stmt::If(it) => {
                at_module_level(&it.body, visit);
                it.elif_else_clauses.iter().for_each(|clause| at_module_level(&clause.body, visit));
            }
            Stmt::Try(it) => {
                at_module_level(&it.body, visit);
                for handler in &it.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    at_module_level(&handler.body, visit);
                }
                at_module_level(&it.orelse, visit);
                at_module_level(&it.finalbody, visit);
            }
            Stmt::With(it) => at_module_level(&it.body, visit),
            Stmt::For(it) => {
                at_module_level(&it.body, visit);
                at_module_level(&it.orelse, visit);
            }
            Stmt::While(it) => {
                at_module_level(&it.body, visit);
                at_module_level(&it.orelse, visit);
            }
            _ => {}
        }
    }
}

/// The text of a plain string literal; adjacent literals count as one, f-strings and bytes do not.
pub(super) fn string(expr: &Expr) -> Option<&str> {
    expr.as_string_literal_expr().map(|it| it.value.to_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_syntax_error_has_its_position() {
        let error = parse("x = 1\nif é x:\n").err().unwrap();
        assert_eq!((error.line, error.column), (2, 6), "{error}");
    }
}
