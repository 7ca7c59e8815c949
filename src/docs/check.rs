//! Documents to claims: every place that states a fact, compared with it. Nothing is written, and nothing is read here
//! but what is handed in.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::atomic::{AtomicUsize, Ordering},
};

use rayon::prelude::*;
use regex::Regex;

use super::{
    as_read::as_read,
    binding::Binding,
    bound::BoundSpans,
    claim::{Claim, ClaimKind, ClaimState, digest_of},
    code::Code,
    commands::{self, CommandBudget},
    flow::flows,
    generated, links, messages,
    open_merge::{conflict, no_day},
    owned,
    phrases::phrases,
    region::{self, RegionState},
    rules::{DocsRules, Document, MOST_CLAIMS},
    scoreboard, statement,
    targets::{BindingTargets, named},
    versions,
    words::{FIXED, Words},
};
use crate::base::{
    Lines, RelPath,
    alone::{alone, is_large_document},
    most_like, number_of, one_file,
};

/// The most names without a fact or a block for which one that is like them is looked for.
const MOST_HINTS: usize = 200;

/// What documents say.
#[derive(Debug, Default)]
pub struct DocumentStatements {
    /// Every claim of every document, in order. Where there are too many of them, that alone.
    pub claims: Vec<Claim>,
    /// Lists of what Molt targets that do not name the supported series; the history of the series tells what they are.
    pub former: Vec<Claim>,
    /// What is said of gates that nobody has judged.
    pub open: Vec<OpenStatement>,
}

/// A place that says whether a gate passes, which is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenStatement {
    /// The document.
    pub path: RelPath,
    /// One-based.
    pub line: usize,
    /// The gate.
    pub gate: &'static str,
}

/// What gets further where documents state too much.
const FEWER: &str = "have `docs.roots` in molt-sync.toml name fewer documents, or take out of them what nobody reads";

/// Every claim of every document, in order. Where there are too many of them, that alone.
pub fn check(documents: &[Document], rules: &DocsRules<'_>) -> Vec<Claim> {
    check_as(documents, rules, false).claims
}

/// The same, and what could be a former list: both are read off a document that is parsed once.
pub fn check_and_former(documents: &[Document], rules: &DocsRules<'_>) -> DocumentStatements {
    check_as(documents, rules, rules.bindings.iter().any(Binding::is_default))
}

