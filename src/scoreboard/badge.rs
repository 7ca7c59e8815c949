//! A badge for a README: a label and a value, as one small picture that asks for nothing.

use super::{figure::Figure, row::Row};

/// The value of a figure as a badge says it.
pub fn badge_value(row: Option<&Row>, figure: &Figure) -> String {
    let value = row.and_then(|it| it.value(figure.id));
    match value {
        Some(it) if figure.id.ends_with("-pass") => format!("{it} %"),
        Some(it) => it.to_string(),
        None => "not measured".to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The picture, as SVG.
pub fn badge(label: &str, value: &str) -> String {
    // the widths of the letters are those of Verdana at 11, on average
    let width = |text: &str| 7 * text.chars().count() + 12;
    let (left, right) = (width(label), width(value));
    let all = left + right;
    let color = if value == "not measured" { "#6b7280" } else { "#1f5fa8" };
    let (label, value) = (escaped(label), escaped(value));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all}\" height=\"20\" role=\"img\" aria-label=\"{label}: {value}\">\
         <title>{label}: {value}</title>\
         <rect width=\"{left}\" height=\"20\" fill=\"#374151\"/><rect x=\"{left}\" width=\"{right}\" height=\"20\" fill=\"{color}\"/>\
         <g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\
         <text x=\"{}\" y=\"14\">{label}</text><text x=\"{}\" y=\"14\">{value}</text></g></svg>\n",
        left / 2,
        left + right / 2
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_is_as_wide_as_both_of_its_parts() {
        let picture = badge("a<b", "41");
        for part in
            ["width=\"59\" height", "<rect width=\"33\"", "<rect x=\"33\" width=\"26\"", "aria-label=\"a&lt;b: 41\""]
        {
            assert!(picture.contains(part), "{part}: {picture}");
        }
    }
}
