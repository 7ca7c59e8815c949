//! What worsened, held against the exceptions: each worsening needs one that is new, whole, and names it; and an exception that allows
//! nothing, or has run out, fails like a worsening.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{exception::Exception, regression::Worsening};
use crate::base::RelPath;

/// What became of one worsening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegressionVerdict {
    /// Nobody signed for it.
    Open,
    /// This exception allows it, signed by that person.
    Allowed(RelPath, String),
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// Each worsening with what became of it.
    pub worsened: Vec<(Worsening, RegressionVerdict)>,
    /// What is wrong with exceptions, each with its file.
    pub faults: Vec<(RelPath, String)>,
}

impl Judged {
    /// Whether nothing is wrong.
    pub fn is_fine(&self) -> bool {
        self.faults.is_empty() && self.worsened.iter().all(|(_, it)| *it != RegressionVerdict::Open)
    }

    /// The worsenings that nobody signed for.
    pub fn open(&self) -> impl Iterator<Item = &Worsening> {
        self.worsened.iter().filter(|(_, it)| *it == RegressionVerdict::Open).map(|(it, _)| it)
    }
}

/// Holds worsenings against the exceptions of now; what one at the base named is used up. `is_bad` says whether a figure's identity
/// still is what an exception allows it to be.
pub fn judge(
    worsened: &[Worsening],
    now: &[Exception],
    before: &[Exception],
    today: &str,
    is_bad: &dyn Fn(&str, &str) -> bool,
) -> Judged {
    let used: BTreeSet<(&str, &str)> = before.iter().flat_map(Exception::pairs).collect();
    let all: HashSet<(&str, &str)> = worsened.iter().map(|it| (it.figure, it.identity.as_str())).collect();
    let has = |figure: &str, identity: &str| all.contains(&(figure, identity));
    let mut res = Judged::default();
    let mut whole: Vec<&Exception> = Vec::new();
    for it in now {
        let mut faults = it.faults(today);
        let pairs: Vec<(&str, &str)> = it.pairs().collect();
        let needed = pairs.iter().any(|(figure, identity)| has(figure, identity) || is_bad(figure, identity));
        if !pairs.is_empty() && !needed {
            faults = vec!["is not used: nothing that it names is worse; delete it".to_owned()];
        } else {
            let wide = pairs.iter().filter(|it| !used.contains(*it) && !has(it.0, it.1));
            faults.extend(wide.map(|(figure, identity)| {
                format!("is too wide: `{identity}` of {figure} has not worsened in this change")
            }));
        }
        if faults.is_empty() {
            whole.push(it);
        }
        res.faults.extend(faults.into_iter().map(|why| (it.path.clone(), why)));
    }
    let mut allowing: HashMap<(&str, &str), &Exception> = HashMap::new();
    for exception in whole {
        for pair in exception.pairs().filter(|it| !used.contains(it)) {
            allowing.entry(pair).or_insert(exception);
        }
    }
    for it in worsened {
        let verdict = match allowing.get(&(it.figure, it.identity.as_str())) {
            Some(exception) => RegressionVerdict::Allowed(exception.path.clone(), exception.signed_off_by.clone()),
            None => RegressionVerdict::Open,
        };
        res.worsened.push((it.clone(), verdict));
    }
    res
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;

    fn exception(path: &str, identity: &str, expires: &str) -> Exception {
        let text = format!(
            "reason = \"it was too slow\"\nsigned_off_by = \"Ann\"\nexpires = {expires}\n[figures]\npython-only = [{identity}]\n\
             [rollback]\nplan = \"revert that commit\"\n"
        );
        Exception::parse(&RelPath::new(path).unwrap(), &text).unwrap().unwrap()
    }

    fn worse(identity: &str) -> Worsening {
        Worsening { figure: "python-only", identity: identity.into(), what: String::new() }
    }

    fn faults(judged: &Judged) -> Vec<&str> {
        judged.faults.iter().map(|(_, it)| it.split(':').next().unwrap()).collect()
    }

    #[test]
    fn an_exception_allows_what_it_names_once_and_until_its_day() {
        let (a, other) = (exception("a.toml", "\"m\"", "2026-05-01"), exception("b.toml", "\"n\"", "2026-05-01"));
        let bad = |_: &str, it: &str| it == "m";
        let judged =
            |now: &[Exception], before: &[Exception], today: &str| judge(&[worse("m")], now, before, today, &bad);
        assert!(judged(from_ref(&a), &[], "2026-05-01").is_fine());
        assert_eq!(judged(&[], &[], "2026-05-01").open().count(), 1);
        assert_eq!(faults(&judged(from_ref(&a), &[], "2026-05-02")), ["expired on 2026-05-01"]);
        assert_eq!(judged(from_ref(&a), &[], "2026-05-02").open().count(), 1);
        // another identity allows nothing here, and is told itself
        let found = judged(from_ref(&other), &[], "2026-04-01");
        assert_eq!((found.open().count(), faults(&found)), (1, vec!["is not used"]));
        let both = exception("c.toml", "\"m\", \"n\"", "2026-05-01");
        assert_eq!(faults(&judged(&[both], &[], "2026-04-01")), ["is too wide"]);
        // one that the base has is used up
        assert_eq!(judged(from_ref(&a), from_ref(&a), "2026-04-01").open().count(), 1);
    }

    #[test]
    fn an_old_exception_stays_as_long_as_it_is_needed() {
        let old = exception("a.toml", "\"m\"", "2026-05-01");
        let judged = |today: &str, bad: bool| judge(&[], from_ref(&old), from_ref(&old), today, &|_, _| bad);
        assert!(judged("2026-04-01", true).is_fine());
        assert_eq!(faults(&judged("2026-05-02", true)), ["expired on 2026-05-01"]);
        assert_eq!(faults(&judged("2026-04-01", false)), ["is not used"]);
    }
}
