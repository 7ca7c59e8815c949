//! One C file to what it says about names: tables of methods, of members and of types, documentation, and what it adds to a
//! module.

use std::collections::HashMap;

use super::{
    calls::{arguments, closed, is_sign, is_word, replaced, word, words},
    lex::{Code, Macro, Placed, Token, lex},
};

/// An entry of a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// The name that it gives; none for a macro that stands for an entry.
    pub(super) name: Option<String>,
    /// The words in it, in order: flags, functions, documentation.
    pub(super) words: Vec<String>,
    /// Documentation that stands in it.
    pub(super) text: Option<String>,
    pub(super) line: u32,
    pub(super) condition: Option<String>,
}

/// A table, by the type of its entries.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) of: String,
    pub(super) entries: Vec<Entry>,
}

/// What a file adds to a module.
#[derive(Debug, Clone, Default)]
pub(super) struct Added {
    /// Its name; none for a type, which has one.
    pub(super) name: Option<String>,
    /// The words of the value.
    pub(super) words: Vec<String>,
    pub(super) line: u32,
    pub(super) condition: Option<String>,
}

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct NativeFile {
    pub(super) path: String,
    /// The beginning of each documentation string, by its variable.
    pub(super) docs: HashMap<String, String>,
    pub(super) tables: HashMap<String, Table>,
    /// Entries that macros stand for.
    pub(super) macros: HashMap<String, Entry>,
    /// Types, their descriptions, and modules: the first string in each is its name.
    pub(super) objects: HashMap<String, (String, Entry)>,
    pub(super) added: Vec<Added>,
    /// Words that stand together where a type is made from its description.
    pub(super) made: Vec<Vec<String>>,
    /// Modules that it has the initialization of.
    pub(super) initialized: Vec<String>,
    /// Constants in a table of names and values.
    pub(super) constants: Vec<Entry>,
    /// Whether it adds constants whose names are not written where it does.
    pub(super) adds_constants: bool,
    /// Whether it gives a module names that are not written anywhere.
    pub(super) computes: bool,
    /// Variables that hold the dictionary of a module.
    pub(super) dictionaries: Vec<String>,
}

const TABLES: &[&str] = &["PyMethodDef", "PyGetSetDef", "PyMemberDef", "PyType_Slot", "PyStructSequence_Field"];
const OBJECTS: &[&str] = &["PyModuleDef", "PyType_Spec", "PyTypeObject", "PyStructSequence_Desc"];

/// The functions that add a name, with the places of the name and of the value among their arguments.
const ADDERS: &[(&str, usize, usize)] = &[
    ("PyModule_AddObject", 1, 2),
    ("PyModule_AddObjectRef", 1, 2),
    ("PyModule_Add", 1, 2),
    ("_PyModule_Add", 1, 2),
    ("PyModule_AddIntConstant", 1, 2),
    ("PyModule_AddStringConstant", 1, 2),
    ("PyModule_AddIntMacro", 1, 1),
    ("PyModule_AddStringMacro", 1, 1),
    ("_add_errcode", 2, 3),
];
const TYPE_ADDERS: &[&str] = &["PyModule_AddType"];
/// The same for a dictionary; only the names of modules' own count.
const DICTIONARY: [&str; 2] = ["PyDict_SetItemString", "_PyDict_SetItemStringSteal"];
const DICTIONARIES: &[&str] = &["sysdict", "mod_dict", "module_dict", "ModDict"];

/// How far macros are followed.
const DEEPEST: u8 = 4;

/// Reads one file.
pub(super) fn read(path: &str, text: &str) -> NativeFile {
    let code = lex(text);
    let mut res = NativeFile { path: path.to_owned(), ..NativeFile::default() };
    for (name, it) in &code.macros {
        if name.ends_with("_METHODDEF") || name.ends_with("_GETSETDEF") {
            res.macros.insert(name.clone(), entry(&it.body, &code));
        } else if let ([Placed { token: Token::Text(text), .. }], None) = (it.body.as_slice(), &it.parameters) {
            res.docs.entry(name.clone()).or_insert_with(|| text.clone());
        }
    }
    let tokens = &code.tokens;
    let mut at = 0;
    while at < tokens.len() {
        if let Token::Word(word) = &tokens[at].token {
            if let Some(name) =
                word.strip_prefix("PyInit_").filter(|_| at > 0 && is_word(&tokens[at - 1], "PyMODINIT_FUNC"))
            {
                res.initialized.push(name.to_owned());
            }
            if word == "PyModule_GetDict" && at > 1 && is_sign(tokens, at - 1, b'=') {
                res.dictionaries.extend(super::calls::word(tokens, at - 2).map(str::to_owned));
            }
            at = declaration(&mut res, &code, at, word).unwrap_or_else(|| {
                call(&mut res, &code, at, word);
                at + 1
            });
        } else {
            at += 1;
        }
    }
    res
}

