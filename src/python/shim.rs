//! How thin a module is that hands its work on to intrinsics: which of its statements forward, and where it works itself.

use ruff_python_ast::{
    Expr, Operator, Stmt, StmtFunctionDef,
    visitor::{Visitor, walk_expr, walk_stmt},
};

use super::{Module, Span, calls, span_of};
use crate::base::Dialect;

/// What a module is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shim {
    /// Statements that count: bindings of the module, and what functions and classes hold.
    pub statements: usize,
    /// Those that forward: a binding of an intrinsic or of another name, a constant, a function that only calls.
    pub forwards: usize,
    /// Those that check arguments and map errors: `if …: raise`, `try` with handlers that raise.
    pub guards: usize,
    /// Loops and comprehensions.
    pub loops: Vec<Span>,
    /// Calculations.
    pub arithmetic: Vec<Span>,
    /// State that the module keeps: names that functions change, attributes that they set, containers that they can fill.
    pub state: Vec<Span>,
    /// Code that is written as text, and modules that are named by one: what it does does not show.
    pub hidden: Vec<Span>,
    /// Statements that neither forward nor check.
    pub others: Vec<Span>,
    /// Imports of modules besides those of the loader and of types.
    pub imports: Vec<(String, Span)>,
}

/// Modules whose import says nothing about what a shim does.
const PLAIN: [&str; 5] = ["__future__", "_intrinsics", "typing", "types", "molt.stdlib._intrinsics"];

/// Functions of the language that go over what they are given.
const ITERATE: [&str; 7] = ["map", "filter", "sum", "sorted", "any", "all", "reduce"];
/// Those that run what is given as text.
const HIDE: [&str; 5] = ["exec", "eval", "compile", "__import__", "import_module"];

/// Looks at a module.
pub fn shim(module: &Module, dialect: Dialect) -> Shim {
    let mut res = Shim::default();
    res.body(module.body(), dialect, true);
    ShimWalk { found: &mut res, functions: Vec::new(), is_method: false }.visit_body(module.body());
    for list in [&mut res.loops, &mut res.arithmetic, &mut res.state, &mut res.hidden, &mut res.others] {
        list.sort();
        list.dedup();
    }
    res
}

impl Shim {
    fn body(&mut self, body: &[Stmt], dialect: Dialect, is_module: bool) {
        for stmt in body {
            self.statement(stmt, dialect, is_module);
        }
    }

