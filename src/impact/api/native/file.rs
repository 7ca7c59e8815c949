//! One C file to what it says about names: tables of methods, of members and of types, documentation, and what it adds to a
//! module.

use std::collections::HashMap;

use super::{
    added::{Added, Attribute, RuntimeType, Used},
    calls::{behind_array, closed, is_sign, is_word, word, words},
    expand::Macros,
    lex::{LexedFile, Macro, Placed, TEXT, Token},
};

/// An entry of a table.
#[derive(Debug, Clone, Default)]
pub(super) struct TableEntry {
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
    pub(super) entries: Vec<TableEntry>,
}

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct NativeFile {
    pub(super) path: String,
    /// The beginning of each documentation string, by its variable.
    pub(super) docs: HashMap<String, String>,
    pub(super) tables: HashMap<String, Table>,
    /// Entries that macros stand for.
    pub(super) macros: HashMap<String, TableEntry>,
    /// Types, their descriptions, and modules: the first string in each is its name.
    pub(super) objects: HashMap<String, (String, TableEntry)>,
    pub(super) added: Vec<Added>,
    /// Attributes that types are given.
    pub(super) attributes: Vec<Attribute>,
    /// Types that are made while the program runs.
    pub(super) made: Vec<RuntimeType>,
    /// Modules that it has the initialization of.
    pub(super) initialized: Vec<String>,
    /// Tables of names and values.
    pub(super) lists: HashMap<String, Vec<TableEntry>>,
    /// The base that the variable of a type is given later.
    pub(super) bases: HashMap<String, String>,
    /// Names that are added and not written there.
    pub(super) used: Vec<Used>,
    /// Whether it was not looked at: nobody writes brackets that deep.
    pub(super) is_unread: bool,
}

const TABLES: &[&str] = &["PyMethodDef", "PyGetSetDef", "PyMemberDef", "PyType_Slot", "PyStructSequence_Field"];
const OBJECTS: &[&str] = &["PyModuleDef", "PyType_Spec", "PyTypeObject", "PyStructSequence_Desc"];

/// A table, an object or documentation that begins at a word; the place behind it.
pub(super) fn declaration<'a>(
    res: &mut NativeFile,
    code: &LexedFile<'a>,
    macros: &Macros<'a>,
    tokens: &[Placed<'a>],
    at: usize,
) -> Option<usize> {
    let first = word(tokens, at)?;
    if first == "PyMODINIT_FUNC" {
        res.initialized.extend(word(tokens, at + 1)?.strip_prefix("PyInit_").map(str::to_owned));
        return Some(at + 1);
    }
    if matches!(first, "PyDoc_STRVAR" | "PyDoc_VAR") {
        let (name, text) = (word(tokens, at + 2)?, tokens.get(at + 4)?);
        if let Token::Text(text) = &text.token {
            res.docs.insert(name.to_owned(), text.to_string());
        }
        return Some(closed(tokens, at + 1));
    }
    let (is_table, is_object) = (TABLES.contains(&first), OBJECTS.contains(&first));
    let is_doc = first == "char";
    if !is_table && !is_object && !is_doc {
        return list(res, code, macros, tokens, at);
    }
    let mut next = at + 1;
    let mut is_pointer = false;
    while is_sign(tokens, next, b'*') || word(tokens, next) == Some("const") {
        is_pointer = true;
        next += 1;
    }
    let name = word(tokens, next)?.to_owned();
    next += 1;
    while let Some(behind) = behind_array(tokens, next) {
        next = behind;
    }
    if !is_sign(tokens, next, b'=') {
        return None;
    }
    next += 1;
    if is_doc {
        return if let Token::Text(text) = &tokens.get(next)?.token {
            res.docs.insert(name, text.to_string());
            Some(next + 1)
        } else {
            None
        };
    }
    if !is_sign(tokens, next, b'{') {
        return None;
    }
    let end = closed(tokens, next);
    let inside = &tokens[next + 1..end.saturating_sub(1).max(next + 1)];
    if is_table {
        res.tables.insert(name, Table { of: first.to_owned(), entries: entries(inside, code, macros) });
    } else if !is_pointer {
        res.objects.insert(name, (first.to_owned(), entry(inside, code)));
    } else if first == "PyTypeObject" {
        let line = tokens[next].line;
        res.objects.insert(name, ("list".into(), TableEntry { words: words(inside), line, ..TableEntry::default() }));
    }
    Some(end)
}

