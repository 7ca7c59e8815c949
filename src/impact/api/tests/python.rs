//! What Python files offer: files in strings, and the names that must come out.

use super::api_of;

/// The names of the module `x`, each with its kind and its signature.
fn names(files: &[(&str, &str)]) -> String {
    let api = api_of(files);
    let show = |(name, it): (&String, &crate::impact::api::Name)| {
        let signature = it.signature.as_ref().map_or(String::new(), ToString::to_string);
        let condition = it.condition.as_ref().map_or(String::new(), |it| format!("[{it}]"));
        format!("{} {name}{signature}{condition}", it.kind.word())
    };
    api.modules["x"].names.iter().map(show).collect::<Vec<_>>().join(", ")
}

const OTHER: (&str, &str) = (
    "Lib/y.py",
    "__all__ = ['f', '_g']\ndef f(a): pass\ndef _g(): pass\nclass C:\n    def m(self, a): pass\n    @classmethod\n    def k(cls, b): pass\n    E = ValueError\n_i = C()\n",
);

#[test]
fn names_are_followed_to_where_they_come_from() {
    for (text, expected) in [
        // stars, also from a public module
        ("from y import *\n", "function f(a)"),
        (
            "import y\n__all__ = y.__all__ + ['z']\nz = 1\nfrom y import *\ndel y\n",
            "function _g(), function f(a), data z",
        ),
        ("from y import *\nfrom y import __all__\n", "function _g(), function f(a)"),
        (
            "from y import *\nfrom y import __all__ as _all\n__all__ = ['z'] + _all\nz = 1\n",
            "function _g(), function f(a), data z",
        ),
        // what is said of a name last counts
        (
            "from y import *\nimport y\n__all__ = ['z', 'f']\n__all__.remove('z')\n__all__ += ['z']\n__all__.remove('f')\nz = 1\ndel y\n",
            "data z",
        ),
        (
            "from y import *\nimport y\n__all__ = y.__all__ + ['z']\n__all__.remove('f')\n__all__ += y.__all__\n__all__.remove('_g')\nz = 1\ndel y\n",
            "function f(a), data z",
        ),
        ("from y import *\n__all__ = []\n__all__.extend(g(y))\nimport y\ndel y\n", "function _g(), function f(a)"),
        // instances, and methods by way of them and of classes
        ("from y import C as _C\n_i = _C()\nm = _i.m\nk = _C.k\n", "function k(b), function m(a)"),
        ("import y as _y\nm = _y._i.m\ndel _y\n", "function m(a)"),
        (
            "from y import _i\n__all__ = [n for n in dir(_i) if not n.startswith('_')]\nglobals().update((n, getattr(_i, n)) for n in __all__)\n",
            "data E, function k(b), function m(a)",
        ),
        (
            "import y as _y\nglobals().update({k: v for k, v in vars(_y).items() if k[:2] != '__'})\n",
            "class C(), data C.E, method C.k(b), method C.m(a), function f(a)",
        ),
        // functions of the file that bind what their callers name
        ("def _make(*names):\n    globals().update({n: n for n in names})\n_ALL = _make('A', 'B')\n", "data A, data B"),
        (
            "def _p(klass, name):\n    setattr(klass, name, property(f))\nclass K:\n    pass\n_p(K, 'length')\n",
            "class K(), property K.length",
        ),
        (
            "class K:\n    @classmethod\n    def register(cls, typeid, f=None):\n        setattr(cls, typeid, f)\nK.register('Queue')\n",
            "class K(), property K.Queue, method K.register(typeid, f=None)",
        ),
        ("class K: pass\nK.later = 1\n", "class K(), data K.later"),
        (
            "from y import C as _C\n_N = ['m', 'k']\ndef _make(names, of):\n    for name in names:\n        m = getattr(of, name)\n        exec(f(m), globals())\n_make(_N, _C)\n",
            "function k(b), function m(a)",
        ),
        ("def _same(f):\n    g(f)\n    return f\n@_same\ndef h(a): pass\n", "function h(a)"),
        // what is imported where it is asked for
        (
            "__all__ = ['f']\ndef __getattr__(name):\n    if name == 'f':\n        from y import f\n        return f\n    raise AttributeError(name)\n",
            "function f(a)",
        ),
        // slots, fields, structures
        ("class K:\n    __slots__ = dict(a='A.', b='B.')\n", "class K(), property K.a, property K.b"),
        ("class K(S):\n    _fields_ = [('a', int), ('b', int)]\n", "class K, data K.a, data K.b"),
        // members that are something else's
        ("from y import f\nclass K:\n    from y import f\n    g = f\n", "class K(), method K.f(), method K.g()"),
        // imports that fail
        (
            "try:\n    from nt import f\nexcept ImportError:\n    def f(a): pass\nelse:\n    def f(b): pass\n",
            "function f(a)",
        ),
        ("try:\n    raise TypeError\nexcept TypeError as e:\n    T = type(e)\n", "class T"),
        ("class K(metaclass=ABCMeta):\n    def __init__(self, a): pass\nclass L(K): pass\n", "class K(a), class L(a)"),
        ("class K(a.B if a else object):\n    x = 1\n", "class K, data K.x"),
        ("x = x\nX = Y\n", "data X, data x"),
    ] {
        assert_eq!(names(&[("Lib/x.py", text), OTHER]), expected, "{text}");
    }
}

