//! A changeset is cut off after each of its steps, with each loss that a disk may show afterwards, and the recovery is cut
//! off again: the tree is wholly old or wholly new each time, and nothing lies about. Each durable step left out is found.

#![expect(clippy::print_stderr, reason = "the figures are worth reading")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rayon::prelude::*;

use super::super::{
    fs::Fs,
    seal::Seal,
    transaction::{Durable, Transaction},
};
use super::simulated::{LOSSES, Loss, Simulated};
use crate::base::{Edit, RelPath};

type Image = BTreeMap<String, Option<Arc<[u8]>>>;

/// What is changed: the files before, and the edits.
struct Case {
    files: Vec<(String, Vec<u8>)>,
    edits: Vec<Edit>,
}

impl Case {
    /// So many replacements, creations in new folders, and deletions that empty some.
    fn new(replaced: usize, created: usize, deleted: usize) -> Self {
        let mut res = Self { files: vec![("README".into(), b"mine".to_vec())], edits: Vec::new() };
        for number in 0..replaced {
            let (path, old) = (format!("src/m{}/f{number}", number % 7), format!("old {number}"));
            res.edit(&path, Some(&old), Some(&format!("new {number}, and longer")));
        }
        for number in 0..created {
            res.edit(&format!("new{}/below/f{number}", number % 5), None, Some(&format!("created {number}")));
        }
        for number in 0..deleted {
            res.edit(&format!("gone{}/f{number}", number % 4), Some(&format!("bye {number}")), None);
        }
        res
    }

    fn edit(&mut self, path: &str, before: Option<&str>, after: Option<&str>) {
        let bytes = |it: Option<&str>| it.map(|it| it.as_bytes().to_vec());
        self.files.extend(bytes(before).map(|it| (path.to_owned(), it)));
        let path = RelPath::new(path).unwrap();
        self.edits.push(Edit { path, before: bytes(before), after: bytes(after) });
    }

    fn start(&self) -> Simulated {
        let files: Vec<(&str, &[u8])> = self.files.iter().map(|(path, bytes)| (path.as_str(), &bytes[..])).collect();
        Simulated::with(&files)
    }

    /// The tree as it was and as it should become.
    fn ends(&self) -> [Image; 2] {
        let old = tree(&self.start());
        let whole = self.start();
        transaction(&whole, None).apply("test", &self.edits).unwrap();
        [old, tree(&whole)]
    }
}

fn transaction(fs: &dyn Fs, without: Option<Durable>) -> Transaction<'_> {
    Transaction { without, ..Transaction::new(fs, Seal::of_a_test()) }
}

/// What is in the tree.
fn tree(fs: &Simulated) -> Image {
    fs.image().into_iter().filter(|(name, _)| name.starts_with("tree")).collect()
}

