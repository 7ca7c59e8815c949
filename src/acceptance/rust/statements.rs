//! The statements of a body.

use syn::{Block, Expr, ExprIf, FnArg, Item, Local, Pat, Stmt};

use super::{
    around::BodyVerdict,
    reader::ExpressionReader,
    value::{RustValue, shown},
};

impl ExpressionReader<'_> {
    /// What a block comes to: the most that one of its statements does, and its last value.
    pub(super) fn block(&mut self, block: &Block) -> RustValue {
        let outer = self.locals.len();
        self.items(block);
        let (mut most, mut last, mut asks) =
            (BodyVerdict::Returns, RustValue::fixed(BodyVerdict::Returns, None), false);
        for (at, statement) in block.stmts.iter().enumerate() {
            if !self.is_compiled(attributes_of(statement)) {
                continue;
            }
            most = most.max(last.body);
            let (value, condition) = self.statement(statement, &block.stmts[at + 1..]);
            asks |= condition.is_some_and(|it| it.body == BodyVerdict::Works || it.is_computed);
            last = value;
            if leaves(statement, condition.and_then(|it| it.number)) {
                break;
            }
        }
        self.locals.truncate(outer);
        let passes = last.body <= BodyVerdict::Constant;
        let body = match most.max(last.body) {
            // what refuses some and lets others pass has decided
            BodyVerdict::Ends | BodyVerdict::Raises if asks && passes => BodyVerdict::Works,
            body => body,
        };
        RustValue { body, is_fixed: last.is_fixed && most == BodyVerdict::Returns, ..last }
    }

    /// The functions and constants of a block, which can be used before they stand there.
    fn items(&mut self, block: &Block) {
        for statement in &block.stmts {
            match statement {
                Stmt::Item(Item::Fn(it)) => {
                    // itself is not what it can be taken for
                    let outer = self.locals.len();
                    for name in it.sig.inputs.iter().filter_map(parameter) {
                        self.bind(name, RustValue::given(), true);
                    }
                    let value = self.block(&it.block);
                    self.locals.truncate(outer);
                    self.bind(it.sig.ident.to_string(), value, true);
                }
                Stmt::Item(Item::Const(it)) => {
                    let value = self.expression(&it.expr);
                    let body = if value.is_constant() { BodyVerdict::Constant } else { value.body };
                    self.bind(it.ident.to_string(), RustValue { body, ..value }, false);
                }
                _ => {}
            }
        }
    }

    /// What a statement comes to, and the condition by which it goes on.
    fn statement(&mut self, statement: &Stmt, rest: &[Stmt]) -> (RustValue, Option<RustValue>) {
        let value = match statement {
            Stmt::Item(_) => RustValue::fixed(BodyVerdict::Returns, None),
            Stmt::Local(it) => self.binding(it),
            Stmt::Macro(it) => {
                let value = self.of_macro(&it.mac);
                if it.semi_token.is_some() { value.dropped() } else { value }
            }
            Stmt::Expr(Expr::If(branch), _) => {
                let (condition, value) = self.branch(branch);
                let decides = condition.is_computed && branch.else_branch.is_none() && is_other(branch, rest);
                // that there is no memory for a constant does not make it another one
                let is_failure = condition.is_constant() && condition.number.is_none() && branch.else_branch.is_none();
                let value = match value.body {
                    BodyVerdict::Ends | BodyVerdict::Raises if is_failure && !rest.is_empty() => {
                        RustValue::fixed(BodyVerdict::Returns, None)
                    }
                    BodyVerdict::Returns | BodyVerdict::Constant if decides => self.works(),
                    _ => value,
                };
                return (value, Some(condition));
            }
            Stmt::Expr(it, Some(_)) if !is_control(it) => self.expression(it).dropped(),
            Stmt::Expr(it, _) => self.expression(it),
        };
        (value, None)
    }

    fn binding(&mut self, local: &Local) -> RustValue {
        let Some(init) = &local.init else {
            self.pattern(&local.pat, RustValue::given());
            return RustValue::fixed(BodyVerdict::Returns, None);
        };
        if let (Pat::Ident(name), Expr::Closure(closure)) = (&local.pat, &*init.expr) {
            // what it does it does where it is called
            let was = self.is_sure;
            let value = self.expression(&closure.body);
            self.is_sure = was;
            self.bind(name.ident.to_string(), value, true);
            return RustValue::fixed(BodyVerdict::Returns, None);
        }
        let value = self.expression(&init.expr);
        self.pattern(&local.pat, value);
        let other = init.diverge.as_ref().map(|(_, it)| self.expression(it));
        let other = other.filter(|_| value.body < BodyVerdict::Works || value.is_empty);
        let dropped = value.dropped();
        other.map_or(dropped, |it| dropped.and(it))
    }

    /// Binds the names of a pattern.
    pub(super) fn pattern(&mut self, pattern: &Pat, value: RustValue) {
        match pattern {
            Pat::Ident(it) => self.bind(it.ident.to_string(), value, it.mutability.is_some()),
            Pat::Type(it) => self.pattern(&it.pat, value),
            Pat::Paren(it) => self.pattern(&it.pat, value),
            Pat::Reference(it) => self.pattern(&it.pat, value),
            Pat::Tuple(it) => it.elems.iter().for_each(|it| self.pattern(it, RustValue { number: None, ..value })),
            Pat::TupleStruct(it) => {
                it.elems.iter().for_each(|it| self.pattern(it, RustValue { number: None, ..value }));
            }
            Pat::Slice(it) => it.elems.iter().for_each(|it| self.pattern(it, RustValue { number: None, ..value })),
            Pat::Struct(it) => {
                it.fields.iter().for_each(|it| self.pattern(&it.pat, RustValue { number: None, ..value }));
            }
            _ => {}
        }
    }
}

