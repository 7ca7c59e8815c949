//! For which targets an item is compiled, as far as its `cfg` attributes say.

use syn::Attribute;

use super::{formula::can_hold, predicate::Predicate, target::RuntimeTarget};

/// The most parts of a condition that are read; what more is asked for may hold. Molt's longest has nine.
const MOST: usize = 200;

/// What attributes ask for, all of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Condition {
    predicates: Vec<Predicate>,
    /// Why it is never compiled, where a file says so.
    never: Option<&'static str>,
}

impl Condition {
    pub(super) fn of(attributes: &[Attribute]) -> Self {
        let predicates = attributes.iter().filter_map(Predicate::of_attribute).collect();
        Self { predicates, never: None }.bounded()
    }

    pub(super) fn of_predicate(predicate: Predicate) -> Self {
        Self { predicates: vec![predicate], never: None }
    }

    /// That of what is never compiled.
    pub(super) fn never(why: &'static str) -> Self {
        Self { predicates: vec![Predicate::Never], never: Some(why) }
    }

    /// Both of them.
    pub(super) fn and(mut self, other: Self) -> Self {
        // what is asked for twice is told once
        let more = other.predicates.into_iter().filter(|it| !self.predicates.contains(it)).collect::<Vec<_>>();
        self.predicates.extend(more);
        Self { never: self.never.or(other.never), ..self }.bounded()
    }

    /// It without what goes beyond what is read: it is held and copied for each function below it.
    fn bounded(mut self) -> Self {
        let mut left = MOST;
        // a long one takes nothing from the short ones behind it
        self.predicates.retain(|it| {
            let mut rest = left;
            let fits = it.fits(&mut rest);
            left = if fits { rest } else { left };
            fits
        });
        self
    }

    /// It where names and features that never hold are false.
    pub(super) fn without(self, is_never: &dyn Fn(&str, Option<&str>) -> bool) -> Self {
        let predicates = self.predicates.into_iter().map(|it| it.without(is_never)).collect();
        Self { predicates, ..self }
    }

    /// Whether something that asks for this can be compiled for a target.
    pub(super) fn allows(&self, target: RuntimeTarget) -> bool {
        self.predicates.is_empty() || can_hold(&Predicate::All(self.predicates.clone()), target)
    }

    /// Whether it holds, where that is the same for everything that a target can be.
    pub(super) fn holds(&self, target: RuntimeTarget) -> Option<bool> {
        let whole = Predicate::All(self.predicates.clone());
        match (can_hold(&whole, target), can_hold(&Predicate::Not(Box::new(whole)), target)) {
            (true, false) => Some(true),
            (false, _) => Some(false),
            (true, true) => None,
        }
    }

    /// It in words.
    pub(super) fn words(&self) -> String {
        match self.never {
            Some(why) => why.to_owned(),
            None => self.predicates.iter().map(Predicate::words).collect::<Vec<_>>().join(" and "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_attributes_count_and_are_told() {
        let of = |attributes: &str| {
            let item: syn::ItemFn = syn::parse_str(&format!("{attributes} fn f() {{}}")).unwrap();
            Condition::of(&item.attrs)
        };
        let both = of("#[inline] #[cfg(unix)] #[cfg(not(target_arch = \"wasm32\"))]");
        assert_eq!(both.words(), "unix and not(target_arch = \"wasm32\")");
        assert!(both.allows(RuntimeTarget::Native) && !both.allows(RuntimeTarget::Wasm));
        assert!(!both.clone().and(of("#[cfg(windows)]")).allows(RuntimeTarget::Native));
        assert_eq!(of("#[cfg(target_arch = \"wasm32\")]").holds(RuntimeTarget::Wasm), Some(true));
        assert_eq!(both.holds(RuntimeTarget::Native), None);
        let long = "a, ".repeat(MOST);
        assert!(of(&format!("#[cfg(any({long}))]")).allows(RuntimeTarget::Native), "it is not read");
        assert!(!of(&format!("#[cfg(any({long}))] #[cfg(windows)] #[cfg(unix)]")).allows(RuntimeTarget::Native));
        let feature = of("#[cfg(feature = \"never\")]");
        assert!(feature.allows(RuntimeTarget::Native));
        assert!(!feature.without(&|key, _| key == "feature").allows(RuntimeTarget::Native));
    }
}
