//! A sample that the same seed draws again.

/// The numbers of splitmix64.
pub struct Numbers(pub u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut res = self.0;
        res = (res ^ (res >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        res = (res ^ (res >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        res ^ (res >> 31)
    }

    /// So many of them, each as likely as the others.
    pub fn draw<T>(&mut self, mut all: Vec<T>, count: usize) -> Vec<T> {
        let count = count.min(all.len());
        for at in 0..count {
            let left = (all.len() - at) as u64;
            let other = at + usize::try_from(self.next() % left).unwrap_or_default();
            all.swap(at, other);
        }
        all.truncate(count);
        all
    }
}
