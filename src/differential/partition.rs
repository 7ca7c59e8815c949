//! A part of the tests, for one of several machines: every test is in exactly one part, whichever machine asks.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::base::Sha256;

/// By what tests are dealt out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PartitionBy {
    /// In turn, by name.
    Slice,
    /// By the digest of the name: a test stays where it is when others come and go.
    Hash,
    /// So that all parts take the same time, as far as it is recorded.
    Time,
}

/// Which part this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "WrittenPartition")]
pub struct Partition {
    /// By what.
    pub way: PartitionBy,
    /// One-based.
    pub index: usize,
    /// How many there are.
    pub count: usize,
}

/// As a report has it.
#[derive(Deserialize, schemars::JsonSchema)]
struct WrittenPartition {
    way: PartitionBy,
    index: usize,
    count: usize,
}

impl TryFrom<WrittenPartition> for Partition {
    type Error = String;

    fn try_from(it: WrittenPartition) -> Result<Self, String> {
        Self::new(it.way, it.index, it.count)
    }
}

/// More parts than anybody has machines.
const MOST: usize = 10_000;

impl Partition {
    /// # Errors
    /// When there is no such part.
    pub fn new(way: PartitionBy, index: usize, count: usize) -> Result<Self, String> {
        if index == 0 || index > count || count > MOST {
            return Err(format!(
                "there is no part {index} of {count}: parts are counted from 1 to their number, of at most {MOST}"
            ));
        }
        Ok(Self { way, index, count })
    }

    /// The tests of this part, in the order in which they came, and how many of all tests had a recorded time where that
    /// decides. `seconds` are recorded processor times.
    pub fn of<'a>(&self, tests: &[&'a str], seconds: &BTreeMap<String, f64>) -> (Vec<&'a str>, usize) {
        let mut sorted: Vec<&str> = tests.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let measured = sorted.iter().filter(|it| seconds.contains_key(**it)).count();
        let part: BTreeMap<&str, usize> = match self.way {
            PartitionBy::Slice => sorted.iter().enumerate().map(|(at, it)| (*it, at % self.count)).collect(),
            PartitionBy::Hash => sorted.iter().map(|it| (*it, hashed(it, self.count))).collect(),
            PartitionBy::Time => balanced(&sorted, seconds, self.count),
        };
        let is_mine = |it: &&&str| part.get(**it).is_some_and(|part| *part + 1 == self.index);
        (tests.iter().filter(is_mine).copied().collect(), measured)
    }
}

fn hashed(name: &str, count: usize) -> usize {
    let digits = Sha256::of(name.as_bytes()).short(15);
    // 15 hex digits always fit
    let number = u64::from_str_radix(&digits, 16).unwrap_or_default();
    usize::try_from(number % count as u64).unwrap_or_default()
}

/// The longest first, each to the part that has the least so far; what nobody measured counts as the median.
fn balanced<'a>(sorted: &[&'a str], seconds: &BTreeMap<String, f64>, count: usize) -> BTreeMap<&'a str, usize> {
    let mut known: Vec<f64> =
        sorted.iter().filter_map(|it| seconds.get(*it)).copied().filter(|it| it.is_finite()).collect();
    known.sort_by(f64::total_cmp);
    let median = known.get(known.len() / 2).copied().unwrap_or(1.0);
    let time = |name: &str| seconds.get(name).copied().filter(|it| it.is_finite()).unwrap_or(median).max(0.001);
    let mut longest: Vec<&str> = sorted.to_vec();
    longest.sort_by(|a, b| time(b).total_cmp(&time(a)).then(a.cmp(b)));
    let mut sums = vec![0.0_f64; count];
    let mut res = BTreeMap::new();
    for name in longest {
        let least = (0..count).min_by(|a, b| sums[*a].total_cmp(&sums[*b])).unwrap_or_default();
        sums[least] += time(name);
        res.insert(name, least);
    }
    res
}

