//! The public names that a module binds at its top level.

use std::collections::BTreeSet;

use ruff_python_ast::{Expr, Stmt};

/// The names, in any branch of the statements there; those of stars are not known.
pub(super) fn public_names(body: &[Stmt], names: &mut BTreeSet<Box<str>>) {
    for statement in body {
        match statement {
            Stmt::FunctionDef(it) => add(names, &it.name),
            Stmt::ClassDef(it) => add(names, &it.name),
            Stmt::Assign(it) => it.targets.iter().for_each(|it| target(names, it)),
            Stmt::AnnAssign(it) if it.value.is_some() => target(names, &it.target),
            Stmt::TypeAlias(it) => target(names, &it.name),
            Stmt::Import(it) => {
                // `import a.b` binds `a`
                it.names.iter().for_each(|it| {
                    let name = it.asname.as_ref().unwrap_or(&it.name);
                    add(names, name.split('.').next().unwrap_or_default());
                });
            }
            Stmt::ImportFrom(it) => it.names.iter().for_each(|it| add(names, it.asname.as_ref().unwrap_or(&it.name))),
            Stmt::If(it) => {
                public_names(&it.body, names);
                it.elif_else_clauses.iter().for_each(|it| public_names(&it.body, names));
            }
            Stmt::Try(it) => {
                public_names(&it.body, names);
                it.handlers.iter().filter_map(|it| it.as_except_handler()).for_each(|it| public_names(&it.body, names));
                public_names(&it.orelse, names);
                public_names(&it.finalbody, names);
            }
            Stmt::With(it) => public_names(&it.body, names),
            Stmt::For(it) => {
                target(names, &it.target);
                public_names(&it.body, names);
            }
            Stmt::While(it) => public_names(&it.body, names),
            _ => {}
        }
    }
}

fn add(names: &mut BTreeSet<Box<str>>, name: &str) {
    if !name.is_empty() && !name.starts_with('_') && name != "*" {
        names.insert(name.into());
    }
}

fn target(names: &mut BTreeSet<Box<str>>, expression: &Expr) {
    match expression {
        Expr::Name(it) => add(names, &it.id),
        Expr::Tuple(it) => it.elts.iter().for_each(|it| target(names, it)),
        Expr::List(it) => it.elts.iter().for_each(|it| target(names, it)),
        Expr::Starred(it) => target(names, &it.value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::{base::Dialect, python};

    #[test]
    fn what_a_module_binds_for_others_is_found() {
        let text = "import os.path\nfrom a import b as c, _d\nfrom z import *\nx: int\ny: int = 1\nm, (n, *o) = z\ndef f(): inner = 1\nclass K: pass\n\
            try:\n    g = 1\nexcept E:\n    h = 1\nif x:\n    i = 1\nelse:\n    j = 1\ntype T = int\n_p = 1\n";
        let module = python::parse(text).unwrap();
        let found = python::summarize(&module, text, Dialect::February).names;
        let found: Vec<&str> = found.iter().map(|it| &**it).collect();
        assert_eq!(found, ["K", "T", "c", "f", "g", "h", "i", "j", "m", "n", "o", "os", "y"]);
    }
}
