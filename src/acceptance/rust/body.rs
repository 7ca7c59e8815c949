//! What a function of the runtime does: whether it works, or only raises, never returns, or only returns what says nothing. A body
//! that does nothing with its arguments and calls nothing real is a stub.

use std::collections::BTreeSet;

use syn::Block;

use super::{
    around::{BodyVerdict, FunctionSurroundings},
    reader::ExpressionReader,
};

/// What is known of a body.
#[derive(Debug, Clone)]
pub(super) struct BodyReading {
    pub(super) body: BodyVerdict,
    /// The functions of the same source without which it would not work: what they do is to be looked at.
    pub(super) calls: BTreeSet<String>,
}

/// What the body of the function `own` comes to.
pub(super) fn of_function(own: &str, block: &Block, around: FunctionSurroundings<'_>) -> BodyReading {
    let mut reader = ExpressionReader::new(own, around);
    let body = reader.function(block);
    // what does something besides is not asked for what it calls
    let calls = if body == BodyVerdict::Works && !reader.is_sure { reader.calls } else { BTreeSet::new() };
    BodyReading { body, calls }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acceptance::rust::{crates::Crate, target::RuntimeTarget};

    fn read(own: &str, body: &str, target: RuntimeTarget, known: &[(&str, BodyVerdict)]) -> BodyReading {
        let block: Block = syn::parse_str(&format!("{{ {body} }}")).unwrap();
        let known = known.iter().map(|(name, body)| ((*name).to_owned(), *body)).collect();
        of_function(own, &block, FunctionSurroundings { target, package: &Crate::default(), known: &known })
    }

    fn of(body: &str, target: RuntimeTarget) -> BodyVerdict {
        read("molt_x", body, target, &[]).body
    }

    const BODIES: &[(&str, BodyVerdict)] = &[
        ("", BodyVerdict::Returns),
        ("0", BodyVerdict::Returns),
        ("2", BodyVerdict::Returns),
        ("1 - 1", BodyVerdict::Returns),
        ("a", BodyVerdict::Returns),
        ("a + 0", BodyVerdict::Returns),
        ("(a * 0) as u64", BodyVerdict::Returns),
        ("a ^ a", BodyVerdict::Returns),
        ("let x = a; let y = x; y", BodyVerdict::Returns),
        ("let mut x = 0; x = 1; x", BodyVerdict::Returns),
        ("let _ = a + b; MoltObject::none().bits()", BodyVerdict::Returns),
        ("let _ = a == b; 0", BodyVerdict::Returns),
        ("MoltObject::none().bits()", BodyVerdict::Returns),
        ("black_box(a)", BodyVerdict::Returns),
        ("std::convert::identity(a)", BodyVerdict::Returns),
        ("obj_from_bits(a).bits()", BodyVerdict::Returns),
        ("println!(\"{a}\"); 0", BodyVerdict::Returns),
        ("if false { work(a) } else { 0 }", BodyVerdict::Returns),
        ("if 1 == 2 { work(a); } a", BodyVerdict::Returns),
        ("while false { work(a); } a", BodyVerdict::Returns),
        ("match 0 { 1 => work(a), _ => a }", BodyVerdict::Returns),
        ("return a; work(a)", BodyVerdict::Returns),
        ("let f = |x: u64| work(x); a", BodyVerdict::Returns),
        ("fn work(x: u64) -> u64 { x } work(a)", BodyVerdict::Returns),
        ("#[cfg(any())] work(a); a", BodyVerdict::Returns),
        ("if cfg!(any()) { work(a) } else { a }", BodyVerdict::Returns),
        ("let x: Option<u64> = Some(a); x.unwrap()", BodyVerdict::Returns),
        ("String::new().len() as u64", BodyVerdict::Returns),
        ("for _ in 0..3 {} a", BodyVerdict::Returns),
        ("molt_stdlib_probe()", BodyVerdict::Returns),
        ("crate::with_gil_entry!(_py, { MoltObject::from_bool(false).bits() })", BodyVerdict::Returns),
        ("let _ = (a, b); return MoltObject::none().bits();", BodyVerdict::Returns),
        ("MoltObject::from_bool(1 == 1).bits()", BodyVerdict::Returns),
        ("MoltObject::from_bool(a == a).bits()", BodyVerdict::Returns),
        ("if a == b { return MoltObject::none().bits(); } MoltObject::none().bits()", BodyVerdict::Returns),
        ("MoltObject::from_float(std::f64::consts::PI).bits()", BodyVerdict::Constant),
        ("MoltObject::from_int(5).bits()", BodyVerdict::Constant),
        ("const N: i64 = 5; MoltObject::from_int(N).bits()", BodyVerdict::Constant),
        ("alloc_string(_py, b\"x\")", BodyVerdict::Constant),
        (
            "let ptr = alloc_tuple(_py, &[]); if ptr.is_null() { return 0; } MoltObject::from_ptr(ptr).bits()",
            BodyVerdict::Constant,
        ),
        ("HIGHEST", BodyVerdict::Constant),
        (
            "let ptr = alloc_bytes(_py, &[1]); if ptr.is_null() { return raise_exception(_py, \"x\"); } MoltObject::from_ptr(ptr).bits()",
            BodyVerdict::Constant,
        ),
        ("MoltObject::pending().bits()", BodyVerdict::Constant),
        ("with_gil!(_py, MoltObject::from_int(1).bits())", BodyVerdict::Constant),
        ("with_gil!(_py, a)", BodyVerdict::Returns),
        ("with_gil!(_py, work(a))", BodyVerdict::Works),
        ("loop {}", BodyVerdict::Ends),
        ("loop { std::hint::spin_loop() }", BodyVerdict::Ends),
        ("abort()", BodyVerdict::Ends),
        ("std::process::abort()", BodyVerdict::Ends),
        ("std::process::exit(1)", BodyVerdict::Ends),
        ("assert!(false); a", BodyVerdict::Ends),
        ("assert_eq!(1, 2, \"no\"); a", BodyVerdict::Ends),
        ("None.unwrap()", BodyVerdict::Ends),
        ("Option::<u8>::None.unwrap() as u64", BodyVerdict::Ends),
        ("let x: Option<u64> = None; x.expect(\"no\")", BodyVerdict::Ends),
        ("Err::<u64, u8>(1).unwrap()", BodyVerdict::Ends),
        ("unsafe { std::hint::unreachable_unchecked() }", BodyVerdict::Ends),
        ("molt_x(a)", BodyVerdict::Ends),
        ("unreachable!()", BodyVerdict::Raises),
        ("std::panic::panic_any(1)", BodyVerdict::Raises),
        ("raise_exception::<u64>(_py, \"RuntimeError\", \"no\")", BodyVerdict::Raises),
        ("crate::with_gil_entry!(_py, { let _ = a; return raise_not_implemented(_py, \"x\"); })", BodyVerdict::Raises),
        ("let Some(x) = None::<u64> else { return raise_exception(_py) }; x", BodyVerdict::Raises),
        ("if a == 0 { return 0; } crate::raise_exception(_py, \"x\")", BodyVerdict::Raises),
        ("unimplemented!(\"later\")", BodyVerdict::Raises),
        ("match a { 0 => 0, _ => panic!() }", BodyVerdict::Raises),
        ("if !allowed(_py) { return raise_exception(_py, \"a\"); } raise_exception(_py, \"b\")", BodyVerdict::Raises),
        ("if a == 0 { return raise_exception(_py, \"a\"); } MoltObject::none().bits()", BodyVerdict::Raises),
        ("if allowed(_py) { return MoltObject::none().bits(); } raise_exception(_py, \"b\")", BodyVerdict::Works),
        ("MoltObject::from_bool(if is_it(a) { true } else { false }).bits()", BodyVerdict::Works),
        ("match find(a) { Ok(it) => it.bits(), Err(_) => raise_exception(_py, \"x\") }", BodyVerdict::Works),
        ("if let Some(it) = find(a) { return it; } MoltObject::none().bits()", BodyVerdict::Works),
        ("if !allowed(_py) { return raise_exception(_py, \"a\"); } MoltObject::none().bits()", BodyVerdict::Works),
        ("MoltObject::from_bool(a == b).bits()", BodyVerdict::Works),
        (
            "if a == b { MoltObject::from_bool(true).bits() } else { MoltObject::from_bool(false).bits() }",
            BodyVerdict::Works,
        ),
        (
            "if a == b { return MoltObject::from_bool(true).bits(); } MoltObject::from_bool(false).bits()",
            BodyVerdict::Works,
        ),
        ("crate::with_gil_entry!(_py, { MoltObject::from_bool(!(a < b)).bits() })", BodyVerdict::Works),
        ("(a != 0) as u64", BodyVerdict::Works),
        ("molt_add(a, b)", BodyVerdict::Works),
        ("other::molt_x(a)", BodyVerdict::Works),
        ("crate::with_gil_entry!(_py, { inner(_py, a) })", BodyVerdict::Works),
        (
            "unsafe { g!(_py, { let Some(x) = f(a) else { return raise_exception(_py) }; x.bits() }) }",
            BodyVerdict::Works,
        ),
        ("let x = a + b; x", BodyVerdict::Works),
        ("let f = |x: u64| work(x); f(a)", BodyVerdict::Works),
        ("fn inner(x: u64) -> u64 { work(x) } inner(a)", BodyVerdict::Works),
        ("let mut n = 0; let mut x = a; while x != 0 { x &= x - 1; n += 1; } n", BodyVerdict::Works),
        ("loop { if let Some(x) = next(a) { return x; } }", BodyVerdict::Works),
        ("COUNTER.load(Relaxed)", BodyVerdict::Works),
        ("TABLE[a as usize]", BodyVerdict::Works),
        ("*OUT = 1; 0", BodyVerdict::Works),
        ("std::process::exit(a as i32)", BodyVerdict::Works),
        ("let mut s = String::new(); s.push_str(text(a)); alloc_string(_py, s.as_bytes())", BodyVerdict::Works),
    ];

    #[test]
    fn a_stub_is_told_from_a_call_of_what_works() {
        for (body, expected) in BODIES {
            assert_eq!(of(body, RuntimeTarget::Native), *expected, "{body}");
        }
    }

    #[test]
    fn a_body_is_read_for_each_target() {
        let body = "#[cfg(target_arch = \"wasm32\")] { raise_exception(_py, \"no\") } #[cfg(not(target_arch = \"wasm32\"))] { work(a) }";
        assert_eq!(
            (of(body, RuntimeTarget::Native), of(body, RuntimeTarget::Wasm)),
            (BodyVerdict::Works, BodyVerdict::Raises)
        );
        let body = "if cfg!(target_arch = \"wasm32\") { return 0; } work(a)";
        assert_eq!(
            (of(body, RuntimeTarget::Native), of(body, RuntimeTarget::Wasm)),
            (BodyVerdict::Works, BodyVerdict::Returns)
        );
    }

    #[test]
    fn a_program_ends_where_that_is_what_is_asked_for() {
        assert_eq!(read("molt_os_abort", "std::process::abort()", RuntimeTarget::Native, &[]).body, BodyVerdict::Works);
    }

    #[test]
    fn what_only_calls_says_whom() {
        let body = "with_gil!(_py, { inner(a) })";
        let reading = read("molt_x", body, RuntimeTarget::Native, &[]);
        assert_eq!((reading.body, reading.calls), (BodyVerdict::Works, BTreeSet::from(["inner".to_owned()])));
        assert_eq!(
            read("molt_x", body, RuntimeTarget::Native, &[("inner", BodyVerdict::Returns)]).body,
            BodyVerdict::Returns
        );
        assert!(read("molt_x", "inner(a).work()", RuntimeTarget::Native, &[]).calls.is_empty());
    }

    #[test]
    fn blocks_in_each_other_are_judged_once() {
        // each asked twice, forty of them would take as long as 2^40 blocks
        assert_eq!(of(&format!("{}1{}", "{".repeat(40), "}".repeat(40)), RuntimeTarget::Native), BodyVerdict::Returns);
    }
}
