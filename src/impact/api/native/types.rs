//! Types of C code with their members: those of their tables, those that they are given, and those of their bases.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    NAMELESS, NativeNames,
    added::{Added, RuntimeType},
    file::{NativeFile, Table, TableEntry, is_name, is_type},
    whole::WholeFile,
};
use crate::impact::api::name::{Kind, Name};

/// Words of a value that say nothing about which type it is.
const NOISE: &[&str] = &["state", "m", "module", "mod", "st", "NULL", "PyObject", "PyTypeObject", "self", "i"];

/// Variables that hold now one type and now another.
const GENERIC: &[&str] = &["type", "cls", "tp", "res", "tmp", "obj", "t", "d", "o", "x", "v", "exc"];

/// How far bases are followed.
const BASES: u8 = 12;

/// Built-in types that the module `types` gives a name (`Lib/types.py` of 3.13.5).
const ELSEWHERE: &[(&str, &str)] = &[
    ("function", "FunctionType"),
    ("function", "LambdaType"),
    ("code", "CodeType"),
    ("mappingproxy", "MappingProxyType"),
    ("cell", "CellType"),
    ("generator", "GeneratorType"),
    ("coroutine", "CoroutineType"),
    ("async_generator", "AsyncGeneratorType"),
    ("method", "MethodType"),
    ("builtin_function_or_method", "BuiltinFunctionType"),
    ("builtin_function_or_method", "BuiltinMethodType"),
    ("wrapper_descriptor", "WrapperDescriptorType"),
    ("method-wrapper", "MethodWrapperType"),
    ("method_descriptor", "MethodDescriptorType"),
    ("classmethod_descriptor", "ClassMethodDescriptorType"),
    ("module", "ModuleType"),
    ("traceback", "TracebackType"),
    ("frame", "FrameType"),
    ("getset_descriptor", "GetSetDescriptorType"),
    ("member_descriptor", "MemberDescriptorType"),
    ("ellipsis", "EllipsisType"),
    ("NoneType", "NoneType"),
    ("NotImplementedType", "NotImplementedType"),
    ("PyCapsule", "CapsuleType"),
];

/// Types that functions give instances of.
const GIVEN: &[&str] = &[".MultibyteCodec"];

/// Members of every structure that is a tuple too, and the table of its methods (`Objects/structseq.c` of 3.13.5).
const SEQUENCE: [&str; 3] = ["n_fields", "n_sequence_fields", "n_unnamed_fields"];
const OF_SEQUENCE: &str = "structseq_methods";

/// A type.
#[derive(Clone)]
pub(super) struct Type<'a> {
    file: &'a NativeFile,
    /// Its definition or description.
    entry: Option<&'a TableEntry>,
    made: Option<&'a RuntimeType>,
    /// The variable of it where it is not made.
    variable: &'a str,
}

impl<'a> Type<'a> {
    fn name(&self) -> Option<&'a str> {
        self.made.and_then(|it| it.name.as_deref()).or_else(|| self.entry?.name.as_deref())
    }

    /// Its name without its module.
    pub(super) fn short(&self) -> Option<&'a str> {
        self.name().map(|it| it.rsplit('.').next().unwrap_or(it)).filter(|it| is_name(it))
    }

    fn line(&self) -> u32 {
        self.entry.map_or_else(|| self.made.map_or(0, |it| it.line), |it| it.line)
    }

    /// The variable of its base.
    fn base(&self) -> Option<&'a str> {
        if let Some(made) = self.made {
            return made.base.as_deref();
        }
        let is_base = |it: &&String| {
            (it.ends_with("_Type") || it.starts_with("_PyExc_"))
                && !matches!(it.as_str(), "PyType_Type" | "PyBaseObject_Type")
                && *it != self.variable
        };
        self.entry?.words.iter().find(is_base).map(String::as_str)
    }

    fn is_held_by(&self, variable: &str) -> bool {
        self.variable == variable || self.made.is_some_and(|it| it.variables.iter().any(|it| it == variable))
    }
}

