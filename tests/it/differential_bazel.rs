//! Bazel's test sharding protocol, driven as Bazel drives it: the script of `examples/lanes`, started in a tree of runfiles that is
//! made of links, with the variables of Bazel's test encyclopedia and no others.

#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use crate::support::{Sandbox, program, workflow::tool};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/lanes");

/// What Bazel would run.
struct Target {
    sandbox: Sandbox,
    /// `TEST_SRCDIR`
    runfiles: PathBuf,
}

impl Target {
    /// The target with these tests, its sources in the workspace and links to them in the runfiles.
    fn new(tests: &[(&str, &str)]) -> Self {
        let sandbox = Sandbox::empty();
        let lane = "[differential]\ntests = 'tests'\n[lanes.native]\nreference = ['sh']\ncandidate = ['sh', '-u']\nlauncher = 'script'\n";
        sandbox.write("examples/lanes/molt-sync.toml", lane);
        sandbox.write("examples/lanes/bazel.sh", fs::read(Path::new(EXAMPLE).join("bazel.sh")).unwrap());
        for (name, text) in tests {
            sandbox.write(&format!("examples/lanes/tests/{name}.py"), text);
        }
        let runfiles = sandbox.root().join("bazel-out/differential.runfiles");
        let folder = runfiles.join("_main/examples/lanes");
        fs::create_dir_all(folder.join("tests")).unwrap();
        let mut files = vec!["molt-sync.toml".to_owned()];
        files.extend(tests.iter().map(|(name, _)| format!("tests/{name}.py")));
        for file in files {
            symlink(sandbox.ws(&format!("examples/lanes/{file}")), folder.join(&file)).unwrap();
        }
        // a test's program has the name of its target
        symlink(sandbox.ws("examples/lanes/bazel.sh"), folder.join("differential")).unwrap();
        tool(&sandbox.root().join("bin"), "molt-sync", &format!("exec '{}' \"$@\"", program().display()));
        Self { sandbox, runfiles }
    }

    fn out(&self, shard: usize, name: &str) -> PathBuf {
        self.sandbox.root().join(format!("testlogs/{shard}/{name}"))
    }

    /// Runs a shard, with what the encyclopedia calls the initial conditions.
    fn shard(&self, index: usize, count: usize) -> Output {
        let tmp = self.sandbox.root().join(format!("tmp/{index}"));
        fs::create_dir_all(&tmp).unwrap();
        fs::create_dir_all(self.out(index, "test.outputs")).unwrap();
        let bin = self.sandbox.root().join("bin");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let number = |it: usize| it.to_string();
        let mut command = Command::new("sh");
        command.arg("examples/lanes/differential").current_dir(self.runfiles.join("_main")).env_clear();
        command.envs([("BAZEL_TEST", "1"), ("TZ", "UTC"), ("USER", "bazel"), ("TEST_WORKSPACE", "_main")]);
        command.envs([
            ("TEST_TARGET", "//examples/lanes:differential"),
            ("TEST_SIZE", "large"),
            ("TEST_TIMEOUT", "900"),
        ]);
        command.env("PATH", path).env("HOME", &tmp).env("TEST_TMPDIR", &tmp);
        command.env("TEST_SRCDIR", &self.runfiles).env("RUNFILES_DIR", &self.runfiles);
        command.env("TEST_UNDECLARED_OUTPUTS_DIR", self.out(index, "test.outputs"));
        command.env("XML_OUTPUT_FILE", self.out(index, "test.xml"));
        if count > 0 {
            command.env("TEST_SHARD_STATUS_FILE", self.out(index, "status"));
            command.env("TEST_TOTAL_SHARDS", number(count)).env("TEST_SHARD_INDEX", number(index));
        }
        command.output().unwrap()
    }

    /// The tests that a shard's report names, and its failures.
    fn report(&self, shard: usize) -> (Vec<String>, usize) {
        let xml = fs::read_to_string(self.out(shard, "test.xml")).unwrap();
        let names = xml.split("<testcase name=\"").skip(1).map(|it| it.split('"').next().unwrap().to_owned());
        (names.collect(), xml.matches("<failure ").count())
    }
}

const TESTS: [(&str, &str); 5] =
    [("a", "echo a"), ("b", "echo b"), ("c", "echo ${NOT_SET}c"), ("d", "echo $TMPDIR"), ("e", "echo e")];

#[test]
fn every_shard_does_its_part_and_says_so() {
    let target = Target::new(&TESTS);
    let before = target.sandbox.snapshot();
    let mut all = Vec::new();
    for (shard, code) in [(0, 1), (1, 0)] {
        let output = target.shard(shard, 2);
        assert_eq!(output.status.code(), Some(code), "{shard}: {output:?}");
        assert_eq!(fs::read(target.out(shard, "status")).unwrap(), b"", "the shard status file is touched");
        let (names, failures) = target.report(shard);
        assert_eq!(failures, usize::try_from(code).unwrap(), "what fails the shard is in its report");
        all.extend(names);
        let outside = target.sandbox.root().join("cache");
        assert!(!outside.exists(), "all that it writes lies below TEST_TMPDIR");
    }
    all.sort();
    assert_eq!(all, ["a", "b", "c", "d", "e"].map(|it| format!("tests/{it}.py")));
    assert_eq!(target.sandbox.snapshot(), before, "the sources stay as they are");
}

#[test]
fn a_shard_for_which_no_test_is_left_succeeds() {
    let target = Target::new(&TESTS[..2]);
    let output = target.shard(4, 5);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(target.out(4, "status").exists());
    assert_eq!(target.report(4), (Vec::new(), 0));
}

#[test]
fn without_shards_it_runs_everything_and_a_part_that_is_none_is_refused() {
    let target = Target::new(&TESTS[..2]);
    let output = target.shard(0, 0);
    assert_eq!((output.status.code(), target.report(0).0.len()), (Some(0), 2), "{output:?}");
    assert!(!target.out(0, "status").exists());
    let output = target.shard(7, 3);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot tell which part"), "{output:?}");
}

#[test]
fn the_example_names_what_the_script_reads() {
    let text = |name: &str| fs::read_to_string(Path::new(EXAMPLE).join(name)).unwrap();
    let build = text("BUILD.bazel");
    let rule = build.split_once("\n\n").unwrap().1;
    assert!(rule.contains("srcs = [\"bazel.sh\"]"), "{rule}");
    assert!(rule.contains("[\"molt-sync.toml\"] + glob([\"tests/*.py\"])"), "{rule}");
    assert!(text("README.md").contains(rule), "the page shows the file as it is");
    assert!(!text("molt-sync.toml").is_empty() && !text("tests/slices.py").is_empty());
}
