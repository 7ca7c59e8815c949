//! Rules over facts: parts add up to their total, a budget is not below what it bounds and never rises. While one does not
//! hold, no document is written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    fact::{Facts, Value},
};
use crate::base::{
    RelPath,
    template::{self, ExpressionMeter},
};

/// A rule of the workspace's own.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Invariant {
    /// An expression over the facts, `stdlib.total == sum([...])`, or `nonincreasing(ID)`.
    pub expr: String,
    /// Why it has to hold.
    #[serde(default)]
    pub why: String,
    /// Where its expression stands in the settings, in bytes.
    #[serde(skip)]
    pub at: usize,
    /// The same as a line, one-based; zero where it is not known.
    #[serde(skip)]
    pub line: usize,
}

impl Invariant {
    /// The facts that it names, or that begin with what it names.
    fn facts(&self, facts: &Facts) -> Vec<String> {
        let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | '-');
        let names: Vec<String> = self.expr.split(|it| !is_part(it)).map(|it| it.replace('_', "-")).collect();
        let named = |id: &str| {
            let id = id.replace('_', "-");
            names.iter().any(|it| *it == id || (it.contains('.') && id.starts_with(&format!("{it}."))))
        };
        facts.iter().filter(|it| !it.id.starts_with("module.") && named(&it.id)).map(|it| it.id.clone()).collect()
    }

    /// The fact that must not rise, where that is the rule.
    pub fn nonincreasing(&self) -> Option<&str> {
        let id = self.expr.trim().strip_prefix("nonincreasing(")?.strip_suffix(')')?.trim();
        id.bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it))
            .then_some(id)
            .filter(|it| !it.is_empty())
    }
}

/// That the budget does not rise.
const NO_RAISE: &str = "nonincreasing(ratchet.max)";
/// That it is kept.
const WITHIN: &str = "stdlib.intrinsic-partial <= ratchet.max";
/// The rule of the counts.
const SUM: &str = "stdlib.total is the sum of its parts";

