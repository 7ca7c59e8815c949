//! How an interpreter is given a test.

use super::Launcher;

/// What Molt's own runner has a program see: it runs as `__main__` through `runpy`, without a package, with its own name as the
/// first two arguments, and with the folder that it was started in as the first place of imports. `-c` gives the last, and
/// `runpy` puts the file in the place of the `-c`.
const BOOT: &str = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__')";

/// What Molt's runner changes in the reference before tests whose path has the word in it.
const CHANGES: [(&str, &str); 2] = [
    ("importlib_resources_", include_str!("bootstrap/resources.py")),
    ("importlib_extension_exec_", include_str!("bootstrap/extensions.py")),
];

/// The arguments of an interpreter that runs `file`.
pub fn started_with(launcher: Launcher, file: &str) -> Vec<String> {
    match launcher {
        Launcher::Molt => vec!["-c".to_owned(), boot(file), file.to_owned()],
        Launcher::Script => vec![file.to_owned()],
    }
}

fn boot(file: &str) -> String {
    let changes = CHANGES.iter().filter(|(word, _)| file.contains(word));
    changes.map(|(_, text)| *text).chain([BOOT]).collect()
}

/// What an interpreter is asked to find out which one it is: lines of its name, its version as numbers, its file and its
/// version in words.
pub const WHICH: &str = "import sys; print(sys.implementation.name); print('.'.join(str(it) for it in sys.version_info[:3])); print(sys.executable); print(' '.join(sys.version.split()))";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_test_that_needs_a_change_gets_it() {
        let words = |file| started_with(Launcher::Molt, file);
        assert_eq!(words("t/json_loads.py"), ["-c", BOOT, "t/json_loads.py"]);
        for (file, name) in
            [("t/importlib_resources_x.py", "MultiplexedPath"), ("importlib_extension_exec_/a.py", "Loader")]
        {
            let [_, text, _] = &words(file)[..] else { unreachable!() };
            assert!(text.contains(name) && text.ends_with(&format!("\n{BOOT}")), "{text}");
        }
        assert_eq!(started_with(Launcher::Script, "t/importlib_resources_x.py"), ["t/importlib_resources_x.py"]);
    }
}
