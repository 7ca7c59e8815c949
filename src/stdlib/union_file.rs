//! The union file that Molt's Python tools execute, read and patched as data.
//!
//! Two forms: one file with everything, or a facade that loads one sibling a series. A file that exists keeps its form,
//! its prose and every value that is right already; only values that changed are written anew.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    facts::is_identifier,
    union::{SeriesNames, Union},
};
use crate::{
    base::{FileError, Files, RelPath, Series, Staged, limits, shortened},
    python::{Constants, DataFileForm, Literal, STEMS, VERSIONS, data_constants},
};

/// How the union is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnionLayout {
    /// Everything in one file.
    One,
    /// A facade and one sibling a series.
    Facade,
}

/// A union file as it stands in the workspace.
#[derive(Debug)]
pub struct UnionFile {
    /// Its form.
    pub form: UnionLayout,
    /// What it says.
    pub union: Union,
    path: RelPath,
    stems: BTreeMap<Series, String>,
}

type UnionGroup = fn(&SeriesNames) -> &BTreeSet<String>;

/// The four groups, by the stem of their constants.
const GROUPS: [(&str, UnionGroup); 4] = [
    ("STDLIB_MODULE", |it| &it.modules),
    ("STDLIB_PACKAGE", |it| &it.packages),
    ("STDLIB_PY_MODULE", |it| &it.py_modules),
    ("STDLIB_PY_PACKAGE", |it| &it.py_packages),
];

impl UnionFile {
    /// Reads the file at `path` and its siblings; none where there is no file.
    pub fn read(files: &dyn Files, path: &RelPath) -> Result<Option<Self>, FileError> {
        let Some(text) = files.text(path)? else { return Ok(None) };
        let facade = parse(path, &text)?;
        let versions = strings(path, &facade, VERSIONS)?;
        let mut series = Vec::new();
        for text in &versions {
            let parsed = text.parse::<Series>();
            series.push(parsed.map_err(|error| shape(path, &format!("names a bad series in {VERSIONS}: {error}")))?);
        }
        if series.is_empty() {
            return Err(shape(path, &format!("has an empty {VERSIONS}")));
        }
        if series.len() > limits::SERIES {
            return Err(shape(path, &format!("has more than {} series in {VERSIONS}", limits::SERIES)));
        }
        let form = form(&facade);
        if form == UnionLayout::One && facade.contains_key(STEMS) {
            return Err(shape(path, &format!("has the tables itself, and files beside it in {STEMS}")));
        }
        let mut res = Self { form, union: Union::default(), path: path.clone(), stems: BTreeMap::new() };
        for series in series {
            let names = match form {
                UnionLayout::One => from_dicts(path, &facade, series)?,
                UnionLayout::Facade => {
                    let stem = stem_of(&facade, path, series);
                    let sibling = sibling(path, &stem);
                    let text = files.text(&sibling)?;
                    let text = text.ok_or_else(|| shape(path, &format!("needs {sibling}, which is not there")))?;
                    res.stems.insert(series, stem);
                    from_tuples(&sibling, &parse_sibling(&sibling, &text)?)?
                }
            };
            res.union.by_series.insert(series, names);
        }
        Ok(Some(res))
    }

    /// The siblings that the file at `path` loads; none where it is not there, cannot be read or has everything itself: whoever
    /// reads it then is told why.
    #[must_use]
    pub fn siblings_at(files: &dyn Files, path: &RelPath) -> Vec<RelPath> {
        // that it cannot be read is told by whoever reads it
        let facade = files.text(path).ok().flatten().and_then(|text| parse(path, &text).ok());
        let Some(facade) = facade.filter(|it| form(it) == UnionLayout::Facade) else { return Vec::new() };
        let versions = strings(path, &facade, VERSIONS).unwrap_or_default();
        let series = versions.iter().take(limits::SERIES).filter_map(|it| it.parse().ok());
        series.map(|it| sibling(path, &stem_of(&facade, path, it))).collect()
    }

