//! The report as JSON: the keys of the report that Molt's checker writes, and ours.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Map, Value, json};

use super::{GateReport, GateRow, ShownFinding};
use crate::{
    audit::{Record, Status},
    gates::counted,
    report::{each::Each, envelope::json_document},
    stdlib::ROOT_MODULE,
};

impl GateReport<'_> {
    /// The report as one document, keys sorted.
    pub fn json(&self) -> String {
        json_document(&self.document())
    }

    /// The same as a value.
    pub fn value(&self) -> Value {
        serde_json::to_value(self.document()).unwrap_or(Value::Null)
    }

    fn document(&self) -> GatesEnvelope<'_> {
        let mut rest = Map::new();
        self.own(&mut rest);
        self.modules(&mut rest);
        self.violations(&mut rest);
        self.names(&mut rest);
        GatesEnvelope { report: self, rest }
    }

    fn own(&self, res: &mut Map<String, Value>) {
        let audit = &self.facts.inputs.audit;
        let molt = self.molt.as_ref().map(|(gate, line)| json!({ "gate": gate.id, "first_line": line }));
        put(res, "schema", 1);
        put(res, "dialect", audit.dialect.word());
        put(res, "passed", self.failing() == 0);
        // in their place in the order; what they found is written piece by piece
        put(res, GATES, ());
        put(res, "not_judged_parts", &self.unjudged);
        put(res, "molt", molt);
        put(res, "base", &self.base);
        put(res, "settings_differ", &self.settings);
        put(
            res,
            "intrinsic_partial_stubs",
            names(audit.records.iter().filter(|it| is(it, Status::Partial) && it.is_stub)),
        );
        put(
            res,
            "intrinsic_partial_in_work",
            names(audit.records.iter().filter(|it| is(it, Status::Partial) && !it.is_stub)),
        );
    }

    fn modules(&self, res: &mut Map<String, Value>) {
        let inputs = self.facts.inputs;
        let audit = &inputs.audit;
        let counts: BTreeMap<_, _> = audit.counts().into_iter().map(|(status, count)| (status.word(), count)).collect();
        let module = |it: &Record| {
            let loads: Vec<&str> =
                it.said().map_or(Vec::new(), |said| said.loads.iter().map(|(name, _)| &**name).collect());
            json!({
                "module": it.name,
                "path": it.path,
                "status": it.status.map(Status::word),
                "intrinsics": loads,
                "stub": it.is_stub,
            })
        };
        put(res, "status_counts", counts);
        put(res, "modules", audit.records.iter().map(module).collect::<Vec<_>>());
        let with = |status| names(audit.records.iter().filter(move |it| is(it, status)));
        put(res, "probe_only_modules", with(Status::ProbeOnly));
        put(res, "python_only_modules", with(Status::PythonOnly));
        put(res, "intrinsic_partial_modules", with(Status::Partial));
        if audit.dialect.traits().support {
            put(res, "intrinsic_support_modules", with(Status::Support));
        }
        if audit.dialect.traits().policy_gates {
            let allowed = self.facts.allowed_policy_gates();
            let unknown: Vec<_> =
                with(Status::PolicyGate).into_iter().filter(|it| !allowed.iter().any(|name| name == it)).collect();
            put(res, "allowed_policy_gate_modules", allowed);
            put(res, "unknown_policy_gate_modules", unknown);
        }
        put(res, "intrinsic_partial_budget", inputs.ratchet.as_ref().ok().map(|it| it.budget));
        let attestation = inputs.attestation.as_ref().ok();
        put(res, "fully_covered_modules", attestation.map(|it| &it.modules));
        put(res, "full_coverage_required_intrinsics", attestation.map(|it| &it.contracts));
    }

    fn violations(&self, res: &mut Map<String, Value>) {
        let records = &self.facts.inputs.audit.records;
        let fallbacks = |wanted: &dyn Fn(&Record) -> bool| -> Vec<Value> {
            let found = records.iter().filter(|it| wanted(it)).map(|it| (it, counted(it)));
            let found = found.filter(|(_, it)| !it.is_empty());
            found.map(|(it, errors)| json!({ "module": it.name, "errors": errors.iter().map(|it| it.message).collect::<Vec<_>>() })).collect()
        };
        put(res, "all_fallback_violations", fallbacks(&|_| true));
        put(res, "intrinsic_backed_fallback_violations", fallbacks(&|it| is(it, Status::Backed)));
        put(res, "strict_fallback_violations", self.by_module("strict-fallback"));
        put(res, "intrinsic_runtime_fallback_violations", self.by_module("pass-fallback"));
        put(res, "intrinsic_pass_fallback_modules", &self.facts.policy.pass_fallback_modules);
        let status = |it: &ShownFinding| {
            let module = it.finding.module.as_deref().unwrap_or("");
            let record = self.facts.inputs.audit.get(module).and_then(|it| it.status);
            record.map(Status::word)
        };
        let each =
            |gate: &str, row: &dyn Fn(&ShownFinding) -> Value| -> Vec<Value> { self.shown(gate).map(row).collect() };
        put(
            res,
            "strict_import_violations",
            each("strict-imports", &|it| json!({ "module": it.finding.module, "imports": it.finding.related })),
        );
        put(
            res,
            "dependency_violations",
            each(
                "python-only-imports",
                &|it| json!({ "module": it.finding.module, "status": status(it), "imports": it.finding.related }),
            ),
        );
        put(
            res,
            "bootstrap_closure_violations",
            each("bootstrap-closure", &|it| json!({ "module": it.finding.module, "status": status(it) })),
        );
        let (present, missing): (Vec<_>, Vec<_>) =
            self.facts.policy.strict_roots.iter().partition(|it| self.facts.inputs.layout.names.contains_key(*it));
        put(res, "bootstrap_roots_present", present);
        put(res, "bootstrap_roots_missing", missing);
    }

    fn names(&self, res: &mut Map<String, Value>) {
        let required = &self.facts.inputs.required;
        put(res, "required_top_level_modules", &required.top_level);
        put(res, "required_top_level_packages", &required.packages);
        put(res, "required_submodules", &required.submodules);
        put(res, "required_subpackages", &required.subpackages);
        for (key, gate) in [
            ("missing_top_level_modules", "top-level-coverage"),
            ("missing_submodules", "submodule-coverage"),
            ("top_level_package_kind_mismatches", "package-kind"),
            ("subpackage_kind_mismatches", "subpackage-kind"),
            ("top_level_collisions", "top-level-collision"),
            ("submodule_collisions", "submodule-collision"),
        ] {
            put(res, key, self.shown(gate).filter_map(|it| it.finding.module.as_deref()).collect::<Vec<_>>());
        }
    }

    /// A gate's findings, chosen or not: Molt's keys say what is the case.
    fn shown<'s>(&'s self, gate: &str) -> impl Iterator<Item = &'s ShownFinding> {
        let row = self.rows.iter().find(|it| it.gate.id == gate);
        row.into_iter().flat_map(|it| &it.findings)
    }

    /// A gate's findings, put together by module.
    fn by_module(&self, gate: &str) -> Vec<Value> {
        let mut modules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for it in self.shown(gate) {
            modules.entry(it.finding.module.as_deref().unwrap_or(ROOT_MODULE)).or_default().push(&it.finding.message);
        }
        modules.into_iter().map(|(module, errors)| json!({ "module": module, "errors": errors })).collect()
    }
}

