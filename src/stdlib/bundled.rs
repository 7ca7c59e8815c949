//! The recorded baselines of this repository, compiled in: what a workspace without its own is judged by, what `init`
//! starts from and what `--source bundled` serves.

use super::baseline::Baseline;
use crate::base::{Series, Sha256, Version};

const FILES: [&str; 3] = [
    include_str!("../../baselines/3.12.json"),
    include_str!("../../baselines/3.13.json"),
    include_str!("../../baselines/3.14.json"),
];

/// Every bundled baseline, oldest series first.
pub fn bundled() -> Vec<Baseline> {
    // a file that does not read is found by the test below, not by a user
    FILES.iter().filter_map(|text| Baseline::parse(text).ok()).collect()
}

/// The bundled baseline of a series where it is of that release, or of that archive.
pub fn bundled_of(series: Series, release: Option<Version>, sha256: Option<Sha256>) -> Option<Baseline> {
    let is_near = |text: &str| {
        let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or_default();
        let has = |it: Option<String>| it.is_some_and(|it| head.contains(&format!("\"{it}\"")));
        head.contains(&format!("\"{series}\""))
            && (has(release.map(|it| it.to_string())) || has(sha256.map(|it| it.to_string())))
    };
    let found = FILES.iter().find(|text| is_near(text))?;
    Baseline::parse(found).ok()
}

/// Where a file says what it is of, in bytes.
const HEAD: usize = 600;

/// The bundled baseline of one series.
pub fn bundled_series(series: Series) -> Option<Baseline> {
    bundled().into_iter().find(|it| it.series == series)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_files_are_what_the_tool_would_write() {
        assert_eq!(bundled().len(), FILES.len());
        for (text, baseline) in FILES.iter().zip(bundled()) {
            assert!(baseline.render() == *text, "baselines/{}.json is not in the tool's own form", baseline.series);
        }
    }
}
