//! What is called in a body, and what that does.

use syn::{BinOp, Expr, ExprCall, ExprMethodCall, Token, parse::ParseStream, punctuated::Punctuated};

use super::{
    around::BodyVerdict,
    expressions::is_handle,
    predicate::Predicate,
    reader::ExpressionReader,
    value::{RustValue, of_operation, shown},
};

/// Functions that hand on what they are given, or drop it, or wait.
const PLAIN: [&str; 25] = [
    "Ok",
    "Some",
    "drop",
    "forget",
    "black_box",
    "identity",
    "transmute",
    "from_bits",
    "obj_from_bits",
    "none_bits",
    "molt_none",
    "none",
    "null",
    "null_mut",
    "dangling",
    "spin_loop",
    "yield_now",
    "park",
    "fence",
    "compiler_fence",
    "size_of",
    "align_of",
    "default",
    "not_implemented",
    "molt_stdlib_probe",
];
/// Constructors of an object, behind the name of a type.
const NUMBERS: [&str; 12] = [
    "from_int",
    "from_i64",
    "from_i32",
    "from_u64",
    "from_u32",
    "from_usize",
    "from_float",
    "from_f64",
    "from_f32",
    "from_ptr",
    "from_str",
    "from_char",
];
/// What makes an empty value of a library's type.
const EMPTY: [&str; 3] = ["new", "from", "with_capacity"];
/// Types of the language that hold no more than what is put into them.
const HOLDERS: [&str; 10] = ["Box", "Rc", "Arc", "Vec", "String", "Cell", "RefCell", "HashMap", "BTreeMap", "VecDeque"];
/// Methods that hand on the value that they are called on.
const CONVERSIONS: [&str; 22] = [
    "bits",
    "into",
    "clone",
    "to_bits",
    "as_bits",
    "as_ref",
    "as_mut",
    "as_ptr",
    "as_mut_ptr",
    "as_slice",
    "as_bytes",
    "as_str",
    "to_owned",
    "to_string",
    "borrow",
    "copied",
    "cloned",
    "unwrap_or",
    "unwrap_or_default",
    "into_iter",
    "iter",
    "as_deref",
];
/// Methods that take a value out of what may have none.
const UNWRAPS: [&str; 3] = ["unwrap", "expect", "unwrap_unchecked"];
/// Functions that do not come back.
const ENDS: [&str; 7] =
    ["abort", "exit", "_exit", "quick_exit", "unreachable_unchecked", "resume_unwind", "handle_alloc_error"];
/// Macros that end the program.
const PANICS: [&str; 6] = ["panic", "todo", "unimplemented", "unreachable", "bail", "compile_error"];
/// Macros that write somewhere for a person.
const WORDS: [&str; 13] = [
    "println", "eprintln", "print", "eprint", "dbg", "trace", "debug", "info", "warn", "error", "log", "event", "span",
];
/// Macros that make a value of their arguments.
const VALUES: [&str; 13] = [
    "format",
    "vec",
    "concat",
    "stringify",
    "line",
    "column",
    "file",
    "module_path",
    "env",
    "option_env",
    "include_str",
    "include_bytes",
    "asm",
];

