//! Statements: sentences, list items, cells and rows that state a fact in any of the usual ways, and what is wrong with
//! them. A value is taken whole or not at all, and what cannot be written safely is a person's.

mod aside;
mod bullets;
mod by_hand;
mod cells;
mod checker;
mod context;
mod every;
mod gate;
mod gate_name;
mod lexicon;
mod listed;
mod module;
mod mood;
mod names;
mod shape;
mod short_names;
mod signs;
mod table;
mod total;
mod totality;

use std::{
    cell::OnceCell,
    collections::{BTreeSet, HashSet},
    ops::Range,
};

pub(super) use aside::is_set_aside;
pub use gate::{ABSENT, spoken_gates};
pub(super) use mood::is_aim_or_record;
pub(super) use signs::may_state;
pub(super) use total::free;
pub use total::settle;

use self::{
    by_hand::{beside_a_day, by_hand},
    context::{cluster, is_about_names, is_of_a_part},
    lexicon::{About, LexiconWords},
    module::ModuleStatus,
    mood::{BlockSetting, CountShape, Mood, ReadingDates, sentences},
    shape::{NumberStatement, statements},
};
use super::{
    audit_fed::{blocks, is_inside},
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    fact::Value,
    flow::{self, Flow},
    rules::{DocsRules, Document, MOST_CLAIMS},
    text::{
        day, number,
        number::Exactness,
        token::{self, TextToken, TokenKind, tokens},
        vocabulary,
    },
};

/// The longest text that is read at once, in bytes.
const LONGEST: usize = 64 << 10;

/// What a document states; and the gates of which it says something that nobody has judged, each with its byte.
pub(super) fn claims(
    document: &Document,
    all: &[Flow],
    rules: &DocsRules<'_>,
) -> (Vec<Claim>, Vec<(usize, &'static str)>) {
    let Document { path, text } = document;
    let mut reader = StatementReader {
        document,
        rules,
        made: ReadingDates::default(),
        fed: blocks(text),
        done: Vec::new(),
        open: Vec::new(),
    };
    let mut tables = table::Tables::default();
    for flow in all {
        let is_audit = path == rules.audit && flow.headings.iter().any(|it| it.is_generated);
        tables.step(flow);
        reader.made.step(flow);
        if flow.is_ignored
            || is_audit
            || matches!(flow.kind, flow::BlockKind::Code(_))
            || reader.done.len() > MOST_CLAIMS
        {
            continue;
        }
        if flow.kind == flow::BlockKind::Row && !flow.cells.is_empty() {
            tables.row(flow, &mut reader);
        } else if may_state(&flow.text) {
            reader.piece(flow, 0..flow.text.len(), "");
            bullets::item(flow, &mut reader);
        } else {
            bullets::item(flow, &mut reader);
        }
    }
    names::lists(all, &mut reader);
    let (mut done, open) = (reader.done, reader.open);
    // what is written over several lines or with marks in it is a person's
    for claim in &mut done {
        let is_plain = text.get(claim.span.clone()).is_some_and(|it| it == claim.stated);
        if !is_plain && claim.wanted.take().is_some() && claim.as_of.is_none() {
            by_hand(claim, rules);
        }
    }
    total::together(&mut done, rules.facts);
    (done, open)
}

/// Reads the blocks of one document.
struct StatementReader<'a> {
    document: &'a Document,
    rules: &'a DocsRules<'a>,
    /// When what is read says that it was made.
    made: ReadingDates,
    /// What another tool fills from the audit document.
    fed: Vec<Range<usize>>,
    done: Vec<Claim>,
    /// The gates of which something is said that nobody has judged.
    open: Vec<(usize, &'static str)>,
}

/// A number in a cell or a sentence, and where it stands in its block.
struct StatedValue<'a> {
    flow: &'a Flow,
    number: &'a number::TextNumber,
    /// Where the text of the number's place begins in the block.
    base: usize,
    /// The sentence around it, in the block.
    whole: Range<usize>,
    mood: Mood,
    group: usize,
    /// Whether a day stands beside it or above it.
    has_day: bool,
}

