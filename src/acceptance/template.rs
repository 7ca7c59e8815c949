//! The acceptance template: nine points in order, the eight of Molt's plan and the surface.

use super::{
    point::Point,
    points::{
        bindings, critical_lane, fallback_lane, implementation, manifest, parity, surface, targeted_tests, thin_shim,
    },
};

/// The template, in its order.
pub const POINTS: &[Point] = &[
    Point::new(1, "implementation", "every intrinsic is implemented in the runtime", implementation),
    Point::new(2, "manifest", "every intrinsic is in the manifest, with its parameters", manifest),
    Point::new(3, "bindings", "the generated bindings are in step", bindings),
    Point::new(4, "thin-shim", "the Python side is a thin shim", thin_shim),
    Point::new(5, "targeted-tests", "targeted differential tests exist, and ran", targeted_tests),
    Point::new(6, "fallback-lane", "the lane --fallback-intrinsic-backed-only is green for the module", fallback_lane),
    Point::new(7, "critical-lane", "the lane --critical-allowlist is green for the module", critical_lane),
    Point::new(8, "parity", "native and wasm parity", parity),
    Point::new(9, "surface", "no public name is missing", surface),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_template_in_its_order() {
        assert!(POINTS.iter().zip(1..).all(|(it, number)| it.number == number));
        assert_eq!(POINTS.len(), 9);
    }
}
