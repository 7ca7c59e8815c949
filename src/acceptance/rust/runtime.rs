//! The functions of certain names in all sources of the runtime: definitions with what they do and for which targets, and
//! declarations apart.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use syn::{Item, ItemFn};

use super::{
    around::BodyVerdict,
    callees::Callees,
    cfg::Condition,
    crates::Crate,
    depth::shallow,
    modules::{RustModules, of_file},
    outline::{OutlinedFunction, functions},
    target::RuntimeTarget,
};
use crate::base::{FileError, Files, Lines, RelPath};

/// One function with a body.
#[derive(Debug, Clone)]
pub struct FunctionDefinition {
    /// Its file.
    pub path: RelPath,
    /// The line of its `fn`, one-based.
    pub line: usize,
    /// How many parameters it takes.
    pub arity: usize,
    /// What it does natively; none where it cannot be parsed.
    pub native_body: Option<BodyVerdict>,
    /// The same as WebAssembly.
    pub wasm_body: Option<BodyVerdict>,
    /// Whether it can be compiled for a native target.
    pub is_native: bool,
    /// Whether it can be compiled for WebAssembly.
    pub is_wasm: bool,
    /// What it is compiled for, in words; empty where that is everything.
    pub cfg: String,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Runtime {
    definitions: BTreeMap<String, Vec<FunctionDefinition>>,
    declarations: BTreeMap<String, Vec<(RelPath, usize)>>,
    /// How many sources were looked at.
    pub sources: usize,
}

/// A source in which one of the names stands behind `fn`.
struct RuntimeSource {
    path: RelPath,
    text: String,
}

/// The most functions of one source that are judged.
const MOST: usize = 20_000;

/// Folders whose sources are not a part of the runtime.
const ASIDE: [&str; 5] = ["/tests/", "/benches/", "/examples/", "/target/", "/fuzz/"];

impl Runtime {
    /// Whether a source below `folder` is a part of the runtime, and not of its tests.
    pub(in crate::acceptance) fn is_part(folder: &RelPath, path: &RelPath) -> bool {
        let inside = path.below(folder).unwrap_or(path.as_str());
        !ASIDE.iter().any(|aside| format!("/{inside}").contains(aside))
    }

    /// Looks for the names in every source below `folder`.
    ///
    /// # Errors
    /// When a source cannot be read: what it defines would be taken for missing.
    pub fn read(files: &dyn Files, folder: &RelPath, names: &BTreeSet<&str>) -> Result<Self, FileError> {
        let listed = files.list(folder, ".rs")?;
        let listed: Vec<RelPath> = listed.into_iter().filter(|it| Self::is_part(folder, it)).collect();
        let source = |path: &RelPath| {
            let Some(bytes) = files.read(path)?.filter(|bytes| mentions(bytes, names)) else { return Ok(None) };
            Ok(Some(RuntimeSource { path: path.clone(), text: String::from_utf8_lossy(&bytes).into_owned() }))
        };
        let found: Vec<RuntimeSource> =
            listed.par_iter().filter_map(|it| source(it).transpose()).collect::<Result<_, FileError>>()?;
        let mut modules = RustModules::new(files, folder)?;
        let mut placed = Vec::new();
        for it in found {
            let outer = modules.of_path(&it.path)?.and(of_file(&it.text));
            placed.push((modules.package(&it.path)?, outer, it));
        }
        let parts = placed.par_iter().map(|(package, outer, it)| take(it, outer, package, names));
        let mut res = Self { sources: listed.len(), ..Self::default() };
        for (definitions, declarations) in parts.collect::<Result<Vec<_>, FileError>>()? {
            for (name, it) in definitions {
                res.definitions.entry(name).or_default().push(it);
            }
            for (name, it) in declarations {
                res.declarations.entry(name).or_default().push(it);
            }
        }
        Ok(res)
    }

