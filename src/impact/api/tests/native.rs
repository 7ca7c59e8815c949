//! What C code gives to a module: a file in a string, and the names that must come out.

use super::api_of;

/// The names of the module `m` that this C code makes, each with its kind, its signature, its origin and its condition.
fn names(code: &str) -> String {
    let rest = "static struct PyModuleDef mmodule = {\n    PyModuleDef_HEAD_INIT, .m_name = \"m\"\n};\nPyMODINIT_FUNC\nPyInit_m(void)\n{\n    return 0;\n}\n";
    let api =
        api_of(&[("Modules/m.c", &format!("{code}\n{rest}")), ("Lib/_x.py", ""), ("Lib/x.py", "from m import *\n")]);
    let show = |(name, it): (&String, &crate::impact::api::Name)| {
        let signature = it.signature.as_ref().map_or(String::new(), ToString::to_string);
        let origin =
            it.origin.as_ref().filter(|it| !it.starts_with("m.")).map_or(String::new(), |it| format!("<{it}>"));
        let condition = it.condition.as_ref().map_or(String::new(), |it| format!("[{it}]"));
        format!("{} {name}{signature}{origin}{condition}", it.kind.word())
    };
    api.modules["x"].names.iter().map(show).collect::<Vec<_>>().join(", ")
}

/// A function in C that runs when the module is imported.
fn exec(body: &str) -> String {
    format!("static int\nexec(PyObject *m)\n{{\n{body}\n    return 0;\n}}\n")
}

#[test]
fn names_are_added_by_calls_macros_and_functions() {
    for (before, body, expected) in [
        ("", "PyModule_AddIntMacro(m, A); PyModule_AddStringConstant(m, \"b\", \"x\");", "data A, data b"),
        (
            "",
            "PyModule_AddObjectRef(m, \"E\", x);\n#ifdef MS_WINDOWS\nPyModule_AddIntMacro(m, W);\n#endif",
            "data E, data W[only if defined(MS_WINDOWS)]",
        ),
        (
            "#define ADD(x) do { if (PyModule_AddIntConstant(m, #x, x) < 0) { return -1; } } while (0)",
            "ADD(A); ADD(B);",
            "data A, data B",
        ),
        (
            "#define ADD(x) ADD2(\"P_\" #x, Q_ ## x)\n#define ADD2(n, v) PyModule_AddIntConstant(m, n, v)",
            "ADD(A);",
            "data P_A",
        ),
        ("#define ADD(m, ...) PyModule_AddObjectRef(m, __VA_ARGS__)", "ADD(m, \"a\", b);", "data a"),
        // what a macro is at that place
        (
            "",
            "#define C(x) PyModule_AddIntConstant(m, \"A_\" #x, x)\nC(X);\n#undef C\n#define C(x) PyModule_AddIntConstant(m, \"B_\" #x, x)\nC(Y);",
            "data A_X, data B_Y",
        ),
        ("#define NAME \"ab\"", "PyModule_AddIntConstant(m, NAME \"c\", 1);", "data abc"),
        // a function that adds what its callers name
        (
            "static int\nput(PyObject *m, const char *name, long value)\n{\n    return PyModule_AddIntConstant(m, name, value);\n}\n",
            "put(m, \"A\", 1);",
            "data A",
        ),
        (
            "static int\nput(table *t, int n, const char *name, PyObject *mod)\n{\n    if (t) {\n        return PyModule_Add(mod, name, d);\n    }\n}\n",
            "put(t, 3, \"names\", m);",
            "data names",
        ),
        // the dictionary of the module, and others
        (
            "",
            "PyObject *d = PyModule_GetDict(m); PyDict_SetItemString(d, \"a\", x); PyDict_SetItemString(e, \"b\", x);",
            "data a",
        ),
        // tables of names and values
        (
            "static const struct c all[] = {\n    {\"One\", 1},\n    {\"TWO\", 2},\n    {NULL, 0}\n};",
            "for (c = all; c->name; c++) { PyModule_AddIntConstant(m, c->name, c->value); }",
            "data One, data TWO",
        ),
        (
            "static const char *all[] = {\"A\", \"B\"};",
            "for (i = 0; i < 2; i++) { PyModule_AddObjectRef(m, all[i], x); }",
            "data A, data B",
        ),
        (
            "struct s all[] = {\n#define ITEM(N) {&_T_ ## N, #N}\n    ITEM(A), ITEM(B)\n};",
            "PyModule_AddObjectRef(m, all[i].name, all[i].exc);",
            "data A, data B",
        ),
        // what belongs to another module
        (
            "static int\nmake(PyObject *m)\n{\n    PyObject *sub_module = add_submodule(m, \"m\" \".sub\");\n    PyModule_AddIntConstant(sub_module, \"S\", 1);\n}\n",
            "PyModule_AddIntMacro(m, A);",
            "data A",
        ),
    ] {
        assert_eq!(names(&format!("{before}\n{}", exec(body))), expected, "{before}{body}");
    }
}

