//! The shape that Molt's own stub generators give a file, read off its syntax tree.
//!
//! The tree must hold exactly these statements and nothing else: a docstring, one import of the loader, one load, a
//! module `__getattr__` that raises, and in later generators the removal of the loader's name. Its comments are
//! returned too: a person's remark in a stub makes it a person's file.

use ruff_python_ast::{Expr, Stmt, token::TokenKind};
use ruff_text_size::Ranged;

use super::{Module, string};

/// What a stub-shaped file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StubShape {
    /// The docstring.
    pub doc: String,
    /// Every comment, without layout.
    pub comments: Vec<String>,
    /// The text that `__getattr__` raises.
    pub message: String,
}

/// The shape of `module`, whose text is `text`; none when it is anything else than a stub.
pub fn stub_shape(module: &Module, text: &str) -> Option<StubShape> {
    let [doc, import, load, getattr, rest @ ..] = module.body() else { return None };
    let doc = string(&doc.as_expr_stmt()?.value)?;
    let plain = imports_loader(import) && loads_once(load) && matches!(rest, [] | [Stmt::Expr(_)]);
    let tail_is_known = rest.first().is_none_or(|it| is_code(it, text, "globals().pop('_require_intrinsic',None)"));
    if !plain || !tail_is_known {
        return None;
    }
    let comments = module.0.tokens().iter().filter(|token| token.kind() == TokenKind::Comment);
    let comments =
        comments.map(|token| text[std::ops::Range::<usize>::from(token.range())].trim().to_owned()).collect();
    Some(StubShape { doc: doc.to_owned(), comments, message: raised(getattr)?.to_owned() })
}

fn imports_loader(stmt: &Stmt) -> bool {
    let Stmt::ImportFrom(it) = stmt else { return false };
    let [alias] = it.names.as_slice() else { return false };
    it.level == 0
        && it.module.as_deref() == Some("_intrinsics")
        && alias.name.as_str() == "require_intrinsic"
        && alias.asname.as_deref() == Some("_require_intrinsic")
}

/// `_require_intrinsic("molt_capabilities_has")`, with or without `globals()`, kept under a name or not.
fn loads_once(stmt: &Stmt) -> bool {
    let value = match stmt {
        Stmt::Expr(it) => &it.value,
        Stmt::Assign(it) => match it.targets.as_slice() {
            [Expr::Name(name)] if name.id.as_str() == "_MOLT_CAPABILITIES_HAS" => &it.value,
            _ => return false,
        },
        _ => return false,
    };
    let Expr::Call(call) = &**value else { return false };
    let is_loader = call.func.as_name_expr().is_some_and(|name| name.id.as_str() == "_require_intrinsic");
    let name_and_rest = call.arguments.args.split_first();
    let is_known = name_and_rest.is_some_and(|(name, rest)| {
        let globals = |it: &Expr| {
            let Expr::Call(call) = it else { return false };
            call.arguments.is_empty() && call.func.as_name_expr().is_some_and(|name| name.id.as_str() == "globals")
        };
        string(name) == Some("molt_capabilities_has") && rest.len() < 2 && rest.iter().all(globals)
    });
    is_loader && is_known && call.arguments.keywords.is_empty()
}

/// The message of `def __getattr__(attr: str): raise RuntimeError(MESSAGE)`.
fn raised(stmt: &Stmt) -> Option<&str> {
    let Stmt::FunctionDef(it) = stmt else { return None };
    let [Stmt::Raise(raise)] = it.body.as_slice() else { return None };
    let [parameter] = it.parameters.args.as_slice() else { return None };
    let annotation = parameter.parameter.annotation.as_deref().and_then(Expr::as_name_expr);
    let signature = it.name.as_str() == "__getattr__"
        && !it.is_async
        && it.decorator_list.is_empty()
        && it.type_params.is_none()
        && it.returns.is_none()
        && it.parameters.len() == 1
        && parameter.parameter.name.as_str() == "attr"
        && parameter.default.is_none()
        && annotation.is_some_and(|it| it.id.as_str() == "str")
        && raise.cause.is_none();
    let call = raise.exc.as_deref()?.as_call_expr()?;
    let is_error = call.func.as_name_expr().is_some_and(|name| name.id.as_str() == "RuntimeError");
    let [message] = &*call.arguments.args else { return None };
    string(message).filter(|_| signature && is_error && call.arguments.keywords.is_empty())
}

/// Whether a statement is written like `code`, blanks and the kind of quotes aside.
fn is_code(stmt: &Stmt, text: &str, code: &str) -> bool {
    let source = &text[std::ops::Range::<usize>::from(stmt.range())];
    source.chars().filter(|it| !it.is_whitespace()).map(|it| if it == '"' { '\'' } else { it }).eq(code.chars())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    const STUB: &str = "\"\"\"Doc.\"\"\"\n\nfrom _intrinsics import require_intrinsic as _require_intrinsic\n\n_require_intrinsic(\"molt_capabilities_has\", globals())\n\n\n# gap\ndef __getattr__(attr: str):\n    raise RuntimeError('no')\n";

    #[test]
    fn a_stub_has_its_shape_and_any_addition_takes_it_away() {
        let shape = |text: &str| stub_shape(&parse(text).unwrap(), text);
        let expected = StubShape { doc: "Doc.".into(), comments: vec!["# gap".into()], message: "no".into() };
        assert_eq!(shape(STUB), Some(expected.clone()));
        let later = STUB.replace(
            "_require_intrinsic(\"molt_capabilities_has\", globals())",
            "_MOLT_CAPABILITIES_HAS = _require_intrinsic(\"molt_capabilities_has\")",
        ) + "\n\nglobals().pop(\"_require_intrinsic\", None)\n";
        assert_eq!(shape(&later), Some(expected));
        for changed in [
            format!("{STUB}x = 1\n"),
            STUB.replace("    raise", "    x = 1\n    raise"),
            STUB.replace("molt_capabilities_has", "molt_other"),
            STUB.replace("\"\"\"Doc.\"\"\"\n", ""),
            STUB.replace("def __getattr__", "@cache\ndef __getattr__"),
            STUB.replace("RuntimeError", "ImportError"),
            STUB.replace("def __getattr__", "async def __getattr__"),
            STUB.replace("attr: str", "name: str"),
            STUB.replace("attr: str", "attr: str = x"),
            STUB.replace("attr: str", "attr: object"),
            STUB.replace("attr: str):", "attr: str) -> int:"),
            STUB.replace("('no')", "('no') from error"),
            STUB.replace("('no')", "('no', code=7)"),
        ] {
            assert_eq!(shape(&changed), None, "{changed}");
        }
    }
}
