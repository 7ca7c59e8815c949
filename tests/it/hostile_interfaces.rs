//! Archives whose names are written so that following them never ends: each ends all the same, says of which module not everything was
//! looked at, and leaves the others alone.

use crate::{
    interfaces::{TIME, packed},
    support::{Release, Sandbox},
};

const VERSION: &str = "3.13.80";

/// What is said of a module whose names take too many steps.
const CUT: &str = "its names come from other modules by more steps than are followed";

/// An archive: what is hostile, its files, the module that is asked for, and what has to be said of it.
type Row<'a> = (&'a str, Vec<(String, String)>, &'a str, &'a str);

fn each(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

fn copy(text: String) -> Vec<(String, String)> {
    vec![("Lib/copy.py".to_owned(), text)]
}

/// The same beside C code, in whose place something is taken.
fn with_time(text: String) -> Vec<(String, String)> {
    let mut res = copy(text);
    res.push(("Modules/timemodule.c".to_owned(), TIME.to_owned()));
    res
}

/// `__all__ = ["b0", …]`
fn all_of(count: usize) -> String {
    format!("__all__ = [{}]\n", each(count, |it| format!("'b{it}', ")))
}

fn names(count: usize) -> String {
    each(count, |it| format!("a{it} = 1\n"))
}

/// A hundred modules and more that take names over.
fn passed_on(count: usize, text: impl Fn(usize) -> String) -> Vec<(String, String)> {
    (0..count).map(|it| (format!("Lib/json/m{it}.py"), text(it))).collect()
}

fn stars() -> Vec<Row<'static>> {
    let star = |from: usize| format!("from json.m{from} import *\n");
    let mut everywhere = passed_on(60, |_| "from copy import *\n".to_owned());
    everywhere.extend(copy(names(50_000)));
    vec![
        ("many names in many modules", everywhere, "json.m59", CUT),
        (
            "a long chain with ways back",
            passed_on(400, |it| format!("{}{}x{it} = 1\n", star(it + 1), star(it * 7 % 400))),
            "json.m5",
            CUT,
        ),
        ("a star again and again", copy("from types import *\n".repeat(20_000) + &names(20_000)), "copy", "a19999"),
        (
            "a way out again and again",
            with_time(format!(
                "from time import *\n{}{}",
                "try:\n    import x\nexcept ImportError:\n    from types import *\n".repeat(10_000),
                all_of(10_000)
            )),
            "copy",
            CUT,
        ),
    ]
}

fn lists() -> Vec<Row<'static>> {
    let list = |count: usize| format!("_x = [{}]\n", each(count, |it| format!("'a{it}', ")));
    let taken = vec![
        ("Lib/copy.py".to_owned(), format!("import types\n{}", "__all__ += types.__all__\n".repeat(10_000))),
        ("Lib/types.py".to_owned(), all_of(10_000)),
    ];
    vec![
        (
            "a list that doubles",
            copy(format!("_x = ['a', 'b']\n{}__all__ = _x\n", "_x = _x + _x\n".repeat(60))),
            "copy",
            "more names than are read",
        ),
        (
            "a list in a list again and again",
            copy(format!("{}__all__ = []\n{}", list(10_000), "__all__ += _x\n".repeat(10_000))),
            "copy",
            "more names than are read",
        ),
        ("the exports of another module again and again", taken, "copy", "10000 public names"),
        (
            "what the file binds again and again",
            copy(format!("__all__ = []\n{}{}", "__all__ += [n for n in globals()]\n".repeat(5_000), names(20_000))),
            "copy",
            "a19999",
        ),
        (
            "slots that are a list",
            copy(format!("{}{}", list(10_000), "class C: __slots__ = _x\n".repeat(10_000))),
            "copy",
            "members of `C`: slots that syntax does not show",
        ),
    ]
}

