//! Facts to text and text to facts: the managed regions of Markdown documents, and the generated parts of the audit
//! document. Text outside of what is owned is never changed, and one error means that no document is.

mod canonical;
mod facts;
mod region;
mod templates;

pub use facts::{DocFacts, LastRefresh, SeriesFacts};
pub use region::{Region, RegionError, State, adopt, regions, replace, state};
pub use templates::{BLOCKS, Block, DocTemplates, ROADMAP, STATUS};
