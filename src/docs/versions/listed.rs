//! Sentences about what Molt targets that name the series: a person says what becomes of them when one is added or dropped,
//! so that all of them are listed and none is changed.

use std::{cell::LazyCell, collections::BTreeSet, ops::Range};

use globset::GlobSet;
use rayon::prelude::*;

use super::subject::{MentionSubject, sentence, subject};
use crate::{
    base::{Lines, RelPath, Series, shortened},
    docs::{
        around::{blocks, flows_of},
        claim::{Claim, ClaimKind, ClaimState},
        code::Code,
        fact::{Fact, Facts, Value},
        flow::{self, Flow, flows},
        rules::Document,
        tense::{date_in, day, is_history, is_record},
        text::series::{SeriesMention, in_order, mentions, places, series_of},
    },
};

/// One list in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionList {
    /// The document.
    pub path: RelPath,
    /// One-based.
    pub line: usize,
    /// The sentence around it.
    pub sentence: String,
    /// The line of the document that it begins on, without what surrounds it; of a very long one the beginning.
    pub whole_line: String,
}

/// The longest line that is kept, in characters.
const LINE: usize = 4000;
/// How far apart two versions of one list may stand, in bytes.
const NEAR: usize = 120;

/// Every place in `documents` that names exactly `series`, in one list or one after the other, and says otherwise than
/// `after`. What says of itself that it is of the past is left out, and of `archival` documents what has a date.
pub fn version_lists(
    documents: &[Document],
    archival: &GlobSet,
    (series, after): (&BTreeSet<Series>, &BTreeSet<Series>),
) -> Vec<VersionList> {
    if series.len() < 2 {
        return Vec::new();
    }
    let of = |document: &Document| {
        let mut res: Vec<VersionList> = Vec::new();
        let mut row = Parallel::default();
        let is_archival = archival.is_match(document.path.as_str());
        read(document, |flow, lines| {
            let is_past = flow.headings.iter().any(|it| it.is_history) || (is_archival && day(flow).is_some());
            let mut all = mentions(&flow.text);
            all.retain(|it| !is_past && !is_history(&flow.text[sentence(flow, &it.range)]));
            // what is open at its end holds for a newer series too
            let exact = all.iter().filter(|it| it.is_list() && it.set.is(series) && !it.set.is(after));
            let mut places: Vec<Range<usize>> = exact.map(|it| it.range.clone()).collect();
            if places.is_empty() {
                places.extend(spread(flow, &all, series));
            }
            let row_is_full = row.follow(flow, &all, series);
            if places.is_empty() && row_is_full {
                places.extend(all.first().map(|it| it.range.clone()));
            }
            res.extend(places.into_iter().map(|it| listed(document, flow, lines, &it)));
        });
        res
    };
    let is_read = |it: &&Document| {
        let is_dated = date_in(it.path.as_str()).is_some() && archival.is_match(it.path.as_str());
        !is_dated && may_have_former(&it.text)
    };
    documents.par_iter().filter(is_read).flat_map_iter(of).collect()
}

/// Lists of what Molt targets that do not name the supported series, as claims: stale where the supported series were once
/// these, and else about something else.
pub(in super::super) fn former(document: &Document, all: &[Flow], facts: &Facts) -> Vec<Claim> {
    let mut res: Vec<Claim> = Vec::new();
    let Some((fact, series)) = supported(facts) else { return res };
    let lines = LazyCell::new(|| Lines::new(&document.text));
    for flow in all.iter().filter(|it| is_read(it) && may_list(&it.text)) {
        for mention in mentions(&flow.text) {
            let is_other = mention.set.named.len() < 2 || mention.set.from.is_some() || mention.set.is(&series);
            let is_past = || day(flow).is_some() || is_record(flow);
            if is_other || subject(flow, &mention) != MentionSubject::Targets || is_past() {
                continue;
            }
            let part = mention.range.clone();
            let span = flow.place(part.clone());
            let stated = &flow.text[part.clone()];
            let mut claim = Claim::new(ClaimKind::Targets, &document.path, span, stated);
            (claim.line, claim.column) = lines.position(claim.span.start);
            claim = claim.in_sentence(&flow.text, part.clone(), part);
            claim.facts = vec![fact.id.clone()];
            let why = format!("the supported series are {} ({})", fact.value, fact.source);
            claim = claim.wrong(ClaimState::Stale, Code::StaleValue, why);
            "say there by hand what Molt targets now, or put a `<!-- molt-sync:ignore REASON -->` above its block"
                .clone_into(&mut claim.repair);
            claim.number = res.len() + 1;
            res.push(claim);
        }
    }
    res
}

