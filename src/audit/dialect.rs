//! Which rules of Molt's checker a tree lives by, as the tree's own checker says: by the statuses that it has. It has had
//! others before, between and behind the two dialects, and a tree that is judged by the wrong rules gets wrong states.

use std::collections::BTreeMap;

use super::Status;
use crate::{
    base::{Dialect, FileError, Files, RelPath, Traits},
    python::{Literal, constants},
};

/// What a tree says of its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoken {
    /// These.
    Known(Dialect),
    /// Nothing: there is no checker, or it has no statuses. The dialect is the one that the tree's files look like.
    Silent(Dialect),
    /// Rules that are not known here: why. The dialect is the nearest.
    Unknown(Dialect, String),
}

/// The names of the constants, by the status.
const NAMES: [(&str, Status); 6] = [
    ("STATUS_INTRINSIC", Status::Backed),
    ("STATUS_INTRINSIC_PARTIAL", Status::Partial),
    ("STATUS_INTRINSIC_SUPPORT", Status::Support),
    ("STATUS_POLICY_GATE", Status::PolicyGate),
    ("STATUS_PROBE_ONLY", Status::ProbeOnly),
    ("STATUS_PYTHON_ONLY", Status::PythonOnly),
];

/// Without these, nothing can be judged.
const ALWAYS: [Status; 2] = [Status::Backed, Status::PythonOnly];

impl Spoken {
    /// The dialect to judge by, where one has to.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Known(dialect) | Self::Silent(dialect) | Self::Unknown(dialect, _) => *dialect,
        }
    }
}

/// Whether the tree's checker reads a constant of this name, such as the attestation: that has not been there from the first
/// checker on. A checker that is not there, has no statuses or does nothing says nothing of it, and then it does.
///
/// # Errors
/// When the checker or the module beside the tree is there and cannot be read.
pub fn reads(files: &dyn Files, stdlib: &RelPath, checker: &RelPath, name: &str) -> Result<bool, FileError> {
    let text = |path: &RelPath| match files.text(path) {
        Err(error) if error.is_about_the_file() => Ok(None),
        other => other,
    };
    let Some(main) = text(checker)? else { return Ok(true) };
    let judges = !statuses(&main).is_empty() && main.lines().any(|it| it.trim_start().starts_with("def "));
    let policy = text(&stdlib.parent_file("stdlib_intrinsic_policy.py"))?.unwrap_or_default();
    Ok(!judges || main.contains(name) || policy.contains(name))
}

/// Reads it off the checker, and off the module beside the tree that holds the checker's constants since 2026-06-25.
///
/// # Errors
/// When one of them is there and cannot be read.
pub fn spoken(files: &dyn Files, stdlib: &RelPath, checker: &RelPath) -> Result<Spoken, FileError> {
    let policy_file = stdlib.parent_file("stdlib_intrinsic_policy.py");
    let mut why = None;
    let mut read = |path: &RelPath| match files.text(path).and_then(|text| whole(path, text)) {
        Err(error) if error.is_about_the_file() => {
            why.get_or_insert(error.to_string());
            Ok(Some(String::new()))
        }
        other => other,
    };
    let (text, policy) = (read(checker)?, read(&policy_file)?);
    let looks = if policy.is_some() { Dialect::August } else { Dialect::February };
    // what cannot be read has rules that are not known
    if let Some(why) = why {
        return Ok(Spoken::Unknown(looks, why));
    }
    let found = text.as_deref().map(statuses).unwrap_or_default();
    let (found, place) = if found.is_empty() {
        (policy.as_deref().map(statuses).unwrap_or_default(), &policy_file)
    } else {
        (found, checker)
    };
    if found.is_empty() {
        let says = text.as_deref().is_some_and(|it| it.contains(Status::Backed.word()));
        return Ok(if says {
            Spoken::Unknown(looks, format!("{checker} knows statuses and has no constant STATUS_… for them"))
        } else {
            Spoken::Silent(looks)
        });
    }
    let known = |name: &str| NAMES.iter().find(|(it, _)| *it == name).map(|(_, status)| *status);
    let other: Vec<&str> = found
        .iter()
        .filter(|(name, word)| known(name).is_none_or(|it| it.word() != word.as_str()))
        .map(|(name, _)| name.as_str())
        .collect();
    let gone: Vec<&str> = NAMES
        .iter()
        .filter(|(name, status)| ALWAYS.contains(status) && !found.contains_key(*name))
        .map(|(name, _)| *name)
        .collect();
    if other.is_empty() && gone.is_empty() {
        let says = |word: &str| [&text, &policy].into_iter().flatten().any(|it| it.contains(word));
        return Ok(Spoken::Known(of(&found, &says)));
    }
    let list = |words: &str, names: Vec<&str>| {
        if names.is_empty() { None } else { Some(format!("{words} {}", names.join(", "))) }
    };
    let why: Vec<String> = [list("it has", other), list("it has no", gone)].into_iter().flatten().collect();
    Ok(Spoken::Unknown(looks, format!("{place} has statuses that are not known: {}", why.join(", and "))))
}

