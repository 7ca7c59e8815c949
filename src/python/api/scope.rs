//! The walk over the statements of a file or of a class's body.

use std::collections::BTreeSet;

use ruff_python_ast::{ExceptHandler, Expr, ExprSubscript, Stmt, StmtFunctionDef, StmtIf, StmtImportFrom, StmtTry};
use ruff_text_size::Ranged as _;

use super::{
    super::string,
    Bound, Export, Function, ImportOrigin, NameBinding, Scope, branch, class,
    deprecated::{self, last},
    effect::{Effect, effects},
    exports::{self, ExportLists, dotted},
    factory,
    lines::LineStarts,
    setters::{self, Setters},
    signature,
    stars::last_of_each,
    value::{binding_of, decorated},
};

/// How deep statements nest; CPython's tokenizer gives up behind as many.
const DEEPEST: usize = 100;

/// The longest condition that is kept, in characters.
const CONDITION: usize = 100;

/// How many functions of a file are known by what they do.
const KEPT: usize = 100;

/// What the names of a handler depend on.
const FAILED: &str = "only where something else fails";

pub(super) fn of_file(body: &[Stmt], text: &str) -> Scope {
    let lines = LineStarts::new(text);
    let mut walk = ScopeWalk::new(text, &lines, 0, false);
    walk.body(body);
    Scope { stars: last_of_each(walk.scope.stars), ..walk.scope }
}

fn of_class(body: &[Stmt], text: &str, lines: &LineStarts, depth: usize, keepers: &BTreeSet<String>) -> Scope {
    let mut walk = ScopeWalk::new(text, lines, depth, true);
    walk.keepers.clone_from(keepers);
    walk.body(body);
    walk.scope
}

#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own about where the walk is")]
struct ScopeWalk<'a> {
    text: &'a str,
    lines: &'a LineStarts,
    scope: Scope,
    lists: ExportLists,
    setters: Setters,
    /// Functions that return what they are given.
    keepers: BTreeSet<String>,
    /// What the names of this part depend on.
    condition: Option<String>,
    /// Whether what is bound already stays.
    is_fallback: bool,
    /// Whether this part does not run here: it changes no exports.
    is_off: bool,
    /// Whether it goes on where something fails.
    is_tried: bool,
    depth: usize,
    is_class: bool,
}

impl<'a> ScopeWalk<'a> {
    fn new(text: &'a str, lines: &'a LineStarts, depth: usize, is_class: bool) -> Self {
        Self {
            text,
            lines,
            scope: Scope::default(),
            lists: ExportLists::new(),
            setters: Setters::new(),
            keepers: BTreeSet::new(),
            condition: None,
            is_fallback: false,
            is_off: false,
            is_tried: false,
            depth,
            is_class,
        }
    }

    fn body(&mut self, body: &'a [Stmt]) {
        if self.depth >= DEEPEST {
            self.computed("statements that are nested too deeply");
            return;
        }
        self.depth += 1;
        for stmt in body {
            self.statement(stmt);
        }
        self.depth -= 1;
    }

    fn computed(&mut self, what: &str) {
        if self.scope.computed.len() < 20 {
            self.scope.computed.push(what.to_owned());
        }
    }

    fn bind(&mut self, name: &str, at: u32, binding: NameBinding) {
        if self.is_fallback && self.scope.names.contains_key(name) {
            return;
        }
        let (line, condition, is_tried) = (self.lines.of(at), self.condition.clone(), self.is_tried);
        self.scope.names.insert(name.to_owned(), Bound { binding, line, condition, is_tried });
    }

    /// Binds an attribute of a class that the file defines, or takes from elsewhere.
    fn bind_in(&mut self, class: &str, name: &str, at: u32, binding: NameBinding) {
        let line = self.lines.of(at);
        let bound = Bound { binding, line, condition: self.condition.clone(), is_tried: false };
        self.scope.give(class, name, bound);
    }