/// The supported series, and the fact that says so.
fn supported(facts: &Facts) -> Option<(&Fact, BTreeSet<Series>)> {
    let fact = facts.get("series")?;
    let Value::List(list) = &fact.value else { return None };
    Some((fact, series_of(list)?))
}

/// Whether a text can have a list that is not exactly the supported series: most documents name those and no others.
pub(in super::super) fn has_other_list(text: &str, facts: &Facts) -> bool {
    let Some((_, series)) = supported(facts) else { return false };
    let is_other = |it: &SeriesMention| it.items.len() > 1 && (it.set.from.is_some() || !it.set.is(&series));
    let has_other = |text: &str| mentions(text).iter().any(is_other);
    let mut last = None;
    let places = in_order(text).filter(|at| last.replace(*at).is_some_and(|it| at.abs_diff(it) < NEAR));
    // code is read as it stands, and all else also as it is wrapped
    blocks(text, places).any(|block| {
        block.len() == text.len()
            || has_other(block)
            || flows_of(block, text).iter().any(|it| may_list(&it.text) && has_other(&it.text))
    })
}

/// The most bytes from one version of a list to the next, in a block.
const NEXT: usize = 64;

/// Whether a block can have a list: two versions so near that nothing but what joins them stands between them.
fn may_list(text: &str) -> bool {
    let mut last = None;
    in_order(text).any(|at| last.replace(at).is_some_and(|it| at - it <= NEXT))
}

/// Whether two series stand near each other.
pub(in super::super) fn may_have_former(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut last: Option<usize> = None;
    // other numbers with a point have another length
    let is_series = |at: &usize| bytes[*at] != b'3' || (digit(at + 3) && !digit(at + 4));
    places(text).filter(is_series).any(|at| {
        let before = last.replace(at);
        before.is_some_and(|it| at.abs_diff(it) < NEAR)
    })
}

/// Whether no comment takes a block out.
fn is_read(flow: &Flow) -> bool {
    !flow.is_ignored && flow.as_of.is_none()
}

