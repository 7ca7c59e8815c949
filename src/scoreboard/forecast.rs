//! Where a figure is going: a line through the last weeks with how far the weeks lie from it, and a sparkline.

/// The weeks that a forecast looks at.
const WEEKS: usize = 12;

/// The fewest of them.
const FEWEST: usize = 4;

/// When a figure reaches its aim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The change a week.
    pub slope: f64,
    /// How uncertain that is: two standard errors.
    pub error: f64,
    /// Weeks from the last value on until 0, at the slope, at its better end and at its worse end; none where it is never reached.
    pub weeks: [Option<f64>; 3],
}

/// A straight line through the last values, each with its week, towards 0; none of too few.
#[expect(clippy::cast_precision_loss, reason = "a dozen weeks")]
pub fn forecast(values: &[(f64, f64)]) -> Option<Forecast> {
    let last = &values[values.len().saturating_sub(WEEKS)..];
    if last.len() < FEWEST {
        return None;
    }
    let count = last.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| last.iter().map(of).sum::<f64>() / count;
    let (mean_x, mean_y) = (mean(&|it| it.0), mean(&|it| it.1));
    let spread: f64 = last.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    if spread < 1e-9 {
        return None;
    }
    let slope = last.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>() / spread;
    let rest: f64 = last.iter().map(|(x, y)| (y - mean_y - slope * (x - mean_x)).powi(2)).sum();
    let error = 2.0 * (rest / (count - 2.0) / spread).sqrt();
    let now = last.last()?.1;
    let weeks = [slope, slope - error, slope + error].map(|it| (it < -1e-9).then(|| now / -it));
    Some(Forecast { slope, error, weeks })
}

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Values as bars; a gap where there is none.
pub fn sparkline(values: &[Option<f64>]) -> String {
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let bar = |it: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 7")]
        let at = if high > low { ((it - low) / (high - low) * 7.0).round() as usize } else { 3 };
        BARS[at.min(7)]
    };
    values.iter().map(|it| it.map_or(' ', bar)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekly(values: &[f64]) -> Option<Forecast> {
        let weeks: Vec<(f64, f64)> = (0u8..).map(f64::from).zip(values.iter().copied()).collect();
        forecast(&weeks)
    }

    #[test]
    fn a_straight_way_down_is_told_without_doubt_and_a_level_one_never_ends() {
        let it = weekly(&[50.0, 40.0, 30.0, 20.0, 10.0]).unwrap();
        assert!((it.slope + 10.0).abs() < 1e-9 && it.error < 1e-6 && (it.weeks[0].unwrap() - 1.0).abs() < 1e-6);
        assert_eq!(weekly(&[5.0, 5.0, 5.0, 5.0]).unwrap().weeks[0], None);
        assert_eq!(weekly(&[5.0, 4.0, 3.0]), None);
        // a week without a row is a week all the same
        let gap = forecast(&[(0.0, 50.0), (1.0, 40.0), (3.0, 20.0), (4.0, 10.0)]).unwrap();
        assert!((gap.slope + 10.0).abs() < 1e-9 && gap.error < 1e-6);
        let rough = weekly(&[50.0, 30.0, 45.0, 20.0, 30.0]).unwrap();
        assert!(rough.error > 1.0 && rough.weeks[1].unwrap() < rough.weeks[0].unwrap());
    }

    #[test]
    fn a_sparkline_has_a_gap_where_nothing_was_measured() {
        assert_eq!(sparkline(&[Some(0.0), None, Some(7.0)]), "▁ █");
        assert_eq!(sparkline(&[Some(3.0), Some(3.0)]), "▄▄");
        assert_eq!(sparkline(&[None]), " ");
    }
}