/// A text that is Python, as far as that is asked: one with statuses says what it says, and one without could be anything.
fn whole(path: &RelPath, text: Option<String>) -> Result<Option<String>, FileError> {
    let Some(text) = text else { return Ok(None) };
    FileError::unless_merged(path, &text)?;
    if !text.contains("STATUS_")
        && let Err(error) = constants(&text)
    {
        return Err(FileError::unusable(path, &text, format!("it does not parse: {error}")));
    }
    Ok(Some(text))
}

/// The rules of a checker that has these statuses and says some words. All statuses that there are came with the last of the
/// rules, and not one of those two without the rest of its time.
fn of(found: &BTreeMap<String, String>, says: &dyn Fn(&str) -> bool) -> Dialect {
    let has = |status: Status| NAMES.iter().any(|(name, it)| *it == status && found.contains_key(*name));
    if NAMES.iter().all(|(_, it)| has(*it)) {
        return Dialect::August;
    }
    Dialect::of(Traits {
        partial: has(Status::Partial),
        support: has(Status::Support),
        policy_gates: has(Status::PolicyGate),
        probes: has(Status::ProbeOnly),
        gaps: says("STDLIB_GAP"),
        lazy_loads: says("_lazy_intrinsic"),
        keyword_imports: says("_call_target_name"),
        wants_backed: says("must be intrinsic-backed"),
        lenient_start: says("bootstrap modules cannot be python-only"),
    })
}