    /// The definitions of a function.
    pub fn definitions(&self, name: &str) -> &[FunctionDefinition] {
        self.definitions.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Where it is declared without a body.
    pub fn declarations(&self, name: &str) -> &[(RelPath, usize)] {
        self.declarations.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Definitions and declarations by their names.
type Taken = (Vec<(String, FunctionDefinition)>, Vec<(String, (RelPath, usize))>);

fn take(
    source: &RuntimeSource,
    outer: &Condition,
    package: &Crate,
    names: &BTreeSet<&str>,
) -> Result<Taken, FileError> {
    let lines = Lines::new(&source.text);
    let all = functions(&source.text, &|it| names.contains(it));
    if all.len() > MOST {
        let why =
            format!("it has {} functions of the names that are loaded, and more than {MOST} are not judged", all.len());
        return Err(FileError::unusable(&source.path, "", why));
    }
    let (mut definitions, mut declarations) = (Vec::new(), Vec::new());
    let mut known = HashMap::new();
    let mut callees = Callees::new(&source.text, package);
    for found in all {
        let line = lines.line(found.at);
        let Some(scopes) = scopes(&source.text, &found, &mut known) else { continue };
        let around = outer.clone().and(scopes);
        let name = found.name.to_owned();
        if !found.has_body {
            declarations.push((name, (source.path.clone(), line)));
            continue;
        }
        let text = &source.text[found.item.clone()];
        let item = shallow(text).and_then(|it| syn::parse2::<ItemFn>(it).ok());
        let whole = around.and(item.as_ref().map(|it| Condition::of(&it.attrs)).unwrap_or_default());
        let words = whole.words();
        let whole = whole.without(&|key, value| package.is_never(key, value));
        let (is_native, is_wasm) = (whole.allows(RuntimeTarget::Native), whole.allows(RuntimeTarget::Wasm));
        // those of tests alone are none
        if !is_native && !is_wasm {
            continue;
        }
        let native_body = item.as_ref().map(|it| of_item(&mut callees, it, RuntimeTarget::Native));
        // what does not tell its targets apart is the same for both
        let differs = text.contains("cfg");
        let wasm_body =
            if differs { item.as_ref().map(|it| of_item(&mut callees, it, RuntimeTarget::Wasm)) } else { native_body };
        let arity = item.as_ref().map_or(0, |it| it.sig.inputs.len());
        let path = source.path.clone();
        definitions.push((
            name,
            FunctionDefinition { path, line, arity, native_body, wasm_body, is_native, is_wasm, cfg: words },
        ));
    }
    Ok((definitions, declarations))
}

/// What a function comes to. A constant says nothing of what it was given.
fn of_item(callees: &mut Callees<'_>, item: &ItemFn, target: RuntimeTarget) -> BodyVerdict {
    match callees.body(&item.sig.ident.to_string(), &item.block, target) {
        BodyVerdict::Constant if !item.sig.inputs.is_empty() => BodyVerdict::Returns,
        body => body,
    }
}

/// Whether one of the names stands behind `fn ` somewhere.
fn mentions(bytes: &[u8], names: &BTreeSet<&str>) -> bool {
    let is_word = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    memchr::memmem::find_iter(bytes, b"fn ").any(|at| {
        let rest = bytes[at + 3..].trim_ascii_start();
        let end = rest.iter().take_while(|it| is_word(**it)).count();
        std::str::from_utf8(&rest[..end]).is_ok_and(|it| names.contains(it))
    })
}

/// What the modules around a function ask for; none where it is not a function of the crate: a method, a function in
/// another one, a template of a macro.
/// `known` has what each block around another function asks for, by where what opens it begins.
fn scopes(
    text: &str,
    found: &OutlinedFunction<'_>,
    known: &mut HashMap<usize, Option<Condition>>,
) -> Option<Condition> {
    let mut res = Condition::default();
    for scope in &found.scopes {
        let own = known.entry(scope.start).or_insert_with(|| scope_condition(&text[scope.clone()]));
        res = res.and(own.clone()?);
    }
    Some(res)
}

/// What a block asks for, by what opens it; none where it is not a module.
fn scope_condition(header: &str) -> Option<Condition> {
    match syn::parse2::<Item>(shallow(&format!("{header}{{}}"))?).ok()? {
        Item::Mod(it) => Some(Condition::of(&it.attrs)),
        Item::ForeignMod(it) => Some(Condition::of(&it.attrs)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Memory;

    fn read(files: &[(&str, &str)], names: &[&str]) -> Runtime {
        let path = |it: &str| RelPath::new(format!("rt/src/{it}")).unwrap();
        let files = files.iter().map(|(name, text)| (path(name), text.as_bytes().to_vec())).collect();
        let names = names.iter().copied().collect();
        Runtime::read(&Memory(files), &RelPath::new("rt/src").unwrap(), &names).unwrap()
    }

    #[test]
    fn twins_declarations_and_tests_are_told_apart() {
        let runtime = read(
            &[
                ("lib.rs", "mod a;\n#[cfg(target_arch = \"wasm32\")]\nmod b;\n"),
                (
                    "a.rs",
                    "extern \"C\" { fn molt_b(x: u64) -> u64; }\n#[cfg(not(target_arch = \"wasm32\"))]\npub fn molt_a(x: u64, y: u64) -> u64 { work(x, y) }\nimpl X { fn molt_c(&self) {} }\n#[cfg(test)]\nmod tests { fn molt_c() { x() } }\n",
                ),
                ("b.rs", "pub fn molt_a(_x: u64, _y: u64) -> u64 { raise_exception(\"no\") }\n"),
                ("tests/c.rs", "fn molt_c() { work() }\n"),
            ],
            &["molt_a", "molt_b", "molt_c"],
        );
        let shown: Vec<_> = runtime
            .definitions("molt_a")
            .iter()
            .map(|it| (it.line, it.arity, it.native_body, it.is_native, it.is_wasm))
            .collect();
        assert_eq!(
            shown,
            [(3, 2, Some(BodyVerdict::Works), true, false), (1, 2, Some(BodyVerdict::Raises), false, true)],
            "the file of the twin is compiled for one target alone"
        );
        assert_eq!(runtime.declarations("molt_b"), [(RelPath::new("rt/src/a.rs").unwrap(), 1)]);
        assert!(runtime.definitions("molt_b").is_empty());
        assert!(runtime.definitions("molt_c").is_empty(), "neither a method nor what tests have");
        assert_eq!(runtime.sources, 3);
    }

    #[test]
    fn what_lies_too_deep_is_not_parsed_and_not_looked_for() {
        let deep = |begin: &str, end: &str| format!("{}1{}", begin.repeat(20_000), end.repeat(20_000));
        let text = format!("fn molt_a() {{ {} }}\nfn molt_b() {{ {} }}\n", deep("(", ")"), deep("!", ""));
        let inner = format!("{}fn molt_c() {{ work() }}{}\n", "mod m { ".repeat(100), "}".repeat(100));
        let runtime = read(&[("lib.rs", &format!("{text}{inner}"))], &["molt_a", "molt_b", "molt_c"]);
        for name in ["molt_a", "molt_b"] {
            assert_eq!(runtime.definitions(name)[0].native_body, None, "{name}");
        }
        assert!(runtime.definitions("molt_c").is_empty());
    }

    #[test]
    fn what_grows_with_its_length_alone_is_read_in_time() {
        // the program has a stack of this size
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        thread.spawn(read_long_sources).unwrap().join().unwrap();
    }

    fn read_long_sources() {
        let many = |one: &dyn Fn(usize) -> String, count: usize| (0..count).map(one).collect::<String>();
        let long = many(&|it| format!("feature = \"f{it}\", "), 3000);
        let functions = many(&|_| "fn molt_a() { work() }\n".into(), 10_000);
        let below = format!("#[cfg(any({long}))] mod m {{ {functions} }}");
        let locals = format!("fn molt_a() {{ {} }}", many(&|it| format!("let a{it} = b{it};"), 30_000));
        let wrapped = format!("fn molt_a() {{ {} }}", format!("x == y{};", ".a()".repeat(1400)).repeat(60));
        let ifs = format!("fn molt_a() {{ {} y{} }}", "if a == b { return x; }".repeat(3900), ".a".repeat(1400));
        let features = many(&|it| format!("feature = \"f{}\", not(feature = \"f{}\"), ", it % 10, (it + 1) % 10), 90);
        let tried =
            many(&|_| format!("#[cfg(all(any({features}), nobody, not(nobody)))] fn molt_a() {{ work() }}\n"), 200);
        let behind = many(&|_| "#[cfg(all(any(j, i, h, g, f), not(j), j, a, b, c, d, e))] {}\n".into(), 4000);
        let behind = format!("fn molt_a() {{ {behind} }}\n").repeat(3);
        for (name, text) in [
            ("below", below),
            ("locals", locals),
            ("wrapped", wrapped),
            ("ifs", ifs),
            ("tried", tried),
            ("behind", behind),
        ] {
            let work = || rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime).tv_sec;
            let start = work();
            read(&[("lib.rs", &text)], &["molt_a"]);
            assert!(work() - start < 10, "{name}: {} s", work() - start);
        }
    }

    #[test]
    fn the_attributes_of_one_module_are_not_those_of_the_next() {
        let many: String = (0..300).map(|it| format!("#[cfg(any())] mod m{it};\n")).collect();
        let of = |last: &str| {
            let parent = format!("{many}{last}");
            let files = [("lib.rs", "mod x;\n"), ("x/mod.rs", parent.as_str()), ("x/y.rs", "fn molt_a() { work() }\n")];
            read(&files, &["molt_a"]).definitions("molt_a").len()
        };
        assert_eq!(of("mod y;\n"), 1);
        assert_eq!(of("// Why it is off.\n#[cfg(any())]\n// It waits.\nmod y;\n"), 0);
        assert_eq!(of("#[cfg(any())] mod y;\n"), 0);
    }

    #[test]
    fn what_is_set_for_all_crates_is_held_once() {
        let names: String = (0..20_000).map(|it| format!("w{it:05x} ")).collect();
        let path = |it: String| RelPath::new(it).unwrap();
        let mut files = Memory([(path("Cargo.toml".into()), format!("# has_json {names}\n").into_bytes())].into());
        for at in 0..400 {
            let folder = format!("rt/src/c{at}");
            let text = "#[cfg(has_json)]\nfn molt_a() { work() }\n#[cfg(has_none)]\nfn molt_b() { work() }\n";
            files.0.insert(path(format!("{folder}/Cargo.toml")), format!("[package]\nname = \"c{at}\"\n").into_bytes());
            files.0.insert(path(format!("{folder}/src/lib.rs")), text.into());
        }
        let names = ["molt_a", "molt_b"].into_iter().collect();
        let runtime = Runtime::read(&files, &RelPath::new("rt/src").unwrap(), &names).unwrap();
        assert_eq!(["molt_a", "molt_b"].map(|it| runtime.definitions(it).len()), [400, 0]);
    }

    #[test]
    fn a_file_that_is_not_compiled_defines_nothing() {
        let files = [
            ("lib.rs", "mod a;\nmod off;\n#[path = \"odd.rs\"]\nmod other;\n"),
            ("a.rs", "pub fn molt_a() -> u64 { work() }\n"),
            ("off.rs", "//! Off.\n#![cfg(any())]\npub fn molt_b() -> u64 { work() }\n"),
            ("odd.rs", "pub fn molt_c() -> u64 { work() }\n"),
            ("stray.rs", "pub fn molt_d() -> u64 { work() }\n"),
        ];
        let runtime = read(&files, &["molt_a", "molt_b", "molt_c", "molt_d"]);
        let found = ["molt_a", "molt_b", "molt_c", "molt_d"].map(|it| runtime.definitions(it).len());
        assert_eq!(found, [1, 0, 1, 0]);
    }
}