/// `if a == b { return x; } y`: whether it returns something else than what follows.
fn is_other(branch: &ExprIf, rest: &[Stmt]) -> bool {
    let early = branch.then_branch.stmts.last().and_then(|it| match it {
        Stmt::Expr(Expr::Return(it), _) => it.expr.as_deref().and_then(shown),
        _ => None,
    });
    let last = rest.last().and_then(|it| match it {
        Stmt::Expr(it, None) => shown(it),
        _ => None,
    });
    early.zip(last).is_some_and(|(early, last)| early != last)
}

/// The name of a parameter.
fn parameter(it: &FnArg) -> Option<String> {
    match it {
        FnArg::Typed(it) => match &*it.pat {
            Pat::Ident(it) => Some(it.ident.to_string()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

fn is_control(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Return(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Block(_)
            | Expr::Unsafe(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
    )
}

/// Whether what stands behind a statement is never reached; `condition` is what the one of an `if` comes to, where that shows.
fn leaves(statement: &Stmt, condition: Option<i128>) -> bool {
    match statement {
        Stmt::Expr(Expr::If(it), _) => match (condition, &it.else_branch) {
            (Some(0), Some((_, other))) => expression_leaves(other),
            (Some(0), None) | (None, _) => false,
            (Some(_), _) => it.then_branch.stmts.iter().any(|it| is_bare(it) && leaves(it, None)),
        },
        Stmt::Expr(it, _) => expression_leaves(it),
        _ => false,
    }
}

fn expression_leaves(expression: &Expr) -> bool {
    match expression {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        // what is left out for a target does not leave
        Expr::Block(it) => it.attrs.is_empty() && it.block.stmts.iter().any(|it| is_bare(it) && leaves(it, None)),
        Expr::Unsafe(it) => it.attrs.is_empty() && it.block.stmts.iter().any(|it| is_bare(it) && leaves(it, None)),
        _ => false,
    }
}

fn is_bare(statement: &Stmt) -> bool {
    attributes_of(statement).is_empty()
}

fn attributes_of(statement: &Stmt) -> &[syn::Attribute] {
    match statement {
        Stmt::Local(it) => &it.attrs,
        Stmt::Macro(it) => &it.attrs,
        Stmt::Expr(it, _) => match it {
            Expr::Block(it) => &it.attrs,
            Expr::Unsafe(it) => &it.attrs,
            Expr::If(it) => &it.attrs,
            Expr::Match(it) => &it.attrs,
            Expr::Call(it) => &it.attrs,
            Expr::MethodCall(it) => &it.attrs,
            Expr::Macro(it) => &it.attrs,
            Expr::Return(it) => &it.attrs,
            Expr::Assign(it) => &it.attrs,
            Expr::Loop(it) => &it.attrs,
            Expr::While(it) => &it.attrs,
            Expr::ForLoop(it) => &it.attrs,
            Expr::Path(it) => &it.attrs,
            Expr::Let(it) => &it.attrs,
            _ => &[],
        },
        Stmt::Item(_) => &[],
    }
}
