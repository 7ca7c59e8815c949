//! Two locks that grew apart, joined: both sides' entries, signers and last refreshes. Git joins them itself where both begin with the
//! same file; where each branch made the first one, nothing lies between what they added.

use std::collections::HashSet;

use super::{
    ground::RECONSTRUCTED,
    lock::{Lock, LockError, Locked},
    places,
    signer::ReviewedSigner,
};
use crate::base::{RelPath, Series, Version, git_word, printable};

/// What two locks came to.
#[derive(Debug)]
pub struct Merged {
    /// The lock of both.
    pub lock: Lock,
    /// Entries of the other side that came in.
    pub added: usize,
    /// Signers that the other side alone believes, by their identity, which came in.
    pub signers: Vec<String>,
    /// Series whose last refresh differed, with the release that counts as the last one.
    pub chosen: Vec<(Series, String)>,
}

/// Why two locks cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// They state different digests for one artifact.
    #[error("the two sides state different digests for {}: {one} and {other}", printable(artifact))]
    Digests {
        /// The artifact.
        artifact: String,
        /// The digest of one side.
        one: String,
        /// The digest of the other side.
        other: String,
    },
    /// Only the other side has more than anybody could have recorded meanwhile, each of which costs a look at the whole.
    #[error("the other side has {0} entries that this one does not have, and at most {MOST} are joined")]
    Many(usize),
    /// The other side took out what this one still has.
    #[error("their side took out {0}, which ours has")]
    TakenOut(String),
    /// Joined, they are not a lock.
    #[error("joined, the two sides do not make a lock: {0}")]
    Lock(#[from] LockError),
}

impl MergeError {
    /// What a person does with the lock at that path.
    pub fn hint(&self, path: &RelPath) -> String {
        match self {
            Self::Digests { .. } => {
                format!("find out which of the two is right, and take the entry of the other out of {path}")
            }
            Self::Many(_) | Self::TakenOut(_) | Self::Lock(_) => by_hand(path),
        }
    }
}

/// What a person does with a lock whose sides nothing joins.
pub fn by_hand(path: &RelPath) -> String {
    let path = git_word(path.as_str());
    format!("resolve it by hand, or take one side with `git checkout --ours {path}` or `--theirs`")
}

/// Entries that are joined at once.
const MOST: usize = 300;

/// The lock of both sides; the text of ours stays, and what only theirs has is added with its comments. What `base`, with which both began,
/// has and ours took out stays out.
///
/// # Errors
/// When a person has to decide which digest is right, or whether what their side took out is believed any longer.
pub fn merge(base: Option<&Lock>, ours: Lock, theirs: &Lock) -> Result<Merged, MergeError> {
    let nothing = Lock::default();
    let base = base.unwrap_or(&nothing);
    if let Some(it) = taken_out(base, &ours, theirs) {
        return Err(MergeError::TakenOut(it));
    }
    let mut res = Merged { lock: ours, added: 0, signers: Vec::new(), chosen: Vec::new() };
    let known: HashSet<_> = res.lock.releases.iter().map(|it| (it.version, it.artifact.clone(), it.sha256)).collect();
    let is_new = |it: &&Locked| !known.contains(&(it.version, it.artifact.clone(), it.sha256));
    let new_tables = theirs.last_refresh.iter().filter(|(series, it)| res.lock.last_refresh.get(series) != Some(it));
    let count = theirs.releases.iter().filter(is_new).count() + new_tables.count() + theirs.signers.len();
    if count > MOST {
        return Err(MergeError::Many(count));
    }
    let text = theirs.text();
    let texts = places::entries(&text);
    // each comes to the head of its part
    for (at, entry) in theirs.releases.iter().enumerate().rev() {
        let there = res.lock.find(entry.version, &entry.artifact).find(|it| it.sha256 == entry.sha256);
        let signer = |it: &Locked| it.signature().map(|(who, issuer, _)| (who.to_owned(), issuer.to_owned()));
        let is_others = |it: &Locked| signer(it).is_some() && signer(entry).is_some() && signer(it) != signer(entry);
        // whose signature it has is known here, or it was taken out
        if there.map_or_else(|| has(base, entry), is_others) {
            continue;
        }
        if let Some(known) = res.lock.find(entry.version, &entry.artifact).find(|it| it.sha256 != entry.sha256)
            && ![known, entry].iter().any(|it| it.verified_by == RECONSTRUCTED)
        {
            let (one, other) = (known.sha256.to_string(), entry.sha256.to_string());
            return Err(MergeError::Digests { artifact: entry.artifact.clone(), one, other });
        }
        let count = res.lock.releases.len();
        add(&mut res.lock, entry, texts.get(at).copied());
        res.added += res.lock.releases.len() - count;
    }
    for signer in theirs.signers.iter().filter(|it| !base.signers.contains(it)) {
        // theirs has other words for one that ours took out
        if believes(base, signer) && !believes(&res.lock, signer) {
            continue;
        }
        if res.lock.add_signer(signer.clone()) {
            res.signers.push(signer.identity.clone());
        }
    }
    for (series, table) in &theirs.last_refresh {
        let known = res.lock.last_refresh.get(series).cloned();
        if known.as_ref() == Some(table) {
            continue;
        }
        let last = known.as_ref().map_or(table, |known| if age(known) < age(table) { table } else { known }).clone();
        if known.is_some() {
            let release = last.get("release").and_then(toml::Value::as_str).unwrap_or("-").to_owned();
            res.chosen.push((*series, release));
        }
        res.lock.set_last_refresh(*series, &last);
    }
    res.lock = Lock::parse(&res.lock.text())?;
    Ok(res)
}