fn check_as(documents: &[Document], rules: &DocsRules<'_>, has_former: bool) -> DocumentStatements {
    let compiled: Vec<(&Binding, Result<Regex, String>)> =
        rules.bindings.par_iter().map(|it| (it, it.compile(rules.facts).map_err(str::to_owned))).collect();
    let usable: Vec<(&Binding, &Regex)> =
        compiled.iter().filter_map(|(binding, it)| Some((*binding, it.as_ref().ok()?))).collect();
    let anchors = usable.iter().map(|(it, _)| it.anchor());
    let words = Words::new(FIXED.into_iter().chain(rules.legacy.iter().map(String::as_str)).chain(anchors));
    let own: Vec<&Binding> = usable.iter().map(|(it, _)| *it).filter(|it| !it.is_default()).collect();
    let is_too_wide = named(&own, documents.iter().map(|it| &it.path)).is_err();
    let targets = BindingTargets::new(usable.iter().map(|(it, _)| *it), |it| it.is_default() || !is_too_wide);
    let (count, commands) = (AtomicUsize::new(0), CommandBudget::default());
    let one = |document: &Document| {
        let has_former = has_former && may_have_former(document, rules);
        if count.load(Ordering::Relaxed) > MOST_CLAIMS {
            let former =
                if has_former { versions::former(document, &flows(&document.text), rules.facts) } else { Vec::new() };
            return DocumentStatements { former, ..DocumentStatements::default() };
        }
        let mut said = of_document(document, (rules, &commands), &usable, (&words, &targets), has_former);
        let claims = &mut said.claims;
        if count.fetch_add(claims.len(), Ordering::Relaxed) + claims.len() > MOST_CLAIMS {
            claims.clear();
        }
        claims.sort_by_key(|it| (it.span.start, it.kind));
        number(claims);
        // what is claimed is no list that nobody has followed
        let bound = BoundSpans::new(&said.claims);
        said.former.retain(|it| !bound.has(&it.path, it.span.start));
        said
    };
    let all: Vec<DocumentStatements> = documents.par_iter().map(one).collect();
    let (mut claims, mut former, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for said in all {
        claims.extend(said.claims);
        former.extend(said.former);
        open.extend(said.open);
    }
    if count.into_inner() > MOST_CLAIMS {
        let why = format!("the documents make more than {MOST_CLAIMS} claims, so none of them is judged");
        let first = documents.first().map_or(rules.audit, |it| &it.path);
        let mut broken = Claim::about(ClaimKind::Document, first, ClaimState::Broken, Code::Floor, why);
        FEWER.clone_into(&mut broken.repair);
        return DocumentStatements { claims: vec![broken], former, open };
    }
    if let Some(why) = commands.exceeded() {
        let is_command = |it: &Claim| it.kind == ClaimKind::Command;
        // in the place of the first of them: claims are in the order of their documents
        let at = claims.iter().position(is_command).unwrap_or_default();
        let path = claims.get(at).map_or(rules.audit, |it| &it.path);
        let mut broken = Claim::about(ClaimKind::Document, path, ClaimState::Broken, Code::Floor, why);
        FEWER.clone_into(&mut broken.repair);
        claims.retain(|it| !is_command(it));
        claims.insert(at, broken);
    }
    hint(&mut claims, rules);
    DocumentStatements { claims, former, open }
}

/// Whether a document can name series that Molt once targeted, and says of no other time that it does.
fn may_have_former(document: &Document, rules: &DocsRules<'_>) -> bool {
    let Document { path, text } = document;
    path != rules.audit
        && versions::may_have_former(text)
        && !rules.archival.is_match(path.as_str())
        && versions::has_other_list(text, rules.facts)
}

/// Says what an unknown name may have been meant for.
fn hint(claims: &mut [Claim], rules: &DocsRules<'_>) {
    let mut known: HashMap<String, Option<String>> = HashMap::new();
    for claim in claims.iter_mut().filter(|it| it.code == Some(Code::Unknown)) {
        let name = if claim.kind == ClaimKind::Block { Some(&claim.binding) } else { claim.facts.first() };
        let Some(name) = name.cloned() else { continue };
        if known.len() == MOST_HINTS && !known.contains_key(&name) {
            continue;
        }
        let like = known.entry(name).or_insert_with_key(|name| {
            let blocks = || most_like(name, rules.blocks.keys().map(String::as_str), 0.6);
            let like = if claim.kind == ClaimKind::Block { blocks() } else { rules.facts.like(name) };
            like.map(str::to_owned)
        });
        if let (Some(like), Some(why)) = (like, claim.why.first_mut()) {
            *why += &format!("; did you mean `{like}`?");
        }
    }
}

/// What is wrong with the workspace's own bindings: facts that there are none of, and documents. Those that are `unreadable`
/// are there.
pub fn check_bindings<'a>(
    file: &RelPath,
    documents: &'a [Document],
    unreadable: impl Iterator<Item = &'a RelPath>,
    rules: &DocsRules<'_>,
) -> Vec<Claim> {
    let mut res = Vec::new();
    let own: Vec<&Binding> = rules.bindings.iter().filter(|it| !it.is_default()).collect();
    let named = match named(&own, documents.iter().map(|it| &it.path).chain(unreadable)) {
        Ok(named) => named,
        Err(why) => return vec![Claim::about(ClaimKind::Document, file, ClaimState::Broken, Code::Floor, why)],
    };
    for (at, binding) in own.into_iter().enumerate() {
        let mut claim = Claim::new(ClaimKind::Phrase, file, 0..0, "");
        claim.line = binding.line;
        claim.binding.clone_from(&binding.phrase);
        claim.facts = binding.facts().to_vec();
        if let Some(id) = binding.unknown(rules.facts) {
            // why its value is not known is told of its source
            if rules.facts.is_unknown(id) {
                continue;
            }
            claim.facts = vec![id.to_owned()];
            let mut claim = [claim.wrong(ClaimState::Broken, Code::Unknown, format!("there is no fact `{id}`"))];
            if res.len() < MOST_HINTS {
                hint(&mut claim, rules);
            }
            let [mut claim] = claim;
            claim.facts = binding.facts().to_vec();
            res.push(claim);
        } else if let Err(why) = binding.compile(rules.facts) {
            res.push(claim.wrong(ClaimState::Broken, Code::Unknown, format!("the phrase cannot be looked for: {why}")));
        } else if !named.contains(&at) {
            let why = format!("no document is called {}", binding.document().or(binding.doc()).unwrap_or("**"));
            let mut claim = claim.wrong(ClaimState::Lost, Code::Lost, why);
            claim.repair = "correct its `doc`, or delete the phrase".into();
            let has_words = |it: &&Document| res.len() < MOST_HINTS && binding.may_stand_in(&it.text);
            if let Some(other) = documents.iter().find(has_words) {
                claim.repair = format!(
                    "its words stand in {}: name that in its `doc`, or delete the phrase",
                    one_file(other.path.as_str())
                );
            }
            res.push(claim);
        }
    }
    res
}