/// A table, an object or documentation that begins at a word; the place behind it.
fn declaration(res: &mut NativeFile, code: &Code, at: usize, first: &str) -> Option<usize> {
    let tokens = &code.tokens;
    if matches!(first, "PyDoc_STRVAR" | "PyDoc_VAR") {
        let (name, text) = (word(tokens, at + 2)?, tokens.get(at + 4)?);
        if let Token::Text(text) = &text.token {
            res.docs.insert(name.to_owned(), text.clone());
        }
        return Some(closed(tokens, at + 1));
    }
    let (is_table, is_object) = (TABLES.contains(&first), OBJECTS.contains(&first));
    let is_doc = first == "char";
    if !is_table && !is_object && !is_doc {
        return constants(res, code, at);
    }
    let mut next = at + 1;
    let mut is_pointer = false;
    while is_sign(tokens, next, b'*') || word(tokens, next) == Some("const") {
        is_pointer = true;
        next += 1;
    }
    let name = word(tokens, next)?.to_owned();
    next += 1;
    while is_sign(tokens, next, b'[') {
        next = closed(tokens, next);
    }
    if !is_sign(tokens, next, b'=') {
        return None;
    }
    next += 1;
    if is_doc {
        if let Token::Text(text) = &tokens.get(next)?.token {
            res.docs.insert(name, text.clone());
        }
        return Some(next + 1);
    }
    if !is_sign(tokens, next, b'{') {
        return None;
    }
    let end = closed(tokens, next);
    let inside = &tokens[next + 1..end.saturating_sub(1).max(next + 1)];
    if is_table {
        res.tables.insert(name, Table { of: first.to_owned(), entries: entries(inside, code) });
    } else if is_pointer {
        res.made.push(words(inside));
        let it = Added { words: words(inside), line: tokens[next].line, ..Added::default() };
        if first == "PyTypeObject" {
            res.objects.insert(name, ("list".into(), Entry { words: it.words, line: it.line, ..Entry::default() }));
        }
    } else {
        res.objects.insert(name, (first.to_owned(), entry(inside, code)));
    }
    Some(end)
}

/// Any other table, which may be one of constants.
fn constants(res: &mut NativeFile, code: &Code, at: usize) -> Option<usize> {
    let tokens = &code.tokens;
    let is_list = is_sign(tokens, at + 1, b'[') && is_sign(tokens, at + 2, b']') && is_sign(tokens, at + 3, b'=');
    if !is_list || !is_sign(tokens, at + 4, b'{') {
        return None;
    }
    let end = closed(tokens, at + 4);
    let is_letter = |it: u8| it == b'_' || it.is_ascii_uppercase() || it.is_ascii_digit();
    let is_constant = |it: &Entry| it.name.as_ref().is_some_and(|it| it.len() > 1 && it.bytes().all(is_letter));
    let all = entries(&tokens[at + 5..end.saturating_sub(1).max(at + 5)], code);
    res.constants.extend(all.into_iter().filter(is_constant));
    Some(end)
}

/// Entries in braces, and macros that stand for them.
fn entries(tokens: &[Placed], code: &Code) -> Vec<Entry> {
    let mut res = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at].token {
            Token::Sign(b'{') => {
                let end = closed(tokens, at);
                res.push(entry(&tokens[at..end], code));
                at = end;
            }
            Token::Word(name) => {
                let it = &tokens[at];
                let condition = condition(code, it);
                let line = it.line;
                at += 1;
                // a macro with arguments
                let is_call = is_sign(tokens, at, b'(');
                let expanded = code.macros.get(name).filter(|_| is_call).and_then(|it| {
                    let all: Vec<Vec<Placed>> = arguments(tokens, at).into_iter().map(<[Placed]>::to_vec).collect();
                    Some(entry(&replaced(&it.body, it.parameters.as_deref()?, &all), code))
                });
                let bare = || Entry { words: vec![name.clone()], ..Entry::default() };
                res.push(Entry { line, condition, ..expanded.unwrap_or_else(bare) });
                if is_call {
                    at = closed(tokens, at);
                }
            }
            _ => at += 1,
        }
    }
    res
}

fn condition(code: &Code, it: &Placed) -> Option<String> {
    code.conditions.get(usize::from(it.condition)).cloned().flatten()
}

