//! What is linked into the program on this system: under a licence that `deny.toml` allows, from the registry alone, and nothing that it
//! bans. `cargo deny` looks at other systems too.

use std::{
    collections::{BTreeSet, HashMap},
    process::Command,
};

use serde_json::Value;

use crate::support::book::top;

/// The packages that the program, its build and its tests are made of, as cargo tells them of this system; none without cargo.
fn packages() -> Option<Vec<Value>> {
    let said = Command::new("rustc").arg("-vV").output().ok()?;
    let said = String::from_utf8(said.stdout).unwrap();
    let host = said.lines().find_map(|it| it.strip_prefix("host: ")).unwrap();
    let asked = ["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", host];
    let told = Command::new("cargo").args(asked).current_dir(top()).output().ok()?;
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let of_graph = told["resolve"]["nodes"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap());
    let of_graph: BTreeSet<&str> = of_graph.collect();
    let all = told["packages"].as_array().unwrap().iter();
    Some(all.filter(|it| of_graph.contains(it["id"].as_str().unwrap())).cloned().collect())
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package[key].as_str().unwrap_or_default()
}

/// Whether a licence, or one of those that may be chosen, is allowed.
fn is_allowed(licence: &str, allowed: &[&str]) -> bool {
    let mode = spdx::ParseMode { allow_slash_as_or_operator: true, ..spdx::ParseMode::STRICT };
    spdx::Expression::parse_mode(licence, mode)
        .is_ok_and(|it| it.evaluate(|of| allowed.contains(&of.to_string().as_str())))
}

#[test]
fn what_is_linked_is_allowed_by_the_policy() {
    let Some(packages) = packages() else {
        return eprintln!("skipped: there is no cargo that tells what the program is made of");
    };
    let policy: toml::Value =
        std::fs::read_to_string(top().join("deny.toml")).unwrap().parse().map(toml::Value::Table).unwrap();
    let list = |part: &str, key: &str| policy[part][key].as_array().unwrap().clone();
    let (allowed, banned) = (list("licenses", "allow"), list("bans", "deny"));
    let allowed: Vec<&str> = allowed.iter().map(|it| it.as_str().unwrap()).collect();
    let banned: Vec<&str> = banned.iter().map(|it| it["crate"].as_str().unwrap()).collect();
    assert!(packages.len() > 100 && allowed.len() > 5 && banned.len() > 2, "the policy and the packages were read");
    assert!(is_allowed("MIT/GPL-3.0-only", &allowed) && !is_allowed("MIT AND GPL-3.0-only", &allowed));

    let mut sources: HashMap<&str, Vec<&str>> = HashMap::new();
    for it in &packages {
        let (name, licence) = (text(it, "name"), text(it, "license"));
        assert!(is_allowed(licence, &allowed), "{name}: `{licence}` is not allowed by deny.toml");
        assert!(!banned.contains(&name), "{name} is banned by deny.toml");
        sources.entry(text(it, "source")).or_default().push(name);
    }
    let own = sources.remove("").unwrap_or_default();
    assert_eq!(own, ["molt-sync"], "what comes from no registry");
    let from: Vec<&str> = sources.keys().copied().collect();
    assert!(from.len() == 1 && from[0].starts_with("registry+"), "more than one source: {sources:?}");
}
