//! How the body of a function is read: which names are bound in it to what, and what was seen. The statements, the expressions and
//! the calls of a body are read in files of their own, by methods of this.

use std::collections::BTreeSet;

use syn::{Attribute, Block};

use super::{
    around::{BodyVerdict, FunctionSurroundings},
    cfg::Condition,
    locals::{Local, Locals},
    predicate::Predicate,
    value::RustValue,
};

pub(super) struct ExpressionReader<'r> {
    /// The function that is read.
    pub(super) own: &'r str,
    pub(super) around: FunctionSurroundings<'r>,
    pub(super) locals: Locals,
    /// The plain names that are called.
    pub(super) calls: BTreeSet<String>,
    /// Whether something else than one of these calls works.
    pub(super) is_sure: bool,
    /// How many loops and branches are around what is read, by which what is assigned depends on what was given.
    pub(super) depth: usize,
}

impl<'r> ExpressionReader<'r> {
    pub(super) fn new(own: &'r str, around: FunctionSurroundings<'r>) -> Self {
        Self { own, around, locals: Locals::default(), calls: BTreeSet::new(), is_sure: false, depth: 0 }
    }

    pub(super) fn function(&mut self, block: &Block) -> BodyVerdict {
        let value = self.block(block);
        if value.is_computed {
            self.is_sure = true;
        }
        value.returned()
    }

    /// Something that works whatever else does.
    pub(super) fn works(&mut self) -> RustValue {
        self.is_sure = true;
        RustValue::of(BodyVerdict::Works)
    }

    /// What a name is bound to.
    pub(super) fn local(&self, name: &str) -> Option<&Local> {
        self.locals.last(name)
    }

    pub(super) fn bind(&mut self, name: String, value: RustValue, is_mutable: bool) {
        // what can change is not what it was at first
        let number = value.number.filter(|_| !is_mutable);
        self.locals.push(name, RustValue { number, ..value });
    }

    /// Whether what has these attributes is compiled for the target.
    pub(super) fn is_compiled(&self, attributes: &[Attribute]) -> bool {
        attributes.is_empty() || self.own_condition(Condition::of(attributes)).allows(self.around.target)
    }

    /// What `cfg!(…)` says: whether it holds, where that is the same for everything that the target can be.
    pub(super) fn holds(&self, predicate: Predicate) -> Option<bool> {
        self.own_condition(Condition::of_predicate(predicate)).holds(self.around.target)
    }

    fn own_condition(&self, condition: Condition) -> Condition {
        let package = self.around.package;
        condition.without(&|key, value| package.is_never(key, value))
    }
}
