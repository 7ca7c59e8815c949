//! What a `cfg` predicate asks for.

use syn::{Attribute, Expr, Lit, LitBool, Meta, MetaList, Token, parse::ParseStream, punctuated::Punctuated};

/// A predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Predicate {
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Not(Box<Predicate>),
    /// `unix`, `feature = "x"`
    Is(String, Option<String>),
    Always,
    Never,
}

impl Predicate {
    /// What an attribute asks for: `cfg(…)`, or `cfg_attr(…, cfg(…))`.
    pub(super) fn of_attribute(attribute: &Attribute) -> Option<Self> {
        let path = attribute.path();
        if !path.is_ident("cfg") && !path.is_ident("cfg_attr") {
            return None;
        }
        Self::of_cfg(&attribute.meta)
    }

    fn of_cfg(meta: &Meta) -> Option<Self> {
        let Meta::List(list) = meta else { return None };
        if list.path.is_ident("cfg") {
            // what cannot be read may hold
            return Some(each(list).into_iter().next().unwrap_or(Self::Always));
        }
        if !list.path.is_ident("cfg_attr") {
            return None;
        }
        let parts = |input: ParseStream<'_>| {
            let condition = Self::parse(input)?;
            input.parse::<Option<Token![,]>>()?;
            Ok((condition, Punctuated::<Meta, Token![,]>::parse_terminated(input)?))
        };
        let (condition, attributes) = list.parse_args_with(parts).ok()?;
        let inner: Vec<Self> = attributes.iter().filter_map(Self::of_cfg).collect();
        (!inner.is_empty()).then(|| Self::Any(vec![Self::Not(Box::new(condition)), Self::All(inner)]))
    }

    /// Reads one as it is written.
    pub(super) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitBool) {
            let it: LitBool = input.parse()?;
            return Ok(if it.value { Self::Always } else { Self::Never });
        }
        Ok(Self::of(&input.parse::<Meta>()?))
    }

    fn of(meta: &Meta) -> Self {
        let path = meta.path();
        match meta {
            Meta::List(list) if path.is_ident("all") => Self::All(each(list)),
            Meta::List(list) if path.is_ident("any") => Self::Any(each(list)),
            Meta::List(list) if path.is_ident("not") => {
                Self::Not(Box::new(each(list).into_iter().next().unwrap_or(Self::Never)))
            }
            Meta::NameValue(_) => pair(meta).map_or(Self::Always, |(key, value)| Self::Is(key, Some(value))),
            Meta::Path(it) => it.get_ident().map_or(Self::Always, |it| Self::Is(it.to_string(), None)),
            // `target(os = "linux")`, and what comes after it
            Meta::List(_) => Self::Always,
        }
    }

    /// Whether it has at most `left` parts, which are taken off.
    pub(super) fn fits(&self, left: &mut usize) -> bool {
        let Some(rest) = left.checked_sub(1) else { return false };
        *left = rest;
        match self {
            Self::All(all) | Self::Any(all) => all.iter().all(|it| it.fits(left)),
            Self::Not(it) => it.fits(left),
            _ => true,
        }
    }

    /// It with what never holds taken for false.
    pub(super) fn without(self, is_never: &dyn Fn(&str, Option<&str>) -> bool) -> Self {
        let each = |all: Vec<Self>| all.into_iter().map(|it| it.without(is_never)).collect();
        match self {
            Self::All(all) => Self::All(each(all)),
            Self::Any(all) => Self::Any(each(all)),
            Self::Not(it) => Self::Not(Box::new(it.without(is_never))),
            Self::Is(key, value) if is_never(&key, value.as_deref()) => Self::Never,
            other => other,
        }
    }

    /// It in words, as it is written.
    pub(super) fn words(&self) -> String {
        let list = |all: &[Self]| all.iter().map(Self::words).collect::<Vec<_>>().join(", ");
        match self {
            Self::All(all) => format!("all({})", list(all)),
            Self::Any(all) => format!("any({})", list(all)),
            Self::Not(it) => format!("not({})", it.words()),
            Self::Is(key, Some(value)) => format!("{key} = \"{value}\""),
            Self::Is(key, None) => key.clone(),
            Self::Always => "true".into(),
            Self::Never => "false".into(),
        }
    }
}

/// The predicates of a list; where one of them cannot be read, something that may hold or not.
fn each(list: &MetaList) -> Vec<Predicate> {
    let all =
        |input: ParseStream<'_>| Punctuated::<Predicate, Token![,]>::parse_terminated_with(input, Predicate::parse);
    let unread = |_| vec![Predicate::Is("…".into(), None)];
    list.parse_args_with(all).map_or_else(unread, |it| it.into_iter().collect())
}

/// `target_arch = "wasm32"`
fn pair(meta: &Meta) -> Option<(String, String)> {
    let Meta::NameValue(it) = meta else { return None };
    let Expr::Lit(value) = &it.value else { return None };
    let Lit::Str(value) = &value.lit else { return None };
    Some((it.path.get_ident()?.to_string(), value.value()))
}
