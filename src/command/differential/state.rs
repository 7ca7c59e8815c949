//! What is kept between runs, in the folder for runs: what is remembered of tests, outcomes of the reference, and the results of the
//! run so far, so that one that was cut off can go on.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::place::LARGEST;
use crate::{
    base::number_of,
    command::support::failure::{Exit, Failure},
    differential::{Fingerprint, KeptTest, Ledger, TestResult},
    host,
};

/// The form of what is remembered.
const SCHEMA: u32 = 1;

/// The files of one workspace's runs.
pub(super) struct RunFiles {
    work: PathBuf,
    ledger: PathBuf,
}

/// The first line of the results so far.
#[derive(Serialize, Deserialize)]
struct ResultsHead {
    fingerprint: Fingerprint,
    /// The command line, as it was typed; none of an older version's run.
    #[serde(default)]
    run: String,
}

impl RunFiles {
    pub(super) fn new(work: &Path, ledger: Option<&Path>) -> Self {
        let ledger = ledger.map_or_else(|| work.join("ledger.json"), Path::to_path_buf);
        Self { work: work.to_path_buf(), ledger }
    }

    /// What is remembered; nothing where nothing was kept.
    pub(super) fn ledger(&self) -> Result<Ledger, Failure> {
        let bytes = host::read_own_if_there(&self.ledger, LARGEST)
            .map_err(|error| Failure::io("read", &self.ledger, &error))?;
        let Some(bytes) = bytes else { return Ok(Ledger { schema: SCHEMA, ..Ledger::default() }) };
        let refused = |why: String| {
            let message = format!("cannot use {}, which has what is remembered of tests: {why}", self.ledger.display());
            Failure::new(Exit::Usage, message, "remove it: peaks of memory and times are then recorded again")
        };
        let ledger: Ledger = serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
        if ledger.schema != SCHEMA {
            return Err(refused(format!("it is of the form {}, and this version reads {SCHEMA}", ledger.schema)));
        }
        Ok(ledger)
    }

    pub(super) fn keep_ledger(&self, ledger: &Ledger) -> Result<(), Failure> {
        let text =
            serde_json::to_string_pretty(ledger).map_err(|error| Failure::io("write", &self.ledger, &error.into()))?;
        host::replace(&self.ledger, (text + "\n").as_bytes())
            .map_err(|error| Failure::io("write", &self.ledger, &error))
    }

    fn kept_path(&self, key: &str) -> PathBuf {
        self.work.join("kept").join(&key[..2]).join(format!("{key}.json"))
    }

    /// What the reference did under this key; none where nothing is kept, or nothing that can be read: it is made anew.
    pub(super) fn kept(&self, key: &str) -> Option<KeptTest> {
        let bytes = host::read_own_if_there(&self.kept_path(key), LARGEST).ok()??;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps an outcome. One that cannot be kept is computed again, which is no reason to fail.
    pub(super) fn keep(&self, key: &str, kept: &KeptTest) {
        if let Ok(text) = serde_json::to_string(kept) {
            drop(host::replace(&self.kept_path(key), text.as_bytes()));
        }
    }

    fn journal(&self) -> PathBuf {
        self.work.join("journal.jsonl")
    }

    /// Begins the results of a run.
    pub(super) fn begin(&self, fingerprint: &Fingerprint) -> Result<(), Failure> {
        let path = self.journal();
        let line = serde_json::to_string(&ResultsHead { fingerprint: fingerprint.clone(), run: host::command_line() });
        let line = line.map_err(|error| Failure::io("write", &path, &error.into()))? + "\n";
        host::replace(&path, line.as_bytes()).map_err(|error| Failure::io("write", &path, &error))
    }

    /// Adds a result.
    pub(super) fn note(&self, result: &TestResult) -> Result<(), Failure> {
        let path = self.journal();
        let line = serde_json::to_string(result).map_err(|error| Failure::io("write", &path, &error.into()))?;
        host::append(&path, &(line + "\n")).map_err(|error| Failure::io("write", &path, &error))
    }

    /// The results of the run before that are of the same tests, lanes and commit, and need not be made again: those that did not
    /// fail. Of another commit they are taken only with `is_forced`.
    pub(super) fn resumed(&self, fingerprint: &Fingerprint, is_forced: bool) -> Result<Vec<TestResult>, Failure> {
        let path = self.journal();
        let bytes = host::read_own_if_there(&path, LARGEST).map_err(|error| Failure::io("read", &path, &error))?;
        let nothing =
            || Failure::new(Exit::Usage, "cannot resume: no run of this workspace was begun", "leave --resume out");
        let text = String::from_utf8_lossy(&bytes.ok_or_else(nothing)?).into_owned();
        let mut lines = text.lines();
        let head: ResultsHead = lines.next().and_then(|it| serde_json::from_str(it).ok()).ok_or_else(nothing)?;
        if let Some(why) = other(&head.fingerprint, fingerprint).filter(|_| !is_forced) {
            let its = match head.run.as_str() {
                "" => String::new(),
                run if run.contains("--resume") => format!("`{run}` goes on with that one; "),
                run => format!("`{run} --resume` goes on with that one; "),
            };
            let hint = format!(
                "{its}leave --resume out to run all of this one, or add --force to take the old results for those of this run"
            );
            return Err(Failure::new(Exit::Usage, format!("cannot resume: {why}"), hint));
        }
        let mut res: BTreeMap<(String, String), TestResult> = BTreeMap::new();
        // the last line may have been cut off, and of two results the later one counts
        for it in lines.filter_map(|it| serde_json::from_str::<TestResult>(it).ok()) {
            res.insert((it.test.clone(), it.lane.clone()), it);
        }
        Ok(res.into_values().filter(|it| !it.status.fails() && it.spike_over_kb.is_none()).collect())
    }
}

/// In what an earlier run is another one.
fn other(before: &Fingerprint, now: &Fingerprint) -> Option<String> {
    let short = |it: &Option<String>| it.as_ref().map_or("no commit".to_owned(), |it| it.chars().take(9).collect());
    if before.commit != now.commit {
        return Some(format!(
            "the run that was cut off is of {}, and this is {}",
            short(&before.commit),
            short(&now.commit)
        ));
    }
    if before.configuration != now.configuration || before.interpreters != now.interpreters {
        return Some("the lanes of the run that was cut off are not these".into());
    }
    (before.tests != now.tests)
        .then(|| format!("the run that was cut off chose from {}, and not from these", number_of(before.count, "test")))
}
