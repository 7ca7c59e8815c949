//! The gates and their findings, for any reader.

use crate::{
    audit::Status,
    base::{Files, Sha256},
    gates::{
        Finding, Gate, GateFacts, GateOutcome, KnownFindings, Located, Mode, first_in_molt, locate, numbered, run,
    },
};

/// One run of the gates.
pub struct GateReport<'a> {
    /// What was judged.
    pub facts: &'a GateFacts<'a>,
    /// Every gate, in order.
    pub rows: Vec<GateRow>,
    /// Where Molt's checker would have stopped, and its first line.
    pub molt: Option<(&'static Gate, Option<String>)>,
    /// The revision that findings are compared with.
    pub base: Option<String>,
    /// Whether only new findings fail.
    pub new_only: bool,
    /// What no gate looked at, a sentence each.
    pub unjudged: Vec<String>,
    /// The settings that decide what is judged and that the base has otherwise.
    pub settings: Vec<String>,
}

/// One gate.
pub struct GateRow {
    /// Which.
    pub gate: &'static Gate,
    /// Why it was not judged, where it was not.
    pub not_judged: Option<String>,
    /// Whether the base was judged by it; none without a base.
    pub(super) was_judged: Option<bool>,
    /// Its findings.
    pub findings: Vec<ShownFinding>,
    /// Whether it is shown and counts. The keys of Molt's report are complete whatever was chosen.
    pub is_chosen: bool,
}

impl GateRow {
    /// Whether the base was judged by it and this is not.
    pub fn is_judged_no_more(&self) -> bool {
        self.not_judged.is_some() && self.was_judged == Some(true)
    }
}

impl ShownFinding {
    /// ` [new]` or ` [old]`, where there is something to compare with.
    pub(super) fn age(&self) -> &'static str {
        match self.is_new {
            Some(true) => " [new]",
            Some(false) => " [old]",
            None => "",
        }
    }
}

/// One finding, ready to be shown.
pub struct ShownFinding {
    /// The finding.
    pub finding: Finding,
    /// Where it is.
    pub located: Located,
    /// Whether the base does not have it; none without a base.
    pub is_new: Option<bool>,
    /// 16 hex digits that stay the same while the code around it changes.
    pub fingerprint: String,
}

/// Where Molt's checker would have stopped: it judges by a damaged manifest what is not judged here.
fn molts_stop(facts: &GateFacts<'_>, outcomes: &[GateOutcome]) -> Option<(&'static Gate, Option<String>)> {
    let dialect = facts.inputs.audit.dialect;
    let is_damaged = facts.inputs.manifest.as_ref().is_ok_and(|it| it.damage().is_some());
    if facts.mode.as_molt || !is_damaged {
        return first_in_molt(outcomes, dialect);
    }
    let mode = Mode { as_molt: true, ..facts.mode.clone() };
    first_in_molt(&run(&GateFacts { mode: &mode, ..*facts }), dialect)
}

impl<'a> GateReport<'a> {
    /// Puts together what `outcomes` say; `old` are the findings of the revision `base`.
    pub fn new(
        facts: &'a GateFacts<'a>,
        files: &dyn Files,
        outcomes: &[GateOutcome],
        base: Option<(&str, &[GateOutcome])>,
        new_only: bool,
    ) -> Self {
        let molt = molts_stop(facts, outcomes);
        let before = base.map(|(_, outcomes)| KnownFindings::new(outcomes));
        let all: Vec<(&Finding, usize)> = numbered(outcomes);
        let located = locate(files, all.iter().map(|(finding, _)| *finding));
        let mut shown = all.into_iter().zip(located).map(|((finding, number), located)| ShownFinding {
            finding: finding.clone(),
            located,
            is_new: before.as_ref().map(|it| it.is_new(finding, number)),
            fingerprint: fingerprint(finding, number),
        });
        let rows = outcomes.iter().map(|it| GateRow {
            gate: it.gate,
            not_judged: it.not_judged.clone(),
            was_judged: base
                .map(|(_, all)| all.iter().any(|old| old.gate.id == it.gate.id && old.not_judged.is_none())),
            findings: shown.by_ref().take(it.findings.len()).collect(),
            is_chosen: true,
        });
        let rows = rows.collect();
        Self {
            facts,
            rows,
            molt,
            base: base.map(|(name, _)| name.to_owned()),
            new_only,
            unjudged: Vec::new(),
            settings: Vec::new(),
        }
    }

    /// From now on only the wanted gates are shown and count.
    pub fn choose(&mut self, wanted: impl Fn(&'static Gate) -> bool) {
        self.rows.iter_mut().for_each(|it| it.is_chosen = wanted(it.gate));
    }

    /// The gates that are shown and count, in order.
    pub fn chosen(&self) -> impl Iterator<Item = &GateRow> {
        self.rows.iter().filter(|it| it.is_chosen)
    }

    /// Whether a finding makes the run fail.
    pub fn counts(&self, shown: &ShownFinding) -> bool {
        !self.new_only || shown.is_new != Some(false)
    }

    /// How many findings make the run fail.
    pub fn failing(&self) -> usize {
        self.chosen().flat_map(|it| &it.findings).filter(|it| self.counts(it)).count()
    }

    /// `intrinsic-partial 873 (720 stubs, 153 in work)` and so on.
    pub(super) fn statuses(&self) -> Vec<String> {
        let audit = &self.facts.inputs.audit;
        let words = audit.counts().into_iter().map(|(status, count)| match status {
            Status::Partial => {
                let stubs = audit.count_stubs();
                format!("{count} {} ({stubs} stubs, {} in work)", status.word(), count - stubs)
            }
            _ => format!("{count} {}", status.word()),
        });
        let unread = audit.unreadable().count();
        words.chain((unread > 0).then(|| format!("{unread} not readable"))).collect()
    }
}

fn fingerprint(finding: &Finding, number: usize) -> String {
    let (gate, module, path, related) = finding.identity();
    let parts = [gate, module.unwrap_or(""), path.map_or("", |it| it.as_str())];
    let text = parts.into_iter().chain(related.iter().map(String::as_str)).collect::<Vec<_>>().join("\0");
    Sha256::of(format!("{text}\0{number}").as_bytes()).short(16)
}
