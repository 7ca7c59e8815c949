//! Documents to claims: every place that states a fact, compared with it. Nothing is written, and nothing is read here
//! but what is handed in.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::atomic::{AtomicUsize, Ordering},
};

use aho_corasick::AhoCorasick;
use globset::GlobSet;
use rayon::prelude::*;
use regex::Regex;

use super::{
    binding::{Binding, Tense},
    claim::{Claim, Kind, State},
    code::Code,
    commands,
    fact::Facts,
    flow::{Flow, flows},
    form, generated, links, messages,
    open_merge::{conflict, no_day},
    region::{self, State as RegionState},
    scoreboard, statement,
    targets::{Targets, named},
    tense::{day, is_aim, is_past, is_record},
    versions,
    words::{FIXED, Words},
};
use crate::base::{
    Lines, RelPath,
    alone::{alone, is_large_document},
    most_like,
};

/// What documents are held against.
pub struct Rules<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// The phrases, the tool's own and the workspace's.
    pub bindings: &'a [Binding],
    /// What each managed block should say.
    pub blocks: &'a BTreeMap<String, String>,
    /// Blocks between markers of the older form, `GENERATED:NAME:start`.
    pub legacy: &'a [String],
    /// What each generated file should say.
    pub files: &'a BTreeMap<RelPath, String>,
    /// The audit document, whose generated parts another check compares.
    pub audit: &'a RelPath,
    /// Documents whose numbers are a record.
    pub archival: &'a GlobSet,
    /// Documents whose calls of scripts have to work.
    pub manuals: &'a GlobSet,
    /// The messages of the gates.
    pub messages: &'a [String],
    /// The words that Molt's checker can print.
    pub checker: &'a [String],
    /// Whether molt-sync understands a command line, and why not.
    pub command_line: &'a (dyn Fn(&[&str]) -> Result<(), String> + Sync),
    /// The scripts of the workspace's tools.
    pub scripts: &'a BTreeSet<RelPath>,
}

impl Rules<'_> {
    /// The status of a module, where there is such a module.
    pub(super) fn status(&self, module: &str) -> Option<&str> {
        match &self.facts.get(&format!("module.{module}.status"))?.value {
            super::fact::Value::Text(word) => Some(word),
            _ => None,
        }
    }

    /// Which of `words` the checker of the workspace has.
    pub fn checker_says<'w>(&self, words: &HashSet<&'w str>) -> HashSet<&'w str> {
        let words: Vec<&str> = words.iter().copied().collect();
        if words.len() < 8 {
            return words.into_iter().filter(|word| self.checker.iter().any(|it| it.contains(word))).collect();
        }
        let Ok(automaton) = AhoCorasick::new(&words) else { return HashSet::new() };
        let found = |it: &'_ String| {
            let found: Vec<usize> = automaton.find_overlapping_iter(it).map(|it| it.pattern().as_usize()).collect();
            found
        };
        self.checker.iter().flat_map(found).map(|it| words[it]).collect()
    }
}

/// One document.
#[derive(Debug, Clone)]
pub struct Document {
    /// Where it is.
    pub path: RelPath,
    /// What it says.
    pub text: String,
}

/// The most claims that documents may make together: each is kept, and shown with its sentence.
pub(super) const MOST_CLAIMS: usize = 250_000;
/// The most names without a fact or a block for which one that is like them is looked for.
const MOST_HINTS: usize = 200;

