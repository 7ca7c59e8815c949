//! What a release changes, for people, as JSON, as Markdown, and as one work item a module.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::{
    base::{Version, line, number_of},
    impact::{Concern, Unseen, Weighed},
    report::{
        envelope::{envelope, json_document},
        harmless::harmless,
    },
};

/// What was found.
pub struct ImpactReport {
    /// The older side: release, artifact, and whether that was verified.
    pub old: (Version, String, bool),
    /// The newer one.
    pub new: (Version, String, bool),
    /// The changes, most important first.
    pub changes: Vec<Weighed>,
    /// What was not looked at.
    pub not_looked_at: Vec<Unseen>,
}

/// The changes that are listed under a heading where not all are asked for.
const LISTED: usize = 40;

impl ImpactReport {
    /// As one JSON document.
    pub fn json(&self) -> String {
        let side = |(version, artifact, is_verified): &(Version, String, bool)| json!({ "release": version, "artifact": artifact, "verified": is_verified });
        let counts: BTreeMap<&str, usize> = self.counts();
        let value = envelope(json!({
            "old": side(&self.old),
            "new": side(&self.new),
            "counts": counts,
            "changes": self.changes,
            "not_looked_at": self.not_looked_at,
        }));
        json_document(&value)
    }

    fn counts(&self) -> BTreeMap<&str, usize> {
        let mut res = BTreeMap::new();
        for it in &self.changes {
            *res.entry(it.change.kind.word()).or_default() += 1;
        }
        res
    }

    fn title(&self) -> String {
        let side = |(version, _, is_verified): &(Version, String, bool)| {
            if *is_verified { version.to_string() } else { format!("{version} (not verified)") }
        };
        let counts = self.counts();
        let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
        let counts = if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) };
        let count = number_of(self.changes.len(), "change");
        format!("From CPython {} to {}: {count}{counts}", side(&self.old), side(&self.new))
    }

    fn of(&self, concern: Concern) -> Vec<&Weighed> {
        self.changes.iter().filter(|it| it.concern == concern).collect()
    }

    /// For people; `all` lists every change.
    pub fn human(&self, all: bool) -> String {
        let mut out = line(&self.title());
        for concern in Concern::ALL {
            let changes = self.of(concern);
            if changes.is_empty() {
                continue;
            }
            out += &line(&format!("{} ({})", concern.title(), changes.len()));
            // what a stub lacks is its number
            let most = match (all, concern) {
                (true, _) => usize::MAX,
                (false, Concern::Stub) => 0,
                (false, _) => LISTED,
            };
            for it in changes.iter().take(most) {
                out += &line(&format!("  {}: {}", it.change.module, words(it)));
            }
            let more = changes.len().saturating_sub(most);
            if more > 0 {
                out += &line(&format!("  {more} not listed here (--verbose lists them)"));
            }
        }
        if !self.not_looked_at.is_empty() {
            let modules: BTreeSet<&str> =
                self.not_looked_at.iter().map(|it| it.module.as_str()).filter(|it| !it.is_empty()).collect();
            out += &line(&format!("not looked at, in whole or in part: {}", number_of(modules.len(), "module")));
            // a file that was not read is always named: all that it says is not there
            let files = |it: &&Unseen| all || it.module.is_empty();
            for it in self.not_looked_at.iter().filter(files) {
                out += &line(&format!("  {}", unseen(it)));
            }
        }
        out
    }

    /// For a pull request's body.
    pub fn markdown(&self) -> String {
        let mut out = format!("## {}\n", escaped(&self.title()));
        for concern in Concern::ALL {
            let changes = self.of(concern);
            if changes.is_empty() {
                continue;
            }
            out += &format!("\n### {} ({})\n\n", concern.title(), changes.len());
            let most = if concern == Concern::Stub { 0 } else { LISTED };
            for it in changes.iter().take(most) {
                out += &line(&format!("- **{}**: {}", escaped(&it.change.module), escaped(&words(it))));
            }
            let more = changes.len().saturating_sub(most);
            if more > 0 {
                out += &line(&format!("- {more} not listed here"));
            }
        }
        if !self.not_looked_at.is_empty() {
            out += "\n### Not looked at, in whole or in part\n\n";
            for it in self.not_looked_at.iter().take(LISTED) {
                out += &line(&format!("- {}", escaped(&unseen(it))));
            }
            let more = self.not_looked_at.len().saturating_sub(LISTED);
            if more > 0 {
                out += &line(&format!("- {more} not listed here"));
            }
        }
        harmless(&out)
    }

    /// One work item a module: its name, and a Markdown text.
    pub fn items(&self) -> BTreeMap<&str, String> {
        let mut res: BTreeMap<&str, String> = BTreeMap::new();
        for it in &self.changes {
            let text = res.entry(&it.change.module).or_insert_with(|| {
                let title = format!("{}: what changes from CPython {} to {}", it.change.module, self.old.0, self.new.0);
                format!("# {title}\n\n")
            });
            let places = it.change.provenance.join(", ");
            *text +=
                &line(&format!("- [ ] {}: {} ({})", it.change.kind.word(), escaped(&it.change.text), escaped(&places)));
        }
        for it in &self.not_looked_at {
            if let Some(text) = res.get_mut(it.module.as_str()) {
                *text += &line(&format!("- not looked at: {}", escaped(&it.why)));
            }
        }
        res.into_iter().map(|(module, text)| (module, harmless(&text))).collect()
    }
}

/// What was not looked at; a file may be about no module.
fn unseen(it: &Unseen) -> String {
    if it.module.is_empty() { it.why.clone() } else { format!("{}: {}", it.module, it.why) }
}

pub(super) fn words(it: &Weighed) -> String {
    let place = it.change.provenance.first().map_or(String::new(), |it| format!(" [{it}]"));
    let label = if it.attested { " (attested)" } else { "" };
    format!("{}{label}{place}", it.change.text)
}

/// Foreign words as Markdown that opens nothing; what stands between backticks is code, where they come in pairs. Whoever prints it makes
/// it [`harmless`] too: a forge calls people and issues by what is left of a text once it is shown, be it escaped or not.
pub(super) fn escaped(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // a pair with nothing between it would be one mark of two backticks
    let is_paired = parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(|it| !it.is_empty());
    let is_apart = parts.len() < 4 || parts[1..parts.len() - 1].iter().skip(1).step_by(2).all(|it| !it.is_empty());
    if !(is_paired && is_apart) {
        return parts.into_iter().map(plain).collect::<Vec<_>>().join("\\`");
    }
    let one = |(at, part): (usize, &str)| if at % 2 == 1 { format!("`{part}`") } else { plain(part) };
    parts.into_iter().enumerate().map(one).collect()
}

fn plain(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    for it in text.chars() {
        if "<>&@#[]*_|\\!".contains(it) {
            res.push('\\');
        }
        res.push(it);
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stays_code_where_its_marks_come_in_pairs() {
        for (text, shown) in [
            ("new class `ParamSpec`", "new class `ParamSpec`"),
            ("`f(a=<b>, *c)`: `c` is *new*", "`f(a=<b>, *c)`: `c` is \\*new\\*"),
            ("``x`` and `y`", "\\`\\`x\\`\\` and \\`y\\`"),
            ("a `b", "a \\`b"),
            ("`a``b`", "\\`a\\`\\`b\\`"),
            ("[x](y) <z> @w", "\\[x\\](y) \\<z\\> \\@w"),
        ] {
            assert_eq!(escaped(text), shown);
            assert_eq!(harmless(&escaped(text)).replace('\u{200b}', ""), shown);
        }
    }
}
