//! The places of a file where the code can be changed, each with the edits that put the change in beside what is there, so that one
//! build has all of them and a variable of the environment switches one on.

use proc_macro2::Span;
use quote::quote;
use syn::{
    Attribute, BinOp, Block, Expr, ExprBinary, ExprMatch, ExprRepeat, ExprUnary, File, ImplItemConst, ImplItemFn,
    ItemConst, ItemFn, ItemImpl, ItemMod, ItemStatic, Pat, ReturnType, Signature, Type, UnOp,
    spanned::Spanned as _,
    visit::{self, Visit},
};

/// What stands for the number of a change in the text of its edits.
pub const NUMBER: &str = "\u{1}";

/// Some text in the place of some bytes.
#[derive(Clone)]
pub struct Edit {
    pub from: usize,
    pub to: usize,
    /// Which comes first of those at one place: what closes the inner one, what closes the outer one, what opens the outer one, what
    /// opens the inner one.
    pub order: i64,
    pub text: String,
}

/// One change.
pub struct Place {
    pub line: usize,
    pub function: String,
    pub what: String,
    pub edits: Vec<Edit>,
}

/// All changes of a file; `has_default` names the types of the crate that have an empty value.
pub fn places(source: &str, file: &File, has_default: &dyn Fn(&str) -> bool) -> Vec<Place> {
    let mut finder = Finder { source, has_default, functions: Vec::new(), order: 0, places: Vec::new() };
    if !is_test(&file.attrs) {
        finder.visit_file(file);
    }
    finder.places
}

struct Finder<'a> {
    source: &'a str,
    has_default: &'a dyn Fn(&str) -> bool,
    functions: Vec<String>,
    order: i64,
    places: Vec<Place>,
}

fn insert(at: usize, order: i64, text: impl Into<String>) -> Edit {
    Edit { from: at, to: at, order, text: text.into() }
}

fn bytes(span: Span) -> (usize, usize) {
    let range = span.byte_range();
    (range.start, range.end)
}

fn line(span: Span) -> usize {
    span.start().line
}

