//! The audit document is there and says what the tree says.

use crate::audit::{document_queues, patch_document};
use crate::gates::{
    finding::{Finding, Place},
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const PRESENT: Gate = Gate {
    id: "audit-document",
    title: "there is an audit document that can be read",
    why: "It is where people read how far the conversion is.",
    repair: "Run Molt's `python3 tools/check_stdlib_intrinsics.py --update-doc`, or restore the file from git.",
    is_hard: false,
    molt: Some(("31", Headline::Line)),
    run: run_present,
};

pub(in crate::gates) const CURRENT: Gate = Gate {
    id: "audit-document-current",
    title: "the audit document is in step with the tree",
    why: "Numbers that are not compared with the tree become wrong sooner or later.",
    repair: "Run `molt-sync docs sync`, or Molt's `python3 tools/check_stdlib_intrinsics.py --update-doc`.",
    is_hard: false,
    molt: Some(("32", Headline::Line)),
    run: run_current,
};

fn run_present(facts: &GateFacts<'_>) -> Verdict {
    let path = &facts.inputs.sources.document;
    facts.inputs.document.as_ref().err().map(|it| Finding::fault(it, path)).into_iter().collect()
}

fn run_current(facts: &GateFacts<'_>) -> Verdict {
    let path = &facts.inputs.sources.document;
    let Ok(text) = &facts.inputs.document else { return Verdict::NotJudged(format!("{path} cannot be read")) };
    if let Some((path, _)) = facts.audit().unreadable().next() {
        return Verdict::NotJudged(format!("{path} cannot be judged, so the states are not known"));
    }
    let stale = |message: String, place: Place| {
        let line =
            "stdlib intrinsic audit doc is out of date. Run: python3 tools/check_stdlib_intrinsics.py --update-doc";
        Finding::new(message).at(path).place(place).headline(line)
    };
    let new = match patch_document(text, facts.audit()) {
        Ok(new) => new,
        // nothing of it is compared
        Err(error) => return Verdict::Judged(vec![stale(error.to_string(), Place::File).words([text.as_str()])]),
    };
    let differs = text.lines().zip(new.lines()).position(|(old, new)| old != new);
    if *text != new {
        let at = differs.unwrap_or_else(|| text.lines().count().min(new.lines().count()));
        let line = |text: &str| text.lines().nth(at).unwrap_or("").to_owned();
        let message = format!("it says `{}` where the tree gives `{}`", line(text), line(&new));
        let old: std::collections::HashSet<&str> = text.lines().collect();
        let wrong = new.lines().filter(|it| !old.contains(it)).count().max(1);
        let known: std::collections::HashSet<&str> = new.lines().collect();
        let finding = stale(message, Place::Line(at + 1)).weight(wrong as u64);
        return Verdict::Judged(vec![finding.words(text.lines().filter(|it| !known.contains(it)))]);
    }
    let queues = document_queues(text);
    if queues != facts.policy.queues {
        let message =
            "its queues list other modules than gates.queues in molt-sync.toml, or Molt's own where that is not set";
        let own = queues.iter().map(|it| it.join("\n")).collect::<Vec<_>>();
        return Verdict::Judged(vec![stale(message.into(), Place::File).words(own.iter().map(String::as_str))]);
    }
    Verdict::Judged(Vec::new())
}
