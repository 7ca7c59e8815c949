//! The public names of one module, for people and as JSON.

use serde_json::{Value, json};

use crate::{
    base::{line, number_of},
    impact::{
        api::{Api, Name, Note, Removal},
        is_about,
    },
    report::envelope::{envelope, json_document},
};

/// What is shown.
pub struct ApiReport<'a> {
    /// The module.
    pub module: &'a str,
    /// What it was read from.
    pub artifact: &'a str,
    /// Whether that was verified.
    pub is_verified: bool,
    /// The interface of the release.
    pub api: &'a Api,
}

impl ApiReport<'_> {
    /// Whether the release has the module.
    pub fn is_known(&self) -> bool {
        self.api.modules.contains_key(self.module) || self.api.not_looked_at.contains_key(self.module)
    }

    fn notes(&self) -> impl Iterator<Item = &Note> {
        self.api.notes.iter().filter(|it| it.module == self.module)
    }

    fn removals(&self) -> impl Iterator<Item = &Removal> {
        self.api.removals.iter().filter(|it| it.concerns(self.module))
    }

    /// What was not looked at, in words.
    fn not_looked_at(&self) -> Vec<String> {
        let whole = self.api.not_looked_at.get(self.module).cloned();
        let parts = self.api.modules.get(self.module).map(|it| it.not_looked_at.clone()).unwrap_or_default();
        // a file that is called as the module is
        let unread = self.api.unread.iter().filter(|(path, _)| is_about(path, self.module));
        let mut all: Vec<String> = whole.into_iter().chain(parts).collect();
        for why in unread.map(|(path, why)| format!("{path}: {why}")) {
            if !all.contains(&why) {
                all.push(why);
            }
        }
        all
    }

    /// As one JSON document.
    pub fn json(&self) -> String {
        let module = self.api.modules.get(self.module);
        let names: Vec<Value> =
            module.into_iter().flat_map(|it| &it.names).map(|(name, it)| name_value(name, it)).collect();
        let not_looked_at: Vec<Value> =
            self.not_looked_at().into_iter().map(|why| json!({ "module": self.module, "why": why })).collect();
        let value = envelope(json!({
            "module": self.module,
            "release": self.api.release,
            "artifact": self.artifact,
            "verified": self.is_verified,
            "path": module.and_then(|it| it.path.clone()),
            "same_as": module.and_then(|it| it.same_as.clone()),
            "deprecated": module.and_then(|it| it.deprecated.clone()),
            "names": names,
            "notes": self.notes().collect::<Vec<_>>(),
            "removals": self.removals().collect::<Vec<_>>(),
            "not_looked_at": not_looked_at,
        }));
        json_document(&value)
    }

    /// For people.
    pub fn human(&self) -> String {
        let release = self.api.release.map_or_else(|| "a release".to_owned(), |it| format!("CPython {it}"));
        let label = if self.is_verified { "" } else { ", not verified" };
        let module = self.api.modules.get(self.module);
        let count = module.map_or(0, |it| it.names.len());
        let mut out = line(&format!(
            "{} in {release} ({}{label}): {}",
            self.module,
            self.artifact,
            number_of(count, "public name")
        ));
        if let Some(other) = module.and_then(|it| it.same_as.as_deref()) {
            out += &line(&format!("  it is {other} under another name"));
        }
        for (name, it) in module.into_iter().flat_map(|it| &it.names) {
            let signature = it.signature.as_ref().map_or(String::new(), ToString::to_string);
            let mut aside = Vec::new();
            aside.extend(it.origin.as_ref().map(|it| format!("from {it}")));
            aside.extend(it.condition.clone());
            aside.extend(it.deprecated.as_ref().map(|it| match &it.removal {
                Some(removal) if it.partly => format!("deprecated in part, with effect in {removal}"),
                Some(removal) => format!("deprecated, to be removed in {removal}"),
                None if it.partly => "deprecated in part".to_owned(),
                None => "deprecated".to_owned(),
            }));
            let aside = if aside.is_empty() { String::new() } else { format!("  ({})", aside.join("; ")) };
            let place = it.provenance.first().map_or("", String::as_str);
            out += &line(&format!("  {:<9} {name}{signature}{aside}  [{place}]", it.kind.word()));
        }
        for it in self.removals() {
            out += &line(&format!("  to be removed in {}: {}  [W {}]", it.version, it.text, it.place));
        }
        for why in self.not_looked_at() {
            out += &line(&format!("  not looked at: {why}"));
        }
        out
    }
}

/// One name as JSON.
fn name_value(name: &str, it: &Name) -> Value {
    json!({
        "name": name,
        "kind": it.kind,
        "signature": it.signature.as_ref().map(ToString::to_string),
        "parameters": it.signature,
        "provenance": it.provenance,
        "origin": it.origin,
        "condition": it.condition,
        "deprecated": it.deprecated,
    })
}