impl Finder<'_> {
    fn keep(&mut self, line: usize, what: String, edits: Vec<Edit>) {
        let function = self.functions.last().cloned().unwrap_or_default();
        self.places.push(Place { line, function, what, edits });
    }

    fn next(&mut self) -> i64 {
        self.order += 1;
        self.order
    }

    fn function(&mut self, attributes: &[Attribute], signature: &Signature, block: &Block) {
        if is_test(attributes) || signature.constness.is_some() {
            return;
        }
        self.functions.push(signature.ident.to_string());
        let values = match &signature.output {
            ReturnType::Default => vec!["()".to_owned()],
            ReturnType::Type(_, it) => values(it, self.has_default),
        };
        let (start, _) = bytes(block.brace_token.span.open());
        let body = quote!(#block).to_string().replace(' ', "");
        let is_new = |it: &String| !block.stmts.is_empty() && body != format!("{{{}}}", it.replace(' ', ""));
        for value in values.into_iter().filter(is_new) {
            let text = format!(" if crate::mutant({NUMBER}) {{ return {value}; }} ");
            self.keep(line(signature.ident.span()), format!("body is {value}"), vec![insert(start + 1, 0, text)]);
        }
        self.visit_block(block);
        self.functions.pop();
    }

    fn arm(&mut self, pattern: &Pat, guard: Option<&Expr>, has_rest: bool) {
        if let Some(guard) = guard {
            if has_let(guard) {
                return;
            }
            let (from, to) = bytes(guard.span());
            for (what, before) in
                [("true", format!("crate::mutant({NUMBER}) || (")), ("false", format!("!crate::mutant({NUMBER}) && ("))]
            {
                let order = self.next();
                let edits = vec![insert(from, order, before), insert(to, -order, ")")];
                self.keep(line(pattern.span()), format!("guard is {what}"), edits);
            }
        } else if has_rest && !matches!(pattern, Pat::Wild(_)) {
            let (_, end) = bytes(pattern.span());
            let edits = vec![insert(end, 0, format!(" if !crate::mutant({NUMBER})"))];
            self.keep(line(pattern.span()), "arm is gone".to_owned(), edits);
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, it: &'ast ItemMod) {
        if !is_test(&it.attrs) {
            visit::visit_item_mod(self, it);
        }
    }

    fn visit_item_fn(&mut self, it: &'ast ItemFn) {
        self.function(&it.attrs, &it.sig, &it.block);
    }

    fn visit_impl_item_fn(&mut self, it: &'ast ImplItemFn) {
        self.function(&it.attrs, &it.sig, &it.block);
    }

    fn visit_item_impl(&mut self, it: &'ast ItemImpl) {
        let of = it.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
        if !is_test(&it.attrs) && of.is_none_or(|it| it.ident != "Debug" && it.ident != "Default") {
            visit::visit_item_impl(self, it);
        }
    }

    // what is computed by the compiler cannot be switched
    fn visit_item_const(&mut self, _: &'ast ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast ImplItemConst) {}
    fn visit_expr_repeat(&mut self, _: &'ast ExprRepeat) {}
    fn visit_type(&mut self, _: &'ast Type) {}
    fn visit_pat(&mut self, _: &'ast Pat) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_expr_unary(&mut self, it: &'ast ExprUnary) {
        if matches!(it.op, UnOp::Not(_)) && !self.functions.is_empty() {
            let ((from, to), (inner, _)) = (bytes(it.span()), bytes(it.expr.span()));
            let order = self.next();
            let open = Edit { from, to: inner, order, text: "(".to_owned() };
            let edits = vec![open, insert(to, -order, format!(" == crate::mutant({NUMBER}))"))];
            self.keep(line(it.span()), "! is gone".to_owned(), edits);
        }
        visit::visit_expr_unary(self, it);
    }

    fn visit_expr_binary(&mut self, it: &'ast ExprBinary) {
        let other = match it.op {
            BinOp::Eq(_) => "!=",
            BinOp::Ne(_) => "==",
            BinOp::Lt(_) => "<=",
            BinOp::Le(_) => "<",
            BinOp::Gt(_) => ">=",
            BinOp::Ge(_) => ">",
            BinOp::And(_) => "||",
            BinOp::Or(_) => "&&",
            BinOp::Add(_) => "-",
            BinOp::Sub(_) => "+",
            _ => "",
        };
        let words = quote!(#it).to_string();
        let is_text = matches!(it.op, BinOp::Add(_)) && ["\"", "format !", "& "].iter().any(|it| words.contains(it));
        if !other.is_empty() && !is_text && !has_let(&it.left) && !has_let(&it.right) && !self.functions.is_empty() {
            let text = |span: Span| &self.source[span.byte_range()];
            let what = format!("{} is {other}", text(it.op.span()));
            let (left, right) = (text(it.left.span()), text(it.right.span()));
            let (before, after) = if matches!(it.op, BinOp::Eq(_) | BinOp::Ne(_)) {
                ("((".to_owned(), format!(") != crate::mutant({NUMBER}))"))
            } else {
                (format!("(if crate::mutant({NUMBER}) {{ ({left}) {other} ({right}) }} else {{ "), " })".to_owned())
            };
            let ((from, to), order) = (bytes(it.span()), self.next());
            self.keep(line(it.op.span()), what, vec![insert(from, order, before), insert(to, -order, after)]);
        }
        visit::visit_expr_binary(self, it);
    }

    fn visit_expr_match(&mut self, it: &'ast ExprMatch) {
        if !self.functions.is_empty() {
            let has_rest = it.arms.iter().any(|arm| matches!(arm.pat, Pat::Wild(_)) && arm.guard.is_none());
            for arm in &it.arms {
                self.arm(&arm.pat, arm.guard.as_ref().map(|(_, guard)| &**guard), has_rest);
            }
        }
        visit::visit_expr_match(self, it);
    }
}

/// Values that a function may return in place of what it computes.
fn values(of: &Type, has_default: &dyn Fn(&str) -> bool) -> Vec<String> {
    let texts = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    match of {
        Type::Tuple(it) if it.elems.is_empty() => texts(&["()"]),
        Type::Tuple(it) => {
            let firsts: Option<Vec<String>> =
                it.elems.iter().map(|it| values(it, has_default).into_iter().next()).collect();
            firsts.map(|it| format!("({})", it.join(", "))).into_iter().collect()
        }
        Type::Reference(it) if it.mutability.is_none() => match &*it.elem {
            Type::Path(it) if it.path.is_ident("str") => texts(&["\"\"", "\"xyzzy\""]),
            Type::Slice(_) => texts(&["&[]"]),
            _ => Vec::new(),
        },
        Type::Path(it) => {
            let Some(last) = it.path.segments.last() else { return Vec::new() };
            let argument = match &last.arguments {
                syn::PathArguments::AngleBracketed(it) => it.args.iter().find_map(|it| match it {
                    syn::GenericArgument::Type(it) => Some(it),
                    _ => None,
                }),
                _ => None,
            };
            let inner = || argument.map(|it| values(it, has_default)).unwrap_or_default();
            match last.ident.to_string().as_str() {
                "bool" => texts(&["true", "false"]),
                "String" => texts(&["String::new()", "\"xyzzy\".to_owned()"]),
                "usize" | "u8" | "u16" | "u32" | "u64" | "u128" | "i32" | "i64" => texts(&["0", "1"]),
                "f32" | "f64" => texts(&["0.0", "1.0"]),
                "Vec" | "BTreeMap" | "BTreeSet" | "HashMap" | "HashSet" | "PathBuf" => texts(&["Default::default()"]),
                "Option" => {
                    texts(&["None"]).into_iter().chain(inner().into_iter().map(|it| format!("Some({it})"))).collect()
                }
                "Result" => inner().into_iter().map(|it| format!("Ok({it})")).collect(),
                "Cow" => texts(&["std::borrow::Cow::Borrowed(\"\")"]),
                other if has_default(other) => texts(&["Default::default()"]),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|it| {
        let words = quote!(#it).to_string();
        words.contains("cfg (test)") || words == "# [test]"
    })
}

fn has_let(it: &Expr) -> bool {
    match it {
        Expr::Let(_) => true,
        Expr::Binary(it) => has_let(&it.left) || has_let(&it.right),
        Expr::Paren(it) => has_let(&it.expr),
        _ => false,
    }
}
