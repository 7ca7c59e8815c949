//! The claims for a terminal: the place, the sentence with what would change, why, and what to do.

use std::fmt::Write as _;

use super::{DocsReport, marked, printable};
use crate::docs::{Claim, Class, Code};

impl DocsReport {
    /// The report; `all` shows what is right and what is waived too.
    pub fn human(&self, all: bool, color: bool) -> String {
        let mut out = String::new();
        for claim in &self.claims {
            match claim.code {
                Some(code) if all || claim.class() > Class::Note || code == Code::Overdue => {
                    entry(&mut out, claim, code, color);
                }
                None if all => {
                    let about = claim.facts.join(", ");
                    let _ = writeln!(out, "{}: ok: {about} is {}", place(claim), printable(&claim.stated));
                }
                _ => {}
            }
        }
        let _ = writeln!(out, "{}", self.summary());
        out
    }
}

impl DocsReport {
    /// What was noted, for the census.
    pub fn notes(&self, color: bool) -> String {
        let mut out = String::new();
        for claim in &self.claims {
            if let Some(code) = claim.code {
                entry(&mut out, claim, code, color);
            }
        }
        out
    }
}

fn entry(out: &mut String, claim: &Claim, code: Code, color: bool) {
    let about = if claim.facts.is_empty() { claim.binding.clone() } else { claim.facts.join(", ") };
    let about = if about.is_empty() { String::new() } else { format!(": {}", printable(&about)) };
    let _ = writeln!(out, "{}  {} {}{about}", place(claim), code.id(), code.title());
    match marked(claim, color) {
        Some(text) => _ = writeln!(out, "   {text}"),
        None if !claim.sentence.is_empty() => _ = writeln!(out, "   {}", printable(&claim.sentence)),
        None => {}
    }
    for why in &claim.why {
        let _ = writeln!(out, "   why  {}", printable(why));
    }
    match &claim.waived {
        Some(why) => _ = writeln!(out, "   waived  {}", printable(why)),
        None => _ = writeln!(out, "   do   {}", printable(&claim.repair)),
    }
}

fn place(claim: &Claim) -> String {
    format!("{}:{}:{}", claim.path, claim.line, claim.column)
}
