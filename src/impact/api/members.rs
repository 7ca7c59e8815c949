//! The members of classes, and what calls of classes take.

use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry};

use super::{
    build::Builder,
    name::{Kind, MEMBERS_OF, Name},
    resolve::Found,
};
use crate::python::{Bound, Class, Flavour, NameBinding, Parameter, Signature};

impl<'a> Builder<'a> {
    /// Which members of the module's own classes syntax does not show, in words.
    pub(super) fn unseen_members(&self, all: &BTreeSet<String>) -> BTreeSet<String> {
        let own = all.iter().filter_map(|name| match self.modules.look(self.module, name) {
            Some(Found::Python(module, _, Bound { binding: NameBinding::Class(it), .. })) if module == self.module => {
                Some((name, it))
            }
            _ => None,
        });
        own.filter_map(|(name, it)| Some(format!("{MEMBERS_OF}`{name}`: {}", it.scope.computed.first()?))).collect()
    }

    pub(super) fn member(&self, owner: Found<'a>, bound: &'a Bound, beside: &'a BTreeMap<String, Bound>) -> Name {
        let mut at = bound;
        // `b = a` in the same body is the same member
        for _ in 0..4 {
            match &at.binding {
                NameBinding::Same(other) => match beside.get(other) {
                    Some(it) => at = it,
                    None => break,
                },
                _ => break,
            }
        }
        match &at.binding {
            NameBinding::Function(it) => {
                let kind = if it.flavour == Flavour::Property { Kind::Property } else { Kind::Method };
                let signature = it.bound_signature();
                Name { signature, deprecated: it.deprecated.clone(), ..self.name(kind, owner, bound) }
            }
            NameBinding::Class(_) => self.name(Kind::Class, owner, bound),
            NameBinding::Field => self.name(Kind::Property, owner, bound),
            NameBinding::Same(_) | NameBinding::From(..) => {
                let Found::Python(module, ..) = owner else { return self.name(Kind::Data, owner, bound) };
                let (kind, signature) = self.taken(module, &at.binding);
                Name { signature, ..self.name(kind, owner, bound) }
            }
            _ => self.name(Kind::Data, owner, bound),
        }
    }

    /// What something else is as a member of a class.
    fn taken(&self, module: &str, binding: &NameBinding) -> (Kind, Option<Signature>) {
        match self.modules.of_class(module, binding) {
            Some(Found::Python(_, _, bound) | Found::Attribute(_, _, bound)) => match &bound.binding {
                NameBinding::Function(it) if it.flavour == Flavour::Property => (Kind::Property, None),
                NameBinding::Function(it) => (Kind::Method, it.bound_signature()),
                NameBinding::Class(_) => (Kind::Class, None),
                NameBinding::Field => (Kind::Property, None),
                _ => (Kind::Data, None),
            },
            Some(Found::Native(module, name)) => {
                let found = self.native.get(module).and_then(|it| it.get(name));
                found.map_or((Kind::Data, None), |it| match it.kind {
                    Kind::Function | Kind::Method => (Kind::Method, it.signature.clone()),
                    other => (other, None),
                })
            }
            _ => (Kind::Data, None),
        }
    }

    /// What a call of the class takes: what the first class in order says that has a constructor.
    pub(super) fn constructor(&self, class: &Class, bases: &[Found<'a>], is_whole: bool) -> Option<Signature> {
        if bases.iter().any(|it| matches!(it, Found::Python("enum", ..))) {
            return None;
        }
        if class.has_metaclass
            && !class.scope.names.contains_key("__init__")
            && !class.scope.names.contains_key("__new__")
        {
            return None;
        }
        for base in bases {
            match base {
                Found::Python(_, _, Bound { binding: NameBinding::Class(it), .. }) => {
                    let own = it.scope.names.get("__new__").or_else(|| it.scope.names.get("__init__"));
                    if let Some(own) = own {
                        let NameBinding::Function(function) = &own.binding else { return None };
                        return Some(function.signature.as_ref()?.bound());
                    }
                    if it.fields.is_some() {
                        return Some(Signature(all_fields(bases)));
                    }
                    if it.takes_unknown {
                        return None;
                    }
                }
                Found::Native(module, name) => return self.native.get(*module)?.get(*name)?.signature.clone(),
                _ => return None,
            }
        }
        is_whole.then(Signature::default)
    }
}

/// The fields of data classes, those of bases first.
fn all_fields(bases: &[Found<'_>]) -> Vec<Parameter> {
    let mut res: Vec<Parameter> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for base in bases.iter().rev() {
        let Found::Python(_, _, Bound { binding: NameBinding::Class(it), .. }) = base else { continue };
        for field in it.fields.iter().flatten() {
            match places.entry(&field.name) {
                Entry::Occupied(at) => res[*at.get()].clone_from(field),
                Entry::Vacant(free) => {
                    free.insert(res.len());
                    res.push(field.clone());
                }
            }
        }
    }
    res
}
