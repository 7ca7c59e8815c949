//! Everything that the audit asks about one file, taken in one walk of its syntax tree, so that the tree can be dropped.

use std::collections::{BTreeSet, HashSet};

use ruff_python_ast::{
    Expr, InterpolatedStringElement, Stmt, StmtTry,
    visitor::{Visitor, walk_expr, walk_interpolated_string_element, walk_stmt},
};

use super::{
    HostFallback, Import, Module, Span, StubShape, calls, fallback, host_fallback,
    imports::at_import_time,
    loader_usage::{Needles, needles},
    marker::progress_marker,
    policy_gate,
    public_names::public_names,
    span_of, stub_shape,
};
use crate::base::Dialect;

/// What one file says.
#[derive(Debug, Clone, Default)]
pub struct FileSummary {
    /// Each intrinsic that a literal names in a call of a loader, dead code included, with its first place; sorted.
    pub loads: Vec<(Box<str>, Span)>,
    /// What importing the module imports, each with its statement.
    pub imports: Vec<(Span, Import)>,
    /// What any statement imports, functions included.
    pub all_imports: Vec<Import>,
    /// Private files of the same folder that a string names: the stems of `_x.py`.
    pub file_references: Vec<Box<str>>,
    /// Each call of a loader that may return nothing.
    pub optional_loads: Vec<Span>,
    /// Each `try` that handles the failure of an import in its body.
    pub import_fallbacks: Vec<Span>,
    /// Each `try` that passes over the failure of an intrinsic in its body: the calls.
    pub pass_fallbacks: Vec<Span>,
    /// Each import of a module that only a host interpreter has.
    pub host_fallbacks: Vec<HostFallback>,
    /// The loader's registry, wherever code names it.
    pub registry: Vec<Span>,
    /// A loader, named in code.
    pub loader: Option<Span>,
    /// Each line that imports `molt.intrinsics`.
    pub forbidden_imports: Vec<Span>,
    /// Whether a line imports the loader from where it should.
    pub has_loader_import: bool,
    /// Open work.
    pub marker: Option<Span>,
    /// Whether the file does nothing but raise `ImportError`.
    pub is_policy_gate: bool,
    /// The public names that it binds at its top level.
    pub names: BTreeSet<Box<str>>,
    /// What the file says if it has the shape of a generated stub.
    pub stub: Option<Box<StubShape>>,
}

/// Takes the summary of a file whose text is `text`.
pub fn summarize(module: &Module, text: &str, dialect: Dialect) -> FileSummary {
    let mut walk = SummaryWalk { dialect, bound: HashSet::new(), tries: Vec::new(), found: FileSummary::default() };
    walk.visit_body(module.body());
    let SummaryWalk { bound, tries, mut found, .. } = walk;
    found.pass_fallbacks = tries.iter().filter_map(|it| fallback::pass_fallback(it, &bound)).collect();
    found.loads.sort_by(|(a, at), (b, other)| (a, at.start).cmp(&(b, other.start)));
    found.loads.dedup_by(|(later, _), (first, _)| later == first);
    at_import_time(module.body(), &mut found.imports);
    public_names(module.body(), &mut found.names);
    let Needles { registry, loader, forbidden_imports, has_loader_import } = needles(module, text, dialect);
    found.registry = registry;
    found.loader = loader;
    found.forbidden_imports = forbidden_imports;
    found.has_loader_import = has_loader_import;
    found.marker = progress_marker(text, dialect);
    found.is_policy_gate = policy_gate::is_policy_gate(module.body());
    found.stub = stub_shape(module, text).map(Box::new);
    found
}

struct SummaryWalk<'a> {
    dialect: Dialect,
    /// Names that hold a loaded intrinsic somewhere in the file.
    bound: HashSet<&'a str>,
    tries: Vec<&'a StmtTry>,
    found: FileSummary,
}

impl<'a> Visitor<'a> for SummaryWalk<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        fallback::bound_names(stmt, &mut self.bound);
        self.found.host_fallbacks.extend(host_fallback::of_statement(stmt));
        match stmt {
            Stmt::Import(it) => self.found.all_imports.extend(Import::of_import(it)),
            Stmt::ImportFrom(it) => self.found.all_imports.push(Import::of_from(it)),
            Stmt::Try(it) => {
                self.found.import_fallbacks.extend(fallback::import_fallback(it));
                self.tries.push(it);
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => {
                if let Some(name) = calls::load(call, self.dialect) {
                    self.found.loads.push((name.into(), span_of(call)));
                }
                if calls::is_optional_load(call) {
                    self.found.optional_loads.push(span_of(call));
                }
                self.found.host_fallbacks.extend(host_fallback::of_call(call, self.dialect));
            }
            Expr::StringLiteral(it) => self.found.file_references.extend(private_stem(it.value.to_str())),
            _ => {}
        }
        walk_expr(self, expr);
    }

    /// The literal part of an f-string is a string constant of its own.
    fn visit_interpolated_string_element(&mut self, element: &'a InterpolatedStringElement) {
        if let InterpolatedStringElement::Literal(it) = element {
            self.found.file_references.extend(private_stem(&it.value));
        }
        walk_interpolated_string_element(self, element);
    }
}