#[test]
fn what_only_a_call_adds_is_told_apart() {
    let code = "static PyObject *\nstart_impl(PyObject *m)\n{\n    PyModule_AddIntMacro(m, LATER);\n}\n";
    assert_eq!(names(code), "data LATER[only once `start` was called]");
}

#[test]
fn functions_take_what_their_text_or_their_flags_say() {
    let table = "PyDoc_STRVAR(a_doc, \"a($module, x, /)\\n--\\n\\nA.\");\n#define F(n, N) PyDoc_STRVAR(m_ ## n ## _doc, #n \"($module, y, /)\\n--\\n\\n\" N);\nF(b, \"B.\")\nstatic PyMethodDef methods[] = {\n    {\"a\", a, METH_O, a_doc},\n    {\"b\", b, METH_O, m_b_doc},\n    {\"c\", c, METH_NOARGS, NULL},\n    {\"d\", d, METH_O, \"d.\"},\n    {\"e\", e, METH_VARARGS, NULL},\n    {NULL}\n};\nstatic struct PyModuleDef mmodule = { PyModuleDef_HEAD_INIT, .m_name = \"m\", .m_methods = methods };\nPyMODINIT_FUNC PyInit_m(void) { return 0; }\n";
    let api = api_of(&[("Modules/m.c", table), ("Lib/x.py", "from m import *\n")]);
    let signature = |name: &str| api.modules["x"].names[name].signature.as_ref().map(ToString::to_string);
    let all: Vec<Option<String>> = ["a", "b", "c", "d", "e"].into_iter().map(signature).collect();
    let expected = [Some("(x, /)"), Some("(y, /)"), Some("()"), Some("(object, /)"), None];
    assert_eq!(all, expected.map(|it| it.map(str::to_owned)));
}

