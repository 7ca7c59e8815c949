//! What was claimed before and is claimed no longer: two lists of claims, those of the committed texts and those of the
//! present ones, held against each other by what each claim is about. A sentence that is gone, reworded, wrapped or moved
//! out of what is read, a marker, a date or a whole document that is deleted: all of them are found by this one comparison.

mod surroundings;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    ops::Range,
};

use self::surroundings::{BlockSurroundings, Surroundings, stands};
use super::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    flow::{Flow, flows},
    rules::Document,
    statement::is_set_aside,
};
use crate::base::{Lines, RelPath, name_word, one_file, path_word};

/// Documents and what they claim, before or after a change.
#[derive(Clone, Copy)]
pub struct Stand<'a> {
    /// Those that differ, each as it is on this side.
    pub documents: &'a [Document],
    /// Their claims.
    pub claims: &'a [Claim],
}

/// One thing that a claim is about. A sentence that names three modules is about three.
#[derive(Clone, PartialEq, Eq)]
struct ClaimPart<'a> {
    claim: &'a Claim,
    about: String,
    /// The region that it stands in, or the generated file: whose words they are, a template decides.
    owner: Option<&'a str>,
}

/// A statement that is claimed no longer.
pub struct Loss<'a> {
    /// What claimed it.
    pub claim: &'a Claim,
    /// The fact, or what else it is about: `block NAME`.
    pub about: String,
}

/// Every statement of `was` that has no counterpart in `is`, in the order of the documents. One that moved to another
/// document is there still; words inside of a region or a generated file are the template's.
pub fn losses<'a>(was: &'a [Claim], is: &[Claim]) -> Vec<Loss<'a>> {
    let (mut left, there) = (statements(was), statements(is));
    // of a day of which nothing can be known, only what stated that before is stated still
    let (then, there): (Vec<_>, Vec<_>) = there.into_iter().partition(|it| it.claim.is_before_all);
    let mut dated: HashMap<(String, Option<String>), usize> = HashMap::new();
    for it in &then {
        *dated.entry((it.about.clone(), it.claim.as_of.clone())).or_default() += 1;
    }
    left.retain(|it| match dated.get_mut(&(it.about.clone(), it.claim.as_of.clone())) {
        Some(count) if it.claim.as_of.is_some() && *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    let there = without_bound_aside(&mut left, there);
    let mut free = vec![true; there.len()];
    // the nearest counterpart first, so that one in a region is not taken for one beside it, nor another sentence for this one
    for (path, owner, words) in [(true, true, true), (true, true, false), (true, false, false), (false, false, false)] {
        let key = |it: &ClaimPart<'_>| {
            let path = path.then(|| it.claim.path.clone());
            let words = words.then(|| words_around(it.claim));
            (path, owner.then(|| it.owner.map(str::to_owned)), it.about.clone(), words)
        };
        let mut by_key: HashMap<_, VecDeque<usize>> = HashMap::new();
        for (at, it) in there.iter().enumerate().filter(|(at, _)| free[*at]) {
            by_key.entry(key(it)).or_default().push_back(at);
        }
        left.retain(|it| match by_key.get_mut(&key(it)).and_then(VecDeque::pop_front) {
            Some(at) => {
                free[at] = false;
                false
            }
            None => true,
        });
    }
    // a phrase of the workspace's own that is found nowhere is told of by itself
    let told = is.iter().filter(|it| matches!(it.code, Some(Code::Lost | Code::Count))).map(|it| it.binding.as_str());
    let told: HashSet<&str> = told.filter(|it| !it.is_empty()).collect();
    // regions of a document whose markers make none are told of by those
    let unread = is.iter().filter(|it| matches!(it.code, Some(Code::Malformed | Code::Conflict))).map(|it| &it.path);
    let unread: HashSet<&RelPath> = unread.collect();
    let is_told =
        |it: &Claim| told.contains(it.binding.as_str()) || (it.kind == ClaimKind::Block && unread.contains(&it.path));
    let is_loss = |it: &ClaimPart<'_>| it.owner.is_none() && !is_told(it.claim);
    left.into_iter().filter(is_loss).map(|it| Loss { claim: it.claim, about: it.about }).collect()
}