    /// Makes the file say `union`.
    pub fn write(&self, staged: &mut Staged<'_>, union: &Union) -> Result<(), FileError> {
        if self.form == UnionLayout::Facade {
            self.write_siblings(staged, union)?;
        }
        let text = staged.text(&self.path)?.unwrap_or_default();
        let facade = parse(&self.path, &text)?;
        let mut wanted = vec![(VERSIONS.to_owned(), versions(union))];
        match self.form {
            UnionLayout::One => {
                for (stem, group) in GROUPS {
                    let rows = union.by_series.iter();
                    let dict = rows.map(|(series, it)| (Literal::Str(series.to_string()), tuple(group(it)))).collect();
                    wanted.push((format!("{stem}S_BY_VERSION"), Literal::Dict(dict)));
                }
            }
            UnionLayout::Facade if facade.contains_key(STEMS) => {
                let rows = union.by_series.keys();
                let dict = rows.map(|it| (Literal::Str(it.to_string()), Literal::Str(self.stem(*it)))).collect();
                wanted.push((STEMS.to_owned(), Literal::Dict(dict)));
            }
            UnionLayout::Facade => {}
        }
        wanted.extend(unions(union));
        let patched = patch(&self.path, &text, &facade, &wanted)?;
        staged.write(&self.path, patched)?;
        Ok(())
    }

    fn write_siblings(&self, staged: &mut Staged<'_>, union: &Union) -> Result<(), FileError> {
        for (series, names) in &union.by_series {
            let path = sibling(&self.path, &self.stem(*series));
            let text = match staged.text(&path)? {
                Some(text) => {
                    let wanted: Vec<_> = series_constants(names).collect();
                    patch(&path, &text, &parse_sibling(&path, &text)?, &wanted)?
                }
                None => match self.latest_sibling(staged)? {
                    Some((like, text)) => sibling_like(&path, &text, like, *series, names)?,
                    None => fresh_sibling(*series, names),
                },
            };
            staged.write(&path, text)?;
        }
        for series in self.union.by_series.keys().filter(|it| !union.by_series.contains_key(it)) {
            staged.delete(&sibling(&self.path, &self.stem(*series)))?;
        }
        Ok(())
    }

    /// The files beside it that it loads, one a series.
    pub fn siblings(&self) -> Vec<RelPath> {
        self.stems.values().map(|it| sibling(&self.path, it)).collect()
    }

    /// The newest sibling that is there, whose form a new one takes.
    fn latest_sibling(&self, staged: &Staged<'_>) -> Result<Option<(Series, String)>, FileError> {
        let Some((series, stem)) = self.stems.last_key_value() else { return Ok(None) };
        Ok(staged.text(&sibling(&self.path, stem))?.map(|text| (*series, text)))
    }

    fn stem(&self, series: Series) -> String {
        self.stems.get(&series).cloned().unwrap_or_else(|| default_stem(&self.path, series))
    }

    /// The text of a new union file in one piece.
    pub fn fresh(union: &Union) -> String {
        let mut out = String::from(
            "\"\"\"The names that the stdlib tree has to have, one table for each CPython series.\n\n\
             Written by `molt-sync refresh` from the recorded baselines. The tables hold facts about CPython\n\
             releases; edit the baselines' source, not this file.\n\"\"\"\n",
        );
        out += &format!("\n{VERSIONS} = {}\n", inline(&versions(union)));
        let mut add = |name: &str, value: &Literal| out += &format!("\n{name} = {}\n", render(value, 0));
        for (stem, group) in GROUPS {
            let rows = union.by_series.iter();
            let dict = rows.map(|(series, it)| (Literal::Str(series.to_string()), tuple(group(it)))).collect();
            add(&format!("{stem}S_BY_VERSION"), &Literal::Dict(dict));
        }
        for (name, value) in unions(union) {
            add(&name, &value);
        }
        out
    }
}

