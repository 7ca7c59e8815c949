//! The page's figures in large, what they hide, and the forecast in words.

use super::{
    chart::{escaped, number, trend},
    text::{aim, delta},
};
use crate::scoreboard::{Figure, Forecast, Row, badge_value};

/// One figure of the last row, with its change, its way, and where it comes from.
pub(super) fn card(rows: &[Row], figure: &Figure) -> String {
    let Some(row) = rows.last() else { return String::new() };
    let before = rows.len().checked_sub(2).and_then(|it| rows.get(it));
    let is_known = row.value(figure.id).is_some();
    let class = if is_known { "value" } else { "value none" };
    let change = match delta(figure, before, row) {
        _ if !is_known => String::new(),
        Some(it) => format!(
            "<p class=\"delta {0}\">{1} {2}, {0} than {3}</p>",
            it.word(),
            if it.by > 0.0 { "▲" } else { "▼" },
            it.text(),
            escaped(before.map_or("", |it| &it.date))
        ),
        None if before.is_none() => "<p class=delta>the first week</p>".to_owned(),
        None if before.is_some_and(|it| it.value(figure.id).is_none()) => {
            "<p class=delta>not measured the week before</p>".to_owned()
        }
        None if before.is_some_and(|it| it.value(figure.id) != row.value(figure.id)) => {
            "<p class=delta>not comparable with the week before</p>".to_owned()
        }
        None => "<p class=delta>no change</p>".to_owned(),
    };
    let measured = row.figures.get(figure.id).cloned().unwrap_or_default();
    let from: Vec<String> = measured.source.into_iter().chain(measured.note).collect();
    format!(
        "<li id={id}><h3>{title} <span>{aim}</span></h3><p class=\"{class}\" data-figure={id}>{value}</p>{change}{trend}<p class=from>{from}</p></li>",
        id = figure.id,
        title = figure.title,
        value = escaped(&badge_value(Some(row), figure)),
        trend = trend(rows, figure),
        from = escaped(&from.join("; ")),
        aim = aim(figure),
    )
}

/// What the nine figures hide.
pub(super) fn beside(row: &Row) -> String {
    let one = |id: &str, title: &str, value: &str| {
        format!("<div><dt>{}<dd data-beside=\"{}\">{}</div>", escaped(title), escaped(id), escaped(value))
    };
    let all = row.beside.iter().map(|(id, it)| {
        let title = match id.as_str() {
            "stubs" => "stubs among intrinsic-partial".to_owned(),
            "policy-gate" | "intrinsic-support" => id.clone(),
            other => other.replace("-expected", "-expected failures").replace('-', " "),
        };
        one(id, &title, &it.value.map_or_else(|| "–".to_owned(), |it| it.to_string()))
    });
    let names = row.public_names.as_ref();
    let names = names.map_or("not measured".to_owned(), |it| format!("{} of {}", it.present, it.required));
    all.collect::<String>() + &one("public-names", "public names present", &names)
}

/// When the modules are finished at the pace of the last weeks.
pub(super) fn forecast_words(rows: &[Row], budget: Option<u64>, forecast: Option<&Forecast>) -> String {
    let budget = budget.map_or(String::new(), |it| format!(" The budget is {it}."));
    let Some(it) = forecast else { return format!("There are too few weeks for a forecast.{budget}") };
    let pace = format!(
        "{} ± {} a week over the last weeks",
        number((it.slope * 10.0).round() / 10.0),
        number((it.error * 10.0).round() / 10.0)
    );
    let day = |weeks: Option<f64>| weeks.and_then(|it| after(rows, it));
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
fn after(rows: &[Row], weeks: f64) -> Option<String> {
    let day: jiff::civil::Date = rows.last()?.date.parse().ok()?;
    if weeks > 2600.0 {
        return None;
    }
    let then = day.checked_add(jiff::Span::new().days((weeks * 7.0).round() as i64)).ok()?;
    Some(then.strftime("%Y-%m").to_string())
}
