//! What a function of the runtime does: whether it works, or only raises, or only returns what says nothing.

use syn::{BinOp, Block, Expr, ExprCall, ExprMacro, Lit, Stmt, Token, UnOp, punctuated::Punctuated};

/// What the body of a function comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Body {
    /// It returns nothing, a truth value, zero or one, or what it was given.
    Returns,
    /// It raises an exception, or panics.
    Raises,
    /// It does something, be it to call what does.
    Works,
}

/// Constructors of values that say nothing.
const EMPTY: [&str; 4] = ["none", "not_implemented", "default", "from_bool"];
/// Those that say nothing with a small number.
const NUMBERS: [&str; 2] = ["from_int", "from_i64"];
/// Methods that hand on the value that they are called on.
const CONVERSIONS: [&str; 5] = ["bits", "into", "clone", "to_bits", "as_bits"];
/// Macros that end the program.
const PANICS: [&str; 4] = ["panic", "todo", "unimplemented", "unreachable"];

/// What a block comes to.
pub(super) fn of_block(block: &Block) -> Body {
    let all: Vec<Body> = block.stmts.iter().map(of_statement).collect();
    let most = all.iter().copied().max().unwrap_or(Body::Returns);
    // what refuses some and lets others pass has decided
    let passes = all.last() == Some(&Body::Returns);
    if most == Body::Raises && passes && block.stmts.iter().any(asks) { Body::Works } else { most }
}

/// Whether a statement asks something, and goes on by the answer.
fn asks(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(Expr::If(it), _) if of_expression(&it.cond) == Body::Works)
}

fn of_statement(statement: &Stmt) -> Body {
    match statement {
        Stmt::Item(_) => Body::Returns,
        Stmt::Local(local) => local.init.as_ref().map_or(Body::Returns, |init| of_expression(&init.expr)),
        Stmt::Expr(expression, _) => of_expression(expression),
        Stmt::Macro(it) => of_macro(&it.mac),
    }
}

fn of_expression(expression: &Expr) -> Body {
    match expression {
        Expr::Lit(it) => of_literal(&it.lit),
        // what was given; a constant of a module is a value
        Expr::Path(it) => {
            if it.path.segments.len() == 1 && !is_constant(&last(&it.path)) {
                Body::Returns
            } else {
                Body::Works
            }
        }
        Expr::Unary(it) if matches!(it.op, UnOp::Neg(_) | UnOp::Not(_)) => of_expression(&it.expr),
        Expr::Paren(it) => of_expression(&it.expr),
        Expr::Group(it) => of_expression(&it.expr),
        Expr::Cast(it) if tells(&it.expr) => Body::Works,
        Expr::Cast(it) => of_expression(&it.expr),
        Expr::Reference(it) => of_expression(&it.expr),
        Expr::Tuple(it) => it.elems.iter().map(of_expression).max().unwrap_or(Body::Returns),
        Expr::Block(it) => of_block(&it.block),
        Expr::Unsafe(it) => of_block(&it.block),
        Expr::Closure(it) => of_expression(&it.body),
        Expr::Return(it) => it.expr.as_deref().map_or(Body::Returns, of_expression),
        Expr::If(it) => {
            let then = of_block(&it.then_branch);
            let other = it.else_branch.as_ref().map(|(_, it)| of_expression(it));
            of_branches(of_expression(&it.cond), &[Some(then), other].into_iter().flatten().collect::<Vec<_>>())
        }
        Expr::Match(it) => {
            let arms: Vec<Body> = it.arms.iter().map(|it| of_expression(&it.body)).collect();
            of_branches(of_expression(&it.expr), &arms)
        }
        Expr::Let(it) => of_expression(&it.expr),
        Expr::Binary(it) if compares(&it.op) => operand(&it.left).max(operand(&it.right)),
        Expr::Macro(ExprMacro { mac, .. }) => of_macro(mac),
        Expr::Call(it) => of_call(it),
        Expr::MethodCall(it) if CONVERSIONS.contains(&it.method.to_string().as_str()) => of_expression(&it.receiver),
        _ => Body::Works,
    }
}

/// A condition that calls something decides between its branches, and that is work, unless all of them raise.
fn of_branches(condition: Body, branches: &[Body]) -> Body {
    let all_raise = branches.iter().all(|it| *it == Body::Raises);
    let most = branches.iter().copied().max().unwrap_or(Body::Returns);
    if condition == Body::Works && !all_raise { Body::Works } else { most }
}

/// Whether an answer is what a comparison says of what was given, and not only a condition.
fn tells(expression: &Expr) -> bool {
    match expression {
        Expr::Paren(it) => tells(&it.expr),
        Expr::Group(it) => tells(&it.expr),
        Expr::Unary(it) => tells(&it.expr),
        Expr::Binary(it) => {
            compares(&it.op) && [&it.left, &it.right].into_iter().any(|it| !matches!(**it, Expr::Lit(_)))
        }
        _ => false,
    }
}

fn compares(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::Eq(_)
            | BinOp::Ne(_)
            | BinOp::Lt(_)
            | BinOp::Le(_)
            | BinOp::Gt(_)
            | BinOp::Ge(_)
            | BinOp::And(_)
            | BinOp::Or(_)
    )
}