fn entry(tokens: &[Placed], code: &Code) -> Entry {
    let name = tokens.iter().find_map(|it| match &it.token {
        Token::Text(it) => Some(it.clone()),
        // a name that a macro stands for
        Token::Word(it) => string_of(&code.macros, it),
        Token::Sign(_) => None,
    });
    let mut texts =
        tokens.iter().filter_map(|it| if let Token::Text(it) = &it.token { Some(it.clone()) } else { None });
    if matches!(
        tokens.iter().find(|it| !matches!(it.token, Token::Sign(_))),
        Some(Placed { token: Token::Text(_), .. })
    ) {
        texts.next();
    }
    let place = tokens.first();
    Entry {
        name,
        text: texts.next(),
        words: words(tokens),
        line: place.map_or(0, |it| it.line),
        condition: place.and_then(|it| condition(code, it)),
    }
}

/// The string that a macro is.
fn string_of(macros: &HashMap<String, Macro>, name: &str) -> Option<String> {
    match macros.get(name)?.body.as_slice() {
        [Placed { token: Token::Text(it), .. }] => Some(it.clone()),
        _ => None,
    }
}

/// A call that adds to a module or makes a type.
fn call(res: &mut NativeFile, code: &Code, at: usize, name: &str) {
    if !is_sign(&code.tokens, at + 1, b'(') {
        return;
    }
    let is_adder = name.contains("Add") || name.contains("PyDict_SetItem") || name == "_add_errcode";
    let makes = name.starts_with("PyType_From")
        || name.starts_with("PyStructSequence_NewType")
        || name.ends_with("PyStructSequence_InitBuiltin");
    let expanded = code.macros.get(name).filter(|it| it.parameters.is_some());
    if name.ends_with("ExtendsException") && expanded.is_some() {
        let all = arguments(&code.tokens, at + 1);
        if let Some(name) = all.get(1).and_then(|it| word(it, 0)) {
            res.added.push(Added { name: Some(name.to_owned()), line: code.tokens[at].line, ..Added::default() });
        }
        return;
    }
    if !is_adder && !makes && expanded.is_none() {
        return;
    }
    let all: Vec<Vec<Placed>> = arguments(&code.tokens, at + 1).into_iter().map(<[Placed]>::to_vec).collect();
    if makes {
        let mut together: Vec<String> = all.iter().flat_map(|it| words(it)).collect();
        // what it is assigned to
        let before = &code.tokens[at.saturating_sub(12)..at];
        if let Some(equal) = before.iter().rposition(|it| it.token == Token::Sign(b'=')) {
            // a cast may stand between
            let is_cast = |it: &Placed| match &it.token {
                Token::Word(it) => it.starts_with("Py"),
                Token::Sign(it) => matches!(it, b'(' | b')' | b'*'),
                Token::Text(_) => false,
            };
            if before[equal + 1..].iter().all(is_cast) {
                together.extend(words(&before[..equal]).into_iter().next_back());
            }
        }
        res.made.push(together);
        return;
    }
    let placed = &code.tokens[at];
    let place = (placed.line, condition(code, placed));
    added(res, code, (name, &all), &place, DEEPEST);
}

fn added(
    res: &mut NativeFile,
    code: &Code,
    (name, all): (&str, &[Vec<Placed>]),
    place: &(u32, Option<String>),
    depth: u8,
) {
    let (line, condition) = place.clone();
    let literal = |at: usize| all.get(at).and_then(|it| text_of(it, code));
    let values = |at: usize| all.get(at).map(|it| words(it)).unwrap_or_default();
    if TYPE_ADDERS.contains(&name) {
        res.added.push(Added { name: None, words: values(1), line, condition });
        return;
    }
    if let Some((_, name_at, value_at)) = ADDERS.iter().find(|(it, ..)| *it == name) {
        let is_macro = name.ends_with("Macro");
        let found = if is_macro { values(1).into_iter().next() } else { literal(*name_at) };
        if found.is_some() {
            res.added.push(Added { name: found, words: values(*value_at), line, condition });
        } else if name.ends_with("IntConstant") {
            res.adds_constants = true;
        } else if !is_macro {
            res.computes = true;
        }
        return;
    }
    if DICTIONARY.contains(&name) {
        let is_own = |it: &String| DICTIONARIES.contains(&it.as_str()) || res.dictionaries.contains(it);
        let is_own = all.first().is_some_and(|it| words(it).iter().any(is_own));
        match literal(1).filter(|_| is_own) {
            Some(found) => res.added.push(Added { name: Some(found), words: values(2), line, condition }),
            None => res.computes |= is_own,
        }
        return;
    }
    let is_expanded = depth < DEEPEST;
    let (Some(it), Some(depth)) = (code.macros.get(name), depth.checked_sub(1)) else {
        // a function of the file that does so
        let found = (0..all.len()).find_map(|at| literal(at).map(|it| (at, it)));
        if let Some((at, found)) = found.filter(|_| is_expanded && name.contains("add")) {
            res.added.push(Added { name: Some(found), words: values(at + 1), line, condition });
        }
        return;
    };
    let Some(parameters) = &it.parameters else { return };
    // the calls in its body, with the arguments put in
    let mut together = Vec::new();
    for (at, token) in it.body.iter().enumerate() {
        let Token::Word(called) = &token.token else { continue };
        if called == name || !is_sign(&it.body, at + 1, b'(') {
            continue;
        }
        let inner = arguments(&it.body, at + 1);
        let put: Vec<Vec<Placed>> = inner.iter().map(|it| replaced(it, parameters, all)).collect();
        if called.starts_with("PyType_From") {
            together = all.iter().flat_map(|it| words(it)).collect();
        }
        added(res, code, (called, &put), place, depth);
    }
    if !together.is_empty() {
        res.made.push(together);
    }
}

