//! How alike two words are: what is in both of them in the same order, as a part of both. For hints.

use std::collections::HashMap;

/// Words of more characters than this are like no other.
const LONGEST: usize = 256;

/// Twice the longest common subsequence by the length of both words, from 0 to 1. It takes the length of one word times
/// a 64th of the other (Hyyrö's bit vectors), whatever is in them.
struct Pattern {
    length: usize,
    /// For each character where the word has it.
    places: HashMap<char, Vec<u64>>,
}

impl Pattern {
    fn new(word: &str) -> Option<Self> {
        let mut places: HashMap<char, Vec<u64>> = HashMap::new();
        let length = word.chars().take(LONGEST + 1).count();
        if length > LONGEST {
            return None;
        }
        for (at, it) in word.chars().enumerate() {
            places.entry(it).or_insert_with(|| vec![0; length.div_ceil(64)])[at / 64] |= 1 << (at % 64);
        }
        Some(Self { length, places })
    }

    fn ratio(&self, other: &str, least: f32) -> Option<f32> {
        let length = other.chars().take(LONGEST + 1).count();
        let of = |common: usize| {
            let sum = self.length + length;
            // at most 512 of each
            #[expect(clippy::cast_precision_loss, reason = "words are short")]
            let ratio = if sum == 0 { 1.0 } else { 2.0 * common as f32 / sum as f32 };
            Some(ratio).filter(|it| *it >= least)
        };
        // no more can be common than the shorter one has
        of(self.length.min(length)).filter(|_| length <= LONGEST)?;
        let mut rows = vec![u64::MAX; self.length.div_ceil(64)];
        for it in other.chars() {
            let Some(places) = self.places.get(&it) else { continue };
            let mut carry = false;
            for (row, place) in rows.iter_mut().zip(places) {
                let both = *row & place;
                let (sum, first) = row.overflowing_add(both);
                let (sum, second) = sum.overflowing_add(u64::from(carry));
                carry = first || second;
                *row = sum | (*row & !place);
            }
        }
        let bits: usize = rows.iter().map(|it| it.count_zeros() as usize).sum();
        of(bits)
    }
}

/// The word that is most like `word`, if any is at least `least` like it; of several, the last.
pub fn most_like<'a>(word: &str, known: impl Iterator<Item = &'a str>, least: f32) -> Option<&'a str> {
    let pattern = Pattern::new(word)?;
    let rated = known.filter_map(|it| Some((pattern.ratio(it, least)?, it)));
    rated.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, it)| it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_alike_as_far_as_they_share_letters() {
        let known = ["stdlib.total", "union.top-level", "ratchet.max"];
        let like = |word: &str| most_like(word, known.into_iter(), 0.6);
        assert_eq!(like("stdlib.totl"), Some("stdlib.total"));
        assert_eq!(like("union.toplevel"), Some("union.top-level"));
        assert_eq!(like("zzz"), None);
        assert_eq!(like(&"stdlib.total".repeat(30)), None);
    }

    proptest! {
        #[test]
        fn the_ratio_is_that_of_a_diff(a in "[ab\u{e9}.]{0,150}", b in "[ab\u{e9}.]{0,150}") {
            let wanted = similar::TextDiff::from_chars(a.as_str(), b.as_str()).ratio();
            let found = Pattern::new(&a).unwrap().ratio(&b, 0.0).unwrap();
            prop_assert!((found - wanted).abs() < 1e-5, "{found} {wanted}");
        }
    }
}
