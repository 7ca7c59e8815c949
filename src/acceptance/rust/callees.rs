//! The functions of one source that a body calls: what hands its work to one that does nothing does nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use syn::ItemFn;

use super::{
    around::{BodyVerdict, FunctionSurroundings},
    body::of_function,
    cfg::Condition,
    crates::Crate,
    depth::shallow,
    outline::{OutlinedFunction, functions},
    target::RuntimeTarget,
};

/// A function that is longer than this, in bytes, is not taken for a stub.
const LONGEST: usize = 1000;
/// How many calls are followed.
const DEEPEST: usize = 4;

/// The functions of a source, read where one is asked for.
pub(super) struct Callees<'t> {
    text: &'t str,
    package: &'t Crate,
    all: Option<HashMap<&'t str, Vec<OutlinedFunction<'t>>>>,
    /// What was found out; none where it works.
    known: HashMap<(String, bool), Option<BodyVerdict>>,
}

impl<'t> Callees<'t> {
    pub(super) fn new(text: &'t str, package: &'t Crate) -> Self {
        Self { text, package, all: None, known: HashMap::new() }
    }

    /// What a function comes to, with those followed that it calls.
    pub(super) fn body(&mut self, own: &str, block: &syn::Block, target: RuntimeTarget) -> BodyVerdict {
        self.follow(own, block, target, 0)
    }

    fn follow(&mut self, own: &str, block: &syn::Block, target: RuntimeTarget, depth: usize) -> BodyVerdict {
        let none = BTreeMap::new();
        let package = self.package;
        let reading = of_function(own, block, FunctionSurroundings { target, package, known: &none });
        if reading.calls.is_empty() || depth == DEEPEST {
            return reading.body;
        }
        let known = self.stubs(&reading.calls, target, depth + 1);
        if known.is_empty() {
            return reading.body;
        }
        of_function(own, block, FunctionSurroundings { target, package, known: &known }).body
    }

    /// Those of the names that are functions of the source and do not work.
    fn stubs(
        &mut self,
        names: &BTreeSet<String>,
        target: RuntimeTarget,
        depth: usize,
    ) -> BTreeMap<String, BodyVerdict> {
        let found = names.iter().filter_map(|name| Some((name.clone(), self.stub(name, target, depth)?)));
        found.collect()
    }

    fn stub(&mut self, name: &str, target: RuntimeTarget, depth: usize) -> Option<BodyVerdict> {
        let key = (name.to_owned(), target == RuntimeTarget::Wasm);
        if let Some(it) = self.known.get(&key) {
            return *it;
        }
        // what comes back to itself never ends
        self.known.insert(key.clone(), Some(BodyVerdict::Ends));
        let text = self.text;
        let all = self.all.get_or_insert_with(|| {
            let mut res: HashMap<&str, Vec<OutlinedFunction<'_>>> = HashMap::new();
            for it in functions(text, &|_| true) {
                res.entry(it.name).or_default().push(it);
            }
            res
        });
        let own = all.get(name).cloned().unwrap_or_default();
        let mut res = None;
        for found in &own {
            match self.one(found, target, depth) {
                Some(BodyVerdict::Works) => {
                    res = None;
                    break;
                }
                other => res = res.max(other),
            }
        }
        self.known.insert(key, res);
        res
    }

    /// What one function comes to; none where it is not compiled for the target.
    fn one(&mut self, found: &OutlinedFunction<'_>, target: RuntimeTarget, depth: usize) -> Option<BodyVerdict> {
        let text = &self.text[found.item.clone()];
        let is_long = !found.has_body || text.len() > LONGEST;
        let parsed = if is_long { None } else { shallow(text).and_then(|it| syn::parse2::<ItemFn>(it).ok()) };
        let Some(item) = parsed else { return Some(BodyVerdict::Works) };
        let package = self.package;
        let condition = Condition::of(&item.attrs).without(&|key, value| package.is_never(key, value));
        condition.allows(target).then(|| self.follow(found.name, &item.block, target, depth))
    }
}
