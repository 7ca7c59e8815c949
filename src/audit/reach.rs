//! What can be reached from each place of a graph, found for all of them at once: one after the other would take the square of
//! their number and more.

/// A set of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks(Vec<u64>);

const BITS: usize = u64::BITS as usize;

impl Marks {
    fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(BITS)])
    }

    /// Those of `count` places that are named.
    pub(super) fn of(count: usize, marked: impl IntoIterator<Item = usize>) -> Self {
        let mut res = Self::none(count);
        marked.into_iter().for_each(|it| res.add(it));
        res
    }

    fn add(&mut self, place: usize) {
        self.0[place / BITS] |= 1 << (place % BITS);
    }

    fn has(&self, place: usize) -> bool {
        self.0[place / BITS] & (1 << (place % BITS)) != 0
    }

    fn add_all(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    /// How many they are.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|it| it.count_ones() as usize).sum()
    }

    /// Those of both, without one place.
    pub(super) fn shared(&self, other: &Self, but: usize) -> Self {
        let mut res = Self(self.0.iter().zip(&other.0).map(|(one, other)| one & other).collect());
        res.0[but / BITS] &= !(1 << (but % BITS));
        res
    }

    /// Each of them, the lowest first.
    pub(super) fn each(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, bits)| {
            let mut bits = *bits;
            std::iter::from_fn(move || {
                let lowest = bits.trailing_zeros() as usize;
                bits &= bits.wrapping_sub(1);
                (lowest < BITS).then_some(at * BITS + lowest)
            })
        })
    }
}

/// What can be reached from each place.
#[derive(Debug)]
pub(super) struct Reach {
    /// The group of each place: those that reach each other.
    groups: Vec<usize>,
    /// What each group reaches, itself included.
    rows: Vec<Marks>,
}

/// A place whose edges are followed.
struct Visit {
    place: usize,
    /// How many of its edges have been.
    done: usize,
}

const NONE: usize = usize::MAX;

impl Reach {
    /// Follows `edges`, which lead from each place to others. A group comes to its end behind all that it leads to (Tarjan, 1972).
    pub(super) fn new(edges: &[Vec<usize>]) -> Self {
        let count = edges.len();
        let mut res = Self { groups: vec![NONE; count], rows: Vec::new() };
        let (mut numbers, mut lowest, mut next) = (vec![NONE; count], vec![NONE; count], 0);
        let (mut open, mut visits) = (Vec::new(), Vec::new());
        for start in 0..count {
            if numbers[start] != NONE {
                continue;
            }
            visits.push(Visit { place: start, done: 0 });
            while let Some(visit) = visits.last_mut() {
                let place = visit.place;
                if visit.done == 0 {
                    (numbers[place], lowest[place]) = (next, next);
                    next += 1;
                    open.push(place);
                }
                let Some(to) = edges[place].get(visit.done).copied() else {
                    visits.pop();
                    if let Some(before) = visits.last() {
                        lowest[before.place] = lowest[before.place].min(lowest[place]);
                    }
                    if lowest[place] == numbers[place] {
                        res.close(edges, place, &mut open);
                    }
                    continue;
                };
                visit.done += 1;
                if numbers[to] == NONE {
                    visits.push(Visit { place: to, done: 0 });
                } else if res.groups[to] == NONE {
                    lowest[place] = lowest[place].min(numbers[to]);
                }
            }
        }
        res
    }

    /// Makes a group of what is open from `first` on.
    fn close(&mut self, edges: &[Vec<usize>], first: usize, open: &mut Vec<usize>) {
        let from = open.iter().rposition(|it| *it == first).unwrap_or_default();
        let members = open.split_off(from);
        let mut row = Marks::of(edges.len(), members.iter().copied());
        for to in members.iter().flat_map(|it| &edges[*it]) {
            // what is reached already, is with all that it reaches
            if !row.has(*to) {
                row.add_all(&self.rows[self.groups[*to]]);
            }
        }
        for it in members {
            self.groups[it] = self.rows.len();
        }
        self.rows.push(row);
    }

    /// What is reached from a place, itself included.
    pub(super) fn from(&self, place: usize) -> &Marks {
        &self.rows[self.groups[place]]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn all_at_once_is_what_one_after_the_other_finds(
            pairs in prop::collection::vec((0..90_usize, 0..90_usize), 0..200)
        ) {
            let mut edges = vec![Vec::new(); 90];
            for (from, to) in &pairs {
                edges[*from].push(*to);
            }
            let reach = Reach::new(&edges);
            for start in 0..90 {
                let mut seen = [false; 90];
                let mut open = vec![start];
                while let Some(place) = open.pop() {
                    if !std::mem::replace(&mut seen[place], true) {
                        open.extend(&edges[place]);
                    }
                }
                let found: Vec<usize> = (0..90).filter(|it| seen[*it]).collect();
                prop_assert_eq!(reach.from(start).each().collect::<Vec<_>>(), found.clone());
                prop_assert_eq!(reach.from(start).count(), found.len());
            }
        }
    }

    #[test]
    fn a_long_chain_takes_no_stack() {
        let edges: Vec<Vec<usize>> = (0..5000).map(|it| if it == 4999 { vec![] } else { vec![it + 1] }).collect();
        assert_eq!(Reach::new(&edges).from(0).count(), 5000);
    }
}