impl ExpressionReader<'_> {
    pub(super) fn call(&mut self, call: &ExprCall) -> RustValue {
        let arguments = self.all(call.args.iter());
        let function = match &*call.func {
            Expr::Path(it) => it,
            Expr::Paren(it) => {
                let value = self.expression(&it.expr);
                return if matches!(&*it.expr, Expr::Closure(_)) { value.and(arguments) } else { self.works() };
            }
            _ => return self.works(),
        };
        let segments: Vec<String> = function.path.segments.iter().map(|it| it.ident.to_string()).collect();
        let Some((name, before)) = segments.split_last() else { return self.works() };
        let kind = before.last().map(String::as_str).unwrap_or_default();
        let is_own_source = before.iter().all(|it| matches!(it.as_str(), "self" | "Self"));
        if is_own_source {
            if let Some(value) = self.local(name).map(|it| it.value) {
                return if value.is_constant() || value.body <= BodyVerdict::Constant {
                    value.and(arguments)
                } else {
                    value
                };
            }
            if name == self.own {
                return RustValue::of(BodyVerdict::Ends);
            }
            if let Some(body) = self.around.known.get(name) {
                return RustValue::of(*body);
            }
        }
        if name.contains("raise") || name == "panic_any" || (name == "panic" && !before.is_empty()) {
            return RustValue::of(BodyVerdict::Raises);
        }
        if ENDS.contains(&name.as_str()) {
            return self.ended(arguments);
        }
        match name.as_str() {
            "Err" => RustValue { is_empty: true, ..arguments },
            "from_bool" if !kind.is_empty() => RustValue { number: None, ..arguments },
            it if NUMBERS.contains(&it) && starts_upper(kind) => of_object(arguments),
            "pending" if starts_upper(kind) => of_object(arguments),
            it if EMPTY.contains(&it) && HOLDERS.contains(&kind) => RustValue { number: None, ..arguments },
            it if PLAIN.contains(&it) => RustValue { number: None, ..arguments },
            it if it.starts_with("alloc_") && arguments.is_constant() => of_object(arguments),
            _ if before.is_empty() => {
                self.calls.insert(name.clone());
                RustValue::of(BodyVerdict::Works)
            }
            _ => self.works(),
        }
    }

    /// What ends the program does what it should where that is what it is called for, or says with what.
    fn ended(&mut self, arguments: RustValue) -> RustValue {
        let is_asked = ["abort", "exit", "kill"].iter().any(|it| self.own.contains(it));
        if is_asked || !arguments.is_constant() { self.works() } else { RustValue::of(BodyVerdict::Ends) }
    }

    pub(super) fn method(&mut self, call: &ExprMethodCall) -> RustValue {
        let receiver = self.expression(&call.receiver);
        let values: Vec<RustValue> = call.args.iter().map(|it| self.expression(it)).collect();
        let arguments = values.iter().copied().fold(RustValue::fixed(BodyVerdict::Returns, None), RustValue::and);
        let both = receiver.and(arguments);
        let name = call.method.to_string();
        if UNWRAPS.contains(&name.as_str()) {
            return if receiver.is_empty { RustValue::of(BodyVerdict::Ends) } else { receiver };
        }
        if name.contains("raise") && !name.contains("raised") {
            return RustValue::of(BodyVerdict::Raises);
        }
        if CONVERSIONS.contains(&name.as_str()) {
            return both;
        }
        if receiver.is_fixed && arguments.is_constant() {
            return RustValue { is_fixed: true, ..RustValue::of(both.body) };
        }
        if both.body >= BodyVerdict::Ends {
            return if both.body == BodyVerdict::Works { self.works() } else { both };
        }
        if let (Some(op), [argument]) = (operator(&name), values.as_slice()) {
            let other = call.args.first().and_then(shown);
            let is_same = other.is_some() && shown(&call.receiver) == other;
            return of_operation(&op, receiver, *argument, is_same);
        }
        let asks = name == "len" || ["as_", "is_", "to_"].iter().any(|it| name.starts_with(it));
        if asks && receiver.has_given {
            return RustValue { is_computed: true, number: None, ..both };
        }
        self.works()
    }

    /// A macro that wraps the work has it as its last argument.
    pub(super) fn of_macro(&mut self, mac: &syn::Macro) -> RustValue {
        let name = mac.path.segments.last().map_or(String::new(), |it| it.ident.to_string());
        let name = name.as_str();
        if PANICS.contains(&name) || name.contains("raise") || name.contains("throw") {
            return RustValue::of(BodyVerdict::Raises);
        }
        if name == "cfg" {
            let holds = mac.parse_body_with(Predicate::parse).ok().and_then(|it| self.holds(it));
            return RustValue { number: holds.map(i128::from), ..RustValue::fixed(BodyVerdict::Returns, None) };
        }
        let parsed = mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        let Ok(arguments) = parsed.map(|it| it.into_iter().collect::<Vec<_>>()) else {
            return self.strange(mac, name);
        };
        match (name, arguments.as_slice()) {
            ("assert" | "debug_assert", [condition, ..]) => {
                let value = self.condition(condition);
                if value.number == Some(0) { RustValue::of(BodyVerdict::Ends) } else { value.dropped() }
            }
            ("assert_eq" | "debug_assert_eq", [left, right, ..]) => {
                let numbers = [left, right].map(|it| self.expression(it));
                let differ = numbers[0].number.zip(numbers[1].number).is_some_and(|(left, right)| left != right);
                if differ { RustValue::of(BodyVerdict::Ends) } else { numbers[0].and(numbers[1]).dropped() }
            }
            (it, _) if WORDS.contains(&it) => {
                let value = self.all(arguments.iter());
                if it == "dbg" { value } else { value.dropped() }
            }
            (it, _) if VALUES.contains(&it) => RustValue { number: None, ..self.all(arguments.iter()) },
            (_, [.., last @ (Expr::Block(_) | Expr::Unsafe(_) | Expr::Closure(_))]) => self.expression(last),
            (_, [Expr::Path(handle), .., last])
                if handle.path.get_ident().is_some_and(|it| is_handle(&it.to_string())) =>
            {
                self.expression(last)
            }
            // what is given nothing can do nothing with it
            (_, all) => {
                let value = self.all(all.iter());
                if value.is_constant() { value } else { self.works() }
            }
        }
    }

    /// A macro whose arguments are no expressions.
    fn strange(&mut self, mac: &syn::Macro, name: &str) -> RustValue {
        if name != "matches" {
            return self.works();
        }
        let first = |input: ParseStream<'_>| {
            let first: Expr = input.parse()?;
            input.step(|it| {
                let mut rest = *it;
                while let Some((_, next)) = rest.token_tree() {
                    rest = next;
                }
                Ok(((), rest))
            })?;
            Ok(first)
        };
        match mac.parse_body_with(first) {
            Ok(it) => {
                let value = self.expression(&it);
                RustValue { is_computed: !value.is_constant(), number: None, ..value }
            }
            Err(_) => self.works(),
        }
    }
}

/// An object of a value: of one of the source it is a constant.
fn of_object(value: RustValue) -> RustValue {
    let body = if value.is_constant() { value.body.max(BodyVerdict::Constant) } else { value.body };
    RustValue { body, number: None, ..value }
}

fn starts_upper(name: &str) -> bool {
    name.starts_with(|it: char| it.is_uppercase())
}

/// The operator behind `wrapping_add` and its like.
fn operator(method: &str) -> Option<BinOp> {
    let (how, what) = method.split_once('_')?;
    if !matches!(how, "wrapping" | "saturating" | "checked" | "overflowing") {
        return None;
    }
    let sign = match what {
        "add" => "+",
        "sub" => "-",
        "mul" => "*",
        "div" => "/",
        "rem" => "%",
        _ => return None,
    };
    syn::parse_str(sign).ok()
}
