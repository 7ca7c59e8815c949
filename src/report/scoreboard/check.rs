//! What a check found: each thing that worsened with the exception that allows it, and the exceptions that are not in order.

use serde_json::json;

use super::ScoreboardFormat;
use crate::{
    base::{
        RelPath, line, number_of, option_word,
        text::{code_span, in_markdown},
    },
    docs::TableLosses,
    report::{
        envelope::{envelope, json_document},
        gates::{data, property},
        other_settings,
    },
    scoreboard::{Judged, RegressionVerdict, Worsening},
};

/// Annotations that GitHub shows of a step.
const SHOWN: usize = 9;

/// Lines of one kind that a person is shown.
const LISTED: usize = 100;

/// The findings of a check.
pub struct CheckReport<'a> {
    /// The commit that was compared with.
    pub base: &'a str,
    /// The name that it was given by.
    pub reference: &'a str,
    /// What worsened, and the exceptions.
    pub judged: &'a Judged,
    /// The days of old rows that are not as they were.
    pub lost_rows: &'a [String],
    /// The same of the handbook's table.
    pub lost_table_rows: &'a TableLosses,
    /// The file of that table.
    pub operations: &'a RelPath,
    /// Why the budget may not be what it is.
    pub budget: Option<&'a str>,
    /// The file of the history.
    pub history: &'a RelPath,
    /// The settings that the base has otherwise.
    pub differs: &'a [String],
    /// Whether nothing is wrong.
    pub is_fine: bool,
    /// Where the workspace lies in its repository.
    pub prefix: &'a str,
}

impl CheckReport<'_> {
    /// In a form.
    pub fn text(&self, form: ScoreboardFormat) -> String {
        match form {
            ScoreboardFormat::Human => self.human(),
            ScoreboardFormat::Json => self.json(),
            ScoreboardFormat::Markdown => self.markdown(),
            ScoreboardFormat::Github => self.github(),
        }
    }

    fn json(&self) -> String {
        let worsened = self.judged.worsened.iter().map(|(it, verdict)| {
            let (by, who) = match verdict {
                RegressionVerdict::Open => (None, None),
                RegressionVerdict::Allowed(path, who) => (Some(path), Some(who)),
            };
            json!({ "figure": it.figure, "identity": it.identity, "what": it.what, "exception": by, "signed_off_by": who })
        });
        let faults = self.judged.faults.iter().map(|(path, why)| json!({ "path": path, "fault": why }));
        let value = envelope(json!({
            "base": self.base, "ok": self.is_fine, "worsened": worsened.collect::<Vec<_>>(),
            "exceptions": faults.collect::<Vec<_>>(), "history": self.lost_rows, "table": self.lost_table_rows.days,
            "undated": self.lost_table_rows.undated, "budget": self.budget,
            "settings_differ": self.differs,
        }));
        json_document(&value)
    }

    /// What is wrong, a line each; none of what is allowed.
    fn wrong(&self) -> Vec<(Option<&RelPath>, String)> {
        let mut res: Vec<(Option<&RelPath>, String)> =
            self.judged.open().map(|it| (None, format!("{}: {}", words(it), it.what))).collect();
        res.extend(self.judged.faults.iter().map(|(path, why)| (Some(path), format!("the exception {path} {why}"))));
        for (path, days) in [(self.history, self.lost_rows), (self.operations, &self.lost_table_rows.days[..])] {
            let of = |day: &String| {
                format!(
                    "the row of {day} in {path} was changed, taken away or made another one by a row of the same week; no old row is rewritten"
                )
            };
            res.extend(days.iter().map(|it| (Some(path), of(it))));
        }
        res.extend(self.lost_table_rows.undated.iter().map(|it| {
            let path = self.operations;
            let text = format!(
                "a row of the scoreboard in {path} came or went that has no day that can be read: {}",
                code_span(it)
            );
            (Some(path), text)
        }));
        res.extend(self.budget.map(|it| (None, it.to_owned())));
        res
    }

    fn allowed(&self) -> Vec<String> {
        let allowed = self.judged.worsened.iter().filter_map(|(it, verdict)| match verdict {
            RegressionVerdict::Allowed(path, who) => Some(format!("{}: allowed by {path}, signed by {who}", words(it))),
            RegressionVerdict::Open => None,
        });
        allowed.collect()
    }

    fn summary(&self) -> String {
        let open = self.judged.open().count();
        let commit = self.base.get(..9).unwrap_or(self.base);
        let allowed = self.judged.worsened.len() - open;
        let signed = if allowed > 0 { format!(", {allowed} more signed for") } else { String::new() };
        if self.is_fine {
            let what = if allowed > 0 {
                format!("nothing has worsened unsigned: {allowed} signed for")
            } else {
                "nothing has worsened".into()
            };
            return format!("{what}, since {commit}");
        }
        let faults = self.wrong().len() - open;
        let other = if faults > 0 { format!("; {} besides", number_of(faults, "fault")) } else { String::new() };
        format!("{} worse than at {commit} and not signed for{signed}{other}", number_of(open, "thing"))
    }

    fn human(&self) -> String {
        let mut out = String::new();
        for all in [self.wrong().into_iter().map(|(_, it)| it).collect(), self.allowed()] {
            listed(&mut out, &all);
        }
        out += &line(&self.summary());
        if let Some(said) = other_settings(self.differs) {
            out += &line(&said);
        }
        if self.judged.open().next().is_some() {
            out += &line(&format!(
                "repair it, or write an exception with `molt-sync scoreboard except {}`, which a person signs",
                option_word("--base", self.reference)
            ));
        }
        out
    }

    fn markdown(&self) -> String {
        let mut out = format!("## Scoreboard\n\n{}\n", line(&self.summary()));
        if let Some(said) = other_settings(self.differs) {
            out += &format!("{}\n", line(&in_markdown(&said)));
        }
        for (it, verdict) in &self.judged.worsened {
            let by = match verdict {
                RegressionVerdict::Open => "**not signed for**".to_owned(),
                RegressionVerdict::Allowed(path, who) => {
                    format!("allowed by {}, signed by {}", code_span(path.as_str()), code_span(who))
                }
            };
            out += &line(&format!("- {} {}: {}; {by}", it.figure, code_span(&it.identity), code_span(&it.what)));
        }
        let open = self.judged.open().count();
        for (_, it) in &self.wrong()[open..] {
            out += &line(&format!("- {}", code_span(it)));
        }
        out
    }

    fn github(&self) -> String {
        let wrong = self.wrong();
        let mut out = String::new();
        for (path, text) in wrong.iter().take(SHOWN) {
            let file = path.map_or(String::new(), |it| format!("file={},", property(&format!("{}{it}", self.prefix))));
            out += &format!("::error {file}title=scoreboard::{}\n", data(text));
        }
        let rest = wrong.len().saturating_sub(SHOWN);
        let more = if rest > 0 { format!("; {rest} not shown here") } else { String::new() };
        let kind = if self.is_fine { "notice" } else { "error" };
        out += &format!("::{kind} title=scoreboard::{}\n", data(&format!("{}{more}", self.summary())));
        if let Some(said) = other_settings(self.differs) {
            out += &format!("::notice title=scoreboard::{}\n", data(&said));
        }
        out
    }
}

/// So many lines of them as can be read.
fn listed(out: &mut String, all: &[String]) {
    all.iter().take(LISTED).for_each(|it| *out += &line(it));
    if all.len() > LISTED {
        *out += &line(&format!("and {} more, which --format json lists", all.len() - LISTED));
    }
}

fn words(it: &Worsening) -> String {
    format!("{}: {}", it.figure, it.identity)
}