#[test]
fn what_takes_the_place_of_c_code_says_what_that_does_not() {
    let c = "static int\nexec(PyObject *m)\n{\n    PyModule_AddObjectRef(m, \"E\", x);\n    PyModule_AddIntMacro(m, ONE);\n}\nstatic struct PyModuleDef mmodule = { PyModuleDef_HEAD_INIT, .m_name = \"_x\" };\nPyMODINIT_FUNC\nPyInit__x(void)\n{\n    return 0;\n}\n";
    let py = "__all__ = ['E', 'TWO']\nclass E(Exception):\n    def m(self): pass\nTWO = 1\n";
    for text in [
        "try:\n    from _x import *\nexcept ImportError:\n    from _py import *\n",
        "try:\n    from _x import *\nexcept ImportError:\n    import _py\n    import sys\n    sys.modules[__name__] = _py\n",
    ] {
        let found = names(&[("Modules/_x.c", c), ("Lib/_py.py", py), ("Lib/x.py", text)]);
        assert_eq!(found, "class E, method E.m(), data ONE, data TWO", "{text}");
    }
    // a name that the C code does not have
    let text =
        "try:\n    from _x import MISSING\nexcept ImportError:\n    pass\nfrom _x import ONE\n__all__ = ['ONE']\n";
    assert_eq!(names(&[("Modules/_x.c", c), ("Lib/x.py", &text.replace("__all__ = ['ONE']\n", ""))]), "data ONE");
}

#[test]
fn names_that_lead_in_circles_end() {
    let classes: String =
        (0..20).map(|it| format!("class C{it}(C{}.D, C{}.D): pass\n", (it + 1) % 20, (it + 7) % 20)).collect();
    let same: String = (0..20).map(|it| format!("a{it} = a{}.b\n", (it + 1) % 20)).collect();
    for text in [classes, same, "from x import *\nfrom y import *\n".into(), "a = b\nb = a\nc = c.c\n".into()] {
        let api = api_of(&[("Lib/x.py", &text), ("Lib/y.py", "from x import *\n__all__ = x.__all__\n")]);
        assert!(api.modules.contains_key("x") || api.not_looked_at["x"].contains("more steps than are followed"));
    }
}

