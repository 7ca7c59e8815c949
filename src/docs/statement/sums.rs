//! Sums of several counts, which are none of them: "A + B = 873", "873 A and B modules".

use super::{
    lexicon::{About, FactWords},
    number::TextNumber,
    shape::{NumberStatement, Reader},
    shape_words::JOINS,
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

    /// "873 intrinsic-backed and intrinsic-partial modules" counts both.
    pub(super) fn has_more(&self, subjects: &[FactWords], is_stated: &[bool], at: usize, number: usize) -> bool {
        let end = subjects[at].at.end;
        let is_short = self.is(end, JOINS) && self.is(end + 1, &["backed", "partial", "support", "probe"]);
        let next = subjects.get(at + 1).filter(|it| !is_stated[at + 1] && self.is_sum(&subjects[at], it));
        (next.is_some() || is_short) && subjects[at].about == About::Status && !self.is_of_each(number)
    }
}