/// What the other side took out of what both began with, and this one still believes.
fn taken_out(base: &Lock, ours: &Lock, theirs: &Lock) -> Option<String> {
    let entry = base.releases.iter().find(|it| {
        it.verified_by != RECONSTRUCTED && has(ours, it) && theirs.find(it.version, &it.artifact).next().is_none()
    });
    let signer = base.signers.iter().find(|it| believes(ours, it) && !believes(theirs, it));
    let entry = entry.map(|it| format!("the digest of {}", printable(&it.artifact)));
    entry.or_else(|| signer.map(|it| format!("the signer {}", printable(&it.identity))))
}

/// Whether a lock believes that signer for that series, whatever reason it has.
fn believes(lock: &Lock, signer: &ReviewedSigner) -> bool {
    let about = |it: &ReviewedSigner| (it.series, it.identity.clone(), it.issuer.clone());
    lock.signers.iter().any(|it| about(it) == about(signer))
}

fn has(lock: &Lock, entry: &Locked) -> bool {
    lock.find(entry.version, &entry.artifact).any(|it| it.sha256 == entry.sha256)
}

/// Adds an entry as it is written on the other side, where that can be told.
fn add(lock: &mut Lock, entry: &Locked, text: Option<&str>) {
    if let Some(text) = text.filter(|_| !has(lock, entry)) {
        let joined = places::with_entry(&lock.text(), entry.version.series, text);
        if let Ok(new) = Lock::parse(&joined)
            && new.releases.len() == lock.releases.len() + 1
            && new.releases.contains(entry)
        {
            *lock = new;
            return;
        }
    }
    lock.record(entry.clone());
}

