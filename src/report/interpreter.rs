//! How a live interpreter stands to the record of its series, with a printer for each reader.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

use super::{
    gates::{data, property},
    sarif,
};
use crate::{
    base::{Sha256, line, number_of, printable},
    report::envelope::{envelope, json_document},
    stdlib::Explained,
};

/// What was found.
pub struct InterpreterReport {
    /// `CPython 3.14.2 on linux`
    pub interpreter: String,
    /// The recorded release, with its label.
    pub baseline: String,
    /// The file of the record, from the top of the repository, and its text; none where a bundled one counts.
    pub record: Option<(String, String)>,
    /// Every difference.
    pub differences: Vec<Explained>,
    /// Names that were not imported, because that does more than import them.
    pub not_imported: Vec<String>,
}

/// The check's name in reports.
const CHECK: &str = "baseline-verify";

/// Annotations that GitHub shows of a kind and step, less one for the summary.
const SHOWN: usize = 9;

impl InterpreterReport {
    /// The differences that nothing explains.
    pub fn unexplained(&self) -> impl Iterator<Item = &Explained> {
        self.differences.iter().filter(|it| it.because.is_none())
    }

    fn summary(&self) -> String {
        format!(
            "{} against the baseline of {}: {}, {} of them unexplained",
            self.interpreter,
            self.baseline,
            number_of(self.differences.len(), "difference"),
            self.unexplained().count()
        )
    }

    /// For people.
    pub fn human(&self) -> String {
        let mut out = format!("{}\n", self.summary());
        for it in &self.differences {
            let because = it.because.as_deref().unwrap_or("NOT EXPLAINED");
            out += &line(&format!("  {}: {} ({because})", it.name, it.difference));
        }
        if !self.not_imported.is_empty() {
            out += &line(&format!("  not looked at, because importing them does more: {}", by_top(&self.not_imported)));
        }
        out
    }

    /// As one JSON document.
    pub fn json(&self) -> String {
        let value = envelope(json!({
            "interpreter": self.interpreter,
            "baseline": self.baseline,
            "unexplained": self.unexplained().count(),
            "differences": self.differences,
            "not_imported": self.not_imported,
        }));
        json_document(&value)
    }

    /// The line of a name in the record, or of the nearest name around it that it has.
    fn line_of(&self, name: &str) -> Option<usize> {
        let text = &self.record.as_ref()?.1;
        let mut name = name;
        loop {
            let quoted = format!("\"{name}\"");
            if let Some(at) = text.lines().position(|it| it.contains(&quoted)) {
                return Some(at + 1);
            }
            name = name.rsplit_once('.')?.0;
        }
    }

    /// The log for code scanning: an error for what nothing explains, a note for the rest.
    pub fn sarif(&self) -> String {
        let rules = [
            rule("unexplained-difference", "The interpreter differs from the record, and nothing explains it", "error"),
            rule("explained-difference", "The interpreter differs from the record for a known reason", "note"),
        ];
        sarif::log(CHECK, (&rules, &[]), || self.differences.iter().map(|it| self.result(it)))
    }

    fn result(&self, it: &Explained) -> Value {
        let (index, level) = if it.because.is_some() { (1, "note") } else { (0, "error") };
        let key = Sha256::of(format!("{}\0{}", it.name, it.difference).as_bytes()).short(16);
        let mut res = json!({
            "ruleId": (["unexplained-difference", "explained-difference"][index]),
            "ruleIndex": index,
            "level": level,
            "message": { "text": words(it) },
            "partialFingerprints": { "moltSyncDifference/v1": key },
        });
        if let Some((path, _)) = &self.record {
            let mut place = json!({ "artifactLocation": sarif::artifact("", path) });
            if let Some(line) = self.line_of(&it.name) {
                place["region"] = json!({ "startLine": line });
            }
            res["locations"] = json!([{ "physicalLocation": place }]);
        }
        res
    }

    /// A test report: a case for each difference, and one for all names that agree.
    pub fn junit(&self) -> Result<String, quick_junit::SerializeError> {
        let mut suite = TestSuite::new(CHECK);
        let mut add = |name: &str, status: TestCaseStatus| {
            let mut case = TestCase::new(name, status);
            case.set_classname(format!("molt-sync.{CHECK}"));
            suite.add_test_case(case);
        };
        add(&printable(&format!("the other names of {}", self.interpreter)), TestCaseStatus::success());
        for it in &self.differences {
            let mut status = match it.because {
                Some(_) => TestCaseStatus::skipped(),
                None => TestCaseStatus::non_success(NonSuccessKind::Failure),
            };
            status.set_message(printable(&words(it)));
            add(&printable(&it.name), status);
        }
        let mut report = Report::new("molt-sync");
        report.add_test_suite(suite);
        report.to_string()
    }

