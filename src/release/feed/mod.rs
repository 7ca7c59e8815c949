//! What others say about releases: bytes of a feed to typed rows. A row that cannot be read is skipped and told; a document that
//! is no such feed, such as the page of a network that wants a login, is an error and never an empty feed.

mod api;
mod calendar;
mod endoflife;
mod listing;
mod note;
mod rows;
mod tags;

pub use api::{ApiFile, ApiRelease, files, releases};
pub use calendar::{Doubt, Planned, SeriesLife, cycle, planned};
pub use endoflife::endoflife;
pub use listing::{folder, top};
pub use rows::{FEED_LIMIT, Feed, FeedError};
use rows::{is_date, json};
pub use tags::tags;
