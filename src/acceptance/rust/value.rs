//! What an expression comes to, and what follows for an operation on two of them.

use syn::{BinOp, Expr, Lit};

use super::around::BodyVerdict;

/// What an expression comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct RustValue {
    pub(super) body: BodyVerdict,
    /// Whether it is calculated from what was given: that says something where it is returned, and nothing where it is dropped.
    pub(super) is_computed: bool,
    /// Whether something that was given goes into it.
    pub(super) has_given: bool,
    /// Whether nothing but what this body says goes into it.
    pub(super) is_fixed: bool,
    /// Whether it is `None` or an error, which cannot be unwrapped.
    pub(super) is_empty: bool,
    /// It as a number, a truth value as 0 or 1, where that shows.
    pub(super) number: Option<i128>,
}

impl RustValue {
    /// Something of which nothing more is known.
    pub(super) fn of(body: BodyVerdict) -> Self {
        Self { body, is_computed: false, has_given: false, is_fixed: false, is_empty: false, number: None }
    }

    /// What was given.
    pub(super) fn given() -> Self {
        Self { has_given: true, ..Self::of(BodyVerdict::Returns) }
    }

    /// What the source says.
    pub(super) fn fixed(body: BodyVerdict, number: Option<i128>) -> Self {
        Self { is_fixed: true, number, ..Self::of(body) }
    }

    /// What is calculated from what was given.
    pub(super) fn computed() -> Self {
        Self { is_computed: true, ..Self::given() }
    }

    /// Both of them in one.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            body: self.body.max(other.body),
            is_computed: self.is_computed || other.is_computed,
            has_given: self.has_given || other.has_given,
            is_fixed: self.is_fixed && other.is_fixed,
            is_empty: false,
            number: None,
        }
    }

    /// Either of them: what one of two branches gives.
    pub(super) fn or(self, other: Self) -> Self {
        Self { is_empty: self.is_empty && other.is_empty, ..self.and(other) }
    }

    /// Whether it says the same whatever was given.
    pub(super) fn is_constant(self) -> bool {
        !self.is_computed && !self.has_given && self.body <= BodyVerdict::Constant
    }

    /// What is left of it where its value is dropped.
    pub(super) fn dropped(self) -> Self {
        let body = if self.body <= BodyVerdict::Constant { BodyVerdict::Returns } else { self.body };
        Self::of(body)
    }

    /// What it is for whoever called the function.
    pub(super) fn returned(self) -> BodyVerdict {
        if self.is_computed { BodyVerdict::Works } else { self.body }
    }
}

/// What a literal comes to: a number is no object, and says nothing by itself.
pub(super) fn of_literal(literal: &Lit) -> RustValue {
    match literal {
        Lit::Int(it) => RustValue::fixed(BodyVerdict::Returns, it.base10_parse().ok()),
        Lit::Bool(it) => RustValue::fixed(BodyVerdict::Returns, Some(i128::from(it.value))),
        Lit::Str(it) if it.value().is_empty() => RustValue::fixed(BodyVerdict::Returns, None),
        _ => RustValue::fixed(BodyVerdict::Constant, None),
    }
}

