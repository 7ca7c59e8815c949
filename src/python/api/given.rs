//! What a file gives to classes outside of their bodies.

use super::{Bound, NameBinding, Scope};

/// To how many classes of other modules a file gives attributes.
const CLASSES: usize = 100;

impl Scope {
    /// Binds an attribute of a class, which may be one of another module.
    pub(super) fn give(&mut self, class: &str, name: &str, bound: Bound) {
        match self.names.get_mut(class) {
            Some(Bound { binding: NameBinding::Class(class), .. }) => {
                class.scope.names.entry(name.to_owned()).or_insert(bound);
            }
            None | Some(Bound { binding: NameBinding::From(..), .. }) if self.given.len() < CLASSES => {
                self.given.entry(class.to_owned()).or_default().insert(name.to_owned(), bound);
            }
            _ => {}
        }
    }

    /// Says that a class of the file has members which syntax does not show.
    pub(super) fn give_unseen(&mut self, class: &str) {
        if let Some(Bound { binding: NameBinding::Class(class), .. }) = self.names.get_mut(class)
            && class.scope.computed.is_empty()
        {
            class.scope.computed.push("members that a function gives to it".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::python::{Scope, api, parse};

    fn of(text: &str) -> Scope {
        api(&parse(text).unwrap(), text)
    }
    use crate::python::api::NameBinding;

    #[test]
    fn classes_have_what_is_given_to_them() {
        let text = "from m import *\nclass C: pass\nC.a = 1\nD.b = property(f)\ndef s(c, n):\n    setattr(c, n + 'x', 1)\ns(C, 'y')\n";
        let found = of(text);
        assert_eq!(found.given["D"].keys().collect::<Vec<_>>(), ["b"]);
        let NameBinding::Class(class) = &found.names["C"].binding else { panic!() };
        assert!(class.scope.names.contains_key("a") && class.scope.computed.len() == 1);
        assert!(of("class C: pass\ndef s(c, n):\n    setattr(c, 'x', 1)\ns(C, 'y')\n").names.contains_key("C"));
    }
}
