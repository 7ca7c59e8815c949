//! Facts to text and text to facts: what documents may state, where they state it, how that stands to the truth, and what
//! repairs it. Text outside of what is owned is never changed, and one error means that no document is.

mod binding;
mod canonical;
mod census;
mod check;
mod claim;
mod code;
mod collect;
mod commands;
mod fact;
mod facts;
mod flow;
mod form;
mod generated;
mod history;
mod invariant;
mod links;
mod messages;
mod options;
mod page;
mod region;
mod resolve;
mod scoreboard;
mod source;
mod statuses;
mod sync;
mod templates;

pub use binding::{Binding, BindingError, Tense, bindings, defaults, is_date};
pub use census::{census, phrase_at};
pub use check::{Document, Rules, audit_claim, check, check_bindings};
pub use claim::{Claim, Kind, State as ClaimState};
pub use code::{Class, Code};
pub use collect::{Collected, collect, take_checkers_lists};
pub use fact::{Fact, Facts, Probe, Value, most_like};
pub use facts::{DocFacts, LastRefresh, SeriesFacts};
pub use generated::missing_file;
pub use history::{Histories, Version, Versions, judge, needed};
pub use invariant::{Invariant, broken};
pub use options::{BlockOptions, DocsOptions, Markers, Waiver, patterns};
pub use page::{page, uncited};
pub use region::{Region, RegionError, State, adopt, regions, replace, replace_by_hand, state};
pub use resolve::{Resolved, resolve};
pub use scoreboard::last_row;
pub use source::{SourceError, Sources, configured};
pub use sync::{Refused, may_repair, sync};
pub use templates::{BLOCKS, Block, DocTemplates, ROADMAP, STATUS};
