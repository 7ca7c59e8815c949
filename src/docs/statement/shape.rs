//! The shapes in which a sentence states a count: `key=value`, "N modules are STATUS", "A and B are currently zero", "41
//! backed / 837 partial".

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{
    lexicon::{About, FactWords, LexiconWords},
    mood::CountShape,
    number::TextNumber,
    shape_words::{
        AFTER_NUMBER, ALLOWS, BUDGETS, FILLS, JOINS, LINK_FILLS, LINKED, LINKS, OTHERS, PERMITS, VERB_FILLS, VERBS,
    },
    token::TokenKind,
};

/// A fact and the number that is stated of it.
#[derive(Debug, Clone)]
pub(super) struct NumberStatement {
    pub(super) fact: String,
    pub(super) about: About,
    /// The token of the number.
    pub(super) number: usize,
    /// All of its tokens.
    pub(super) part: Range<usize>,
    pub(super) shape: CountShape,
}

/// The same words as those of the budget.
fn budget(subject: &FactWords) -> FactWords {
    FactWords { fact: "ratchet.max".into(), about: About::Budget, ..subject.clone() }
}

/// What a sentence states so far.
pub(super) struct Reader<'a> {
    pub(super) words: &'a LexiconWords<'a>,
    pub(super) end: usize,
    pub(super) start: usize,
    pub(super) used: HashSet<usize>,
    pub(super) done: Vec<NumberStatement>,
}

/// What a sentence states.
pub(super) fn statements(words: &LexiconWords<'_>, sentence: &Range<usize>) -> Vec<NumberStatement> {
    let mut subjects: Vec<FactWords> = Vec::new();
    let mut at = sentence.start;
    while at < sentence.end {
        let found = words.subject_at(at).filter(|it| it.at.end <= sentence.end);
        at = found.as_ref().map_or(at + 1, |it| it.at.end.max(at + 1));
        subjects.extend(found);
    }
    let mut reader = Reader { words, start: sentence.start, end: sentence.end, used: HashSet::new(), done: Vec::new() };
    let is_stated = reader.keys(&subjects);
    reader.counts(&subjects, &is_stated);
    reader.totals();
    reader.shorts();
    let mut done = reader.done;
    done.sort_by_key(|it| (it.part.start, it.number));
    done
}