/// Where CI systems say which of several machines this is: the variables of the index and the number, and what the first index
/// is. The last row is Bazel's protocol for tests.
const INDEXES: [(&str, &str, &str, usize); 8] = [
    ("GitLab CI", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
    ("CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),
    ("Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0),
    ("Bitbucket", "BITBUCKET_PARALLEL_STEP", "BITBUCKET_PARALLEL_STEP_COUNT", 0),
    ("Azure Pipelines", "SYSTEM_JOBPOSITIONINPHASE", "SYSTEM_TOTALJOBSINPHASE", 1),
    ("Semaphore", "SEMAPHORE_JOB_INDEX", "SEMAPHORE_JOB_COUNT", 1),
    ("Knapsack", "KNAPSACK_PRO_CI_NODE_INDEX", "KNAPSACK_PRO_CI_NODE_TOTAL", 0),
    ("Bazel", "TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", 0),
];

/// Which part the CI system says that this is, and which system; none where none does, or where there is one part alone.
///
/// # Errors
/// When it says something that is not a part, or says it by half.
pub fn from_ci(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<(Partition, &'static str)>, String> {
    for (system, index, total, first) in INDEXES.into_iter().rev() {
        let (index, total) = match (variable(index), variable(total)) {
            (None, None) => continue,
            (Some(at), Some(of)) => (at, of),
            // an index of one job alone
            (Some(_), None) => return Err(format!("{index} is set and {total} is not")),
            (None, Some(of)) if of.trim() == "1" || of.trim() == "0" => continue,
            (None, Some(_)) => return Err(format!("{total} is set and {index} is not")),
        };
        let number =
            |text: &str| text.trim().parse::<usize>().map_err(|_| format!("{system} says part `{index}` of `{total}`"));
        let (at, of) = (number(&index)?, number(&total)?);
        if of <= 1 {
            continue;
        }
        let at = (at + 1).checked_sub(first).ok_or_else(|| format!("{system} says part {at} of {of}"))?;
        return Ok(Some((Partition::new(PartitionBy::Slice, at, of)?, system)));
    }
    Ok(None)
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || format!("`{text}` is not a part: write slice:2/8, hash:2/8 or time:2/8");
        let (way, part) = text.split_once(':').ok_or_else(form)?;
        let way = match way {
            "slice" => PartitionBy::Slice,
            "hash" => PartitionBy::Hash,
            "time" => PartitionBy::Time,
            _ => return Err(form()),
        };
        let (index, count) = part.split_once('/').ok_or_else(form)?;
        Self::new(way, index.parse().map_err(|_| form())?, count.parse().map_err(|_| form())?)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.way {
            PartitionBy::Slice => "slice",
            PartitionBy::Hash => "hash",
            PartitionBy::Time => "time",
        };
        write!(out, "{way}:{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_is_written_as_it_is_read() {
        for text in ["slice:2/8", "hash:1/1", "time:8/8"] {
            assert_eq!(text.parse::<Partition>().unwrap().to_string(), text);
        }
        for text in ["slice:0/8", "slice:9/8", "count:1/2", "slice:1", "1/2", "slice:a/b", "slice:-1/2", ""] {
            assert!(text.parse::<Partition>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_indexes_of_ci_systems_are_read_and_half_of_one_is_refused() {
        let ci = |all: &'static [(&str, &str)]| {
            let found = from_ci(&|name| all.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned()));
            found.map(|it| it.map(|(part, system)| format!("{system} {part}")))
        };
        assert_eq!(ci(&[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "3")]), Ok(Some("GitLab CI slice:2/3".into())));
        assert_eq!(
            ci(&[("CIRCLE_NODE_INDEX", "0"), ("CIRCLE_NODE_TOTAL", "2")]),
            Ok(Some("CircleCI slice:1/2".into()))
        );
        assert_eq!(ci(&[("TEST_SHARD_INDEX", "4"), ("TEST_TOTAL_SHARDS", "5")]), Ok(Some("Bazel slice:5/5".into())));
        assert_eq!(ci(&[("CIRCLE_NODE_INDEX", "0"), ("CIRCLE_NODE_TOTAL", "1")]), Ok(None));
        assert_eq!(ci(&[("CI_NODE_TOTAL", "1")]), Ok(None));
        assert_eq!(ci(&[]), Ok(None));
        for bad in [
            &[("CI_NODE_INDEX", "0"), ("CI_NODE_TOTAL", "3")][..],
            &[("TEST_SHARD_INDEX", "5"), ("TEST_TOTAL_SHARDS", "5")],
            &[("TEST_TOTAL_SHARDS", "5")],
            &[("CI_NODE_INDEX", "x"), ("CI_NODE_TOTAL", "3")],
        ] {
            assert!(ci(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn every_test_is_in_exactly_one_part(
            names in prop::collection::btree_set("[a-z/]{1,8}", 0..40),
            times in prop::collection::vec(prop::option::of(0.0..9.0_f64), 40),
            count in 1..9_usize,
        ) {
            let tests: Vec<&str> = names.iter().map(String::as_str).collect();
            let seconds: BTreeMap<String, f64> = names.iter().zip(times).filter_map(|(it, time)| Some((it.clone(), time?))).collect();
            for way in [PartitionBy::Slice, PartitionBy::Hash, PartitionBy::Time] {
                let mut all: Vec<&str> = Vec::new();
                for index in 1..=count {
                    let (part, _) = Partition::new(way, index, count).unwrap().of(&tests, &seconds);
                    if way == PartitionBy::Slice {
                        prop_assert!(part.len().abs_diff(tests.len() / count) <= 1);
                    }
                    all.extend(part);
                }
                all.sort_unstable();
                prop_assert_eq!(&all, &tests, "{:?}", way);
            }
        }

        #[test]
        fn parts_by_time_differ_by_no_more_than_the_longest_test(
            times in prop::collection::vec(0.01..9.0_f64, 1..40), count in 1..6_usize,
        ) {
            let names: Vec<String> = (0..times.len()).map(|it| format!("t{it:02}")).collect();
            let tests: Vec<&str> = names.iter().map(String::as_str).collect();
            let seconds: BTreeMap<String, f64> = names.iter().cloned().zip(times.iter().copied()).collect();
            let sums: Vec<f64> = (1..=count).map(|index| {
                let (part, measured) = Partition::new(PartitionBy::Time, index, count).unwrap().of(&tests, &seconds);
                assert_eq!(measured, tests.len());
                part.iter().map(|it| seconds[*it]).sum()
            }).collect();
            let (least, most) = (sums.iter().copied().fold(f64::MAX, f64::min), sums.iter().copied().fold(0.0, f64::max));
            let longest = times.iter().copied().fold(0.0, f64::max);
            prop_assert!(most - least <= longest + 1e-9);
        }
    }

    #[test]
    fn a_report_has_no_more_parts_than_there_can_be() {
        let read = |count: u64| {
            serde_json::from_str::<Partition>(&format!("{{\"way\": \"hash\", \"index\": 1, \"count\": {count}}}"))
                .is_ok()
        };
        assert!(read(8) && !read(30_000_000) && !read(u64::MAX) && !read(0));
    }
}