fn fresh_sibling(series: Series, names: &SeriesNames) -> String {
    let mut out = format!(
        "\"\"\"The standard-library names of CPython {series}, as the union facade loads them.\n\n\
         Written by `molt-sync refresh`.\n\"\"\"\n\nPYTHON_VERSION = \"{series}\"\n"
    );
    series_constants(names).for_each(|(name, value)| out += &format!("\n{name} = {}\n", render(&value, 0)));
    out
}

/// A new sibling in the form of the one of another series, with its words: the tree's own generator recognises its files by
/// them.
fn sibling_like(
    path: &RelPath,
    text: &str,
    like: Series,
    series: Series,
    names: &SeriesNames,
) -> Result<String, FileError> {
    let constants = parse_sibling(path, text)?;
    let first = constants.values().map(|it| it.range.start).min().unwrap_or(text.len());
    let (head, tail) = text.split_at(text[..first].rfind('\n').map_or(0, |it| it + 1));
    let head = rename_series(head, like, series);
    let text = format!("{head}{tail}");
    let constants = parse_sibling(path, &text)?;
    let mut wanted: Vec<(String, Literal)> = series_constants(names).collect();
    if constants.contains_key("PYTHON_VERSION") {
        wanted.push(("PYTHON_VERSION".to_owned(), Literal::Str(series.to_string())));
    }
    patch(path, &text, &constants, &wanted)
}

/// `text` with each mention of one series as a whole number, `3.14` or `3_14`, as one of another.
fn rename_series(text: &str, from: Series, to: Series) -> String {
    let mut res = String::with_capacity(text.len());
    let mut rest = text;
    let old = [format!("{}.{}", from.major, from.minor), format!("{}_{}", from.major, from.minor)];
    let new = [format!("{}.{}", to.major, to.minor), format!("{}_{}", to.major, to.minor)];
    while let Some(it) = rest.chars().next() {
        let is_inside = res.ends_with(|it: char| it.is_ascii_digit() || it == '.');
        let found = (0..2).find(|at| {
            rest.strip_prefix(&old[*at])
                .is_some_and(|after| !is_inside && !after.starts_with(|it: char| it.is_ascii_digit()))
        });
        if let Some(at) = found {
            res += &new[at];
            rest = &rest[old[at].len()..];
        } else {
            res.push(it);
            rest = &rest[it.len_utf8()..];
        }
    }
    res
}

fn series_constants(names: &SeriesNames) -> impl Iterator<Item = (String, Literal)> {
    GROUPS.into_iter().map(|(stem, group)| (format!("{stem}S"), tuple(group(names))))
}

/// The six union constants of every form.
fn unions(union: &Union) -> Vec<(String, Literal)> {
    let of = |names: BTreeSet<&str>| Literal::Tuple(names.into_iter().map(|it| Literal::Str(it.to_owned())).collect());
    let mut res: Vec<_> = GROUPS.iter().map(|(stem, group)| (format!("{stem}_UNION"), of(union.all(group)))).collect();
    res.push(("STDLIB_PY_SUBMODULE_UNION".into(), of(union.submodules())));
    res.push(("STDLIB_PY_SUBPACKAGE_UNION".into(), of(union.subpackages())));
    res
}

fn versions(union: &Union) -> Literal {
    Literal::Tuple(union.by_series.keys().map(|it| Literal::Str(it.to_string())).collect())
}

fn tuple(names: &BTreeSet<String>) -> Literal {
    Literal::Tuple(names.iter().cloned().map(Literal::Str).collect())
}

/// `text` with each wanted constant that differs written anew, in place.
fn patch(path: &RelPath, text: &str, has: &Constants, wanted: &[(String, Literal)]) -> Result<String, FileError> {
    let mut edits = Vec::new();
    for (name, value) in wanted {
        let constant = has.get(name).ok_or_else(|| shape(path, &format!("has no {name}")))?;
        if constant.value != *value {
            let one_line = name == VERSIONS;
            edits.push((constant.range.clone(), if one_line { inline(value) } else { render(value, 0) }));
        }
    }
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut res = text.to_owned();
    for (range, new) in edits {
        res.replace_range(range, &new.replace('\n', newline));
    }
    Ok(res)
}

