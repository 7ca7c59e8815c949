//! The page of all facts: what each says, where it comes from, how to see it, and which documents cite it.

use std::collections::{BTreeMap, HashSet};

use super::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    fact::Facts,
    links::anchor,
};
use crate::base::RelPath;

/// The page as Markdown, without its stamp. Facts about single modules are on it only where a document cites them.
pub fn page(facts: &Facts, claims: &[Claim], path: &RelPath) -> String {
    let mut cited: BTreeMap<&str, BTreeMap<&RelPath, usize>> = BTreeMap::new();
    // what is lost, or is missing beside a value, states nothing
    for claim in claims.iter().filter(|it| it.path != *path && !it.stated.is_empty()) {
        for fact in &claim.facts {
            *cited.entry(fact).or_default().entry(&claim.path).or_default() += 1;
        }
    }
    let mut out = "# Facts\n\nWhat documents may state, and where it comes from. The page is generated.\n".to_owned();
    for fact in facts.iter() {
        let places = cited.get(fact.id.as_str());
        if fact.id.starts_with("module.") && places.is_none() {
            continue;
        }
        let heading = anchor(&fact.id).replace('-', " ");
        // the anchor of the heading is the id with dashes; words that have one keep it
        let heading = if fact.id.contains('-') { fact.id.replace('.', " ") } else { heading };
        let value = fact.value.to_string();
        let value = if value.contains('`') { value } else { format!("`{value}`") };
        out += &format!(
            "\n## {heading}\n\n- value: {value}\n- source: {} ({})\n- command: `{}`\n",
            fact.source, fact.derivation, fact.command
        );
        if let Some(places) = places {
            let words: Vec<String> = places.iter().map(|(path, count)| format!("{path} ({count})")).collect();
            out += &format!("- cited in: {}\n", words.join(", "));
        }
    }
    out
}

/// The facts that no document cites, but those of single modules, gates and files.
pub fn uncited(facts: &Facts, claims: &[Claim], page: &RelPath) -> Vec<Claim> {
    let elsewhere = claims.iter().filter(|it| it.path != *page);
    let cited: HashSet<&str> = elsewhere.flat_map(|it| &it.facts).map(String::as_str).collect();
    let is_cited = |id: &str| cited.contains(id);
    let is_one = |id: &str| ["module.", "gate.", "path."].iter().any(|it| id.starts_with(it));
    let wanted = facts.iter().filter(|it| !is_one(&it.id) && !is_cited(&it.id));
    wanted
        .map(|it| {
            let mut claim = Claim::about(
                ClaimKind::Document,
                page,
                ClaimState::Lost,
                Code::Uncited,
                format!("{} is {}", it.id, it.value),
            );
            claim.facts = vec![it.id.clone()];
            claim
        })
        .collect()
}
