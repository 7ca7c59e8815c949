//! What is read of one document so far, and how a value and a status are compared with their facts.

use std::ops::Range;

use super::{
    super::{
        audit_fed::is_inside,
        claim::{Claim, ClaimKind, ClaimState},
        code::Code,
        fact::Value,
        flow::Flow,
        rules::{DocsRules, Document},
        text::{number, number::Exactness},
    },
    by_hand::{beside_a_day, by_hand, leave_for_a_word},
    context::cluster,
    doubt::{doubt, leave_to_a_person},
    lexicon,
    mood::{Mood, ReadingDates},
    total,
};

/// Reads the blocks of one document.
pub(super) struct StatementReader<'a> {
    pub(super) document: &'a Document,
    pub(super) rules: &'a DocsRules<'a>,
    /// When what is read says that it was made.
    pub(super) made: ReadingDates,
    /// What another tool fills from the audit document.
    pub(super) fed: Vec<Range<usize>>,
    pub(super) done: Vec<Claim>,
    /// The gates of which something is said that nobody has judged.
    pub(super) open: Vec<(usize, &'static str)>,
}

/// A number in a cell or a sentence, and where it stands in its block.
pub(super) struct StatedValue<'a> {
    pub(super) flow: &'a Flow,
    pub(super) number: &'a number::TextNumber,
    /// Where the text of the number's place begins in the block.
    pub(super) base: usize,
    /// The sentence around it, in the block.
    pub(super) whole: Range<usize>,
    pub(super) mood: Mood,
    pub(super) group: usize,
    /// Whether a day stands beside it or above it.
    pub(super) has_day: bool,
    /// A word of the sentence that is not understood.
    pub(super) other: &'a dyn Fn() -> Option<String>,
    /// What its row and its column are called.
    pub(super) label: &'a str,
}

