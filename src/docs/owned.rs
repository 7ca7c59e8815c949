//! Whose the words of a managed region are: what is wrong in one that is not as it should be, the region tells; what is wrong in one
//! that is, its template says.

use std::ops::Range;

use super::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
};

/// Those of `found` that no region tells of.
pub(super) fn untold(mut found: Vec<Claim>, claims: &[Claim]) -> Vec<Claim> {
    let regions = Spans::new(claims, |it| it.kind == ClaimKind::Block && it.is_wrong());
    found.retain(|it| !(it.is_wrong() && regions.meet(&it.span)));
    found
}

/// Those of `stated` that no region tells of, and that stand where no other claim does.
pub(super) fn free(stated: Vec<Claim>, claims: &[Claim]) -> Vec<Claim> {
    let values =
        Spans::new(claims, |it| matches!(it.kind, ClaimKind::Phrase | ClaimKind::Link | ClaimKind::Scoreboard));
    let mut res = untold(stated, claims);
    res.retain(|it| !values.meet(&it.span));
    res
}

/// Leaves for a person what a template says and is not so: a value that is written into the region is gone with the next run.
pub(super) fn by_template(claims: &mut [Claim]) {
    let right = claims.iter().filter(|it| it.kind == ClaimKind::Block && !it.is_wrong());
    let mut regions: Vec<(Range<usize>, String)> = right.map(|it| (it.span.clone(), it.binding.clone())).collect();
    // no region stands in another
    regions.sort_by_key(|(span, _)| span.start);
    // a value of a day is held against that day later on
    let is_value = |it: &Claim| {
        matches!(it.code, Some(Code::StaleValue | Code::Contradicted))
            && it.kind != ClaimKind::Link
            && it.as_of.is_none()
    };
    for it in claims.iter_mut().filter(|it| is_value(it)) {
        let before = regions.partition_point(|(span, _)| span.start <= it.span.start);
        let region = before.checked_sub(1).map(|at| &regions[at]).filter(|(span, _)| it.span.start < span.end);
        let Some((_, name)) = region else { continue };
        let wanted = it.wanted.take();
        (it.code, it.state) = (Some(Code::Contradicted), ClaimState::HandEdited);
        let due = wanted.map_or(String::new(), |it| format!(", where it should say {it}"));
        it.repair = format!("correct the template of block `{name}`{due}, and run `molt-sync docs sync`");
    }
}

/// Places of a document, by where they begin, with the last end so far.
struct Spans(Vec<(usize, usize)>);

impl Spans {
    fn new(claims: &[Claim], is_wanted: impl Fn(&Claim) -> bool) -> Self {
        let wanted = claims.iter().filter(|it| is_wanted(it) && !it.span.is_empty());
        let mut all: Vec<(usize, usize)> = wanted.map(|it| (it.span.start, it.span.end)).collect();
        all.sort_unstable();
        let mut last = 0;
        for (_, end) in &mut all {
            last = last.max(*end);
            *end = last;
        }
        Self(all)
    }

    fn meet(&self, span: &Range<usize>) -> bool {
        let before = self.0.partition_point(|(start, _)| *start < span.end);
        before.checked_sub(1).is_some_and(|it| self.0[it].1 > span.start)
    }
}
