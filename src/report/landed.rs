//! What landed between two revisions, for people, as JSON and in Markdown.

use serde_json::{Value, json};

use super::envelope::{envelope, json_document};
use crate::{
    audit::Status,
    base::{
        number_of,
        text::{code_span, in_markdown},
    },
    clusters::{Landed, ModuleChange, RevisionChange},
};

/// What `landed` found.
pub struct LandedReport {
    /// The revision that it begins at, as it was named, and its commit.
    pub since: (String, String),
    /// The one that it ends at; none for the tree as it is.
    pub until: Option<(String, String)>,
    /// What landed.
    pub landed: Landed,
}

impl LandedReport {
    /// As one JSON document.
    pub fn json(&self) -> String {
        json_document(&self.value())
    }

    pub(super) fn value(&self) -> Value {
        let it = &self.landed;
        let commit = |(name, commit): &(String, String)| json!({ "revision": name, "commit": commit });
        let counts = it.counts.iter().map(|(status, it)| (status.word().to_owned(), change(it)));
        envelope(json!({
            "since": commit(&self.since),
            "until": self.until.as_ref().map(commit),
            "modules": it.modules.iter().map(module).collect::<Vec<_>>(),
            "converted": self.converted().map(|it| it.name.as_str()).collect::<Vec<_>>(),
            "changed_otherwise": it.otherwise,
            "manifest": { "gained": it.manifest_gained, "lost": it.manifest_lost },
            "tests": it.tests.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "status_counts": counts.collect::<serde_json::Map<_, _>>(),
        }))
    }

    /// For people.
    pub fn human(&self) -> String {
        let mut out = String::new();
        line!(out, "{}", self.title());
        for it in &self.landed.modules {
            line!(out, "  {}: {}", it.name, words(it, str::to_owned).join("; "));
        }
        for (text, count) in self.rest(str::to_owned) {
            if count > 0 {
                line!(out, "{text}");
            }
        }
        for it in &self.landed.tests {
            line!(out, "  {it}");
        }
        out
    }

    /// In Markdown, for a document or a pull request.
    pub fn markdown(&self) -> String {
        self.section("## Landed in this tranche")
    }

    /// The same below another heading.
    pub(super) fn section(&self, heading: &str) -> String {
        let mut out = String::new();
        line!(out, "{heading}");
        out.push('\n');
        out + &self.part()
    }

    /// The same without a heading, for a document that has its own.
    pub fn part(&self) -> String {
        let mut out = String::new();
        line!(out, "{}.", self.title());
        out.push('\n');
        for it in &self.landed.modules {
            line!(out, "- {}: {}", code_span(&it.name), words(it, in_markdown).join("; "));
        }
        for (text, count) in self.rest(in_markdown) {
            if count > 0 {
                line!(out, "- {text}");
            }
        }
        for it in &self.landed.tests {
            line!(out, "  - {}", code_span(it.as_str()));
        }
        out
    }

    fn converted(&self) -> impl Iterator<Item = &ModuleChange> {
        self.landed.modules.iter().filter(|it| it.is_converted())
    }

    fn title(&self) -> String {
        let until = self.until.as_ref().map_or("the tree as it is", |(name, _)| name.as_str());
        let statuses = self.landed.modules.iter().filter(|it| it.status.is_one()).count();
        let unreadable = match self.landed.modules.iter().filter(|it| it.is_unreadable()).count() {
            0 => String::new(),
            count => format!(", {count} not readable"),
        };
        format!(
            "from {} to {until}: {} changed, {statuses} of them in status, {} from stub to work{unreadable}",
            self.since.0,
            number_of(self.landed.modules.len(), "module"),
            self.converted().count()
        )
    }

    /// What is told in a line each, with how much it is, where names are shown so. The files of the tests follow the last.
    fn rest(&self, show: fn(&str) -> String) -> [(String, usize); 4] {
        let it = &self.landed;
        let (otherwise, gained, lost, tests) =
            (it.otherwise.len(), it.manifest_gained.len(), it.manifest_lost.len(), it.tests.len());
        let list = |names: &[String]| listed(names, show);
        [
            (
                format!("{} changed in nothing but its text: {}", number_of(otherwise, "module"), list(&it.otherwise)),
                otherwise,
            ),
            (format!("{} more in the manifest: {}", number_of(gained, "intrinsic"), list(&it.manifest_gained)), gained),
            (format!("{} less in the manifest: {}", number_of(lost, "intrinsic"), list(&it.manifest_lost)), lost),
            (format!("{} came:", number_of(tests, "differential test")), tests),
        ]
    }
}

fn listed(names: &[String], show: fn(&str) -> String) -> String {
    names.iter().map(|it| show(it)).collect::<Vec<_>>().join(", ")
}

/// What became of a module, in words, where names are shown so.
fn words(it: &ModuleChange, show: fn(&str) -> String) -> Vec<String> {
    let mut res = Vec::new();
    match (it.there.before, it.there.after) {
        (false, _) => res.push("new".to_owned()),
        (_, false) => res.push("gone".to_owned()),
        _ => {}
    }
    if it.is_converted() {
        res.push("from stub to work".to_owned());
    } else if it.stub.is_one() && it.stub.after {
        res.push(if it.there.before { "from work to stub".to_owned() } else { "a stub".to_owned() });
    }
    if it.status.is_one() && it.there.before && it.there.after {
        let word = |it: Option<Status>| it.map_or("not readable", Status::word);
        res.push(format!("{} instead of {}", word(it.status.after), word(it.status.before)));
    }
    let list = |count: usize, what: &str, names: &[String]| {
        format!("{} {what}: {}", number_of(count, "intrinsic"), listed(names, show))
    };
    if !it.gained.is_empty() {
        res.push(list(it.gained.len(), "more", &it.gained));
    }
    if !it.lost.is_empty() {
        res.push(list(it.lost.len(), "less", &it.lost));
    }
    let list = |what: &str, names: &[String]| {
        format!("{} {what}: {}", number_of(names.len(), "public name"), listed(names, show))
    };
    for (what, names) in [("more", &it.names_gained), ("less", &it.names_lost)] {
        res.extend(names.iter().filter(|it| !it.is_empty()).map(|it| list(what, it)));
    }
    match (it.marker.before, it.marker.after) {
        (true, false) if it.there.after => res.push("its marker of open work went".to_owned()),
        (false, true) => res.push("a marker of open work came".to_owned()),
        _ => {}
    }
    match (it.attested.before, it.attested.after) {
        (false, true) => res.push("attested".to_owned()),
        (true, false) => res.push("no longer attested".to_owned()),
        _ => {}
    }
    if !it.tests.is_empty() {
        res.push(format!("{} more: {}", number_of(it.tests.len(), "test"), listed(&it.tests, show)));
    }
    res
}

fn change<T: serde::Serialize>(it: &RevisionChange<T>) -> Value {
    json!({ "before": it.before, "after": it.after })
}

fn module(it: &ModuleChange) -> Value {
    json!({
        "module": it.name,
        "path": it.path.to_string(),
        "there": change(&it.there),
        "status": { "before": it.status.before.map(Status::word), "after": it.status.after.map(Status::word) },
        "stub": change(&it.stub),
        "intrinsics": { "gained": it.gained, "lost": it.lost },
        "names_gained": it.names_gained,
        "names_lost": it.names_lost,
        "marker": change(&it.marker),
        "attested": change(&it.attested),
        "tests": it.tests,
    })
}