    fn statement(&mut self, stmt: &'a Stmt) {
        let at = stmt.start().to_u32();
        match stmt {
            Stmt::FunctionDef(it) => self.function(it, at),
            Stmt::ClassDef(it) => {
                let class = class::of(
                    it,
                    of_class(&it.body, self.text, self.lines, self.depth, &self.keepers),
                    (self.text, self.lines),
                );
                for def in it.body.iter().filter_map(|it| it.as_function_def_stmt()) {
                    setters::learn(&mut self.setters, format!("{}.{}", it.name, def.name), def);
                }
                self.bind(it.name.as_str(), at, NameBinding::Class(Box::new(class)));
            }
            Stmt::Import(it) => {
                for alias in &it.names {
                    let module = alias.name.as_str();
                    let first = module.split('.').next().unwrap_or(module);
                    let (name, module) = alias.asname.as_ref().map_or((first, first), |it| (it.as_str(), module));
                    self.bind(name, at, NameBinding::Module(module.to_owned()));
                }
            }
            Stmt::ImportFrom(it) => self.import_from(it, at),
            Stmt::Assign(it) => it.targets.iter().for_each(|target| self.assign(target, &it.value, at)),
            Stmt::AnnAssign(it) => {
                if let Some(value) = &it.value {
                    self.assign(&it.target, value, at);
                }
            }
            Stmt::AugAssign(it) if last(&it.target) == "__all__" => self.export(&it.value, false),
            Stmt::TypeAlias(it) => self.target(&it.name, at),
            Stmt::Delete(it) => {
                for target in it.targets.iter().filter(|_| !self.is_off) {
                    if let Expr::Name(name) = target
                        && let Some((name, bound)) = self.scope.names.remove_entry(name.id.as_str())
                    {
                        self.scope.past.insert(name, bound);
                    }
                }
            }
            Stmt::If(it) => self.branches(it),
            Stmt::Try(it) => self.attempt(it),
            Stmt::With(it) => {
                for item in &it.items {
                    if let Some(target) = &item.optional_vars {
                        self.target(target, at);
                    }
                }
                self.body(&it.body);
            }
            Stmt::For(it) => {
                self.target(&it.target, at);
                self.body(&it.body);
                self.body(&it.orelse);
            }
            Stmt::While(it) => [&it.body, &it.orelse].into_iter().for_each(|it| self.body(it)),
            Stmt::Match(it) => it.cases.iter().for_each(|case| self.body(&case.body)),
            Stmt::Expr(it) => {
                if let Expr::Call(call) = &*it.value {
                    self.apply(effects(call, self.text, (&self.setters, &self.lists)), at);
                }
                if !self.is_class && self.condition.is_none() {
                    self.scope.deprecated = self.scope.deprecated.take().or_else(|| deprecated::of_module(stmt));
                }
            }
            _ => {}
        }
    }

    fn function(&mut self, def: &'a StmtFunctionDef, at: u32) {
        let name = def.name.as_str();
        if name == "__getattr__" && !self.is_class {
            let parameter = def.parameters.args.first().or_else(|| def.parameters.posonlyargs.first());
            let parameter = parameter.map_or("name", |it| it.parameter.name.as_str());
            let answered = deprecated::answered(&def.body, parameter);
            for (name, from) in deprecated::imported(&def.body, &answered) {
                if !self.scope.names.contains_key(&name) {
                    self.bind(&name, at, NameBinding::From(from, name.clone()));
                }
            }
            self.scope.answered.extend(answered);
            // one that only raises answers to nothing
            if deprecated::returns(&def.body) {
                self.computed("a __getattr__ of the module");
            }
        }
        setters::learn(&mut self.setters, name.to_owned(), def);
        factory::learn(&mut self.scope.gives, def, self.lines);
        if self.keepers.len() < KEPT && setters::returns_its_argument(&def.parameters, &def.body) {
            self.keepers.insert(name.to_owned());
        }
        let (flavour, keeps, is_value) = decorated(&def.decorator_list, &self.keepers);
        if is_value {
            self.bind(name, at, NameBinding::Value);
            return;
        }
        let found = deprecated::by_decorator(&def.decorator_list).or_else(|| deprecated::in_body(&def.body));
        let signature = keeps.then(|| signature::of(&def.parameters, self.text));
        self.bind(name, at, NameBinding::Function(Function { signature, flavour, deprecated: found }));
    }

    fn import_from(&mut self, it: &StmtImportFrom, at: u32) {
        let from = ImportOrigin::of(it);
        for alias in &it.names {
            let name = alias.name.as_str();
            if name == "*" {
                if self.is_off && self.condition.as_deref() == Some(FAILED) {
                    self.scope.fallbacks.push(from.clone());
                } else if !self.is_off {
                    self.scope.stars.push((from.clone(), self.lines.of(at)));
                }
            } else {
                let here = alias.asname.as_ref().map_or(name, |it| it.as_str());
                if name == "__all__" && !self.is_class {
                    let exports = vec![Export::From(from.clone())];
                    if here == "__all__" && !self.is_off {
                        self.scope.exports = Some(exports);
                    } else {
                        self.lists.insert(here.to_owned(), exports);
                    }
                    continue;
                }
                self.bind(here, at, NameBinding::From(from.clone(), name.to_owned()));
            }
        }
    }

