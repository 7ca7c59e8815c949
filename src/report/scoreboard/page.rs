//! The scoreboard as one page: no request, no script that it needs, and every figure as the JSON has it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use sha2::Digest as _;

use super::{
    cards::{beside, card, forecast_words},
    chart::{burn_down, escaped, releases, values, weeks_of},
    lists::{clusters, exceptions, expected, memory},
    modules::{ModuleFacts, modules, share},
    weeks::{by_week, refreshes, weeks},
};
use crate::{
    clusters::Order,
    scoreboard::{Exception, FIGURES, Row, forecast},
};

/// What the page is made from.
pub struct ScoreboardPage<'a> {
    /// One row a week, the oldest first.
    pub rows: &'a [Row],
    /// What is known of each module besides its state.
    pub modules: BTreeMap<&'a str, ModuleFacts>,
    /// The execution plan.
    pub order: &'a Order,
    /// The exceptions.
    pub exceptions: &'a [Exception],
    /// The budget of now.
    pub budget: Option<u64>,
    /// The day of this run.
    pub today: &'a str,
}

/// A table that scrolls by itself where it is too large.
fn scrolled(name: &str, table: &str) -> String {
    format!("<div class=wide tabindex=0 role=region aria-label=\"{name}\">{table}</div>")
}

const SCRIPT: &str = include_str!("page.js");

impl ScoreboardPage<'_> {
    /// The page from its head on.
    pub fn html(&self) -> String {
        let Some(row) = self.rows.last() else { return String::new() };
        let sections: [(&str, &str, String); 10] = [
            ("figures", "Figures", self.figures(row)),
            ("burn-down", "Burn-down of intrinsic-partial", self.burn_down()),
            ("exceptions", "Exceptions", exceptions(self.exceptions, self.today)),
            ("clusters", "Clusters", clusters(row, self.order)),
            ("memory", "Memory", memory(row)),
            ("expected", "Expected failures by owner", expected(self.rows)),
            ("refreshes", "What each refresh brought", refreshes(self.rows)),
            ("changes", "What changed, week by week", scrolled("What changed", &by_week(self.rows))),
            ("weeks", "Weeks", scrolled("Table of weeks", &weeks(self.rows))),
            ("all", "Modules", format!("{FILTER}{}", scrolled("Table of modules", &modules(self.rows, &self.modules)))),
        ];
        let links: String =
            sections.iter().map(|(id, title, _)| format!("<li><a href=\"#{id}\">{title}</a>")).collect();
        let body: String = sections
            .iter()
            .map(|(id, title, text)| {
                // a table of words is wider than a phone
                let is_table = text.starts_with("<table");
                let text = if is_table { scrolled(&format!("{title}, as a table"), text) } else { text.clone() };
                format!("<section id={id} aria-labelledby={id}-h><h2 id={id}-h>{title}</h2>{text}</section>\n")
            })
            .collect();
        let commit = row.commit.as_deref().map_or(String::new(), |it| {
            let modified = if row.modified { ", with changes that are not committed" } else { "" };
            format!(" at <code>{}</code>{modified}", escaped(it.get(..9).unwrap_or(it)))
        });
        format!(
            "<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline';script-src 'sha256-{hash}';img-src data:\">\
             <link rel=\"icon\" href=\"data:,\"><title>Scoreboard of {date}</title><style>{css}</style></head>\n\
             <body><a class=skip href=\"#figures\">Skip to the figures</a><header><h1>Stdlib scoreboard</h1><p>Row of {date}{commit}; {weeks} since {first}.</p>{share}<nav aria-label=Sections><ul>{links}</ul></nav></header>\n\
             <main>{body}</main><script>{js}</script></body></html>\n",
            date = escaped(&row.date),
            weeks = crate::base::number_of(self.rows.len(), "week"),
            first = escaped(self.rows.first().map_or("", |it| it.date.as_str())),
            share = share(row),
            css = include_str!("page.css"),
            js = SCRIPT,
            // no other script runs, whatever a name in the page says
            hash = base64::prelude::BASE64_STANDARD.encode(sha2::Sha256::digest(SCRIPT)),
        )
    }

    fn figures(&self, row: &Row) -> String {
        let cards: String = FIGURES.iter().map(|it| card(self.rows, it)).collect();
        let marks = if releases(self.rows).is_empty() {
            ""
        } else {
            "<p class=from>A dashed line marks a week in which a release of CPython was recorded.</p>"
        };
        format!("<ul class=cards>{cards}</ul>{marks}<h3>Beside them</h3><dl class=beside>{}</dl>", beside(row))
    }

    fn burn_down(&self) -> String {
        let partial = &FIGURES[1];
        let known: Vec<(f64, f64)> = weeks_of(self.rows)
            .into_iter()
            .zip(values(self.rows, partial))
            .filter_map(|(week, value)| Some((week, value?)))
            .collect();
        let forecast = forecast(&known);
        let mut out = String::new();
        let _ = write!(
            out,
            "<figure><div class=scroll tabindex=0 role=group aria-label=Chart>{}</div><figcaption>{}</figcaption></figure>",
            burn_down(self.rows, partial, forecast.as_ref()),
            escaped(&forecast_words(self.rows, self.budget, forecast.as_ref()))
        );
        out
    }
}

/// Shown by the script, which it needs.
const FILTER: &str = "<form id=filter hidden><label>Name <input id=name type=search autocomplete=off></label> <label>Status <select id=status><option value=\"\">all</option></select></label> <output id=count aria-live=polite></output></form>";
