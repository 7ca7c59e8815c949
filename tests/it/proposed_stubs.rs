//! A proposed stub is what the template gives for its own name, and a module or a package as the records say.

#![cfg(unix)]

use std::fs;

use crate::proposed_code::{FRESH, IMPORT, TEMPLATE, THIS, proposed, refuses, take};

const TAIL: &str = "\n\ndef __getattr__(attr):\n    raise AttributeError(attr)\n";

#[test]
fn what_a_template_has_for_another_name_is_in_no_stub() {
    let refused = "refused: a new 'src/molt/stdlib/json/fresh.py', which is no stub";
    for (condition, holds) in [
        ("name == \"nt\"", false),
        ("name != 'nt'", true),
        ("not name == \"nt\"", true),
        ("name in [\"nt\", \"json.fresh\"]", true),
        ("name not in (\"nt\", \"json.fresh\")", false),
        ("name == \"nt\" or name == \"json.fresh\"", true),
        ("kind == \"package\" and name != \"nt\"", false),
        ("\".\" in name", true),
        ("\".\" not in name", false),
        ("name is startingwith(\"json\")", true),
        ("name is not endingwith(\"fresh\")", false),
    ] {
        let own = format!(
            "{IMPORT}{{% if {condition} %}}\nIS_OPEN = True\n{{% else %}}\nIS_SHUT = True\n{{% endif %}}{TAIL}"
        );
        let (it, place) = proposed(|box_| box_.write(TEMPLATE, own));
        let stub = fs::read_to_string(place.join(FRESH)).unwrap();
        let (here, other) = if holds { ("IS_OPEN", "IS_SHUT") } else { ("IS_SHUT", "IS_OPEN") };
        assert!(stub.contains(here), "{condition}: {stub}");
        refuses(&it, &place, FRESH, &stub.replace(here, other), refused);
        take(&it, &place);
        it.ends_with(0, "");
    }
}

#[test]
fn a_condition_that_cannot_be_told_makes_the_template_a_persons() {
    for (before, condition) in [
        ("", "name | length > 3"),
        ("{% set is_odd = name == \"nt\" %}", "is_odd"),
        ("", "(name == \"nt\") or name == \"os\""),
    ] {
        let own = format!("{before}{IMPORT}{{% if {condition} %}}\nIS_OPEN = True\n{{% endif %}}{TAIL}");
        let (it, place) = proposed(|box_| box_.write(TEMPLATE, own));
        assert!(place.join(FRESH).exists(), "{condition}");
        it.ends_with(4, "no stub that can be told: the own template has an expression in its code");
    }
}

#[test]
fn the_last_round_of_a_loop_is_the_last_alone() {
    let list = "__all__ = [{% for x in [\"a\", \"b\"] %}\"{{ x }}\"{% if not loop.last %}, {% endif %}{% endfor %}]\n";
    let (it, place) = proposed(|box_| box_.write(TEMPLATE, format!("{IMPORT}\n{list}{TAIL}")));
    let stub = fs::read_to_string(place.join(FRESH)).unwrap();
    assert!(stub.contains("[\"a\", \"b\"]"), "{stub}");
    let joined = stub.replace("\"a\", \"b\"", "\"a\" \"b\"");
    refuses(&it, &place, FRESH, &joined, "refused: a new 'src/molt/stdlib/json/fresh.py', which is no stub");
    take(&it, &place);
    it.ends_with(0, "");
}

#[test]
fn a_stub_is_a_module_or_a_package_as_the_records_say() {
    let (it, place) = proposed(|_| {});
    let stub = fs::read_to_string(place.join(FRESH)).unwrap();
    let package = "src/molt/stdlib/json/fresh/__init__.py";
    fs::remove_file(place.join(FRESH)).unwrap();
    fs::create_dir_all(place.join("src/molt/stdlib/json/fresh")).unwrap();
    fs::write(
        place.join(package),
        stub.replace("module `", "package `").replace("until the module", "until the package"),
    )
    .unwrap();
    take(&it, &place);
    it.ends_with(4, "json/fresh/__init__.py', and the records say that it is no package");
    assert!(!place.join(THIS).exists());
}
