//! `molt-sync docs bind FILE:LINE FACT`: a phrase for a value, added to the workspace's bindings.

use clap::Args;

use super::{facts, load::LoadedDocs, on_disk::present, place, stated};
use crate::{
    base::{Files as _, Staged, one_file, path_word},
    changeset::Changeset,
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    docs::{self, Bindable, Binding, Claim, ClaimKind, Code, DocsRules, Document},
    report::{envelope, json_document},
};

/// What is asked for.
#[derive(Debug, Clone, Default, Args)]
pub struct Bind {
    /// The line where the value stands (README.md:12), and its column where there are more of them (README.md:12:40)
    #[arg(value_name = "FILE:LINE")]
    pub place: String,
    /// The fact that it states; `docs facts` lists them
    pub fact: String,
    /// Write nothing; print what would change as a patch
    #[arg(long)]
    pub dry_run: bool,
}

/// Runs it.
pub(super) fn run(context: &Context, request: &Bind) -> Result<(), Failure> {
    let refused =
        |why: String, hint: &str| Failure::new(Exit::Usage, format!("cannot bind {}: {why}", request.place), hint);
    let place = place::split(&request.place);
    let (name, line, column) =
        place.ok_or_else(|| refused("it is not a place".into(), "a place looks like docs/spec/STATUS.md:12"))?;
    let workspace = context.workspace_for(!request.dry_run)?;
    let (state, mut loaded) = present(&workspace, context.command_line)?;
    let names = place::candidates(context, &workspace, name);
    let document = names.iter().find_map(|path| loaded.documents.iter().find(|it| it.path == *path));
    let document = document.ok_or_else(|| {
        refused("no document is called that".into(), "`docs.roots` in molt-sync.toml lists what is read")
    })?;
    if loaded.facts.get(&request.fact).is_none() {
        let why = stated::asked(&mut loaded.facts, (&workspace.disk, &state), &request.fact)?;
        if loaded.facts.get(&request.fact).is_none() {
            let failure = facts::absent(&loaded.facts, &request.fact, why);
            return Err(refused(failure.message, &failure.hint.unwrap_or_default()));
        }
    }
    let by_hand = "write the phrase by hand; docs/src/documents.md of molt-sync shows the form";
    let value = docs::value_at(document, (line, column), &loaded.facts, &request.fact).map_err(|why| {
        refused(why, &format!("name the line that has the value and its column (README.md:12:40), or {by_hand}"))
    })?;
    if let Some(claim) = bound(&loaded.claims(), document, &value) {
        let place = path_word(&format!("{}:{line}", document.path));
        let hint = format!("`molt-sync docs explain {place}` shows what is compared there");
        return Err(refused(format!("it is bound already, {}", by(claim)), &hint));
    }
    let file = &state.config.docs.bindings;
    let written = workspace.disk.text(file)?.unwrap_or_default();
    // new words for what stands there no longer take its place
    let gone = lost(&loaded.claims(), &written, document, &request.fact);
    let replaced = gone.and_then(|it| Some((docs::without_binding(&written, &document.path, &it)?, it)));
    let (old, replaced) = replaced.map_or((written, None), |(old, it)| (old, Some(it)));
    let mut why = None;
    let mut chosen = None;
    for phrase in &value.phrases {
        let new = format!("{old}{}{}", gap(&old), entry(document, phrase));
        match tried(&loaded, document, &value, (&new, phrase))
            .and_then(|()| stays(&loaded, document, &value, (&new, phrase)))
        {
            Ok(()) => chosen = Some((new, phrase)),
            Err(it) if why.is_none() || it.0.ends_with(MOVES) => why = Some(it),
            Err(_) => {}
        }
        if chosen.is_some() {
            break;
        }
    }
    let (new, phrase) = chosen.ok_or_else(|| {
        let (why, is_repeated) = why.unwrap_or_default();
        let hint = if is_repeated {
            format!("{by_hand}, with `times` or, below a heading, `within`")
        } else if why.ends_with(MOVES) || why.ends_with(UNREAD) {
            by_hand.to_owned()
        } else {
            format!("correct the document first, or {by_hand}")
        };
        refused(why, &hint)
    })?;
    let mut staged = Staged::new(&workspace.disk);
    staged.write(file, new)?;
    let changeset = Changeset { edits: staged.into_edits() };
    if request.dry_run {
        return context.print_patch(&changeset.diff());
    }
    workspace.apply(&changeset.edits)?;
    if context.options.format == Format::Json {
        let value =
            envelope(serde_json::json!({ "file": file, "doc": document.path, "phrase": phrase, "replaced": replaced }));
        return context.print(&json_document(&value));
    }
    let instead = replaced.map_or_else(String::new, |it| format!(", in the place of {it}"));
    context.print(&format!("{file}: {phrase}{instead}\n"))
}

/// The phrase for a fact alone that a document has no longer, where there is one such.
fn lost(claims: &[Claim], written: &str, document: &Document, fact: &str) -> Option<String> {
    let is_found = |phrase: &str| {
        let is_it = |it: &Claim| it.kind == ClaimKind::Phrase && it.path == document.path && it.binding == phrase;
        claims.iter().any(|it| is_it(it) && it.code != Some(Code::Lost))
    };
    let hole = format!("{{{fact}}}");
    let all = docs::bindings(written).ok()?;
    // one of several facts would take the others with it
    let is_its = |it: &&Binding| {
        it.document() == Some(document.path.as_str())
            && it.phrase.contains(&hole)
            && it.phrase.matches('{').count() == 1
    };
    let mut gone = all.iter().filter(is_its).filter(|it| !is_found(&it.phrase));
    let one = gone.next()?;
    gone.next().is_none().then(|| one.phrase.clone())
}