fn inline(value: &Literal) -> String {
    match value.tuple_of_str().as_deref() {
        Some([one]) => format!("(\"{one}\",)"),
        Some(all) => format!("(\"{}\")", all.join("\", \"")),
        None => render(value, 0),
    }
}

/// A literal, one member a line with a trailing comma: what formatters leave alone.
fn render(value: &Literal, depth: usize) -> String {
    let (inner, outer) = ("    ".repeat(depth + 1), "    ".repeat(depth));
    match value {
        Literal::Str(text) => format!("\"{text}\""),
        Literal::Tuple(items) if !items.is_empty() => {
            let lines: String = items.iter().map(|it| format!("{inner}{},\n", render(it, depth + 1))).collect();
            format!("(\n{lines}{outer})")
        }
        Literal::Dict(items) if !items.is_empty() => {
            let line =
                |(key, it): &(Literal, Literal)| format!("{inner}{}: {},\n", render(key, 0), render(it, depth + 1));
            format!("{{\n{}{outer}}}", items.iter().map(line).collect::<String>())
        }
        Literal::Dict(_) => "{}".into(),
        _ => "()".into(),
    }
}

fn from_dicts(path: &RelPath, has: &Constants, series: Series) -> Result<SeriesNames, FileError> {
    read_groups(path, |stem| {
        let name = format!("{stem}S_BY_VERSION");
        let Some(Literal::Dict(rows)) = has.get(&name).map(|it| &it.value) else {
            return Err(shape(path, &format!("has no dictionary {name}")));
        };
        let row = rows.iter().rfind(|(key, _)| key.as_str() == Some(&series.to_string()));
        let names = row.and_then(|(_, value)| value.tuple_of_str());
        names.ok_or_else(|| shape(path, &format!("has no tuple for {series} in {name}")))
    })
}

fn from_tuples(path: &RelPath, has: &Constants) -> Result<SeriesNames, FileError> {
    read_groups(path, |stem| strings(path, has, &format!("{stem}S")))
}

fn read_groups<'a>(
    path: &RelPath,
    read: impl Fn(&str) -> Result<Vec<&'a str>, FileError>,
) -> Result<SeriesNames, FileError> {
    let set = |stem: &str| {
        let names = read(stem)?;
        if names.len() > limits::NAMES {
            return Err(shape(path, &format!("lists more than {} names of one series", limits::NAMES)));
        }
        // each becomes a path, and a word of a stub
        if let Some(odd) = names.iter().find(|it| !it.split('.').all(is_identifier)) {
            let odd = shortened(&odd.escape_debug().to_string(), 80).into_owned();
            return Err(shape(path, &format!("lists `{odd}`, which is not a module name")));
        }
        Ok::<BTreeSet<String>, FileError>(names.into_iter().map(str::to_owned).collect())
    };
    Ok(SeriesNames {
        modules: set(GROUPS[0].0)?,
        packages: set(GROUPS[1].0)?,
        py_modules: set(GROUPS[2].0)?,
        py_packages: set(GROUPS[3].0)?,
    })
}

fn strings<'a>(path: &RelPath, has: &'a Constants, name: &str) -> Result<Vec<&'a str>, FileError> {
    let value = has.get(name).and_then(|it| it.value.tuple_of_str());
    value.ok_or_else(|| shape(path, &format!("has no tuple {name}")))
}

fn form(facade: &Constants) -> UnionLayout {
    let by_version = facade.get("STDLIB_MODULES_BY_VERSION").map(|it| &it.value);
    if matches!(by_version, Some(Literal::Dict(_))) { UnionLayout::One } else { UnionLayout::Facade }
}

