//! The expressions of a body.

use syn::{BinOp, Expr, ExprAssign, ExprBinary, ExprIf, ExprLoop, ExprMatch, Pat, UnOp};

use super::{
    around::BodyVerdict,
    reader::ExpressionReader,
    value::{RustValue, compares, of_literal, of_operation, shown},
};

/// The names of the runtime's handle, which is no argument.
const HANDLES: [&str; 2] = ["_py", "py"];

impl ExpressionReader<'_> {
    pub(super) fn expression(&mut self, expression: &Expr) -> RustValue {
        match expression {
            Expr::Lit(it) => of_literal(&it.lit),
            Expr::Path(it) => self.path(&it.path),
            Expr::Unary(it) => self.unary(&it.op, &it.expr),
            Expr::Paren(it) => self.expression(&it.expr),
            Expr::Group(it) => self.expression(&it.expr),
            Expr::Cast(it) => self.expression(&it.expr),
            Expr::Reference(it) => self.expression(&it.expr),
            Expr::Await(it) => self.expression(&it.base),
            Expr::Try(it) => self.expression(&it.expr),
            Expr::Tuple(it) => self.all(it.elems.iter()),
            Expr::Array(it) => self.all(it.elems.iter()),
            Expr::Repeat(it) => self.expression(&it.expr),
            Expr::Struct(it) => {
                let fields = self.all(it.fields.iter().map(|it| &it.expr));
                it.rest.as_ref().map_or(fields, |it| fields.and(self.expression(it)))
            }
            Expr::Range(it) => self.all(it.start.iter().chain(&it.end).map(|it| &**it)),
            Expr::Field(it) => {
                let base = self.expression(&it.base);
                RustValue { number: None, is_empty: false, ..base }
            }
            Expr::Index(it) => {
                let both = self.expression(&it.expr).and(self.expression(&it.index));
                if both.is_constant() || both.body >= BodyVerdict::Ends {
                    both
                } else {
                    RustValue { is_computed: true, ..both }
                }
            }
            Expr::Block(it) => self.block(&it.block),
            Expr::Unsafe(it) => self.block(&it.block),
            Expr::Const(it) => self.block(&it.block),
            Expr::Async(it) => self.block(&it.block),
            Expr::Closure(it) => self.expression(&it.body),
            Expr::Return(it) => {
                let value =
                    it.expr.as_deref().map_or(RustValue::fixed(BodyVerdict::Returns, None), |it| self.expression(it));
                self.left_with(value)
            }
            Expr::Break(it) => {
                it.expr.as_deref().map_or(RustValue::fixed(BodyVerdict::Returns, None), |it| self.expression(it))
            }
            Expr::Continue(_) | Expr::Infer(_) => RustValue::fixed(BodyVerdict::Returns, None),
            Expr::If(it) => self.branch(it).1,
            Expr::Match(it) => self.matched(it),
            Expr::Let(it) => {
                let value = self.expression(&it.expr);
                self.pattern(&it.pat, value);
                RustValue { number: None, ..value }
            }
            Expr::Binary(it) => self.binary(it),
            Expr::Assign(it) => self.assignment(it),
            Expr::Loop(it) => self.endless(it),
            Expr::While(it) => {
                let condition = self.condition(&it.cond);
                if condition.number == Some(0) {
                    return condition.dropped();
                }
                condition.dropped().and(self.within(|reader| reader.block(&it.body)))
            }
            Expr::ForLoop(it) => {
                let values = self.expression(&it.expr);
                self.pattern(&it.pat, RustValue { is_computed: !values.is_constant(), ..values });
                let body = if values.is_constant() {
                    self.block(&it.body)
                } else {
                    self.within(|reader| reader.block(&it.body))
                };
                values.dropped().and(body)
            }
            Expr::Macro(it) => self.of_macro(&it.mac),
            Expr::Call(it) => self.call(it),
            Expr::MethodCall(it) => self.method(it),
            _ => self.works(),
        }
    }

    /// What is returned before the end.
    fn left_with(&mut self, value: RustValue) -> RustValue {
        if value.is_computed { self.works() } else { RustValue { number: None, ..value } }
    }

    /// All of several values.
    pub(super) fn all<'e>(&mut self, each: impl Iterator<Item = &'e Expr>) -> RustValue {
        each.fold(RustValue::fixed(BodyVerdict::Returns, None), |res, it| res.and(self.expression(it)))
    }

    /// Something that is done again, or in some cases alone.
    pub(super) fn within(&mut self, read: impl FnOnce(&mut Self) -> RustValue) -> RustValue {
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn path(&mut self, path: &syn::Path) -> RustValue {
        let Some(last) = path.segments.last() else { return RustValue::given() };
        let name = last.ident.to_string();
        if path.segments.len() == 1
            && let Some(local) = self.local(&name)
        {
            return local.value;
        }
        match name.as_str() {
            "None" => RustValue { is_empty: true, ..RustValue::fixed(BodyVerdict::Returns, None) },
            it if path.segments.len() == 1 && is_handle(it) => RustValue::fixed(BodyVerdict::Returns, None),
            // a constant of a module is a value, and a static can change
            it if path.segments.len() > 1 || is_constant(it) => RustValue::of(BodyVerdict::Constant),
            _ => RustValue::given(),
        }
    }

    fn unary(&mut self, op: &UnOp, expression: &Expr) -> RustValue {
        let value = self.expression(expression);
        match op {
            UnOp::Neg(_) => RustValue { number: value.number.and_then(i128::checked_neg), ..value },
            // what is no truth value is given as it is
            UnOp::Not(_) => RustValue { number: value.number.map(|it| i128::from(it == 0)), ..value },
            _ if value.is_constant() || value.body >= BodyVerdict::Ends => value,
            // what lies behind an address is read
            _ => RustValue { is_computed: true, ..value },
        }
    }

    fn binary(&mut self, it: &ExprBinary) -> RustValue {
        let left = self.expression(&it.left);
        if is_assignment(&it.op) {
            let right = self.expression(&it.right);
            return self.changed(&it.left, RustValue { is_computed: self.depth > 0 || !right.is_constant(), ..right });
        }
        if let (Some(false), BinOp::And(_)) | (Some(true), BinOp::Or(_)) = (left.number.map(|it| it != 0), &it.op) {
            return left;
        }
        let right = self.expression(&it.right);
        let is_same = shown(&it.left).is_some_and(|left| shown(&it.right) == Some(left));
        of_operation(&it.op, left, right, is_same)
    }

    fn assignment(&mut self, it: &ExprAssign) -> RustValue {
        let value = self.expression(&it.right);
        let value = if self.depth > 0 { RustValue { is_computed: true, ..value } } else { value };
        self.changed(&it.left, value)
    }

    /// A value that is put somewhere: into a name of the body, where it is seen again if it is used, or elsewhere, which is work.
    fn changed(&mut self, place: &Expr, value: RustValue) -> RustValue {
        let mut root = place;
        loop {
            root = match root {
                Expr::Field(it) => &it.base,
                Expr::Index(it) => &it.expr,
                Expr::Paren(it) => &it.expr,
                _ => break,
            };
        }
        if matches!(root, Expr::Infer(_)) {
            return value.dropped();
        }
        let name = match root {
            Expr::Path(it) => it.path.get_ident().map(ToString::to_string),
            _ => None,
        };
        let local = name.and_then(|name| self.locals.last_mut(&name));
        match (local, root) {
            (Some(local), _) => {
                local.value =
                    RustValue { is_computed: local.value.is_computed || value.is_computed, ..local.value.and(value) };
                value.dropped()
            }
            // a parameter is a name of the body too
            (None, Expr::Path(it)) if it.path.get_ident().is_some_and(|it| !is_constant(&it.to_string())) => {
                value.dropped()
            }
            _ => self.works(),
        }
    }

    /// What a condition comes to. That a given value is compared with one of the source is a question that says little.
    pub(super) fn condition(&mut self, expression: &Expr) -> RustValue {
        match expression {
            Expr::Paren(it) => self.condition(&it.expr),
            Expr::Unary(it) if matches!(it.op, UnOp::Not(_)) => {
                let value = self.condition(&it.expr);
                RustValue { number: value.number.map(|it| i128::from(it == 0)), ..value }
            }
            Expr::Binary(it) if matches!(it.op, BinOp::And(_) | BinOp::Or(_)) => {
                let left = self.condition(&it.left);
                let is_decided = left.number.is_some_and(|left| (left != 0) == matches!(it.op, BinOp::Or(_)));
                if is_decided {
                    return left;
                }
                let right = self.condition(&it.right);
                if left.number.is_some() { right } else { left.and(right) }
            }
            Expr::Binary(it) if compares(&it.op) => {
                let value = self.binary(it);
                let sides = [&it.left, &it.right].map(|it| self.simple(it));
                let is_plain = sides.iter().any(|it| it.is_constant()) && !sides.iter().any(|it| it.is_computed);
                RustValue { is_computed: value.is_computed && !is_plain, ..value }
            }
            other => self.expression(other),
        }
    }

    /// A side of a comparison, where it is a name or a literal; all else is taken for calculated.
    fn simple(&mut self, expression: &Expr) -> RustValue {
        match expression {
            Expr::Paren(it) => self.simple(&it.expr),
            Expr::Cast(it) => self.simple(&it.expr),
            Expr::Lit(_) | Expr::Path(_) => self.expression(expression),
            Expr::Unary(it) if matches!(&*it.expr, Expr::Lit(_)) => self.expression(expression),
            _ => RustValue::computed(),
        }
    }

    /// A condition with what its branches come to. One that calls something decides between them, and that is work, unless all of
    /// them raise.
    pub(super) fn branch(&mut self, it: &ExprIf) -> (RustValue, RustValue) {
        let outer = self.locals.len();
        let condition = self.condition(&it.cond);
        let res = match condition.number {
            Some(0) => match &it.else_branch {
                Some((_, other)) => self.expression(other),
                None => RustValue::fixed(BodyVerdict::Returns, None),
            },
            Some(_) => self.block(&it.then_branch),
            None => {
                let then = self.within(|reader| reader.block(&it.then_branch));
                let other = it.else_branch.as_ref().map(|(_, it)| self.within(|reader| reader.expression(it)));
                let differ = other.is_some() && differs(it);
                self.decided(condition, &[Some(then), other].into_iter().flatten().collect::<Vec<_>>(), differ)
            }
        };
        self.locals.truncate(outer);
        (condition, res)
    }

    fn decided(&mut self, condition: RustValue, branches: &[RustValue], differ: bool) -> RustValue {
        let all_raise = branches.iter().all(|it| matches!(it.body, BodyVerdict::Raises | BodyVerdict::Ends));
        let most =
            branches.iter().copied().reduce(RustValue::or).unwrap_or(RustValue::fixed(BodyVerdict::Returns, None));
        let raises = branches.iter().any(|it| matches!(it.body, BodyVerdict::Raises | BodyVerdict::Ends));
        if condition.body == BodyVerdict::Works && !all_raise {
            return RustValue::of(BodyVerdict::Works);
        }
        // what refuses some and lets others pass has decided
        if condition.is_computed && branches.len() > 1 && raises && !all_raise {
            return self.works();
        }
        // that it asks before it raises in any case is no work
        let asked = if condition.body == BodyVerdict::Works { BodyVerdict::Returns } else { condition.dropped().body };
        let most = RustValue { body: most.body.max(asked), is_fixed: most.is_fixed && condition.is_fixed, ..most };
        if condition.is_computed && differ && most.body <= BodyVerdict::Constant { self.works() } else { most }
    }

    fn matched(&mut self, it: &ExprMatch) -> RustValue {
        let value = self.expression(&it.expr);
        let mut arms = Vec::new();
        let mut shapes: Vec<Option<String>> = Vec::new();
        for arm in &it.arms {
            if !self.is_compiled(&arm.attrs) {
                continue;
            }
            let fits = value.number.and_then(|number| fits(&arm.pat, number));
            if fits == Some(false) {
                continue;
            }
            let outer = self.locals.len();
            self.pattern(&arm.pat, RustValue { number: None, ..value });
            let guard = arm.guard.as_ref().map(|(_, it)| self.condition(it));
            if guard.is_none_or(|it| it.number != Some(0)) {
                arms.push(self.within(|reader| reader.expression(&arm.body)));
                arms.extend(guard.map(RustValue::dropped));
                shapes.push(shown(&arm.body));
            }
            self.locals.truncate(outer);
            if fits == Some(true) && arm.guard.is_none() {
                break;
            }
        }
        let differ = shapes.iter().any(|it| *it != shapes[0]);
        self.decided(value, &arms, differ)
    }

    /// What has neither an end nor a way out never comes back.
    fn endless(&mut self, it: &ExprLoop) -> RustValue {
        let body = self.within(|reader| reader.block(&it.body));
        if body.body < BodyVerdict::Raises && !goes_out(&it.body) { RustValue::of(BodyVerdict::Ends) } else { body }
    }
}

