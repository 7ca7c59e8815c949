//! The walk over the tokens of a C file: tables and documentation, types that are made, and names that are added, also by way
//! of macros and of functions of the file.

use std::collections::{HashMap, HashSet};

use super::{
    added::{Added, Attribute, NameTarget, RuntimeType, Used},
    calls::{arguments, closed, closed_within, each_word, is_sign, last_word, nests_too_deep, word, words},
    expand::Macros,
    file::{NativeFile, condition, declaration, entry, text_of},
    functions::{Adder, Functions, NativeFunction},
    lex::{LexedFile, Placed, Token, lex},
};

/// How deep macros are followed.
const DEEPEST: u8 = 6;

/// Variables that hold the dictionary of the file's module.
const DICTIONARIES: &[&str] = &["sysdict", "mod_dict", "module_dict", "ModDict", "SETBUILTIN"];

/// The longest value of an assignment that is looked at, in tokens.
const VALUE: usize = 60;
/// The most words of the arguments by which a type that is made is found: its description is one of a few.
const DESCRIPTIONS: usize = 64;

/// Reads one file.
pub(super) fn read(path: &str, text: &str) -> NativeFile {
    let code = lex(text);
    let mut res = NativeFile { path: path.to_owned(), ..NativeFile::default() };
    if nests_too_deep(&code.tokens) {
        res.is_unread = true;
        res.initialized.extend(each_word(&code.tokens).filter_map(|it| it.strip_prefix("PyInit_")).map(str::to_owned));
        return res;
    }
    let macros = Macros::new(&code);
    for (name, it) in &code.macros {
        if name.ends_with("_METHODDEF") || name.ends_with("_GETSETDEF") {
            res.macros.insert((*name).to_owned(), entry(&it.body, &code));
        } else if let ([Placed { token: Token::Text(text), .. }], None) = (it.body.as_slice(), &it.parameters) {
            res.docs.entry((*name).to_owned()).or_insert_with(|| text.to_string());
        }
    }
    let functions = Functions::of(&code.tokens);
    let mut scan = NativeScan::new(&code, &macros, &functions, &mut res);
    scan.tokens(&code.tokens);
    scan.finish();
    res
}

pub(super) struct NativeScan<'a> {
    code: &'a LexedFile<'a>,
    macros: &'a Macros<'a>,
    functions: &'a Functions,
    res: &'a mut NativeFile,
    function: Option<&'a NativeFunction>,
    /// The types that variables hold here.
    types: HashMap<String, usize>,
    /// The first of the bases in the tuples that they hold.
    bases: HashMap<String, String>,
    /// The modules and dictionaries that they hold.
    targets: HashMap<String, NameTarget>,
    /// What the function at hand adds computed names to, and where that function begins.
    computed: (usize, HashSet<String>),
    depth: u8,
}

/// So many variables of a function are told that computed names are added to.
const MOST_COMPUTED: usize = 20;

impl<'a> NativeScan<'a> {
    pub(super) fn new(
        code: &'a LexedFile<'a>,
        macros: &'a Macros<'a>,
        functions: &'a Functions,
        res: &'a mut NativeFile,
    ) -> Self {
        let (types, bases, targets) = (HashMap::new(), HashMap::new(), HashMap::new());
        let computed = (0, HashSet::new());
        Self { code, macros, functions, res, function: None, types, bases, targets, computed, depth: DEEPEST }
    }

