//! Any text as `Python/stdlib_module_names.h`: the names that come out are ASCII identifiers that stand in it quoted, and a
//! header written from them gives the same names.

#![no_main]

use libfuzzer_sys::fuzz_target;
use molt_sync::stdlib::module_names;

fuzz_target!(|text: &str| {
    let Ok(names) = module_names(text) else { return };
    assert!(!names.is_empty());
    for name in &names {
        assert!(name.bytes().all(|it| it == b'_' || it.is_ascii_alphanumeric()), "{name}");
        assert!(!name.is_empty() && !name.as_bytes()[0].is_ascii_digit(), "{name}");
        assert!(text.contains(&format!("\"{name}\",")), "{name}");
    }
    let lines: String = names.iter().map(|name| format!("\"{name}\",\n")).collect();
    let again = format!("static const char* _Py_stdlib_module_names[] = {{\n{lines}}};\n");
    assert_eq!(module_names(&again), Ok(names));
});
