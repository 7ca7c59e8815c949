//! The records that two branches have both changed, settled from what each of them is about: the lock entry by entry, the union
//! from the baselines as they were merged, the budget by what was signed for.

use std::collections::BTreeMap;

use crate::{
    acceptance::join_attested,
    audit::{Audit, Ratchet, Status},
    base::{Memory, RelPath, Series, Staged, git_word, printable},
    command::support::{
        failure::{Exit, Failure},
        workspace::Workspace,
    },
    docs::join_bindings,
    host::git,
    release::{Lock, by_hand, merge},
    stdlib::{Baseline, SeriesNames, Union, UnionFile, bundled},
    workspace,
};

/// A file as the two branches have it, and as they had it before they parted.
pub(super) struct Sides {
    pub(super) base: Option<String>,
    pub(super) ours: String,
    pub(super) theirs: String,
}

impl Sides {
    /// Those of a file that a merge left open; none where it did not, or where one of them has no such file.
    pub(super) fn of(workspace: &Workspace, path: &RelPath) -> Result<Option<Self>, Failure> {
        let [base, ours, theirs] = git::stages(&workspace.root, path)?;
        Ok(ours.zip(theirs).map(|(ours, theirs)| Self { base, ours, theirs }))
    }
}

/// A file, and why it was not settled where it was not.
pub(super) type SettledFile = (RelPath, Result<(), String>);

/// Settles the lock and the union where they are open, and takes one side of the budget for the time being. Gives the files that
/// were settled, and why others were not.
pub(super) fn settle(
    workspace: &Workspace,
    view: &mut Staged<'_>,
    open: &[RelPath],
) -> Result<Vec<SettledFile>, Failure> {
    let paths = &workspace.config.paths;
    let mut res = Vec::new();
    if let Some(sides) = opened(workspace, open, &paths.lock)? {
        view.write(&paths.lock, lock(&sides, &paths.lock)?)?;
        res.push((paths.lock.clone(), Ok(())));
    }
    if let Some(sides) = opened(workspace, open, &paths.union)? {
        view.write(&paths.union, sides.ours.as_str())?;
        let done = union(workspace, view, &sides)?;
        res.push((paths.union.clone(), done));
    }
    let attestation = |it: &Sides| {
        let base = it.base.as_deref().ok_or("both branches brought the file")?;
        join_attested(base, &it.ours, &it.theirs)
    };
    let bindings = |it: &Sides| join_bindings(it.base.as_deref(), &it.ours, &it.theirs);
    let bindings_file = &workspace.config.docs.bindings;
    join(workspace, view, (open, &paths.attestation), &attestation, &mut res)?;
    join(workspace, view, (open, bindings_file), &bindings, &mut res)?;
    if let Some(sides) = opened(workspace, open, &paths.ratchet)? {
        view.write(&paths.ratchet, sides.ours.as_str())?;
    }
    Ok(res)
}

/// Joins the two sides of a file to which each added something. What cannot be joined is a person's, before anything is settled: what
/// follows from the file is not known without it.
fn join(
    workspace: &Workspace,
    view: &mut Staged<'_>,
    (open, path): (&[RelPath], &RelPath),
    how: &dyn Fn(&Sides) -> Result<String, String>,
    res: &mut Vec<SettledFile>,
) -> Result<(), Failure> {
    let Some(sides) = opened(workspace, open, path)? else { return Ok(()) };
    let text = how(&sides).map_err(|why| {
        let hint = format!(
            "resolve it by hand, with what both sides added; then `git add {}`, and run it again",
            git_word(path.as_str())
        );
        Failure::new(Exit::Person, format!("cannot join the two sides of {path}: {why}"), hint)
    })?;
    view.write(path, text)?;
    res.push((path.clone(), Ok(())));
    Ok(())
}

fn opened(workspace: &Workspace, open: &[RelPath], path: &RelPath) -> Result<Option<Sides>, Failure> {
    if open.contains(path) { Sides::of(workspace, path) } else { Ok(None) }
}

