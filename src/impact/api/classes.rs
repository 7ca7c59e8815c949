//! Classes and instances: their bases, and what their attributes are.

use std::collections::{BTreeSet, HashMap};

use super::{
    native::NAMELESS,
    resolve::{Found, ReleaseModules, STEPS},
};
use crate::python::{Bound, NameBinding};

/// Functions of C code that give an instance of a class, which is in a module of no name (`Modules/cjkcodecs/` of 3.13.5).
const GIVEN: &[(&str, &str, &str)] = &[("getcodec", NAMELESS, "MultibyteCodec")];

/// Bases of a class, those of its bases included, that are looked at without counting: few classes have more.
const USUAL: usize = 20;

impl<'a> ReleaseModules<'a> {
    /// An attribute of a class, or of an instance of one.
    pub(super) fn attribute(&'a self, owner: Found<'a>, name: &str, steps: u8) -> Option<Found<'a>> {
        match owner {
            Found::Python(module, _, Bound { binding: NameBinding::Made(class), .. }) => {
                let class = self.dotted_in(module, class, steps).or_else(|| self.given(class))?;
                self.member(class, name, steps, true)
            }
            class => self.member(class, name, steps, false),
        }
    }

    /// The class of what a function of C code gives, by the name of the function.
    fn given(&self, function: &str) -> Option<Found<'a>> {
        let last = function.rsplit('.').next().unwrap_or(function);
        let (_, module, class) = GIVEN.iter().find(|it| it.0 == last)?;
        let (module, names) = self.native.get_key_value(*module)?;
        names.get_key_value(*class).map(|(class, _)| Found::Native(module, class))
    }

    /// An attribute of a class, as the class or an instance of it has it.
    pub(super) fn member(&'a self, class: Found<'a>, name: &str, steps: u8, is_instance: bool) -> Option<Found<'a>> {
        self.bases_in(class, steps).0.into_iter().find_map(|it| match it {
            Found::Python(module, _, Bound { binding: NameBinding::Class(class), .. }) => {
                let (name, bound) = class.scope.names.get_key_value(name)?;
                let other = match &bound.binding {
                    NameBinding::Same(it) => self.dotted_in(module, it, steps),
                    NameBinding::From(from, theirs) => self.look_in(&self.absolute(module, from), theirs, steps),
                    _ => None,
                };
                let own = if is_instance { Found::Attribute } else { Found::Python };
                Some(other.unwrap_or_else(|| own(module, name, bound)))
            }
            Found::Native(module, owner) => {
                let (name, _) = self.native.get(module)?.get_key_value(&format!("{owner}.{name}"))?;
                Some(Found::Native(module, name))
            }
            _ => None,
        })
    }

    /// The public attributes of an instance.
    pub(super) fn attributes(&'a self, found: Found<'a>) -> Option<BTreeSet<String>> {
        let Found::Python(module, _, Bound { binding: NameBinding::Made(class), .. }) = found else { return None };
        let class = self.dotted(module, class)?;
        let mut res = BTreeSet::new();
        for base in self.bases(class).0 {
            match base {
                Found::Python(_, _, Bound { binding: NameBinding::Class(class), .. }) => {
                    let names = class.scope.names.keys().take_while(|_| self.effort.takes(1));
                    res.extend(names.cloned());
                }
                Found::Native(module, owner) => {
                    let below = format!("{owner}.");
                    let all = self.native.get(module).into_iter().flat_map(|it| it.range(below.clone()..));
                    let all = all.take_while(|(it, _)| it.starts_with(&below) && self.effort.takes(1));
                    res.extend(all.map(|(it, _)| it[below.len()..].to_owned()));
                }
                _ => {}
            }
        }
        res.retain(|it| !it.starts_with('_'));
        Some(res)
    }

    /// What the classes of a class body are, where they are something else's.
    pub(super) fn of_class(&'a self, module: &str, binding: &NameBinding) -> Option<Found<'a>> {
        self.asked(|| match binding {
            NameBinding::Same(it) => self.dotted_in(module, it, STEPS),
            NameBinding::From(from, theirs) => self.look_in(&self.absolute(module, from), theirs, STEPS),
            _ => None,
        })
    }

    /// A class and its bases, as far as they are known, in the order in which their members count; and whether all of them are.
    pub(super) fn bases(&'a self, found: Found<'a>) -> (Vec<Found<'a>>, bool) {
        self.asked(|| self.bases_in(found, STEPS))
    }

    pub(super) fn bases_in(&'a self, found: Found<'a>, steps: u8) -> (Vec<Found<'a>>, bool) {
        // of several ways to a base, the last one counts: what is between comes before it
        let mut order: Vec<Option<Found<'a>>> = Vec::new();
        let mut places = HashMap::new();
        let mut is_whole = true;
        let mut open = vec![found];
        let mut classes = 0;
        while let Some(it) = open.pop() {
            classes += 1;
            let Some(key) = key_of(it) else { continue };
            if classes > 500 || (classes > USUAL && !self.effort.takes(1)) {
                break;
            }
            if let Some(earlier) = places.insert(key, order.len()) {
                order[earlier] = None;
            }
            order.push(Some(it));
            let Found::Python(module, _, Bound { binding: NameBinding::Class(class), .. }) = it else { continue };
            for base in class.bases.iter().rev() {
                match self.dotted_in(module, base, steps) {
                    Some(
                        base @ (Found::Native(..) | Found::Python(_, _, Bound { binding: NameBinding::Class(_), .. })),
                    ) => {
                        open.push(base);
                    }
                    _ => {
                        is_whole &= matches!(
                            base.as_str(),
                            "object" | "Generic" | "typing.Generic" | "Protocol" | "abc.ABC" | "ABC"
                        );
                    }
                }
            }
        }
        (order.into_iter().flatten().collect(), is_whole)
    }
}

/// What tells one class from another.
fn key_of(found: Found<'_>) -> Option<(&str, &str, u32)> {
    match found {
        Found::Python(module, name, bound) | Found::Attribute(module, name, bound) => Some((module, name, bound.line)),
        Found::Native(module, name) => Some((module, name, 0)),
        Found::Module(_) => None,
    }
}