/// Any other table, which may be one of names.
fn list<'a>(
    res: &mut NativeFile,
    code: &LexedFile<'a>,
    macros: &Macros<'a>,
    tokens: &[Placed<'a>],
    at: usize,
) -> Option<usize> {
    let mut next = at + 1;
    while let Some(behind) = behind_array(tokens, next) {
        next = behind;
    }
    if next == at + 1 || !is_sign(tokens, next, b'=') || !is_sign(tokens, next + 1, b'{') {
        return None;
    }
    let end = closed(tokens, next + 1);
    let name = word(tokens, at)?.to_owned();
    let inside = &tokens[next + 2..end.saturating_sub(1).max(next + 2)];
    let is_text = |it: &&Placed<'_>| matches!(it.token, Token::Text(_));
    let all: Vec<TableEntry> = if inside.first().is_some_and(|it| is_text(&it)) {
        inside.iter().filter(is_text).map(|it| entry(std::slice::from_ref(it), code)).collect()
    } else {
        entries(inside, code, macros).into_iter().filter(|it| it.name.is_some()).collect()
    };
    res.lists.insert(name, all);
    Some(end)
}

/// Entries in braces, and macros that stand for them.
fn entries<'a>(tokens: &[Placed<'a>], code: &LexedFile<'a>, macros: &Macros<'a>) -> Vec<TableEntry> {
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
                let is_call = is_sign(tokens, at + 1, b'(');
                let body = if is_call { macros.body(tokens, at) } else { None };
                if let Some(body) = body {
                    res.extend(braced(&body, code));
                } else {
                    let (line, condition) = (it.line, condition(code, it));
                    res.push(TableEntry { line, condition, words: vec![name.to_string()], ..TableEntry::default() });
                }
                at = if is_call { closed(tokens, at + 1) } else { at + 1 };
            }
            _ => at += 1,
        }
    }
    res
}

/// The entries that the body of a macro is.
fn braced(body: &[Placed<'_>], code: &LexedFile<'_>) -> Vec<TableEntry> {
    let mut res = Vec::new();
    let mut at = 0;
    while at < body.len() {
        if is_sign(body, at, b'{') {
            let end = closed(body, at);
            res.push(entry(&body[at..end], code));
            at = end;
        } else {
            at += 1;
        }
    }
    if res.is_empty() { vec![entry(body, code)] } else { res }
}

pub(super) fn condition(code: &LexedFile<'_>, it: &Placed<'_>) -> Option<String> {
    code.conditions.get(usize::from(it.condition)).cloned().flatten()
}

pub(super) fn entry(tokens: &[Placed<'_>], code: &LexedFile<'_>) -> TableEntry {
    // strings side by side, some of which macros stand for
    let mut name: Option<String> = None;
    for it in tokens {
        match (part_of_name(it, code), &mut name) {
            (Some(part), None) => name = Some(part.to_owned()),
            // a longer one is no name, however it goes on
            (Some(part), Some(name)) if name.len() <= TEXT => name.push_str(part),
            (None, None) => {}
            _ => break,
        }
    }
    let mut texts =
        tokens.iter().filter_map(|it| if let Token::Text(it) = &it.token { Some(it.to_string()) } else { None });
    if matches!(
        tokens.iter().find(|it| !matches!(it.token, Token::Sign(_))),
        Some(Placed { token: Token::Text(_), .. })
    ) {
        texts.next();
    }
    let place = tokens.first();
    TableEntry {
        name,
        text: texts.next(),
        words: words(tokens),
        line: place.map_or(0, |it| it.line),
        condition: place.and_then(|it| condition(code, it)),
    }
}

/// What a token gives to a name: a string, also where a macro stands for it.
fn part_of_name<'t>(it: &'t Placed<'_>, code: &'t LexedFile<'_>) -> Option<&'t str> {
    match &it.token {
        Token::Text(it) => Some(it),
        Token::Word(it) => string_of(&code.macros, it),
        Token::Sign(_) => None,
    }
}

/// The string that a macro is.
fn string_of<'c>(macros: &'c HashMap<&str, Macro<'_>>, name: &str) -> Option<&'c str> {
    match macros.get(name)?.body.as_slice() {
        [Placed { token: Token::Text(it), .. }] => Some(it),
        _ => None,
    }
}

/// The string of an argument: strings, and macros that are strings. A long one is not put together to its end.
pub(super) fn text_of(tokens: &[Placed<'_>], code: &LexedFile<'_>) -> Option<String> {
    let mut res = String::new();
    for it in tokens {
        let part = match &it.token {
            Token::Text(it) => it,
            Token::Word(it) => string_of(&code.macros, it)?,
            Token::Sign(b'(' | b')') => "",
            Token::Sign(_) => return None,
        };
        res.push_str(if res.len() <= TEXT { part } else { "" });
    }
    (!res.is_empty() && !tokens.iter().any(|it| is_word(it, "_Py_ID"))).then_some(res)
}

/// Whether a definition is of a type or describes one.
pub(super) fn is_type(of: &str) -> bool {
    of != "PyModuleDef" && of != "list"
}

/// Whether a string can be a name.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().is_some_and(|it| it == b'_' || it.is_ascii_alphabetic());
    first && text.len() < 200 && bytes.all(|it| it == b'_' || it.is_ascii_alphanumeric())
}
