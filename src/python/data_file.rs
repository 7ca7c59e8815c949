//! Files of constants that Molt's tools run and that are read here. Whoever runs one gets what its code leaves behind, so that its
//! constants are believed only where the file does nothing but state them, and load those of files beside it that are read here too.

use std::collections::HashSet;

use ruff_python_ast::{Alias, Expr, ExprContext, InterpolatedStringElement as Part, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::{
    Module, SyntaxError,
    literals::{Constants, constants_of},
    parse_data,
};
use crate::base::{
    alone::{LARGE_PYTHON, alone},
    text::position,
};

/// Why the constants of a file are not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataFileError {
    /// It is not Python.
    #[error("it does not parse: {0}")]
    Syntax(SyntaxError),
    /// Code in it may leave other constants behind than it states: the one-based line.
    #[error("line {0}: it does more than state constants, so that what they are when it has run is not known")]
    Code(usize),
}

impl DataFileError {
    /// Where, one-based.
    pub fn line(&self) -> usize {
        match self {
            Self::Syntax(error) => error.line,
            Self::Code(line) => *line,
        }
    }
}

/// The table of files beside this one that are loaded: the stem of each, by its series.
pub const STEMS: &str = "_VERSION_MODULE_STEMS";

/// What can be imported without a consequence: modules, and names of modules.
const MODULES: [&str; 3] = ["importlib.util", "pathlib", "typing"];
const IMPORTED: [(&str, &str); 3] = [("pathlib", "Path"), ("types", "ModuleType"), ("__future__", "annotations")];
/// Names of Python that can be called without a consequence.
const CALLED: [&str; 5] = ["ImportError", "RuntimeError", "ValueError", "dict", "tuple"];
/// What the loading of a file takes of modules, paths and loaders.
const ATTRIBUTES: [&str; 7] =
    ["Path", "exec_module", "loader", "module_from_spec", "parent", "spec_from_file_location", "with_name"];

/// Reads the constants of a file that states them, or that loads those of files beside it in the way of Molt's union (June 2026).
///
/// # Errors
/// Where it is no Python, and where it does anything else.
pub fn data_constants(text: &str) -> Result<Constants, DataFileError> {
    let _alone = alone(text.len() > LARGE_PYTHON);
    let module = parse_data(text).map_err(DataFileError::Syntax)?;
    match code(&module) {
        Some(range) => Err(DataFileError::Code(position(text, range.start().into()).0)),
        None => Ok(constants_of(&module)),
    }
}

/// The first part that does more.
fn code(module: &Module) -> Option<TextRange> {
    let mut names = HashSet::from(CALLED);
    for stmt in module.body() {
        match stmt {
            Stmt::Import(it) => names.extend(it.names.iter().map(bound)),
            Stmt::ImportFrom(it) => names.extend(it.names.iter().map(bound)),
            Stmt::FunctionDef(it) => _ = names.insert(it.name.as_str()),
            _ => {}
        }
    }
    let plain = PlainCode { callable: names, stems: HashSet::new() };
    module.body().iter().find(|it| !plain.is_statement(it)).map(Ranged::range)
}

fn bound(alias: &Alias) -> &str {
    alias.asname.as_ref().unwrap_or(&alias.name).as_str()
}

/// What code may do that leaves the constants as they are stated.
struct PlainCode<'a> {
    /// The names that may be called.
    callable: HashSet<&'a str>,
    /// The names of a function that are stems of the table.
    stems: HashSet<&'a str>,
}

impl<'a> PlainCode<'a> {
    /// Whether a statement of the file itself is plain.
    fn is_statement(&self, stmt: &'a Stmt) -> bool {
        match stmt {
            Stmt::Expr(it) => it.value.is_string_literal_expr(),
            Stmt::Import(it) => it.names.iter().all(|it| {
                MODULES.contains(&it.name.as_str()) && (it.asname.is_some() || !it.name.as_str().contains('.'))
            }),
            Stmt::ImportFrom(it) => {
                let from = it.module.as_ref().map_or("", |it| it.as_str());
                let is_type = |name: &str| from == "typing" && name.starts_with(|it: char| it.is_ascii_uppercase());
                let is_plain = |it: &Alias| IMPORTED.contains(&(from, it.name.as_str())) || is_type(it.name.as_str());
                it.level == 0 && it.names.iter().all(is_plain)
            }
            Stmt::Assign(it) => it.targets.iter().all(Expr::is_name_expr) && self.is_value(&it.value),
            Stmt::AnnAssign(it) => {
                let value = it.value.as_ref();
                it.target.is_name_expr() && is_annotation(&it.annotation) && value.is_none_or(|it| self.is_value(it))
            }
            Stmt::FunctionDef(it) => self.is_function(it),
            _ => false,
        }
    }

    /// Whether a value is a literal, or made of what was loaded.
    fn is_value(&self, value: &Expr) -> bool {
        is_literal(value) || self.is_expression(value)
    }