/// Our lock with what theirs has besides. Without it nothing is settled, because documents state what it has.
fn lock(sides: &Sides, path: &RelPath) -> Result<String, Failure> {
    let fail = |why: String, hint: String| {
        let hint = format!("{hint}; then `git add {}` and run it again", git_word(path.as_str()));
        Failure::new(Exit::Person, format!("cannot join the two sides of {path}: {why}"), hint)
    };
    let read = |text: &str| Lock::parse(text).map_err(|error| fail(error.to_string(), by_hand(path)));
    // where several commits are the base, what git makes of them can have conflicts of its own, and says nothing
    let base = Lock::parse(sides.base.as_deref().unwrap_or_default()).unwrap_or_else(|_| Lock::default());
    let (ours, theirs) = (read(&sides.ours)?, read(&sides.theirs)?);
    for (series, last) in &theirs.last_refresh {
        let (then, now) = (base.last_refresh.get(series), ours.last_refresh.get(series));
        if now != Some(last) && then != Some(last) && now != then {
            let hint = "`molt-sync trust resolve` takes the newer of the two".to_owned();
            return Err(fail(format!("both branches refreshed {series}"), hint));
        }
    }
    let merged = merge(Some(&base), ours, &theirs).map_err(|error| fail(error.to_string(), error.hint(path)))?;
    match merged.signers.first() {
        None => Ok(merged.lock.text()),
        // which nobody is told of here
        Some(signer) => {
            let hint = "`molt-sync trust resolve` joins them and names each".to_owned();
            Err(fail(format!("theirs alone believes the signer {}", printable(signer)), hint))
        }
    }
}

/// The union of the baselines as they lie there now.
fn union(workspace: &Workspace, view: &mut Staged<'_>, sides: &Sides) -> Result<Result<(), String>, Failure> {
    let path = &workspace.config.paths.union;
    let at = |text: &str| {
        let mut one = Staged::new(view);
        one.write(path, text)?;
        UnionFile::read(&one, path).map_err(Failure::from)
    };
    let base = match &sides.base {
        Some(text) => at(text)?.map(|it| it.union).unwrap_or_default(),
        None => Union::default(),
    };
    let (ours, theirs) = (at(&sides.ours)?, at(&sides.theirs)?);
    let (Some(file), Some(theirs)) = (ours, theirs) else { return Ok(Err("one side has no union".into())) };
    let (ours, theirs) = (file.union.by_series.clone(), theirs.union.by_series);
    let mut before: BTreeMap<Series, SeriesNames> = BTreeMap::new();
    for series in ours.keys().chain(theirs.keys()) {
        let (then, a, b) = (base.by_series.get(series), ours.get(series), theirs.get(series));
        // what one side dropped is dropped, and of two the one that changed counts
        let kept = if then.is_some() && (a.is_none() || b.is_none()) {
            None
        } else if b == then {
            a.or(b)
        } else {
            b.or(a)
        };
        before.extend(kept.map(|it| (*series, it.clone())));
    }
    let mut recorded = workspace::baselines(view, &workspace.config.paths)?;
    let mut all: Vec<Baseline> = Vec::new();
    for (series, names) in &before {
        all.push(match recorded.remove(series) {
            Some(known) => known,
            None => names.import(*series, path)?,
        });
    }
    let bundled = bundled();
    let known: Vec<_> = bundled.iter().map(|it| &it.facts).collect();
    let union = Union::new(&all, &Union { by_series: before }, &known);
    file.write(view, &union)?;
    Ok(Ok(()))
}

/// The budget that both raises come to, and no more of it than is needed; none where one of them lowered it.
pub(super) fn budget(workspace: &Workspace, audit: &Audit) -> Result<Option<u64>, Failure> {
    let path = &workspace.config.paths.ratchet;
    let Some(sides) = Sides::of(workspace, path)? else { return Ok(None) };
    let read = |text: &str| {
        let files = Memory([(path.clone(), text.as_bytes().to_vec())].into());
        Ok::<_, Failure>(Ratchet::read(&files, path)?.map(|it| it.budget))
    };
    let base = sides.base.as_deref().map(read).transpose()?.flatten();
    let (Some(base), Some(ours), Some(theirs)) = (base, read(&sides.ours)?, read(&sides.theirs)?) else {
        return Ok(None);
    };
    if ours < base || theirs < base {
        return Ok(None);
    }
    let needed = audit.count(Status::Partial) as u64;
    Ok(Some((ours + (theirs - base)).min(needed).max(ours).max(theirs)))
}
