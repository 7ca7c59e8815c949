//! Macros with arguments, put in where they are called, as far as what they stand for is about names.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use super::{
    calls::{arguments, is_sign, replaced, word},
    lex::{LexedFile, Placed, Token},
};

/// How deep macros are followed.
const DEEPEST: u8 = 6;

/// How many tokens all macros of a file together stand for, at most; the most of a file of 3.13.5 are 60,000.
const BUDGET: usize = 400_000;

/// What the words of a macro that is about names begin with.
const ABOUT: &[&str] = &[
    "PyModule_Add",
    "_PyModule_Add",
    "PyDict_SetItem",
    "_PyDict_SetItem",
    "PyObject_SetAttr",
    "PyType_From",
    "PyStructSequence_",
    "PyErr_NewException",
    "PyDoc_STRVAR",
    "PyTypeObject",
];

/// A macro of more parameters is not followed.
const MOST_PARAMETERS: usize = 64;

/// The macros of one file.
pub(super) struct Macros<'a> {
    code: &'a LexedFile<'a>,
    known: RefCell<HashMap<&'a str, bool>>,
    left: Cell<usize>,
}

impl<'a> Macros<'a> {
    pub(super) fn new(code: &'a LexedFile<'a>) -> Self {
        Self { code, known: RefCell::default(), left: Cell::new(BUDGET) }
    }

    /// What the call at a place stands for; none where that is not a macro, or not about names.
    pub(super) fn call(&self, tokens: &[Placed<'a>], at: usize) -> Option<Vec<Placed<'a>>> {
        let called = word(tokens, at).filter(|_| is_sign(tokens, at + 1, b'('))?;
        let (name, it) = self.code.macros.get_key_value(called)?;
        if it.parameters.is_none() || !self.is_about_names(name, DEEPEST) {
            return None;
        }
        self.body(tokens, at)
    }

    /// What the call of a macro at a place stands for.
    pub(super) fn body(&self, tokens: &[Placed<'a>], at: usize) -> Option<Vec<Placed<'a>>> {
        let it = self.code.macro_at(word(tokens, at)?, tokens[at].line).filter(|_| self.left.get() > 0)?;
        let parameters = it.parameters.as_ref().filter(|it| it.len() <= MOST_PARAMETERS)?;
        let all = arguments(tokens, at + 1);
        let longest = all.iter().map(|it| it.len()).max().unwrap_or(0);
        let uses = it.body.iter().filter(|it| matches!(&it.token, Token::Word(word) if parameters.contains(&&**word)));
        let size = it.body.len() + uses.count() * longest;
        let left = self.left.get().checked_sub(size);
        self.left.set(left.unwrap_or(0));
        left?;
        let mut res = replaced(&it.body, parameters, &all);
        // it stands where it is called, and depends on what the call does
        let place = &tokens[at];
        for it in &mut res {
            (it.line, it.condition) = (place.line, place.condition);
        }
        Some(res)
    }

    fn is_about_names(&self, name: &'a str, depth: u8) -> bool {
        if let Some(known) = self.known.borrow().get(name) {
            return *known;
        }
        let (Some(depth), Some(it)) = (depth.checked_sub(1), self.code.macros.get(name)) else { return false };
        self.known.borrow_mut().insert(name, false);
        let is_about = it.body.iter().any(|it| match &it.token {
            Token::Word(word) => {
                ABOUT.iter().any(|it| word.starts_with(it))
                    || word.contains("add_")
                    || self
                        .code
                        .macros
                        .get_key_value(&**word)
                        .is_some_and(|(word, it)| it.parameters.is_some() && self.is_about_names(word, depth))
            }
            _ => false,
        });
        self.known.borrow_mut().insert(name, is_about);
        is_about
    }
}
