//! Lanes that need no writing: Molt's own of 2026-02 and 2026-08, and stand-ins for a machine without Molt's toolchain.

use super::lane_settings::{LaneSettings, Launcher};

/// The names, each with what it is, for help and for errors.
pub const READY_MADE: [(&str, &str); 6] = [
    ("molt-native-2026-02", "Molt's native backend, built as its runner of 2026-02-13 builds"),
    ("molt-native-2026-08", "Molt's native backend, built as its runner of 2026-08-15 builds"),
    ("molt-wasm-2026-08", "Molt's WebAssembly backend of 2026-08-15, run by Molt's host shim in Node"),
    ("cpython", "another CPython as the candidate, to see what a lane and its tests can tell"),
    ("micropython", "MicroPython as the candidate, as a stand-in"),
    ("pypy", "PyPy as the candidate, as a stand-in"),
];

/// The ready-made lane of that name.
pub fn ready_made(name: &str) -> Option<LaneSettings> {
    let words = |text: &str| Some(text.split(' ').map(str::to_owned).collect::<Vec<_>>());
    let pairs =
        |all: &[(&str, &str)]| all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let needs = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
    let reference = words("python3.12");
    let molt = LaneSettings {
        reference: reference.clone(),
        launcher: Some(Launcher::Molt),
        run: words("{out}/{stem}_molt"),
        artefact: Some("{out}/{stem}_molt".into()),
        // a daemon would outlive its build, and its memory would land on whoever started it
        candidate_env: pairs(&[("MOLT_BACKEND_DAEMON", "0"), ("MOLT_TRUSTED", "1"), ("RUSTC_WRAPPER", "")]),
        build_pass_env: needs(&["HOME", "CARGO_HOME", "RUSTUP_HOME", "CC", "MOLT_CACHE"]),
        needs: needs(&["cargo", "cc", "{root}/src/molt/cli.py"]),
        build_timeout: Some(600.0),
        ..LaneSettings::default()
    };
    let other = |candidate: &str| LaneSettings {
        reference: reference.clone(),
        candidate: words(candidate),
        launcher: Some(Launcher::Script),
        ..LaneSettings::default()
    };
    Some(match name {
        "molt-native-2026-02" => LaneSettings {
            build: words(
                "python3.12 -m molt.cli build {file} --profile dev --out-dir {out} --output {out}/{stem}_molt",
            ),
            ..molt
        },
        "molt-native-2026-08" => LaneSettings {
            build: words(
                "python3.12 -m molt.cli build {file} --build-profile dev --respect-pythonpath --out-dir {out} --output {out}/{stem}_molt",
            ),
            needs: needs(&["cargo", "cc", "{root}/src/molt/cli/__init__.py"]),
            ..molt
        },
        "molt-wasm-2026-08" => LaneSettings {
            build: words(
                "python3.12 -m molt.cli build {file} --target wasm --build-profile dev --linked --require-linked --respect-pythonpath --out-dir {out}",
            ),
            run: words("node {root}/wasm/run_wasm.js {out}/manifest.json"),
            artefact: Some("{out}/output_linked.wasm".into()),
            needs: needs(&["cargo", "node", "{root}/wasm/run_wasm.js"]),
            drop_stderr: vec![r"^\(node:\d+\) ".into(), r"^\(Use `node --trace-warnings ".into()],
            wasm: Some(true),
            ..molt
        },
        "cpython" => other("python3.13"),
        "micropython" => other("micropython"),
        "pypy" => other("pypy3"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ready_made_lane_is_complete() {
        for (name, _) in READY_MADE {
            let settings = ready_made(name).unwrap_or_else(|| panic!("`ready_made` has no lane {name}"));
            let lane = settings.lane(name, Launcher::Script, None);
            assert!(lane.is_ok(), "{name}: {lane:?}");
        }
        assert!(ready_made("molt").is_none());
    }
}
