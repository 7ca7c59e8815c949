//! A class: its bases, its body, and what its constructor takes where no method says so.

use ruff_python_ast::{Expr, ExprCall, Operator, Stmt, StmtClassDef};
use ruff_text_size::Ranged as _;

use super::{
    super::string,
    Bound, Class, Factory, NameBinding, Parameter, ParameterKind, Scope,
    deprecated::{self, last},
    exports::{self, ExportLists, dotted},
    lines::LineStarts,
};

/// The class with its body's names.
pub(super) fn of(def: &StmtClassDef, scope: Scope, (text, lines): (&str, &LineStarts)) -> Class {
    let arguments = def.arguments.as_deref();
    let written = arguments.map_or(&[][..], |it| &it.args);
    let mut res = Class {
        scope,
        has_metaclass: arguments
            .and_then(|it| it.find_keyword("metaclass"))
            .is_some_and(|it| last(&it.value) != "ABCMeta"),
        deprecated: deprecated::by_decorator(&def.decorator_list),
        ..Class::default()
    };
    let mut has_fields = false;
    for base in written {
        let base = match base {
            Expr::Subscript(it) => &*it.value,
            // `class C(a.B if a else object)`
            Expr::If(it) => &*it.body,
            other => other,
        };
        if let Some(tuple) = base.as_call_expr().and_then(|it| named_tuple(it, text, lines)) {
            for (name, bound) in tuple.scope.names {
                res.scope.names.entry(name).or_insert(bound);
            }
            (res.fields, res.takes_unknown, res.made_by) = (tuple.fields, tuple.takes_unknown, tuple.made_by);
            res.bases.push("tuple".into());
        } else {
            let is_tuple = last(base) == "NamedTuple";
            has_fields |= is_tuple;
            res.bases.push(if is_tuple { "tuple".into() } else { dotted(base).unwrap_or_default() });
        }
    }
    let mut is_data = false;
    for decorator in &def.decorator_list {
        let expr = &decorator.expression;
        let word = expr.as_call_expr().map_or_else(|| last(expr), |it| last(&it.func));
        is_data |= word == "dataclass";
        res.is_global |= word == "global_enum";
        // the base that this gives to a class that is written without one
        if word == "_simple_enum" || word == "simple_enum" {
            let argument = expr.as_call_expr().and_then(|it| it.arguments.args.first());
            res.bases.push(argument.and_then(dotted).unwrap_or_else(|| "Enum".into()));
        }
    }
    if has_fields {
        res.made_by = Some(Factory::NamedTuple);
    } else if is_data {
        res.made_by = Some(Factory::DataClass);
    }
    if has_fields || is_data {
        res.fields = Some(fields(&def.body, (text, lines), &mut res.scope.names, has_fields));
    }
    res
}

/// The annotated names of a body as parameters.
fn fields(
    body: &[Stmt],
    (text, lines): (&str, &LineStarts),
    names: &mut std::collections::BTreeMap<String, Bound>,
    are_bound: bool,
) -> Vec<Parameter> {
    let mut res = Vec::new();
    let mut kind = ParameterKind::Plain;
    for stmt in body {
        let Stmt::AnnAssign(it) = stmt else { continue };
        let Expr::Name(name) = &*it.target else { continue };
        let annotation = &text[it.annotation.range()];
        if annotation.contains("ClassVar") {
            continue;
        }
        if annotation.contains("KW_ONLY") {
            kind = ParameterKind::KeywordOnly;
            continue;
        }
        let default = it.value.as_ref().map(|it| text[it.range()].split_whitespace().collect::<Vec<_>>().join(" "));
        if default.as_deref().is_some_and(|it| it.contains("init=False")) {
            continue;
        }
        if are_bound {
            let line = lines.of(it.start().to_u32());
            let bound = Bound { binding: NameBinding::Field, line, condition: None, is_tried: false };
            names.entry(name.id.to_string()).or_insert(bound);
        }
        res.push(Parameter { name: name.id.to_string(), kind, default });
    }
    res
}

