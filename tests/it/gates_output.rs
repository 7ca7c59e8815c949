//! The forms that other programs read.

use serde_json::Value;

use crate::{
    changes::git,
    gates_command::usual_gates,
    support::{
        Sandbox,
        sarif::assert_is_sarif,
        tree::{LOAD, STD, mini},
    },
};

/// A workspace with one finding in a line, and `unknown` more.
fn sandbox(unknown: usize) -> Sandbox {
    let box_ = Sandbox::of(&mini());
    let loads: String = (0..unknown).map(|n| format!("require_intrinsic(\"molt_no_{n}\")\n")).collect();
    box_.write(&format!("{STD}/this.py"), format!("{LOAD}x = _molt_intrinsics\n{loads}"));
    box_
}

fn sarif(box_: &Sandbox, args: &[&str]) -> Value {
    let ended = box_.sync(&[&["gates", "--format", "sarif"], args].concat());
    serde_json::from_str(&ended.out).unwrap()
}

#[test]
fn sarif_fits_its_schema() {
    let box_ = sandbox(2);
    let log = sarif(&box_, &[]);
    assert_is_sarif(&log);
    assert_eq!((&log["version"], log["runs"][0]["results"].as_array().unwrap().len()), (&"2.1.0".into(), 3));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], rules[index]["id"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "src/molt/stdlib/this.py");
        assert!(place["region"]["startLine"].as_u64() >= Some(3) && place["region"]["startColumn"].is_u64());
    }
}

#[test]
fn fingerprints_outlive_moved_lines_and_tell_findings_apart() {
    let prints = |box_: &Sandbox| -> Vec<String> {
        let log = sarif(box_, &[]);
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|it| it["partialFingerprints"]["moltSyncFinding/v1"].as_str().unwrap().to_owned()).collect()
    };
    let box_ = sandbox(2);
    let before = prints(&box_);
    let path = format!("{STD}/this.py");
    box_.write(&path, format!("\n\n# moved\n{}", box_.read(&path)));
    assert_eq!(prints(&box_), before);
    assert_eq!(before.iter().collect::<std::collections::BTreeSet<_>>().len(), before.len());
    assert!(before.iter().all(|it| it.len() == 16));
}

#[test]
fn junit_has_one_case_a_gate() {
    let box_ = sandbox(2);
    let ended = box_.sync(&["gates", "--format", "junit"]);
    assert_eq!(ended.code, 1);
    let report = quick_junit::Report::deserialize_from_str(&ended.out).unwrap();
    let suite = &report.test_suites[0];
    assert_eq!((suite.test_cases.len(), suite.failures, suite.errors), (usual_gates(), 2, 0));
    let case = suite.test_cases.iter().find(|it| it.name.as_str() == "known-intrinsics").unwrap();
    let quick_junit::TestCaseStatus::NonSuccess { message, description, .. } = &case.status else { panic!("it fails") };
    assert_eq!(message.as_ref().unwrap().as_str(), "2 findings: loaded intrinsics are in the manifest");
    let lines = description.as_ref().unwrap().as_str();
    assert!(lines.starts_with("src/molt/stdlib/this.py:4:1: `molt_no_0` is not in "), "{lines}");
    let odd = Sandbox::of(&mini());
    odd.write(&format!("{STD}/test/a&<b>.py"), "x = 1\n");
    let ended = odd.sync(&["gates", "--format", "junit"]);
    assert!(quick_junit::Report::deserialize_from_str(&ended.out).is_ok(), "{}", ended.out);
}

#[test]
fn annotations_are_at_most_nine_and_a_summary() {
    let ended = sandbox(20).sync(&["gates", "--format", "github"]);
    // GitHub shows ten of each kind
    let (lines, told): (Vec<&str>, Vec<&str>) = ended.out.lines().partition(|it| it.starts_with("::error "));
    assert_eq!((ended.code, lines.len()), (1, 10));
    assert!(told.len() < 10 && told.iter().all(|it| it.starts_with("::notice title=gates::not judged: ")), "{told:?}");
    assert_eq!(
        lines[0],
        "::error file=src/molt/stdlib/this.py,line=3,col=5,endColumn=21,title=registry-access::`_molt_intrinsics` is used in code%0Arepair: Import `require_intrinsic` from `_intrinsics` and load by name."
    );
    assert!(
        lines[9].starts_with("::error title=gates::21 findings, 12 of them not shown here; 0 intrinsic-backed, "),
        "{}",
        lines[9]
    );
    let fine = Sandbox::of(&mini()).sync(&["gates", "--format", "github"]).succeeds();
    assert!(
        fine.out.starts_with("::notice title=gates::")
            && fine.out.contains("gates pass, 1 not judged; ")
            && fine.out.lines().skip(1).all(|it| it.starts_with("::notice title=gates::not judged: "))
    );
    // what is left of before is no pass of all
    let old = sandbox(1);
    git(&old, &["init", "-q", "-b", "main"]);
    git(&old, &["add", "-A"]);
    git(&old, &["commit", "-q", "-m", "start"]);
    let told = old.sync(&["gates", "--format", "github", "--base", "HEAD", "--new-only"]).succeeds();
    assert!(told.out.starts_with("::notice title=gates::no new findings, 2 old findings; "), "{}", told.out);
    let one = Sandbox::of(&mini()).sync(&["gates", "--only", "manifest"]).succeeds();
    assert!(one.out.contains("1 gate: 0 failed with 0 findings\n"), "{}", one.out);
    let odd = Sandbox::of(&mini());
    odd.write(&format!("{STD}/test/a,b%:c.py"), "x = 1\n");
    odd.sync(&["gates", "--format", "github"]).says("file=src/molt/stdlib/test/a%2Cb%25%3Ac.py,");
}