    fn statement(&mut self, stmt: &Stmt, dialect: Dialect, is_module: bool) {
        match stmt {
            Stmt::Import(it) => {
                let names = it.names.iter().map(|it| it.name.as_str()).filter(|it| !PLAIN.contains(it));
                self.imports.extend(names.map(|name| (name.to_owned(), span_of(it))));
            }
            Stmt::ImportFrom(it) => {
                let module = it.module.as_ref().map_or("", |it| it.as_str());
                if !PLAIN.contains(&module) {
                    self.imports.push((format!("{}{module}", ".".repeat(it.level as usize)), span_of(it)));
                    // names that another module of the library gives are handed on
                    self.count(true, span_of(it));
                }
            }
            Stmt::FunctionDef(it) if forwards(it) => self.count(true, span_of(it)),
            Stmt::FunctionDef(it) => self.body(&it.body, dialect, false),
            Stmt::ClassDef(it) => self.body(&it.body, dialect, false),
            Stmt::If(it) => {
                let is_guard = raises(&it.body) && it.elif_else_clauses.iter().all(|it| raises(&it.body));
                if is_guard {
                    self.guards += 1;
                    self.statements += 1;
                    return;
                }
                self.body(&it.body, dialect, is_module);
                it.elif_else_clauses.iter().for_each(|it| self.body(&it.body, dialect, is_module));
            }
            Stmt::Try(it) => {
                self.body(&it.body, dialect, is_module);
                for handler in &it.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    if raises(&handler.body) {
                        self.guards += 1;
                        self.statements += 1;
                    } else {
                        self.body(&handler.body, dialect, is_module);
                    }
                }
                self.body(&it.orelse, dialect, is_module);
                self.body(&it.finalbody, dialect, is_module);
            }
            Stmt::With(it) => self.body(&it.body, dialect, is_module),
            Stmt::For(it) => {
                self.body(&it.body, dialect, is_module);
                self.body(&it.orelse, dialect, is_module);
            }
            Stmt::While(it) => {
                self.body(&it.body, dialect, is_module);
                self.body(&it.orelse, dialect, is_module);
            }
            Stmt::Raise(_) => {
                self.guards += 1;
                self.statements += 1;
            }
            Stmt::Pass(_) | Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            Stmt::Expr(it) if takes_name_back(&it.value) => {}
            // a docstring, and the loading of an intrinsic for its own sake
            Stmt::Expr(it) if it.value.is_string_literal_expr() || it.value.is_ellipsis_literal_expr() => {}
            Stmt::Expr(it) => self.count(matches!(&*it.value, Expr::Call(call) if is_plain(call)), span_of(it)),
            Stmt::Assign(it) => self.count(hands_on(&it.value, dialect), span_of(it)),
            Stmt::AnnAssign(it) => {
                self.count(it.value.as_ref().is_none_or(|it| hands_on(it, dialect)), span_of(it));
            }
            Stmt::Return(it) => self.count(it.value.as_ref().is_none_or(|it| hands_on(it, dialect)), span_of(it)),
            Stmt::Delete(it) => self.count(is_module, span_of(it)),
            other => self.count(false, span_of(other)),
        }
    }

    fn count(&mut self, forwards: bool, span: Span) {
        self.statements += 1;
        if forwards {
            self.forwards += 1;
        } else {
            self.others.push(span);
        }
    }
}

/// `globals().pop("_require_intrinsic", None)`: a module that takes the loader's name out of its namespace again, as 844 of
/// Molt's do on 2026-08-15.
fn takes_name_back(value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    let Expr::Attribute(method) = &*call.func else { return false };
    let is_globals =
        matches!(&*method.value, Expr::Call(it) if calls::callee(it) == "globals" && it.arguments.is_empty());
    is_globals && method.attr.as_str() == "pop"
}

/// Whether a body only raises.
fn raises(body: &[Stmt]) -> bool {
    body.iter().any(Stmt::is_raise_stmt) && body.iter().all(|it| it.is_raise_stmt() || is_docstring(it))
}

fn is_docstring(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Expr(it) if it.value.is_string_literal_expr())
}

/// A function that does nothing but call another one with what it was given.
fn forwards(function: &StmtFunctionDef) -> bool {
    let mut body = function.body.iter().filter(|it| !is_docstring(it) && !is_import_of_types(it));
    let (first, second, third) = (body.next(), body.next(), body.next());
    let is_call = |it: &Expr| matches!(it, Expr::Call(call) if is_plain(call));
    match (first, second, third) {
        (Some(Stmt::Return(it)), None, _) => {
            it.value.as_deref().is_none_or(|it| is_call(it) || is_name(it) || it.is_literal_expr())
        }
        (Some(Stmt::Expr(it)), None, _) => is_call(&it.value),
        (Some(Stmt::Expr(it)), Some(Stmt::Return(end)), None) => {
            is_call(&it.value) && end.value.as_deref().is_none_or(|it| is_name(it) || it.is_literal_expr())
        }
        (Some(Stmt::Pass(_)), None, _) => true,
        _ => false,
    }
}

fn is_import_of_types(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::ImportFrom(it) if it.module.as_ref().is_some_and(|it| PLAIN.contains(&it.as_str())))
}

/// A name, or a name of an object.
fn is_name(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_) => true,
        Expr::Attribute(it) => is_name(&it.value),
        _ => false,
    }
}

/// What may be handed on as it is: names, constants, and containers of them.
fn is_given(expr: &Expr) -> bool {
    match expr {
        Expr::Tuple(it) => it.elts.iter().all(is_given),
        Expr::List(it) => it.elts.iter().all(is_given),
        Expr::Starred(it) => is_given(&it.value),
        Expr::UnaryOp(it) => it.operand.is_literal_expr(),
        Expr::Call(it) => is_plain(it),
        other => is_name(other) || other.is_literal_expr(),
    }
}