impl StatementReader<'_> {
    fn is_module(&self, name: &str) -> bool {
        self.rules.status(name).is_some()
    }

    /// Reads a text: a block, or a cell with what its row and its column are called. A very long one is read in parts, which
    /// end where a sentence does.
    fn piece(&mut self, flow: &Flow, part: Range<usize>, label: &str) {
        let own = mood::label_at(&flow.text[part.clone()]);
        let own = part.start + own.start..part.start + own.end;
        let mut from = part.start;
        while from < part.end && self.done.len() <= MOST_CLAIMS {
            let most = flow.text.floor_char_boundary(part.end.min(from + LONGEST));
            let end = if most < part.end {
                let text = &flow.text[from..most];
                text.rfind(". ")
                    .map(|it| it + 2)
                    .or_else(|| text.rfind(' ').map(|it| it + 1))
                    .map_or(most, |it| from + it)
            } else {
                part.end
            };
            self.part(flow, from..end.max(from + 1), (label, &own));
            from = end.max(from + 1);
        }
    }

    fn part(&mut self, flow: &Flow, part: Range<usize>, (label, own): (&str, &Range<usize>)) {
        let text = &flow.text[part.clone()];
        let all = tokens(text);
        let words = LexiconWords { tokens: &all, facts: self.rules.facts, is_about_names: is_about_names(flow, text) };
        let setting = OnceCell::new();
        let made = std::mem::take(&mut self.made);
        let setting =
            || setting.get_or_init(|| BlockSetting::new(flow, (label, own.clone()), &made).beginning_at(part.start));
        let setting = || setting().clone();
        let is_short = all.len() <= 9;
        for (index, sentence) in sentences(&all).into_iter().enumerate() {
            let found = statements(&words, &sentence);
            if !found.is_empty() {
                let setting = setting();
                self.counts(flow, (&part, &all, &sentence, index), &found, &setting, is_short);
            }
            let rules = self.rules;
            let is_module = |it: &str| rules.status(it).is_some();
            let cluster = |it: &str| cluster(rules, it).is_some();
            let names = module::ModuleNames { tokens: &all, is_module: &is_module, cluster: &cluster };
            let said = module::said(&names, &sentence);
            if !said.is_empty() && self.document.path != *self.rules.audit {
                let setting = setting();
                self.statuses(flow, (&part, &all, &sentence), &said, &setting);
            }
            names::inline(flow, (&part, &all, &sentence), &setting, self);
            every::modules(flow, (&part, &all, &sentence), &setting, self);
            totality::coverage(flow, (&part, &all, &sentence), &setting, self);
            gate::states(flow, (&part, &all, &sentence), &setting, self);
            listed::statuses(flow, (&part, &all, &sentence), &setting, self);
        }
        self.made = made;
    }

    fn counts(
        &mut self,
        flow: &Flow,
        (part, all, sentence, index): (&Range<usize>, &[TextToken<'_>], &Range<usize>, usize),
        found: &[NumberStatement],
        setting: &BlockSetting,
        is_short: bool,
    ) {
        // a list of short items is one statement, as a sentence is
        let group = match flow.list {
            list if list > 0 && is_short && found.len() == 1 => 4 * list + 1,
            _ => 4 * (flow.place(part.clone()).start + index + 1),
        };
        let mut runs = vec![0; found.len()];
        for at in (0..found.len()).rev() {
            let end = found[at].part.end;
            let next = found.get(at + 1).filter(|next| {
                let is_joint = |it: usize| {
                    all[it].is(&["and", "or", "with"])
                        || all[it].is_mark(&[',', '/', '&', '(', ')', '·', '|', '+', '"', '*'])
                };
                next.part.start >= end && (end..next.part.start).all(is_joint)
            });
            runs[at] = next.map_or(end, |_| runs[at + 1]);
        }
        let before = self.done.len();
        // asked once of a sentence, which can have many values
        let has_day = setting.has_day() || !day::days(all, sentence.clone()).is_empty();
        for (at, statement) in found.iter().enumerate() {
            let Some(number) = all[statement.number].number() else { continue };
            let rules = self.rules;
            let is_module = |it: &str| rules.status(it).is_some();
            let place = (sentence.clone(), statement.part.clone(), runs[at]);
            let mood = if is_of_a_part(all, statement, sentence) {
                Mood::Part
            } else {
                setting.mood(all, place, statement.shape, &is_module)
            };
            let Some(fact) = self.fact(statement, all, sentence) else { continue };
            let first = part.start + all[statement.part.start].at.start;
            let last = part.start + all[statement.part.end - 1].at.end;
            let value = StatedValue { flow, number, base: part.start, whole: first..last, mood, group, has_day };
            self.value(&fact, &value);
        }
        if self.done[before..].iter().any(Claim::is_wrong) {
            let numbers: HashSet<usize> = found.iter().map(|it| it.number).collect();
            let words = totality::words(all, sentence, &|at| numbers.contains(&at));
            // with the marks around its words
            let from = sentence.start.checked_sub(1).map_or(0, |it| all[it].at.end);
            let to = all.get(sentence.end).map_or(part.len(), |it| it.at.start);
            let text = flow.text[part.start + from..part.start + to].trim();
            totality::leave(&mut self.done[before..], &words, text, self.rules.facts);
        }
    }

    /// The fact of a statement: where one series is named, names are those of that series.
    fn fact(&self, statement: &NumberStatement, all: &[TextToken<'_>], sentence: &Range<usize>) -> Option<String> {
        if statement.about != About::Union {
            return Some(statement.fact.clone());
        }
        let is_version = |it: &&TextToken<'_>| {
            it.kind == TokenKind::Word
                && it
                    .word
                    .strip_prefix("3.")
                    .is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
        };
        let start = sentence.start.max(statement.part.start.saturating_sub(100));
        let end = sentence.end.min(statement.part.end + 20);
        let near = &all[start..end];
        let versions: BTreeSet<&str> = near.iter().filter(is_version).map(|it| it.text).collect();
        let is_open = near.windows(2).any(|it| is_version(&&it[0]) && it[1].is_mark(&['+']));
        match versions.first() {
            Some(one) if versions.len() == 1 && !is_open => {
                let name = statement.fact.strip_prefix("union.")?;
                let fact = format!("union.{one}.{name}");
                // a version may be that of something else
                let stated = all[statement.number].number()?;
                let holds = |id: &str| matches!(self.rules.facts.get(id).map(|it| &it.value), Some(Value::Int(it)) if stated.holds(*it));
                if holds(&statement.fact) { Some(statement.fact.clone()) } else { holds(&fact).then_some(fact) }
            }
            _ => Some(statement.fact.clone()),
        }
    }

    /// Compares a number with its fact.
    fn value(&mut self, id: &str, value: &StatedValue<'_>) {
        let Some(fact) = self.rules.facts.get(id) else { return };
        let Value::Int(truth) = fact.value else { return };
        let StatedValue { flow, number, base, whole, mood, group, has_day } = value;
        let at = base + number.at.start..base + number.at.end;
        let stated = &flow.text[at.clone()];
        let as_of = match mood {
            Mood::Unsaid | Mood::Part => return,
            Mood::Day(day) => Some(day.clone()),
            Mood::Now | Mood::NowBesideADay => None,
        };
        let holds = number.holds(truth);
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
            }
        }
        self.done.push(claim);
    }

    /// What a sentence says of the status of modules.
    fn statuses(
        &mut self,
        flow: &Flow,
        (part, all, sentence): (&Range<usize>, &[TextToken<'_>], &Range<usize>),
        said: &[ModuleStatus<'_>],
        setting: &BlockSetting,
    ) {
        let rules = self.rules;
        let is_module = |it: &str| rules.status(it).is_some();
        let has_day = setting.has_day() || !day::days(all, sentence.clone()).is_empty();
        for said in said {
            let place = (sentence.clone(), said.part.clone(), said.part.end);
            let mood = setting.mood(all, place, CountShape::Status, &is_module);
            let token = &all[said.status];
            let at = part.start + token.at.start..part.start + token.at.end;
            let whole = part.start + all[said.part.start].at.start..part.start + all[said.part.end - 1].at.end;
            let ModuleStatus { ref names, is_cluster, is_no_longer, has_degree, is_qualified, .. } = *said;
            let said = StatusSubject { names, is_cluster, is_no_longer, has_degree, is_qualified, has_day };
            self.status(flow, &said, at, whole, &mood);
        }
    }

    /// Compares a status with those of its modules.
    fn status(&mut self, flow: &Flow, said: &StatusSubject<'_>, at: Range<usize>, whole: Range<usize>, mood: &Mood) {
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
        claim.facts = about.iter().map(|it| ids[*it].clone()).collect();
        if !wrong.is_empty() {
            let is_one = truth.iter().all(|it| *it == truth[0]);
            let words = wrong.iter().map(|it| format!("`{}` is {}", said.names[*it], truth[*it]));
            let words = words.collect::<Vec<_>>().join(", ");
            let is_plain = is_one && !said.is_no_longer && stated == word && *mood != Mood::NowBesideADay;
            // "fully" and the complete status go together
            let can = is_plain && !said.is_qualified && (!said.has_degree || truth[0] == COMPLETE);
            claim.wanted = can.then(|| truth[0].clone());
            claim = match claim.wanted {
                Some(_) => claim.wrong(ClaimState::Stale, Code::StaleValue, words),
                // whether it was so on its day, its history tells
                None if claim.as_of.is_some() && !said.is_no_longer => {
                    claim.wrong(ClaimState::Stale, Code::StaleValue, words)
                }
                None if claim.as_of.is_some() => claim,
                None => {
                    let mut claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, words.as_str());
                    claim.repair = match mood {
                        Mood::NowBesideADay => beside_a_day(&format!("that {words}"), said.has_day),
                        _ => format!("say there by hand that {words}, or correct the source"),
                    };
                    claim
                }
            };
        }
        self.done.push(claim);
    }
}

/// What a status is said of.
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that a sentence says")]
#[derive(Default)]
struct StatusSubject<'a> {
    names: &'a [&'a str],
    is_cluster: bool,
    is_no_longer: bool,
    /// Whether a degree stands beside the status: "fully".
    has_degree: bool,
    /// Whether words behind the status say more of it.
    is_qualified: bool,
    /// Whether a day stands beside it or above it.
    has_day: bool,
}

/// The status of a module that is done.
const COMPLETE: &str = "intrinsic-backed";

#[cfg(test)]
mod tests;