/// How the generated parts of the audit document stand to `wanted`, the document as it should be.
pub fn audit_claim(path: &RelPath, text: &str, wanted: &Result<String, String>) -> Claim {
    let mut claim = Claim::new(ClaimKind::Audit, path, 0..0, "");
    claim.binding = "generated values".into();
    let wanted = match wanted {
        Ok(wanted) if wanted == text => return claim,
        Ok(wanted) => wanted,
        Err(why) => {
            // nothing of it is compared
            claim.words = digest_of(text);
            let mut claim = claim.wrong(ClaimState::HandEdited, Code::EditedBlock, why.clone());
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
    let wrong: Vec<&str> = old.iter().copied().filter(|it| !news.contains(it)).collect();
    claim.words = digest_of(&wrong.join("\n"));
    claim.wrong(
        ClaimState::Stale,
        Code::StaleBlock,
        format!("not so any longer: {}; missing: {}", number_of(lost, "line"), number_of(gained, "line")),
    )
}

fn of_document(
    document: &Document,
    (rules, budget): (&DocsRules<'_>, &CommandBudget),
    bindings: &[(&Binding, &Regex)],
    (words, targets): (&Words<'_>, &BindingTargets<'_>),
    has_former: bool,
) -> DocumentStatements {
    let Document { path, text } = document;
    let (mut claims, mut former) = (Vec::new(), Vec::new());
    let is_archival = rules.archival.is_match(path.as_str());
    // most documents state nothing, and are not parsed
    let read = as_read(text);
    let has = words.of(&read);
    let legacy = FIXED.len()..FIXED.len() + rules.legacy.len();
    let is_near = |at: &usize| {
        let binding = bindings[*at].0;
        !binding.is_default() || (has[legacy.end + at] && !is_archival && binding.may_stand_in(&read))
    };
    let near: Vec<usize> = targets.of(path).into_iter().filter(is_near).collect();
    let is_manual = rules.manuals.is_match(path.as_str());
    let (is_ours, is_conflict) = (has[7], has[8]);
    let is_asked = rules.has_defaults && !is_archival;
    let is_of_union = is_asked && versions::may_have(&read);
    let (may_state, mut stated) = (is_asked && statement::may_state(&read), (Vec::new(), Vec::new()));
    let mut of_series = Vec::new();
    let is_looked_at = is_of_union || may_state || is_manual || has[..8].contains(&true);
    let is_read = !near.is_empty() || is_conflict || (is_asked && is_looked_at);
    // one that is not parsed takes no room
    let has_links = !is_archival && links::has_links(text);
    let _alone = alone((is_read || has_former || has_links) && is_large_document(text));
    let all = if is_read || has_former { flows(text) } else { Vec::new() };
    if has_former {
        former = versions::former(document, &all, rules.facts);
    }
    if is_read {
        if !near.is_empty() {
            let blocks = words.blocks(&all);
            for at in near {
                let (binding, regex) = bindings[at];
                claims.extend(phrases(document, blocks.with(legacy.end + at), binding, regex, rules));
                if claims.len() > MOST_CLAIMS {
                    return DocumentStatements { claims, former, ..DocumentStatements::default() };
                }
            }
        }
        if is_asked {
            claims.extend(messages::claims(path, &all, rules));
            claims.extend(commands::claims(path, &all, (rules, budget), is_manual));
            claims.extend(scoreboard::claims(path, &all, rules));
            if is_of_union {
                of_series = versions::claims(document, &all, rules);
            }
            if may_state {
                stated = statement::claims(document, &all, rules);
            }
            statement::keep_together(&mut of_series, &mut stated.0, &all, rules);
        }
        claims.extend(all.iter().filter_map(|flow| no_day(path, flow)));
        if is_conflict {
            claims.extend(conflict(document, &all));
        }
    }
    drop(all);
    if is_ours || has[legacy].contains(&true) {
        // markers that a merge has doubled are not a fault of their own
        let is_unmerged = claims.iter().any(|it| it.code == Some(Code::Conflict));
        let follows = |it: &Claim| is_unmerged && it.code == Some(Code::Malformed);
        claims.extend(blocks(document, rules).into_iter().filter(|it| !follows(it)));
    }
    if has_links {
        claims.extend(links::claims(path, text, rules));
    }
    // a person's binding, a link and a sentence that comes with the tool say what their place states
    let (stated, open) = stated;
    claims.extend(owned::untold(of_series, &claims));
    claims.extend(owned::free(stated, &claims));
    owned::by_template(&mut claims);
    if let Some(wanted) = rules.files.get(path) {
        claims.push(generated::claim(path, Some(text), wanted));
    }
    // in their order in the document, so that a long line with many of them is counted once
    let mut places: Vec<usize> =
        (0..claims.len()).filter(|it| claims[*it].line == 1 && claims[*it].column == 1).collect();
    places.sort_by_key(|it| claims[*it].span.start);
    let lines = OnceCell::new();
    let lines = || lines.get_or_init(|| Lines::new(text));
    for at in places {
        let start = claims[at].span.start;
        (claims[at].line, claims[at].column) = lines().position(start);
    }
    if path == rules.audit {
        // a line that the checker holds as constant text is written whatever the facts are: a document with another one is
        // out of date to it
        let line = |it: &Claim| lines().around(it.span.start).trim();
        let constant = rules.checker_says(&claims.iter().map(line).filter(|it| !it.is_empty()).collect());
        claims.retain(|it| it.kind != ClaimKind::Phrase || it.span.is_empty() || !constant.contains(line(it)));
    }
    // a number can be bound twice, and is one claim
    let mut seen: BTreeSet<(usize, usize, Vec<String>)> = BTreeSet::new();
    claims.retain(|it| it.span.is_empty() || seen.insert((it.span.start, it.span.end, it.facts.clone())));
    let open =
        open.into_iter().map(|(at, gate)| OpenStatement { path: path.clone(), line: lines().position(at).0, gate });
    let open = open.collect();
    DocumentStatements { claims, former, open }
}

/// The managed regions of one document.
fn blocks(document: &Document, rules: &DocsRules<'_>) -> Vec<Claim> {
    let Document { path, text } = document;
    let found = match region::regions_with(text, rules.legacy) {
        Ok(found) => found,
        Err(error) => {
            let mut claim = Claim::new(ClaimKind::Document, path, 0..0, "");
            claim.line = error.line;
            return vec![claim.wrong(ClaimState::Broken, Code::Malformed, error.what)];
        }
    };
    let mut res = Vec::new();
    for line in region::hazards(text) {
        let mut claim = Claim::new(ClaimKind::Document, path, 0..0, "");
        claim.line = line;
        res.push(claim.wrong(ClaimState::Broken, Code::Hazard, "a marker stands inside a line"));
    }
    for it in found {
        let mut claim = Claim::new(ClaimKind::Block, path, it.whole(), it.content(text).trim());
        claim.line = it.line;
        claim.binding.clone_from(&it.name);
        let Some(wanted) = rules.blocks.get(&it.name) else {
            res.push(claim.wrong(ClaimState::Broken, Code::Unknown, format!("there is no block `{}`", it.name)));
            continue;
        };
        claim.wanted = Some(wanted.trim().to_owned());
        res.push(match region::state(text, &it, wanted) {
            RegionState::Current => {
                claim.wanted = None;
                claim
            }
            RegionState::Stale => claim.wrong(
                ClaimState::Stale,
                Code::StaleBlock,
                "the facts or its template have changed since it was written",
            ),
            RegionState::Unstamped if claim.stated.is_empty() => {
                claim.wrong(ClaimState::Stale, Code::StaleBlock, "nothing was written there yet")
            }
            RegionState::HandEdited if it.was_written_as(wanted) => claim.wrong(
                ClaimState::HandEdited,
                Code::EditedBlock,
                "a person changed it, and the facts have not moved since it was written",
            ),
            RegionState::HandEdited => claim.wrong(
                ClaimState::Conflict,
                Code::EditedBlock,
                "a person changed it, and the facts have moved since it was written",
            ),
            RegionState::Unstamped => claim.wrong(
                ClaimState::Unstamped,
                Code::EditedBlock,
                "its begin marker has no digest, so whose words it holds cannot be told",
            ),
        });
    }
    res
}

fn number(claims: &mut [Claim]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for claim in claims {
        let number = seen.entry(claim.id()).or_default();
        *number += 1;
        claim.number = *number;
    }
}