impl StatementReader<'_> {
    pub(super) fn is_module(&self, name: &str) -> bool {
        self.rules.status(name).is_some()
    }

    /// Compares a number with its fact.
    pub(super) fn value(&mut self, id: &str, value: &StatedValue<'_>) {
        let Some(fact) = self.rules.facts.get(id) else { return };
        let Value::Int(truth) = fact.value else { return };
        let StatedValue { flow, number, base, whole, mood, group, has_day, other, label } = value;
        let at = base + number.at.start..base + number.at.end;
        let stated = &flow.text[at.clone()];
        let as_of = match mood {
            Mood::Unsaid | Mood::Part => return,
            Mood::Day(day) => Some(day.clone()),
            Mood::Now | Mood::NowBesideADay => None,
        };
        let holds = number.holds(truth) || is_in_range(stated, truth);
        // what a bound was on a day is not asked
        if as_of.is_some() && number.bound != Exactness::Exact && !holds {
            return;
        }
        let claim = Claim::new(ClaimKind::Phrase, &self.document.path, flow.place(at.clone()), stated);
        let mut claim = claim.in_sentence(&flow.text, whole.clone(), at);
        claim.facts = vec![id.to_owned()];
        id.clone_into(&mut claim.binding);
        claim.as_of = as_of;
        claim.is_fed = claim.as_of.is_none() && total::is_of_total(id) && is_inside(&self.fed, &claim.span);
        claim.group = if total::is_of_total(id) && !claim.is_fed { *group } else { 0 };
        let is_dated = claim.as_of.is_some() && number.bound == Exactness::Exact;
        if is_dated || !holds {
            claim.wanted = number.write(stated, truth);
            let why = format!("{} ({})", fact.derivation, fact.source);
            claim = claim.wrong(ClaimState::Stale, Code::StaleValue, why);
            if claim.is_fed {
                claim.why.push("another tool of the workspace fills it from the audit document".into());
            } else if *mood == Mood::NowBesideADay {
                by_hand(&mut claim, self.rules);
                claim.holds_nothing_up = true;
                claim.repair = beside_a_day(&truth.to_string(), *has_day);
            } else if claim.wanted.is_none() && claim.as_of.is_none() {
                by_hand(&mut claim, self.rules);
            } else if claim.as_of.is_none()
                && let Some(word) = other()
            {
                leave_for_a_word(&mut claim, self.rules, &word);
            } else if claim.as_of.is_none()
                && let Some(what) = doubt(&self.document.path, flow, label)
            {
                leave_to_a_person(&mut claim, &what);
            }
        }
        self.done.push(claim);
    }

    /// Compares a status with those of its modules.
    pub(super) fn status(
        &mut self,
        flow: &Flow,
        said: &StatusSubject<'_>,
        at: Range<usize>,
        whole: Range<usize>,
        mood: &Mood,
    ) {
        let as_of = match mood {
            Mood::Unsaid | Mood::Part => return,
            Mood::Day(day) => Some(day.clone()),
            Mood::Now | Mood::NowBesideADay => None,
        };
        let stated = flow.text[at.clone()].to_owned();
        let Some(word) = lexicon::status(&stated.to_lowercase().replace(['_', '\u{2010}', '\u{2011}'], "-")) else {
            return;
        };
        let id = |name: &&str| {
            if said.is_cluster {
                cluster(self.rules, &name.to_lowercase())
            } else {
                Some(format!("module.{name}.status"))
            }
        };
        let Some(ids) = said.names.iter().map(id).collect::<Option<Vec<String>>>() else { return };
        let truth = |id: &String| match &self.rules.facts.get(id)?.value {
            Value::Text(word) => Some(word.clone()),
            _ => None,
        };
        let Some(truth) = ids.iter().map(truth).collect::<Option<Vec<String>>>() else { return };
        let claim = Claim::new(ClaimKind::Status, &self.document.path, flow.place(at.clone()), stated.clone());
        let mut claim = claim.in_sentence(&flow.text, whole, at);
        claim.as_of = as_of;
        claim.binding = said.names.join(",");
        let wrong: Vec<usize> = (0..ids.len()).filter(|it| (truth[*it] == word) == said.is_no_longer).collect();
        let about: &[usize] = if wrong.is_empty() { &[0] } else { &wrong };
        let is_dated = claim.as_of.is_some() && !said.is_no_longer;
        claim.facts = about.iter().map(|it| ids[*it].clone()).collect();
        if wrong.is_empty() && is_dated {
            // the status of today says nothing of a day that is named
            claim = claim.wrong(ClaimState::Stale, Code::StaleValue, String::new());
        } else if !wrong.is_empty() {
            let is_one = truth.iter().all(|it| *it == truth[0]);
            let words = wrong.iter().map(|it| format!("`{}` is {}", said.names[*it], truth[*it]));
            let words = words.collect::<Vec<_>>().join(", ");
            let is_plain = is_one && !said.is_no_longer && stated == word && *mood != Mood::NowBesideADay;
            // "fully" and the complete status go together
            let can = is_plain && !said.is_qualified && (!said.has_degree || truth[0] == COMPLETE);
            let other = if claim.as_of.is_none() { (said.other)() } else { None };
            let can = can && other.is_none();
            claim.wanted = can.then(|| truth[0].clone());
            claim = match claim.wanted {
                Some(_) => claim.wrong(ClaimState::Stale, Code::StaleValue, words),
                // whether it was so on its day, its history tells
                None if is_dated => claim.wrong(ClaimState::Stale, Code::StaleValue, words),
                None if claim.as_of.is_some() => claim,
                None => {
                    let mut claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, words.as_str());
                    claim.repair = match mood {
                        Mood::NowBesideADay => beside_a_day(&format!("that {words}"), said.has_day),
                        _ => format!("say there by hand that {words}, or correct the source"),
                    };
                    if let Some(word) = other {
                        claim.holds_nothing_up = true;
                        claim.why.push(format!("\"{word}\" beside it may make it the status of something else"));
                    }
                    claim
                }
            };
            if claim.code == Some(Code::StaleValue)
                && claim.as_of.is_none()
                && let Some(what) = doubt(&self.document.path, flow, said.label)
            {
                leave_to_a_person(&mut claim, &what);
            }
        }
        self.done.push(claim);
    }
}

/// Whether a value lies in a range: "800–900".
fn is_in_range(stated: &str, value: i64) -> bool {
    let end = |it: &str| it.replace(',', "").parse::<i64>();
    let ends = stated.split_once(['–', '—']).map(|(from, to)| (end(from), end(to)));
    matches!(ends, Some((Ok(from), Ok(to))) if (from..=to).contains(&value))
}

/// What a status is said of.
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that a sentence says")]
pub(super) struct StatusSubject<'a> {
    pub(super) names: &'a [&'a str],
    pub(super) is_cluster: bool,
    pub(super) is_no_longer: bool,
    /// Whether a degree stands beside the status: "fully".
    pub(super) has_degree: bool,
    /// Whether words behind the status say more of it.
    pub(super) is_qualified: bool,
    /// Whether a day stands beside it or above it.
    pub(super) has_day: bool,
    /// A word of the sentence that is not understood.
    pub(super) other: &'a dyn Fn() -> Option<String>,
    /// What its row and its column are called.
    pub(super) label: &'a str,
}

impl<'a> StatusSubject<'a> {
    /// Modules of which nothing but a status is said.
    pub(super) fn of(names: &'a [&'a str], has_day: bool) -> Self {
        Self {
            names,
            is_cluster: false,
            is_no_longer: false,
            has_degree: false,
            is_qualified: false,
            has_day,
            other: &|| None,
            label: "",
        }
    }
}

/// The status of a module that is done.
const COMPLETE: &str = "intrinsic-backed";