    pub(super) fn tokens(&mut self, tokens: &[Placed<'a>]) {
        let is_file = self.depth == DEEPEST;
        let (mut at, mut until) = (0, 0);
        while at < tokens.len() {
            if is_file && at >= until {
                let (around, end) = self.functions.around(at);
                until = end;
                if around.map(|it| it.start) != self.function.map(|it| it.start) {
                    self.function = around;
                    self.targets.retain(|_, it| matches!(it, NameTarget::Module(_)));
                }
            }
            at = self.token(tokens, at);
        }
    }

    fn token(&mut self, tokens: &[Placed<'a>], at: usize) -> usize {
        if word(tokens, at).is_none() {
            return at + 1;
        }
        if let Some(end) = declaration(self.res, self.code, self.macros, tokens, at) {
            return end;
        }
        if let Some(depth) = self.depth.checked_sub(1)
            && let Some(body) = self.macros.call(tokens, at)
        {
            self.depth = depth;
            self.tokens(&body);
            self.depth = depth + 1;
            return closed(tokens, at + 1);
        }
        // `x = …` and `(x) = …`
        let equal = if is_sign(tokens, at + 1, b')') { at + 2 } else { at + 1 };
        if is_sign(tokens, equal, b'=') && !is_sign(tokens, equal + 1, b'=') {
            self.assignment(tokens, at, equal);
        } else if is_sign(tokens, at + 1, b'(') {
            self.call(tokens, at);
        }
        at + 1
    }

    /// `x = …;`
    fn assignment(&mut self, tokens: &[Placed<'a>], at: usize, equal: usize) {
        let Some(name) = word(tokens, at) else { return };
        let mut start = equal + 1;
        // a cast
        while is_sign(tokens, start, b'(')
            && word(tokens, start + 1).is_some_and(|it| it.starts_with("Py") || it == "struct")
            && let Some(end) = closed_within(tokens, start, 7)
        {
            start = end;
        }
        if word(tokens, start).is_some() && is_sign(tokens, start + 1, b'(') {
            let called = word(tokens, start).unwrap_or_default();
            let all = arguments(tokens, start + 1);
            if matches!(called, "PyTuple_Pack" | "Py_BuildValue") {
                let first = all.get(1).and_then(|it| last_word(it).map(str::to_owned));
                self.bases.extend(first.map(|it| (name.to_owned(), it)));
            } else if let Some(target) = self.target_of(called, &all) {
                self.targets.insert(name.to_owned(), target);
            } else if let Some(made) = self.made(called, &all, tokens[at].line) {
                self.keep(made, name);
            }
            return;
        }
        let rest = &tokens[start.min(tokens.len())..tokens.len().min(start + VALUE)];
        let end = rest.iter().position(|it| matches!(it.token, Token::Sign(b';' | b',' | b'(' | b'{')));
        let value: Vec<&str> = each_word(&rest[..end.unwrap_or(rest.len())]).collect();
        let Some(last) = value.last().copied() else { return };
        if name == "tp_base" {
            let back = if is_sign(tokens, at.wrapping_sub(1), b'>') { 3 } else { 2 };
            let of = at.checked_sub(back).and_then(|it| word(tokens, it));
            self.res.bases.extend(of.map(|it| (it.to_owned(), last.to_owned())));
        } else if last == "tp_dict" && value.len() > 1 {
            self.targets.insert(name.to_owned(), NameTarget::Type(value[value.len() - 2].to_owned()));
        } else if let Some(made) = self.types.get(last).copied() {
            self.types.insert(name.to_owned(), made);
            self.res.made[made].variables.push(name.to_owned());
        } else if let Some(list) =
            value.iter().find(|it| self.res.objects.get(**it).is_some_and(|(of, _)| of == "list"))
        {
            let made =
                RuntimeType { descriptions: vec![(*list).to_owned()], line: tokens[at].line, ..RuntimeType::default() };
            self.keep(made, name);
        }
    }

    fn keep(&mut self, mut made: RuntimeType, name: &str) {
        made.variables.push(name.to_owned());
        self.types.insert(name.to_owned(), self.res.made.len());
        self.res.made.push(made);
    }

    /// The module or the dictionary that a call gives.
    fn target_of(&self, called: &str, all: &[&[Placed<'_>]]) -> Option<NameTarget> {
        let first = || all.first().and_then(|it| last_word(it).map(str::to_owned));
        match called {
            "PyModule_GetDict" => Some(NameTarget::Own),
            "_PyType_GetDict" | "PyType_GetDict" => Some(NameTarget::Type(first()?)),
            _ if called.contains("odule") && (called.contains("add") || called.contains("New")) => {
                let name = all.iter().find_map(|it| text_of(it, self.code).filter(|it| it.contains('.')))?;
                Some(NameTarget::Module(name))
            }
            _ => None,
        }
    }

    /// The type that a call makes.
    fn made(&self, called: &str, all: &[&[Placed<'_>]], line: u32) -> Option<RuntimeType> {
        let words_of = |it: &&[Placed<'_>]| words(it).into_iter().filter(|it| !it.starts_with("PyObject"));
        let last = || all.last().and_then(|it| words_of(it).next_back()).filter(|it| it != "NULL");
        let base_of = |it: String| match self.bases.get(&it) {
            Some(first) => Some(first.clone()),
            None => Some(it).filter(|it| it != "bases"),
        };
        let literal = |at: usize| all.get(at).and_then(|it| text_of(it, self.code));
        let short = |it: String| it.rsplit('.').next().unwrap_or_default().to_owned();
        if called.starts_with("PyType_From") {
            let base = if called == "PyType_FromSpec" { None } else { last().and_then(base_of) };
            return Some(RuntimeType {
                descriptions: all.iter().flat_map(words_of).take(DESCRIPTIONS).collect(),
                base,
                line,
                ..RuntimeType::default()
            });
        }
        if called.contains("PyStructSequence_NewType") || called.contains("PyStructSequence_Init") {
            let base = Some("PyTuple_Type".to_owned());
            return Some(RuntimeType {
                descriptions: all.iter().flat_map(words_of).take(DESCRIPTIONS).collect(),
                base,
                line,
                ..RuntimeType::default()
            });
        }
        if called.starts_with("PyErr_NewException") {
            let base = all
                .get(if called.ends_with("WithDoc") { 2 } else { 1 })
                .and_then(|it| last_word(it).map(str::to_owned));
            let base = base.filter(|it| it != "NULL").and_then(base_of).or_else(|| Some("PyExc_Exception".into()));
            // the module of it may be a macro of a header that is not read
            let name = literal(0).or_else(|| {
                let text = all.first()?.iter().rev().find_map(|it| text_of(std::slice::from_ref(it), self.code))?;
                text.contains('.').then_some(text)
            });
            return Some(RuntimeType { name: Some(short(name?)), base, line, ..RuntimeType::default() });
        }
        let is_call_of_type =
            called.starts_with("PyObject_Call") && all.first().is_some_and(|it| last_word(it) == Some("PyType_Type"));
        if is_call_of_type {
            let base = all.get(3..).unwrap_or_default().iter().find_map(|it| last_word(it).map(str::to_owned));
            return Some(RuntimeType { name: literal(2), base, line, ..RuntimeType::default() });
        }
        if called.contains("make_type") {
            let base = all.get(2).and_then(|it| last_word(it).map(str::to_owned));
            return Some(RuntimeType { name: literal(1), base, line, ..RuntimeType::default() });
        }
        None
    }

    /// A call whose value nothing is assigned.
    fn call(&mut self, tokens: &[Placed<'a>], at: usize) {
        let Some(called) = word(tokens, at) else { return };
        let adder = self.functions.adder(called);
        if called == "PyModule_AddType" {
            let all = arguments(tokens, at + 1);
            let words = all.get(1).map(|it| words(it)).unwrap_or_default();
            self.add(None, (NameTarget::Own, String::new()), words, &tokens[at]);
        } else if let Some(adder) = adder {
            // the definition of a function is not a call
            let is_call = self.depth < DEEPEST || self.function.is_some();
            if is_call {
                let all = arguments(tokens, at + 1);
                self.adds(called, adder, &all, &tokens[at]);
            }
        } else if called.contains("PyStructSequence_Init") {
            let all = arguments(tokens, at + 1);
            let variable = all.iter().rev().nth(1).and_then(|it| last_word(it).map(str::to_owned));
            if let (Some(made), Some(variable)) = (self.made(called, &all, tokens[at].line), variable) {
                self.keep(made, &variable);
            }
        }
    }

    fn adds(&mut self, called: &str, adder: Adder, all: &[&[Placed<'_>]], place: &Placed<'_>) {
        let words_at = |at: usize| all.get(at).map(|it| words(it)).unwrap_or_default();
        let target = adder.target.map(words_at).unwrap_or_default();
        let variable = target.last().cloned().unwrap_or_default();
        let found = target.iter().rev().find_map(|it| self.targets.get(it).cloned());
        let own = || target.iter().any(|it| DICTIONARIES.contains(&it.as_str())).then_some(NameTarget::Own);
        let in_type = || {
            let at = target.iter().position(|it| it == "tp_dict" || it == "_PyType_GetDict")?;
            let it = target.get(at + 1).or_else(|| target.get(at.checked_sub(1)?))?;
            Some(NameTarget::Type(it.clone()))
        };
        let is_attribute = called.starts_with("PyObject_SetAttr");
        let of_type = || {
            let last = target.last().filter(|it| is_attribute && self.types.contains_key(*it))?;
            Some(NameTarget::Type(last.clone()))
        };
        let target = found.or_else(own).or_else(in_type).or_else(of_type);
        let target = match (target, adder.is_any) {
            (Some(it), _) => it,
            (None, false) => NameTarget::Own,
            (None, true) => return,
        };
        let is_macro = called.ends_with("Macro");
        let name = all.get(adder.name).and_then(|it| {
            let text = text_of(it, self.code);
            // an interned name, by its variable
            let interned = || {
                let words = words(it);
                let is_interned = |it: &String| it == "_Py_ID" || it == "st" || it.contains("state");
                let is_one = matches!(target, NameTarget::Type(_)) && words.iter().any(is_interned);
                words.last().cloned().filter(|_| is_macro || is_one)
            };
            text.or_else(interned)
        });
        match (name, target) {
            (Some(name), NameTarget::Type(of)) => {
                let (line, condition) = (place.line, condition(self.code, place));
                self.res.attributes.push(Attribute { of, name, line, condition });
            }
            (Some(name), target) => self.add(Some(name), (target, variable), words_at(adder.value), place),
            // a type has its name itself
            (None, target) => match words_at(adder.value).last() {
                Some(it) if self.types.contains_key(it) && self.function.is_some() => {
                    self.add(None, (target, variable), words_at(adder.value), place);
                }
                _ => self.computes(target, variable),
            },
        }
    }

    fn add(
        &mut self,
        name: Option<String>,
        (target, variable): (NameTarget, String),
        words: Vec<String>,
        place: &Placed<'_>,
    ) {
        let made = words.last().and_then(|it| self.types.get(it)).copied();
        let condition = condition(self.code, place).or_else(|| self.called_condition());
        self.res.added.push(Added { name, target, variable, made, words, line: place.line, condition });
    }

    /// What a function adds that is no part of the import.
    fn called_condition(&self) -> Option<String> {
        let name = self.function?.name.strip_suffix("_impl")?;
        Some(format!("only once `{name}` was called"))
    }

    /// Names that are computed: those of the tables that the function is about.
    fn computes(&mut self, target: NameTarget, variable: String) {
        // a function whose callers give the name
        let Some(function) = self.function.filter(|it| self.functions.adder(&it.name).is_none()) else { return };
        if matches!(target, NameTarget::Type(_)) {
            return;
        }
        if self.computed.0 != function.start {
            self.computed = (function.start, HashSet::new());
        }
        let known = &mut self.computed.1;
        if known.len() < MOST_COMPUTED && known.insert(variable.clone()) {
            let about = words(self.code.tokens.get(function.start..function.end).unwrap_or_default());
            self.res.used.push(Used { words: about, target, variable });
        }
    }

    /// What is added to a variable that another function further below gives another module.
    pub(super) fn finish(self) {
        let other =
            |variable: &str| self.targets.get(variable).filter(|it| matches!(it, NameTarget::Module(_))).cloned();
        for it in &mut self.res.added {
            it.target = other(&it.variable).unwrap_or_else(|| std::mem::take(&mut it.target));
        }
        for it in &mut self.res.used {
            it.target = other(&it.variable).unwrap_or_else(|| std::mem::take(&mut it.target));
        }
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
    fn computed_names_of_a_function_are_told_once_for_each_variable_and_for_few_of_them() {
        let used = |variables: usize| {
            let calls: String = (0..3 * variables)
                .map(|at| format!(" PyModule_AddObject(m{}, names[k], x);\n", at % variables))
                .collect();
            read("x.c", &format!("int f(void)\n{{\n{calls}}}\n")).used
        };
        let all = used(3);
        assert_eq!(all.iter().map(|it| it.variable.as_str()).collect::<Vec<_>>(), ["m0", "m1", "m2"]);
        assert!(all.iter().all(|it| it.words == all[0].words));
        assert_eq!(used(30).len(), MOST_COMPUTED);
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
