//! One parse of one Python file into what the rest asks about. The only user of the parser crate: no other module sees
//! a syntax tree. Python found anywhere, in an archive or in the workspace, is parsed and never executed.

mod aliases;
mod api;
mod calls;
mod data_file;
mod decode;
mod depth;
mod factories;
mod fallback;
mod host_fallback;
mod imports;
mod literals;
mod loader_usage;
mod marker;
mod meter;
mod name_set;
mod outline;
mod parse;
mod platform;
mod policy_gate;
mod public_names;
mod shim;
mod strings;
mod stub;
mod summary;
mod tokens;
mod versions;

pub use aliases::aliases;
pub use api::{
    Bound, Class, Deprecated, Export, Factory, Filter, Flavour, Function, ImportOrigin, NameBinding, Parameter,
    ParameterKind, Scope, Signature, api, text_signature,
};
pub use data_file::{DataFileError, DataFileForm, STEMS, VERSIONS, data_constants};
pub use decode::{DecodedText, decode};
pub use host_fallback::HostFallback;
pub use imports::Import;
pub use literals::{Constant, Constants, Literal, constants};
pub use marker::early_marker;
pub use meter::ParseMeter;
pub use name_set::name_set;
pub use parse::{Module, Span, SyntaxError, parse, parse_outline};
use parse::{at_module_level, parse_data, span, span_of, string};
pub use platform::{Guard, platform_guard};
pub use shim::{Shim, shim};
pub use strings::{strings, strings_and_constants};
pub use stub::{StubShape, stub_shape};
pub use summary::{FileSummary, summarize};
pub use tokens::same_code;
pub use versions::supported_versions;