impl Reader<'_> {
    pub(super) fn is(&self, at: usize, words: &[&str]) -> bool {
        at < self.end && self.words.is(at, words)
    }

    pub(super) fn is_mark(&self, at: usize, marks: &[char]) -> bool {
        at < self.end && self.words.tokens.get(at).is_some_and(|it| it.is_mark(marks))
    }

    pub(super) fn is_number(&self, at: usize) -> bool {
        (self.start..self.end).contains(&at) && self.words.tokens[at].number().is_some()
    }

    pub(super) fn state(&mut self, subject: &FactWords, number: usize, shape: CountShape) {
        self.used.insert(number);
        let part = subject.at.start.min(number)..subject.at.end.max(number + 1);
        let (fact, about) = (subject.fact.clone(), subject.about);
        self.done.push(NumberStatement { fact, about, number, part, shape });
    }

    /// What stands behind a subject; the subjects that have their number there.
    fn keys(&mut self, subjects: &[FactWords]) -> Vec<bool> {
        let mut is_stated = vec![false; subjects.len()];
        for (index, subject) in subjects.iter().enumerate() {
            let next = subjects.get(index + 1).map_or(self.end, |it| it.at.start);
            if let Some(number) = self.key(subject, next) {
                // "budget of intrinsic-partial modules: 873"
                let start = subject.at.start;
                let is_of_it =
                    start >= self.start + 2 && self.is(start - 1, &["of", "for", "on"]) && self.is(start - 2, BUDGETS);
                let is_budget = is_of_it || self.is_capped(start);
                let subject = if is_budget { &budget(subject) } else { subject };
                self.state(subject, number, CountShape::Key);
                is_stated[index] = true;
            }
        }
        self.respectively(subjects, &mut is_stated);
        self.without_sums(subjects, &mut is_stated);
        // "A and B are currently zero"
        let by_start: HashMap<usize, usize> = self.done.iter().map(|it| (it.part.start, it.number)).collect();
        // the number that a verb gives to the subject before which the next one stands
        let mut shared: Option<usize> = None;
        for index in (1..subjects.len()).rev() {
            let (first, second) = (&subjects[index - 1], &subjects[index]);
            let joins = self.are_joint(first, second);
            let by_verb =
                |number: usize| (second.at.end..number).all(|it| !self.is_mark(it, &[':', '(', '=', '-', '–', '—']));
            let own = || by_start.get(&second.at.start).copied().filter(|it| by_verb(*it));
            if let Some(number) = shared.take().or_else(own)
                && joins
                && first.at.end < second.at.start
                && !is_stated[index - 1]
                && !self.is_number(first.at.start.wrapping_sub(1))
            {
                shared = Some(number);
                let part = first.at.start..first.at.end;
                let (fact, about) = (first.fact.clone(), first.about);
                self.done.push(NumberStatement { fact, about, number, part, shape: CountShape::Key });
                // the next one looks for the number here
                if let Some(it) = self.done.last_mut() {
                    it.part.end = number + 1;
                }
                is_stated[index - 1] = true;
            }
        }
        is_stated
    }

    /// Whether nothing but what joins them stands between two subjects.
    fn are_joint(&self, first: &FactWords, second: &FactWords) -> bool {
        (first.at.end..second.at.start).all(|it| self.is(it, JOINS) || self.is_mark(it, &[',', '/', '&']))
    }

    /// "A and B are 3 and 4 respectively": each has its own number.
    fn respectively(&mut self, subjects: &[FactWords], is_stated: &mut [bool]) {
        if !(self.start..self.end).any(|it| self.is(it, &["respectively"])) {
            return;
        }
        let mut from = 0;
        while from < subjects.len() {
            let mut to = from + 1;
            while to < subjects.len() && self.are_joint(&subjects[to - 1], &subjects[to]) {
                to += 1;
            }
            let next = subjects.get(to).map_or(self.end, |it| it.at.start);
            let behind = subjects[to - 1].at.end;
            let numbers: Vec<usize> = (behind..next).filter(|it| self.is_number(*it)).collect();
            let is_said = (behind..next).take(6).any(|it| self.is(it, VERBS) || self.is_mark(it, &[':', '=']));
            if to - from > 1 && numbers.len() == to - from && is_said {
                for (at, number) in (from..to).zip(numbers) {
                    self.done.retain(|it| it.number != number && it.part.start != subjects[at].at.start);
                    self.state(&subjects[at], number, CountShape::Key);
                    is_stated[at] = true;
                }
            }
            from = to;
        }
    }

    fn key(&self, subject: &FactWords, next: usize) -> Option<usize> {
        let mut at = subject.at.end;
        while self.is_mark(at, &['"', '”', ']', '*', ')']) {
            at += 1;
        }
        // "was 693 and is 872"
        if self.is(at, &["was", "were"]) && self.is_number(at + 1) {
            let and = at + 2 + usize::from(self.is_mark(at + 2, &[',']));
            if !self.is(and, &["and", "but"]) || !self.is(and + 1, &["is", "are", "now"]) {
                return None;
            }
            let number = and + 2 + usize::from(self.is(and + 2, &["now", "at"]));
            return self.is_number(number).then_some(number);
        }
        if self.is_mark(at, &['=', ':', '—', '–', '-', '≡']) {
            let is_sure = self.is_mark(at, &['=', '≡']);
            let mut number = at + 1;
            while self.is_mark(number, &['"', '“', '[', '*']) || self.is(number, &["now", "currently"]) {
                number += 1;
            }
            // "873 modules audited: 41 intrinsic-backed"
            let is_counted =
                subject.at.start.checked_sub(1).is_some_and(|it| self.is_number(it) && !self.used.contains(&it));
            // "832 partial + 41 backed = 873 modules" is a sum
            if is_counted && self.is_mark(at, &['=']) {
                return None;
            }
            let is_of_next = !is_sure && is_counted && next <= number + 3;
            let is_after = !self.is_mark(number + 1, &['→', '<', '>', '≤', '≥']);
            return (self.is_number(number) && !is_of_next && is_after).then_some(number);
        }
        let is_counted = || subject.at.start.checked_sub(1).is_some_and(|it| self.is_number(it));
        if self.is_mark(at, &['(']) && !is_counted() {
            let number = at + 1;
            return (self.is_number(number) && self.is_mark(number + 1, &[')', ',', ';'])).then_some(number);
        }
        if !subject.is_closed || is_counted() || !self.is(at, VERBS) && !self.is(at, VERB_FILLS) {
            return None;
        }
        let mut has_verb = false;
        let from = at;
        while at < from + 5 && (self.is(at, VERBS) || self.is(at, VERB_FILLS)) {
            has_verb |= self.is(at, VERBS);
            at += 1;
        }
        let is_whole = self.words.tokens.get(at + 1).is_none_or(|it| it.kind != TokenKind::Word || it.is(AFTER_NUMBER));
        (has_verb && self.is_number(at) && is_whole).then_some(at)
    }

    /// What stands before a subject.
    fn counts(&mut self, subjects: &[FactWords], is_stated: &[bool]) {
        let mut zero: Option<(usize, usize)> = None;
        for (index, subject) in subjects.iter().enumerate() {
            if is_stated[index] || subject.about == About::Budget || !subject.is_closed {
                continue;
            }
            let mut at = subject.at.start;
            let least = at.saturating_sub(4).max(self.start);
            while at > least && (self.is(at - 1, FILLS) || self.is_mark(at - 1, &['"', '”', '“'])) {
                at -= 1;
            }
            let before = at.checked_sub(1).filter(|it| self.is_number(*it) && !self.used.contains(it));
            if let Some(number) = before {
                let is_budget = self.is_of_a_budget(number);
                // "1 of 6 intrinsic-partial" and "12 320 names" are no counts of these
                let is_ratio = || {
                    let is_of =
                        number > self.start && (self.is_mark(number - 1, &['/']) || self.is(number - 1, &["of"]));
                    number > self.start + 1 && is_of && self.is_number(number - 2)
                };
                // "the other 836 are partial too", "301, 290 and 297 top-level names"
                let is_part = self.is(number.wrapping_sub(1), OTHERS)
                    || self.ends_a_list(number)
                    || (self.is_mark(number.wrapping_sub(1), &['=', '→']) && number > self.start)
                    || is_ratio()
                    || self.has_more(subjects, is_stated, index, number)
                    || (subject.about == About::Named && subject.fact != "stdlib.stubs");
                if is_budget {
                    self.state(&budget(subject), number, CountShape::Count);
                } else if !is_part {
                    if let Some(none) = self.none_of(subject, number) {
                        let missing = self.gone(subject);
                        self.state(subject, number, CountShape::Count);
                        self.state(&missing, none, CountShape::Count);
                        continue;
                    }
                    let is_zero = self.words.tokens[number].number().is_some_and(TextNumber::is_zero);
                    zero = is_zero.then_some((subject.at.end, number));
                    let subject = self.gone(subject);
                    self.state(&subject, number, CountShape::Count);
                }
                continue;
            }
            // "zero probe-only and python-only modules"
            let joins =
                |from: usize| (from..subject.at.start).all(|it| self.is(it, JOINS) || self.is_mark(it, &[',', '/']));
            if let Some((_, number)) = zero.filter(|(end, _)| *end < subject.at.start && joins(*end)) {
                let (fact, about) = (subject.fact.clone(), subject.about);
                let part = number..subject.at.end;
                self.done.push(NumberStatement { fact, about, number, part, shape: CountShape::Count });
                zero = Some((subject.at.end, number));
                continue;
            }
            self.linked(subject);
        }
    }

    /// "a budget of 873 intrinsic-partial modules", "the ratchet budget is 873 intrinsic-partial modules"
    fn is_of_a_budget(&self, number: usize) -> bool {
        let mut at = number;
        let least = number.saturating_sub(5).max(self.start);
        let leads = |at: usize| self.is(at, VERBS) || self.is(at, VERB_FILLS) || self.is(at, ALLOWS);
        while at > least && (leads(at - 1) || self.is_mark(at - 1, &[':', ')', '='])) {
            at -= 1;
        }
        // "the gate allows 875": whoever allows a number sets a budget
        let allows = || (at..number).any(|it| self.is(it, PERMITS));
        at < number && (at > self.start && self.is(at - 1, BUDGETS) || allows())
    }

    /// Whether a number is the last of several that stand before one noun.
    fn ends_a_list(&self, number: usize) -> bool {
        let joint = number.wrapping_sub(1);
        let joins = (self.is(joint, &["and", "or"]) || self.is_mark(joint, &[','])) && joint > self.start;
        let before = joint.wrapping_sub(1);
        let before = before.wrapping_sub(usize::from(self.is_mark(before, &[','])));
        joins && self.is_number(before) && !self.used.contains(&before)
    }

    /// "872 of 873 modules are intrinsic-partial"
    fn linked(&mut self, subject: &FactWords) {
        if !matches!(subject.about, About::Status | About::Union) {
            return;
        }
        // "45 modules are backed or partial" counts both
        let next = subject.at.end + 1;
        if subject.about == About::Status
            && self.is(subject.at.end, JOINS)
            && self
                .words
                .tokens
                .get(next)
                .is_some_and(|it| next < self.end && super::lexicon::status(&it.word).is_some())
        {
            return;
        }
        let mut at = subject.at.start;
        let least = at.saturating_sub(6).max(self.start);
        let mut is_linked = false;
        while at > least && (self.is(at - 1, LINKS) || self.is(at - 1, LINK_FILLS)) {
            at -= 1;
            is_linked |= self.is(at, LINKS);
        }
        // "872 of 873 modules intrinsic-partial"
        is_linked |= self.is(at.wrapping_sub(1), &["modules", "files"]) && at > self.start;
        while at > least && is_linked && self.is(at - 1, LINKED) {
            at -= 1;
        }
        let Some(last) = at.checked_sub(1).filter(|it| is_linked && self.is_number(*it)) else { return };
        // "one module in 21", "the other 836"
        let is_ratio = self.is(last.wrapping_sub(1), &["in", "every"])
            && (last.saturating_sub(4).max(self.start)..last).any(|it| self.is_number(it));
        if is_ratio || self.is(last.wrapping_sub(1), OTHERS) {
            return;
        }
        let mut before = last;
        while before > self.start
            && (self.is(before - 1, &["of", "the", "all", "out"]) || self.is_mark(before - 1, &['/']))
        {
            before -= 1;
        }
        // "95 % of the 873 modules"
        if before < last && self.is_share(before) {
            return;
        }
        let noun = usize::from(before < last && before > self.start && self.is(before - 1, &["modules", "module"]));
        let first = before.checked_sub(1 + noun).filter(|it| before < last && self.is_number(*it));
        match first {
            Some(first) => {
                self.state(subject, first, CountShape::Count);
                if !self.used.contains(&last) && subject.about == About::Status {
                    let at = last + 1..last + 1;
                    let total = FactWords { fact: "stdlib.total".into(), about: About::Total, at, is_closed: true };
                    self.state(&total, last, CountShape::Count);
                }
            }
            None if !self.used.contains(&last) => self.state(subject, last, CountShape::Count),
            None => {}
        }
    }

    /// "883 modules: 41 intrinsic-backed, …" and "total: 883" beside statuses.
    fn totals(&mut self) {
        self.audited();
        let statuses: Vec<usize> =
            self.done.iter().filter(|it| it.about == About::Status).map(|it| it.part.start).collect();
        let (Some(first), Some(last)) = (statuses.iter().min(), statuses.iter().max()) else { return };
        if statuses.len() < 2 || self.done.iter().any(|it| it.about == About::Total) {
            return;
        }
        let near = first.saturating_sub(8).max(self.start)..(last + 12).min(self.end);
        for at in near {
            let is_free = |it: usize| self.is_number(it) && !self.used.contains(&it);
            let skipped = usize::from(self.is(at + 1, &["stdlib"]));
            let counted = at < *first
                && is_free(at)
                && self.is(at + 1 + skipped, &["modules", "files"])
                && self.is_mark(at + 2 + skipped, &[':', '(', '—', '–', '=']);
            let keyed = self.is(at, &["total"]) && self.is_mark(at + 1, &['=', ':']) && is_free(at + 2);
            let trailing = is_free(at) && self.is(at + 1, &["total"]) && (at > *last);
            let number = if keyed { at + 2 } else { at };
            if counted || keyed || trailing {
                let at = at + 1..at + 1;
                let total = FactWords { fact: "stdlib.total".into(), about: About::Total, at, is_closed: true };
                self.state(&total, number, if keyed { CountShape::Key } else { CountShape::Count });
                return;
            }
        }
    }

    /// "The audit lists 873 modules."
    fn audited(&mut self) {
        const VERBS: &[&str] =
            &["lists", "listed", "counts", "counted", "has", "had", "covers", "covered", "judges", "judged"];
        let Some(audit) = (self.start..self.end).find(|it| self.is(*it, &["audit"])) else { return };
        if audit > self.start && self.is(audit - 1, &["previous", "last", "earlier", "old", "first", "former"]) {
            return;
        }
        for at in audit + 1..(audit + 12).min(self.end) {
            let is_counted = self.is(at - 1, VERBS) && self.is_number(at) && !self.used.contains(&at);
            let after = at + 1 + usize::from(self.is(at + 1, &["stdlib"]));
            let ends =
                self.words.tokens.get(after + 1).is_none_or(|it| it.kind != TokenKind::Word) || after + 1 >= self.end;
            if is_counted && self.is(after, &["modules", "files"]) && ends {
                let at_end = after + 1..after + 1;
                let total = FactWords { fact: "stdlib.total".into(), about: About::Total, at: at_end, is_closed: true };
                self.state(&total, at, CountShape::Count);
                return;
            }
        }
    }
}
