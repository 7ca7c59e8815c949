//! What a `cfg` predicate asks for, and whether a target can fulfil it: it is evaluated over everything that the target can be.

use std::collections::BTreeSet;

use syn::{Attribute, Expr, Lit, LitBool, Meta, MetaList, Token, parse::ParseStream, punctuated::Punctuated};

use super::target::RuntimeTarget;

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

/// One machine of a target: the names that hold, and the values that keys have.
struct Machine(&'static [(&'static str, &'static str)]);

/// Where the runtime runs natively, and as WebAssembly. An item for another machine alone is for none of them.
const NATIVE: [Machine; 6] = [
    Machine(&[("os", "linux"), ("env", "gnu"), ("vendor", "unknown"), ("family", "unix"), ("pointer_width", "64")]),
    Machine(&[("os", "linux"), ("env", "musl"), ("vendor", "unknown"), ("family", "unix"), ("pointer_width", "64")]),
    Machine(&[("os", "macos"), ("env", ""), ("vendor", "apple"), ("family", "unix"), ("pointer_width", "64")]),
    Machine(&[("os", "windows"), ("env", "msvc"), ("vendor", "pc"), ("family", "windows"), ("pointer_width", "64")]),
    Machine(&[("os", "windows"), ("env", "gnu"), ("vendor", "pc"), ("family", "windows"), ("pointer_width", "64")]),
    Machine(&[("os", "windows"), ("env", "gnullvm"), ("vendor", "pc"), ("family", "windows"), ("pointer_width", "64")]),
];
const WASM: [Machine; 3] = [
    Machine(&[("os", "wasi"), ("env", ""), ("vendor", "unknown"), ("family", "wasm"), ("pointer_width", "32")]),
    Machine(&[("os", "wasi"), ("env", "p1"), ("vendor", "unknown"), ("family", "wasm"), ("pointer_width", "32")]),
    Machine(&[("os", "unknown"), ("env", ""), ("vendor", "unknown"), ("family", "wasm"), ("pointer_width", "32")]),
];
/// Their processors.
const NATIVE_ARCHS: [&str; 2] = ["x86_64", "aarch64"];
const WASM_ARCHS: [&str; 1] = ["wasm32"];
/// What no built runtime has.
const OFF: [&str; 8] = ["test", "doctest", "doc", "miri", "kani", "loom", "fuzzing", "proc_macro"];
/// The most names and features that are tried in every combination.
const MOST: usize = 10;
/// The most parts that are evaluated for one machine, in all combinations.
const TRIED: usize = 16 << 10;

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

    /// Whether some machine of a target fulfils it.
    pub(super) fn can_hold(&self, target: RuntimeTarget) -> bool {
        let (machines, archs): (&[Machine], &[&str]) = match target {
            RuntimeTarget::Native => (&NATIVE, &NATIVE_ARCHS),
            RuntimeTarget::Wasm => (&WASM, &WASM_ARCHS),
        };
        machines.iter().any(|machine| archs.iter().any(|arch| self.can_hold_on(machine, arch)))
    }

    fn can_hold_on(&self, machine: &Machine, arch: &str) -> bool {
        if let Some(it) = self.eval(&|key, value| machine.says(arch, key, value)) {
            return it;
        }
        let mut open = BTreeSet::new();
        self.open(&|key, value| machine.says(arch, key, value).is_none(), &mut open);
        let open: Vec<_> = open.into_iter().collect();
        let is_set = |set: usize, key: &str, value: Option<&str>| {
            let at = open.iter().position(|(own, of)| own == key && of.as_deref() == value)?;
            Some(set & (1 << at) != 0)
        };
        let holds = |set: usize| {
            let says =
                |key: &str, value: Option<&str>| machine.says(arch, key, value).or_else(|| is_set(set, key, value));
            self.eval(&says) != Some(false)
        };
        let mut left = TRIED >> open.len().min(MOST);
        // what would take too long to find out may hold
        open.len() > MOST || !self.fits(&mut left) || (0..1_usize << open.len()).any(holds)
    }

    /// Whether it holds, as far as that is said.
    fn eval(&self, says: &dyn Fn(&str, Option<&str>) -> Option<bool>) -> Option<bool> {
        let each = |all: &[Self], end: bool| {
            let mut res = Some(!end);
            for it in all {
                match it.eval(says) {
                    Some(it) if it == end => return Some(end),
                    Some(_) => {}
                    None => res = None,
                }
            }
            res
        };
        match self {
            Self::All(all) => each(all, false),
            Self::Any(all) => each(all, true),
            Self::Not(it) => it.eval(says).map(|it| !it),
            Self::Is(key, value) => says(key, value.as_deref()),
            Self::Always => Some(true),
            Self::Never => Some(false),
        }
    }

    /// The names and pairs in it of which something holds.
    pub(super) fn open(
        &self,
        is_open: &dyn Fn(&str, Option<&str>) -> bool,
        into: &mut BTreeSet<(String, Option<String>)>,
    ) {
        match self {
            Self::All(all) | Self::Any(all) => all.iter().for_each(|it| it.open(is_open, into)),
            Self::Not(it) => it.open(is_open, into),
            Self::Is(key, value) if is_open(key, value.as_deref()) => {
                into.insert((key.clone(), value.clone()));
            }
            _ => {}
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

impl Machine {
    /// Whether a name or pair holds here; none where that depends on how the runtime is built.
    fn says(&self, arch: &str, key: &str, value: Option<&str>) -> Option<bool> {
        let is = |key: &str, value: &str| self.0.contains(&(key, value));
        match (key, value) {
            ("unix" | "windows", None) => Some(is("family", key)),
            ("target_arch", Some(value)) => Some(value == arch),
            ("target_endian", Some(value)) => Some(value == "little"),
            (key, Some(value)) => {
                let key = key.strip_prefix("target_")?;
                self.0.iter().any(|(own, _)| *own == key).then(|| is(key, value))
            }
            (key, None) => OFF.contains(&key).then_some(false),
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

#[cfg(test)]
mod tests {
    use syn::parse::Parser as _;

    use super::*;

    #[test]
    fn a_predicate_is_evaluated_over_what_a_target_can_be() {
        for (text, native, wasm) in [
            ("all()", true, true),
            ("any()", false, false),
            ("all(unix, not(unix))", false, false),
            ("all(feature = \"x\", not(feature = \"x\"))", false, false),
            ("any(feature = \"x\", not(feature = \"x\"))", true, true),
            ("all(unix, windows)", false, false),
            ("all(target_os = \"linux\", target_os = \"macos\")", false, false),
            ("all(target_os = \"linux\", windows)", false, false),
            ("all(windows, target_vendor = \"apple\")", false, false),
            ("not(any(unix, windows))", false, true),
            ("target_os = \"freebsd\"", false, false),
            ("target_arch = \"wasm32\"", false, true),
            ("not(target_arch = \"wasm32\")", true, false),
            ("all(target_arch = \"wasm32\", target_os = \"unknown\")", false, true),
            ("not(any(target_arch = \"wasm32\", windows))", true, false),
            ("all(a, any(b, c), not(a))", false, false),
            ("any(test, target_family = \"wasm\")", false, true),
            ("all(target_pointer_width = \"32\", not(target_family = \"wasm\"))", false, false),
            ("target_feature = \"avx2\"", true, true),
            ("true", true, true),
            ("not(false)", true, true),
        ] {
            let predicate = Predicate::parse.parse_str(text).unwrap();
            let found = [RuntimeTarget::Native, RuntimeTarget::Wasm].map(|it| predicate.can_hold(it));
            assert_eq!(found, [native, wasm], "{text}");
        }
    }

    #[test]
    fn an_attribute_may_bring_another_one() {
        for (text, native) in [
            ("#[cfg_attr(all(), cfg(any()))]", false),
            ("#[cfg_attr(any(), cfg(any()))]", true),
            ("#[cfg_attr(unix, cfg(any()))]", true),
            ("#[cfg_attr(any(unix, windows), cfg(any()))]", false),
            ("#[cfg_attr(all(), inline, cfg_attr(all(), cfg(any())))]", false),
            ("#[cfg_attr(all(), inline)]", true),
            ("#[cfg_attr(true, cfg(false))]", false),
            ("#[cfg(false)]", false),
            ("#[cfg(any(false, true))]", true),
        ] {
            let item: syn::ItemFn = syn::parse_str(&format!("{text} fn f() {{}}")).unwrap();
            let all = item.attrs.iter().filter_map(Predicate::of_attribute).collect();
            assert_eq!(Predicate::All(all).can_hold(RuntimeTarget::Native), native, "{text}");
        }
    }
}