/// Whether the branches of a condition are written differently.
fn differs(it: &ExprIf) -> bool {
    let last = |it: &syn::Block| match it.stmts.last() {
        Some(syn::Stmt::Expr(it, None)) => shown(it),
        _ => None,
    };
    let other = it.else_branch.as_ref().and_then(|(_, it)| match &**it {
        Expr::Block(it) => last(&it.block),
        other => shown(other),
    });
    last(&it.then_branch).zip(other).is_some_and(|(then, other)| then != other)
}

/// Whether a number is what a pattern asks for, where that shows.
fn fits(pattern: &Pat, number: i128) -> Option<bool> {
    match pattern {
        Pat::Wild(_) | Pat::Ident(_) => Some(true),
        Pat::Lit(it) => of_literal(&it.lit).number.map(|it| it == number),
        _ => None,
    }
}

/// Whether a loop is left somewhere, what is written in macros counted too.
fn goes_out(block: &syn::Block) -> bool {
    struct Branches(bool);
    impl Branches {
        fn of(&mut self, expression: &Expr) {
            match expression {
                Expr::Block(it) => self.block(&it.block),
                Expr::Unsafe(it) => self.block(&it.block),
                Expr::If(it) => {
                    self.of(&it.cond);
                    self.block(&it.then_branch);
                    it.else_branch.iter().for_each(|(_, it)| self.of(it));
                }
                Expr::Match(it) => it.arms.iter().for_each(|it| self.of(&it.body)),
                Expr::While(it) => self.block(&it.body),
                Expr::ForLoop(it) => self.block(&it.body),
                Expr::Loop(it) => self.block(&it.body),
                Expr::Call(_)
                | Expr::Lit(_)
                | Expr::Path(_)
                | Expr::Assign(_)
                | Expr::Binary(_)
                | Expr::Continue(_) => {}
                // what is not followed may be a way out
                _ => self.0 = true,
            }
        }
        fn block(&mut self, block: &syn::Block) {
            for statement in &block.stmts {
                match statement {
                    syn::Stmt::Expr(it, _) => self.of(it),
                    syn::Stmt::Local(it) => {
                        if let Some(init) = &it.init {
                            self.of(&init.expr);
                            init.diverge.iter().for_each(|(_, it)| self.of(it));
                        }
                    }
                    syn::Stmt::Macro(_) => self.0 = true,
                    syn::Stmt::Item(_) => {}
                }
            }
        }
    }
    let mut ways = Branches(false);
    ways.block(block);
    ways.0
}

fn is_assignment(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

/// Whether a name is the runtime's handle.
pub(super) fn is_handle(name: &str) -> bool {
    HANDLES.contains(&name)
}

/// Whether a name is written as a constant is.
fn is_constant(name: &str) -> bool {
    name.chars().any(|it| it.is_ascii_uppercase())
        && name.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_')
}
