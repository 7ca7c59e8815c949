//! Data constants of a Python file: what its top-level assignments of literals would evaluate to, with the place of
//! each in the text. Anything that is not a literal is `Other`; nothing is ever evaluated. A name that is touched in any
//! other way while the file runs is `Other` too, because its last value is not known.

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
};

use ruff_python_ast::{
    Alias, ExceptHandler, Expr, ExprContext, Identifier, Number, Pattern, Stmt,
    visitor::{Visitor, walk_except_handler, walk_expr, walk_pattern, walk_stmt},
};
use ruff_text_size::Ranged;

use super::{Module, SyntaxError, parse_data, string};
use crate::base::alone::{LARGE_PYTHON, alone};

/// A literal value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// `"text"`
    Str(String),
    /// An integer that fits.
    Int(i64),
    /// `True` or `False`
    Bool(bool),
    /// A tuple; lists are told apart because Molt's tools insist on tuples.
    Tuple(Vec<Literal>),
    /// A list.
    List(Vec<Literal>),
    /// A dictionary in written order.
    Dict(Vec<(Literal, Literal)>),
    /// Another literal: `None`, `...`, bytes, a number that is no such integer.
    Plain,
    /// Anything that is not a literal.
    Other,
}

/// One top-level assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    /// The value on the right.
    pub value: Literal,
    /// Where the value stands in the text, in bytes, its own parentheses included.
    pub range: Range<usize>,
}

/// Top-level assignments by name; the last one of a name counts.
pub type Constants = BTreeMap<String, Constant>;

/// The most names that one value is assigned to; where there are more, it is not known.
const MOST_NAMES: usize = 8;

/// Reads the constants of a file.
pub fn constants(text: &str) -> Result<Constants, SyntaxError> {
    let _alone = alone(text.len() > LARGE_PYTHON);
    Ok(constants_of(&parse_data(text)?))
}

pub(super) fn constants_of(module: &Module) -> Constants {
    let mut res: BTreeMap<String, (usize, Constant)> = BTreeMap::new();
    let mut touched = Touched::default();
    // what was assigned before the last import of every name
    let mut unknown = 0;
    for (at, stmt) in module.body().iter().enumerate() {
        let (names, value): (Vec<&Expr>, &Expr) = match stmt {
            Stmt::Assign(it) => (it.targets.iter().collect(), &it.value),
            Stmt::AnnAssign(it) => match &it.value {
                Some(value) => (vec![&*it.target], value),
                None => continue,
            },
            // any name may come from there; what is assigned later is known again
            Stmt::ImportFrom(it) if it.names.iter().any(|it| &it.name == "*") => {
                unknown = at;
                continue;
            }
            other => {
                touched.visit_stmt(other);
                continue;
            }
        };
        for target in names.iter().filter(|it| !it.is_name_expr()) {
            touched.visit_expr(target);
        }
        touched.visit_expr(value);
        // each name gets a value of its own
        let is_shared = names.len() > MOST_NAMES;
        for name in names.into_iter().filter_map(Expr::as_name_expr) {
            let value_of = if is_shared { Literal::Other } else { evaluate(value) };
            res.insert(name.id.to_string(), (at, Constant { value: value_of, range: value.range().into() }));
        }
    }
    let known = |(name, (at, mut constant)): (String, (usize, Constant))| {
        if at < unknown || touched.everything || touched.names.contains(name.as_str()) {
            constant.value = Literal::Other;
        }
        (name, constant)
    };
    res.into_iter().map(known).collect()
}

/// Names that code may have changed: those that it binds, deletes, calls methods of or assigns into.
#[derive(Default)]
struct Touched<'a> {
    names: HashSet<&'a str>,
    /// The table of names itself may have been changed.
    everything: bool,
    /// What is bound here is a name of its own: the body of a function or a class.
    is_inside: bool,
}

impl<'a> Visitor<'a> for Touched<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let was_inside = self.is_inside;
        match stmt {
            Stmt::FunctionDef(it) => self.bound(&it.name),
            Stmt::ClassDef(it) => self.bound(&it.name),
            Stmt::Global(it) => self.names.extend(it.names.iter().map(Identifier::as_str)),
            Stmt::ImportFrom(it) if it.names.iter().any(|it| &it.name == "*") => self.everything = true,
            _ => {}
        }
        self.is_inside |= matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        walk_stmt(self, stmt);
        self.is_inside = was_inside;
    }

    fn visit_alias(&mut self, alias: &'a Alias) {
        // `import a.b` binds `a`
        let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        self.bound(name.split_once('.').map_or(name, |(first, _)| first));
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(it) = handler;
        it.name.iter().for_each(|name| self.bound(name));
        walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(it) => it.name.as_ref(),
            Pattern::MatchStar(it) => it.name.as_ref(),
            Pattern::MatchMapping(it) => it.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.bound(name);
        }
        walk_pattern(self, pattern);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(it) if it.ctx != ExprContext::Load => self.bound(it.id.as_str()),
            Expr::Subscript(it) if it.ctx != ExprContext::Load => self.changed(&it.value),
            Expr::Call(it) => match &*it.func {
                // a method that a function calls is mostly one that asks
                Expr::Attribute(method) if !self.is_inside || !method.value.is_name_expr() => {
                    self.changed(&method.value);
                }
                Expr::Name(name) if ["exec", "eval"].contains(&name.id.as_str()) => self.everything = true,
                _ => {}
            },
            _ => {}
        }
        walk_expr(self, expr);
    }
}

