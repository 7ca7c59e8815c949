//! Kept outcomes of the reference: what it did with a test does not change as long as the test, its headers, the environment, the
//! interpreter and the rules of running do not. Only what came out the same more than once is believed.

use serde::{Deserialize, Serialize};

use super::{ComparisonRules, Outcome, outcome::End};
use crate::base::{Sha256, digest::Hasher};

/// Changes whenever a test would be run otherwise.
const RULES: &str = "molt-sync differential 3";

/// What was kept of one test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptTest {
    /// Version of this form.
    pub schema: u32,
    /// How often it came out like this.
    pub seen: u32,
    /// Whether it ever came out otherwise: then nothing of it is believed.
    pub is_unstable: bool,
    end: End,
    stdout: TextOrBytes,
    stderr: TextOrBytes,
    /// Processor time of the reference.
    pub cpu_seconds: f64,
    /// How long it took.
    pub seconds: f64,
}

/// Bytes, as a text where they are one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum TextOrBytes {
    Text(String),
    Raw(Vec<u8>),
}

impl TextOrBytes {
    fn of(bytes: &[u8]) -> Self {
        std::str::from_utf8(bytes).map_or_else(|_| Self::Raw(bytes.to_vec()), |it| Self::Text(it.to_owned()))
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.as_bytes().to_vec(),
            Self::Raw(bytes) => bytes.clone(),
        }
    }
}

/// How often an outcome has to be seen before it stands for a run.
const ENOUGH: u32 = 2;

/// More than this is not kept.
const LARGEST: usize = 1 << 20;

impl KeptTest {
    /// What is to be kept after a run, beside what was kept before; none where it is too large. What the rules do not compare may come
    /// out otherwise.
    pub fn after(
        rules: &ComparisonRules,
        before: Option<&Self>,
        outcome: &Outcome,
        (seconds, cpu_seconds): (f64, f64),
    ) -> Option<Self> {
        if outcome.stdout.len() + outcome.stderr.len() > LARGEST || !outcome.end.is_own() {
            return None;
        }
        let same = before.filter(|it| rules.same(&it.outcome(), outcome));
        Some(Self {
            schema: 1,
            seen: same.map_or(1, |it| it.seen.saturating_add(1)),
            is_unstable: before.is_some_and(|it| it.is_unstable) || (before.is_some() && same.is_none()),
            end: outcome.end.clone(),
            stdout: TextOrBytes::of(&outcome.stdout),
            stderr: TextOrBytes::of(&outcome.stderr),
            cpu_seconds,
            seconds,
        })
    }

    /// The outcome.
    pub fn outcome(&self) -> Outcome {
        Outcome { end: self.end.clone(), stdout: self.stdout.bytes(), stderr: self.stderr.bytes() }
    }

    /// The outcome, where it may stand for a run.
    pub fn believed(&self) -> Option<Outcome> {
        (self.schema == 1 && self.seen >= ENOUGH && !self.is_unstable).then(|| self.outcome())
    }
}

/// The name under which an outcome is kept: the digest of all that it depends on, each part with its length in front.
pub fn key(parts: &[&[u8]]) -> String {
    let mut hasher = Hasher::default();
    for part in std::iter::once(RULES.as_bytes()).chain(parts.iter().copied()) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let digest: Sha256 = hasher.finish();
    digest.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(stdout: &[u8]) -> Outcome {
        Outcome { end: End::Exit(0), stdout: stdout.to_vec(), stderr: Vec::new() }
    }

    fn after(before: Option<&KeptTest>, outcome: &Outcome) -> Option<KeptTest> {
        KeptTest::after(&ComparisonRules::default(), before, outcome, (1.0, 0.5))
    }

    #[test]
    fn only_what_came_out_the_same_twice_is_believed_and_what_changed_never_again() {
        let first = after(None, &outcome(b"\xff\n")).unwrap();
        assert_eq!(first.believed(), None);
        let second = after(Some(&first), &outcome(b"\xff\n")).unwrap();
        assert_eq!(second.believed(), Some(outcome(b"\xff\n")));
        let text = serde_json::to_string(&second).unwrap();
        assert_eq!(serde_json::from_str::<KeptTest>(&text).unwrap(), second);
        let noisy = Outcome { stderr: b"/tmp/xyz".to_vec(), ..outcome(b"\xff\n") };
        assert!(after(Some(&second), &noisy).unwrap().believed().is_some(), "stderr is not compared");
        let other = after(Some(&second), &outcome(b"b")).unwrap();
        let again = after(Some(&other), &outcome(b"b")).unwrap();
        assert!(other.is_unstable && again.believed().is_none());
        assert_eq!(after(None, &Outcome { end: End::Timeout, ..outcome(b"") }), None);
        assert_eq!(after(None, &outcome(&vec![b'a'; 2 << 20])), None);
    }

    #[test]
    fn parts_of_a_key_do_not_run_together() {
        assert_ne!(key(&[b"ab", b"c"]), key(&[b"a", b"bc"]));
        assert_eq!(key(&[b"ab"]), key(&[b"ab"]));
    }
}