/// Which of two refreshes of a series counts as the last: the one to the newer release, and of two to the same the later one.
fn age(table: &toml::Table) -> (Option<Version>, i64) {
    let release = table.get("release").and_then(toml::Value::as_str).and_then(|it| it.parse().ok());
    (release, table.get("order").and_then(toml::Value::as_integer).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Sha256;

    fn lock(text: &str) -> Lock {
        Lock::parse(text).unwrap()
    }

    fn entry(version: &str, bytes: &str) -> String {
        let sha256 = Sha256::of(bytes.as_bytes());
        format!(
            "[[release]]\nversion = \"{version}\"\nartifact = \"Python-{version}.tgz\"\nsha256 = \"{sha256}\"\nverified_by = \"reviewed\"\nreviewed_by = \"A\"\n"
        )
    }

    fn last(series: &str, release: &str, order: u32) -> String {
        format!("[last_refresh.\"{series}\"]\norder = {order}\nrelease = \"{release}\"\nseries = \"{series}\"\n")
    }

    #[test]
    fn two_first_locks_are_joined_in_either_order_with_their_comments() {
        let one = format!("schema = 1\n\n# seen by two\n{}\n{}", entry("3.13.5", "a"), last("3.13", "3.13.5", 1));
        let other = format!(
            "schema = 1\n\n{}\n# on paper\n{}\n{}",
            entry("3.14.2", "c"),
            entry("3.14.1", "b"),
            last("3.14", "3.14.2", 1)
        );
        for (ours, theirs, added) in [(&one, &other, 2), (&other, &one, 1)] {
            let merged = merge(None, lock(ours), &lock(theirs)).unwrap();
            assert_eq!((merged.added, merged.chosen.len()), (added, 0));
            let text = merged.lock.text();
            let versions: Vec<_> = merged.lock.releases.iter().map(|it| it.version.to_string()).collect();
            let position = |it: &str| versions.iter().position(|known| known == it).unwrap();
            assert!(position("3.14.2") < position("3.14.1") && versions.len() == 3, "{text}");
            assert_eq!(merged.lock.last_refresh.len(), 2, "{text}");
            for comment in ["# seen by two\n[[release]]", "# on paper\n[[release]]"] {
                assert!(text.contains(comment), "{text}");
            }
            // once more changes nothing
            assert_eq!(merge(None, lock(&text), &lock(theirs)).unwrap().lock.text(), text);
        }
    }

    #[test]
    fn more_than_anybody_records_is_not_joined() {
        let many: String =
            (0..=MOST).map(|it| entry("3.13.5", &it.to_string()).replace("3.13.5.tgz", &format!("{it}"))).collect();
        let known = lock(&format!("schema = 1\n\n{}", entry("3.13.5", "a")));
        let error = merge(None, known, &lock(&format!("schema = 1\n\n{many}"))).unwrap_err();
        assert!(matches!(error, MergeError::Many(count) if count == MOST + 1), "{error}");
        // what both have is no work
        let all = lock(&format!("schema = 1\n\n{many}"));
        assert_eq!(merge(None, all.clone(), &all).unwrap().added, 0);
    }

    #[test]
    fn the_newer_release_is_the_last_and_two_digests_are_a_persons() {
        let side = |release: &str, order| format!("schema = 1\n\n{}", last("3.13", release, order));
        for (ours, theirs, wanted) in
            [(side("3.13.9", 1), side("3.13.10", 1), "3.13.10"), (side("3.13.10", 1), side("3.13.9", 7), "3.13.10")]
        {
            let merged = merge(None, lock(&ours), &lock(&theirs)).unwrap();
            assert_eq!(merged.chosen, [("3.13".parse().unwrap(), wanted.to_owned())]);
            assert!(merged.lock.text().contains(&format!("release = \"{wanted}\"")), "{}", merged.lock.text());
        }
        let one = format!("schema = 1\n\n{}", entry("3.13.5", "a"));
        let other = format!("schema = 1\n\n{}", entry("3.13.5", "b"));
        let error = merge(None, lock(&one), &lock(&other)).unwrap_err().to_string();
        assert!(error.contains("different digests for Python-3.13.5.tgz"), "{error}");
    }

    #[test]
    fn what_one_side_took_out_does_not_come_back() {
        let signer = "[[signer]]\nseries = \"3.13\"\nidentity = \"ann@example.org\"\nissuer = \"https://example.org\"\nreviewed_by = \"A\"\nreason = \"known\"\n";
        let both = format!("schema = 1\n\n{}\n{}\n{signer}", entry("3.13.5", "a"), entry("3.14.2", "b"));
        let less = format!("schema = 1\n\n{}", entry("3.14.2", "b"));
        let merged = merge(Some(&lock(&both)), lock(&less), &lock(&both)).unwrap();
        assert_eq!((merged.added, merged.signers.len(), merged.lock.text()), (0, 0, less.clone()));
        let error = merge(Some(&lock(&both)), lock(&both), &lock(&less)).unwrap_err().to_string();
        assert!(error.contains("took out the digest of Python-3.13.5.tgz"), "{error}");
        let unsigned = both.replace(signer, "");
        let error = merge(Some(&lock(&both)), lock(&both), &lock(&unsigned)).unwrap_err().to_string();
        assert!(error.contains("took out the signer ann@example.org"), "{error}");
        // whatever words there are for it by now
        let other_words = both.replace("reason = \"known\"", "reason = \"well known\"");
        assert!(merge(Some(&lock(&both)), lock(&other_words), &lock(&unsigned)).is_err());
        assert_eq!(merge(Some(&lock(&both)), lock(&less), &lock(&other_words)).unwrap().signers.len(), 0);
        // what nobody took out comes in, and is named
        let merged = merge(None, lock(&less), &lock(&both)).unwrap();
        assert_eq!((merged.added, merged.signers), (1, vec!["ann@example.org".to_owned()]));
        // and whose signature ours has is not theirs to say
        let signed = |by: &str| {
            less.clone()
                + &format!("identity = \"{by}@example.org\"\nissuer = \"https://example.org\"\nlog_index = 1\n")
        };
        let ours = signed("ann");
        assert_eq!(merge(None, lock(&ours), &lock(&signed("bob"))).unwrap().lock.text(), ours);
    }
}
