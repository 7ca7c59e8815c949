//! Dated statements that the audit document's word of their day bears out, or speaks against, are held against the tree of
//! that commit, which is judged anew; what a commit holds never changes, so that it is judged once and kept in the user's cache.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::past::repository;
use crate::{
    audit::{Attestation, Audit, Rules, Spoken, Status, reads, spoken},
    base::{Files, RelPath, Sha256, number_of},
    command::support::{failure::Failure, state::WorkspaceState, workspace::Workspace},
    docs::{self, Claim},
    host::{Cache, git},
    stdlib::Layout,
    workspace::ATTESTED,
};

/// The most commits whose trees one run judges.
const MOST: usize = 6;
/// The form of what is kept, and the rules that it was found by.
const FORM: &str = concat!("tree of a commit 3 ", env!("CARGO_PKG_VERSION"));

/// What the tree of a commit says.
#[derive(Serialize, Deserialize)]
struct CommitTree {
    total: usize,
    counts: BTreeMap<String, usize>,
    modules: BTreeMap<String, String>,
}

impl CommitTree {
    /// The value of a fact; none where the rules of that time have no such thing.
    fn value(&self, id: &str) -> Option<String> {
        if id == "stdlib.total" {
            return Some(self.total.to_string());
        }
        if let Some(module) = id.strip_prefix("module.").and_then(|it| it.strip_suffix(".status")) {
            return self.modules.get(module).cloned();
        }
        self.counts.get(id.strip_prefix("stdlib.")?).map(ToString::to_string)
    }
}

/// Holds them against it. Returned is what was held against the document's word alone, and why.
pub(super) fn hold(
    claims: &mut [Claim],
    workspace: &Workspace,
    state: &WorkspaceState,
    cache: &Cache,
) -> Result<Vec<String>, Failure> {
    let borne_out: BTreeSet<String> = claims.iter().filter_map(|it| it.word_of.clone()).collect();
    let denied: BTreeSet<String> = claims.iter().flat_map(|it| it.denied_at.iter().cloned()).collect();
    let asked: Vec<String> = borne_out.iter().chain(denied.difference(&borne_out)).cloned().collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let mut trees: BTreeMap<String, Result<CommitTree, String>> = BTreeMap::new();
    for commit in asked {
        let tree = if trees.len() < MOST {
            tree(&commit, workspace, state, cache)?
        } else {
            Err(format!("more than {MOST} commits would have to be judged"))
        };
        trees.insert(commit, tree);
    }
    let mut alone: BTreeMap<(RelPath, String, String), usize> = BTreeMap::new();
    for claim in claims.iter_mut() {
        if let Some(values) = denied_by(claim, &trees) {
            docs::hold_denied(claim, &values);
        }
        let (Some(commit), Some(day)) = (claim.word_of.clone(), claim.as_of.clone()) else { continue };
        let said = match trees.get(&commit) {
            Some(Ok(tree)) => claim.facts.first().and_then(|id| tree.value(id)).ok_or("its checker has no such thing"),
            Some(Err(why)) => Err(why.as_str()),
            None => continue,
        };
        let held = match said {
            Ok(value) => docs::hold_against(claim, &value),
            Err(why) => Err(why.to_owned()),
        };
        if let Err(why) = held {
            *alone.entry((claim.path.clone(), day, why)).or_default() += 1;
        }
    }
    let line = |((path, day, why), count): ((RelPath, String, String), usize)| {
        let values = number_of(count, "value");
        format!("the tree behind {values} of {day} in {path}: the audit document's word alone was taken ({why})")
    };
    Ok(alone.into_iter().map(line).collect())
}

/// What the trees of a claim's day say, where all of them are known and the document's word speaks against it.
fn denied_by(claim: &Claim, trees: &BTreeMap<String, Result<CommitTree, String>>) -> Option<Vec<(String, String)>> {
    let id = claim.facts.first().filter(|_| !claim.denied_at.is_empty())?;
    let value = |commit: &String| Some((commit.clone(), trees.get(commit)?.as_ref().ok()?.value(id)?));
    claim.denied_at.iter().map(value).collect()
}

/// The tree of a commit; why it is not known, where it is not.
fn tree(
    commit: &str,
    workspace: &Workspace,
    state: &WorkspaceState,
    cache: &Cache,
) -> Result<Result<CommitTree, String>, Failure> {
    let root = &workspace.root;
    let paths = &state.paths;
    let (repository, is_kept) = repository(root)?;
    let places = [&paths.stdlib, &paths.checker, &paths.attestation].map(RelPath::as_str).join("\0");
    let key = Sha256::of(format!("{repository}\0{commit}\0{FORM}\0{places}").as_bytes());
    let kept = if is_kept { cache.history(key) } else { None };
    if let Some(tree) = kept.and_then(|it| serde_json::from_str(&it).ok()) {
        return Ok(Ok(tree));
    }
    let policy = paths.stdlib.parent_file("stdlib_intrinsic_policy.py");
    let places = [&paths.stdlib, &paths.checker, &paths.attestation, &policy];
    let wanted = |it: &RelPath| it.extension() == Some("py") || *it == paths.attestation;
    // a clone that left objects out cannot say
    let files = match git::files_where(root, commit, &places, wanted) {
        Ok(files) => files,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let tree = match judged(&files, state)? {
        Ok(tree) => tree,
        Err(why) => return Ok(Err(why)),
    };
    if let (true, Ok(text)) = (is_kept, serde_json::to_string(&tree)) {
        // a cache that cannot be written to costs time and nothing else
        drop(cache.put_history(key, &text));
    }
    Ok(Ok(tree))
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
    let rules = Rules { dialect, attested: &attested, stubs: None, is_early };
    let audit = Audit::run(files, &paths.stdlib, rules)?;
    if audit.unreadable().next().is_some() {
        return Ok(Err("it has files that cannot be judged".to_owned()));
    }
    let modules = audit.by_name().filter_map(|it| Some((it.name.clone(), it.status?.word().to_owned())));
    Ok(Ok(CommitTree {
        total: audit.records.len(),
        counts: Status::of(dialect).into_iter().map(|it| (it.word().to_owned(), audit.count(it))).collect(),
        modules: modules.collect(),
    }))
}