impl<'a> WholeFile<'a> {
    /// The types that something which is added is; more than one where it is an element of a list.
    pub(super) fn types_of(&self, file: &'a NativeFile, it: &Added) -> Vec<Type<'a>> {
        let list = it.words.iter().find_map(|it| file.objects.get(it).filter(|(of, _)| of == "list"));
        if let Some((_, list)) = list {
            return list.words.iter().filter_map(|it| self.type_of(file, it)).collect();
        }
        let made = it.made.and_then(|at| file.made.get(at));
        if let Some(made) = made {
            let list = made.descriptions.iter().find_map(|it| file.objects.get(it).filter(|(of, _)| of == "list"));
            return match list {
                Some((_, list)) => list.words.iter().filter_map(|it| self.type_of(file, it)).collect(),
                None => vec![self.of_made(file, made)],
            };
        }
        let word = it.words.iter().rev().find(|it| !NOISE.contains(&it.as_str()));
        word.and_then(|it| self.type_of(file, it)).into_iter().collect()
    }

    /// The types whose names say that they are of modules which are no C code, and those that modules give other names.
    pub(super) fn elsewhere(&self, files: &'a [NativeFile], all: &mut BTreeMap<String, NativeNames>) {
        let known: BTreeSet<String> = all.keys().cloned().collect();
        for file in files {
            let fixed = file.objects.iter().filter(|(_, (of, _))| is_type(of));
            for (variable, (_, entry)) in fixed {
                let of = Type { file, entry: Some(entry), made: None, variable };
                let Some(name) = of.name() else { continue };
                let place = name.rsplit_once('.').filter(|(module, _)| !known.contains(*module));
                let named = ELSEWHERE.iter().filter(|(it, _)| *it == name).map(|(_, it)| ("types", *it));
                let given = GIVEN.iter().filter(|it| name.ends_with(*it)).map(|it| (NAMELESS, &it[1..]));
                for (module, short) in place.into_iter().chain(named).chain(given).filter(|(_, it)| is_name(it)) {
                    let names = all.entry(module.to_owned()).or_default();
                    if !names.contains_key(short) {
                        self.class(&of, (short, &None), names);
                    }
                }
            }
        }
    }

    /// The type that a variable holds.
    fn type_of(&self, file: &'a NativeFile, word: &str) -> Option<Type<'a>> {
        let fixed = |(file, variable, entry)| Type { file, entry: Some(entry), made: None, variable };
        if let Some((variable, (_, entry))) = file.objects.get_key_value(word).filter(|(_, (of, _))| is_type(of)) {
            return Some(fixed((file, variable, entry)));
        }
        let own = file.made.iter().rev().find(|it| it.variables.iter().any(|it| it == word));
        if let Some(made) = own {
            return Some(self.of_made(file, made));
        }
        if let Some((variable, (file, entry))) = self.types.get_key_value(word) {
            return Some(fixed((file, variable, entry)));
        }
        // `PyExc_X` points to `_PyExc_X`
        if word.starts_with("PyExc_")
            && let Some((variable, (file, entry))) = self.types.get_key_value(format!("_{word}").as_str())
        {
            return Some(fixed((file, variable, entry)));
        }
        let (file, at) = self.made.get(word).filter(|_| !GENERIC.contains(&word))?;
        Some(self.of_made(file, file.made.get(*at)?))
    }

    fn of_made(&self, file: &'a NativeFile, made: &'a RuntimeType) -> Type<'a> {
        let described = |word: &String| {
            let own = file.objects.get(word).filter(|(of, _)| of == "PyType_Spec" || of == "PyStructSequence_Desc");
            own.map(|(_, it)| (file, it)).or_else(|| {
                let is_described = word.contains("spec") || word.contains("desc");
                self.types.get(word.as_str()).filter(|_| is_described).copied()
            })
        };
        let found = made.descriptions.iter().find_map(described);
        let (file, entry) = found.map_or((file, None), |(file, it)| (file, Some(it)));
        Type { file, entry, made: Some(made), variable: "" }
    }

    /// A type with its members.
    pub(super) fn class(&self, of: &Type<'a>, (name, condition): (&str, &Option<String>), names: &mut NativeNames) {
        let condition = condition.clone().or_else(|| of.entry.and_then(|it| it.condition.clone()));
        let it = Name::new(Kind::Class, format!("C {}:{}", of.file.path, of.line()));
        let signature = of.entry.and_then(|entry| {
            let mut docs = entry.clone();
            for word in &entry.words {
                let slots = self.table(of.file, word).filter(|(_, it)| it.of == "PyType_Slot");
                docs.words.extend(slots.iter().flat_map(|(_, it)| &it.entries).flat_map(|it| it.words.clone()));
            }
            self.signature(of.file, &docs, of.short().unwrap_or(name))
        });
        names.insert(name.to_owned(), Name { signature, condition: condition.clone(), ..it });
        let mut at = Some(of.clone());
        let mut seen = HashSet::new();
        for step in 0..BASES {
            let Some(now) = at.take() else { break };
            // members of a base are told as its own
            let origin = (step > 0).then(|| now.name().map_or_else(String::new, origin));
            self.members(&now, (name, &condition, origin.as_deref()), names);
            let base = self.bases.get(now.variable).copied().or_else(|| now.base()).filter(|it| seen.insert(*it));
            at = base.and_then(|it| self.type_of(now.file, it));
        }
    }

    fn members(
        &self,
        of: &Type<'a>,
        (name, condition, origin): (&str, &Option<String>, Option<&str>),
        names: &mut NativeNames,
    ) {
        let mut add = |member: &str, it: Name| {
            let origin = origin.filter(|it| !it.is_empty()).map(|it| format!("{it}.{member}"));
            let condition = condition.clone().or(it.condition);
            names.entry(format!("{name}.{member}")).or_insert(Name { origin, condition, ..it });
        };
        let is_sequence = of.made.is_some_and(|it| it.base.as_deref() == Some("PyTuple_Type"));
        let of_sequence = self.table(of.file, OF_SEQUENCE).filter(|_| is_sequence);
        for (at, table) in self.tables_of(of).into_iter().chain(of_sequence) {
            for (at, member, condition) in self.entries(at, table) {
                let Some(short) = member.name.as_deref().filter(|it| is_name(it)) else { continue };
                let kind = if table.of == "PyMethodDef" { Kind::Method } else { Kind::Property };
                let signature = if kind == Kind::Method { self.signature(at, member, short) } else { None };
                let it = Name::new(kind, format!("C {}:{}", at.path, member.line));
                add(short, Name { signature, condition, ..it });
            }
        }
        let given = of.file.attributes.iter().filter(|it| of.is_held_by(&it.of) && is_name(&it.name));
        for it in given {
            let base = Name::new(Kind::Data, format!("C {}:{}", of.file.path, it.line));
            add(&it.name, Name { condition: it.condition.clone(), ..base });
        }
        if is_sequence {
            for it in SEQUENCE {
                add(it, Name::new(Kind::Data, format!("C {}:{}", of.file.path, of.line())));
            }
        }
    }

    /// The tables of a type, those of its slots too.
    fn tables_of(&self, of: &Type<'a>) -> Vec<(&'a NativeFile, &'a Table)> {
        let Some(entry) = of.entry else { return Vec::new() };
        let mut seen = HashSet::new();
        let mut res: Vec<(&NativeFile, &Table)> = Vec::new();
        for word in &entry.words {
            let Some((at, table)) = self.table(of.file, word).filter(|_| seen.insert(word.as_str())) else { continue };
            if table.of != "PyType_Slot" {
                res.push((at, table));
                continue;
            }
            for word in table.entries.iter().flat_map(|it| &it.words) {
                res.extend(self.table(at, word).filter(|_| seen.insert(word.as_str())));
            }
        }
        res
    }
}

/// The place of a type, by the name that it has.
fn origin(name: &str) -> String {
    if name.contains('.') { name.to_owned() } else { format!("builtins.{name}") }
}
