//! Every file of the tree is Python that can be read.

use crate::audit::{Record, Unreadable};
use crate::gates::{
    finding::{Finding, Place},
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "source",
    title: "every module can be read",
    why: "What cannot be read cannot be judged, and Molt's own tools break down on it.",
    repair: "Save the file as UTF-8 without a byte order mark, and repair the syntax at the named place. Put the files themselves where a link or another repository stands.",
    is_hard: false,
    molt: Some(("8", Headline::Crash)),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let odd = facts.inputs.unnameable.iter().map(|it| {
        let message = format!("{it:?} stands there, whose name is not clean UTF-8, so that nothing in it is judged");
        Finding::new(message).at(&facts.inputs.sources.stdlib).related([it.as_str()])
    });
    let unfollowed = facts.inputs.unfollowed.iter().map(|it| {
        let what = if it.is_link {
            "a link stands there that leads to no file of the workspace, so that nothing behind it is judged"
        } else {
            "another repository stands there, so that nothing in it is judged"
        };
        Finding::new(what).at(&it.path).ours()
    });
    odd.chain(facts.audit().records.iter().filter_map(finding)).chain(unfollowed).collect()
}

fn finding(record: &Record) -> Option<Finding> {
    let (message, place) = match (&record.summary, &record.oddity) {
        (Err(Unreadable::File(why)), _) => (format!("it cannot be read: {why}"), Place::File),
        (Err(Unreadable::Syntax(error)), _) => (error.message.clone(), Place::Point(error.line, error.column)),
        (Ok(_), Some(oddity)) => (oddity.message.clone(), Place::Point(oddity.line, oddity.column)),
        (Ok(_), None) => return None,
    };
    Some(Finding::of(record, message).place(place))
}
