//! The peak of a program's own memory, from what the kernel tells at some moments and from the peak of all between them.
//!
//! The kernel keeps an exact peak of everything that is charged, and says at any moment what that consists of. Between two
//! moments the program had at least the peak less the most of all else that there was at either of them; so a peak that no
//! moment fell into is still seen, unless as much of files came and went with it.

use crate::host::process::cgroup::MemoryReading;

/// The figures so far, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gauge {
    /// What there was before the program.
    own: u64,
    /// What was charged before the program.
    before: u64,
    /// What there was besides the program's own when it was looked at last.
    rest: u64,
    program: u64,
    charged: u64,
}

impl Gauge {
    /// Before the program starts.
    pub(super) fn new(now: MemoryReading, usage: u64) -> Self {
        Self { own: now.program, before: usage, rest: now.rest, program: now.program, charged: usage }
    }

    /// A moment, and the peak of all that was charged since the one before.
    pub(super) fn add(&mut self, now: MemoryReading, peak: u64) {
        let rest = self.rest.max(now.rest);
        self.program = self.program.max(now.program).max(peak.saturating_sub(rest));
        self.charged = self.charged.max(peak);
        self.rest = now.rest;
    }

    /// Whether a look would tell more: all that is charged says that the program may have a new peak, or has changed.
    pub(super) fn is_due(&self, peak: u64, usage: u64, usage_then: u64) -> bool {
        // what is small is seen well enough at the end
        const SMALL: u64 = 16 << 20;
        let slack = (self.program / 256).max(256 << 10);
        let is_large = peak.saturating_sub(self.before) > SMALL;
        is_large && (peak.saturating_sub(self.rest) > self.program + slack || usage.abs_diff(usage_then) > 4 * slack)
    }

    /// Whether so much else came or went since `self` that a peak could hide behind it.
    pub(super) fn hides(&self, now: &Self) -> bool {
        self.rest.abs_diff(now.rest) > (now.program / 128).max(1 << 20)
    }

    /// The peak of the program's own memory in KiB.
    pub(super) fn program_kb(&self) -> u64 {
        self.program.saturating_sub(self.own) / 1024
    }

    /// The peak of all that it was charged in KiB.
    pub(super) fn charged_kb(&self) -> u64 {
        self.charged.saturating_sub(self.before) / 1024
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MB: u64 = 1 << 20;

    fn gauge() -> Gauge {
        Gauge::new(MemoryReading { program: 2 * MB, rest: 3 * MB }, 5 * MB)
    }

    #[test]
    fn a_peak_between_two_moments_is_seen() {
        let mut gauge = gauge();
        gauge.add(MemoryReading { program: 2 * MB, rest: 4 * MB }, 306 * MB);
        assert_eq!((gauge.program_kb() >> 10, gauge.charged_kb() >> 10), (300, 301));
    }

    #[test]
    fn files_are_not_the_programs_memory() {
        let mut gauge = gauge();
        gauge.add(MemoryReading { program: 4 * MB, rest: 153 * MB }, 157 * MB);
        gauge.add(MemoryReading { program: 4 * MB, rest: 303 * MB }, 307 * MB);
        gauge.add(MemoryReading { program: 2 * MB, rest: 3 * MB }, 307 * MB);
        assert_eq!((gauge.program_kb() >> 10, gauge.charged_kb() >> 10), (2, 302));
        // and what comes behind them is seen as well
        gauge.add(MemoryReading { program: 2 * MB, rest: 3 * MB }, 255 * MB);
        assert_eq!(gauge.program_kb() >> 10, 250);
    }

    proptest! {
        /// Whatever happens, no figure is above the truth; and it is below by no more than other memory came or went between
        /// two looks.
        #[test]
        fn the_figure_is_the_truth_but_for_what_else_changed(
            steps in prop::collection::vec((0_u64..400, 0_u64..400, any::<bool>()), 1..60)
        ) {
            let mut gauge = gauge();
            let (mut peak, mut truth, mut slack, mut rests) = (5, 2, 0, vec![3]);
            for (program, rest, is_look) in steps {
                truth = truth.max(program);
                peak = peak.max(program + rest);
                rests.push(rest);
                if is_look {
                    gauge.add(MemoryReading { program: program * MB, rest: rest * MB }, peak * MB);
                    let (least, most) = (rests.iter().min().unwrap(), rests.iter().max().unwrap());
                    slack = slack.max(most - least);
                    (peak, rests) = (program + rest, vec![rest]);
                }
            }
            let end = MemoryReading { program: 0, rest: *rests.last().unwrap() * MB };
            slack = slack.max(rests.iter().max().unwrap() - rests.iter().min().unwrap());
            gauge.add(end, peak * MB);
            let seen = (gauge.program_kb() >> 10) + 2;
            prop_assert!(seen + slack >= truth, "{seen} of {truth}, slack {slack}");
            prop_assert!(seen <= truth + slack, "{seen} of {truth}, slack {slack}");
        }
    }
}
