//! Dated statements that a record of the tree bears out, or speaks against, are held against the tree of that day itself, which
//! is judged anew; what a commit holds never changes, so that it is judged once and kept in the user's cache.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::past::repository;
use crate::{
    audit::{Attestation, Audit, Rules, Spoken, reads, spoken},
    base::{Files, RelPath, Sha256, number_of},
    command::support::{failure::Failure, state::WorkspaceState, workspace::Workspace},
    docs::{self, Claim, Collected, DayRecord, Value},
    host::{
        Cache,
        git::{self, DatedCommits},
    },
    stdlib::{Layout, Union, UnionFile},
    stubs::StubStyle,
    workspace::{ATTESTED, SourceEffect, stub_templates},
};

/// The most commits whose trees one run judges.
const MOST: usize = 24;
/// The form of what is kept, and the rules that it was found by.
const FORM: &str = concat!("tree of a commit 7 ", env!("CARGO_PKG_VERSION"));

/// What the tree of a commit says. What the rules of that time do not have is not in it.
#[derive(Default)]
struct CommitTree {
    /// By the names of facts.
    counts: BTreeMap<String, Value>,
    /// The states of the modules as they are kept: there are many of them, and most statements are about counts.
    kept: String,
    modules: OnceCell<BTreeMap<String, String>>,
}

impl CommitTree {
    /// One that is kept: the counts in the first line, and the states of the modules in the second.
    fn parse(text: &str) -> Option<Self> {
        let (counts, kept) = text.split_once('\n')?;
        Some(Self { counts: serde_json::from_str(counts).ok()?, kept: kept.to_owned(), modules: OnceCell::new() })
    }

    fn value(&self, id: &str) -> Option<Value> {
        let Some(module) = id.strip_prefix("module.").and_then(|it| it.strip_suffix(".status")) else {
            return self.counts.get(id).cloned();
        };
        let modules = self.modules.get_or_init(|| serde_json::from_str(&self.kept).unwrap_or_default());
        modules.get(module).map(|it| Value::Text(it.clone()))
    }
}

/// The trees that were judged; why one was not, where it was not.
type Trees = BTreeMap<String, Result<CommitTree, String>>;

/// Holds them against it. Returned is what was not held against the trees that would tell, and why.
pub(super) fn hold(
    claims: &mut [Claim],
    workspace: &Workspace,
    state: &WorkspaceState,
    (cache, head): (&Cache, Option<(String, bool)>),
) -> Result<Vec<String>, Failure> {
    let is_by_trees = |it: &&Claim| matches!(it.record, Some(DayRecord::Denies(_) | DayRecord::Silent));
    let dated = if claims.iter().any(|it| is_by_trees(&it)) {
        let siblings = UnionFile::siblings_at(&workspace.disk, &state.paths.union);
        dated_commits(&workspace.root, &[places(state), siblings].concat(), (cache, head))?
    } else {
        DatedCommits::default()
    };
    // none of a day that the clone does not reach
    let of_day = |day: &str| dated.reaches(day).then(|| dated.of_day(day));
    let days: BTreeSet<&str> = claims.iter().filter(is_by_trees).filter_map(|it| it.as_of.as_deref()).collect();
    let by_day: BTreeMap<String, Option<Vec<&str>>> = days.iter().map(|it| ((*it).to_owned(), of_day(it))).collect();
    let (mut trees, mut judged) = (Trees::new(), 0);
    for commit in asked(claims, &by_day) {
        if trees.contains_key(commit) {
            continue;
        }
        let (tree, is_judged) = tree(commit, workspace, state, (cache, judged < MOST))?;
        judged += usize::from(is_judged);
        trees.insert(commit.to_owned(), tree);
    }
    let mut unheld: BTreeMap<(RelPath, String, String), usize> = BTreeMap::new();
    for claim in claims.iter_mut() {
        let (Some(day), Some(record)) = (claim.as_of.clone(), claim.record.clone()) else { continue };
        let held = if let DayRecord::BearsOut(commit) = &record {
            let said = fact_at(claim, commit, &trees).and_then(|it| it.ok_or("nothing in it says so".to_owned()));
            let held = said.and_then(|value| docs::hold_against(claim, &value));
            held.map_err(|why| format!(": the audit document's word alone was taken ({why})"))
        } else {
            let commits = by_day.get(&day).and_then(Option::as_deref);
            match said_by(claim, commits, &trees) {
                Ok(said) => {
                    docs::hold_by_trees(claim, &said);
                    if said.is_empty() { Err(" was not judged (nothing in it says so)".to_owned()) } else { Ok(()) }
                }
                Err(why) if record == DayRecord::Silent => Err(format!(" was not judged ({why})")),
                Err(why) => {
                    docs::hold_open(claim, &why);
                    Ok(())
                }
            }
        };
        if let Err(why) = held {
            *unheld.entry((claim.path.clone(), day, why)).or_default() += 1;
        }
    }
    let line = |((path, day, why), count): ((RelPath, String, String), usize)| {
        let values = number_of(count, "value");
        format!("the tree behind {values} of {day} in {path}{why}")
    };
    Ok(unheld.into_iter().map(line).collect())
}

