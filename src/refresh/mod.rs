//! What a refresh records, and what it has to agree with on a real tree besides the union: the series that the compiler targets,
//! the table of modules that it lets programs import, the index of its tests, and where else it lists the series. Pure: files
//! come as a view.

mod coverage_index;
mod module_table;
mod record;
mod series_lists;
mod target_versions;

pub use coverage_index::{IndexKeys, IndexedTest, index_keys, index_tests};
pub use module_table::{MissingRows, missing_rows};
pub use record::{DropRefusal, RecordVerdict, Recording, dropped};
pub use series_lists::series_lists;
pub use target_versions::{Targets, targets};
