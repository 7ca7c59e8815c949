//! What the machines of a target are: the names that hold on each, and the values that keys have.

use super::target::RuntimeTarget;

/// One machine of a target: the names that hold, and the values that keys have.
pub(super) struct Machine(&'static [(&'static str, &'static str)]);

/// Where the runtime runs natively, and as WebAssembly. An item for another machine alone is for none of them.
const NATIVE: [Machine; 6] = [
    Machine(&[("os", "linux"), ("env", "gnu"), ("vendor", "unknown"), ("family", "unix"), ("pointer_width", "64")]),
    Machine(&[("os", "linux"), ("env", "musl"), ("vendor", "unknown"), ("family", "unix"), ("pointer_width", "64")]),
    Machine(&[("os", "macos"), ("env", ""), ("vendor", "apple"), ("family", "unix"), ("pointer_width", "64")]),
    Machine(&[("os", "windows"), ("env", "msvc"), ("vendor", "pc"), ("family", "windows"), ("pointer_width", "64")]),
    Machine(&[("os", "windows"), ("env", "gnu"), ("vendor", "pc"), ("family", "windows"), ("pointer_width", "64")]),
    Machine(&[("os", "windows"), ("env", "gnullvm"), ("vendor", "pc"), ("family", "windows"), ("pointer_width", "64")]),
];
const WASM: [Machine; 3] = [
    Machine(&[("os", "wasi"), ("env", ""), ("vendor", "unknown"), ("family", "wasm"), ("pointer_width", "32")]),
    Machine(&[("os", "wasi"), ("env", "p1"), ("vendor", "unknown"), ("family", "wasm"), ("pointer_width", "32")]),
    Machine(&[("os", "unknown"), ("env", ""), ("vendor", "unknown"), ("family", "wasm"), ("pointer_width", "32")]),
];
/// Their processors.
const NATIVE_ARCHS: [&str; 2] = ["x86_64", "aarch64"];
const WASM_ARCHS: [&str; 1] = ["wasm32"];
/// What no built runtime has.
const OFF: [&str; 8] = ["test", "doctest", "doc", "miri", "kani", "loom", "fuzzing", "proc_macro"];

/// Each machine of a target with its processor.
pub(super) fn machines(target: RuntimeTarget) -> impl Iterator<Item = (&'static Machine, &'static str)> {
    let (machines, archs): (&[Machine], &[&str]) = match target {
        RuntimeTarget::Native => (&NATIVE, &NATIVE_ARCHS),
        RuntimeTarget::Wasm => (&WASM, &WASM_ARCHS),
    };
    machines.iter().flat_map(|machine| archs.iter().map(move |arch| (machine, *arch)))
}

impl Machine {
    /// Whether a name or pair holds here; none where that depends on how the runtime is built.
    pub(super) fn says(&self, arch: &str, key: &str, value: Option<&str>) -> Option<bool> {
        let is = |key: &str, value: &str| self.0.contains(&(key, value));
        match (key, value) {
            ("unix" | "windows", None) => Some(is("family", key)),
            ("target_arch", Some(value)) => Some(value == arch),
            ("target_endian", Some(value)) => Some(value == "little"),
            (key, Some(value)) => {
                let key = key.strip_prefix("target_")?;
                self.0.iter().any(|(own, _)| *own == key).then(|| is(key, value))
            }
            (key, None) => OFF.contains(&key).then_some(false),
        }
    }
}