/// The commits whose trees are asked, the most pressing first: what somebody is told to correct is looked at before what is
/// right, and a day with more than can be judged takes nothing from others.
fn asked<'a>(claims: &'a [Claim], by_day: &'a BTreeMap<String, Option<Vec<&str>>>) -> Vec<&'a str> {
    let of = |is_denied: bool| {
        let is_it = move |it: &&Claim| match it.record {
            Some(DayRecord::Denies(_)) => is_denied,
            Some(DayRecord::Silent) => !is_denied,
            _ => false,
        };
        let days: BTreeSet<&str> = claims.iter().filter(is_it).filter_map(|it| it.as_of.as_deref()).collect();
        let mut all: Vec<&Vec<&str>> = days.iter().filter_map(|it| by_day.get(*it)?.as_ref()).collect();
        all.retain(|it| it.len() <= MOST);
        all.sort_by_key(|it| it.len());
        all.into_iter().flatten().copied()
    };
    let borne_out: BTreeSet<&str> = claims
        .iter()
        .filter_map(|it| match &it.record {
            Some(DayRecord::BearsOut(commit)) => Some(commit.as_str()),
            _ => None,
        })
        .collect();
    of(true).chain(borne_out).chain(of(false)).collect()
}

/// What the trees of a claim's day say, the oldest first, those left out that say nothing of it; why nobody knows, where there is
/// none, or one of them could not be judged.
fn said_by<'t>(claim: &Claim, of_day: Option<&[&'t str]>, trees: &Trees) -> Result<Vec<(&'t str, Value)>, String> {
    let of_day = of_day.ok_or("the history is cut off before that day")?;
    if of_day.is_empty() {
        return Err("none is known where the modules are today".to_owned());
    }
    let one = |commit: &&'t str| Some(fact_at(claim, commit, trees).transpose()?.map(|it| (*commit, it)));
    of_day.iter().filter_map(one).collect()
}

/// What a tree says of a claim's fact; none where it has no such fact, and why nobody knows.
fn fact_at(claim: &Claim, commit: &str, trees: &Trees) -> Result<Option<Value>, String> {
    let tree = trees
        .get(commit)
        .ok_or_else(|| format!("more than {MOST} commits would have to be judged"))?
        .as_ref()
        .map_err(Clone::clone)?;
    Ok(claim.facts.first().and_then(|id| tree.value(id)))
}

/// Where the files are that the facts of a tree come from.
fn places(state: &WorkspaceState) -> Vec<RelPath> {
    let paths = &state.paths;
    let policy = paths.stdlib.parent_file("stdlib_intrinsic_policy.py");
    let all = [&paths.stdlib, &paths.checker, &paths.attestation, &paths.union, &paths.stub_templates, &policy];
    all.map(RelPath::clone).into()
}

/// The commits that changed what the facts of a tree come from. What `HEAD` has behind it never changes, but in a shallow clone.
fn dated_commits(
    root: &Path,
    places: &[RelPath],
    (cache, head): (&Cache, Option<(String, bool)>),
) -> Result<DatedCommits, Failure> {
    let Some((head, is_shallow)) = head else { return Ok(DatedCommits::default()) };
    let (repository, has_identity) = repository(root)?;
    let names: Vec<&str> = places.iter().map(RelPath::as_str).collect();
    let key = Sha256::of(format!("{repository}\0{head}\0dated commits 1\0{}", names.join("\0")).as_bytes());
    let is_kept = has_identity && !is_shallow;
    let kept = if is_kept { cache.history(key) } else { None };
    if let Some(all) = kept.and_then(|it| serde_json::from_str(&it).ok()) {
        return Ok(DatedCommits { all, is_cut: false });
    }
    let res = git::dated_commits(root, places)?;
    if let (true, Ok(text)) = (is_kept, serde_json::to_string(&res.all)) {
        // a cache that cannot be written to costs time and nothing else
        drop(cache.put_history(key, &text));
    }
    Ok(res)
}

