//! Functions of a file that bind names which their callers give: attributes of a class, or names of the module.

use std::collections::BTreeMap;

use ruff_python_ast::{
    Expr, ExprCall, ExprSubscript, Parameters, Stmt, StmtFunctionDef,
    visitor::{Visitor, walk_expr, walk_stmt},
};

use super::{super::string, deprecated::last, exports::dotted};

/// What a function binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setter {
    /// An attribute of one of its parameters, under the name that another one is.
    Attribute {
        /// The parameter that is the class.
        class: usize,
        /// The parameter that is the name.
        name: usize,
    },
    /// Attributes of one of its parameters, under names that syntax does not show.
    Attributes {
        /// The parameter that is the class.
        class: usize,
    },
    /// Names of the module, which are among its arguments.
    Globals,
    /// Names of the module, which syntax does not show.
    Module,
    /// It binds nothing: it is a variable that is the module itself.
    Own,
    /// Functions of the module that are called as methods of a class, and do what those do.
    Methods {
        /// The parameter that is the list of their names.
        names: usize,
        /// The parameter that is the class.
        class: usize,
    },
}

/// The functions by their names; those of classes by `Class.name`.
pub(super) type Setters = BTreeMap<String, Setter>;

/// How many functions of a file are known by what they do.
const MOST: usize = 100;

/// How many parameters of a function are looked at.
const MOST_PARAMETERS: usize = 100;

/// Keeps what a function binds, if it does.
pub(super) fn learn(all: &mut Setters, name: String, def: &StmtFunctionDef) {
    if all.len() < MOST
        && let Some(setter) = of(&def.parameters, &def.body)
    {
        all.insert(name, setter);
    }
}

/// Keeps a variable that is the module itself.
pub(super) fn learn_own(all: &mut Setters, name: &str, value: &Expr) {
    if is_own_module(value) {
        if all.len() < MOST {
            all.insert(name.to_owned(), Setter::Own);
        }
    } else if all.get(name) == Some(&Setter::Own) {
        // it is something else from here on
        all.remove(name);
    }
}

/// What a function binds, if it does.
fn of(parameters: &Parameters, body: &[Stmt]) -> Option<Setter> {
    let names = parameters.posonlyargs.iter().chain(&parameters.args).take(MOST_PARAMETERS);
    let names: Vec<&str> = names.map(|it| it.parameter.name.as_str()).collect();
    let mut found = FoundSetters { names, setter: None, each: None, class: None, own: Vec::new() };
    found.visit_body(body);
    found.setter
}

/// Whether a function returns what it is given first, as some decorators do.
pub(super) fn returns_its_argument(parameters: &Parameters, body: &[Stmt]) -> bool {
    let Some(first) = parameters.posonlyargs.iter().chain(&parameters.args).next() else { return false };
    let mut all = body.iter().filter_map(|it| it.as_return_stmt()).peekable();
    let is_it = |it: &Expr| it.as_name_expr().is_some_and(|it| it.id.as_str() == first.parameter.name.as_str());
    all.peek().is_some() && all.all(|it| it.value.as_deref().is_some_and(is_it))
}

struct FoundSetters<'a> {
    names: Vec<&'a str>,
    setter: Option<Setter>,
    /// The variable of a loop over a parameter, and which one that is.
    each: Option<(&'a str, usize)>,
    /// The parameter that an attribute is asked of by that variable.
    class: Option<usize>,
    /// Variables that are the module itself.
    own: Vec<&'a str>,
}

/// Whether something is the module that it stands in: `sys.modules[__name__]`.
fn is_own_module(expr: &Expr) -> bool {
    expr.as_subscript_expr().is_some_and(is_own)
}

pub(super) fn is_own(it: &ExprSubscript) -> bool {
    dotted(&it.value).is_some_and(|it| it == "sys.modules") && last(&it.slice) == "__name__"
}

/// What `setattr` sets on the module itself.
pub(super) enum OwnName<'a> {
    /// This name.
    Written(&'a str),
    /// One that syntax does not show.
    Computed,
}

