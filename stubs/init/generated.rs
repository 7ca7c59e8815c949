// Generated from runtime/molt-runtime/src/intrinsics/manifest.pyi.
pub(crate) struct IntrinsicSpec {
    pub name: &'static str,
    pub symbol: &'static str,
    pub arity: u8,
}

pub(crate) const INTRINSICS: &[IntrinsicSpec] = &[
    IntrinsicSpec {
        name: "molt_capabilities_has",
        symbol: "molt_capabilities_has",
        arity: 1,
    },
    IntrinsicSpec {
        name: "molt_stdlib_probe",
        symbol: "molt_stdlib_probe",
        arity: 0,
    },
];

pub(crate) fn resolve_symbol(symbol: &str) -> Option<u64> {
    match symbol {
        "molt_capabilities_has" => Some(crate::molt_capabilities_has as *const () as usize as u64),
        "molt_stdlib_probe" => Some(crate::molt_stdlib_probe as *const () as usize as u64),
        _ => None,
    }
}
