//! Lines over weeks as SVG, drawn before anybody looks: they need no script, and say in words what they show.

use std::fmt::Write as _;

use crate::scoreboard::{Figure, Forecast, Number, Row};

/// Text in a page.
pub(super) fn escaped(text: &str) -> String {
    let text = crate::base::printable(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Weeks that a forecast is drawn for.
const AHEAD: f64 = 12.0;

/// Where values lie in a picture.
struct Scale {
    size: (f64, f64),
    pad: (f64, f64, f64, f64),
    /// The week of each row, from the first one on.
    weeks: Vec<f64>,
    /// How many weeks there is room for.
    span: f64,
    range: (f64, f64),
}

impl Scale {
    fn x(&self, at: usize) -> f64 {
        self.at_week(self.weeks.get(at).copied().unwrap_or_default())
    }

    fn at_week(&self, week: f64) -> f64 {
        let (_, right, _, left) = self.pad;
        left + (self.size.0 - left - right) * week / self.span.max(1.0)
    }

    fn y(&self, value: f64) -> f64 {
        let (top, _, bottom, _) = self.pad;
        let (low, high) = self.range;
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        top + (self.size.1 - top - bottom) * (1.0 - share.clamp(0.0, 1.0))
    }

    /// A line through the values, which breaks where there is none.
    fn path(&self, values: &[Option<f64>]) -> String {
        let mut res = String::new();
        let mut is_open = false;
        for (at, value) in values.iter().enumerate() {
            match value {
                Some(it) => {
                    let word = if is_open { 'L' } else { 'M' };
                    let _ = write!(res, "{word}{:.1} {:.1}", self.x(at), self.y(*it));
                    is_open = true;
                }
                None => is_open = false,
            }
        }
        res
    }

    /// What lies below the line, a piece for each stretch without a gap.
    fn area(&self, values: &[Option<f64>]) -> String {
        let bottom = self.size.1 - self.pad.2;
        let mut res = String::new();
        for (at, value) in values.iter().enumerate() {
            let Some(it) = value else { continue };
            let has = |at: Option<usize>| at.and_then(|it| values.get(it)).is_some_and(Option::is_some);
            if !has(at.checked_sub(1)) {
                let _ = write!(res, "M{:.1} {bottom:.1}", self.x(at));
            }
            let _ = write!(res, "L{:.1} {:.1}", self.x(at), self.y(*it));
            if !has(Some(at + 1)) {
                let _ = write!(res, "V{bottom:.1}Z");
            }
        }
        res
    }
}

/// The week of each row.
pub(super) fn weeks_of(rows: &[Row]) -> Vec<f64> {
    rows.iter().map(|it| rows.first().map_or(0.0, |first| it.weeks_since(first))).collect()
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| (low.min(it), high.max(it)))
}

/// The values of a figure, a week each.
pub(super) fn values(rows: &[Row], figure: &Figure) -> Vec<Option<f64>> {
    rows.iter().map(|it| it.value(figure.id).map(Number::value)).collect()
}

/// The releases that came between one row and the next, with the number of the later row.
pub(super) fn releases(rows: &[Row]) -> Vec<(usize, Vec<String>)> {
    let pairs = rows.windows(2).enumerate();
    let came = pairs.map(|(at, pair)| {
        let new = pair[1].releases.iter().filter(|(series, it)| pair[0].releases.get(*series) != Some(it));
        (at + 1, new.map(|(_, it)| it.clone()).collect::<Vec<_>>())
    });
    came.filter(|(_, it)| !it.is_empty()).collect()
}

/// A small line without axes. The words beside it say the same.
pub(super) fn trend(rows: &[Row], figure: &Figure) -> String {
    let values = values(rows, figure);
    let (low, high) = range(values.iter().flatten().copied());
    if !low.is_finite() {
        return "<p class=\"none\">no values yet</p>".into();
    }
    let weeks = weeks_of(rows);
    let span = weeks.last().copied().unwrap_or_default();
    let scale = Scale { size: (220.0, 48.0), pad: (5.0, 6.0, 5.0, 6.0), weeks, span, range: (low, high) };
    let last = values.iter().rposition(Option::is_some).unwrap_or_default();
    let (x, y) = (scale.x(last), scale.y(values[last].unwrap_or_default()));
    let marks: String = releases(rows)
        .iter()
        .map(|(at, names)| {
            let x = scale.x(*at);
            let title = escaped(&names.join(", "));
            format!("<line class=\"rel\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"2\" y2=\"46\"><title>{title}</title></line>")
        })
        .collect();
    let first = values.iter().flatten().next().copied().unwrap_or_default();
    let came: Vec<String> = releases(rows).into_iter().flat_map(|(_, it)| it).collect();
    let came = if came.is_empty() { String::new() } else { format!("; CPython {} came in between", came.join(", ")) };
    let said = format!(
        "{} from {} to {} in {} weeks, between {} and {}{came}",
        figure.title,
        number(first),
        number(values[last].unwrap_or_default()),
        rows.len(),
        number(low),
        number(high)
    );
    format!(
        "<svg class=\"trend\" viewBox=\"0 0 220 48\" role=\"img\" aria-label=\"{}\">{marks}<path class=\"area\" d=\"{}\"/><path d=\"{}\"/><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/></svg>",
        escaped(&said),
        scale.area(&values),
        scale.path(&values)
    )
}

/// A value without decimals that say nothing.
pub(super) fn number(it: f64) -> String {
    if it.fract().abs() < 1e-9 { format!("{it:.0}") } else { format!("{it:.1}") }
}

/// The burn-down: the values, the budget beside them, and where the last weeks lead, with how uncertain that is.
pub(super) fn burn_down(rows: &[Row], figure: &Figure, forecast: Option<&Forecast>) -> String {
    let values = values(rows, figure);
    let budgets: Vec<Option<f64>> = rows.iter().map(|it| it.budget.map(|it| Number::Count(it).value())).collect();
    let (_, high) = range(values.iter().chain(&budgets).flatten().copied());
    if !high.is_finite() {
        return "<p class=\"none\">no values yet</p>".into();
    }
    let weeks = weeks_of(rows);
    let end = weeks.last().copied().unwrap_or_default();
    let span = end + if forecast.is_some() { AHEAD } else { 0.0 };
    let top = (high / 100.0).ceil().max(1.0) * 100.0;
    let scale = Scale { size: (860.0, 320.0), pad: (48.0, 90.0, 34.0, 52.0), weeks, span, range: (0.0, top) };
    let mut out = String::new();
    for step in 0..=4u8 {
        let value = top / 4.0 * f64::from(step);
        let y = scale.y(value);
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"52\" x2=\"770\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text class=\"tick\" x=\"46\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            y + 4.0,
            number(value)
        );
    }
    let every = rows.len().div_ceil(6).max(1);
    for (at, row) in rows.iter().enumerate().step_by(every) {
        let _ = write!(
            out,
            "<text class=\"tick\" x=\"{:.1}\" y=\"308\" text-anchor=\"middle\">{}</text>",
            scale.x(at),
            escaped(&row.date)
        );
    }
    // the names stand at three heights, so that those of a month do not lie upon each other
    for (nth, (at, names)) in releases(rows).into_iter().enumerate() {
        let (x, y) = (scale.x(at), [12, 25, 38][nth % 3]);
        let _ = write!(
            out,
            "<line class=\"rel\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{0}\" y2=\"286\"/><text class=\"rel\" x=\"{1:.1}\" y=\"{y}\">{2}</text>",
            y - 9,
            x + 3.0,
            escaped(&names.join(", "))
        );
    }
    let last = values.iter().rposition(Option::is_some).unwrap_or_default();
    let now = values[last].unwrap_or_default();
    if let Some(it) = forecast {
        let start = scale.weeks[last];
        let at = |slope: f64| (now + slope * (span - start)).clamp(0.0, top);
        let (x, y, end) = (scale.x(last), scale.y(now), scale.at_week(span));
        let [middle, low, high] = [it.slope, it.slope - it.error, it.slope + it.error].map(|it| scale.y(at(it)));
        let _ = write!(
            out,
            "<path class=\"cone\" d=\"M{x:.1} {y:.1}L{end:.1} {low:.1}L{end:.1} {high:.1}Z\"/><path class=\"ahead\" d=\"M{x:.1} {y:.1}L{end:.1} {middle:.1}\"/>"
        );
    }
    let _ = write!(out, "<path class=\"area\" d=\"{}\"/>", scale.area(&values));
    let _ = write!(
        out,
        "<path class=\"budget\" d=\"{}\"/><path class=\"value\" d=\"{}\"/>",
        scale.path(&budgets),
        scale.path(&values)
    );
    // the labels at the ends of the lines stand apart from each other
    let y = scale.y(now);
    let _ = write!(
        out,
        "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"3.5\"/><text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
        scale.x(last),
        scale.x(last) + 6.0,
        y + 16.0,
        number(now)
    );
    if let Some(budget) = budgets.iter().rev().flatten().next() {
        let at = budgets.iter().rposition(Option::is_some).unwrap_or_default();
        let _ = write!(
            out,
            "<text class=\"end budget\" x=\"{:.1}\" y=\"{:.1}\">budget {}</text>",
            scale.x(at) + 6.0,
            scale.y(*budget) - 6.0,
            number(*budget)
        );
    }
    let first = values.iter().flatten().next().copied().unwrap_or_default();
    let said = format!(
        "{} from {} to {} in {} weeks, beside the budget",
        figure.title,
        number(first),
        number(now),
        rows.len()
    );
    format!("<svg class=\"burn\" viewBox=\"0 0 860 320\" role=\"img\" aria-label=\"{}\">{out}</svg>", escaped(&said))
}
