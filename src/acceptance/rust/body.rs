//! What a function of the runtime does: whether it works, or only raises, never returns, or only returns what says nothing. A body
//! that does nothing with its arguments and calls nothing real is a stub.

use std::collections::BTreeSet;

use syn::Block;

use super::{
    around::{Around, Body},
    reader::Reader,
};

/// What is known of a body.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) body: Body,
    /// The functions of the same source without which it would not work: what they do is to be looked at.
    pub(super) calls: BTreeSet<String>,
}

/// What the body of the function `own` comes to.
pub(super) fn of_function(own: &str, block: &Block, around: Around<'_>) -> Reading {
    let mut reader = Reader::new(own, around);
    let body = reader.function(block);
    // what does something besides is not asked for what it calls
    let calls = if body == Body::Works && !reader.is_sure { reader.calls } else { BTreeSet::new() };
    Reading { body, calls }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acceptance::rust::{crates::Crate, target::Target};

    fn read(own: &str, body: &str, target: Target, known: &[(&str, Body)]) -> Reading {
        let block: Block = syn::parse_str(&format!("{{ {body} }}")).unwrap();
        let known = known.iter().map(|(name, body)| ((*name).to_owned(), *body)).collect();
        of_function(own, &block, Around { target, package: &Crate::default(), known: &known })
    }

    fn of(body: &str, target: Target) -> Body {
        read("molt_x", body, target, &[]).body
    }

    const BODIES: &[(&str, Body)] = &[
        ("", Body::Returns),
        ("0", Body::Returns),
        ("2", Body::Returns),
        ("1 - 1", Body::Returns),
        ("a", Body::Returns),
        ("a + 0", Body::Returns),
        ("(a * 0) as u64", Body::Returns),
        ("a ^ a", Body::Returns),
        ("let x = a; let y = x; y", Body::Returns),
        ("let mut x = 0; x = 1; x", Body::Returns),
        ("let _ = a + b; MoltObject::none().bits()", Body::Returns),
        ("let _ = a == b; 0", Body::Returns),
        ("MoltObject::none().bits()", Body::Returns),
        ("black_box(a)", Body::Returns),
        ("std::convert::identity(a)", Body::Returns),
        ("obj_from_bits(a).bits()", Body::Returns),
        ("println!(\"{a}\"); 0", Body::Returns),
        ("if false { work(a) } else { 0 }", Body::Returns),
        ("if 1 == 2 { work(a); } a", Body::Returns),
        ("while false { work(a); } a", Body::Returns),
        ("match 0 { 1 => work(a), _ => a }", Body::Returns),
        ("return a; work(a)", Body::Returns),
        ("let f = |x: u64| work(x); a", Body::Returns),
        ("fn work(x: u64) -> u64 { x } work(a)", Body::Returns),
        ("#[cfg(any())] work(a); a", Body::Returns),
        ("if cfg!(any()) { work(a) } else { a }", Body::Returns),
        ("let x: Option<u64> = Some(a); x.unwrap()", Body::Returns),
        ("String::new().len() as u64", Body::Returns),
        ("for _ in 0..3 {} a", Body::Returns),
        ("molt_stdlib_probe()", Body::Returns),
        ("crate::with_gil_entry!(_py, { MoltObject::from_bool(false).bits() })", Body::Returns),
        ("let _ = (a, b); return MoltObject::none().bits();", Body::Returns),
        ("MoltObject::from_bool(1 == 1).bits()", Body::Returns),
        ("MoltObject::from_bool(a == a).bits()", Body::Returns),
        ("if a == b { return MoltObject::none().bits(); } MoltObject::none().bits()", Body::Returns),
        ("MoltObject::from_float(std::f64::consts::PI).bits()", Body::Constant),
        ("MoltObject::from_int(5).bits()", Body::Constant),
        ("const N: i64 = 5; MoltObject::from_int(N).bits()", Body::Constant),
        ("alloc_string(_py, b\"x\")", Body::Constant),
        (
            "let ptr = alloc_tuple(_py, &[]); if ptr.is_null() { return 0; } MoltObject::from_ptr(ptr).bits()",
            Body::Constant,
        ),
        ("HIGHEST", Body::Constant),
        (
            "let ptr = alloc_bytes(_py, &[1]); if ptr.is_null() { return raise_exception(_py, \"x\"); } MoltObject::from_ptr(ptr).bits()",
            Body::Constant,
        ),
        ("MoltObject::pending().bits()", Body::Constant),
        ("with_gil!(_py, MoltObject::from_int(1).bits())", Body::Constant),
        ("with_gil!(_py, a)", Body::Returns),
        ("with_gil!(_py, work(a))", Body::Works),
        ("loop {}", Body::Ends),
        ("loop { std::hint::spin_loop() }", Body::Ends),
        ("abort()", Body::Ends),
        ("std::process::abort()", Body::Ends),
        ("std::process::exit(1)", Body::Ends),
        ("assert!(false); a", Body::Ends),
        ("assert_eq!(1, 2, \"no\"); a", Body::Ends),
        ("None.unwrap()", Body::Ends),
        ("Option::<u8>::None.unwrap() as u64", Body::Ends),
        ("let x: Option<u64> = None; x.expect(\"no\")", Body::Ends),
        ("Err::<u64, u8>(1).unwrap()", Body::Ends),
        ("unsafe { std::hint::unreachable_unchecked() }", Body::Ends),
        ("molt_x(a)", Body::Ends),
        ("unreachable!()", Body::Raises),
        ("std::panic::panic_any(1)", Body::Raises),
        ("raise_exception::<u64>(_py, \"RuntimeError\", \"no\")", Body::Raises),
        ("crate::with_gil_entry!(_py, { let _ = a; return raise_not_implemented(_py, \"x\"); })", Body::Raises),
        ("let Some(x) = None::<u64> else { return raise_exception(_py) }; x", Body::Raises),
        ("if a == 0 { return 0; } crate::raise_exception(_py, \"x\")", Body::Raises),
        ("unimplemented!(\"later\")", Body::Raises),
        ("match a { 0 => 0, _ => panic!() }", Body::Raises),
        ("if !allowed(_py) { return raise_exception(_py, \"a\"); } raise_exception(_py, \"b\")", Body::Raises),
        ("if a == 0 { return raise_exception(_py, \"a\"); } MoltObject::none().bits()", Body::Raises),
        ("if allowed(_py) { return MoltObject::none().bits(); } raise_exception(_py, \"b\")", Body::Works),
        ("MoltObject::from_bool(if is_it(a) { true } else { false }).bits()", Body::Works),
        ("match find(a) { Ok(it) => it.bits(), Err(_) => raise_exception(_py, \"x\") }", Body::Works),
        ("if let Some(it) = find(a) { return it; } MoltObject::none().bits()", Body::Works),
        ("if !allowed(_py) { return raise_exception(_py, \"a\"); } MoltObject::none().bits()", Body::Works),
        ("MoltObject::from_bool(a == b).bits()", Body::Works),
        ("if a == b { MoltObject::from_bool(true).bits() } else { MoltObject::from_bool(false).bits() }", Body::Works),
        ("if a == b { return MoltObject::from_bool(true).bits(); } MoltObject::from_bool(false).bits()", Body::Works),
        ("crate::with_gil_entry!(_py, { MoltObject::from_bool(!(a < b)).bits() })", Body::Works),
        ("(a != 0) as u64", Body::Works),
        ("molt_add(a, b)", Body::Works),
        ("other::molt_x(a)", Body::Works),
        ("crate::with_gil_entry!(_py, { inner(_py, a) })", Body::Works),
        ("unsafe { g!(_py, { let Some(x) = f(a) else { return raise_exception(_py) }; x.bits() }) }", Body::Works),
        ("let x = a + b; x", Body::Works),
        ("let f = |x: u64| work(x); f(a)", Body::Works),
        ("fn inner(x: u64) -> u64 { work(x) } inner(a)", Body::Works),
        ("let mut n = 0; let mut x = a; while x != 0 { x &= x - 1; n += 1; } n", Body::Works),
        ("loop { if let Some(x) = next(a) { return x; } }", Body::Works),
        ("COUNTER.load(Relaxed)", Body::Works),
        ("TABLE[a as usize]", Body::Works),
        ("*OUT = 1; 0", Body::Works),
        ("std::process::exit(a as i32)", Body::Works),
        ("let mut s = String::new(); s.push_str(text(a)); alloc_string(_py, s.as_bytes())", Body::Works),
    ];

    #[test]
    fn a_stub_is_told_from_a_call_of_what_works() {
        for (body, expected) in BODIES {
            assert_eq!(of(body, Target::Native), *expected, "{body}");
        }
    }

    #[test]
    fn a_body_is_read_for_each_target() {
        let body = "#[cfg(target_arch = \"wasm32\")] { raise_exception(_py, \"no\") } #[cfg(not(target_arch = \"wasm32\"))] { work(a) }";
        assert_eq!((of(body, Target::Native), of(body, Target::Wasm)), (Body::Works, Body::Raises));
        let body = "if cfg!(target_arch = \"wasm32\") { return 0; } work(a)";
        assert_eq!((of(body, Target::Native), of(body, Target::Wasm)), (Body::Works, Body::Returns));
    }

    #[test]
    fn a_program_ends_where_that_is_what_is_asked_for() {
        assert_eq!(read("molt_os_abort", "std::process::abort()", Target::Native, &[]).body, Body::Works);
    }

    #[test]
    fn what_only_calls_says_whom() {
        let body = "with_gil!(_py, { inner(a) })";
        let reading = read("molt_x", body, Target::Native, &[]);
        assert_eq!((reading.body, reading.calls), (Body::Works, BTreeSet::from(["inner".to_owned()])));
        assert_eq!(read("molt_x", body, Target::Native, &[("inner", Body::Returns)]).body, Body::Returns);
        assert!(read("molt_x", "inner(a).work()", Target::Native, &[]).calls.is_empty());
    }

    #[test]
    fn blocks_in_each_other_are_judged_once() {
        // each asked twice, forty of them would take as long as 2^40 blocks
        assert_eq!(of(&format!("{}1{}", "{".repeat(40), "}".repeat(40)), Target::Native), Body::Returns);
    }
}