    fn is_function(&self, it: &'a StmtFunctionDef) -> bool {
        let mut stems = HashSet::new();
        let mut assigned = Vec::new();
        for stmt in &it.body {
            let Stmt::Assign(it) = stmt else { continue };
            let [Expr::Name(target)] = it.targets.as_slice() else { return false };
            assigned.push(target.id.as_str());
            let of = it.value.as_subscript_expr().and_then(|it| it.value.as_name_expr());
            if of.is_some_and(|it| it.id.as_str() == STEMS) {
                stems.insert(target.id.as_str());
            }
        }
        // one that is assigned again may be another
        stems.retain(|name| assigned.iter().filter(|it| *it == name).count() == 1);
        let inside = Self { callable: self.callable.clone(), stems };
        let parameters = &it.parameters;
        // a name of its own stands for what it is given
        let hides = |name: &str| inside.callable.contains(name) || name == STEMS;
        !it.is_async
            && it.decorator_list.is_empty()
            && it.type_params.is_none()
            && parameters.iter().all(|it| it.default().is_none() && it.annotation().is_none_or(is_annotation))
            && it.returns.as_ref().is_none_or(|it| is_annotation(it))
            && !assigned.iter().copied().chain(parameters.iter().map(|it| it.name().as_str())).any(hides)
            && it.body.iter().all(|it| inside.is_step(it))
    }

    /// Whether a statement of a function is plain.
    fn is_step(&self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Expr(it) => it.value.is_string_literal_expr() || self.is_expression(&it.value),
            Stmt::Assign(it) => self.is_expression(&it.value),
            Stmt::Return(it) => it.value.as_ref().is_none_or(|it| self.is_expression(it)),
            Stmt::If(it) => {
                self.is_expression(&it.test)
                    && it.elif_else_clauses.is_empty()
                    && it.body.iter().all(|it| it.is_raise_stmt() && self.is_step(it))
            }
            Stmt::Raise(it) => {
                let Some(Expr::Call(call)) = it.exc.as_deref() else { return false };
                let is_error = call.func.as_name_expr().is_some_and(|it| CALLED[..3].contains(&it.id.as_str()));
                it.cause.is_none() && is_error && call.arguments.args.iter().all(is_words)
            }
            _ => false,
        }
    }

    fn is_expression(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Name(it) => it.ctx == ExprContext::Load,
            Expr::NoneLiteral(_) => true,
            Expr::Attribute(it) => is_attribute(it.attr.as_str()) && self.is_expression(&it.value),
            Expr::Subscript(it) => self.is_expression(&it.value) && it.slice.is_name_expr(),
            Expr::BoolOp(it) => it.values.iter().all(|it| self.is_expression(it)),
            Expr::Compare(it) => self.is_expression(&it.left) && it.comparators.iter().all(|it| self.is_expression(it)),
            Expr::Tuple(it) => it.elts.iter().all(|it| self.is_expression(it)),
            Expr::Call(it) => {
                let is_known = match &*it.func {
                    Expr::Name(name) => self.callable.contains(name.id.as_str()),
                    Expr::Attribute(_) => self.is_expression(&it.func),
                    _ => false,
                };
                let given = &it.arguments;
                is_known && given.keywords.is_empty() && given.args.iter().all(|it| self.is_expression(it))
            }
            Expr::FString(_) => self.is_name_of_stem(expr),
            Expr::DictComp(it) => {
                let [over] = it.generators.as_slice() else { return false };
                let is_plain = over.target.is_name_expr() && over.ifs.is_empty() && !over.is_async;
                let parts = [Some(&over.iter), it.key.as_deref(), Some(&*it.value)];
                is_plain && parts.into_iter().flatten().all(|it| self.is_expression(it))
            }
            _ => false,
        }
    }

    /// `f"{stem}.py"`, where the stem is of the table: what it names is read here as well.
    fn is_name_of_stem(&self, expr: &Expr) -> bool {
        let Expr::FString(it) = expr else { return false };
        let parts: Vec<&Part> = it.value.elements().collect();
        let [Part::Interpolation(stem), Part::Literal(end)] = parts.as_slice() else { return false };
        let is_stem = stem.expression.as_name_expr().is_some_and(|it| self.stems.contains(it.id.as_str()));
        is_stem && stem.format_spec.is_none() && &*end.value == ".py"
    }
}

fn is_attribute(name: &str) -> bool {
    ATTRIBUTES.contains(&name) || name.starts_with("STDLIB_")
}

/// Whether a value is a literal through and through.
fn is_literal(value: &Expr) -> bool {
    match value {
        Expr::StringLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NumberLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::EllipsisLiteral(_)
        | Expr::BytesLiteral(_) => true,
        Expr::Tuple(it) => it.elts.iter().all(is_literal),
        Expr::List(it) => it.elts.iter().all(is_literal),
        Expr::Dict(it) => it.items.iter().all(|it| it.key.as_ref().is_some_and(is_literal) && is_literal(&it.value)),
        _ => false,
    }
}

