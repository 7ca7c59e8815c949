//! Import statements as they are written, and which of them run when the module is imported.

use ruff_python_ast::{BoolOp, ElifElseClause, ExceptHandler, Expr, Stmt, StmtImport, StmtImportFrom, UnaryOp};

use super::{Span, span_of};

/// One imported name, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Import {
    /// `import a.b`
    Module(Box<str>),
    /// `from ..a import b, c`
    From {
        /// Number of leading dots.
        level: u32,
        /// What stands behind them; empty in `from . import a`.
        module: Box<str>,
        /// The names, `*` included.
        names: Box<[Box<str>]>,
    },
}

impl Import {
    pub(super) fn of_import(stmt: &StmtImport) -> impl Iterator<Item = Self> {
        stmt.names.iter().map(|alias| Self::Module(alias.name.as_str().into()))
    }

    pub(super) fn of_from(stmt: &StmtImportFrom) -> Self {
        Self::From {
            level: stmt.level,
            module: stmt.module.as_ref().map_or("", |it| it.as_str()).into(),
            names: stmt.names.iter().map(|alias| alias.name.as_str().into()).collect(),
        }
    }
}

/// The imports that importing the module runs, by the rules of Molt's checker: into both arms of an `if` whose test is
/// not known, into the handlers of `except` and not of `except*`, not into functions, classes and `match`.
pub(super) fn at_import_time(body: &[Stmt], found: &mut Vec<(Span, Import)>) {
    for stmt in body {
        match stmt {
            Stmt::Import(it) => found.extend(Import::of_import(it).map(|import| (span_of(it), import))),
            Stmt::ImportFrom(it) => found.push((span_of(it), Import::of_from(it))),
            Stmt::If(it) => branch(&it.test, &it.body, &it.elif_else_clauses, found),
            Stmt::Try(it) => {
                at_import_time(&it.body, found);
                if !it.is_star {
                    for ExceptHandler::ExceptHandler(handler) in &it.handlers {
                        at_import_time(&handler.body, found);
                    }
                }
                at_import_time(&it.orelse, found);
                at_import_time(&it.finalbody, found);
            }
            Stmt::With(it) => at_import_time(&it.body, found),
            Stmt::For(it) => [&it.body, &it.orelse].into_iter().for_each(|body| at_import_time(body, found)),
            Stmt::While(it) => [&it.body, &it.orelse].into_iter().for_each(|body| at_import_time(body, found)),
            _ => {}
        }
    }
}

/// An `elif` is an `if` in the `else` of the one before.
fn branch(test: &Expr, body: &[Stmt], rest: &[ElifElseClause], found: &mut Vec<(Span, Import)>) {
    let known = truth(test);
    if known != Some(false) {
        at_import_time(body, found);
    }
    if known == Some(true) {
        return;
    }
    for (index, clause) in rest.iter().enumerate() {
        match &clause.test {
            Some(test) => return branch(test, &clause.body, &rest[index + 1..], found),
            None => at_import_time(&clause.body, found),
        }
    }
}

/// What is known of a test: only boolean constants and `TYPE_CHECKING`, and what `not`, `and`, `or` make of them.
fn truth(test: &Expr) -> Option<bool> {
    match test {
        Expr::BooleanLiteral(it) => Some(it.value),
        Expr::Name(it) if it.id.as_str() == "TYPE_CHECKING" => Some(false),
        Expr::Attribute(it) if it.attr.as_str() == "TYPE_CHECKING" => Some(false),
        Expr::UnaryOp(it) if it.op == UnaryOp::Not => truth(&it.operand).map(|it| !it),
        Expr::BoolOp(it) => {
            let decides = it.op == BoolOp::Or;
            let parts = it.values.iter().map(truth);
            let mut all_known = true;
            for part in parts {
                match part {
                    Some(value) if value == decides => return Some(decides),
                    Some(_) => {}
                    None => all_known = false,
                }
            }
            all_known.then_some(!decides)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    fn of(text: &str) -> String {
        let mut found = Vec::new();
        at_import_time(parse(text).unwrap().body(), &mut found);
        let word = |(_, it): &(Span, Import)| match it {
            Import::Module(name) => name.to_string(),
            Import::From { level, module, names } => {
                format!("{}{module}:{}", ".".repeat(*level as usize), names.join("+"))
            }
        };
        found.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn statements_that_run_at_import_count() {
        assert_eq!(
            of("import a.b, c as d\nfrom . import e\nfrom ..f.g import h as i, j\nfrom k import *\n"),
            "a.b c .:e ..f.g:h+j k:*"
        );
        let text = "try:\n import a\nexcept E:\n import b\nelse:\n import c\nfinally:\n import d\nwith x:\n import e\nfor x in y:\n import f\nelse:\n import g\nwhile False:\n import h\nelse:\n import i\n";
        assert_eq!(of(text), "a b c d e f g h i");
        assert_eq!(of("try:\n import a\nexcept* E:\n import b\nelse:\n import c\n"), "a c");
        assert_eq!(
            of(
                "def f():\n import a\nclass C:\n import b\nasync def g():\n import c\nmatch x:\n case 1:\n  import d\nf = lambda: __import__('e')\n"
            ),
            ""
        );
    }

    #[test]
    fn branches_that_are_known_are_followed() {
        for (test, expected) in [
            ("True", "a"),
            ("False", "b"),
            ("TYPE_CHECKING", "b"),
            ("typing.TYPE_CHECKING", "b"),
            ("not TYPE_CHECKING", "a"),
            ("x and TYPE_CHECKING", "b"),
            ("x or not TYPE_CHECKING", "a"),
            ("True and True", "a"),
            ("False or False", "b"),
            ("x and True", "a b"),
            ("x or False", "a b"),
            ("0", "a b"),
            ("1", "a b"),
            ("not x", "a b"),
            ("None", "a b"),
        ] {
            assert_eq!(of(&format!("if {test}:\n import a\nelse:\n import b\n")), expected, "{test}");
        }
        assert_eq!(of("if False:\n import a\nelif True:\n import b\nelif x:\n import c\nelse:\n import d\n"), "b");
        assert_eq!(of("if x:\n import a\nelif False:\n import b\nelse:\n import c\n"), "a c");
        assert_eq!(of("if x:\n import a\nelif y:\n import b\n"), "a b");
    }
}