fn stem_of(facade: &Constants, path: &RelPath, series: Series) -> String {
    let Some(Literal::Dict(rows)) = facade.get(STEMS).map(|it| &it.value) else { return default_stem(path, series) };
    let row = rows.iter().rfind(|(key, _)| key.as_str() == Some(&series.to_string()));
    let stem = row.and_then(|(_, value)| value.as_str()).filter(|it| !it.contains(['/', '\\']));
    stem.map_or_else(|| default_stem(path, series), str::to_owned)
}

fn default_stem(path: &RelPath, series: Series) -> String {
    format!("{}_{}_{}", path.file_name().trim_end_matches(".py"), series.major, series.minor)
}

fn sibling(path: &RelPath, stem: &str) -> RelPath {
    let name = format!("{stem}.py");
    path.parent().map_or_else(|| RelPath::new(name.clone()).unwrap_or_else(|_| path.clone()), |dir| dir.join(&name))
}

fn parse(path: &RelPath, text: &str) -> Result<Constants, FileError> {
    data_constants(text, DataFileForm::Facade).map_err(|error| FileError::unusable(path, text, error.to_string()))
}

fn parse_sibling(path: &RelPath, text: &str) -> Result<Constants, FileError> {
    data_constants(text, DataFileForm::Constants).map_err(|error| FileError::unusable(path, text, error.to_string()))
}

