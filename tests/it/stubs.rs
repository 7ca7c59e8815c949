//! Missing, surplus and stale stubs, told and repaired.

use serde_json::Value;

use crate::support::Sandbox;

const STD: &str = "src/molt/stdlib";

fn check(sandbox: &Sandbox) -> (Value, i32) {
    let ended = sandbox.sync(&["stubs", "check", "--format", "json"]);
    (serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}{}", ended.out, ended.err)), ended.code)
}

fn names(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|it| it["module"].as_str().unwrap()).collect()
}

/// A workspace in which one stub is missing, one is too many, one is of another form, and one file is a person's.
fn drifted() -> Sandbox {
    let sandbox = Sandbox::with_series("3.13");
    let stub = sandbox.read(&format!("{STD}/this.py"));
    sandbox.remove(&format!("{STD}/wave.py"));
    sandbox.write(&format!("{STD}/surplus.py"), stub.replace("`this`", "`surplus`").replace("\"this\"", "\"surplus\""));
    sandbox.write(&format!("{STD}/mine.py"), "x = 1\n");
    sandbox.write(&format!("{STD}/this.py"), stub.replace("# TODO(", "# STDLIB_GAP("));
    sandbox
}

#[test]
fn a_tree_in_step_says_so() {
    let sandbox = Sandbox::with_series("3.13");
    let (found, code) = check(&sandbox);
    assert_eq!((found["in_step"].clone(), code), (true.into(), 0), "{found}");
    sandbox.sync(&["stubs", "sync"]).succeeds().says("nothing to do");
}

#[test]
fn what_drifted_is_told_and_brought_in_step() {
    let sandbox = drifted();
    let (found, code) = check(&sandbox);
    assert_eq!(names(&found["missing"]), ["wave"], "{found}");
    assert_eq!(names(&found["surplus"]), ["surplus"], "{found}");
    assert_eq!((names(&found["wrong_shape"]), code), (Vec::<&str>::new(), 1));
    let before = sandbox.snapshot();
    sandbox.sync(&["stubs", "sync", "--dry-run"]).succeeds().says("--- /dev/null");
    assert!(sandbox.snapshot() == before, "a dry run writes nothing");
    sandbox.sync(&["stubs", "sync"]).succeeds();
    assert!(sandbox.ws(&format!("{STD}/wave.py")).exists() && !sandbox.ws(&format!("{STD}/surplus.py")).exists());
    assert_eq!(sandbox.read(&format!("{STD}/mine.py")), "x = 1\n");
    let (found, code) = check(&sandbox);
    assert_eq!((found["in_step"].clone(), code), (true.into(), 0), "{found}");
    sandbox.sync(&["undo"]).succeeds();
    assert!(sandbox.ws(&format!("{STD}/surplus.py")).exists(), "it is a change like any other");
}

#[test]
fn a_persons_file_in_the_place_of_a_package_is_for_a_person() {
    let sandbox = Sandbox::with_whole_series("3.13");
    for it in ["__init__.py", "headers.py", "simple_server.py", "types.py", "validate.py", "handlers.py", "util.py"] {
        let path = format!("{STD}/wsgiref/{it}");
        if sandbox.ws(&path).exists() {
            sandbox.remove(&path);
        }
    }
    sandbox.write(&format!("{STD}/wsgiref.py"), "x = 1\n");
    let (found, code) = check(&sandbox);
    assert_eq!((names(&found["conflict"]), code), (vec!["wsgiref"], 3), "{found}");
    sandbox.refuses(&["stubs", "sync"], 3, &["a person's file stands where a package is needed"]);
}