/// Every claim of every document, in order. Where there are too many of them, that alone.
pub fn check(documents: &[Document], rules: &Rules<'_>) -> Vec<Claim> {
    let compiled: Vec<(&Binding, Result<Regex, String>)> =
        rules.bindings.par_iter().map(|it| (it, it.compile(rules.facts).map_err(str::to_owned))).collect();
    let usable: Vec<(&Binding, &Regex)> =
        compiled.iter().filter_map(|(binding, it)| Some((*binding, it.as_ref().ok()?))).collect();
    let anchors = usable.iter().map(|(it, _)| it.anchor());
    let words = Words::new(FIXED.into_iter().chain(rules.legacy.iter().map(String::as_str)).chain(anchors));
    let own: Vec<&Binding> = usable.iter().map(|(it, _)| *it).filter(|it| !it.is_default()).collect();
    let is_too_wide = named(&own, documents).is_err();
    let targets = Targets::new(usable.iter().map(|(it, _)| *it), |it| it.is_default() || !is_too_wide);
    let count = AtomicUsize::new(0);
    let one = |document: &Document| {
        if count.load(Ordering::Relaxed) > MOST_CLAIMS {
            return Vec::new();
        }
        let alone = alone(is_large_document(&document.text));
        let mut claims = of_document(document, rules, &usable, (&words, &targets));
        drop(alone);
        if count.fetch_add(claims.len(), Ordering::Relaxed) + claims.len() > MOST_CLAIMS {
            return Vec::new();
        }
        claims.sort_by_key(|it| (it.span.start, it.kind));
        number(&mut claims);
        claims
    };
    let mut claims: Vec<Claim> = documents.par_iter().flat_map_iter(one).collect();
    if count.into_inner() > MOST_CLAIMS {
        let why = format!("the documents make more than {MOST_CLAIMS} claims, so none of them is judged");
        let first = documents.first().map_or(rules.audit, |it| &it.path);
        return vec![Claim::about(Kind::Document, first, State::Broken, Code::Floor, why)];
    }
    hint(&mut claims, rules);
    claims
}

/// Says what an unknown name may have been meant for.
fn hint(claims: &mut [Claim], rules: &Rules<'_>) {
    let mut known: HashMap<String, Option<String>> = HashMap::new();
    for claim in claims.iter_mut().filter(|it| it.code == Some(Code::Unknown)) {
        let name = if claim.kind == Kind::Block { Some(&claim.binding) } else { claim.facts.first() };
        let Some(name) = name.cloned() else { continue };
        if known.len() == MOST_HINTS && !known.contains_key(&name) {
            continue;
        }
        let like = known.entry(name).or_insert_with_key(|name| {
            let blocks = || most_like(name, rules.blocks.keys().map(String::as_str), 0.6);
            let like = if claim.kind == Kind::Block { blocks() } else { rules.facts.like(name) };
            like.map(str::to_owned)
        });
        if let (Some(like), Some(why)) = (like, claim.why.first_mut()) {
            *why += &format!("; did you mean `{like}`?");
        }
    }
}

/// What is wrong with the workspace's own bindings: facts that there are none of, and documents.
pub fn check_bindings(file: &RelPath, documents: &[Document], rules: &Rules<'_>) -> Vec<Claim> {
    let mut res = Vec::new();
    let own: Vec<&Binding> = rules.bindings.iter().filter(|it| !it.is_default()).collect();
    let named = match named(&own, documents) {
        Ok(named) => named,
        Err(why) => return vec![Claim::about(Kind::Document, file, State::Broken, Code::Floor, why)],
    };
    for (at, binding) in own.into_iter().enumerate() {
        let mut claim = Claim::new(Kind::Phrase, file, 0..0, "");
        claim.line = binding.line;
        claim.binding.clone_from(&binding.phrase);
        claim.facts = binding.facts().to_vec();
        if let Some(id) = binding.unknown(rules.facts) {
            claim.facts = vec![id.to_owned()];
            let mut claim = [claim.wrong(State::Broken, Code::Unknown, format!("there is no fact `{id}`"))];
            if res.len() < MOST_HINTS {
                hint(&mut claim, rules);
            }
            let [mut claim] = claim;
            claim.facts = binding.facts().to_vec();
            res.push(claim);
        } else if let Err(why) = binding.compile(rules.facts) {
            res.push(claim.wrong(State::Broken, Code::Unknown, format!("the phrase cannot be looked for: {why}")));
        } else if !named.contains(&at) {
            let why = format!("no document is called {}", binding.doc().unwrap_or("**"));
            res.push(claim.wrong(State::Lost, Code::Lost, why));
        }
    }
    res
}

