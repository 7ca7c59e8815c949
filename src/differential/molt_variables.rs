//! The variables that Molt's own runner listens to: which of them hold here too, and which do not, so that nobody believes in one
//! that does nothing.

/// What the variables ask for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MoltVariables {
    /// Seconds that a program may take.
    pub timeout: Option<f64>,
    /// Seconds that a build may take.
    pub build_timeout: Option<f64>,
    /// Mebibytes that may be charged to a program; 0 for no limit.
    pub memory: Option<u64>,
    /// The most programs at a time.
    pub jobs: Option<usize>,
    /// KiB of its own memory beyond which a candidate fails.
    pub most_kb: Option<u64>,
    /// The folder in which runs are kept.
    pub root: Option<String>,
    /// A sentence for each that does not hold here.
    pub notes: Vec<String>,
}

impl MoltVariables {
    /// Reads them, by name and value.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a limit beyond every memory is none")]
    pub fn read(all: &[(String, String)]) -> Self {
        let mut res = Self::default();
        let mut megabytes = None;
        for (name, value) in all.iter().filter(|(_, it)| !it.trim().is_empty()) {
            let number = value.trim().parse::<f64>().ok().filter(|it| it.is_finite());
            let positive = number.filter(|it| *it > 0.0);
            let mebibytes = |it: f64, unit: f64| (it.max(0.0) * unit) as u64;
            let is_understood = match name.as_str() {
                "MOLT_DIFF_TIMEOUT" => set(&mut res.timeout, positive),
                "MOLT_DIFF_BUILD_TIMEOUT" => set(&mut res.build_timeout, positive),
                "MOLT_DIFF_RLIMIT_GB" => set(&mut res.memory, number.map(|it| mebibytes(it, 1024.0))),
                "MOLT_DIFF_RLIMIT_MB" => set(&mut megabytes, number.map(|it| mebibytes(it, 1.0))),
                "MOLT_DIFF_MAX_JOBS" => set(&mut res.jobs, positive.map(|it| it as usize)),
                "MOLT_DIFF_FAIL_RSS_KB" | "MOLT_DIFF_MAX_RSS_KB" => set(&mut res.most_kb, positive.map(|it| it as u64)),
                "MOLT_DIFF_ROOT" => set(&mut res.root, Some(value.clone())),
                // memory is always measured
                "MOLT_DIFF_MEASURE_RSS" => {
                    if matches!(value.as_str(), "0" | "false" | "no") {
                        res.notes.push(format!("{name}={value} does not hold here: memory is always measured"));
                    }
                    true
                }
                _ => {
                    res.notes.push(format!("{name} does not hold here"));
                    true
                }
            };
            if !is_understood {
                res.notes.push(format!("{name}={value} is not understood, and does not hold"));
            }
        }
        // gibibytes win where both are set, as in Molt's runner
        res.memory = res.memory.or(megabytes);
        res
    }
}

fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let is_some = value.is_some();
    *place = value.or(place.take());
    is_some
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_holds_or_is_named() {
        let all = [
            ("MOLT_DIFF_BUILD_TIMEOUT", "7.5"),
            ("MOLT_DIFF_MAX_JOBS", "3"),
            ("MOLT_DIFF_MEASURE_RSS", "1"),
            ("MOLT_DIFF_ORDER", "name"),
            ("MOLT_DIFF_RLIMIT_GB", "0.5"),
            ("MOLT_DIFF_RLIMIT_MB", "100"),
            ("MOLT_DIFF_ROOT", ""),
            ("MOLT_DIFF_TIMEOUT", "soon"),
        ];
        let all: Vec<_> = all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let read = MoltVariables::read(&all);
        assert_eq!((read.build_timeout, read.jobs, read.memory, read.timeout), (Some(7.5), Some(3), Some(512), None));
        assert_eq!(
            read.notes,
            ["MOLT_DIFF_ORDER does not hold here", "MOLT_DIFF_TIMEOUT=soon is not understood, and does not hold"]
        );
        let limit = |text: &str| MoltVariables::read(&[("MOLT_DIFF_RLIMIT_MB".into(), text.into())]).memory;
        assert_eq!([limit("100"), limit("0"), limit("-1")], [Some(100), Some(0), Some(0)]);
    }
}