/// The words of its sentence without the value, which can be another one.
fn words_around(claim: &Claim) -> (String, String) {
    let behind = claim.at + claim.stated.len();
    match (claim.sentence.get(..claim.at), claim.sentence.get(behind..)) {
        (Some(before), Some(behind)) => (before.to_owned(), behind.to_owned()),
        _ => (claim.sentence.clone(), String::new()),
    }
}

/// What is `there` without what a binding alone takes out of the present, which stands for what was taken out before, and for a
/// statement of the very same value: with another one the words say of now what is compared with nothing.
fn without_bound_aside<'a>(left: &mut Vec<ClaimPart<'_>>, there: Vec<ClaimPart<'a>>) -> Vec<ClaimPart<'a>> {
    let (aside, there): (Vec<_>, Vec<_>) = there.into_iter().partition(|it| it.claim.is_bound_aside);
    let mut of_value: HashMap<&str, HashMap<&str, usize>> = HashMap::new();
    let mut of_any: HashMap<&str, usize> = HashMap::new();
    for it in &aside {
        *of_value.entry(it.about.as_str()).or_default().entry(it.claim.stated.as_str()).or_default() += 1;
        *of_any.entry(it.about.as_str()).or_default() += 1;
    }
    let take = |count: Option<&mut usize>| count.filter(|it| **it > 0).map(|it| *it -= 1).is_some();
    left.retain(|it| {
        let is_there = take(of_value.get_mut(it.about.as_str()).and_then(|all| all.get_mut(it.claim.stated.as_str())));
        !is_there || !take(of_any.get_mut(it.about.as_str()))
    });
    left.retain(|it| !it.claim.is_bound_aside || !take(of_any.get_mut(it.about.as_str())));
    there
}

/// What claims are about, those left out that only say that something cannot be judged.
fn statements(claims: &[Claim]) -> Vec<ClaimPart<'_>> {
    let mut owners: HashMap<&RelPath, Vec<(Range<usize>, &str)>> = HashMap::new();
    for it in claims.iter().filter(|it| matches!(it.kind, ClaimKind::Block | ClaimKind::File)) {
        owners.entry(&it.path).or_default().push((it.span.clone(), &it.binding));
    }
    for all in owners.values_mut() {
        all.sort_by_key(|(span, _)| span.start);
    }
    let owner = |it: &Claim| {
        let all = owners.get(&it.path)?;
        let before = all.partition_point(|(span, _)| span.start <= it.span.start);
        all[..before].last().filter(|(span, _)| it.span.end <= span.end).map(|(_, name)| *name)
    };
    let mut res = Vec::new();
    for claim in claims.iter().filter(|it| is_statement(it)) {
        let owner = if matches!(claim.kind, ClaimKind::Block | ClaimKind::File) { None } else { owner(claim) };
        res.extend(about(claim).into_iter().map(|about| ClaimPart { claim, about, owner }));
    }
    res
}

/// Whether a claim states something. A command line is used and not stated.
fn is_statement(claim: &Claim) -> bool {
    let is_of_a_fact =
        !matches!(claim.kind, ClaimKind::Command | ClaimKind::Document | ClaimKind::Invariant | ClaimKind::Audit);
    let says = claim.code.is_none_or(|it| {
        matches!(
            it,
            Code::StaleBlock | Code::EditedBlock | Code::StaleValue | Code::Contradicted | Code::AsOf | Code::StaleFile
        )
    });
    is_of_a_fact && says
}

fn about(claim: &Claim) -> Vec<String> {
    match claim.kind {
        ClaimKind::Block => vec![format!("block {}", claim.binding)],
        ClaimKind::File => vec![format!("file {}", claim.binding)],
        // whatever is wrong, each of the names is spoken of
        ClaimKind::Status if !claim.binding.is_empty() => {
            let is_of = |kind: &str| claim.facts.first().is_some_and(|it| it.starts_with(kind));
            let (of, what) = match (is_of("cluster."), is_of("gate.")) {
                (true, _) => ("cluster", "status"),
                (_, true) => ("gate", "state"),
                _ => ("module", "status"),
            };
            claim.binding.split(',').map(|it| format!("{of}.{it}.{what}")).collect()
        }
        ClaimKind::Scoreboard if !claim.binding.is_empty() => {
            claim.facts.iter().map(|it| format!("{it} on {}", claim.binding)).collect()
        }
        _ => claim.facts.clone(),
    }
}