/// How the generated parts of the audit document stand to `wanted`, the document as it should be.
pub fn audit_claim(path: &RelPath, text: &str, wanted: &Result<String, String>) -> Claim {
    let mut claim = Claim::new(Kind::Audit, path, 0..0, "");
    claim.binding = "generated values".into();
    let wanted = match wanted {
        Ok(wanted) if wanted == text => return claim,
        Ok(wanted) => wanted,
        Err(why) => {
            let mut claim = claim.wrong(State::HandEdited, Code::EditedBlock, why.clone());
            "give it the headings and lists again that Molt's checker writes".clone_into(&mut claim.repair);
            return claim;
        }
    };
    let (old, new): (Vec<&str>, Vec<&str>) = (text.lines().collect(), wanted.lines().collect());
    let first = old.iter().zip(&new).position(|(a, b)| a != b).unwrap_or(old.len().min(new.len()));
    let (olds, news): (HashSet<&str>, HashSet<&str>) = (old.iter().copied().collect(), new.iter().copied().collect());
    let lost = old.iter().filter(|it| !news.contains(*it)).count();
    let gained = new.iter().filter(|it| !olds.contains(*it)).count();
    claim.line = first + 1;
    claim.stated = old.get(first).copied().unwrap_or_default().into();
    claim.wanted = Some(new.get(first).copied().unwrap_or_default().into());
    claim.wrong(State::Stale, Code::StaleBlock, format!("{lost} lines are not so any longer and {gained} are missing"))
}

