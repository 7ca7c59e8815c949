//! The scoreboard as one page: no request, no script that it needs, and every figure as the JSON has it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{
    chart::{burn_down, escaped, number, trend, values},
    modules::{by_week, clusters, exceptions, memory, modules, refreshes, weeks},
    text::{aim, delta},
};
use crate::scoreboard::{Exception, FIGURES, Figure, Forecast, Row, badge_value, forecast};

/// What the page is made from.
pub struct Page<'a> {
    /// One row a week, the oldest first.
    pub rows: &'a [Row],
    /// The file of each module.
    pub files: BTreeMap<&'a str, &'a str>,
    /// The exceptions.
    pub exceptions: &'a [Exception],
    /// The budget of now.
    pub budget: Option<u64>,
    /// The day of this run.
    pub today: &'a str,
}

impl Page<'_> {
    /// The page from its head on.
    pub fn html(&self) -> String {
        let Some(row) = self.rows.last() else { return String::new() };
        let partial = &FIGURES[1];
        let known: Vec<f64> = values(self.rows, partial).into_iter().flatten().collect();
        let forecast = forecast(&known);
        let commit =
            row.commit.as_deref().map_or(String::new(), |it| format!(" at {}", escaped(it.get(..9).unwrap_or(it))));
        let first = self.rows.first().map_or("", |it| it.date.as_str());
        let sections = [
            ("figures", "Figures", self.figures(row)),
            (
                "burn-down",
                "Burn-down of intrinsic-partial",
                format!(
                    "<figure><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Chart\">{}</div><figcaption>{}</figcaption></figure>",
                    burn_down(self.rows, partial, forecast.as_ref()),
                    escaped(&self.forecast_words(forecast.as_ref()))
                ),
            ),
            ("exceptions", "Exceptions", exceptions(self.exceptions, self.today)),
            ("clusters", "Clusters", clusters(row)),
            ("memory", "Memory", memory(row)),
            ("refreshes", "What each refresh brought", refreshes(self.rows)),
            ("changes", "What changed, week by week", by_week(self.rows)),
            (
                "weeks",
                "Weeks",
                format!(
                    "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of weeks\">{}</div>",
                    weeks(self.rows)
                ),
            ),
            (
                "all",
                "Modules",
                format!(
                    "{FILTER}<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of modules\">{}</div>",
                    modules(self.rows, &self.files)
                ),
            ),
        ];
        let links: String =
            sections.iter().map(|(id, title, _)| format!("<li><a href=\"#{id}\">{title}</a>")).collect();
        let body: String = sections
            .iter()
            .map(|(id, title, text)| {
                format!(
                    "<section id=\"{id}\" aria-labelledby=\"{id}-h\"><h2 id=\"{id}-h\">{title}</h2>{text}</section>\n"
                )
            })
            .collect();
        format!(
            "<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline';img-src data:\">\
             <link rel=\"icon\" href=\"data:,\"><title>Scoreboard of {date}</title><style>{css}</style></head>\n\
             <body><a class=\"skip\" href=\"#figures\">Skip to the figures</a><header><h1>Stdlib scoreboard</h1><p>Row of {date}{commit}; {count} weeks since {first}.</p><nav aria-label=\"Sections\"><ul>{links}</ul></nav></header>\n\
             <main>{body}</main><script>{js}</script></body></html>\n",
            date = escaped(&row.date),
            count = self.rows.len(),
            first = escaped(first),
            css = include_str!("page.css"),
            js = include_str!("page.js"),
        )
    }

    fn figures(&self, row: &Row) -> String {
        let before = self.rows.len().checked_sub(2).and_then(|it| self.rows.get(it));
        let cards: String = FIGURES.iter().map(|it| self.card(it, before, row)).collect();
        let beside: String = row
            .beside
            .iter()
            .map(|(name, it)| {
                let value = it.value.map_or_else(|| "–".to_owned(), |it| it.to_string());
                format!("<div><dt>{}<dd>{value}</div>", escaped(name))
            })
            .collect();
        format!("<ul class=\"cards\">{cards}</ul><h3>Beside them</h3><dl class=\"beside\">{beside}</dl>")
    }

    fn card(&self, figure: &Figure, before: Option<&Row>, row: &Row) -> String {
        let value = badge_value(Some(row), figure);
        let class = if row.value(figure.id).is_none() { "value none" } else { "value" };
        let change = match delta(figure, before, row) {
            Some(it) => format!(
                "<p class=\"delta {0}\">{1} {2}, {0} than {3}</p>",
                it.word(),
                if it.by > 0.0 { "▲" } else { "▼" },
                it.text(),
                escaped(before.map_or("", |it| &it.date))
            ),
            None if before.is_some_and(|it| it.value(figure.id).is_none()) => {
                "<p class=\"delta\">not measured the week before</p>".to_owned()
            }
            None => "<p class=\"delta\">no change</p>".to_owned(),
        };
        let change = if row.value(figure.id).is_none() { String::new() } else { change };
        let measured = row.figures.get(figure.id).cloned().unwrap_or_default();
        let from: Vec<String> = measured.source.into_iter().chain(measured.note).collect();
        let mut out = String::new();
        let _ = write!(
            out,
            "<li id=\"{id}\"><h3>{title}</h3><p class=\"{class}\" data-figure=\"{id}\">{value}</p>{change}{trend}<p class=\"from\">{from}<br>{aim}</p></li>",
            id = figure.id,
            title = figure.title,
            value = escaped(&value),
            trend = trend(self.rows, figure),
            from = escaped(&from.join("; ")),
            aim = aim(figure),
        );
        out
    }

    /// When the modules are finished at the pace of the last weeks.
    fn forecast_words(&self, forecast: Option<&Forecast>) -> String {
        let budget = self.budget.map_or(String::new(), |it| format!(" The budget is {it}."));
        let Some(it) = forecast else { return format!("There are too few weeks for a forecast.{budget}") };
        let pace = format!(
            "{} ± {} a week over the last weeks",
            number((it.slope * 10.0).round() / 10.0),
            number((it.error * 10.0).round() / 10.0)
        );
        let day = |weeks: Option<f64>| weeks.and_then(|it| self.after(it));
        let when = match (day(it.weeks[0]), day(it.weeks[1]), day(it.weeks[2])) {
            (Some(middle), Some(early), Some(late)) => {
                format!("none would be left in {middle}, between {early} and {late}")
            }
            (Some(middle), Some(early), None) => {
                format!("none would be left in {middle}, in {early} at the earliest, and perhaps never")
            }
            (None, Some(early), _) => format!("at this pace it does not end; in {early} at the very earliest"),
            _ => "at this pace it does not end".to_owned(),
        };
        format!("{pace}: {when}. The shaded part is two standard errors wide.{budget}")
    }

    /// The month that lies so many weeks behind the last row.
    #[expect(clippy::cast_possible_truncation, reason = "less than a century")]
    fn after(&self, weeks: f64) -> Option<String> {
        let day: jiff::civil::Date = self.rows.last()?.date.parse().ok()?;
        if weeks > 2600.0 {
            return None;
        }
        let then = day.checked_add(jiff::Span::new().days((weeks * 7.0).round() as i64)).ok()?;
        Some(then.strftime("%Y-%m").to_string())
    }
}

/// Shown by the script, which it needs.
const FILTER: &str = "<form id=\"filter\" hidden><label>Name <input id=\"name\" type=\"search\" autocomplete=\"off\"></label> <label>Status <select id=\"status\"><option value=\"\">all</option></select></label> <output id=\"count\" aria-live=\"polite\"></output></form>";