    /// Annotations of a workflow on GitHub.
    pub fn github(&self) -> String {
        let mut out = String::new();
        for it in self.unexplained().take(SHOWN) {
            let mut place = Vec::new();
            if let Some((path, _)) = &self.record {
                place.push(format!("file={}", property(path)));
                place.extend(self.line_of(&it.name).map(|it| format!("line={it}")));
            }
            place.push(format!("title={}", property(&it.name)));
            out += &format!("::error {}::{}\n", place.join(","), data(&words(it)));
        }
        let count = self.unexplained().count();
        let level = if count == 0 { "notice" } else { "error" };
        let rest = count.saturating_sub(SHOWN);
        let more = if rest == 0 { String::new() } else { format!("; {rest} of them not shown here") };
        out + &format!("::{level} title={CHECK}::{}\n", data(&format!("{}{more}", self.summary())))
    }
}

fn words(it: &Explained) -> String {
    let because = it.because.as_deref().unwrap_or("not explained");
    format!("{}: {} ({because})", it.name, it.difference)
}

fn rule(id: &str, title: &str, level: &str) -> Value {
    json!({
        "id": id,
        "shortDescription": { "text": title },
        "fullDescription": { "text": "molt-sync baseline verify compares the recorded names of a series with those of a live interpreter." },
        "help": { "text": "See whether the interpreter was changed or built without a module; where the record is wrong, refresh the series from a release." },
        "defaultConfiguration": { "level": level },
    })
}

/// Names in one line, those below one top-level name counted.
fn by_top(names: &[String]) -> String {
    let mut below: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in names {
        below.entry(name.split('.').next().unwrap_or(name)).or_default().push(name);
    }
    let one = |(top, names): (&str, Vec<&str>)| match names.as_slice() {
        [only] => (*only).to_owned(),
        _ => format!("{} below {top}", number_of(names.len(), "name")),
    };
    below.into_iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(because: Option<&str>) -> InterpreterReport {
        let one = Explained {
            name: "json.tool".into(),
            difference: "only in the baseline".into(),
            because: because.map(Into::into),
        };
        InterpreterReport {
            interpreter: "CPython 3.14.2 on linux".into(),
            baseline: "3.14.10".into(),
            record: Some(("in/baselines/3.14.json".into(), "{\n\"json\": {},\n\"x\": {}\n}\n".into())),
            differences: vec![one],
            not_imported: vec!["a.b".into(), "a.c".into(), "d".into()],
        }
    }

    #[test]
    fn each_form_has_the_difference_at_its_line_of_the_record() {
        let log: Value = serde_json::from_str(&report(None).sarif()).unwrap();
        let run = &log["runs"][0];
        assert_eq!(run["automationDetails"]["id"], "molt-sync/baseline-verify/");
        let result = &run["results"][0];
        assert_eq!((&result["level"], &result["ruleId"]), (&json!("error"), &json!("unexplained-difference")));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "in/baselines/3.14.json");
        // the record has the package, and no line of the module
        assert_eq!(place["region"]["startLine"], 2);
        let github = report(None).github();
        assert!(
            github.starts_with("::error file=in/baselines/3.14.json,line=2,title=json.tool::json.tool: only"),
            "{github}"
        );
        assert!(github.contains("\n::error title=baseline-verify::CPython 3.14.2 on linux against"), "{github}");
        let junit = report(None).junit().unwrap();
        assert!(junit.contains("tests=\"2\"") && junit.contains("failures=\"1\""), "{junit}");
    }

    #[test]
    fn what_is_explained_fails_nothing() {
        let log: Value = serde_json::from_str(&report(Some("it is optional")).sarif()).unwrap();
        assert_eq!(log["runs"][0]["results"][0]["level"], "note");
        assert!(report(Some("x")).github().starts_with("::notice title=baseline-verify::"));
        assert!(report(Some("x")).junit().unwrap().contains("failures=\"0\""));
        let human = report(Some("it is optional")).human();
        assert!(human.contains("json.tool: only in the baseline (it is optional)\n"), "{human}");
        assert!(human.ends_with("2 names below a, d\n"), "{human}");
    }
}
