//! Macros for the files beside this one.

/// The format of a commit's subject, as far as a line shows it: it is kept for each file that the commit changes, and a commit of
/// somebody's can have a subject of any length.
macro_rules! subject {
    () => {
        "%<(200,trunc)%s"
    };
}