#[test]
fn types_have_the_members_of_their_tables_their_dictionaries_and_their_bases() {
    let base = "static PyMethodDef base_methods[] = {{\"b\", b, METH_NOARGS, NULL}, {NULL}};\nstatic PyType_Slot base_slots[] = {{Py_tp_methods, base_methods}, {0, NULL}};\nstatic PyType_Spec base_spec = {.name = \"m.Base\", .slots = base_slots};\nstatic PyMemberDef sub_members[] = {{\"f\", T_INT, 0}, {NULL}};\nstatic PyType_Slot sub_slots[] = {{Py_tp_members, sub_members}, {0, NULL}};\nstatic PyType_Spec sub_spec = {.name = MODULE \".Sub\", .slots = sub_slots};\n#define MODULE \"m\"\n";
    for (before, body, expected) in [
        (
            base,
            "st->B = (PyTypeObject *)PyType_FromModuleAndSpec(m, &base_spec, NULL);\nPyModule_AddType(m, st->B);",
            "class Base, method Base.b()",
        ),
        (
            base,
            "st->B = PyType_FromModuleAndSpec(m, &base_spec, NULL);\nst->S = \\\n    PyType_FromModuleAndSpec(m, &sub_spec, (PyObject *)st->B);\nPyModule_AddType(m, st->S);",
            "class Sub, method Sub.b(), property Sub.f",
        ),
        (
            &format!(
                "{base}#define MAKE(s, v, p, b) do {{ v = PyType_FromModuleAndSpec(m, p, b); if (PyModule_AddType(m, v) < 0) {{ return -1; }} }} while (0)\n"
            ),
            "MAKE(s, st->B, &base_spec, NULL); MAKE(s, st->S, &sub_spec, st->B);",
            "class Base, method Base.b(), class Sub, method Sub.b(), property Sub.f",
        ),
        (
            base,
            "PyObject *bases = PyTuple_Pack(1, st->B);\nst->B = PyType_FromModuleAndSpec(m, &base_spec, NULL);\nPyTypeObject *type = (PyTypeObject *)PyType_FromSpecWithBases(&sub_spec, bases);\nst->kept = type;\nPyModule_AddObjectRef(m, \"Named\", st->kept);",
            "class Named, method Named.b(), property Named.f",
        ),
        (
            "static PyMethodDef a_methods[] = {{\"x\", x, METH_NOARGS}, {NULL}};\nstatic PyTypeObject A_Type = {PyVarObject_HEAD_INIT(&PyType_Type, 0) \"m.A\", .tp_methods = a_methods};\nstatic PyTypeObject B_Type = {PyVarObject_HEAD_INIT(NULL, 0) \"m.B\", 0, &A_Type};\nstatic PyTypeObject C_Type = {PyVarObject_HEAD_INIT(NULL, 0) \"m.C\"};\nstatic PyTypeObject * const all[] = {&A_Type, &B_Type, &C_Type};\n",
            "C_Type.tp_base = &A_Type;\nfor (i = 0; i < 3; i++) { PyTypeObject *type = all[i]; PyModule_AddObjectRef(m, name_of(type), (PyObject *)type); }",
            "class A, method A.x(), class B, method B.x(), class C, method C.x()",
        ),
        (
            "static PyTypeObject A_Type = {PyVarObject_HEAD_INIT(NULL, 0) \"m.A\"};\n",
            "PyModule_AddObjectRef(m, \"A\", (PyObject *)&A_Type);\nPyObject *d = A_Type.tp_dict;\nPyDict_SetItemString(d, \"min\", x);\nd = _PyType_GetDict(&A_Type);\nPyDict_SetItemString(d, \"max\", x);",
            "class A, data A.max, data A.min",
        ),
        (
            "",
            "st->a = make_type(st, \"Node\", st->base, fields, 3);\nPyObject_SetAttr(st->a, st->end, Py_None);\nPyModule_AddObjectRef(m, \"Node\", st->a);",
            "class Node, data Node.end",
        ),
        (
            "static PyStructSequence_Field fields[] = {{\"f\", \"\"}, {NULL}};\nstatic PyStructSequence_Desc desc = {\"m.S\", \"\", fields, 1};\nstatic PyMethodDef structseq_methods[] = {{\"__replace__\", f, METH_NOARGS}, {NULL}};\n",
            "st->S = PyStructSequence_NewType(&desc);\nPyModule_AddObject(m, \"S\", st->S);",
            "class S, method S.__replace__(), property S.f, data S.n_fields, data S.n_sequence_fields, data S.n_unnamed_fields",
        ),
        (
            "#define EXC(n, b) st->n = PyErr_NewException(ELSEWHERE \".\" #n, b, NULL); PyModule_AddType(m, (PyTypeObject *)st->n)\n",
            "EXC(Error, NULL); EXC(Other, st->Error);",
            "class Error, class Other",
        ),
    ] {
        assert_eq!(names(&format!("{before}\n{}", exec(body))), expected, "{body}");
    }
}

