//! Statuses by their short names, where two or more stand beside each other: "0 backed / 870 partial".

use std::collections::{BTreeSet, HashSet};

use super::{
    lexicon::{About, FactWords, STATUSES, short},
    mood::CountShape,
    shape::Reader,
    token::TokenKind,
};

impl Reader<'_> {
    /// "0 backed / 870 partial": two or more of them beside each other.
    pub(super) fn shorts(&mut self) {
        let tokens = self.words.tokens;
        let mut found: Vec<(usize, usize, &'static str)> = Vec::new();
        for (at, token) in tokens.iter().enumerate().take(self.end).skip(self.start) {
            let Some(name) = (token.kind == TokenKind::Word).then(|| short(&token.word)).flatten() else {
                continue;
            };
            let is_free = |it: usize| self.is_number(it) && !self.used.contains(&it);
            // "837 partial + 41 backed = 878" is a sum
            let is_sum = self.is_mark(at + 1, &['='])
                && at > self.start + 1
                && self.is_number(at - 1)
                && !self.is_mark(at - 2, &['=', ':']);
            let key = self.is_mark(at + 1, &['=', ':']) && is_free(at + 2) && !is_sum;
            let ends = self
                .words
                .tokens
                .get(at + 1)
                .is_none_or(|it| it.kind != TokenKind::Word || it.is(&["and", "modules", "under"]));
            let count = at > self.start && is_free(at - 1) && ends && !key;
            if key {
                found.push((at + 2, at, name));
            } else if count {
                found.push((at - 1, at, name));
            }
        }
        let statuses = self.done.iter().filter(|it| it.about == About::Status);
        let mut beside: BTreeSet<usize> = statuses.map(|it| it.part.start).collect();
        let mut row: Vec<(usize, usize, &'static str)> = Vec::new();
        for it in found {
            let is_near = row.last().is_some_and(|last| it.0.min(it.1) <= last.0.max(last.1) + 4);
            if !is_near {
                self.row(std::mem::take(&mut row), &mut beside);
            }
            row.push(it);
        }
        self.row(row, &mut beside);
    }

    fn row(&mut self, row: Vec<(usize, usize, &'static str)>, statuses: &mut BTreeSet<usize>) {
        let (Some(first), Some(last)) = (row.first(), row.last()) else { return };
        let beside = first.0.min(first.1).saturating_sub(5)..last.0.max(last.1) + 6;
        let names: HashSet<&str> = row.iter().map(|it| it.2).collect();
        let is_sure = names.iter().any(|it| matches!(*it, "intrinsic-backed" | "probe-only" | "python-only"));
        let has_other = statuses.range(beside).next().is_some();
        if (names.len() < 2 || !is_sure) && !has_other {
            return;
        }
        for (number, at, name) in row {
            debug_assert!(STATUSES.contains(&name));
            let subject =
                FactWords { fact: format!("stdlib.{name}"), about: About::Status, at: at..at + 1, is_closed: true };
            if self.words.facts.get(&subject.fact).is_some() {
                let shape = if number > at { CountShape::Key } else { CountShape::Count };
                self.state(&subject, number, shape);
                statuses.insert(number.min(at));
            }
        }
    }
}