/// Every block of a document that no comment takes out.
fn read(document: &Document, mut each: impl FnMut(&Flow, &Lines<'_>)) {
    let lines = Lines::new(&document.text);
    flows(&document.text).iter().filter(|it| is_read(it)).for_each(|it| each(it, &lines));
}

/// The longest word before a version, in bytes.
const WORD: usize = 200;

/// The sentences that name all of `series` in several places: "3.12 is the minimum, 3.13/3.14 …", and commands that differ
/// in nothing but the version.
fn spread(flow: &Flow, all: &[SeriesMention], series: &BTreeSet<Series>) -> Option<Range<usize>> {
    let closed = || all.iter().filter(|it| it.set.from.is_none());
    for mention in closed().filter(|it| it.is_list()) {
        let whole = sentence(flow, &mention.range);
        // they stand in order, and a sentence is looked at for so far and no further
        let first = all.partition_point(|it| it.range.start < whole.start);
        let inside = all[first..].iter().take_while(|it| it.range.start < whole.end);
        let inside = inside.filter(|it| it.set.from.is_none());
        if inside.flat_map(|it| it.set.named.iter().copied()).collect::<BTreeSet<_>>() == *series {
            return Some(mention.range.clone());
        }
    }
    let before = |it: &SeriesMention| {
        let low = flow.text.floor_char_boundary(it.range.start.saturating_sub(WORD));
        let text = flow.text[low..it.range.start].trim_end_matches('`');
        let start = text.trim_end().rfind(' ').map_or(0, |at| at + 1);
        text[start..].to_owned()
    };
    let singles: Vec<&SeriesMention> = closed().filter(|it| !it.is_list()).collect();
    singles.chunk_by(|a, b| before(a) == before(b)).find_map(|run| {
        let named: BTreeSet<Series> = run.iter().flat_map(|it| it.set.named.iter().copied()).collect();
        (run.len() == series.len() && named == *series).then(|| run[0].range.clone())
    })
}

/// Blocks one below the other that differ in nothing but the version: the items of a list, the rows of a table, lines.
#[derive(Default)]
struct Parallel {
    shape: String,
    named: BTreeSet<Series>,
}

impl Parallel {
    /// Whether, with this block, all of `series` are named.
    fn follow(&mut self, flow: &Flow, all: &[SeriesMention], series: &BTreeSet<Series>) -> bool {
        let [first, ..] = all else {
            self.named.clear();
            return false;
        };
        let is_one = first.set.from.is_none() && first.set.named.len() == 1;
        // a row is of a version where its first cell is one
        let shape = if flow.kind == flow::BlockKind::Row && first.range.start <= 1 {
            "row".to_owned()
        } else {
            flow.text.chars().filter(|it| !it.is_ascii_digit()).take(200).collect()
        };
        if !is_one || matches!(flow.kind, flow::BlockKind::Code(_)) || shape != self.shape {
            self.named.clear();
        }
        self.shape = shape;
        self.named.extend(first.set.named.iter().filter(|_| is_one));
        self.named == *series
    }
}

fn listed(document: &Document, flow: &Flow, lines: &Lines<'_>, part: &Range<usize>) -> VersionList {
    let start = flow.place(part.clone()).start;
    VersionList {
        path: document.path.clone(),
        line: lines.line(start),
        sentence: shown(flow, part),
        whole_line: shortened(lines.around(start).trim(), LINE).into_owned(),
    }
}

/// The sentence around a part of a block, cut where it is long.
fn shown(flow: &Flow, part: &Range<usize>) -> String {
    let text = &flow.text;
    // no more of it is looked at than is shown, and the marks before that
    let low = text.floor_char_boundary(part.start.saturating_sub(SHOWN + 2));
    let high = text.ceil_char_boundary((part.end + SHOWN + 2).min(text.len()));
    let (before, behind) = (&text[low..part.start], &text[part.end..high]);
    let (start, end) = if matches!(flow.kind, flow::BlockKind::Code(_)) {
        (before.rfind('\n').map(|it| it + 1), behind.find('\n'))
    } else {
        (before.rfind(". ").map(|it| it + 2), behind.find(". ").map(|it| it + 1))
    };
    cut(text, part, start.map_or(low, |it| low + it)..end.map_or(high, |it| part.end + it))
}

/// How much of a sentence is shown on either side of a list, in bytes.
const SHOWN: usize = 80;

fn cut(text: &str, part: &Range<usize>, whole: Range<usize>) -> String {
    let floor = text.floor_char_boundary(part.start.saturating_sub(SHOWN)).max(whole.start);
    let ceiling = text.ceil_char_boundary((part.end + SHOWN).min(text.len())).min(whole.end);
    let (left, right) = (if floor > whole.start { "… " } else { "" }, if ceiling < whole.end { " …" } else { "" });
    format!("{left}{}{right}", text[floor..ceiling].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        let document = Document { path: RelPath::new("a.md").unwrap(), text: text.to_owned() };
        let series = |all: &[&str]| all.iter().map(|it| it.parse().unwrap()).collect();
        let (before, after) = (series(&["3.12", "3.13", "3.14"]), series(&["3.12", "3.13", "3.14", "3.15"]));
        version_lists(&[document], &GlobSet::empty(), (&before, &after)).len()
    }

    #[test]
    fn a_list_is_found_whatever_joins_it() {
        for text in [
            "When 3.12/3.13/3.14 differ, say so.\n",
            "Molt targets 3.12, 3.13 and 3.14.\n",
            "Molt targets 3.12, 3.13, and 3.14 alike.\n",
            "Targets: 3.12-3.14.\n",
            "Targets: 3.12–3.14.\n",
            "Python 3.12 through 3.14 are targets.\n",
            "From `3.12` to `3.14`.\n",
            "| versions |\n|---|\n| 3.12 / 3.13 / 3.14 |\n",
            "| Module | py312 | py313 | py314 | wasm |\n|---|---|---|---|---|\n| a | y | y | y | n |\n",
            "CPython 3.12, CPython 3.13 and CPython 3.14 are what Molt targets.\n",
            "Lanes: `py312`, `py313`, `py314`.\n",
            "Use 3.12 as the minimum and record any 3.13/3.14 divergences.\n",
            "Run `x --python 3.12 a`, `x --python 3.13 a` and `x --python 3.14 a`.\n",
            "- CPython 3.12\n- CPython 3.13\n- CPython 3.14\n",
            "| version | lane |\n|---|---|\n| 3.12 | a |\n| 3.13 | b |\n| 3.14 | c |\n",
            "```\nuv run --python 3.12/3.13/3.14 x\n```\n",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
    }

    #[test]
    fn a_document_with_another_list_than_the_supported_one_is_read() {
        let mut facts = Facts::default();
        let series = ["3.12", "3.13", "3.14"].map(str::to_owned).to_vec();
        facts.add(Fact::new("series", Value::List(series), "a", "b"));
        let long = "Some words about 3.12/3.13/3.14, `3.12`, `3.13` and `3.14`.\n\n".repeat(20);
        let is_read = |text: &str| {
            let path = RelPath::new("a.md").unwrap();
            let document = Document { path, text: format!("{long}{text}{long}") };
            let former = former(&document, &flows(&document.text), &facts);
            let may_have = may_have_former(&document.text) && has_other_list(&document.text, &facts);
            assert!(former.is_empty() || may_have, "{text}");
            may_have
        };
        assert!(!is_read(""));
        for text in [
            "Molt targets 3.12/3.13.\n\n",
            "Molt targets 3.12, 3.13,\n**3.14** and 3.15.\n\n",
            "> Molt targets 3.12,\n> 3.13\n\n",
            "- a\n\n      - Molt targets 3.11 to\n        3.13\n\n",
            "| a | b |\n|---|---|\n|  3.12  | 3.13 |\n\n",
            "```python\nx = 3.12, 3.13,\ny = 3.14\n```\n\n",
            "> ```\n> 3.12/3.13\n> ```\n\n",
            "Molt targets [3.12][a] / [3.13][a].\n\n[a]: x.md\n\n",
            "Molt targets <b>3.12</b>, 3.13.\n\n",
            "Molt targets 3.12&ndash;3.13.\n\n",
        ] {
            assert!(is_read(text), "{text}");
        }
    }

    #[test]
    fn the_longest_join_is_near_enough_for_a_list() {
        let text = "`>= CPython 3.12.x`, and onwards up to and including `≥ `CPython 3.14";
        let found = mentions(text);
        assert!(found.iter().any(|it| it.items.len() > 1) && may_list(text), "{found:?}");
        assert!(!may_list(&format!("3.12 {} 3.13", "word ".repeat(NEXT / 5))));
        let all = in_order("3.12 py313 cp314 3.1 cp3x 3. xpy3155 3.3.12").collect::<Vec<_>>();
        let mut wanted: Vec<usize> = places("3.12 py313 cp314 3.1 cp3x 3. xpy3155 3.3.12").collect();
        wanted.sort_unstable();
        assert_eq!(all, wanted);
    }

    #[test]
    fn other_lists_are_not_this_one() {
        for text in [
            "Tested on 3.12 and 3.13.\n",
            "Since 3.12.1/3.13.2/3.14.0 it differs.\n",
            "Rust 13.12, 13.13 and 13.14.\n",
            "Molt targets 3.12+ semantics.\n",
            "In 3.12 it was x. In 3.13 it is y. It is gone from 3.14.\n",
            "## Historical\n\nIt was 3.12/3.13/3.14 then.\n",
            "<!-- molt-sync:ignore a joke -->\n\n3.12/3.13/3.14\n",
            "x --python 3.12 --python 3.13 --python 3.14 --python 3.15\n",
        ] {
            assert_eq!(count(text), 0, "{text}");
        }
    }
}
