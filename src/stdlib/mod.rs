//! Entries of a release to the facts of its standard library, the recorded form of those facts, the union over the
//! supported series and what changed between two releases.

mod baseline;
mod bundled;
mod collect;
mod delta;
mod facts;
mod headers;
mod history;
mod imported;
mod interpreter;
mod layout;
mod made_in_c;
mod platforms;
mod probe;
mod reconstruct;
mod recorded;
mod union;
mod union_file;

pub use baseline::{Baseline, BaselineError, Provenance, SourceKind};
pub use bundled::{bundled, bundled_of, bundled_series};
pub use collect::{CollectError, Collector};
pub use delta::{Delta, Difference};
pub use facts::{ModuleKind, ReleaseFacts, StdlibModule};
pub use headers::{module_names, patchlevel};
pub use interpreter::{Answer, Explained, QUERY, explain};
pub use layout::{Layout, NamePlaces, ROOT_MODULE, module_name};
pub use probe::{Probed, explain_probe, probe};
pub use reconstruct::reconstruct;
pub use recorded::{RecordedBaseline, recorded_baselines};
pub use union::{SeriesNames, Union};
pub use union_file::{UnionFile, UnionLayout};
