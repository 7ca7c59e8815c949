//! For which targets an item is compiled, as far as its `cfg` attributes say.

use syn::{Attribute, Expr, Lit, Meta, Token, punctuated::Punctuated};

/// Where the runtime runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Native,
    Wasm,
}

/// What attributes ask for.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    native: Option<bool>,
    wasm: Option<bool>,
    words: Vec<String>,
}

impl Default for Condition {
    fn default() -> Self {
        Self { native: Some(true), wasm: Some(true), words: Vec::new() }
    }
}

impl Condition {
    pub(super) fn of(attributes: &[Attribute]) -> Self {
        let [native, wasm] = [Target::Native, Target::Wasm].map(|it| holds(attributes, it));
        Self { native, wasm, words: words(attributes) }
    }

    /// That of what is never compiled.
    pub(super) fn never(why: &str) -> Self {
        Self { native: Some(false), wasm: Some(false), words: vec![why.to_owned()] }
    }

    /// Both of them.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.native = all([self.native, other.native].into_iter());
        self.wasm = all([self.wasm, other.wasm].into_iter());
        self.words.extend(other.words);
        self
    }

    /// Whether something that asks for this can be compiled for a target.
    pub(super) fn allows(&self, target: Target) -> bool {
        let holds = match target {
            Target::Native => self.native,
            Target::Wasm => self.wasm,
        };
        holds != Some(false)
    }

    /// It in words.
    pub(super) fn words(&self) -> String {
        self.words.join(" and ")
    }
}

/// Whether an item with these attributes is compiled for a target; none where that depends on something else.
fn holds(attributes: &[Attribute], target: Target) -> Option<bool> {
    let of = |it: &Attribute| {
        if it.path().is_ident("cfg") {
            it.parse_args::<Meta>().ok().and_then(|it| eval(&it, target))
        } else {
            Some(true)
        }
    };
    all(attributes.iter().map(of))
}

/// What its `cfg` attributes ask for, in words: `not(target_arch = "wasm32")`.
fn words(attributes: &[Attribute]) -> Vec<String> {
    let own = attributes.iter().filter(|it| it.path().is_ident("cfg"));
    own.filter_map(|it| Some(text(&it.parse_args::<Meta>().ok()?))).collect()
}

fn nested(meta: &Meta) -> Vec<Meta> {
    let Meta::List(list) = meta else { return Vec::new() };
    list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
        .map_or_else(|_| Vec::new(), |it| it.into_iter().collect())
}

fn eval(meta: &Meta, target: Target) -> Option<bool> {
    let is_wasm = target == Target::Wasm;
    let path = meta.path();
    if let Some((key, value)) = pair(meta) {
        return match (key.as_str(), value.as_str()) {
            ("target_arch", "wasm32" | "wasm64") | ("target_family", "wasm") => Some(is_wasm),
            ("target_os", "wasi" | "emscripten" | "unknown") => (!is_wasm).then_some(false),
            ("target_arch" | "target_family" | "target_os", _) if is_wasm => Some(false),
            _ => None,
        };
    }
    if path.is_ident("all") {
        return all(nested(meta).iter().map(|it| eval(it, target)));
    }
    if path.is_ident("any") {
        return all(nested(meta).iter().map(|it| eval(it, target).map(|it| !it))).map(|it| !it);
    }
    if path.is_ident("not") {
        return nested(meta).first().and_then(|it| eval(it, target)).map(|it| !it);
    }
    if path.is_ident("test") {
        return Some(false);
    }
    let is_system = path.is_ident("unix") || path.is_ident("windows");
    (is_system && is_wasm).then_some(false)
}

/// `target_arch = "wasm32"`
fn pair(meta: &Meta) -> Option<(String, String)> {
    let Meta::NameValue(it) = meta else { return None };
    let Expr::Lit(value) = &it.value else { return None };
    let Lit::Str(value) = &value.lit else { return None };
    Some((it.path.get_ident()?.to_string(), value.value()))
}

/// False where one is, true where all are.
fn all(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let each: Vec<Option<bool>> = each.collect();
    let is_false = each.contains(&Some(false));
    let is_open = each.contains(&None);
    if is_false { Some(false) } else { (!is_open).then_some(true) }
}

fn text(meta: &Meta) -> String {
    let name = meta.path().get_ident().map_or("…".to_owned(), ToString::to_string);
    match (pair(meta), meta) {
        (Some((key, value)), _) => format!("{key} = \"{value}\""),
        (None, Meta::List(_)) => format!("{name}({})", nested(meta).iter().map(text).collect::<Vec<_>>().join(", ")),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_told_apart_and_the_rest_is_open() {
        for (attributes, native, wasm) in [
            ("", Some(true), Some(true)),
            ("#[cfg(target_arch = \"wasm32\")]", Some(false), Some(true)),
            ("#[cfg(not(target_arch = \"wasm32\"))]", Some(true), Some(false)),
            ("#[cfg(not(any(target_arch = \"wasm32\", windows)))]", None, Some(false)),
            ("#[cfg(all(unix, feature = \"x\"))]", None, Some(false)),
            ("#[cfg(feature = \"x\")]", None, None),
            ("#[cfg(any(test, target_family = \"wasm\"))]", Some(false), Some(true)),
            ("#[inline] #[cfg(unix)] #[cfg(test)]", Some(false), Some(false)),
            ("#[cfg(target_os = \"linux\")]", None, Some(false)),
        ] {
            let item: syn::ItemFn = syn::parse_str(&format!("{attributes} fn f() {{}}")).unwrap();
            let found = [Target::Native, Target::Wasm].map(|it| holds(&item.attrs, it));
            assert_eq!(found, [native, wasm], "{attributes}");
        }
        let item: syn::ItemFn = syn::parse_str("#[cfg(not(target_arch = \"wasm32\"))] fn f() {}").unwrap();
        assert_eq!(words(&item.attrs), ["not(target_arch = \"wasm32\")"]);
    }
}
