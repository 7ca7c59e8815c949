//! Sums of several counts, which are none of them: "A + B = 873", "873 A and B modules".

use super::{
    lexicon::{About, FactWords},
    number::TextNumber,
    shape::{NumberStatement, Reader},
    shape_words::{BUDGETS, JOINS},
};

impl Reader<'_> {
    /// "A + B = 3" and "A and B are 3" give neither its number, unless each has it.
    pub(super) fn without_sums(&mut self, subjects: &[FactWords], is_stated: &mut [bool]) {
        for at in 1..subjects.len() {
            let (first, second) = (&subjects[at - 1], &subjects[at]);
            let is_own = |it: &NumberStatement| it.part.start == second.at.start && it.number >= second.at.end;
            let Some(own) = self.done.iter().find(|it| is_own(it)) else { continue };
            if is_stated[at - 1] || !self.is_sum(first, second) || self.is_counted(first) || self.is_of_each(own.number)
            {
                continue;
            }
            self.done.retain(|it| !is_own(it));
        }
    }

    /// Whether two subjects are one: what joins them, and no number.
    fn is_sum(&self, first: &FactWords, second: &FactWords) -> bool {
        let is_of_statuses = first.about == About::Status && second.about == About::Status;
        let joins = |it: usize| self.is(it, JOINS) || self.is_mark(it, &['/', '&', '+']);
        let mut between = first.at.end..second.at.start;
        is_of_statuses
            && first.at.end < second.at.start
            && between.clone().any(joins)
            && between.all(|it| joins(it) || self.is_mark(it, &[',']))
    }

    fn is_counted(&self, subject: &FactWords) -> bool {
        self.is_number(subject.at.start.wrapping_sub(1))
    }

    /// Whether a number is that of each: none, or one that is said to be.
    fn is_of_each(&self, number: usize) -> bool {
        let is_none = self.words.tokens[number].number().is_some_and(TextNumber::is_zero);
        is_none || (self.start..self.end).any(|it| self.is(it, &["each", "both", "respectively", "either"]))
    }

    /// Whether what stands before "of the modules" is a share of them: "95 %", "most", "all but one".
    pub(super) fn is_share(&self, at: usize) -> bool {
        const SHARES: &[&str] = &[
            "percent", "half", "most", "third", "thirds", "quarter", "quarters", "fraction", "share", "part", "some",
            "many", "few", "several", "majority", "nearly", "almost", "rest",
        ];
        let before = at.wrapping_sub(1);
        at > self.start
            && (self.is(before, SHARES)
                || self.is_mark(before, &['%'])
                || (self.is_number(before) && before > self.start && self.is(before - 1, &["but"])))
    }

    /// "3 required submodules are missing" counts those that are.
    pub(super) fn gone(&self, subject: &FactWords) -> FactWords {
        let mut end = subject.at.end;
        // "top-level names of the union"
        let least = end + 4;
        while end < least && self.is(end, &["of", "from", "in", "the", "union", "tree"]) {
            end += 1;
        }
        let missing = end + 1 + usize::from(self.is(end + 1, &["still", "now", "currently"]));
        let id = match subject.fact.as_str() {
            "union.top-level" => "stdlib.missing-top-level",
            "union.submodules" => "stdlib.missing-submodules",
            _ => return subject.clone(),
        };
        if !self.is(end, &["are", "is"]) || !self.is(missing, &["missing", "absent"]) {
            return subject.clone();
        }
        FactWords { fact: id.into(), about: About::Missing, at: subject.at.start..missing + 1, is_closed: true }
    }

    /// The number of those that are missing, where it is one of all: "None of the 320 top-level names is missing."
    pub(super) fn none_of(&self, subject: &FactWords, number: usize) -> Option<usize> {
        let of = number.checked_sub(1 + usize::from(self.is(number.wrapping_sub(1), &["the", "all"])))?;
        let none = of.checked_sub(1).filter(|it| self.is(of, &["of"]) && self.is_number(*it))?;
        (self.gone(subject).fact != subject.fact && !self.used.contains(&none)).then_some(none)
    }

    /// "The ratchet caps intrinsic-partial modules at 875": what is capped there has a budget.
    pub(super) fn is_capped(&self, start: usize) -> bool {
        const CAPS: &[&str] = &["caps", "capped", "bounds", "limits", "restricts", "keeps", "holds"];
        let near = start.saturating_sub(3).max(self.start)..start;
        near.into_iter().any(|it| self.is(it, CAPS))
            && (self.start..start).any(|it| self.is(it, BUDGETS) || self.is_ratchet(it))
    }

    fn is_ratchet(&self, at: usize) -> bool {
        self.words.tokens.get(at).is_some_and(|it| it.word.contains("ratchet"))
    }

    /// "873 intrinsic-backed and intrinsic-partial modules" counts both.
    pub(super) fn has_more(&self, subjects: &[FactWords], is_stated: &[bool], at: usize, number: usize) -> bool {
        let end = subjects[at].at.end;
        let is_short = self.is(end, JOINS) && self.is(end + 1, &["backed", "partial", "support", "probe"]);
        let next = subjects.get(at + 1).filter(|it| !is_stated[at + 1] && self.is_sum(&subjects[at], it));
        (next.is_some() || is_short) && subjects[at].about == About::Status && !self.is_of_each(number)
    }
}