#[test]
fn ladders_of_bases_are_not_followed_to_their_end() {
    let rung = |it: usize| {
        format!("class X{it}(A{it}): pass\nclass Y{it}(A{it}): pass\nclass A{}(X{it}, Y{it}): pass\n", it + 1)
    };
    let ladder = |rungs: usize| format!("class A0:\n def f(self): pass\n{}", (0..rungs).map(rung).collect::<String>());
    let api = api_of(&[("Lib/a.py", &ladder(4)), ("Lib/b.py", &ladder(1500))]);
    assert!(api.not_looked_at["b"].contains("more steps than are followed"));
    let names = &api.modules["a"].names;
    assert!(names.contains_key("A4") && names.contains_key("A0.f"), "{:?}", names.keys());
}

#[test]
fn modules_that_take_over_each_other_have_the_names_of_both() {
    let pair = "__all__ = ['d', 'e', 'f']\nclass d: pass\nfrom y import e, f\n";
    let other = "from x import *\nif a:\n    e = d\n    class f(d): pass\nelse:\n    f = d\n    class e(d): pass\n";
    assert_eq!(names(&[("Lib/x.py", pair), ("Lib/y.py", other)]), "class d(), class e(), class f()");
}

#[test]
fn where_a_file_writes_its_public_names_down_nothing_else_is_public() {
    let asked = "def __getattr__(name):\n    return f(name)\n";
    for (text, is_told) in [
        (format!("__all__ = ['a']\na = 1\n{asked}"), false),
        (format!("__all__ = ['a', 'b']\na = 1\n{asked}"), true),
        (format!("__all__ = ['a'] + g()\na = 1\n{asked}"), true),
        (format!("a = 1\n{asked}"), true),
    ] {
        let api = api_of(&[("Lib/x.py", &text)]);
        assert_eq!(!api.modules["x"].not_looked_at.is_empty(), is_told, "{text}");
    }
}

#[test]
fn what_functions_do_takes_nothing_from_what_a_file_offers() {
    let long = "y = [1, 2, 3]; z = 'a long body that nothing is asked of, and more of it'; del y, z";
    let text = format!(
        "def f(a, b=1):\n    {long}\n\nclass C:\n    def m(self, x):\n        {long}\n    n = 1\ndef old():\n    import warnings\n    warnings.warn('old', DeprecationWarning)\n    {long}\nz = 2\n"
    );
    let api = api_of(&[("Lib/x.py", &text)]);
    let lines: Vec<String> =
        api.modules["x"].names.iter().map(|(name, it)| format!("{name} {}", it.provenance[0])).collect();
    assert_eq!(
        lines,
        [
            "C P Lib/x.py:4",
            "C.m P Lib/x.py:5",
            "C.n P Lib/x.py:7",
            "f P Lib/x.py:1",
            "old P Lib/x.py:8",
            "z P Lib/x.py:12"
        ]
    );
    assert!(api.modules["x"].names["old"].deprecated.is_some());
}

#[test]
fn classes_have_what_their_makers_give() {
    let collections =
        "def namedtuple(name, fields):\n    return type(name, (tuple,), {'__replace__': f, '_replace': f})\n";
    let dataclasses = "def _process_class(cls):\n    _set_new_attribute(cls, '__replace__', _replace)\n";
    let enums = "class Enum:\n    def name(self): pass\n    def __copy__(self): pass\n";
    let text = "from enum import Enum\nclass E(Enum):\n    A = 1\n@dataclass\nclass D:\n    d: int\nclass N(NamedTuple):\n    n: int\nT = namedtuple('T', 'a')\nclass S(T): pass\nclass O: pass\n";
    let makers = [("Lib/collections.py", collections), ("Lib/dataclasses.py", dataclasses), ("Lib/enum.py", enums)];
    let whole = names(&[&makers[..], &[("Lib/x.py", text)]].concat());
    assert_eq!(
        whole,
        "class D(d), method D.__replace__, class E, data E.A, method E.__copy__(), class N(n), method N.__replace__, property N.n, class O(), class S(a), method S.__replace__, property S.a, class T(a), method T.__replace__, property T.a"
    );
    // what they do not give is not there
    let older = names(&[("Lib/collections.py", "def namedtuple(name, fields): pass\n"), ("Lib/x.py", text)]);
    assert!(!older.contains("__"), "{older}");
}