    fn assign(&mut self, target: &'a Expr, value: &'a Expr, at: u32) {
        match target {
            Expr::Name(it) => {
                let name = it.id.as_str();
                if name == "__all__" {
                    self.export(value, true);
                } else if self.is_class
                    && let Some((names, binding, is_whole)) = class::listed(name, value, (&self.lists, self.text))
                {
                    for it in names {
                        self.bind(&it, at, binding.clone());
                    }
                    if !is_whole {
                        self.computed("slots that syntax does not show");
                    }
                } else {
                    if let Expr::Call(call) = value {
                        self.apply(effects(call, self.text, (&self.setters, &self.lists)), at);
                    }
                    if matches!(value, Expr::List(_) | Expr::Tuple(_) | Expr::Set(_) | Expr::Dict(_) | Expr::BinOp(_)) {
                        self.lists.insert(name.to_owned(), exports::of(value, &self.lists, self.text));
                    }
                    setters::learn_own(&mut self.setters, name, value);
                    self.bind(name, at, binding_of(value, self.text, self.lines));
                }
            }
            Expr::Subscript(it) => {
                let is_table = it.value.as_call_expr().is_some_and(|it| last(&it.func) == "globals");
                match string(&it.slice).filter(|_| is_table) {
                    Some(name) => self.bind(name, at, NameBinding::Value),
                    None if is_table => self.computed("names that are assigned by way of globals()"),
                    None => self.replaces(it, value),
                }
            }
            // `f.__text_signature__ = "(a, b)"`
            Expr::Attribute(it) if it.attr.as_str() == "__text_signature__" => {
                let stated = string(value).and_then(signature::text_signature);
                let owner = dotted(&it.value).and_then(|it| self.scope.names.get_mut(&it));
                if let (Some(stated), Some(Bound { binding: NameBinding::Function(function), .. })) = (stated, owner) {
                    function.signature = Some(stated);
                }
            }
            Expr::Attribute(it) => {
                if let Some(class) = it.value.as_name_expr() {
                    self.bind_in(class.id.as_str(), it.attr.as_str(), at, binding_of(value, self.text, self.lines));
                }
            }
            other => self.target(other, at),
        }
    }

    /// `sys.modules[__name__] = other`, where an import failed.
    fn replaces(&mut self, it: &ExprSubscript, value: &Expr) {
        if setters::is_own(it)
            && self.condition.as_deref() == Some(FAILED)
            && let Some(module) = dotted(value)
        {
            self.scope.fallbacks.push(ImportOrigin { level: 0, module });
        }
    }

    fn target(&mut self, target: &'a Expr, at: u32) {
        match target {
            Expr::Name(it) => self.bind(it.id.as_str(), at, NameBinding::Value),
            Expr::Tuple(it) => it.elts.iter().for_each(|it| self.target(it, at)),
            Expr::List(it) => it.elts.iter().for_each(|it| self.target(it, at)),
            Expr::Starred(it) => self.target(&it.value, at),
            _ => {}
        }
    }

    fn export(&mut self, value: &Expr, is_new: bool) {
        if self.is_off {
            return;
        }
        let parts = exports::of(value, &self.lists, self.text);
        let all = self.scope.exports.get_or_insert_default();
        if is_new {
            all.clear();
        }
        all.extend(parts);
    }

    /// Does what a call does.
    fn apply(&mut self, effects: Vec<Effect<'_>>, at: u32) {
        for it in effects {
            match it {
                Effect::Exports(value) => self.export(value, false),
                Effect::Export(part) if !self.is_off => self.scope.exports.get_or_insert_default().push(part),
                Effect::Export(_) => {}
                Effect::Bind(name, binding) => self.bind(&name, at, binding),
                Effect::BindIn(class, name) => self.bind_in(&class, &name, at, NameBinding::Field),
                Effect::ComputesIn(class) => self.scope.give_unseen(&class),
                Effect::Takes(takes) => self.scope.takes.push(takes),
                Effect::Computes(what) => self.computed(what),
                Effect::Spreads(name) => match self.scope.names.get_mut(&name) {
                    Some(Bound { binding: NameBinding::Class(class), .. }) => class.is_global = true,
                    _ => self.computed("names that globals().update() gives"),
                },
            }
        }
    }