/// What is compared: a literal is given, whatever it says.
fn operand(expression: &Expr) -> Body {
    if matches!(expression, Expr::Lit(_)) { Body::Returns } else { of_expression(expression) }
}

fn of_literal(literal: &Lit) -> Body {
    match literal {
        Lit::Int(it) if it.base10_parse::<u64>().is_ok_and(|it| it <= 1) => Body::Returns,
        Lit::Bool(_) => Body::Returns,
        _ => Body::Works,
    }
}

/// A macro that wraps the work has it as its last argument.
fn of_macro(mac: &syn::Macro) -> Body {
    if PANICS.contains(&last(&mac.path).as_str()) {
        return Body::Raises;
    }
    let arguments = mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
    match arguments.ok().and_then(|it| it.into_iter().next_back()) {
        Some(it @ (Expr::Block(_) | Expr::Unsafe(_) | Expr::Closure(_))) => of_expression(&it),
        _ => Body::Works,
    }
}

fn of_call(call: &ExprCall) -> Body {
    let Expr::Path(function) = &*call.func else { return Body::Works };
    let name = last(&function.path);
    if name.contains("raise") {
        return Body::Raises;
    }
    let segments = &function.path.segments;
    let is_of_type = segments.len() > 1
        && segments.iter().nth_back(1).is_some_and(|it| it.ident.to_string().starts_with(|it: char| it.is_uppercase()));
    let arguments = call.args.iter().map(of_expression).max().unwrap_or(Body::Returns);
    match name.as_str() {
        "Ok" | "Err" | "Some" => arguments,
        "from_bool" if call.args.iter().any(tells) => Body::Works,
        it if is_of_type && EMPTY.contains(&it) => arguments,
        it if is_of_type && NUMBERS.contains(&it) => arguments,
        "none_bits" | "molt_none" | "none" if call.args.is_empty() => Body::Returns,
        // what is dropped is not used
        "drop" => arguments,
        _ => Body::Works,
    }
}

fn last(path: &syn::Path) -> String {
    path.segments.last().map_or(String::new(), |it| it.ident.to_string())
}

fn is_constant(name: &str) -> bool {
    name.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stub_is_told_from_a_call_of_what_works() {
        for (body, expected) in [
            ("", Body::Returns),
            ("0", Body::Returns),
            ("MoltObject::none().bits()", Body::Returns),
            ("crate::with_gil_entry!(_py, { MoltObject::from_bool(false).bits() })", Body::Returns),
            ("let _ = (a, b); return MoltObject::none().bits();", Body::Returns),
            ("raise_exception::<u64>(_py, \"RuntimeError\", \"no\")", Body::Raises),
            ("crate::with_gil_entry!(_py, { let _ = a; return raise_not_implemented(_py, \"x\"); })", Body::Raises),
            ("if a == 0 { return 0; } crate::raise_exception(_py, \"x\")", Body::Raises),
            ("unimplemented!(\"later\")", Body::Raises),
            ("match a { 0 => 0, _ => panic!() }", Body::Raises),
            ("if !allowed(_py) { return raise_exception(_py, \"a\"); } raise_exception(_py, \"b\")", Body::Raises),
            ("if allowed(_py) { return MoltObject::none().bits(); } raise_exception(_py, \"b\")", Body::Works),
            ("MoltObject::from_bool(if is_it(a) { true } else { false }).bits()", Body::Works),
            ("match find(a) { Ok(it) => it.bits(), Err(_) => raise_exception(_py, \"x\") }", Body::Works),
            ("if let Some(it) = find(a) { return it; } MoltObject::none().bits()", Body::Works),
            ("if !allowed(_py) { return raise_exception(_py, \"a\"); } MoltObject::none().bits()", Body::Works),
            ("if a == 0 { return raise_exception(_py, \"a\"); } MoltObject::none().bits()", Body::Raises),
            ("MoltObject::from_bool(a == b).bits()", Body::Works),
            ("crate::with_gil_entry!(_py, { MoltObject::from_bool(!(a < b)).bits() })", Body::Works),
            ("(a != 0) as u64", Body::Works),
            ("MoltObject::from_bool(1 == 1).bits()", Body::Returns),
            ("if a == b { return MoltObject::none().bits(); } MoltObject::none().bits()", Body::Returns),
            ("molt_add(a, b)", Body::Works),
            ("crate::with_gil_entry!(_py, { inner(_py, a) })", Body::Works),
            ("unsafe { g!(_py, { let Some(x) = f(a) else { return raise_exception(_py) }; x.bits() }) }", Body::Works),
            ("MoltObject::from_float(std::f64::consts::PI).bits()", Body::Works),
            ("MoltObject::from_int(5).bits()", Body::Works),
            ("HIGHEST", Body::Works),
            ("let x = a + b; x", Body::Works),
            ("loop {}", Body::Works),
        ] {
            let block: Block = syn::parse_str(&format!("{{ {body} }}")).unwrap();
            assert_eq!(of_block(&block), expected, "{body}");
        }
    }

    #[test]
    fn blocks_in_each_other_are_judged_once() {
        // each asked twice, forty of them would take as long as 2^40 blocks
        let block: Block = syn::parse_str(&format!("{}1{}", "{".repeat(40), "}".repeat(40))).unwrap();
        assert_eq!(of_block(&block), Body::Returns);
    }
}
