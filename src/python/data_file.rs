//! Files of constants that Molt's tools run and that are read here. Whoever runs one gets what its code leaves behind, so that its
//! constants are believed only where the file does nothing but state them, or is the one form of code that is known: Molt's union since June
//! 2026, which loads the tables of each series from a file beside it that is read here too.

use std::collections::HashSet;

use ruff_python_ast::{Comprehension, Expr, ExprContext, InterpolatedStringElement as Part, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::{
    Module, SyntaxError,
    decode::other_encoding,
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

/// What a file of constants may hold besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFileForm {
    /// Nothing.
    Constants,
    /// The code that loads the files of [`STEMS`].
    Facade,
}

/// The table of files beside this one that are loaded: the stem of each, by its series.
pub const STEMS: &str = "_VERSION_MODULE_STEMS";
/// The series of which they are.
pub const VERSIONS: &str = "BASELINE_PYTHON_VERSIONS";

/// Reads the constants of a file that states them.
///
/// # Errors
/// Where it is no Python, where Python would read it in another encoding than UTF-8, and where it does more than its form has.
pub fn data_constants(text: &str, form: DataFileForm) -> Result<Constants, DataFileError> {
    let _alone = alone(text.len() > LARGE_PYTHON);
    if let Some(line) = other_encoding(text.as_bytes()) {
        return Err(DataFileError::Code(line));
    }
    let module = parse_data(text).map_err(DataFileError::Syntax)?;
    if let Some(range) = late_future(module.body()) {
        let (line, column) = position(text, range.start().into());
        let message = "`from __future__` stands at the beginning of a file alone".into();
        return Err(DataFileError::Syntax(SyntaxError { line, column, message }));
    }
    match code(&module, form) {
        Some(range) => Err(DataFileError::Code(position(text, range.start().into()).0)),
        None => Ok(constants_of(&module)),
    }
}

/// An import of a feature that stands where Python does not compile it, which a parser alone takes.
fn late_future(body: &[Stmt]) -> Option<TextRange> {
    let is_future = |it: &&Stmt| {
        it.as_import_from_stmt().is_some_and(|it| it.level == 0 && it.module.as_deref() == Some("__future__"))
    };
    let is_docstring = |it: &Stmt| it.as_expr_stmt().is_some_and(|it| it.value.is_string_literal_expr());
    let first = usize::from(body.first().is_some_and(is_docstring));
    body[first..].iter().skip_while(is_future).find(is_future).map(Ranged::range)
}

/// The first part that does more.
fn code(module: &Module, form: DataFileForm) -> Option<TextRange> {
    let mut known = Facade::default();
    module.body().iter().find(|it| !known.is_plain(it, form)).map(Ranged::range)
}

/// The names that the file has bound so far, each once.
#[derive(Default)]
struct Facade<'a> {
    bound: HashSet<&'a str>,
    /// Those of them that are constants.
    constants: HashSet<&'a str>,
    /// Whether annotations are left as they are.
    has_future: bool,
    /// `importlib.util`, `pathlib.Path`, and what loads a file with them.
    tools: Option<&'a str>,
    paths: Option<&'a str>,
    loader: Option<&'a str>,
    /// The table of what was loaded.
    loaded: Option<&'a str>,
}