/// `namedtuple("X", "a b")`, with literal fields.
pub(super) fn named_tuple(call: &ExprCall, text: &str, lines: &LineStarts) -> Option<Class> {
    if !matches!(last(&call.func), "namedtuple" | "_namedtuple" | "NamedTuple") {
        return None;
    }
    let line = lines.of(call.start().to_u32());
    let second = call.arguments.args.get(1).or_else(|| call.arguments.find_keyword("field_names").map(|it| &it.value));
    let names: Option<Vec<String>> = match second? {
        Expr::List(it) => it.elts.iter().map(field).collect(),
        Expr::Tuple(it) => it.elts.iter().map(field).collect(),
        one => string(one)
            .map(|it| it.split([' ', ',', '\n', '\t']).filter(|it| !it.is_empty()).map(str::to_owned).collect()),
    };
    let made_by = Some(Factory::NamedTuple);
    let mut res = Class { bases: vec!["tuple".into()], made_by, ..Class::default() };
    if let Some(names) = names {
        let defaults = call.arguments.find_keyword("defaults").map(|it| defaults(&it.value, text));
        let known = defaults.unwrap_or_else(|| Some(Vec::new())).filter(|it| it.len() <= names.len());
        res.fields = known.map(|defaults| {
            let first = names.len() - defaults.len();
            let default = |at: usize| at.checked_sub(first).and_then(|it| defaults.get(it).cloned());
            let parameter = |(at, name): (usize, &String)| Parameter {
                name: name.clone(),
                kind: ParameterKind::Plain,
                default: default(at),
            };
            names.iter().enumerate().map(parameter).collect()
        });
        for name in names {
            let bound = Bound { binding: NameBinding::Field, line, condition: None, is_tried: false };
            res.scope.names.insert(name, bound);
        }
    }
    for method in ["count", "index"] {
        res.scope.names.remove(method);
    }
    res.takes_unknown = res.fields.is_none();
    Some(res)
}

/// The defaults of the last fields of a named tuple: a list, or one item as often as a number says.
fn defaults(value: &Expr, text: &str) -> Option<Vec<String>> {
    let items = |expr: &Expr| -> Option<Vec<String>> {
        let all = match expr {
            Expr::List(it) => &it.elts,
            Expr::Tuple(it) => &it.elts,
            _ => return None,
        };
        all.iter().map(|it| (!it.is_starred_expr()).then(|| text[it.range()].to_owned())).collect()
    };
    let Expr::BinOp(it) = value else { return items(value) };
    let Expr::NumberLiteral(number) = &*it.right else { return None };
    let times = number.value.as_int().and_then(ruff_python_ast::Int::as_usize).filter(|it| *it < 1_000)?;
    let items = items(&it.left)?;
    (it.op == Operator::Mult).then(|| items.iter().cycle().take(items.len() * times).cloned().collect())
}

/// The attributes that a list in a body gives, what they are, and whether those are all.
pub(super) fn listed(
    name: &str,
    value: &Expr,
    (lists, text): (&ExportLists, &str),
) -> Option<(Vec<String>, NameBinding, bool)> {
    match name {
        "__slots__" => {
            let (names, is_whole) = exports::names(exports::of(value, lists, text));
            Some((names, NameBinding::Field, is_whole))
        }
        "_fields_" => Some((structure(value), NameBinding::Value, true)),
        _ => None,
    }
}

/// The names in `_fields_ = [("a", …), …]` of a structure.
fn structure(value: &Expr) -> Vec<String> {
    let items = match value {
        Expr::List(it) => it.elts.as_slice(),
        Expr::Tuple(it) => it.elts.as_slice(),
        _ => &[],
    };
    items.iter().filter(|it| it.is_tuple_expr()).filter_map(field).collect()
}

fn field(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Tuple(it) => it.elts.first().and_then(string).map(str::to_owned),
        one => string(one).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::{api::api, parse};

    fn of(text: &str) -> Class {
        let mut scope = api(&parse(text).unwrap(), text);
        match scope.names.remove("C").unwrap().binding {
            NameBinding::Class(it) => *it,
            other => panic!("{other:?}"),
        }
    }

    fn fields(text: &str) -> Vec<String> {
        of(text).fields.unwrap().into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn the_fields_of_tuples_and_of_data_are_found() {
        for text in [
            "C = namedtuple('C', 'a b')\n",
            "C = collections.namedtuple('C', ['a', 'b'])\n",
            "C = namedtuple('C', 'a, b', module='x')\n",
            "class C(namedtuple('D', ('a', 'b'))):\n    pass\n",
            "class C(typing.NamedTuple):\n    a: int\n    b: int = 1\n",
            "C = NamedTuple('C', [('a', int), ('b', int)])\n",
            "@dataclass(frozen=True)\nclass C:\n    a: int\n    b: list = field()\n    c: ClassVar[int] = 1\n",
        ] {
            assert_eq!(fields(text), ["a", "b"], "{text}");
        }
    }

    #[test]
    fn bodies_and_bases_are_read() {
        let it = of(
            "class C(a.B, D[int], f(), metaclass=M):\n    __slots__ = ('s',)\n    x = 1\n    def m(self): pass\n    class I: pass\n",
        );
        assert_eq!(it.bases, ["a.B", "D", ""]);
        assert!(it.has_metaclass);
        let names: Vec<&str> = it.scope.names.keys().map(String::as_str).collect();
        assert_eq!(names, ["I", "m", "s", "x"]);
        assert!(of("@enum.global_enum\nclass C(Flag): A = 1\n").is_global);
        assert!(of("class C(Flag): A = 1\nglobals().update(C.__members__)\n").is_global);
    }
}