fn of_document(
    document: &Document,
    rules: &Rules<'_>,
    bindings: &[(&Binding, &Regex)],
    (words, targets): (&Words, &Targets<'_>),
) -> Vec<Claim> {
    let Document { path, text } = document;
    let mut claims = Vec::new();
    let is_archival = rules.archival.is_match(path.as_str());
    // most documents state nothing, and are not parsed
    let has = words.of(text);
    let legacy = FIXED.len()..FIXED.len() + rules.legacy.len();
    let is_near = |at: &usize| {
        let binding = bindings[*at].0;
        !binding.is_default() || (has[legacy.end + at] && !is_archival && binding.may_stand_in(text))
    };
    let near: Vec<usize> = targets.of(path).into_iter().filter(is_near).collect();
    let is_manual = rules.manuals.is_match(path.as_str());
    let (is_ours, is_conflict) = (has[7], has[8]);
    let is_of_union = !is_archival && rules.bindings.iter().any(Binding::is_default) && versions::may_have(text);
    let (may_state, mut stated) = (!is_archival && statement::may_state(text), Vec::new());
    let is_looked_at = is_of_union || may_state || is_manual || has[..8].contains(&true);
    if !near.is_empty() || is_conflict || (!is_archival && is_looked_at) {
        let all = flows(text);
        if !near.is_empty() {
            let blocks = words.blocks(&all);
            for at in near {
                let (binding, regex) = bindings[at];
                claims.extend(phrases(document, blocks.with(legacy.end + at), binding, regex, rules));
                if claims.len() > MOST_CLAIMS {
                    return claims;
                }
            }
        }
        if !is_archival {
            claims.extend(messages::claims(path, &all, rules));
            claims.extend(commands::claims(path, &all, rules, is_manual));
            claims.extend(scoreboard::claims(path, &all, rules));
            if is_of_union {
                claims.extend(versions::claims(document, &all, rules));
            }
            if may_state {
                stated = statement::claims(document, &all, rules);
            }
        }
        claims.extend(all.iter().filter_map(|flow| no_day(path, flow)));
        if is_conflict {
            claims.extend(conflict(document, &all));
        }
    }
    if is_ours || has[legacy].contains(&true) {
        // markers that a merge has doubled are no fault of their own
        let is_unmerged = claims.iter().any(|it| it.code == Some(Code::Conflict));
        let follows = |it: &Claim| is_unmerged && it.code == Some(Code::Malformed);
        claims.extend(blocks(document, rules).into_iter().filter(|it| !follows(it)));
    }
    if !is_archival {
        claims.extend(links::claims(path, text, rules));
    }
    // a person's binding, a link and a sentence that comes with the tool say what their place states
    claims.extend(statement::free(stated, &claims));
    if let Some(wanted) = rules.files.get(path) {
        claims.push(generated::claim(path, Some(text), wanted));
    }
    // in their order in the document, so that a long line with many of them is counted once
    let mut places: Vec<usize> =
        (0..claims.len()).filter(|it| claims[*it].line == 1 && claims[*it].column == 1).collect();
    places.sort_by_key(|it| claims[*it].span.start);
    let lines = Lines::new(text);
    for at in places {
        let start = claims[at].span.start;
        (claims[at].line, claims[at].column) = lines.position(start);
    }
    if path == rules.audit {
        // a line that the checker holds as constant text is written whatever the facts are: a document with another one is
        // out of date to it
        let line = |it: &Claim| lines.around(it.span.start).trim();
        let constant = rules.checker_says(&claims.iter().map(line).filter(|it| !it.is_empty()).collect());
        claims.retain(|it| it.kind != Kind::Phrase || it.span.is_empty() || !constant.contains(line(it)));
    }
    // a number can be bound twice, and is one claim
    let mut seen: BTreeSet<(usize, usize, Vec<String>)> = BTreeSet::new();
    claims.retain(|it| it.span.is_empty() || seen.insert((it.span.start, it.span.end, it.facts.clone())));
    claims
}

/// The values of one phrase in the blocks of a document that can have it.
fn phrases(document: &Document, all: &[&Flow], binding: &Binding, regex: &Regex, rules: &Rules<'_>) -> Vec<Claim> {
    let Document { path, text } = document;
    let mut res = Vec::new();
    let mut count = 0;
    for flow in all.iter().filter(|it| !it.is_ignored) {
        let all = binding.find(regex, flow, rules.facts);
        if all.is_empty() || (binding.is_default() && (is_record(flow) || (path == rules.audit && is_generated(flow))))
        {
            continue;
        }
        for found in all {
            if res.len() > MOST_CLAIMS {
                return res;
            }
            let is_count = found.holes.iter().any(|(id, _)| id.starts_with("stdlib."));
            let says_nothing = || is_aim(&flow.text, &found.whole) || is_past(&flow.text, &found.whole);
            if binding.is_default() && is_count && says_nothing() {
                continue;
            }
            count += 1;
            for (at, (id, part)) in found.holes.into_iter().enumerate() {
                let Some(fact) = rules.facts.get(&id) else { continue };
                let stated = &flow.text[part.clone()];
                let span = flow.place(part.clone());
                let is_part = found.parts.contains(&at);
                let whole = found.whole.start.min(part.start)..found.whole.end.max(part.end);
                let claim = Claim::new(Kind::Phrase, path, span.clone(), stated);
                let mut claim = claim.in_sentence(&flow.text, whole, part);
                claim.facts = vec![id];
                claim.binding.clone_from(&binding.phrase);
                claim.as_of = match &binding.tense {
                    Tense::AsOf(date) => Some(date.clone()),
                    Tense::Now | Tense::Goal => day(flow),
                };
                // the value of today says nothing of a day that is named
                let is_dated = flow.as_of.is_some() || matches!(binding.tense, Tense::AsOf(_));
                if is_part && binding.tense != Tense::Goal {
                    let why = format!("what stands there is no value of {}", fact.id);
                    claim = claim.wrong(State::HandEdited, Code::Contradicted, why);
                    claim.repair = format!("write {} there by hand, in words that fit", fact.value);
                } else if binding.tense != Tense::Goal && (is_dated || !form::states(stated, &fact.value)) {
                    // what is written over several lines or with marks in it is a person's
                    let is_plain = text.get(span).is_some_and(|it| it == stated);
                    claim.wanted = form::write(stated, &fact.value);
                    let why = format!("{} ({})", fact.derivation, fact.source);
                    claim = claim.wrong(State::Stale, Code::StaleValue, why);
                    if claim.as_of.is_none() && (!is_plain || claim.wanted.is_none()) {
                        claim.wanted = None;
                        claim.code = Some(Code::Contradicted);
                        claim.repair = format!("write {} there by hand, in words that fit", fact.value);
                    }
                }
                res.push(claim);
            }
        }
    }
    let Some(times) = binding.times.filter(|it| *it != count) else { return res };
    let mut claim = Claim::new(Kind::Phrase, path, 0..0, "");
    claim.binding.clone_from(&binding.phrase);
    claim.facts = binding.facts().to_vec();
    if count == 0 {
        let anchor = binding.anchor();
        let nearest = all.iter().find(|it| it.text.contains(anchor));
        let mut why = format!("`{}` stands nowhere in it", binding.phrase);
        if let Some(flow) = nearest {
            let at = flow.text.find(anchor).unwrap_or_default();
            claim.span = flow.place(at..at + anchor.len());
            let part = at..at + anchor.len();
            claim = claim.in_sentence(&flow.text, part.clone(), part);
            why += &format!("; the nearest sentence is \"{}\"", claim.sentence);
        }
        res.push(claim.wrong(State::Lost, Code::Lost, why));
    } else {
        let why = format!("`{}` stands {count} times in it and not {times}", binding.phrase);
        res.push(claim.wrong(State::Lost, Code::Count, why));
    }
    res
}

/// The managed regions of one document.
fn blocks(document: &Document, rules: &Rules<'_>) -> Vec<Claim> {
    let Document { path, text } = document;
    let found = match region::regions_with(text, rules.legacy) {
        Ok(found) => found,
        Err(error) => {
            let mut claim = Claim::new(Kind::Document, path, 0..0, "");
            claim.line = error.line;
            return vec![claim.wrong(State::Broken, Code::Malformed, error.what)];
        }
    };
    let mut res = Vec::new();
    for line in region::hazards(text) {
        let mut claim = Claim::new(Kind::Document, path, 0..0, "");
        claim.line = line;
        res.push(claim.wrong(State::Broken, Code::Hazard, "a marker stands inside a line"));
    }
    for it in found {
        let mut claim = Claim::new(Kind::Block, path, it.whole(), it.content(text).trim());
        claim.line = it.line;
        claim.binding.clone_from(&it.name);
        let Some(wanted) = rules.blocks.get(&it.name) else {
            res.push(claim.wrong(State::Broken, Code::Unknown, format!("there is no block `{}`", it.name)));
            continue;
        };
        claim.wanted = Some(wanted.trim().to_owned());
        res.push(match region::state(text, &it, wanted) {
            RegionState::Current => {
                claim.wanted = None;
                claim
            }
            RegionState::Stale => {
                claim.wrong(State::Stale, Code::StaleBlock, "the facts have moved since it was written")
            }
            RegionState::HandEdited if it.was_written_as(wanted) => claim.wrong(
                State::HandEdited,
                Code::EditedBlock,
                "a person changed it, and the facts have not moved since it was written",
            ),
            RegionState::HandEdited => claim.wrong(
                State::Conflict,
                Code::EditedBlock,
                "a person changed it, and the facts have moved since it was written",
            ),
            RegionState::Unstamped => claim.wrong(
                State::Unstamped,
                Code::EditedBlock,
                "its begin marker has no digest, so nobody can tell whose words it holds",
            ),
        });
    }
    res
}

/// The parts of the audit document that are replaced as lists.
fn is_generated(flow: &Flow) -> bool {
    flow.headings.iter().any(|it| it.is_generated)
}

fn number(claims: &mut [Claim]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for claim in claims {
        let number = seen.entry(claim.id()).or_default();
        *number += 1;
        claim.number = *number;
    }
}