/// The words of an error, with names in them.
fn is_words(expr: &Expr) -> bool {
    match expr {
        Expr::StringLiteral(_) => true,
        Expr::FString(it) => it.value.elements().all(|it| match it {
            Part::Literal(_) => true,
            Part::Interpolation(it) => it.expression.is_name_expr() && it.format_spec.is_none(),
        }),
        _ => false,
    }
}

/// `tuple[str, ...]`, which may be evaluated.
fn is_annotation(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_) | Expr::StringLiteral(_) | Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => true,
        Expr::Subscript(it) => is_annotation(&it.value) && is_annotation(&it.slice),
        Expr::Tuple(it) => it.elts.iter().all(is_annotation),
        Expr::BinOp(it) => is_annotation(&it.left) && is_annotation(&it.right),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACADE: &str = "\"\"\"Words.\"\"\"\nfrom __future__ import annotations\nimport importlib.util as _util\nfrom pathlib import Path as _Path\nfrom types import ModuleType as _Kind\nV = (\"3.12\",)\n_VERSION_MODULE_STEMS = {\"3.12\": \"u_3_12\"}\ndef _load(version: str) -> _Kind:\n    stem = _VERSION_MODULE_STEMS[version]\n    path = _Path(__file__).with_name(f\"{stem}.py\")\n    spec = _util.spec_from_file_location(stem, path)\n    if spec is None or spec.loader is None:\n        raise ImportError(f\"no {version}: {path}\")\n    module = _util.module_from_spec(spec)\n    spec.loader.exec_module(module)\n    return module\n_DATA = {version: _load(version) for version in V}\nS = {version: _DATA[version].STDLIB_MODULES for version in V}\n";

    #[test]
    fn what_states_constants_is_read_and_what_does_more_is_not() {
        for text in [
            "\"\"\"Words.\"\"\"\nfrom __future__ import annotations\nA: tuple[str, ...] = (\"x\",)\nD: dict[str, tuple[str, ...]] = {\"m\": ()}\n",
            "from typing import Final\nA: Final = (\"x\",)\n",
            FACADE,
        ] {
            assert!(data_constants(text).is_ok(), "{text}: {:?}", data_constants(text));
        }
        for more in [
            "A += (\"y\",)",
            "import sys",
            "import sys\nsys._getframe().f_globals[\"A\"] = ()",
            "x = A\nx[\"m\"] = ()",
            "dict.clear(D)",
            "x = dict.clear(D)",
            "raise SystemExit(0)",
            "def f(): pass\nf.__globals__[\"A\"] = ()",
            "def f(x=D.clear()): pass",
            "@f\ndef g(): return None",
            "x = [D.pop(k) for k in list(D)]",
            "x = {k: D.clear() for k in V}",
            "class A: pass",
            "for A in (): pass",
            "if True: A = ()",
            "from typing import sys",
            "from importlib.util import sys",
            "import importlib.util",
            "x = (lambda: A)()",
            "x = globals()",
            "G = globals\nx = {v: G() for v in V}",
            "print(1)",
            "from u import *",
            "A: f() = ()",
            "def f():\n    global A\n    A = ()",
            "__builtins__ = {}\nx = exec",
        ] {
            let text = format!("A = (\"x\",)\nD = {{\"m\": (\"y\",)}}\nV = (\"3.12\",)\n{more}\n");
            let line = 3 + more.lines().count();
            let error = data_constants(&text).err();
            let is_code = matches!(error, Some(DataFileError::Code(it)) if (4..=line).contains(&it));
            assert!(is_code || more.starts_with("__builtins__"), "{more}: {error:?}");
        }
    }

    #[test]
    fn only_files_of_the_table_are_loaded() {
        for (from, to) in [
            ("f\"{stem}.py\"", "\"other.py\""),
            ("f\"{stem}.py\"", "f\"{version}.py\""),
            ("f\"{stem}.py\"", "f\"{stem}_.py\""),
            ("f\"{stem}.py\"", "f\"{stem}{stem}.py\""),
            ("    stem = ", "    stem = _OTHER[version]\n    stem = "),
            ("_VERSION_MODULE_STEMS[version]", "_OTHER[version]"),
            ("    return module", "    module.__dict__.clear()\n    return module"),
            ("    return module", "    _util.sys.exit(0)\n    return module"),
            ("_load(version: str)", "_load(version: str, _Path=_DATA)"),
            ("_load(version: str)", "_load(version: str, _Path)"),
            ("spec is None or", "setattr(module, stem, V) or"),
        ] {
            let text = FACADE.replace(from, to);
            assert!(text != FACADE && data_constants(&text).is_err(), "{from} {to}");
        }
    }
}