/// What a call sets on the module itself, of which `own` are variables; none where it sets nothing there.
pub(super) fn set_on_module(call: &ExprCall, own: impl Fn(&str) -> bool) -> Option<OwnName<'_>> {
    let module = call.arguments.args.first().filter(|_| last(&call.func) == "setattr")?;
    let is_variable = module.as_name_expr().is_some_and(|it| own(it.id.as_str()));
    let name = || call.arguments.args.get(1).and_then(string);
    (is_variable || is_own_module(module)).then(|| name().map_or(OwnName::Computed, OwnName::Written))
}

impl<'a> Visitor<'a> for FoundSetters<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.setter.is_none() && !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            match stmt {
                Stmt::For(it) => {
                    let variable = it.target.as_name_expr().map(|it| it.id.as_str());
                    self.each = variable.zip(self.parameter(Some(&it.iter)));
                }
                Stmt::Assign(it) => it.targets.iter().for_each(|target| self.assigned(target, &it.value)),
                Stmt::AnnAssign(it) => it.value.iter().for_each(|value| self.assigned(&it.target, value)),
                _ => {}
            }
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            if last(&call.func) == "getattr" {
                let name = call.arguments.args.get(1).and_then(|it| it.as_name_expr()).map(|it| it.id.as_str());
                let is_each = name.is_some() && name == self.each.map(|it| it.0);
                self.class = self.class.or_else(|| self.parameter(call.arguments.args.first()).filter(|_| is_each));
            }
            self.setter = self.setter.or_else(|| self.call(call));
        }
        walk_expr(self, expr);
    }
}

impl<'a> FoundSetters<'a> {
    /// Which parameter something is.
    fn parameter(&self, expr: Option<&Expr>) -> Option<usize> {
        let name = expr?.as_name_expr()?.id.as_str();
        self.names.iter().position(|it| *it == name)
    }

    fn assigned(&mut self, target: &'a Expr, value: &Expr) {
        match target {
            Expr::Name(it) if is_own_module(value) && self.own.len() < MOST => self.own.push(it.id.as_str()),
            // `globals()[name] = value`
            Expr::Subscript(it) if it.value.as_call_expr().is_some_and(|it| last(&it.func) == "globals") => {
                self.setter = Some(Setter::Module);
            }
            _ => {}
        }
    }

    fn call(&self, call: &ExprCall) -> Option<Setter> {
        if let Expr::Attribute(it) = &*call.func {
            let is_table = it.value.as_call_expr().is_some_and(|it| last(&it.func) == "globals");
            return (is_table && it.attr.as_str() == "update").then_some(Setter::Globals);
        }
        // code that is made from a text for each of them
        if last(&call.func) == "exec" {
            let table = call.arguments.args.get(1).and_then(|it| it.as_call_expr());
            table.filter(|it| last(&it.func) == "globals")?;
            return Some(Setter::Methods { names: self.each?.1, class: self.class? });
        }
        if last(&call.func) != "setattr" {
            return None;
        }
        if set_on_module(call, |name| self.own.contains(&name)).is_some() {
            return Some(Setter::Module);
        }
        let place = |at: usize| self.parameter(call.arguments.args.get(at));
        let (class, is_written) = (place(0)?, call.arguments.args.get(1).and_then(string).is_some());
        match place(1) {
            Some(name) => Some(Setter::Attribute { class, name }),
            None => (!is_written).then_some(Setter::Attributes { class }),
        }
    }
}

/// The names among the arguments of a call.
pub(super) fn literals(call: &ExprCall) -> impl Iterator<Item = &str> {
    let is_name = |it: &&str| {
        it.starts_with(|it: char| it == '_' || it.is_ascii_alphabetic())
            && it.bytes().all(|it| it == b'_' || it.is_ascii_alphanumeric())
    };
    call.arguments.args.iter().filter_map(string).filter(is_name)
}