/// The constants of a file that are statuses, with their words.
fn statuses(text: &str) -> BTreeMap<String, String> {
    if !text.contains("STATUS_") {
        return BTreeMap::new();
    }
    // almost always each is a line of its own, and the file need not be parsed
    let lines = text.lines().filter(|it| it.starts_with("STATUS_"));
    let simple = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let value = value.trim();
        let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
        let word = value[1..].strip_suffix(quote)?;
        let is_plain = word.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
        is_plain.then(|| (name.split(':').next().unwrap_or(name).trim().to_owned(), word.to_owned()))
    };
    if let Some(all) = lines.map(simple).collect::<Option<BTreeMap<String, String>>>() {
        return all;
    }
    let all = constants(text).unwrap_or_default();
    let word = |value: &Literal| value.as_str().map(str::to_owned);
    let named = |name: &&str| name.starts_with("STATUS_");
    all.iter()
        .filter(|(name, _)| named(&name.as_str()))
        .filter_map(|(name, it)| Some((name.clone(), word(&it.value)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit::{Audit, Rules},
        base::Memory,
    };

    const FOUR: &str = "STATUS_INTRINSIC = 'intrinsic-backed'\nSTATUS_INTRINSIC_PARTIAL = 'intrinsic-partial'\nSTATUS_PROBE_ONLY = 'probe-only'\nSTATUS_PYTHON_ONLY = 'python-only'\n";
    const TWO: &str = "STATUS_INTRINSIC_SUPPORT = 'intrinsic-support'\nSTATUS_POLICY_GATE = 'policy-gate'\n";

    fn of(checker: Option<&str>, policy: Option<&str>) -> Spoken {
        let path = |it: &str| RelPath::new(it).unwrap();
        let all = [("tools/check.py", checker), ("src/molt/stdlib_intrinsic_policy.py", policy)];
        let files = all.into_iter().filter_map(|(name, text)| Some((path(name), text?.as_bytes().to_vec())));
        spoken(&Memory(files.collect()), &path("src/molt/stdlib"), &path("tools/check.py")).unwrap()
    }

    #[test]
    fn a_checker_that_judges_and_names_no_attestation_reads_none() {
        let path = |it: &str| RelPath::new(it).unwrap();
        let asks = |checker: Option<&str>, policy: Option<&str>| {
            let all = [("tools/check.py", checker), ("src/molt/stdlib_intrinsic_policy.py", policy)];
            let files = all.into_iter().filter_map(|(name, text)| Some((path(name), text?.as_bytes().to_vec())));
            reads(&Memory(files.collect()), &path("src/molt/stdlib"), &path("tools/check.py"), "ATTESTED").unwrap()
        };
        let judge = format!("{FOUR}def main():\n    return 0\n");
        assert!(!asks(Some(&judge), None) && !asks(Some(&judge), Some("x = 1\n")));
        assert!(asks(Some(&format!("{judge}print(ATTESTED)\n")), None));
        assert!(asks(Some(&judge), Some("ATTESTED = ()\n")));
        assert!(asks(None, None) && asks(Some(FOUR), None) && asks(Some("def main():\n    return 0\n"), None));
    }

    #[test]
    fn what_cannot_be_read_has_no_rules_that_are_known() {
        let path = |it: &str| RelPath::new(it).unwrap();
        for odd in ["tools/check.py", "src/molt/stdlib_intrinsic_policy.py"] {
            let text = |name: &str| if name == odd { b"# \xff".to_vec() } else { FOUR.as_bytes().to_vec() };
            let files = ["tools/check.py", "src/molt/stdlib_intrinsic_policy.py"].map(|it| (path(it), text(it)));
            let found = spoken(&Memory(files.into()), &path("src/molt/stdlib"), &path("tools/check.py")).unwrap();
            assert!(matches!(&found, Spoken::Unknown(_, why) if why.contains(odd)), "{found:?}");
        }
    }

    #[test]
    fn any_of_the_known_statuses_make_a_dialect_with_the_rules_that_the_checker_names() {
        let traits = |checker: &str| match of(Some(checker), None) {
            Spoken::Known(dialect) => (dialect.traits(), Status::of(dialect)),
            other => panic!("{other:?}"),
        };
        let february = Dialect::February.traits();
        let gates = format!("{FOUR}STATUS_POLICY_GATE = 'policy-gate'\n");
        assert_eq!(traits(&gates).0, Traits { policy_gates: true, ..february });
        let five = [Status::Backed, Status::Partial, Status::PolicyGate, Status::ProbeOnly, Status::PythonOnly];
        assert_eq!(traits(&gates).1, five);
        let said = format!("{gates}RE = 'STDLIB_GAP'\ndef _call_target_name(): pass\n");
        assert_eq!(traits(&said).0, Traits { policy_gates: true, gaps: true, keyword_imports: true, ..february });
        let support = format!("{FOUR}STATUS_INTRINSIC_SUPPORT = \"intrinsic-support\"\n_lazy_intrinsic = 1\n");
        assert_eq!(traits(&support).0, Traits { support: true, lazy_loads: true, ..february });
        let three = FOUR.replace("STATUS_INTRINSIC_PARTIAL = 'intrinsic-partial'\n", "");
        assert_eq!(traits(&three).0, Traits { partial: false, ..february });
        assert_eq!(traits(&format!("{FOUR}# STDLIB_GAP\n")).0, Traits { gaps: true, ..february });
        let early = format!("{FOUR}print('lint failed: strict-import roots must be intrinsic-backed')\n");
        assert_eq!(traits(&early).0, Traits { wants_backed: true, ..february });
        let first = format!("{early}print('lint failed: bootstrap modules cannot be python-only')\n");
        assert_eq!(traits(&first).0, Traits { wants_backed: true, lenient_start: true, ..february });
    }

    #[test]
    fn a_tree_is_judged_by_what_its_checker_has() {
        let attested = ["done".to_owned()].into();
        let judged = |traits: Traits, text: &str, name: &str| {
            let root = RelPath::new("s").unwrap();
            let files = Memory([(root.join(&format!("{name}.py")), text.as_bytes().to_vec())].into());
            let rules = Rules { dialect: Dialect::of(traits), attested: &attested, stubs: None, is_early: false };
            Audit::run(&files, &root, rules).unwrap().records[0].status.unwrap()
        };
        let february = Dialect::February.traits();
        let load = "require_intrinsic('molt_x')\n";
        let refuses = "raise ImportError('no')\n";
        assert_eq!(judged(february, refuses, "m"), Status::PythonOnly);
        assert_eq!(judged(Traits { policy_gates: true, ..february }, refuses, "m"), Status::PolicyGate);
        assert_eq!(judged(february, load, "m"), Status::Partial);
        assert_eq!(judged(Traits { partial: false, ..february }, load, "m"), Status::Backed);
        let gap = format!("{load}# STDLIB_GAP(stdlib-compat, owner:a, status:partial): x\n");
        assert_eq!(judged(february, &gap, "done"), Status::Backed);
        assert_eq!(judged(Traits { gaps: true, ..february }, &gap, "done"), Status::Partial);
    }

    #[test]
    fn the_checkers_statuses_say_which_rules_count() {
        let six = format!("{FOUR}{TWO}");
        assert_eq!(of(Some(FOUR), None), Spoken::Known(Dialect::February));
        assert_eq!(of(Some(FOUR), Some("x = 1\n")), Spoken::Known(Dialect::February), "not a file's being there");
        assert_eq!(of(Some("from policy import STATUS_INTRINSIC\n"), Some(&six)), Spoken::Known(Dialect::August));
        assert_eq!(of(Some(&six), None), Spoken::Known(Dialect::August));
        assert_eq!(of(None, None), Spoken::Silent(Dialect::February));
        assert_eq!(of(Some("LINES = []\n"), Some("")), Spoken::Silent(Dialect::August));
        for (checker, words) in [
            (format!("{FOUR}STATUS_NEW = 'new'\n"), "it has STATUS_NEW"),
            (FOUR.replace("STATUS_PYTHON_ONLY", "STATUS_PYTHON"), "it has no STATUS_PYTHON_ONLY"),
            (format!("{FOUR}STATUS_POLICY_GATE = 'gate'\n"), "it has STATUS_POLICY_GATE"),
            (FOUR.replace("'probe-only'", "'probe'"), "it has STATUS_PROBE_ONLY"),
            (
                FOUR.replace("STATUS_INTRINSIC =", "STATUS_NATIVE ="),
                "it has STATUS_NATIVE, and it has no STATUS_INTRINSIC",
            ),
            ("def f():\n    return 'intrinsic-backed'\n".to_owned(), "no constant STATUS_"),
        ] {
            let Spoken::Unknown(_, why) = of(Some(&checker), None) else { panic!("{checker}") };
            assert!(why.contains(words), "{why}");
        }
    }
}