/// What an operator makes of two values; `is_same` says that both are written the same.
pub(super) fn of_operation(op: &BinOp, left: RustValue, right: RustValue, is_same: bool) -> RustValue {
    let both = left.and(right);
    if let (Some(false), BinOp::And(_)) | (Some(true), BinOp::Or(_)) = (left.number.map(|it| it != 0), op) {
        return left;
    }
    if both.body >= BodyVerdict::Ends {
        return both;
    }
    let number = left.number.zip(right.number).and_then(|(left, right)| folded(op, left, right));
    if left.is_constant() && right.is_constant() {
        return RustValue { number, ..both };
    }
    if is_same && !both.is_computed {
        return match op {
            BinOp::Sub(_) | BinOp::BitXor(_) | BinOp::Rem(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Gt(_) => {
                RustValue::fixed(BodyVerdict::Returns, Some(0))
            }
            BinOp::Eq(_) | BinOp::Le(_) | BinOp::Ge(_) | BinOp::Div(_) => {
                RustValue::fixed(BodyVerdict::Returns, Some(1))
            }
            BinOp::BitAnd(_) | BinOp::BitOr(_) | BinOp::And(_) | BinOp::Or(_) => left,
            _ => RustValue { is_computed: true, ..both },
        };
    }
    neutral(op, left, right).unwrap_or(RustValue { is_computed: true, ..both })
}

/// What comes of zero and one, which leave the other value as it is or leave nothing of it.
fn neutral(op: &BinOp, left: RustValue, right: RustValue) -> Option<RustValue> {
    match (op, left.number, right.number) {
        (BinOp::Mul(_) | BinOp::BitAnd(_), Some(0), _)
        | (BinOp::Mul(_) | BinOp::BitAnd(_), _, Some(0))
        | (BinOp::Rem(_), _, Some(1)) => Some(RustValue::fixed(BodyVerdict::Returns, Some(0))),
        (BinOp::Add(_) | BinOp::BitOr(_) | BinOp::BitXor(_) | BinOp::Or(_), Some(0), _)
        | (BinOp::Mul(_), Some(1), _)
        | (BinOp::And(_), Some(_), _) => Some(right),
        (
            BinOp::Add(_) | BinOp::Sub(_) | BinOp::BitOr(_) | BinOp::BitXor(_) | BinOp::Shl(_) | BinOp::Shr(_),
            _,
            Some(0),
        )
        | (BinOp::Mul(_) | BinOp::Div(_), _, Some(1)) => Some(left),
        _ => None,
    }
}

fn folded(op: &BinOp, left: i128, right: i128) -> Option<i128> {
    match op {
        BinOp::Add(_) => left.checked_add(right),
        BinOp::Sub(_) => left.checked_sub(right),
        BinOp::Mul(_) => left.checked_mul(right),
        BinOp::Div(_) => left.checked_div(right),
        BinOp::Rem(_) => left.checked_rem(right),
        BinOp::BitAnd(_) => Some(left & right),
        BinOp::BitOr(_) => Some(left | right),
        BinOp::BitXor(_) => Some(left ^ right),
        BinOp::Eq(_) => Some((left == right).into()),
        BinOp::Ne(_) => Some((left != right).into()),
        BinOp::Lt(_) => Some((left < right).into()),
        BinOp::Le(_) => Some((left <= right).into()),
        BinOp::Gt(_) => Some((left > right).into()),
        BinOp::Ge(_) => Some((left >= right).into()),
        BinOp::And(_) => Some((left != 0 && right != 0).into()),
        BinOp::Or(_) => Some((left != 0 || right != 0).into()),
        _ => None,
    }
}

/// Whether an operator compares.
pub(super) fn compares(op: &BinOp) -> bool {
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

/// The most parts of an expression that is a simple one: it is asked for at each of the expressions in each other.
const PARTS: usize = 100;
/// The most bytes of one.
const LONGEST: usize = 1000;

/// The longest text of a simple expression, in bytes.
const LONGEST_TEXT: usize = 500;

/// An expression in one line, where it is a simple one; nothing is known of the others, which differ from all.
pub(super) fn shown(expression: &Expr) -> Option<String> {
    let (mut out, mut left) = (String::new(), PARTS);
    show(expression, &mut out, &mut left)?;
    Some(out)
}

fn show(expression: &Expr, out: &mut String, left: &mut usize) -> Option<()> {
    *left = left.checked_sub(1)?;
    let all = |it: &syn::punctuated::Punctuated<Expr, syn::Token![,]>, out: &mut String, left: &mut usize| {
        out.push('(');
        for (at, it) in it.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { "," });
            show(it, out, left)?;
        }
        out.push(')');
        Some(())
    };
    match expression {
        Expr::Path(it) => {
            for (at, it) in it.path.segments.iter().enumerate() {
                it.arguments.is_none().then_some(())?;
                out.push_str(if at == 0 { "" } else { "::" });
                out.push_str(&it.ident.to_string());
            }
        }
        Expr::Lit(it) => out.push_str(&match &it.lit {
            Lit::Int(it) => it.base10_digits().to_owned(),
            Lit::Float(it) => it.base10_digits().to_owned(),
            Lit::Bool(it) => it.value.to_string(),
            Lit::Str(it) if it.value().len() <= LONGEST_TEXT => format!("{:?}", it.value()),
            Lit::ByteStr(it) if it.value().len() <= LONGEST_TEXT => format!("{:?}", it.value()),
            _ => return None,
        }),
        Expr::Paren(it) => show(&it.expr, out, left)?,
        Expr::Group(it) => show(&it.expr, out, left)?,
        Expr::Field(it) => {
            show(&it.base, out, left)?;
            match &it.member {
                syn::Member::Named(name) => out.push_str(&format!(".{name}")),
                syn::Member::Unnamed(at) => out.push_str(&format!(".{}", at.index)),
            }
        }
        Expr::Call(it) => {
            show(&it.func, out, left)?;
            all(&it.args, out, left)?;
        }
        Expr::MethodCall(it) => {
            show(&it.receiver, out, left)?;
            out.push_str(&format!(".{}", it.method));
            all(&it.args, out, left)?;
        }
        _ => return None,
    }
    (out.len() <= LONGEST).then_some(())
}
