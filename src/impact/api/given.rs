//! What files give to classes that they take from elsewhere.

use std::collections::BTreeMap;

use super::{
    name::{Kind, Name, is_member},
    resolve::ModuleSource,
};
use crate::python::{Flavour, NameBinding};

/// Adds what the file gives to classes that it takes from elsewhere.
pub(super) fn given(source: &ModuleSource<'_>, names: &mut BTreeMap<String, Name>) {
    for (class, given) in &source.scope.given {
        if names.get(class).is_none_or(|it| it.kind != Kind::Class) {
            continue;
        }
        for (member, bound) in given.iter().filter(|(it, _)| is_member(it)) {
            let is_property = matches!(&bound.binding, NameBinding::Function(it) if it.flavour == Flavour::Property)
                || bound.binding == NameBinding::Field;
            let kind = match &bound.binding {
                _ if is_property => Kind::Property,
                NameBinding::Function(_) => Kind::Method,
                _ => Kind::Data,
            };
            let it = Name::new(kind, format!("P {}:{}", source.path, bound.line));
            names.entry(format!("{class}.{member}")).or_insert(Name { condition: bound.condition.clone(), ..it });
        }
    }
}