impl<'a> Facade<'a> {
    fn is_plain(&mut self, stmt: &'a Stmt, form: DataFileForm) -> bool {
        let is_facade = form == DataFileForm::Facade;
        match stmt {
            Stmt::Expr(it) => it.value.is_string_literal_expr(),
            Stmt::Import(it) => {
                let [one] = it.names.as_slice() else { return false };
                let Some(name) = one.asname.as_ref().filter(|_| is_facade && &one.name == "importlib.util") else {
                    return false;
                };
                self.tools = Some(name);
                self.binds(name)
            }
            Stmt::ImportFrom(it) => {
                let from = it.module.as_ref().map_or("", |it| it.as_str());
                let [one] = it.names.as_slice() else { return false };
                let name = one.asname.as_ref().unwrap_or(&one.name).as_str();
                let is_known = match (from, one.name.as_str()) {
                    ("__future__", "annotations") => {
                        self.has_future = true;
                        true
                    }
                    ("typing", "Final") => true,
                    ("types", "ModuleType") => is_facade,
                    ("pathlib", "Path") => {
                        self.paths = Some(name);
                        is_facade
                    }
                    _ => false,
                };
                it.level == 0 && is_known && self.binds(name)
            }
            Stmt::Assign(it) => it.targets.len() == 1 && self.is_assignment(&it.targets[0], &it.value, is_facade),
            Stmt::AnnAssign(it) => {
                let Some(value) = &it.value else { return false };
                (self.has_future || is_annotation(&it.annotation)) && self.is_assignment(&it.target, value, is_facade)
            }
            Stmt::FunctionDef(it) => {
                let is_loader = is_facade && self.loader.is_none() && self.loads_a_file(it) == Some(());
                self.loader = Some(&it.name);
                is_loader && self.binds(&it.name)
            }
            _ => false,
        }
    }

    /// Binds a name for the first time; none of Python's own, by which the code would do something else.
    fn binds(&mut self, name: &'a str) -> bool {
        let is_pythons = matches!(name, "ImportError" | "str" | "dict" | "tuple" | "list" | "int" | "bool");
        let is_plain = !is_pythons && (!name.starts_with("__") || name == "__all__");
        is_plain && self.bound.insert(name)
    }

    /// A literal, or one of the tables that are made of what is loaded.
    fn is_assignment(&mut self, target: &'a Expr, value: &'a Expr, is_facade: bool) -> bool {
        let Some(name) = target.as_name_expr().map(|it| it.id.as_str()) else { return false };
        if is_literal(value) {
            // the last value of a constant counts, but of those by which files are loaded
            let is_again = self.constants.contains(name) && ![STEMS, VERSIONS].contains(&name);
            return is_again || self.binds(name) && self.constants.insert(name);
        }
        is_facade && self.is_table(name, value) && self.binds(name)
    }

    /// `{version: load(version) for version in VERSIONS}`, or `{version: LOADED[version].STDLIB_X for version in VERSIONS}`
    fn is_table(&mut self, table: &'a str, value: &'a Expr) -> bool {
        let Expr::DictComp(it) = value else { return false };
        let [Comprehension { target, iter, ifs, is_async: false, .. }] = it.generators.as_slice() else { return false };
        let (Some(each), Some(key), true) = (name_of(target), it.key.as_deref(), ifs.is_empty()) else { return false };
        let is_each = |it: &Expr| name_of(it) == Some(each);
        // of each series that is listed the file is read here too
        let is_of_versions = name_of(iter) == Some(VERSIONS) && self.bound.contains(VERSIONS);
        if !is_each(key) || !is_of_versions || self.bound.contains(each) {
            return false;
        }
        match &*it.value {
            Expr::Call(call) => {
                let is_loader = name_of(&call.func).is_some_and(|it| Some(it) == self.loader);
                let is_first = self.loaded.replace(table).is_none();
                is_first && is_loader && given(call).is_some_and(|it| matches!(it, [one] if is_each(one)))
            }
            Expr::Attribute(attribute) => {
                let Expr::Subscript(of) = &*attribute.value else { return false };
                let is_loaded = name_of(&of.value).is_some_and(|it| Some(it) == self.loaded);
                is_loaded && is_each(&of.slice) && attribute.attr.starts_with("STDLIB_")
            }
            _ => false,
        }
    }

