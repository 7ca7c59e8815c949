//! Whether a target can fulfil a `cfg` predicate: it is evaluated over everything that the target can be.

use std::collections::{BTreeMap, HashSet};

use super::{
    machines::{Machine, machines},
    predicate::Predicate,
    target::RuntimeTarget,
};

/// A name, such as `unix`, or a key with a value.
type CfgName<'a> = (&'a str, Option<&'a str>);

/// A predicate with its names numbered.
struct Formula<'a> {
    root: Node,
    names: Vec<CfgName<'a>>,
    parts: usize,
}

enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Name(usize),
    Is(bool),
}

/// The most parts that are evaluated for one predicate, on all machines together. Molt's longest has nine parts, of which few are open.
const TRIED: usize = 1 << 10;

/// Whether some machine of a target fulfils it.
pub(super) fn can_hold(predicate: &Predicate, target: RuntimeTarget) -> bool {
    let says = |(machine, arch): &(&Machine, &str), (key, value): CfgName<'_>| machine.says(arch, key, value);
    Formula::new(predicate).can_hold(machines(target), says)
}

impl<'a> Formula<'a> {
    fn new(predicate: &'a Predicate) -> Self {
        let (mut numbers, mut parts) = (BTreeMap::new(), 0);
        let root = Node::of(predicate, &mut numbers, &mut parts);
        let mut names = vec![("", None); numbers.len()];
        for (name, number) in numbers {
            names[number] = name;
        }
        Self { root, names, parts }
    }

    /// Whether some machine fulfils it. Each machine says of a name whether it holds there, where it says that. What would take too long to
    /// find out may hold.
    fn can_hold<M>(
        &self,
        machines: impl IntoIterator<Item = M>,
        says: impl Fn(&M, CfgName<'a>) -> Option<bool>,
    ) -> bool {
        let mut left = TRIED / self.parts.max(1);
        // most predicates do not tell most machines from each other
        let mut seen = HashSet::new();
        machines.into_iter().any(|machine| {
            let mut values: Vec<Option<bool>> = self.names.iter().map(|it| says(&machine, *it)).collect();
            seen.insert(values.clone()) && self.search(&mut values, 0, &mut left)
        })
    }

    /// Whether some values of the open names from that number on fulfil it.
    fn search(&self, values: &mut [Option<bool>], from: usize, left: &mut usize) -> bool {
        if let Some(it) = self.root.eval(values) {
            return it;
        }
        let Some(open) = (from..values.len()).find(|it| values[*it].is_none()) else { return true };
        let Some(rest) = left.checked_sub(1) else { return true };
        *left = rest;
        let holds = [true, false].into_iter().any(|it| {
            values[open] = Some(it);
            self.search(values, open + 1, left)
        });
        values[open] = None;
        holds
    }
}

impl Node {
    fn of<'a>(predicate: &'a Predicate, numbers: &mut BTreeMap<CfgName<'a>, usize>, parts: &mut usize) -> Self {
        *parts += 1;
        match predicate {
            Predicate::All(all) => Self::All(all.iter().map(|it| Self::of(it, numbers, parts)).collect()),
            Predicate::Any(all) => Self::Any(all.iter().map(|it| Self::of(it, numbers, parts)).collect()),
            Predicate::Not(it) => Self::Not(Box::new(Self::of(it, numbers, parts))),
            Predicate::Is(key, value) => {
                let next = numbers.len();
                Self::Name(*numbers.entry((key, value.as_deref())).or_insert(next))
            }
            Predicate::Always => Self::Is(true),
            Predicate::Never => Self::Is(false),
        }
    }

    /// Whether it holds, as far as the values say that.
    fn eval(&self, values: &[Option<bool>]) -> Option<bool> {
        let each = |all: &[Self], end: bool| {
            let mut res = Some(!end);
            for it in all {
                match it.eval(values) {
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
            Self::Not(it) => it.eval(values).map(|it| !it),
            Self::Name(number) => values[*number],
            Self::Is(it) => Some(*it),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use syn::parse::Parser as _;

    use super::*;

    fn decided(text: &str, open: &[&str]) -> bool {
        let predicate = Predicate::parse.parse_str(text).unwrap();
        Formula::new(&predicate).can_hold([()], |(), (key, _)| (!open.contains(&key)).then_some(false))
    }

    #[test]
    fn a_predicate_of_many_names_is_decided_where_few_of_them_matter() {
        let names: Vec<String> = (0..40).map(|it| format!("n{it:02}")).collect();
        let open: Vec<&str> = names.iter().map(String::as_str).collect();
        let all = names.join(", ");
        assert!(decided(&format!("all({all})"), &open));
        assert!(!decided(&format!("all({all}, not(n00))"), &open));
        assert!(!decided(&format!("all({all}, n39)"), &open[..39]));
        // each of sixteen pairs differs, which takes 2^16 values to find out
        let pairs: Vec<String> = (0..16).map(|it| format!("any(n{it:02}, n{:02})", it + 16)).collect();
        assert!(decided(&format!("all({}, any(all(n32, not(n32))))", pairs.join(", ")), &open), "it may hold");
    }

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
            let found = [RuntimeTarget::Native, RuntimeTarget::Wasm].map(|it| super::can_hold(&predicate, it));
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
            assert_eq!(super::can_hold(&Predicate::All(all), RuntimeTarget::Native), native, "{text}");
        }
    }

    fn tree() -> impl Strategy<Value = Predicate> {
        let leaf = prop_oneof![
            4 => (0_u8..4).prop_map(|it| Predicate::Is(format!("n{it}"), None)),
            1 => Just(Predicate::Always),
            1 => Just(Predicate::Never)
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let several = prop::collection::vec(inner.clone(), 0..3);
            prop_oneof![
                several.clone().prop_map(Predicate::All),
                several.prop_map(Predicate::Any),
                inner.prop_map(|it| Predicate::Not(Box::new(it)))
            ]
        })
    }

    /// Whether it holds where the bits say which names do.
    fn holds(predicate: &Predicate, bits: u8) -> bool {
        match predicate {
            Predicate::All(all) => all.iter().all(|it| holds(it, bits)),
            Predicate::Any(all) => all.iter().any(|it| holds(it, bits)),
            Predicate::Not(it) => !holds(it, bits),
            Predicate::Is(name, _) => bits & (1 << name[1..].parse::<u8>().unwrap()) != 0,
            Predicate::Always => true,
            Predicate::Never => false,
        }
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_trying_all_values_finds(predicate in tree(), known in 0_u8..16, set in 0_u8..16) {
            let formula = Formula::new(&predicate);
            let says = |(): &(), (name, _): CfgName<'_>| {
                let bit = 1 << name[1..].parse::<u8>().unwrap();
                (known & bit != 0).then_some(set & bit != 0)
            };
            let expected = (0..16).filter(|it| (it ^ set) & known == 0).any(|it| holds(&predicate, it));
            prop_assert_eq!(formula.can_hold([()], says), expected);
        }
    }
}
