//! Lists of a report that are made one item at a time while they are written: there can be very many items.

use serde::{Serialize, Serializer};

/// The items that a function gives anew each time.
pub(super) struct Each<F>(pub(super) F);

impl<I, F> Serialize for Each<F>
where
    I: IntoIterator<Item: Serialize>,
    F: Fn() -> I,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