impl<'a> Touched<'a> {
    fn bound(&mut self, name: &'a str) {
        if !self.is_inside {
            self.names.insert(name);
        }
    }

    fn changed(&mut self, base: &'a Expr) {
        match base {
            Expr::Name(it) => _ = self.names.insert(it.id.as_str()),
            // `globals()["X"] = …`
            Expr::Call(it) => {
                let table = it.func.as_name_expr().map_or("", |it| it.id.as_str());
                self.everything |= ["globals", "locals", "vars"].contains(&table);
            }
            _ => {}
        }
    }
}

impl Literal {
    /// The strings of a tuple, in order; other literals in it are left out. None for anything else, and where a member is
    /// no literal.
    pub fn tuple_of_str(&self) -> Option<Vec<&str>> {
        let Self::Tuple(items) = self else { return None };
        if items.contains(&Self::Other) {
            return None;
        }
        Some(items.iter().filter_map(Self::as_str).collect())
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Str(text) = self { Some(text) } else { None }
    }
}

fn evaluate(expr: &Expr) -> Literal {
    let all = |items: &[Expr]| items.iter().map(evaluate).collect();
    match expr {
        Expr::StringLiteral(_) => string(expr).map_or(Literal::Other, |text| Literal::Str(text.to_owned())),
        Expr::BooleanLiteral(it) => Literal::Bool(it.value),
        Expr::NumberLiteral(it) => match &it.value {
            Number::Int(n) => n.as_i64().map_or(Literal::Plain, Literal::Int),
            _ => Literal::Plain,
        },
        Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) | Expr::BytesLiteral(_) => Literal::Plain,
        Expr::Tuple(it) => Literal::Tuple(all(&it.elts)),
        Expr::List(it) => Literal::List(all(&it.elts)),
        Expr::Dict(it) => {
            let pair = |item: &ruff_python_ast::DictItem| Some((evaluate(item.key.as_ref()?), evaluate(&item.value)));
            it.items.iter().map(pair).collect::<Option<_>>().map_or(Literal::Other, Literal::Dict)
        }
        _ => Literal::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_and_nothing_else_is() {
        let text = "A = (\"x\", 'y' 'z',)\nB: dict = {\"k\": (), 'n': 1}\nC = f()\nD = [True]\nE = A + A\n";
        let all = constants(text).unwrap();
        assert_eq!(all["A"].value.tuple_of_str().unwrap(), ["x", "yz"]);
        assert_eq!(&text[all["A"].range.clone()], "(\"x\", 'y' 'z',)");
        let dict =
            vec![(Literal::Str("k".into()), Literal::Tuple(vec![])), (Literal::Str("n".into()), Literal::Int(1))];
        assert_eq!(all["B"].value, Literal::Dict(dict));
        assert_eq!(all["C"].value, Literal::Other);
        assert_eq!(all["D"].value, Literal::List(vec![Literal::Bool(true)]));
        assert_eq!(all["E"].value, Literal::Other);
    }

    #[test]
    fn what_is_changed_behind_its_assignment_is_not_known() {
        for change in [
            "A += ('y',)",
            "A = A + ('y',)",
            "del A",
            "if x:\n    A = ('y',)",
            "for A in x:\n    pass",
            "with x as A:\n    pass",
            "try:\n    A = ()\nfinally:\n    pass",
            "(A := ())",
            "A['x'] = 1",
            "A.update(x)",
            "B = A.pop()",
            "A, B = 1, 2",
            "globals()['A'] = ()",
            "exec('A = ()')",
            "def A():\n    pass",
            "class A:\n    pass",
            "import A",
            "import A.x",
            "import x as A",
            "from x import A",
            "from x import y as A",
            "from x import *",
            "def f():\n    global A\n    A = ()\nf()",
            "class C:\n    def f():\n        global A\n        A = ()",
            "def f():\n    A['x'] = 1\nf()",
            "def f():\n    globals()['A'] = ()\nf()",
            "try:\n    import A\nexcept x:\n    pass",
            "try:\n    pass\nexcept x as A:\n    pass",
            "if x:\n    from y import *",
            "match x:\n    case [A, *_]:\n        pass",
            "match x:\n    case {**A}:\n        pass",
        ] {
            let all = constants(&format!("A = ('x',)\n{change}\n")).unwrap();
            assert_eq!(all["A"].value, Literal::Other, "{change}");
        }
        let same = "import B, x.A\nfrom A import y\nB = sorted(A)\nprint(A)\ndef f(A):\n    A = 1\n    A.get()\n    import A\nclass C:\n    A = 1\nif A:\n    B = A\n";
        let again = constants("A = ()\nfrom x import *\nA = ('x',)\n").unwrap();
        assert_eq!(again["A"].value.tuple_of_str().unwrap(), ["x"]);
        assert_eq!(constants(&format!("A = ('x',)\n{same}")).unwrap()["A"].value.tuple_of_str().unwrap(), ["x"]);
        let member = |text: &str| constants(text).unwrap()["A"].value.tuple_of_str().map(|it| it.len());
        assert_eq!(member("A = ('x', 1, None, 1.5, b'y', ...)\n"), Some(1));
        for other in ["f'x'", "'x' + 'y'", "*x", "y"] {
            assert_eq!(member(&format!("A = ('x', {other})\n")), None, "{other}");
        }
    }
}