/// The stem of a path `…/_name.py`.
fn private_stem(path: &str) -> Option<Box<str>> {
    let stem = path.rsplit('/').next()?.strip_suffix(".py")?;
    (stem.starts_with('_') && stem != "__init__").then(|| stem.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    fn of(text: &str) -> FileSummary {
        summarize(&parse(text).unwrap(), text, Dialect::February)
    }

    fn august(text: &str) -> FileSummary {
        summarize(&parse(text).unwrap(), text, Dialect::August)
    }

    fn loads(summary: &FileSummary) -> Vec<&str> {
        summary.loads.iter().map(|(name, _)| &**name).collect()
    }

    #[test]
    fn loads_are_found_wherever_they_stand() {
        let text = "
_require_intrinsic('molt_a', globals())
x = mod.load_intrinsic('molt_' 'b')
def dead():
    return [lambda: require_intrinsic('molt_c')]
require_intrinsic('molt_a')
require_intrinsic(name='molt_d')
_lazy_intrinsic('molt_e')
require_intrinsic(f'molt_no')
require_intrinsic(b'molt_no')
require_intrinsic('other')
require_intrinsic(*['molt_no'])
other('molt_no')
'require_intrinsic(\"molt_no\")'
f'{require_intrinsic(\"molt_f\")}'
class C(_intrinsic_load('molt_g')): x: _require_intrinsic('molt_h') = 1
";
        assert_eq!(loads(&of(text)), ["molt_a", "molt_b", "molt_c", "molt_f", "molt_g", "molt_h"]);
        assert_eq!(of(text).loads[0].1, Span { start: 1, end: 40 });
        let in_august = ["molt_a", "molt_b", "molt_c", "molt_d", "molt_e", "molt_f", "molt_g", "molt_h"];
        assert_eq!(loads(&august(text)), in_august);
    }

    #[test]
    fn imports_that_may_fail_quietly_are_found() {
        for (text, expected) in [
            ("try:\n import a\nexcept ImportError:\n pass\n", 1),
            ("try:\n import a\nexcept:\n raise\n", 1),
            ("try:\n def f():\n  from a import b\nexcept (KeyError, (x.ModuleNotFoundError,)):\n pass\n", 1),
            ("def f():\n try:\n  import a\n except Exception as e:\n  raise e\n", 1),
            ("try:\n try:\n  import a\n except KeyError:\n  pass\nexcept BaseException:\n pass\n", 1),
            ("try:\n import a\nexcept KeyError:\n pass\n", 0),
            ("try:\n import a\nexcept* ImportError:\n pass\n", 0),
            ("try:\n import a\nfinally:\n pass\n", 0),
            ("try:\n pass\nexcept ImportError:\n import a\nelse:\n import b\n", 0),
            ("try:\n __import__('a')\nexcept ImportError:\n pass\n", 0),
            ("try:\n import a\nexcept f(ImportError):\n pass\n", 0),
        ] {
            assert_eq!(of(text).import_fallbacks.len(), expected, "{text}");
        }
        assert_eq!(
            of("x = 1\nm.load_intrinsic()\nload_intrinsic()\n").optional_loads,
            [Span { start: 6, end: 24 }, Span { start: 25, end: 41 }]
        );
        assert_eq!(of("require_intrinsic('molt_x')\n").optional_loads, []);
    }

    #[test]
    fn intrinsics_whose_failure_is_passed_over_are_found() {
        let bound = "a = b = require_intrinsic('molt_a')\nc: int = require_intrinsic('molt_c')\nd = other('molt_d')\n";
        for (call, handler, expected) in [
            ("a()", "pass", 1),
            ("x = lambda: b()", "pass; pass", 1),
            ("c()", "pass", 1),
            ("_MOLT_X()", "pass", 1),
            ("m.molt_y()", "pass", 1),
            ("d()", "pass", 0),
            ("a", "pass", 0),
            ("a()", "...", 0),
            ("a()", "pass; x = 1", 0),
            ("molt_y()", "pass", 0),
        ] {
            let text = format!("{bound}try:\n  {call}\nexcept E:\n  {handler}\n");
            assert_eq!(of(&text).pass_fallbacks.len(), expected, "{call} {handler}");
        }
        assert_eq!(of("try:\n _MOLT_X()\nexcept* E:\n pass\n").pass_fallbacks, []);
        let before = "def f():\n try:\n  z()\n except E:\n  pass\nz = require_intrinsic('molt_z')\n";
        assert_eq!(of(before).pass_fallbacks.len(), 1, "a name may be bound behind the call");
    }

    #[test]
    fn modules_of_the_host_are_found() {
        for (text, in_february, in_august) in [
            ("import a, b._py_c\n", 1, 1),
            ("def f():\n from _py_a import b\n", 1, 1),
            ("from . import _py_a\n", 0, 0),
            ("__import__('_py_a')\n", 1, 1),
            ("x.__import__('_py_a')\n", 0, 1),
            ("import_module('_py_a')\n", 0, 1),
            ("importlib.import_module('a._py_b')\n", 1, 1),
            ("importlib.import_module(name='_py_b')\n", 0, 1),
            ("import a_py_b\n", 0, 0),
        ] {
            assert_eq!(of(text).host_fallbacks.len(), in_february, "{text}");
            assert_eq!(august(text).host_fallbacks.len(), in_august, "{text}");
        }
    }

    #[test]
    fn strings_name_private_files() {
        let text = "x = ['a/_b.py', '_c.py', 'd.py', '_e.txt', '__init__.py', b'_f.py', f'_g.py']\n";
        let found = of(text).file_references;
        assert_eq!(found.iter().map(|it| &**it).collect::<Vec<_>>(), ["_b", "_c", "_g"]);
    }
}