fn shape(path: &RelPath, what: &str) -> FileError {
    FileError::unusable(path, "", format!("it {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Memory;

    #[test]
    fn a_text_that_is_no_name_is_in_no_union() {
        let path = RelPath::new("tools/u.py").unwrap();
        let read = |name: &str| {
            let names: BTreeSet<String> = ["a".to_owned(), name.to_owned()].into();
            let names = SeriesNames { modules: names.clone(), py_modules: names, ..SeriesNames::default() };
            let union = Union { by_series: [("3.13".parse().unwrap(), names)].into() };
            let files = Memory([(path.clone(), UnionFile::fresh(&union).into_bytes())].into());
            UnionFile::read(&files, &path).map(|it| it.is_some())
        };
        for fine in ["b", "a.b", "_x.y_1"] {
            assert!(read(fine).unwrap(), "{fine}");
        }
        for odd in ["zz\\\nprint(1)#", "a/b", "..", "a..b", "", "a b", "1a", "caf\u{e9}", "a\u{202e}b"] {
            let error = read(odd).unwrap_err().to_string();
            assert!(error.contains("which is not a module name") && !error.contains(['\n', '\u{202e}']), "{error}");
        }
    }

    fn union(rows: &[(&str, &[&str])]) -> Union {
        let set = |it: &[&str]| it.iter().map(|&it| it.to_owned()).collect::<BTreeSet<_>>();
        let names = |py: &[&str]| SeriesNames {
            modules: set(&["a"]),
            packages: set(&["a"]),
            py_modules: set(py),
            py_packages: set(&["a"]),
        };
        Union { by_series: rows.iter().map(|(series, py)| (series.parse().unwrap(), names(py))).collect() }
    }

    fn path() -> RelPath {
        RelPath::new("tools/u.py").unwrap()
    }

    fn read(files: &dyn Files) -> UnionFile {
        UnionFile::read(files, &path()).unwrap().unwrap()
    }

    #[test]
    fn a_fresh_file_reads_back_and_a_rewrite_keeps_its_bytes() {
        let before = union(&[("3.12", &["a", "a.b"]), ("3.13", &["a"])]);
        let files = Memory([(path(), UnionFile::fresh(&before).into_bytes())].into());
        let file = read(&files);
        assert_eq!((file.form, &file.union), (UnionLayout::One, &before));
        let mut staged = Staged::new(&files);
        file.write(&mut staged, &before).unwrap();
        assert!(staged.into_edits().is_empty());
    }

    #[test]
    fn what_is_empty_takes_no_lines() {
        let empty = [Literal::Tuple(Vec::new()), Literal::Dict(Vec::new())];
        assert_eq!(empty.each_ref().map(|it| render(it, 0)), ["()", "{}"]);
        assert_eq!(render(&Literal::Tuple(vec![Literal::Str("a".into())]), 0), "(\n    \"a\",\n)");
    }

    #[test]
    fn only_values_that_changed_are_touched() {
        let before = union(&[("3.12", &["a", "a.b"])]);
        let text = format!("'''Somebody's prose.'''\n{}\nTAIL = 3  # kept\n", UnionFile::fresh(&before))
            .replace("(\n    \"a\",\n)", "('a',)");
        let files = Memory([(path(), text.clone().into_bytes())].into());
        let after = union(&[("3.12", &["a", "a.b"]), ("3.13", &["a", "a.c"])]);
        let mut staged = Staged::new(&files);
        read(&files).write(&mut staged, &after).unwrap();
        assert_eq!(read(&staged).union, after);
        let new = staged.text(&path()).unwrap().unwrap();
        assert!(new.starts_with("'''Somebody's prose.'''\n") && new.ends_with("\nTAIL = 3  # kept\n"));
        assert!(new.contains("STDLIB_MODULE_UNION = ('a',)\n"), "a value that is right keeps its form: {new}");
        assert!(new.contains("BASELINE_PYTHON_VERSIONS = (\"3.12\", \"3.13\")\n"), "{new}");
    }

    /// What loads the siblings.
    const LOADER: &str = "import importlib.util as _u\nfrom pathlib import Path as _P\ndef _load(v):\n    stem = _VERSION_MODULE_STEMS[v]\n    path = _P(__file__).with_name(f\"{stem}.py\")\n    spec = _u.spec_from_file_location(stem, path)\n    if spec is None:\n        raise ImportError(f\"{stem}\")\n    module = _u.module_from_spec(spec)\n    spec.loader.exec_module(module)\n    return module\n_DATA = {v: _load(v) for v in BASELINE_PYTHON_VERSIONS}\n";

    #[test]
    fn a_facade_keeps_its_form_and_gains_and_loses_siblings() {
        let facade = "BASELINE_PYTHON_VERSIONS = (\"3.12\",)\n_VERSION_MODULE_STEMS = {\n    \"3.12\": \"u_3_12\",\n}\n"
            .to_owned()
            + LOADER
            + "STDLIB_MODULES_BY_VERSION = {v: _DATA[v].STDLIB_MODULES for v in BASELINE_PYTHON_VERSIONS}\n"
            + &unions(&Union::default()).iter().map(|(name, _)| format!("{name} = ()\n")).collect::<String>();
        let before = union(&[("3.12", &["a"])]);
        let sibling = fresh_sibling("3.12".parse().unwrap(), &before.by_series.values().next().unwrap().clone());
        let sibling_path = RelPath::new("tools/u_3_12.py").unwrap();
        let files = Memory([(path(), facade.into_bytes()), (sibling_path.clone(), sibling.into_bytes())].into());
        assert_eq!((read(&files).form, &read(&files).union), (UnionLayout::Facade, &before));
        let after = union(&[("3.13", &["a", "a.b"])]);
        let mut staged = Staged::new(&files);
        read(&files).write(&mut staged, &after).unwrap();
        assert_eq!(read(&staged).union, after);
        assert_eq!(staged.read(&sibling_path).unwrap(), None);
        assert!(staged.text(&path()).unwrap().unwrap().contains("    \"3.13\": \"u_3_13\",\n"));
    }

    /// A facade with these lines, whose one sibling has this name.
    fn with_sibling(lines: &str, stem: &str, before: &Union) -> Memory {
        let table = "STDLIB_MODULES_BY_VERSION = {v: _DATA[v].STDLIB_MODULES for v in BASELINE_PYTHON_VERSIONS}\n";
        let groups: String = unions(&Union::default()).iter().map(|(name, _)| format!("{name} = ()\n")).collect();
        let facade = format!("BASELINE_PYTHON_VERSIONS = (\"3.12\",)\n{lines}{LOADER}{table}{groups}");
        let names = before.by_series.values().next().unwrap();
        let sibling = fresh_sibling("3.12".parse().unwrap(), names);
        let name = RelPath::new(format!("tools/{stem}.py")).unwrap();
        Memory([(path(), facade.into_bytes()), (name, sibling.into_bytes())].into())
    }

    #[test]
    fn a_sibling_has_the_name_that_the_facade_gives_it_if_that_is_one() {
        let before = union(&[("3.12", &["a"])]);
        for (stem, file) in [("names_of_3_12", "names_of_3_12"), ("../names", "u_3_12"), ("..\\\\names", "u_3_12")] {
            let lines = format!("_VERSION_MODULE_STEMS = {{\"3.12\": \"{stem}\"}}\n");
            let files = with_sibling(&lines, file, &before);
            assert_eq!(read(&files).union, before, "{stem}");
            let siblings = UnionFile::siblings_at(&files, &path());
            assert_eq!(siblings, [RelPath::new(format!("tools/{file}.py")).unwrap()], "{stem}");
        }
    }

    #[test]
    fn a_sibling_that_is_a_program_is_not_believed() {
        let before = union(&[("3.12", &["a"])]);
        let mut files =
            with_sibling("_VERSION_MODULE_STEMS = {\"3.12\": \"x\", \"3.12\": \"names\"}\n", "names", &before);
        assert_eq!(read(&files).union, before, "of a key that stands twice the last value counts");
        files.0.get_mut(&RelPath::new("tools/names.py").unwrap()).unwrap().extend(b"import sys\n");
        let error = UnionFile::read(&files, &path()).err().unwrap().to_string();
        assert!(error.contains("tools/names.py: line") && error.contains("does more than state constants"), "{error}");
    }

    #[test]
    fn a_new_sibling_takes_the_form_and_the_words_of_the_newest_one() {
        let names = union(&[("3.13", &["a", "a.b"])]).by_series.into_values().next().unwrap();
        let path = path();
        let text = "\"\"\"\nMade by a tool of the tree.\n\nSeries 3.12, file u_3_12, not 3.120 or 13.12.\n\"\"\"\n\nPYTHON_VERSION = \"3.12\"\n\nSTDLIB_MODULES = ()\nSTDLIB_PACKAGES = ()\nSTDLIB_PY_MODULES = ()\nSTDLIB_PY_PACKAGES = ()\n\n__all__ = []\n";
        let series = |it: &str| it.parse::<Series>().unwrap();
        let new = sibling_like(&path, text, series("3.12"), series("3.13"), &names).unwrap();
        assert!(new.starts_with("\"\"\"\nMade by a tool of the tree.\n\nSeries 3.13, file u_3_13, not 3.120 or 13.12.\n\"\"\"\n\nPYTHON_VERSION = \"3.13\"\n"), "{new}");
        assert!(new.ends_with("\n__all__ = []\n"), "{new}");
        assert_eq!(from_tuples(&path, &parse_sibling(&path, &new).unwrap()).unwrap(), names);
    }

    #[test]
    fn a_file_that_lacks_a_table_is_refused() {
        for (text, what) in [
            ("x = (", "does not parse: line 1"),
            ("x = 1\n", "has no tuple BASELINE_PYTHON_VERSIONS"),
            ("BASELINE_PYTHON_VERSIONS = (\"4.x\",)\n", "names a bad series"),
            ("BASELINE_PYTHON_VERSIONS = (\"3.12\",)\nSTDLIB_MODULES_BY_VERSION = {}\n", "no tuple for 3.12"),
            ("BASELINE_PYTHON_VERSIONS = (\"3.12\",)\n", "needs tools/u_3_12.py"),
        ] {
            let files = Memory([(path(), text.into())].into());
            let error = UnionFile::read(&files, &path()).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }
}
