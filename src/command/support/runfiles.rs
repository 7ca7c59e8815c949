//! A tree of Bazel's runfiles, in which every file is a link that Bazel made.

use std::path::Path;

use crate::host;

/// Where Bazel says that its runfiles are.
const RUNFILES: [&str; 2] = ["RUNFILES_DIR", "TEST_SRCDIR"];

/// Whether a folder is one, or lies in one.
pub(in crate::command) fn is_part_of(folder: &Path) -> bool {
    let all = RUNFILES.iter().filter_map(|it| host::environment(it));
    all.filter(|it| !it.is_empty()).any(|it| host::lies_in(folder, Path::new(&it)))
}