/// The key of the gates.
const GATES: &str = "gates";

/// The whole, its keys sorted.
struct GatesEnvelope<'a> {
    report: &'a GateReport<'a>,
    /// Everything but what the gates found.
    rest: Map<String, Value>,
}

impl Serialize for GatesEnvelope<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.rest.len()))?;
        for (key, value) in &self.rest {
            if key == GATES {
                map.serialize_entry(key, &Each(|| self.report.chosen().map(|it| self.report.gate(it))))?;
            } else {
                map.serialize_entry(key, value)?;
            }
        }
        map.end()
    }
}

/// One gate, its keys sorted.
#[derive(Serialize)]
struct One<'a, F> {
    findings: F,
    id: &'a str,
    not_judged: &'a Option<String>,
    not_negotiable: bool,
    repair: &'a str,
    state: &'static str,
    title: &'a str,
    why: &'a str,
}

impl GateReport<'_> {
    fn gate<'r>(&self, row: &'r GateRow) -> impl Serialize + use<'r> {
        let failing = row.findings.iter().filter(|it| self.counts(it)).count();
        let state = match &row.not_judged {
            Some(_) => "not-judged",
            None if failing > 0 => "failed",
            None => "passed",
        };
        One {
            findings: Each(|| row.findings.iter().map(finding)),
            id: row.gate.id,
            not_judged: &row.not_judged,
            not_negotiable: row.gate.is_hard,
            repair: row.gate.repair,
            state,
            title: row.gate.title,
            why: row.gate.why,
        }
    }
}

fn finding(shown: &ShownFinding) -> Value {
    json!({
        "module": shown.finding.module,
        "path": shown.finding.path,
        "line": shown.located.line,
        "column": shown.located.column,
        "message": shown.finding.message,
        "related": shown.finding.related,
        "new": shown.is_new,
        "fingerprint": shown.fingerprint,
    })
}

fn is(record: &Record, status: Status) -> bool {
    record.status == Some(status)
}

fn names<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<&'a str> {
    records.map(|it| it.name.as_str()).collect()
}

fn put(res: &mut Map<String, Value>, key: &str, value: impl serde::Serialize) {
    // everything here is a list, a text, a number or nothing
    res.insert(key.to_owned(), serde_json::to_value(value).unwrap_or(Value::Null));
}
