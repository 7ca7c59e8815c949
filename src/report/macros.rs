//! Macros for the files beside this one.

/// Adds one line to a report: words of others in it begin no line of their own.
macro_rules! line {
    ($out:expr, $($words:tt)*) => {{
        $out.push_str(&$crate::base::printable(&format!($($words)*)));
        $out.push('\n');
    }};
}