/// The string of an argument, or that of the macro that it is.
fn text_of(tokens: &[Placed], code: &Code) -> Option<String> {
    match tokens {
        [Placed { token: Token::Text(it), .. }] => Some(it.clone()),
        [Placed { token: Token::Word(it), .. }] => string_of(&code.macros, it),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_macros_are_read() {
        let text = "PyDoc_STRVAR(a_doc, \"a($module, x, /)\\n--\\n\\nA.\");\nstatic PyMethodDef methods[] = {\n  {\"a\", a, METH_O, a_doc},\n  B_METHODDEF\n#ifdef HAVE_C\n  {\"c\", (PyCFunction)c, METH_NOARGS, PyDoc_STR(\"c()\")},\n#endif\n  {NULL, NULL}\n};\n#define B_METHODDEF {\"b\", b, METH_NOARGS, b__doc__},\n";
        let it = read("x.c", text);
        let table = &it.tables["methods"];
        let names: Vec<Option<&str>> = table.entries.iter().map(|it| it.name.as_deref()).collect();
        assert_eq!(names, [Some("a"), None, Some("c"), None]);
        assert_eq!(table.entries[2].condition.as_deref(), Some("if defined(HAVE_C)"));
        assert_eq!(table.entries[2].text.as_deref(), Some("c()"));
        assert_eq!(it.macros["B_METHODDEF"].name.as_deref(), Some("b"));
        assert_eq!(it.docs["a_doc"], "a($module, x, /)\n--\n\nA.");
    }

    #[test]
    fn what_is_added_is_found_through_macros() {
        let text = "#define ADD(m, X) do { if (PyModule_AddIntConstant(m, #X, X) < 0) { return -1; } } while (0)\n#define TWICE(m, n, v) ADD_IT(m, \"P_\" #n, v)\n#define ADD_IT(a, b, c) PyModule_AddObjectRef(a, b, c)\n#define NAME \"named\"\nint f() {\n PyModule_AddIntMacro(m, ONE);\n ADD(m, TWO);\n TWICE(m, THREE, x);\n PyModule_Add(m, \"four\", x);\n PyModule_AddStringConstant(m, NAME, \"x\");\n d = PyModule_GetDict(m); PyDict_SetItemString(d, \"five\", x);\n PyDict_SetItemString(other, \"no\", x);\n PyModule_AddType(m, state->T);\n}\n";
        let names: Vec<String> =
            read("x.c", text).added.into_iter().map(|it| it.name.unwrap_or_else(|| it.words.join(" "))).collect();
        assert_eq!(names, ["ONE", "TWO", "P_THREE", "four", "named", "five", "state T"]);
    }

    #[test]
    fn what_is_not_c_does_no_harm() {
        for text in [
            "static PyMethodDef a[] = {",
            "PyDoc_STRVAR(",
            "PyModule_Add(",
            "#define A(",
            "PyTypeObject x = {\"",
            "((((((",
            "}}}}",
        ] {
            drop(read("x.c", text));
        }
        drop(read("x.c", &"{(".repeat(100_000)));
        drop(read("x.c", &"static PyMethodDef a[] = {".repeat(2_000)));
        drop(read("x.c", &format!("#define A(x) {}\nA(A(1))\n", "A(x) ".repeat(50))));
    }
}
