//! A piece of a text: its sentences, and what each states.

use std::{cell::OnceCell, collections::HashSet, ops::Range};

use super::{
    super::{
        claim::Claim,
        fact::Value,
        flow::Flow,
        form,
        rules::MOST_CLAIMS,
        text::{
            day,
            token::{TextToken, TokenKind, tokens},
        },
    },
    context::{cluster, is_about_names, is_of_a_part},
    every, gate,
    lexicon::{About, LexiconWords},
    listed,
    module::{self, ModuleStatus},
    mood::{self, BlockSetting, CountShape, Mood, sentences},
    named_series::NamedSeries,
    names,
    plain::SentenceWords,
    reader::{StatedValue, StatementReader, StatusSubject},
    shape::{NumberStatement, statements},
    totality,
};

/// The word around a statement that is not understood.
type OtherWord<'a> = &'a dyn Fn(&Range<usize>, CountShape) -> Option<String>;

/// The same of a count.
type OtherOfCount<'a> = &'a dyn Fn(&NumberStatement) -> Option<String>;

/// How many tokens of a sentence are looked at for the number of a smaller whole.
const LOOKED_AT: usize = 200;

/// The longest text that is read at once, in bytes.
const LONGEST: usize = 64 << 10;

impl StatementReader<'_> {
    /// Reads a text: a block, or a cell with what its row and its column are called. A very long one is read in parts, which
    /// end where a sentence does.
    pub(super) fn piece(&mut self, flow: &Flow, part: Range<usize>, label: &str) {
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
            let rules = self.rules;
            let is_module = |it: &str| rules.status(it).is_some();
            let cluster = |it: &str| cluster(rules, it).is_some();
            let names = module::ModuleNames { tokens: &all, is_module: &is_module, cluster: &cluster };
            let said = module::said(&names, &sentence);
            let parts = || found.iter().map(|it| it.part.clone()).chain(said.iter().map(|it| it.part.clone()));
            let total = || match rules.facts.get("stdlib.total")?.value {
                Value::Int(it) => Some(it),
                _ => None,
            };
            let around = OnceCell::new();
            let around =
                || around.get_or_init(|| SentenceWords::new(&all, &sentence, &parts().collect::<Vec<_>>(), total()));
            let other = |part: &Range<usize>, shape| around().other(part, shape).map(str::to_owned);
            let other_of = |it: &NumberStatement| {
                let of_status = || around().other_of_status(&it.part, it.shape).filter(|_| it.about == About::Status);
                other(&it.part, it.shape).or_else(|| of_status().map(str::to_owned))
            };
            if !found.is_empty() {
                let setting = setting();
                let around = (&found[..], &other_of as OtherOfCount<'_>, label);
                self.counts(flow, (&part, &all, &sentence, index), around, &setting, is_short);
            }
            if !said.is_empty() && self.document.path != *self.rules.audit {
                let setting = setting();
                self.statuses(flow, (&part, &all, &sentence), (&said, &other, label), &setting);
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
        (found, other, label): (&[NumberStatement], OtherOfCount<'_>, &str),
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
            let said = NamedSeries { flow, all, sentence, facts: rules.facts };
            let Some(fact) = said.fact(statement) else { continue };
            let first = part.start + all[statement.part.start].at.start;
            let last = part.start + all[statement.part.end - 1].at.end;
            let whole = first..last;
            let other = &|| other(statement);
            let value = StatedValue { flow, number, base: part.start, whole, mood, group, has_day, other, label };
            self.value(&fact, &value);
        }
        self.leave_parts(before, (all, sentence), found);
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

    /// Takes out counts of something smaller than the tree that the sentence names: "Of the 17 bootstrap modules, 17 are
    /// intrinsic-partial". What the fact counts is more than there are of it.
    fn leave_parts(
        &mut self,
        from: usize,
        (all, sentence): (&[TextToken<'_>], &Range<usize>),
        found: &[NumberStatement],
    ) {
        if !self.done[from..].iter().any(Claim::is_wrong) {
            return;
        }
        let int = |id: &str| match self.rules.facts.get(id)?.value {
            Value::Int(it) => Some(it),
            _ => None,
        };
        let is_stated = |it: usize| {
            found.iter().any(|one| one.number == it && one.fact != "stdlib.total" && one.fact != "stdlib.stubs")
        };
        // "17 bootstrap modules", "bootstrap modules: 17"
        let nouns = ["modules", "module", "stubs"];
        let says_a_whole = |it: &usize| {
            let behind = &all[(it + 1).min(sentence.end)..(it + 4).min(sentence.end)];
            let is_key = it
                .checked_sub(2)
                .is_some_and(|at| at >= sentence.start && all[at].is(&nouns) && all[at + 1].is_mark(&[':']));
            is_key || behind.iter().take_while(|it| it.kind == TokenKind::Word).any(|it| it.is(&nouns))
        };
        let first = found.iter().map(|it| it.number).filter(|it| is_stated(*it)).min().unwrap_or(sentence.start);
        let wholes =
            sentence.clone().take(LOOKED_AT).filter(|it| *it < first && !is_stated(*it) && all[*it].number().is_some());
        let is_of_stubs = |it: usize| all.get(it + 1).is_some_and(|it| it.is(&["stubs"]));
        let others: Vec<(i64, bool)> = wholes
            .filter(says_a_whole)
            .filter_map(|it| Some((form::read(all[it].text, &Value::Int(0))?, is_of_stubs(it))))
            .filter_map(|(it, is_of_stubs)| if let Value::Int(it) = it { Some((it, is_of_stubs)) } else { None })
            .collect();
        if others.is_empty() {
            return;
        }
        let is_part = |claim: &Claim| {
            let truth = claim
                .facts
                .first()
                .filter(|it| it.starts_with("stdlib.") && *it != "stdlib.total")
                .and_then(|it| int(it));
            let stated = form::read(&claim.stated, &Value::Int(0));
            let (Some(truth), Some(Value::Int(stated))) = (truth, stated) else { return false };
            // a tree of before was nearly as large, and stubs are never all of it
            let is_smaller = |it: &(i64, bool)| stated <= it.0 && it.0 < if it.1 { truth } else { truth / 4 * 3 };
            claim.is_wrong() && others.iter().any(is_smaller)
        };
        // what stands beside it is of the same whole
        if self.done[from..].iter().any(is_part) {
            let is_of_the_tree =
                |it: &Claim| it.is_wrong() && it.facts.first().is_some_and(|it| it.starts_with("stdlib."));
            let kept: Vec<Claim> = self.done.split_off(from).into_iter().filter(|it| !is_of_the_tree(it)).collect();
            self.done.extend(kept);
        }
    }

    /// What a sentence says of the status of modules.
    fn statuses(
        &mut self,
        flow: &Flow,
        (part, all, sentence): (&Range<usize>, &[TextToken<'_>], &Range<usize>),
        (said, other, label): (&[ModuleStatus<'_>], OtherWord<'_>, &str),
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
            let other = &|| other(&said.part, CountShape::Status);
            let said =
                StatusSubject { names, is_cluster, is_no_longer, has_degree, is_qualified, has_day, other, label };
            self.status(flow, &said, at, whole, &mood);
        }
    }
}
