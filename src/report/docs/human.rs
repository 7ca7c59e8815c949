//! The claims for a terminal: the place, the sentence with what would change, why, and what to do.

use std::fmt::Write as _;

use super::{
    DocsReport,
    excerpt::{Excerpt, has_lines},
    marked, printable,
};
use crate::{
    base::shortened,
    docs::{Claim, ClaimKind, Code, CodeClass},
};

/// Documents that are not looked at and are named before the rest is counted.
const SHOWN: usize = 10;

impl DocsReport {
    /// The report; `all` shows what is right and what is waived too.
    pub fn human(&self, all: bool, color: bool) -> String {
        let mut out = String::new();
        for claim in &self.claims {
            let is_told = |code: Code| {
                let is_note = code == Code::OwnExcuse || (code == Code::Overdue && !claim.is_old);
                all || is_note || claim.class() > CodeClass::Note
            };
            match claim.code {
                Some(code) if is_told(code) => entry(&mut out, claim, code, color),
                None if all => {
                    let about = claim.facts.join(", ");
                    if claim.is_before_all {
                        let day = claim.as_of.as_deref().unwrap_or("its day");
                        let _ = writeln!(
                            out,
                            "{}: not compared: {about} on {day}, {}",
                            place(claim),
                            claim.why.first().map_or("before the first commit that could tell", String::as_str)
                        );
                        continue;
                    }
                    let _ = writeln!(
                        out,
                        "{}: ok: says {} for {about}",
                        place(claim),
                        printable(&shortened(&claim.stated, 240))
                    );
                }
                _ => {}
            }
        }
        for it in self.remarks(if all { usize::MAX } else { SHOWN }) {
            let _ = writeln!(out, "{it}");
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
    let age = if claim.is_old { " [old]" } else { "" };
    let _ = writeln!(out, "{}  {} {}{about}{age}", place(claim), code.id(), code.title());
    if has_lines(claim) && claim.kind != ClaimKind::File && claim.wanted.is_some() {
        let Excerpt { stated, wanted } = Excerpt::of(claim);
        let lines = stated.iter().map(|it| ('-', it)).chain(wanted.iter().flatten().map(|it| ('+', it)));
        for (sign, text) in lines {
            let _ = writeln!(out, "   {}", side(sign, text, color));
        }
    }
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

/// A line of one side.
fn side(sign: char, text: &str, color: bool) -> String {
    let text = printable(text);
    match (color, sign) {
        (false, _) => format!("{sign} {text}"),
        (true, '-') => format!("\u{1b}[31m- {text}\u{1b}[0m"),
        (true, _) => format!("\u{1b}[32m{sign} {text}\u{1b}[0m"),
    }
}

fn place(claim: &Claim) -> String {
    format!("{}:{}:{}", claim.path, claim.line, claim.column)
}
