//! What a call does to the names of a file.

use ruff_python_ast::{Expr, ExprCall};

use super::{
    super::string,
    Class, Export, NameBinding,
    deprecated::last,
    exports::{ExportLists, dotted},
    setters::{OwnName, Setter, Setters, literals, set_on_module},
    takes::{self, Takes},
};

/// One thing that a call does.
#[derive(Debug)]
pub(super) enum Effect<'a> {
    /// It adds to the exports what this expression is.
    Exports(&'a Expr),
    /// It adds this to the exports.
    Export(Export),
    /// It binds a name.
    Bind(String, NameBinding),
    /// It binds an attribute of a class.
    BindIn(String, String),
    /// It binds attributes of a class in a way that syntax does not show.
    ComputesIn(String),
    /// It makes the members of a class names of the module.
    Spreads(String),
    /// It takes names over.
    Takes(Takes),
    /// It binds names in a way that syntax does not show.
    Computes(&'static str),
}

/// All that a call does.
pub(super) fn effects<'a>(
    call: &'a ExprCall,
    text: &str,
    (setters, lists): (&Setters, &ExportLists),
) -> Vec<Effect<'a>> {
    match set_on_module(call, |it| setters.get(it) == Some(&Setter::Own)) {
        Some(OwnName::Written(name)) => return vec![Effect::Bind(name.to_owned(), NameBinding::Value)],
        Some(OwnName::Computed) => return vec![Effect::Computes("names that are set on the module itself")],
        None => {}
    }
    if let Some(found) = set(call, setters, lists) {
        return found;
    }
    let Expr::Attribute(method) = &*call.func else {
        let is_code = last(&call.func) == "exec";
        return if is_code { vec![Effect::Computes("code that is executed")] } else { Vec::new() };
    };
    let (owner, argument) = (last(&method.value), call.arguments.args.first());
    match (owner, method.attr.as_str(), argument) {
        ("__all__", "extend", Some(argument)) => vec![Effect::Exports(argument)],
        ("__all__", "append", Some(argument)) => {
            let name = string(argument).map(str::to_owned);
            let part = name.map_or_else(|| Export::Unknown("a name".into()), |it| Export::Names(vec![it]));
            vec![Effect::Export(part)]
        }
        ("__all__", "remove", Some(argument)) => {
            let name = string(argument).map(|it| vec![it.to_owned()]).unwrap_or_default();
            vec![Effect::Export(Export::Without(name))]
        }
        // an enumeration that is made of constants which the module has already
        (_, "_convert_" | "_convert", Some(argument)) => {
            let Some(name) = string(argument) else { return Vec::new() };
            let takes = takes::converted(call);
            let members_of = Some(takes.clone());
            let class = Class { bases: vec![owner.to_owned()], members_of, ..Class::default() };
            let bind = Effect::Bind(name.to_owned(), NameBinding::Class(Box::new(class)));
            if takes.from.is_some() { vec![Effect::Takes(takes), bind] } else { vec![bind] }
        }
        ("", "update", _) if method.value.as_call_expr().is_some_and(|it| last(&it.func) == "globals") => {
            let members = argument.and_then(|it| it.as_attribute_expr()).filter(|it| it.attr.as_str() == "__members__");
            let name = members.and_then(|it| dotted(&it.value));
            let taken = || argument.and_then(|it| takes::taken(it, text));
            vec![match (name, taken()) {
                (Some(name), _) => Effect::Spreads(name),
                (None, Some(takes)) => Effect::Takes(takes),
                (None, None) => Effect::Computes("names that globals().update() gives"),
            }]
        }
        _ => Vec::new(),
    }
}

/// What a function of the file binds that binds what its caller names.
fn set<'a>(call: &ExprCall, setters: &Setters, lists: &ExportLists) -> Option<Vec<Effect<'a>>> {
    let called = dotted(&call.func)?;
    let literal = |at: usize| call.arguments.args.get(at).and_then(string).map(str::to_owned);
    // a class may have it of another one of the file
    let inherited = || {
        let method = called.rsplit_once('.')?.1;
        setters.iter().find(|(it, _)| it.rsplit_once('.').is_some_and(|(_, it)| it == method)).map(|it| it.1)
    };
    match (setters.get(&called).or_else(inherited)?, called.rsplit_once('.')) {
        (Setter::Globals, _) => {
            let names: Vec<_> = literals(call).map(|it| Effect::Bind(it.to_owned(), NameBinding::Value)).collect();
            // one that is told no names takes them from elsewhere
            Some(if names.is_empty() { vec![Effect::Computes("names that globals().update() gives")] } else { names })
        }
        (Setter::Module, _) => Some(vec![Effect::Computes("names that are set on the module itself")]),
        (Setter::Attribute { class: 0, name }, Some((class, _))) => {
            Some(vec![Effect::BindIn(class.to_owned(), literal(name.checked_sub(1)?)?)])
        }
        (Setter::Attribute { class, name }, None) => {
            let class = call.arguments.args.get(*class).and_then(dotted)?;
            Some(vec![Effect::BindIn(class, literal(*name)?)])
        }
        (Setter::Attributes { class }, None) => {
            Some(call.arguments.args.get(*class).and_then(dotted).map(Effect::ComputesIn).into_iter().collect())
        }
        (Setter::Methods { names, class }, None) => {
            let argument = |at: &usize| call.arguments.args.get(*at).and_then(dotted);
            let (all, class) = (lists.take(&argument(names)?)?, argument(class)?);
            let names = all.iter().flat_map(|it| if let Export::Names(all) = it { all.as_slice() } else { &[] });
            let bind = |name: &String| Effect::Bind(name.clone(), NameBinding::Method(format!("{class}.{name}")));
            Some(names.map(bind).collect())
        }
        _ => None,
    }
}
