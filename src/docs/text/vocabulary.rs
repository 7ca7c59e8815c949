//! The words by which a sentence says that it speaks of what was, should be or is not; one list for counts and statuses.

use std::{collections::HashSet, sync::LazyLock};

/// Some words.
pub(in crate::docs) type Vocabulary = LazyLock<HashSet<&'static str>>;

fn set(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

/// Words of a heading, label or introduction below or behind which nothing is said to be so.
pub(in crate::docs) static TITLES: Vocabulary = LazyLock::new(|| {
    set("success criteria criterion acceptance goal goals target targets milestone milestones exit objective \
     objectives hypotheses hypothesis example examples todo todos proposal proposed planned plan future \
     forecast projection kpi kpis okr okrs template sample aim aims wish wishlist expected expectation \
     expectations risk risks fictional placeholder deliverable deliverables done-when definition-of-done \
     backlog wave next ideal desired")
});

/// Those of them that say that what is labelled is made up, even where it speaks of the present.
pub(in crate::docs) static EXAMPLES: Vocabulary =
    LazyLock::new(|| set("example examples template sample fictional placeholder hypothesis hypotheses proposal"));

/// Words by which a sentence behind a label says what is.
pub(in crate::docs) static STATES: Vocabulary = LazyLock::new(|| {
    set("is are has have there counts lists reports shows stands sits totals equals remains holds says")
});

/// Words of a heading below which there is a record.
pub(in crate::docs) static RECORDS: Vocabulary = LazyLock::new(|| {
    set("history historical changelog changes archive archived baseline baselines evidence previous past legacy \
     superseded retrospective postmortem timeline log logs before former journal diary old")
});

/// Those of them below which there is a record even where the heading calls it current: it is what was found once.
pub(in crate::docs) static EVIDENCE: Vocabulary = LazyLock::new(|| set("evidence baseline baselines"));

/// Words of an introduction whose list is of rules.
pub(in crate::docs) static RULES: Vocabulary = LazyLock::new(|| {
    set("gate gates contract rule rules enforced enforces requirement requirements invariant invariants condition \
     conditions policy must should requires checks")
});

/// Words before a statement that keep it from being said.
pub(in crate::docs) static UNSAID: Vocabulary = LazyLock::new(|| {
    set("if when whenever until unless once whether after while before provided assuming suppose supposing imagine \
     case goal goals target targets targeting aim aims aiming should must shall will would could may might \
     want wants plan plans planned planning expect expects expected intend intends intended reach reaches \
     reaching reduce reduces reducing drive keep keeps keeping preserve preserves preserving maintain \
     maintains ensure ensures require requires needs need toward towards propose proposed projected forecast \
     ideally eventually hopefully soon acceptance criterion criteria milestone todo exit hypothesis \
     hypothetical hypothetically example examples e.g instance sample placeholder template fictional trend \
     trends promise promises hope hopes next desired wish objective objectives ends assume assumed assumes")
});

/// Words that deny what follows.
pub(in crate::docs) static DENIALS: Vocabulary = LazyLock::new(|| {
    set("not never false untrue wrong wrongly incorrect incorrectly neither nor isn't aren't wasn't weren't \
     doesn't don't didn't cannot can't won't without mistaken myth outdated nobody hardly longer")
});

/// Words of the past.
pub(in crate::docs) static PAST: Vocabulary = LazyLock::new(|| {
    set("previously formerly earlier initially originally was were had said ago yesterday prior former started \
     began historical historically then old showed")
});

/// Words of the present.
pub(in crate::docs) static NOW: Vocabulary = LazyLock::new(|| set("now currently current today presently nowadays"));

/// Words of the present below a day.
pub(in crate::docs) static STILL: Vocabulary =
    LazyLock::new(|| set("still remain remains active latest ongoing stays"));

/// Words that make a statement one about a part.
pub(in crate::docs) static PARTS: Vocabulary = LazyLock::new(|| {
    set("alone pr commit patch batch tranche sprint iteration wave lane closure subset family families subpackage \
     slice tier shard newly among cluster clusters package phase core-lane demo prototype branch fork queue \
     subtree folder directory fixture fixtures upstream mock toy")
});

/// Words of change, before a number and its noun.
pub(in crate::docs) static CHANGES: Vocabulary = LazyLock::new(|| {
    set("fix fixes fixed fixing move moves moved promote promotes promoted promoting lower lowers lowered convert \
     converts converted land lands landed migrate migrates migrated remove removes removed add adds added \
     close closes closed resolve resolves resolved touch touches touched retire retires retired demote demotes \
     demoted raise raises raised drop drops dropped gain gains gained lose loses lost turn turned upgraded \
     introduced shipped another")
});

/// Words right behind a statement that keep it from being said.
pub(in crate::docs) static HOLDS: Vocabulary = LazyLock::new(|| {
    set("must should shall will would was were hold holds sustained hard fail fails trips breaks may might could \
     needs need require requires ensures means")
});

/// Words anywhere behind a statement that do so.
pub(in crate::docs) static BEHIND: Vocabulary = LazyLock::new(|| {
    set("if unless until once when whenever before goal goals target targets aim false untrue wrong incorrect \
     example hypothetically ago previously formerly alone sometime someday")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_one_token_in_lower_case() {
        let all = [
            &TITLES, &EXAMPLES, &STATES, &RECORDS, &EVIDENCE, &RULES, &UNSAID, &DENIALS, &PAST, &NOW, &STILL, &PARTS,
            &CHANGES, &HOLDS, &BEHIND,
        ];
        for word in all.into_iter().flat_map(|it| it.iter()) {
            let tokens = super::super::token::tokens(word);
            assert!(matches!(&tokens[..], [one] if one.word == *word), "{word}");
        }
    }
}