/// The tree of a commit; why it is not known, where it is not. And whether it was judged for it.
fn tree(
    commit: &str,
    workspace: &Workspace,
    state: &WorkspaceState,
    (cache, may_judge): (&Cache, bool),
) -> Result<(Result<CommitTree, String>, bool), Failure> {
    let (root, places) = (&workspace.root, places(state));
    let (repository, is_kept) = repository(root)?;
    let names: Vec<&str> = places.iter().map(RelPath::as_str).collect();
    let key = Sha256::of(format!("{repository}\0{commit}\0{FORM}\0{}", names.join("\0")).as_bytes());
    let kept = if is_kept { cache.history(key) } else { None };
    if let Some(tree) = kept.and_then(|it| CommitTree::parse(&it)) {
        return Ok((Ok(tree), false));
    }
    if !may_judge {
        return Ok((Err(format!("more than {MOST} commits would have to be judged")), false));
    }
    let templates = &state.paths.stub_templates;
    let wanted =
        |it: &RelPath| it.extension() == Some("py") || *it == state.paths.attestation || it.below(templates).is_some();
    // a clone that left objects out cannot say
    let mut files = match git::files_where(root, commit, &places.iter().collect::<Vec<_>>(), wanted) {
        Ok(files) => files,
        Err(error) => return Ok((Err(error.to_string()), true)),
    };
    let siblings = UnionFile::siblings_at(&files, &state.paths.union);
    if !siblings.is_empty() {
        match git::files(root, commit, &siblings.iter().collect::<Vec<_>>()) {
            Ok(found) => files.0.extend(found.0),
            Err(error) => return Ok((Err(error.to_string()), true)),
        }
    }
    let tree = match judged(&files, state)? {
        Ok(tree) => tree,
        Err(why) => return Ok((Err(why), true)),
    };
    if let (true, Ok(counts)) = (is_kept, serde_json::to_string(&tree.counts)) {
        // a cache that cannot be written to costs time and nothing else
        drop(cache.put_history(key, &format!("{counts}\n{}", tree.kept)));
    }
    Ok((Ok(tree), true))
}

fn judged(files: &dyn Files, state: &WorkspaceState) -> Result<Result<CommitTree, String>, Failure> {
    let paths = &state.paths;
    let dialect = match spoken(files, &paths.stdlib, &paths.checker)? {
        Spoken::Known(dialect) => dialect,
        Spoken::Silent(_) => return Ok(Err(format!("there was no checker {}", paths.checker))),
        Spoken::Unknown(_, why) => return Ok(Err(why)),
    };
    let attested = match Attestation::read(files, &paths.attestation) {
        Ok(it) => Some(it.modules),
        Err(_) if reads(files, &paths.stdlib, &paths.checker, ATTESTED)? => {
            return Ok(Err(format!("{} was not there, or cannot be read", paths.attestation)));
        }
        // before there was one, no module needed it
        Err(_) => None,
    };
    let is_early = attested.is_none();
    let layout = Layout::read(files, &paths.stdlib)?;
    if layout.files.is_empty() {
        return Ok(Err(format!("there was no {}", paths.stdlib)));
    }
    let attested = attested.unwrap_or_else(|| layout.files.iter().map(|(_, name)| name.clone()).collect());
    // which files are stubs is known by the templates of then
    let stubs = match stub_templates(files, paths) {
        Ok(stubs) => stubs.in_form(StubStyle::of(dialect)),
        Err(damage) => return Ok(Err(damage.to_string())),
    };
    let rules = Rules { dialect, attested: &attested, stubs: Some(&stubs), is_early };
    let audit = Audit::run(files, &paths.stdlib, rules)?;
    if audit.unreadable().next().is_some() {
        return Ok(Err("it has files that cannot be judged".to_owned()));
    }
    // what follows from a union that is not there or cannot be read is not known
    let union = UnionFile::read(files, &paths.union).ok().flatten().map(|it| it.union);
    let facts = docs::collect(&Collected {
        baselines: &[],
        union: union.as_ref().unwrap_or(&Union::default()),
        audit: &audit,
        ratchet: None,
        policy: &state.config.gates,
        paths: Vec::new(),
        stdlib: &paths.stdlib,
        union_file: &paths.union,
        ratchet_file: &paths.ratchet,
        audit_document: &paths.audit,
    });
    let is_known = |id: &str| id.starts_with("stdlib.") && (union.is_some() || !SourceEffect::Union.has(id));
    let counts = facts.iter().filter(|it| is_known(&it.id)).map(|it| (it.id.clone(), it.value.clone())).collect();
    let states = audit.by_name().filter_map(|it| Some((it.name.as_str(), it.status?.word())));
    let kept = serde_json::to_string(&states.collect::<BTreeMap<&str, &str>>()).unwrap_or_default();
    Ok(Ok(CommitTree { counts, kept, modules: OnceCell::new() }))
}