/// The rules that do not hold, as claims about `file`. `base` are the facts of the revision that this one is compared with, and the
/// budget that sign-offs allow since then, where it rose.
pub fn broken(facts: &Facts, own: &[Invariant], base: Option<(&Facts, Option<u64>)>, file: &RelPath) -> Vec<Claim> {
    let mut res = Vec::new();
    let mut add = |rule: &str, code: Code, why: String, sources: Vec<String>| {
        // the file that can be repaired
        let source = |id: &String| RelPath::new(facts.get(id)?.source.as_str()).ok();
        let path = sources.iter().find_map(source);
        let mut claim = Claim::new(ClaimKind::Invariant, path.as_ref().unwrap_or(file), 0..0, "");
        rule.clone_into(&mut claim.binding);
        claim.facts = sources;
        let mut claim = claim.wrong(ClaimState::Broken, code, why);
        match rule {
            NO_RAISE => claim.repair = "lower the budget again, or sign for the raise: `molt-sync ratchet check --base REF` says in which form".into(),
            WITHIN => claim.repair = "finish a module, or take the new ones back; `molt-sync gates --only intrinsic-partial-ratchet` says what else there is".into(),
            _ => {}
        }
        res.push(claim);
    };
    let int = |id: &str| match facts.get(id)?.value {
        Value::Int(it) => Some(it),
        _ => None,
    };
    let words =
        ["intrinsic-backed", "intrinsic-partial", "intrinsic-support", "policy-gate", "probe-only", "python-only"];
    let parts: Vec<String> = words.iter().map(|it| format!("stdlib.{it}")).filter(|it| int(it).is_some()).collect();
    // where the states of the modules are not known, their counts are not zero
    if int("stdlib.total").is_some() && parts.is_empty() {
        let why = "whether it holds is not known, because the states of the modules are not";
        add(SUM, Code::Source, why.into(), vec!["stdlib.total".into()]);
    } else if let Some(total) = int("stdlib.total") {
        let sum: i64 =
            parts.iter().filter_map(|it| int(it)).sum::<i64>() + int("stdlib.unreadable").unwrap_or_default();
        if sum != total {
            add(
                SUM,
                Code::Invariant,
                format!("the parts are {sum} and the total is {total}"),
                std::iter::once("stdlib.total".to_owned()).chain(parts).collect(),
            );
        }
    }
    if let (Some(partial), Some(max)) = (int("stdlib.intrinsic-partial"), int("ratchet.max"))
        && partial > max
    {
        let why = format!("{partial} modules are intrinsic-partial and the budget is {max}");
        let sources = vec!["ratchet.max".into(), "stdlib.intrinsic-partial".into(), "ratchet.slack".into()];
        add(WITHIN, Code::Invariant, why, sources);
    }
    let rising = |id: &str| -> Option<String> {
        let (before, now) = (base?.0.get(id)?, facts.get(id)?);
        match (&before.value, &now.value) {
            (Value::Int(before), Value::Int(now)) if now > before => {
                Some(format!("{id} was {before} at the base and is {now}"))
            }
            _ => None,
        }
    };
    let is_signed = || {
        let signed = base.and_then(|(_, signed)| signed).and_then(|it| i64::try_from(it).ok());
        signed.zip(int("ratchet.max")).is_some_and(|(signed, max)| max <= signed)
    };
    if let Some(why) = rising("ratchet.max").filter(|_| !is_signed()) {
        add(NO_RAISE, Code::Invariant, why, vec!["ratchet.max".into()]);
    }
    let meter = ExpressionMeter::default();
    let tables = if own.is_empty() { serde_json::Value::Null } else { facts.tables() };
    for rule in own {
        // a rule that cannot be judged neither holds nor is broken
        let found = match rule.nonincreasing() {
            Some(id) => match facts.get(id).map(|it| &it.value) {
                None => Err(format!("there is no fact `{id}`")),
                Some(Value::Int(_)) => Ok(rising(id).filter(|_| id != "ratchet.max" || !is_signed())),
                Some(_) => Err(format!("`{id}` is not a number, and only a number rises")),
            },
            None => template::holds(&rule.expr, &tables, &meter)
                .map(|holds| (!holds).then(|| "it does not hold".to_owned())),
        };
        let (code, mut why) = match found {
            Ok(None) => continue,
            Ok(Some(why)) => (Code::Invariant, why),
            Err(why) => (Code::Unusable, why),
        };
        if !rule.why.is_empty() {
            why += &format!(" ({})", rule.why);
        }
        // a rule of the workspace's own stands in its settings
        let mut claim = Claim::new(ClaimKind::Invariant, file, 0..0, "");
        claim.line = rule.line.max(1);
        claim.binding.clone_from(&rule.expr);
        claim.facts = rule.facts(facts);
        res.push(claim.wrong(ClaimState::Broken, code, why));
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::fact::Fact;

    fn facts(pairs: &[(&str, i64)]) -> Facts {
        let mut facts = Facts::default();
        for (id, value) in pairs {
            facts.add(Fact::new(*id, Value::Int(*value), "x", "y"));
        }
        facts
    }

    #[test]
    fn a_rule_that_does_not_hold_is_found() {
        let file = RelPath::new("molt-sync.toml").unwrap();
        let good =
            [("stdlib.total", 3), ("stdlib.intrinsic-backed", 1), ("stdlib.intrinsic-partial", 2), ("ratchet.max", 2)];
        let rules = |expr: &str| vec![Invariant { expr: expr.into(), why: "because".into(), at: 0, line: 7 }];
        let found = |pairs: &[(&str, i64)], own: &str, base: Option<&Facts>| -> Vec<String> {
            let own = if own.is_empty() { Vec::new() } else { rules(own) };
            broken(&facts(pairs), &own, base.map(|it| (it, None)), &file)
                .into_iter()
                .map(|it| it.why.join(" "))
                .collect()
        };
        assert_eq!(found(&good, "stdlib.total == 3", None), [""; 0]);
        let mut bad = good;
        bad[0].1 = 4;
        assert_eq!(found(&bad, "", None), ["the parts are 3 and the total is 4"]);
        bad = good;
        bad[3].1 = 1;
        assert_eq!(found(&bad, "", None), ["2 modules are intrinsic-partial and the budget is 1"]);
        let base = facts(&[("ratchet.max", 1)]);
        assert_eq!(found(&good, "", Some(&base)), ["ratchet.max was 1 at the base and is 2"]);
        let signed = |upto: u64| broken(&facts(&good), &[], Some((&base, Some(upto))), &file).len();
        assert_eq!([1, 2, 3].map(signed), [1, 0, 0]);
        let own = rules("nonincreasing(ratchet.max)");
        let signed = |upto: u64| broken(&facts(&good), &own, Some((&base, Some(upto))), &file).len();
        assert_eq!([1, 2].map(signed), [2, 0], "a rule of the workspace's own, too");
        assert_eq!(found(&good, "stdlib.total == 4", None), ["it does not hold (because)"]);
        assert_eq!(found(&good, "nonincreasing(x.y)", None), ["there is no fact `x.y` (because)"]);
        assert_eq!(found(&good, "stdlib.totl == 3", None).len(), 1);
        // what is not known is not zero
        let unknown = broken(&facts(&[("stdlib.total", 3), ("ratchet.max", 2)]), &[], None, &file);
        let unknown: Vec<_> = unknown.iter().map(|it| (it.code, it.why.join(" "))).collect();
        let why = "whether it holds is not known, because the states of the modules are not";
        assert_eq!(unknown, [(Some(Code::Source), why.to_owned())]);
        assert_eq!(found(&good, "1 + 1", None), ["it gives 2, which is not true or false (because)"]);
    }
}