/// A call of a name with what is there already.
fn is_plain(call: &ruff_python_ast::ExprCall) -> bool {
    is_name(&call.func)
        && call.arguments.args.iter().all(is_given)
        && call.arguments.keywords.iter().all(|it| is_given(&it.value))
}

/// A value that is bound or returned as it comes.
fn hands_on(value: &Expr, dialect: Dialect) -> bool {
    let is_load = matches!(value, Expr::Call(call) if calls::load(call, dialect).is_some());
    is_load || is_given(value) || matches!(value, Expr::Dict(it) if it.is_empty())
}

struct ShimWalk<'s, 'a> {
    found: &'s mut Shim,
    /// The functions that are around what is looked at.
    functions: Vec<&'a str>,
    /// Whether the function that comes next is a method.
    is_method: bool,
}

impl<'a> ShimWalk<'_, 'a> {
    /// What is called goes over something, calls itself again, or hides what it does.
    fn call(&mut self, call: &'a ruff_python_ast::ExprCall) {
        let span = span_of(call);
        match &*call.func {
            Expr::Name(it) => {
                let name = it.id.as_str();
                let is_of_one = matches!(name, "min" | "max") && call.arguments.args.len() == 1;
                if ITERATE.contains(&name) || is_of_one || self.functions.contains(&name) {
                    self.found.loops.push(span);
                } else if HIDE.contains(&name) {
                    self.found.hidden.push(span);
                }
            }
            Expr::Attribute(it) => {
                let (of, name) = (it.value.as_name_expr().map(|it| it.id.as_str()), it.attr.as_str());
                if of == Some("functools") && name == "reduce" {
                    self.found.loops.push(span);
                } else if name == "import_module" || (of == Some("builtins") && HIDE.contains(&name)) {
                    self.found.hidden.push(span);
                }
            }
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for ShimWalk<'_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::For(it) => self.found.loops.push(first_line(span_of(it), span_of(&*it.target))),
            Stmt::While(it) => self.found.loops.push(first_line(span_of(it), span_of(&*it.test))),
            Stmt::AugAssign(it) => self.found.arithmetic.push(span_of(it)),
            Stmt::Global(it) => self.found.state.push(span_of(it)),
            Stmt::Nonlocal(it) => self.found.state.push(span_of(it)),
            Stmt::Assign(it) => {
                let sets = |it: &Expr| matches!(it, Expr::Attribute(_) | Expr::Subscript(_));
                if it.targets.iter().any(sets) {
                    self.found.state.push(span_of(it));
                }
            }
            // what an annotation says is not calculated
            Stmt::AnnAssign(it) => {
                it.value.iter().for_each(|it| self.visit_expr(it));
                return;
            }
            Stmt::FunctionDef(it) => {
                it.decorator_list.iter().for_each(|it| self.visit_expr(&it.expression));
                it.parameters
                    .iter_non_variadic_params()
                    .filter_map(|it| it.default.as_deref())
                    .for_each(|it| self.visit_expr(it));
                // a method is not called by its bare name
                let is_method = std::mem::take(&mut self.is_method);
                self.functions.extend((!is_method).then_some(it.name.as_str()));
                self.visit_body(&it.body);
                self.functions.truncate(self.functions.len() - usize::from(!is_method));
                return;
            }
            Stmt::ClassDef(it) => {
                it.decorator_list.iter().for_each(|it| self.visit_expr(&it.expression));
                it.arguments.iter().for_each(|it| self.visit_arguments(it));
                for inner in &it.body {
                    self.is_method = inner.is_function_def_stmt();
                    self.visit_stmt(inner);
                }
                return;
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::BinOp(it) if !is_text(it.op, &it.left, &it.right) => {
                self.found.arithmetic.push(span_of(it));
            }
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.found.loops.push(span_of(expr));
            }
            Expr::Call(it) => self.call(it),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// From where a statement begins to what it begins with.
fn first_line(whole: Span, head: Span) -> Span {
    Span { start: whole.start, end: head.end }
}

/// Whether an operator puts texts together, which is how messages are made.
fn is_text(op: Operator, left: &Expr, right: &Expr) -> bool {
    let is_string = |it: &Expr| it.is_string_literal_expr() || it.is_f_string_expr();
    let joins = matches!(op, Operator::Mod | Operator::Add) && (is_string(left) || is_string(right));
    let is_type = op == Operator::BitOr && (left.is_none_literal_expr() || right.is_none_literal_expr());
    joins || is_type
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    fn of(text: &str) -> Shim {
        shim(&parse(text).unwrap(), Dialect::February)
    }

    #[test]
    fn bindings_and_functions_that_only_call_forward() {
        let text = "\"\"\"Doc.\"\"\"\nfrom __future__ import annotations\nfrom _intrinsics import require_intrinsic as _require_intrinsic\nfrom _operator import add, sub\n\n_ADD = _require_intrinsic(\"molt_add\", globals())\nplus = _ADD\n__all__ = [\"plus\", \"f\"]\n\ndef f(a, b=None, *, c=-1):\n    \"Doc.\"\n    return _ADD(a, b, c=c)\n\ndef g(a: int | str) -> None:\n    _ADD(a)\n    return None\n\ndef h(a):\n    if not isinstance(a, int):\n        raise TypeError(\"no \" + a)\n    return _ADD(a)\n";
        let found = of(text);
        assert_eq!((found.statements, found.forwards, found.guards), (8, 7, 1), "{found:?}");
        assert!(found.loops.is_empty() && found.arithmetic.is_empty() && found.state.is_empty());
        assert_eq!(found.imports.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["_operator"]);
    }

    #[test]
    fn what_a_module_does_itself_is_told_with_its_place() {
        for (text, loops, arithmetic, state) in [
            ("def f(a):\n    for x in a:\n        g(x)\n", 1, 0, 0),
            ("def f(a):\n    return [g(x) for x in a]\n", 1, 0, 0),
            ("while f():\n    g()\n", 1, 0, 0),
            ("def f(a):\n    return a + 1\n", 0, 1, 0),
            ("def f(a):\n    a += 1\n    return a\n", 0, 1, 0),
            ("def f(a):\n    return 'x' % a\n", 0, 0, 0),
            ("def f(a):\n    global x\n    x = a\n", 0, 0, 1),
            ("class C:\n    def __init__(self, a):\n        self.a = a\n", 0, 0, 1),
            ("def f(a, k):\n    CACHE[k] = a\n", 0, 0, 1),
            ("x: int | str = f()\n", 0, 0, 0),
            ("def f(a):\n    return sorted(map(g, a))\n", 2, 0, 0),
            ("def f(a):\n    return functools.reduce(g, a)\n", 1, 0, 0),
            ("def f(a):\n    return max(a)\n", 1, 0, 0),
            ("def f(a):\n    return max(a, 1)\n", 0, 0, 0),
            ("def f(a):\n    return f(a.b)\n", 1, 0, 0),
            ("class C:\n    def f(self, a):\n        return f(a)\n", 0, 0, 0),
        ] {
            let found = of(text);
            assert_eq!(
                (found.loops.len(), found.arithmetic.len(), found.state.len()),
                (loops, arithmetic, state),
                "{text}"
            );
        }
        assert_eq!(of("globals().pop('_require_intrinsic', None)\n"), Shim::default());
        for text in ["exec('x = 1')\n", "f = eval(A)\n", "m = importlib.import_module('_m')\n", "m = __import__('m')\n"]
        {
            assert_eq!(of(text).hidden.len(), 1, "{text}");
        }
        assert!(of("x = re.compile('a')\n").hidden.is_empty());
        let found = of("def f(a):\n    x = a.b[1]\n    return x\n");
        assert_eq!((found.statements, found.forwards, found.others.len()), (2, 1, 1));
    }
}