/// The claim that a value belongs to already.
fn bound<'a>(claims: &'a [Claim], document: &Document, value: &Bindable) -> Option<&'a Claim> {
    let covers =
        |it: &&Claim| it.path == document.path && it.span.start < value.span.end && value.span.start < it.span.end;
    let mut all: Vec<&Claim> = claims.iter().filter(covers).filter(|it| it.kind != ClaimKind::Command).collect();
    // what a template writes is the template's, whatever it says
    all.sort_by_key(|it| (!matches!(it.kind, ClaimKind::Block | ClaimKind::File), it.span.len()));
    all.first().copied()
}

/// What binds it.
fn by(claim: &Claim) -> String {
    let facts = claim.facts.join(", ");
    match claim.kind {
        ClaimKind::Block => format!("as a part of block `{}`, which a template writes", claim.binding),
        ClaimKind::File => "as a part of a generated file".into(),
        ClaimKind::Link => format!("to {facts} by the link {}", claim.binding),
        ClaimKind::Phrase if claim.binding.contains('{') => format!("to {facts} by the phrase `{}`", claim.binding),
        _ => format!("to {facts} in words that are compared without a binding"),
    }
}

/// Whether the phrase finds this value and no other, and the value is right; otherwise why, and whether it stands there more than once.
fn tried(
    loaded: &LoadedDocs,
    document: &Document,
    value: &Bindable,
    (text, phrase): (&str, &str),
) -> Result<(), (String, bool)> {
    let rules = loaded.rules();
    let bindings = docs::bindings(text).map_err(|error| (error.to_string(), false))?;
    let own: Vec<Binding> = bindings.into_iter().filter(|it| it.phrase == phrase).collect();
    let rules = DocsRules { bindings: &own, ..rules };
    let claims = docs::check(std::slice::from_ref(document), &rules);
    let mine: Vec<&Claim> = claims.iter().filter(|it| it.kind == ClaimKind::Phrase && it.binding == phrase).collect();
    if let Some(wrong) = mine.iter().find(|it| matches!(it.code, Some(Code::Lost | Code::Count))) {
        return Err((wrong.why.first().cloned().unwrap_or_default(), wrong.code == Some(Code::Count)));
    }
    if !mine.iter().any(|it| it.span.start < value.span.end && value.span.start < it.span.end) {
        let why = format!("`{phrase}` does not find it: {UNREAD}");
        return Err((why, false));
    }
    let is_around = |it: &&&Claim| it.span.start < value.span.start || it.span.end > value.span.end;
    if let Some(more) = mine.iter().find(is_around) {
        return Err((format!("`{phrase}` would take more than the value: `{}`", more.stated), false));
    }
    match mine.iter().find(|it| it.is_wrong()) {
        Some(wrong) => Err((format!("`docs check` would say of it: {}", wrong.message()), false)),
        None => Ok(()),
    }
}

/// What is wrong with a place that no phrase is looked for in.
const UNREAD: &str = "it stands in code, or below a comment that ignores it";
/// What is wrong with a phrase that has another value in it.
const MOVES: &str = "has another value in it that is compared, and would be lost when that moves";

/// Whether the phrase still finds its value where another one that is compared has moved.
fn stays(
    loaded: &LoadedDocs,
    document: &Document,
    value: &Bindable,
    (text, phrase): (&str, &str),
) -> Result<(), (String, bool)> {
    let is_beside = |it: &&Claim| {
        let is_number = it.stated.bytes().all(|it| it.is_ascii_digit()) && !it.stated.is_empty();
        it.path == document.path && is_number && it.span != value.span && phrase.contains(&it.stated)
    };
    let moved = loaded.claims().into_iter().filter(|it| is_beside(&it)).map(|it| (it.span, it.stated));
    let mut moved: Vec<(std::ops::Range<usize>, String)> = moved.collect();
    moved.sort_by_key(|it| std::cmp::Reverse(it.0.start));
    let mut new = document.clone();
    for (span, stated) in
        moved.into_iter().filter(|(span, _)| span.end <= value.span.start || value.span.end <= span.start)
    {
        // as long as it was, so that the value stays where it is
        let other: String = stated.chars().map(|it| if it == '9' { '8' } else { '9' }).collect();
        if new.text.get(span.clone()) == Some(stated.as_str()) {
            new.text.replace_range(span, &other);
        }
    }
    if new.text == document.text || tried(loaded, &new, value, (text, phrase)).is_ok() {
        return Ok(());
    }
    Err((format!("`{phrase}` {MOVES}"), false))
}

fn entry(document: &Document, phrase: &str) -> String {
    format!("[[bind]]\ndoc = {}\nphrase = {}\n", toml_text(&one_file(document.path.as_str())), toml_text(phrase))
}

/// What parts an entry from those before it.
fn gap(old: &str) -> &'static str {
    match old {
        "" => "",
        _ if old.ends_with('\n') => "\n",
        _ => "\n\n",
    }
}

fn toml_text(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}