/// What is in the store and should not be after a run.
fn lies_about(fs: &Simulated) -> bool {
    fs.image().keys().any(|it| it.starts_with("store/txn"))
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// Which of the pending changes a crash keeps: none, all, each alone, each beginning, and some at random.
fn subsets(pending: usize, numbers: &mut Numbers) -> Vec<Vec<bool>> {
    let mut res = vec![vec![false; pending], vec![true; pending]];
    for number in 0..pending {
        res.push((0..pending).map(|it| it == number).collect());
        res.push((0..pending).map(|it| it < number).collect());
    }
    if pending > 0 {
        res.extend((0..64).map(|_| (0..pending).map(|_| numbers.next().is_multiple_of(2)).collect()));
    }
    res
}

#[derive(Debug, Default)]
struct Tally {
    /// Combinations of a step, what is lost and what becomes of bytes.
    states: usize,
    /// Those that look different on the disk: each is recovered once, and once more after a recovery that is cut off.
    different: usize,
    old: usize,
    new: usize,
    violations: Vec<String>,
}

/// Cuts `case` off everywhere.
fn explore(case: &Case, without: Option<Durable>, has_no_exchange: bool) -> Tally {
    let whole = Simulated { has_no_exchange, ..case.start() };
    transaction(&whole, without).apply("test", &case.edits).unwrap();
    let steps = whole.ops().len() as u64;
    let ends = case.ends();
    let at_step = |step: u64| {
        let mut tally = Tally::default();
        let cut = Simulated { stops_at: Some(step), has_no_exchange, ..case.start() };
        let is_done = transaction(&cut, without).apply("test", &case.edits).is_ok();
        let mut numbers = Numbers(88_172_645_463_325_252 + step);
        let may_lose_bytes = cut.may_lose_bytes();
        let mut seen = BTreeSet::new();
        for kept in subsets(cut.pending(), &mut numbers) {
            for loss in LOSSES {
                tally.states += 1;
                if loss != Loss::Kept && !may_lose_bytes {
                    continue;
                }
                let crashed = cut.crash(|it| kept[it], loss);
                if !seen.insert(crashed.fingerprint()) {
                    continue;
                }
                tally.different += 1;
                // the recovery is cut off too, somewhere
                let again = Simulated { stops_at: Some(numbers.next() % 40), ..crashed.clone() };
                drop(transaction(&again, without).recover());
                let more = numbers.next();
                let again = again.crash(|it| more >> (it % 64) & 1 == 1, LOSSES[(more % 4) as usize]);
                for (what, fs) in [("once", &crashed), ("twice", &again)] {
                    let recovered = transaction(fs, without).recover();
                    let end = ends.iter().position(|it| *it == tree(fs));
                    match end {
                        Some(0) => tally.old += 1,
                        Some(_) => tally.new += 1,
                        None => {}
                    }
                    if end.is_none() || recovered.is_err() || lies_about(fs) || (is_done && end == Some(0)) {
                        tally.violations.push(format!("cut {what} at {step} with {loss:?}: {end:?} {recovered:?}"));
                    }
                }
            }
        }
        tally
    };
    (0..=steps).into_par_iter().map(at_step).reduce(Tally::default, |mut a, b| {
        a.states += b.states;
        a.different += b.different;
        a.old += b.old;
        a.new += b.new;
        a.violations.extend(b.violations);
        a
    })
}

/// `MOLT_SYNC_ROUNDS`, as for the runs that are killed, asks for a changeset of sixty files, which takes a minute.
#[test]
fn a_changeset_is_old_or_new_after_every_crash() {
    let is_large = std::env::var_os("MOLT_SYNC_ROUNDS").is_some();
    let case = if is_large { Case::new(32, 16, 14) } else { Case::new(12, 8, 6) };
    let tally = explore(&case, None, false);
    let Tally { states, different, old, new, .. } = &tally;
    eprintln!("{states} states, {different} of them different; {old} recoveries to the old tree, {new} to the new one");
    assert_eq!(tally.violations.first(), None, "{} violations", tally.violations.len());
    let (states, different) = if is_large { (100_000, 30_000) } else { (10_000, 3_000) };
    assert!(tally.states > states && tally.different > different && tally.old > 500 && tally.new > 500, "{tally:?}");
}

#[test]
fn without_exchange_it_is_old_or_new_as_well() {
    let tally = explore(&Case::new(6, 4, 4), None, true);
    assert_eq!(tally.violations.first(), None, "{} violations", tally.violations.len());
    assert!(tally.old > 100 && tally.new > 100, "{tally:?}");
}

#[test]
fn every_durable_step_that_is_left_out_is_found() {
    for step in [Durable::Staged, Durable::Draft, Durable::Before, Durable::Commit, Durable::Targets] {
        let tally = explore(&Case::new(6, 2, 2), Some(step), false);
        eprintln!("without {step:?}: {} violations in {} states", tally.violations.len(), tally.states);
        assert!(!tally.violations.is_empty(), "leaving out {step:?} is not found");
    }
}
