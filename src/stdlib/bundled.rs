//! The recorded baselines of this repository, compiled in: what a workspace without its own is judged by, what `init`
//! starts from and what `--source bundled` serves.

use super::baseline::Baseline;
use crate::base::Series;

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
