//! Whether recorded names can be imported by a live interpreter, and which names it has that no record has: the query for the
//! files sees neither what C code makes nor what an import needs.
//!
//! The interpreter imports every recorded name, in one process of its own whose output nobody sees. Left out is what does
//! more than define names when it is imported.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    baseline::Baseline,
    facts::{ReleaseFacts, test_reason},
    interpreter::{Answer, Explained},
};

/// Opens a browser, prints, or opens windows when it is imported; and what a package runs as a program.
const NOT_IMPORTED: [&str; 5] = ["antigravity", "idlelib", "this", "turtledemo", "__main__"];

/// Modules that stop for want of a function that only these platforms have, and not of a module.
const NEEDS: [(&str, &str); 2] = [("encodings.mbcs", "win32"), ("encodings.oem", "win32")];

/// Modules that no build can import: this one asks for a package `pgen2`, which is only there below `lib2to3`.
const BROKEN: [&str; 1] = ["lib2to3.pgen2.conv"];

const PROGRAM: &str = r#"
import json, os, sys, warnings
answer = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
os.dup2(1, 2)
warnings.simplefilter("ignore")
failed = {}
for name in wanted:
    try:
        __import__(name)
    except BaseException as error:
        missing = getattr(error, "name", None)
        failed[name] = {
            "error": type(error).__name__,
            "missing": missing if isinstance(missing, str) else None,
        }
made = {}
for name in list(sys.modules):
    parts = name.split(".")
    if len(parts) > 1 and parts[0] in sys.stdlib_module_names:
        made[name] = ".".join(parts[:-1])
print(json.dumps({"failed": failed, "made": made}, sort_keys=True), file=answer, flush=True)
os._exit(0)
"#;

/// What the interpreter answers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probed {
    /// Names that could not be imported.
    pub failed: BTreeMap<String, Stopped>,
    /// Dotted names that are in `sys.modules` afterwards, each with what it is below.
    pub made: BTreeMap<String, String>,
}

/// Why an import stopped.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stopped {
    /// The class of the exception.
    pub error: String,
    /// The module that was not found, or that lacked something.
    pub missing: Option<String>,
}

/// The program for the interpreter that gave `answer`, and the names that it does not import.
pub fn probe(baseline: &Baseline, answer: &Answer) -> (String, Vec<String>) {
    let names = baseline.facts.modules.keys();
    let (left_out, wanted): (Vec<&String>, Vec<&String>) = names.partition(|it| is_left_out(it));
    let wanted: Vec<&&String> = wanted.iter().filter(|name| !answer.absent.contains(**name)).collect();
    // names are identifiers and dots
    let list: String = wanted.iter().map(|name| format!("{name:?}, ")).collect();
    (format!("wanted = [{list}]\n{PROGRAM}"), left_out.into_iter().cloned().collect())
}

fn is_left_out(name: &str) -> bool {
    name.split('.').any(|it| NOT_IMPORTED.contains(&it))
}

/// What is not importable or not recorded, without what `known` says already.
pub fn explain_probe(baseline: &Baseline, answer: &Answer, probed: &Probed, known: &[Explained]) -> Vec<Explained> {
    let recorded = &baseline.facts;
    let known: BTreeSet<&str> = known.iter().map(|it| it.name.as_str()).collect();
    let failed = probed.failed.iter().map(|(name, stopped)| Explained {
        name: name.clone(),
        difference: format!("recorded and not importable ({}{})", stopped.error, about(stopped)),
        because: because(recorded, answer, probed, name, stopped),
    });
    let made = probed.made.iter().filter(|(name, _)| !is_recorded(recorded, name)).map(|(name, below)| Explained {
        name: name.clone(),
        difference: format!("importable after {below} and not recorded"),
        because: super::history::explains(name, recorded.release.unwrap_or(answer.release), answer.release),
    });
    failed.chain(made).filter(|it| !known.contains(it.name.as_str())).collect()
}

fn is_recorded(recorded: &ReleaseFacts, name: &str) -> bool {
    recorded.modules.contains_key(name)
        || recorded.test_only.contains_key(name)
        || test_reason(name).is_some()
        || is_left_out(name)
}

fn about(stopped: &Stopped) -> String {
    stopped.missing.as_ref().map_or_else(String::new, |it| format!(" about {it}"))
}

/// Something that the name needs, as far as that is another module, is not there and is known not to have to be.
fn because(recorded: &ReleaseFacts, answer: &Answer, probed: &Probed, name: &str, stopped: &Stopped) -> Option<String> {
    let elsewhere = |name: &str| {
        let platforms = &recorded.modules.get(name)?.platforms;
        let is_here = platforms.is_empty() || platforms.contains(&answer.platform);
        (!is_here).then(|| format!("platform-only: {}, and this is {}", platforms.join(", "), answer.platform))
    };
    let top = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
    if let Some(reason) = elsewhere(name).or_else(|| elsewhere(&top(name))) {
        return Some(reason);
    }
    if let Some((_, platform)) = NEEDS.iter().find(|(it, platform)| *it == name && *platform != answer.platform) {
        return Some(format!("it needs what only {platform} has"));
    }
    if BROKEN.contains(&name) {
        return Some("no build of CPython can import it".into());
    }
    let missing = stopped.missing.as_deref().filter(|it| *it != name)?;
    if let Some(reason) = elsewhere(missing) {
        return Some(format!("it needs {missing}, which is {reason}"));
    }
    let is_absent = answer.absent.contains(missing) || answer.absent.contains(&top(missing));
    (is_absent || probed.failed.contains_key(missing)).then(|| format!("it needs {missing}, which is not there"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stdlib::bundled_series;

    #[test]
    fn names_are_found_in_both_directions_and_reasons_are_needed() {
        let baseline = bundled_series("3.13".parse().unwrap()).unwrap();
        let answer: Answer = serde_json::from_str(
            r#"{"release":"3.13.5","platform":"linux","top_level":[],"files":[],"absent":["_gdbm","nt"],"aliases":{}}"#,
        )
        .unwrap();
        let (program, left_out) = probe(&baseline, &answer);
        assert!(
            program.contains("\"pyexpat.errors\", ") && !program.contains("\"_gdbm\"") && !program.contains("idlelib")
        );
        assert!(left_out.contains(&"this".to_owned()) && left_out.contains(&"asyncio.__main__".to_owned()));
        let probed: Probed = serde_json::from_str(
            r#"{"failed":{
                "json.decoder":{"error":"ValueError","missing":null},
                "json.tool":{"error":"ModuleNotFoundError","missing":"nosuch"},
                "dbm.gnu":{"error":"ModuleNotFoundError","missing":"_gdbm"},
                "encodings.mbcs":{"error":"ImportError","missing":"codecs"},
                "asyncio.windows_events":{"error":"ImportError","missing":null},
                "lib2to3.pgen2.conv":{"error":"ModuleNotFoundError","missing":"pgen2"},
                "known":{"error":"ImportError","missing":null}
            },"made":{"os.path":"os","pyexpat.errors":"pyexpat","json.born":"json","test.made":"test","idlelib.made":"idlelib"}}"#,
        )
        .unwrap();
        let known = [Explained { name: "known".into(), difference: String::new(), because: None }];
        let found = explain_probe(&baseline, &answer, &probed, &known);
        let said: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.because.is_some())).collect();
        assert_eq!(
            said,
            [
                ("asyncio.windows_events", true),
                ("dbm.gnu", true),
                ("encodings.mbcs", true),
                ("json.decoder", false),
                ("json.tool", false),
                ("lib2to3.pgen2.conv", true),
                ("json.born", false),
            ]
        );
    }
}
