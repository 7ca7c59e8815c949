//! The functions of a file: where each begins and ends, and which of them add a name that their callers give.

use std::collections::HashMap;

use super::{
    calls::{arguments, is_sign, last_word, pairs, word},
    lex::{Placed, Token},
};

/// How many parameters of a function are looked at.
const MOST_PARAMETERS: usize = 64;

/// A function that adds a name: which of its arguments is what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Adder {
    /// Where the name is added: a module, a dictionary or a type.
    pub(super) target: Option<usize>,
    pub(super) name: usize,
    pub(super) value: usize,
    /// Whether the target has to be known: it may be any dictionary or object.
    pub(super) is_any: bool,
}

/// Functions of the C API that add a name.
const ADDERS: &[(&str, usize, usize)] = &[
    ("PyModule_AddObject", 1, 2),
    ("PyModule_AddObjectRef", 1, 2),
    ("PyModule_Add", 1, 2),
    ("_PyModule_Add", 1, 2),
    ("PyModule_AddIntConstant", 1, 2),
    ("PyModule_AddStringConstant", 1, 2),
    ("PyModule_AddIntMacro", 1, 1),
    ("PyModule_AddStringMacro", 1, 1),
];
/// The same for a dictionary or an object.
const SETTERS: &[&str] = &[
    "PyDict_SetItemString",
    "_PyDict_SetItemStringSteal",
    "PyDict_SetItem",
    "PyObject_SetAttrString",
    "PyObject_SetAttr",
];

/// One function.
#[derive(Debug)]
pub(super) struct NativeFunction {
    pub(super) name: String,
    /// Where its body begins, and the place behind it.
    pub(super) start: usize,
    pub(super) end: usize,
    parameters: Vec<String>,
}

/// All functions of a file.
#[derive(Debug, Default)]
pub(super) struct Functions {
    pub(super) all: Vec<NativeFunction>,
    adders: HashMap<String, Adder>,
}

impl Functions {
    pub(super) fn of(tokens: &[Placed<'_>]) -> Self {
        let mut res = Self::default();
        let pairs = pairs(tokens);
        let mut at = 0;
        while at < tokens.len() {
            // a function begins outside of all others, and is closed at the beginning of a line
            let found = word(tokens, at).filter(|_| is_sign(tokens, at + 1, b'(')).and_then(|name| {
                let open = pairs.get(at + 1).copied()?;
                is_sign(tokens, open, b'{').then(|| (name.to_owned(), open))
            });
            let Some((name, open)) = found else {
                at += 1;
                continue;
            };
            let is_end = |it: &Placed<'_>| it.is_first && it.token == Token::Sign(b'}');
            let end = tokens[open..].iter().position(is_end).map_or(tokens.len(), |it| open + it + 1);
            let parameters =
                arguments(tokens, at + 1).into_iter().map(|it| last_word(it).unwrap_or_default().to_owned()).collect();
            res.all.push(NativeFunction { name, start: open, end, parameters });
            at = end;
        }
        // those that call one that does so, and those that call those
        for _ in 0..2 {
            let more: Vec<(String, Adder)> =
                res.all.iter().filter_map(|it| Some((it.name.clone(), res.wrapper(it, tokens)?))).collect();
            res.adders.extend(more);
        }
        res
    }

    /// The function around a place, and the next place where that is another one.
    pub(super) fn around(&self, at: usize) -> (Option<&NativeFunction>, usize) {
        let next = self.all.partition_point(|it| it.start <= at);
        let found = next.checked_sub(1).and_then(|it| self.all.get(it)).filter(|it| at < it.end);
        let start = self.all.get(next).map_or(usize::MAX, |it| it.start);
        (found, found.map_or(start, |it| it.end))
    }

    /// What a function adds, if it does.
    pub(super) fn adder(&self, name: &str) -> Option<Adder> {
        if let Some((_, name, value)) = ADDERS.iter().find(|(it, ..)| *it == name) {
            return Some(Adder { target: Some(0), name: *name, value: *value, is_any: false });
        }
        if SETTERS.contains(&name) {
            return Some(Adder { target: Some(0), name: 1, value: 2, is_any: true });
        }
        match name {
            "_add_errcode" => Some(Adder { target: None, name: 2, value: 3, is_any: false }),
            _ => self.adders.get(name).copied(),
        }
    }

    /// What a function adds under a name that is a parameter of it.
    fn wrapper(&self, it: &NativeFunction, tokens: &[Placed<'_>]) -> Option<Adder> {
        if it.parameters.len() > MOST_PARAMETERS {
            return None;
        }
        (it.start..it.end).find_map(|at| {
            let name = word(tokens, at).filter(|name| is_sign(tokens, at + 1, b'(') && *name != it.name)?;
            let adder = self.adder(name)?;
            let all = arguments(tokens, at + 1);
            let place = |at: usize| {
                let last = last_word(all.get(at)?)?;
                it.parameters.iter().position(|it| it == last)
            };
            let name = place(adder.name).filter(|_| all[adder.name].len() == 1)?;
            let value = place(adder.value).unwrap_or(name);
            let target = adder.target.and_then(place);
            // what is neither given a target nor a module's adds to what nobody knows
            (target.is_some() || !adder.is_any).then_some(Adder { target, name, value, is_any: adder.is_any })
        })
    }
}