fn classes() -> Vec<Row<'static>> {
    let spread = |it: usize| format!("class C{it}:\n    a = 1\nglobals().update(C{it}.__members__)\n");
    let taken = "globals().update({k: v for k, v in vars(types).items()})\n".repeat(5_000);
    let given = each(20_000, |it| format!("    put(cls, '__a{it}__', 1)\n"));
    vec![
        ("members of many classes", copy(each(5_000, spread) + &all_of(10_000)), "copy", CUT),
        (
            "the names of a module again and again",
            copy(format!("import types\n{taken}{}", all_of(10_000))),
            "copy",
            CUT,
        ),
        (
            "a maker of classes that gives a lot",
            vec![
                ("Lib/dataclasses.py".to_owned(), format!("def _process_class(cls):\n{given}")),
                ("Lib/copy.py".to_owned(), each(20_000, |it| format!("@dataclass\nclass C{it}: a: int\n"))),
            ],
            "copy",
            "C19999",
        ),
        ("names one behind the other", copy(each(20_000, |it| format!("a{it} = a{}\n", it + 1))), "copy", "a19999"),
        (
            "classes one behind the other",
            copy(each(5_000, |it| format!("class C{}(C{it}): x{it} = 1\n", it + 1))),
            "copy",
            "names behind `C",
        ),
    ]
}

fn of_c_code() -> Vec<Row<'static>> {
    let after = |text: &str| vec![("Modules/timemodule.c".to_owned(), format!("{TIME}{text}"))];
    let calls =
        format!("x=PyType_FromSpec({}a{});\n", "x=PyType_FromSpec(".repeat(249) + &"a,".repeat(1400), ")".repeat(250));
    let entry =
        format!("#define S \"{}\"\nstatic PyMethodDef a[] = {{{{{}}}}};\n", "a".repeat(4000), "S ".repeat(300_000));
    vec![
        ("a branch behind a branch", after(&format!("#if A\n{}#endif\n", "#else\n".repeat(30_000))), "time", "sleep"),
        ("types in each other", after(&format!("static int f(void) {{\n{}}}\n", calls.repeat(90))), "time", "sleep"),
        ("a name of many strings", after(&entry), "time", "sleep"),
    ]
}

#[test]
fn names_that_lead_on_and_on_end_and_say_so() {
    for (what, mut files, module, words) in [stars(), lists(), classes(), of_c_code()].concat() {
        let sandbox = Sandbox::empty();
        files.push(("Lib/abc.py".to_owned(), "from _weakrefset import *\nclass Kept: pass\n".to_owned()));
        if files.iter().all(|it| it.0 != "Lib/json/__init__.py") {
            files.push(("Lib/json/__init__.py".to_owned(), "x = 1\n".to_owned()));
        }
        let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
        let archive = sandbox.file("a.tgz", &packed(&Release::small("3.13", VERSION), VERSION, &files));
        let shown = sandbox.run(&["api", "show", module, "--source", &archive]).succeeds().out;
        assert!(shown.contains(words), "{what}: {}", shown.chars().take(2_000).collect::<String>());
        assert!(words != CUT || shown.lines().count() == 2, "{what}: what was begun is not told as a part");
        let other = sandbox.run(&["api", "show", "abc", "--source", &archive]).succeeds().out;
        assert!(other.contains("Kept") && !other.contains("not looked at"), "{what}: {other}");
    }
}

#[test]
fn what_is_dated_and_announced_thousands_of_times_is_compared_in_time() {
    let of = |patch: u8, files: &[(&str, String)]| {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
        let version = format!("3.13.{patch}");
        packed(&Release::small("3.13", &version), &version, &files)
    };
    let many = |count: usize| all_of(count) + &each(count, |it| format!("def b{it}(): pass\n"));
    let pending = format!("Pending\n-------\n\n{}", each(9_000, |it| format!("* :func:`x.y{it}`\n")));
    let page = format!(
        ".. module:: copy\n\n.. function:: b0\n\n{}",
        each(9_000, |it| format!("   .. versionadded:: 3.13.81\n      x{it}\n"))
    );
    let copy = |text: String| ("Lib/copy.py", text);
    for (old, new, words) in [
        (
            vec![copy(many(9_000))],
            vec![copy(String::new()), ("Doc/deprecations/pending-removal-in-3.19.rst", pending)],
            "9000 changes (9000 removed)",
        ),
        (vec![copy(String::new())], vec![copy(many(9_000)), ("Doc/library/copy.rst", page)], "9000 added"),
    ] {
        let sandbox = Sandbox::empty();
        let [old, new] = [("a.tgz", of(80, &old)), ("b.tgz", of(81, &new))].map(|(name, it)| sandbox.file(name, &it));
        let told = sandbox.run(&["impact", &old, &new]);
        assert!(told.out.contains(words), "{words}: {}{}", told.err, told.out.chars().take(2_000).collect::<String>());
    }
}