#[test]
fn what_is_computed_is_told() {
    let code = exec("for (i = 0; i < 9; i++) { PyModule_AddIntConstant(m, key_name(i), i); }");
    let rest = "static struct PyModuleDef mmodule = { PyModuleDef_HEAD_INIT, .m_name = \"m\" };\nPyMODINIT_FUNC\nPyInit_m(void)\n{\n    return 0;\n}\n";
    let api = api_of(&[("Modules/m.c", &format!("{code}{rest}")), ("Lib/x.py", "from m import *\n")]);
    assert_eq!(api.modules["x"].not_looked_at, ["names that C code computes"]);
}

#[test]
fn constants_that_only_the_documentation_has_depend_on_the_code() {
    let end = "static struct PyModuleDef mmodule = { PyModuleDef_HEAD_INIT, .m_name = \"m\" };\nPyMODINIT_FUNC\nPyInit_m(void)\n{\n    return 0;\n}\n";
    let page = ".. module:: x\n\n| .. data:: KEY_UP | Up |\n| ``KEY_A`` | A |\n";
    for (body, expected) in [
        (
            "for (i = 0; i < 9; i++) { PyModule_AddIntConstant(m, key_name(i), i); } PyModule_AddIntConstant(m, \"KEY_A\", 1);",
            vec![("KEY_A", None), ("KEY_UP", Some("if C code computes it"))],
        ),
        ("PyModule_AddIntConstant(m, \"KEY_A\", 1);", vec![("KEY_A", None)]),
    ] {
        let code = format!("{}{end}", exec(body));
        let api = api_of(&[("Modules/m.c", &code), ("Lib/x.py", "from m import *\n"), ("Doc/library/x.rst", page)]);
        let names: Vec<_> =
            api.modules["x"].names.iter().map(|(name, it)| (name.as_str(), it.condition.as_deref())).collect();
        assert_eq!(names, expected);
    }
}

#[test]
fn what_a_function_gives_has_the_methods_of_its_type() {
    let code = "static PyMethodDef c_methods[] = {{\"encode\", f, METH_O}, {NULL}};\nstatic PyType_Slot c_slots[] = {{Py_tp_methods, c_methods}, {0, NULL}};\nstatic PyType_Spec c_spec = {.name = \"_c.MultibyteCodec\", .slots = c_slots};\n";
    for (text, expected) in [
        ("import _d\ncodec = _d.getcodec('x')\nclass Codec:\n    encode = codec.encode\n", "(object, /)"),
        ("import _d\ncodec = _d.other('x')\nclass Codec:\n    encode = codec.encode\n", ""),
    ] {
        let api = api_of(&[("Modules/c.c", code), ("Lib/x.py", text)]);
        let found = api.modules["x"].names["Codec.encode"].signature.as_ref().map(ToString::to_string);
        assert_eq!(found.unwrap_or_default(), expected, "{text}");
    }
}

#[test]
fn types_that_code_finds_are_known_by_their_names() {
    let code = "static PyMethodDef p_methods[] = {{\"match\", f, METH_NOARGS}, {NULL}};\nstatic PyType_Slot p_slots[] = {{Py_tp_methods, p_methods}, {0, NULL}};\nstatic PyType_Spec p_spec = {.name = \"x.Pattern\", .slots = p_slots};\n";
    let api = api_of(&[("Modules/m.c", code), ("Lib/x.py", "Pattern = type(make())\n")]);
    let names: Vec<&String> = api.modules["x"].names.keys().collect();
    assert_eq!(names, ["Pattern", "Pattern.match"]);
}

#[test]
fn odd_code_ends() {
    let twice = "#define A(x) x x x x x x x x\n".to_owned() + &"A(A(A(A(A(A(A(A(PyModule_Add))))))))\n".repeat(50);
    for code in [
        twice,
        "#define A(x) PyModule_AddObject(m, #x, A(x) B(x))\n#define B(x) A(x) A(x)\nA(y)".into(),
        "f(".repeat(50_000),
        "#define A(x) PyModule_AddIntMacro(m, x)\n".repeat(2_000) + "A(y)",
        "static int f(x) {\n".repeat(3_000),
        "x = PyTuple_Pack(\n} tp_base = ; .tp_base = &T; a->tp_base = b;".into(),
    ] {
        drop(names(&code));
    }
}