/// The statements that were lost as claims, one a sentence, or one a document that is gone. What has become an aim, a record or
/// a denial in its own words is not lost; what was only put below a heading, a lead or a comment that says so is. `revision` names what `was` is.
pub fn lost(
    was: Stand<'_>,
    is: Stand<'_>,
    revision: &str,
    is_dropped: &mut dyn FnMut(&Loss<'_>) -> bool,
) -> Vec<Claim> {
    let mut all = losses(was.claims, is.claims);
    if all.is_empty() {
        return Vec::new();
    }
    let mut said = BlockStatements::new(was.documents, is);
    let before_all: HashSet<(&RelPath, &str)> = is
        .claims
        .iter()
        .filter(|it| it.is_before_all)
        .flat_map(|it| it.facts.iter().map(|id| (&it.path, id.as_str())))
        .collect();
    all.retain(|it| {
        let has_no_day = before_all.contains(&(&it.claim.path, it.about.as_str()));
        (has_no_day || !said.is_set_aside(it)) && !is_dropped(it)
    });
    let there: BTreeSet<&RelPath> = is.documents.iter().map(|it| &it.path).collect();
    let mut groups: BTreeMap<(&RelPath, usize), Vec<Loss<'_>>> = BTreeMap::new();
    for it in all {
        let line = if there.contains(&it.claim.path) { it.claim.line } else { 0 };
        groups.entry((&it.claim.path, line)).or_default().push(it);
    }
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for it in is.claims {
        *numbers.entry(plain_id(it)).or_default() += 1;
    }
    let mut res = Vec::new();
    for ((path, line), group) in groups {
        let mut claim = match group.first() {
            Some(first) if line > 0 => said.finding(path, first, &group, revision),
            _ => gone(path, &group, revision),
        };
        let number = numbers.entry(plain_id(&claim)).or_default();
        *number += 1;
        claim.number = *number;
        res.push(claim);
    }
    res
}

fn plain_id(claim: &Claim) -> String {
    format!("{:?} {} {}", claim.kind, claim.path, claim.facts.join("+"))
}

/// The most facts that are named of a finding.
const NAMED: usize = 6;

fn names(group: &[Loss<'_>]) -> String {
    let mut all: Vec<&str> = group.iter().map(|it| it.about.as_str()).collect();
    all.dedup();
    let more = all.len().saturating_sub(NAMED);
    let named = all[..all.len() - more].join(", ");
    if more == 0 { named } else { format!("{named} and {more} more") }
}

/// A document that is not there any more.
fn gone(path: &RelPath, group: &[Loss<'_>], revision: &str) -> Claim {
    let statements = if group.len() == 1 { "a statement".into() } else { format!("{} statements", group.len()) };
    let why = format!(
        "the document is gone or is read no longer, and with it {statements} that {revision} has: {}",
        names(group)
    );
    let mut claim = Claim::about(ClaimKind::Document, path, ClaimState::Lost, Code::Lost, why);
    claim.binding = "document".into();
    claim.stated = group.first().map_or_else(String::new, |it| it.claim.stated.clone());
    claim.repair = format!("restore it, state the same elsewhere, or {}", drop_it(path, None));
    claim
}

/// How a statement is dropped so that a reviewer sees why.
fn drop_it(path: &RelPath, about: Option<&str>) -> String {
    // both are patterns, in a text of TOML
    let typed = |it: &str| one_file(it).replace('\\', "\\\\").replace('"', "\\\"");
    let fact = about.map_or_else(String::new, |it| format!(", fact = \"{}\"", typed(it)));
    let path = typed(path.as_str());
    format!(
        "drop it in molt-sync.toml, in the same change: `[[docs.dropped]]` with path = \"{path}\"{fact}, by = \"NAME\" and reason = \"…\""
    )
}

/// How much of the new words is looked through for the statements that were lost, in bytes; what is beyond it answers for none.
const SEARCHED: usize = 256 << 20;
/// What it costs to read the sentence around one word, in the same.
const SENTENCE: usize = 4000;

/// What the documents say, block by block, where it differs.
struct BlockStatements<'a> {
    documents: HashMap<&'a RelPath, (&'a Document, Lines<'a>)>,
    old: HashMap<&'a RelPath, &'a Document>,
    /// Blocks that are new, or stand elsewhere now, by document.
    new: HashMap<&'a RelPath, Vec<BlockSurroundings>>,
    /// What only a binding takes out of the present, by document and fact.
    aside: HashSet<(&'a RelPath, &'a str)>,
    /// The places that have answered for a statement.
    used: HashSet<(&'a RelPath, usize, usize, String)>,
    left: usize,
}

impl<'a> BlockStatements<'a> {
    fn new(was: &'a [Document], is: Stand<'a>) -> Self {
        let documents = is.documents.iter().map(|it| (&it.path, (it, Lines::new(&it.text)))).collect();
        let old = was.iter().map(|it| (&it.path, it)).collect();
        let aside = is.claims.iter().filter(|it| it.is_bound_aside);
        let aside = aside.flat_map(|it| it.facts.iter().map(|id| (&it.path, id.as_str()))).collect();
        Self { documents, old, new: HashMap::new(), aside, used: HashSet::new(), left: SEARCHED }
    }

    /// Reads the blocks of a document that were not there before as they are now.
    fn read(&mut self, path: &'a RelPath) {
        if self.new.contains_key(path) {
            return;
        }
        let place = |it: &Flow| {
            let headings: Vec<String> = it.headings.iter().map(|it| it.text.clone()).collect();
            (it.text.clone(), headings, it.as_of.clone(), it.is_ignored)
        };
        let old = self.old.get(path).map_or_else(Vec::new, |it| flows(&it.text));
        let now = self.documents.get(path).map_or_else(Vec::new, |(it, _)| flows(&it.text));
        let surroundings = Surroundings::new(&old, &now);
        let before: HashSet<_> = old.iter().map(place).collect();
        let now = now.into_iter().filter(|it| !before.contains(&place(it))).map(|it| surroundings.without_new(it));
        self.new.insert(path, now.collect());
    }

    /// Where a word stands in the new words of a document, and what is asked of it there.
    fn find(
        &mut self,
        path: &'a RelPath,
        word: &str,
        is_it: impl Fn(&BlockSurroundings, &Range<usize>) -> bool,
    ) -> Option<(usize, Range<usize>)> {
        self.read(path);
        for (number, flow) in self.new.get(path)?.iter().enumerate() {
            self.left = self.left.saturating_sub(flow.text.len());
            if self.left == 0 {
                return None;
            }
            for (at, found) in flow.text.match_indices(word) {
                self.left = self.left.saturating_sub(SENTENCE);
                let part = at..at + found.len();
                if self.left == 0 {
                    return None;
                }
                if is_it(flow, &part) {
                    return Some((number, part));
                }
            }
        }
        None
    }

    /// Whether a sentence in the new words says of itself that it states nothing of the present, or nothing at all.
    fn is_set_aside(&mut self, loss: &Loss<'a>) -> bool {
        let path = &loss.claim.path;
        let Some(word) = word(loss).filter(|_| self.documents.contains_key(path)) else { return false };
        let is_value = !matches!(loss.claim.kind, ClaimKind::Status | ClaimKind::Message) && loss.about != "series";
        let is_it = |flow: &BlockSurroundings, part: &Range<usize>| {
            (!is_value || has_number_near(&flow.text, part)) && is_set_aside(flow.of_its_sentence(part), part)
        };
        let found = self.find(path, &word, is_it);
        found.is_some_and(|(number, part)| self.used.insert((path, number, part.start, loss.about.clone())))
    }

    /// What was lost of one sentence, where its document is still there.
    fn finding(&mut self, path: &'a RelPath, first: &Loss<'a>, group: &[Loss<'a>], revision: &str) -> Claim {
        let was = first.claim;
        let mut claim = Claim::new(was.kind, path, 0..0, was.stated.clone());
        claim.facts = group.iter().flat_map(|it| it.claim.facts.clone()).collect();
        claim.facts.sort();
        claim.facts.dedup();
        claim.binding.clone_from(&was.binding);
        claim.sentence.clone_from(&was.sentence);
        claim.at = was.at;
        let mut why =
            vec![format!("{} was stated at {path}:{} in {revision}, and is stated no longer", names(group), was.line)];
        let reworded = word(first).and_then(|word| self.find(path, &word, |_, _| true));
        let flow = reworded.and_then(|(number, part)| Some((self.new.get(path)?.get(number)?, part)));
        let last = |(it, lines): &(&Document, Lines<'_>)| lines.line(it.text.trim_end().len());
        let documents = self.documents.get(path);
        claim.line = documents.map_or(1, |it| was.line.min(last(it)));
        let mut place = None;
        if let (Some((flow, part)), Some((_, lines))) = (flow, documents) {
            let line = lines.line(flow.place(part.clone()).start);
            let words = Claim::new(was.kind, path, 0..0, "").in_sentence(&flow.text, part.clone(), part);
            why.push(format!("the new words on line {line} are not compared: \"{}\"", words.sentence));
            (claim.line, place) = (line, Some(line));
        }
        // words that stand as they did have lost no more than what bound them
        let unbound =
            place.is_none().then(|| documents.and_then(|(it, lines)| Some(lines.line(stands(was, &it.text)?))));
        let unbound = unbound.flatten();
        if let Some(line) = unbound {
            why.push(format!("its words on line {line} are as they were, and what bound them is gone"));
            claim.line = line;
        }
        let is_bound = group.iter().any(|it| self.aside.contains(&(path, it.about.as_str())));
        if is_bound {
            why.push("a binding calls what is said of it now a goal or a record, and its own words do not".into());
        }
        let about = (group.len() == 1).then_some(first.about.as_str());
        let fact = name_word(claim.facts.first().map_or("", String::as_str));
        let repair = match (was.kind, place) {
            (ClaimKind::Block, _) => format!("put the markers of block `{}` back", was.binding),
            (ClaimKind::File, _) => "have it generated again".into(),
            _ if unbound.is_some() => {
                "put back what bound it: its binding, or its place outside of `docs.archival`".into()
            }
            _ if is_bound => "write it as it was, or have its own words say what they are".into(),
            (ClaimKind::Phrase | ClaimKind::Link | ClaimKind::Status, Some(line)) => {
                let place = path_word(&format!("{path}:{line}"));
                format!("bind the new words with `molt-sync docs bind {place} {fact}`, or write them as they were")
            }
            _ => "write it as it was, or bind what says it now".into(),
        };
        claim = claim.wrong(ClaimState::Lost, Code::Lost, "");
        claim.why = why;
        claim.repair = format!("{repair}, or {}", drop_it(path, about));
        claim
    }
}

/// The word by which a statement is found in other words: what stands beside its value, or the end of its fact's name.
fn word(loss: &Loss<'_>) -> Option<String> {
    let claim = loss.claim;
    match claim.kind {
        ClaimKind::Block | ClaimKind::File | ClaimKind::Scoreboard => None,
        ClaimKind::Status => Some(loss.about.split_once('.')?.1.strip_suffix(".status")?.to_owned()),
        ClaimKind::Message => Some(super::messages::PREFIX.to_owned()),
        _ => {
            let hole = format!("{{{}}}", loss.about);
            let beside = claim.binding.find(&hole).map(|at| {
                let literal = |it: &str| {
                    longest(it.rsplit('{').next().unwrap_or_default().rsplit('}').next().unwrap_or_default())
                };
                let before = literal(&claim.binding[..at]);
                let after = longest(claim.binding[at + hole.len()..].split('{').next().unwrap_or_default());
                if before.len() >= after.len() { before } else { after }
            });
            let last = || loss.about.rsplit('.').next().unwrap_or_default().trim_end_matches('s').to_owned();
            Some(beside.filter(|it| it.len() > 3).unwrap_or_else(last)).filter(|it| it.len() > 2)
        }
    }
}

fn longest(text: &str) -> String {
    let words = text.split(|it: char| !it.is_alphanumeric() && !matches!(it, '-' | '_'));
    words.max_by_key(|it| it.len()).unwrap_or_default().to_owned()
}

/// Whether a number stands beside a word, so that it is a value that is spoken of; a version is none.
fn has_number_near(text: &str, part: &Range<usize>) -> bool {
    let from = text.floor_char_boundary(part.start.saturating_sub(30));
    let to = text.ceil_char_boundary((part.end + 12).min(text.len()));
    let words = text[from..to].split(|it: char| !it.is_alphanumeric() && it != '.');
    words.into_iter().any(|it| it.starts_with(|it: char| it.is_ascii_digit()) && !it.starts_with("3."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn claim((path, fact, at): (u8, u8, usize)) -> Claim {
        let path = RelPath::new(format!("d/{path}.md")).unwrap();
        let mut claim = Claim::new(ClaimKind::Phrase, &path, at..at + 1, "1");
        claim.facts = vec![format!("f.{fact}")];
        claim
    }

    fn about(all: &[Loss<'_>]) -> Vec<String> {
        let mut res: Vec<String> = all.iter().map(|it| it.about.clone()).collect();
        res.sort();
        res
    }

    #[test]
    fn words_in_a_region_are_the_templates_and_stand_for_none_beside_it() {
        let block = |end: usize| {
            let mut block = Claim::new(ClaimKind::Block, &RelPath::new("d/1.md").unwrap(), 10..end, "");
            block.binding = "b".into();
            block
        };
        // one in the region and one beside it
        let was = [block(20), claim((1, 1, 15)), claim((1, 1, 30))];
        assert_eq!(about(&losses(&was, &[block(20), claim((1, 1, 30))])), Vec::<String>::new());
        assert_eq!(about(&losses(&was, &[block(20), claim((1, 1, 15))])), ["f.1"]);
        assert_eq!(about(&losses(&was, &[claim((1, 1, 15)), claim((1, 1, 30))])), ["block b"]);
    }

    proptest! {
        #[test]
        fn what_is_lost_is_exactly_what_is_there_less_often(
            was in proptest::collection::vec((0u8..3, 0u8..4, 0usize..50), 0..12),
            is in proptest::collection::vec((0u8..3, 0u8..4, 0usize..50), 0..12),
        ) {
            let (was, is): (Vec<Claim>, Vec<Claim>) = (was.into_iter().map(claim).collect(), is.into_iter().map(claim).collect());
            prop_assert!(losses(&was, &was).is_empty());
            let mut moved = was.clone();
            moved.reverse();
            prop_assert!(losses(&was, &moved).is_empty());
            let mut wanted: Vec<String> = Vec::new();
            for fact in ["f.0", "f.1", "f.2", "f.3"] {
                let count = |all: &[Claim]| all.iter().filter(|it| it.facts[0] == fact).count();
                wanted.extend(vec![fact.to_owned(); count(&was).saturating_sub(count(&is))]);
            }
            prop_assert_eq!(about(&losses(&was, &is)), wanted);
        }
    }

    #[test]
    fn what_is_said_of_a_gate_is_a_fact_of_that_gate() {
        let path = RelPath::new("a.md").unwrap();
        for (fact, named) in [
            ("gate.source.state", "gate.source.state, gate.manifest.state"),
            ("module.json.status", "module.source.status, module.manifest.status"),
            ("cluster.a-b.status", "cluster.source.status, cluster.manifest.status"),
        ] {
            let mut claim = Claim::new(ClaimKind::Status, &path, 0..0, "passes");
            (claim.facts, claim.binding) = (vec![fact.to_owned()], "source,manifest".to_owned());
            assert_eq!(super::about(&claim).join(", "), named);
        }
    }
}