    /// The text of a condition, in one line.
    fn words(&self, test: &Expr) -> String {
        let words: Vec<&str> = self.text[test.range()].split_whitespace().collect();
        words.join(" ").chars().take(CONDITION).collect()
    }

    fn branches(&mut self, it: &'a StmtIf) {
        let mut clauses: Vec<(Option<&'a Expr>, &'a [Stmt])> = vec![(Some(&it.test), &it.body)];
        clauses.extend(it.elif_else_clauses.iter().map(|it| (it.test.as_ref(), it.body.as_slice())));
        let mut is_decided = false;
        // what each unknown clause binds: what all of them do is bound anyway
        let (mut all, mut is_first, mut has_else): (BTreeSet<String>, bool, bool) = (BTreeSet::new(), true, false);
        for (test, body) in clauses {
            let passes = test.map_or(Some(true), branch::passes);
            let words = test.map(|it| self.words(it));
            if is_decided || passes == Some(false) {
                if !test.is_some_and(branch::is_about_use) {
                    let condition = words.map_or("only on other platforms".into(), |it| format!("only if {it}"));
                    self.part(body, Some(condition), true, true);
                }
                continue;
            }
            if passes == Some(true) && is_first {
                self.part(body, self.condition.clone(), self.is_fallback, self.is_off);
                is_decided = true;
                continue;
            }
            let condition = words.map_or("where no condition before it holds".into(), |it| format!("if {it}"));
            let before = std::mem::take(&mut self.scope.names);
            self.part(body, Some(condition), false, self.is_off);
            let bound = std::mem::replace(&mut self.scope.names, before);
            let here: BTreeSet<String> = bound.keys().cloned().collect();
            all = if is_first { here } else { all.intersection(&here).cloned().collect() };
            for (name, bound) in bound {
                let keeps = !is_first || self.is_fallback;
                if !(keeps && self.scope.names.contains_key(&name)) {
                    // what was bound before is bound in any case
                    let was = self.scope.names.get(&name).map(|it| it.condition.clone());
                    let condition = was.unwrap_or(bound.condition);
                    self.scope.names.insert(name, Bound { condition, ..bound });
                }
            }
            is_first = false;
            has_else |= passes == Some(true);
            is_decided |= passes == Some(true);
        }
        if has_else {
            for name in all {
                if let Some(it) = self.scope.names.get_mut(&name) {
                    it.condition.clone_from(&self.condition);
                }
            }
        }
    }

    fn attempt(&mut self, it: &'a StmtTry) {
        let handlers: Vec<&'a [Stmt]> =
            it.handlers.iter().map(|ExceptHandler::ExceptHandler(it)| it.body.as_slice()).collect();
        let is_raised = it.body.last().is_some_and(|it| matches!(it, Stmt::Raise(_)));
        let fails = branch::fails(&it.body);
        if (is_raised || fails)
            && let Some(first) = handlers.first()
        {
            if fails {
                for body in [&it.body, &it.orelse] {
                    self.part(body, Some("only on other platforms".into()), true, true);
                }
            } else {
                self.body(&it.body);
            }
            self.body(first);
            self.body(&it.finalbody);
            return;
        }
        let is_tried = self.is_tried || !handlers.is_empty();
        let was_tried = std::mem::replace(&mut self.is_tried, is_tried);
        self.body(&it.body);
        self.is_tried = was_tried;
        for body in handlers {
            self.part(body, self.condition.clone().or_else(|| Some(FAILED.into())), true, true);
        }
        self.body(&it.orelse);
        self.body(&it.finalbody);
    }

    fn part(&mut self, body: &'a [Stmt], condition: Option<String>, is_fallback: bool, is_off: bool) {
        let (may_fall_back, may_be_off) = (is_fallback || self.is_fallback, is_off || self.is_off);
        let condition = std::mem::replace(&mut self.condition, condition);
        let is_fallback = std::mem::replace(&mut self.is_fallback, may_fall_back);
        let is_off = std::mem::replace(&mut self.is_off, may_be_off);
        self.body(body);
        (self.condition, self.is_fallback, self.is_off) = (condition, is_fallback, is_off);
    }
}
