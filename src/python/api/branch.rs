//! Which side of a condition runs, where that is known: on Linux, of a normal run, with everything that was built.

use ruff_python_ast::{BoolOp, CmpOp, Expr, Stmt, UnaryOp};

use super::super::string;

/// `sys.platform` and `os.name` of where the names are counted.
const PLATFORM: &str = "linux";
const SYSTEM: &str = "posix";
/// Values of `os.name`, as tests look for them among the built-in modules.
const OTHERS: [&str; 3] = ["nt", "ce", "java"];

/// How deep a test is looked into.
const DEEPEST: u8 = 20;

/// Whether a test passes; none where that is not known.
pub(super) fn passes(test: &Expr) -> Option<bool> {
    below(test, DEEPEST)
}

/// Whether a test asks for nothing but how the file is used: its names are of no other platform.
pub(super) fn is_about_use(test: &Expr) -> bool {
    match test {
        Expr::Compare(it) => it.left.as_name_expr().is_some_and(|it| it.id.as_str() == "__name__"),
        Expr::Name(it) => it.id.as_str() == "TYPE_CHECKING",
        Expr::Attribute(it) => it.attr.as_str() == "TYPE_CHECKING",
        Expr::BooleanLiteral(_) => true,
        _ => false,
    }
}

/// Modules that only other platforms have.
const FOREIGN: [&str; 9] =
    ["nt", "msvcrt", "winreg", "_winreg", "_winapi", "winsound", "_overlapped", "_scproxy", "_wmi"];

/// Whether the body of a `try` fails at its beginning: it imports what is not there.
pub(super) fn fails(body: &[Stmt]) -> bool {
    let is_foreign = |it: &str| FOREIGN.contains(&it);
    match body.first() {
        Some(Stmt::Import(it)) => it.names.iter().any(|it| is_foreign(it.name.as_str())),
        Some(Stmt::ImportFrom(it)) => it.level == 0 && it.module.as_ref().is_some_and(|it| is_foreign(it.as_str())),
        _ => false,
    }
}

fn below(test: &Expr, depth: u8) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    match test {
        Expr::BooleanLiteral(it) => Some(it.value),
        Expr::UnaryOp(it) if it.op == UnaryOp::Not => below(&it.operand, depth).map(|it| !it),
        Expr::BoolOp(it) => {
            let all: Vec<Option<bool>> = it.values.iter().map(|it| below(it, depth)).collect();
            let decisive = it.op == BoolOp::Or;
            if all.contains(&Some(decisive)) { Some(decisive) } else { (!all.contains(&None)).then_some(!decisive) }
        }
        Expr::Name(it) => match it.id.as_str() {
            "TYPE_CHECKING" | "_mswindows" | "_WINDOWS" | "MS_WINDOWS" => Some(false),
            _ => None,
        },
        Expr::Attribute(it) if it.attr.as_str() == "TYPE_CHECKING" => Some(false),
        Expr::Call(call) => {
            let it = call.func.as_attribute_expr().filter(|it| it.attr.as_str() == "startswith")?;
            let value = known(&it.value)?;
            let begins = |it: &Expr| string(it).map(|it| value.starts_with(it));
            match call.arguments.args.first()? {
                Expr::Tuple(all) => {
                    let all: Option<Vec<bool>> = all.elts.iter().map(begins).collect();
                    Some(all?.contains(&true))
                }
                one => begins(one),
            }
        }
        Expr::Compare(it) => {
            let ([op], [right]) = (&*it.ops, &*it.comparators) else { return None };
            compare(&it.left, *op, right)
        }
        _ => None,
    }
}

fn compare(left: &Expr, op: CmpOp, right: &Expr) -> Option<bool> {
    if left.as_name_expr().is_some_and(|it| it.id.as_str() == "__name__") {
        return (op == CmpOp::Eq && string(right) == Some("__main__")).then_some(false);
    }
    // `'posix' in _names`, where those are the built-in modules
    if let (Some(text), CmpOp::In, Expr::Name(_)) = (string(left), op, right) {
        return match text {
            SYSTEM => Some(true),
            _ if OTHERS.contains(&text) => Some(false),
            _ => None,
        };
    }
    let value = known(left)?;
    let is_equal = match right {
        Expr::Tuple(it) => it.elts.iter().filter_map(string).any(|it| it == value),
        Expr::Set(it) => it.elts.iter().filter_map(string).any(|it| it == value),
        Expr::List(it) => it.elts.iter().filter_map(string).any(|it| it == value),
        one => string(one)? == value,
    };
    match op {
        CmpOp::Eq | CmpOp::In | CmpOp::Is => Some(is_equal),
        CmpOp::NotEq | CmpOp::NotIn | CmpOp::IsNot => Some(!is_equal),
        _ => None,
    }
}

fn known(expr: &Expr) -> Option<&'static str> {
    let Expr::Attribute(it) = expr else {
        return expr.as_name_expr().filter(|it| it.id.as_str() == "platform").map(|_| PLATFORM);
    };
    match (it.value.as_name_expr()?.id.as_str(), it.attr.as_str()) {
        ("sys" | "_sys", "platform") => Some(PLATFORM),
        ("os" | "_os", "name") => Some(SYSTEM),
        _ => None,
    }
}
