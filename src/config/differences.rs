//! Where two versions of the settings differ in what decides what is judged.

use super::{Config, Paths};
use crate::{docs::DocsOptions, gates::Policy};

/// The keys of what decides what is judged that differ, as `paths.stdlib`. Of a table that holds many, the table.
pub fn differences(a: &Config, b: &Config) -> Vec<String> {
    // where releases come from decides whether names can be counted, and nothing else
    let is_counted = [a, b].iter().any(|it| it.surface.max_missing.is_some());
    let (a, b) = (values(a), values(b));
    let keys = a.into_iter().zip(b).filter(|(a, b)| a != b).map(|((key, _), _)| key);
    keys.filter(|key| is_counted || key != "mirror").collect()
}

/// Each key with its value in some form that is the same for the same value. A new key has to be named here.
fn values(config: &Config) -> Vec<(String, String)> {
    let Config {
        paths,
        audit,
        gates,
        acceptance,
        surface,
        docs,
        releases_from,
        feeds: _,
        watch: _,
        external: _,
        differential: _,
        lanes: _,
    } = config;
    let mut res: Vec<(String, String)> = of_paths(paths);
    res.push(("audit.dialect".into(), format!("{:?}", audit.dialect)));
    let Policy {
        strict_roots,
        bootstrap_modules,
        critical_roots,
        pass_fallback_modules,
        exempt_prefixes,
        allowed_policy_gates,
        core_lane_statuses,
        queues,
    } = gates;
    let lists = [
        ("strict-roots", strict_roots),
        ("bootstrap-modules", bootstrap_modules),
        ("pass-fallback-modules", pass_fallback_modules),
        ("exempt-prefixes", exempt_prefixes),
        ("allowed-policy-gates", allowed_policy_gates),
        ("core-lane-statuses", core_lane_statuses),
    ];
    res.extend(lists.map(|(key, list)| (format!("gates.{key}"), format!("{list:?}"))));
    res.push(("gates.critical-roots".into(), format!("{critical_roots:?}")));
    res.push(("gates.queues".into(), format!("{queues:?}")));
    res.push(("acceptance".into(), format!("{acceptance:?}")));
    res.push(("surface.max_missing".into(), format!("{:?}", surface.max_missing)));
    res.push(("mirror".into(), format!("{releases_from:?}")));
    res.extend(of_docs(docs));
    res
}

fn of_paths(paths: &Paths) -> Vec<(String, String)> {
    let templates = [("stub_templates", &paths.stub_templates), ("doc_templates", &paths.doc_templates)];
    let templates = templates.map(|(key, path)| (key, path.clone()));
    paths.roles().into_iter().chain(templates).map(|(key, path)| (format!("paths.{key}"), path.to_string())).collect()
}

fn of_docs(docs: &DocsOptions) -> Vec<(String, String)> {
    let DocsOptions {
        roots,
        archival,
        manuals,
        bindings,
        page,
        defaults,
        floors,
        facts,
        invariants,
        blocks,
        files,
        waivers,
        dropped,
        absent,
        landed_since,
        lexicon: _,
    } = docs;
    let all: [(&str, &dyn std::fmt::Debug); 15] = [
        ("roots", roots),
        ("archival", archival),
        ("manuals", manuals),
        ("bindings", bindings),
        ("page", page),
        ("defaults", defaults),
        ("floors", floors),
        ("facts", facts),
        ("invariant", invariants),
        ("blocks", blocks),
        ("files", files),
        ("waiver", waivers),
        ("dropped", dropped),
        ("absent", absent),
        ("landed-since", landed_since),
    ];
    all.map(|(key, value)| (format!("docs.{key}"), format!("{value:?}"))).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_decides_what_is_judged_is_told() {
        let plain = Config::default();
        for (text, keys) in [
            ("", &[][..]),
            ("mirror = \"https://example.org\"\n[paths]\nstdlib = \"src/molt/stdlib\"\n", &[]),
            ("mirror = \"x\"\n[surface]\nmax_missing = 1\n", &["surface.max_missing", "mirror"]),
            ("[surface]\nmax_missing = 1\n", &["surface.max_missing"]),
            ("[paths]\nratchet = \"b.json\"\nexceptions = \"x\"\n", &["paths.ratchet", "paths.exceptions"]),
            (
                "[paths]\nstub_templates = \"x\"\n[audit]\ndialect = \"2026-08\"\n",
                &["paths.stub_templates", "audit.dialect"],
            ),
            ("[gates]\nqueues = []\nexempt-prefixes = [\"a\"]\n", &["gates.exempt-prefixes", "gates.queues"]),
            ("[docs]\nroots = [\"*.md\"]\ndefaults = false\n", &["docs.roots", "docs.defaults"]),
            ("[[docs.waiver]]\nclaim = \"*\"\nwhy = \"x\"\n", &["docs.waiver"]),
        ] {
            let other = Config::parse(text).unwrap();
            assert_eq!(differences(&plain, &other), keys, "{text}");
            assert!(differences(&other, &other).is_empty());
        }
    }
}
