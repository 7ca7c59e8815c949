//! A hundred files of 20 kB, applied as one changeset, against writing, syncing and renaming them one by one.

use std::{
    fs,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use molt_sync::{
    base::{Edit, RelPath},
    host::Writer,
};

use crate::{
    measure::{Times, runs},
    results::{Row, keep, part},
};

const FILES: usize = 100;
const SIZE: usize = 20_000;

pub(crate) fn run() {
    part("Writing");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // in turns, so that both meet the same disk
    for round in 0..runs() {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let (old, new) = (content(round, b'o'), content(round, b'n'));
        for number in 0..FILES {
            let path = dir.path().join(path(number));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &old).unwrap();
        }
        settle(dir.path());
        ours.push(changeset(dir.path(), &old, &new));
        theirs.push(one_by_one(dir.path(), &old));
    }
    let (ours, theirs) = (Times::new(ours), Times::new(theirs));
    let ratio = ours.ratio(&theirs);
    keep(Row {
        work: format!("{FILES} files of {SIZE} bytes as one changeset"),
        ours: ours.to_string(),
        peer: format!("one by one: {theirs}"),
        figure: format!("{ratio:.3} times as long"),
        goal: "at most 1.5".into(),
        is_met: Some(ratio <= 1.5),
        ..Row::default()
    });
}

fn path(number: usize) -> String {
    format!("d{}/f{number}", number % 8)
}

fn content(round: usize, byte: u8) -> Vec<u8> {
    let mut res = vec![byte; SIZE];
    res[0] = u8::try_from(round).unwrap();
    res
}

/// What was written before is no part of what is measured.
fn settle(dir: &Path) {
    fs::File::open(dir).unwrap().sync_all().unwrap();
    for number in 0..FILES {
        fs::File::open(dir.join(path(number))).unwrap().sync_all().unwrap();
    }
}

fn changeset(dir: &Path, old: &[u8], new: &[u8]) -> Duration {
    let edits: Vec<Edit> = (0..FILES)
        .map(|number| Edit {
            path: RelPath::new(path(number)).unwrap(),
            before: Some(old.to_vec()),
            after: Some(new.to_vec()),
        })
        .collect();
    let began = Instant::now();
    Writer::open(dir, "bench").unwrap().0.apply(&edits).unwrap();
    began.elapsed()
}

fn one_by_one(dir: &Path, bytes: &[u8]) -> Duration {
    let began = Instant::now();
    for number in 0..FILES {
        let target = dir.join(path(number));
        let draft = target.with_extension("new");
        let mut file = fs::File::create_new(&draft).unwrap();
        file.write_all(bytes).unwrap();
        file.sync_all().unwrap();
        fs::rename(&draft, &target).unwrap();
    }
    for number in 0..8 {
        fs::File::open(dir.join(format!("d{number}"))).unwrap().sync_all().unwrap();
    }
    began.elapsed()
}