    /// Whether a function is the one that loads the file of a series: in seven steps, each of which gives what the next one takes.
    fn loads_a_file(&self, it: &'a StmtFunctionDef) -> Option<()> {
        let (tools, paths) = (self.tools?, self.paths?);
        let parameters = &it.parameters;
        let [parameter] = parameters.args.as_slice() else { return None };
        let is_simple = !it.is_async
            && it.decorator_list.is_empty()
            && it.type_params.is_none()
            && parameters.len() == 1
            && parameter.default.is_none()
            && (self.has_future || parameter.annotation().is_none() && it.returns.is_none());
        let version = parameter.name().as_str();
        let [stem, path, spec, check, module, run, end] = it.body.as_slice() else { return None };
        let (stem, of) = assigned(stem)?;
        let of = of.as_subscript_expr()?;
        let is_stem = name_of(&of.value) == Some(STEMS) && name_of(&of.slice) == Some(version);
        let (path, beside) = assigned(path)?;
        let (own, name) = method(beside, "with_name")?;
        let own = own.as_call_expr()?;
        let is_beside = name_of(&own.func) == Some(paths)
            && matches!(given(own)?, [one] if name_of(one) == Some("__file__"))
            && matches!(name, [one] if is_file_of(one, stem));
        let (spec, made) = assigned(spec)?;
        let (from, all) = method(made, "spec_from_file_location")?;
        let is_spec = name_of(from) == Some(tools)
            && matches!(all, [a, b] if name_of(a) == Some(stem) && name_of(b) == Some(path));
        let (module, made) = assigned(module)?;
        let (from, all) = method(made, "module_from_spec")?;
        let is_module = name_of(from) == Some(tools) && matches!(all, [one] if name_of(one) == Some(spec));
        let (loader, all) = method(&run.as_expr_stmt()?.value, "exec_module")?;
        let loader = loader.as_attribute_expr()?;
        let is_run = &loader.attr == "loader"
            && name_of(&loader.value) == Some(spec)
            && matches!(all, [one] if name_of(one) == Some(module));
        let is_end = name_of(end.as_return_stmt()?.value.as_deref()?) == Some(module);
        let own = [version, stem, path, spec, module];
        let is_each_once = own.iter().collect::<HashSet<_>>().len() == own.len();
        let is_hidden = own.iter().any(|it| [tools, paths, STEMS, "__file__", "ImportError"].contains(it));
        let holds = is_simple && is_stem && is_beside && is_spec && is_module && is_run && is_end;
        (holds && is_each_once && !is_hidden && is_check(check)).then_some(())
    }
}

/// `name = value`
fn assigned(stmt: &Stmt) -> Option<(&str, &Expr)> {
    let Stmt::Assign(it) = stmt else { return None };
    let [target] = it.targets.as_slice() else { return None };
    Some((name_of(target)?, &it.value))
}

/// `value.name(…)`: the value, and what is given.
fn method<'a>(expr: &'a Expr, name: &str) -> Option<(&'a Expr, &'a [Expr])> {
    let call = expr.as_call_expr()?;
    let it = call.func.as_attribute_expr().filter(|it| &it.attr == name)?;
    Some((&it.value, given(call)?))
}

/// What a call is given, in order.
fn given(call: &ruff_python_ast::ExprCall) -> Option<&[Expr]> {
    call.arguments.keywords.is_empty().then_some(&call.arguments.args)
}

fn name_of(expr: &Expr) -> Option<&str> {
    expr.as_name_expr().map(|it| it.id.as_str())
}

/// `f"{stem}.py"`
fn is_file_of(expr: &Expr, stem: &str) -> bool {
    let Expr::FString(it) = expr else { return false };
    let parts: Vec<&Part> = it.value.elements().collect();
    let [Part::Interpolation(it), Part::Literal(end)] = parts.as_slice() else { return false };
    let is_plain = it.format_spec.is_none() && it.conversion.is_none() && it.debug_text.is_none();
    is_plain && name_of(&it.expression) == Some(stem) && &*end.value == ".py"
}

/// `if …: raise ImportError("words")`, where the test has names, attributes, and `is None` alone.
fn is_check(stmt: &Stmt) -> bool {
    let Stmt::If(it) = stmt else { return false };
    let [Stmt::Raise(raised)] = it.body.as_slice() else { return false };
    let Some(Expr::Call(error)) = raised.exc.as_deref() else { return false };
    let is_words = |it: &Expr| match it {
        Expr::StringLiteral(_) => true,
        Expr::FString(it) => it.value.elements().all(|it| match it {
            Part::Literal(_) => true,
            Part::Interpolation(it) => it.expression.is_name_expr() && it.format_spec.is_none(),
        }),
        _ => false,
    };
    it.elif_else_clauses.is_empty()
        && is_test(&it.test)
        && raised.cause.is_none()
        && name_of(&error.func) == Some("ImportError")
        && given(error).is_some_and(|it| it.iter().all(is_words))
}

fn is_test(expr: &Expr) -> bool {
    match expr {
        Expr::BoolOp(it) => it.values.iter().all(is_test),
        Expr::Compare(it) => is_test(&it.left) && it.comparators.iter().all(Expr::is_none_literal_expr),
        Expr::Attribute(it) => &it.attr == "loader" && it.value.is_name_expr(),
        Expr::Name(it) => it.ctx == ExprContext::Load,
        _ => false,
    }
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

/// `tuple[str, ...]` and the like, which is evaluated.
fn is_annotation(expr: &Expr) -> bool {
    match expr {
        Expr::Name(it) => matches!(it.id.as_str(), "str" | "dict" | "tuple" | "list" | "int" | "bool" | "Final"),
        Expr::StringLiteral(_) | Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => true,
        Expr::Subscript(it) => is_annotation(&it.value) && is_annotation(&it.slice),
        Expr::Tuple(it) => it.elts.iter().all(is_annotation),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACADE: &str = "\"\"\"Words.\"\"\"\nfrom __future__ import annotations\nimport importlib.util as _util\nfrom pathlib import Path as _Path\nfrom types import ModuleType as _Kind\nBASELINE_PYTHON_VERSIONS = (\"3.12\",)\n_VERSION_MODULE_STEMS = {\"3.12\": \"u_3_12\"}\ndef _load(version: str) -> _Kind:\n    stem = _VERSION_MODULE_STEMS[version]\n    path = _Path(__file__).with_name(f\"{stem}.py\")\n    spec = _util.spec_from_file_location(stem, path)\n    if spec is None or spec.loader is None:\n        raise ImportError(f\"no {version}: {path}\")\n    module = _util.module_from_spec(spec)\n    spec.loader.exec_module(module)\n    return module\n_DATA = {version: _load(version) for version in BASELINE_PYTHON_VERSIONS}\nS = {version: _DATA[version].STDLIB_MODULES for version in BASELINE_PYTHON_VERSIONS}\n";

    fn is_read(text: &str, form: DataFileForm) -> bool {
        data_constants(text, form).is_ok()
    }

    #[test]
    fn a_feature_that_comes_too_late_is_in_no_file_of_constants() {
        let read = |text: &str| data_constants(text, DataFileForm::Constants).map(|_| ());
        for fine in ["\"Doc.\"\nfrom __future__ import annotations\nA = ()\n", "A = ()\n", ""] {
            assert_eq!(read(fine), Ok(()), "{fine}");
        }
        for (bad, line) in [
            ("A = ()\nfrom __future__ import annotations\n", 2),
            ("\"a\"\n\"b\"\nfrom __future__ import annotations\n", 3),
        ] {
            let error = read(bad).unwrap_err();
            assert!(matches!(&error, DataFileError::Syntax(it) if it.line == line), "{bad}: {error:?}");
        }
    }

    #[test]
    fn what_states_constants_is_read_and_what_does_more_is_not() {
        for text in [
            "\"\"\"Words.\"\"\"\nfrom __future__ import annotations\nA: tuple[str, ...] = (\"x\",)\nD: dict[str, tuple[str, ...]] = {\"m\": ()}\n",
            "# -*- coding: utf-8 -*-\nfrom typing import Final\nA: Final = (\"x\",)\nA = ()\n",
        ] {
            assert!(is_read(text, DataFileForm::Constants), "{text}");
        }
        assert!(is_read(FACADE, DataFileForm::Facade) && !is_read(FACADE, DataFileForm::Constants));
        for more in [
            "A += (\"y\",)",
            "import sys",
            "x = A\nx[\"m\"] = ()",
            "dict.clear(D)",
            "x = dict.clear(D)",
            "raise SystemExit(0)",
            "def f(): pass\nf.__globals__[\"A\"] = ()",
            "x = [D.pop(k) for k in list(D)]",
            "x = {k: D.clear() for k in BASELINE_PYTHON_VERSIONS}",
            "class A: pass",
            "for A in (): pass",
            "if True: A = ()",
            "from typing import sys",
            "from importlib.util import sys",
            "import importlib.util",
            "x = globals()",
            "dict = exec",
            "x = {tuple: tuple() for tuple in (globals,)}",
            "from u import *",
            "B: f() = ()",
            "B: (exit | print) = ()",
            "__builtins__ = {}",
            "BASELINE_PYTHON_VERSIONS = ()",
        ] {
            let text =
                format!("A = (\"x\",)\nD = {{\"m\": (\"y\",)}}\nBASELINE_PYTHON_VERSIONS = (\"3.12\",)\n{more}\n");
            let last = 3 + more.lines().count();
            let error = data_constants(&text, DataFileForm::Facade).err();
            assert!(matches!(error, Some(DataFileError::Code(it)) if (4..=last).contains(&it)), "{more}: {error:?}");
        }
        for name in ["utf-7", "unicode_escape", "klingon", "latin-1"] {
            let error = data_constants(&format!("# coding: {name}\nA = ()\n"), DataFileForm::Constants).unwrap_err();
            assert_eq!(error, DataFileError::Code(1), "{name}");
        }
    }

    #[test]
    fn only_files_of_the_table_are_loaded_and_in_one_way() {
        for (from, to) in [
            ("f\"{stem}.py\"", "\"other.py\""),
            ("f\"{stem}.py\"", "_NAME"),
            ("f\"{stem}.py\"", "f\"{version}.py\""),
            ("f\"{stem}.py\"", "f\"{stem}_.py\""),
            ("f\"{stem}.py\"", "f\"{stem!r}.py\""),
            ("    stem = ", "    stem = _OTHER[version]\n    stem = "),
            ("_VERSION_MODULE_STEMS[version]", "_OTHER[version]"),
            ("    return module", "    module.__dict__.clear()\n    return module"),
            ("    return module", "    return _util"),
            ("_load(version: str)", "_load(version: str, _Path=_DATA)"),
            ("_load(version: str)", "_load(_Path: str)"),
            ("spec is None or", "setattr(module, stem, BASELINE_PYTHON_VERSIONS) or"),
            ("raise ImportError", "raise SystemExit"),
            ("BASELINE_PYTHON_VERSIONS = ", "ImportError = 1\nBASELINE_PYTHON_VERSIONS = "),
            ("def _load", "_Path = 1\ndef _load"),
            ("def _load", "from pathlib import Path as _Path\ndef _load"),
            ("in BASELINE_PYTHON_VERSIONS}\nS", "in _OTHER}\nS"),
            ("_DATA[version].STDLIB_MODULES", "_DATA[version].clear"),
            ("_DATA[version].STDLIB_MODULES", "_util[version].STDLIB_MODULES"),
            ("{version: _load(version) for version", "{_load: _load(_load) for _load"),
        ] {
            let text = FACADE.replace(from, to);
            assert!(text != FACADE && !is_read(&text, DataFileForm::Facade), "{from} {to}");
        }
    }
}
