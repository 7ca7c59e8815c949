//! C code as words, texts and signs, each with its line and with the conditions of the preprocessor that it stands under; what
//! is defined by `#define` apart. Nothing is expanded and nothing is evaluated but the names of platforms.

use std::{borrow::Cow, collections::HashMap};

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name or a number.
    Word(Cow<'a, str>),
    /// A string; strings side by side are one.
    Text(Cow<'a, str>),
    /// Any other character.
    Sign(u8),
}

/// A token and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Placed<'a> {
    pub(super) token: Token<'a>,
    pub(super) line: u32,
    /// Its place in [`LexedFile::conditions`].
    pub(super) condition: u16,
    /// Whether it stands at the very beginning of its line, as what closes a function does.
    pub(super) is_first: bool,
}

/// A macro.
#[derive(Debug, Clone, Default)]
pub(super) struct Macro<'a> {
    /// None where it takes none.
    pub(super) parameters: Option<Vec<&'a str>>,
    pub(super) body: Vec<Placed<'a>>,
}

/// A file.
#[derive(Debug, Default)]
pub(super) struct LexedFile<'a> {
    pub(super) tokens: Vec<Placed<'a>>,
    pub(super) macros: HashMap<&'a str, Macro<'a>>,
    /// The definitions of each macro with arguments that is defined more than once, with their lines.
    redefined: HashMap<&'a str, Vec<(u32, Macro<'a>)>>,
    /// The condition of each number; none for the first, which is no condition.
    pub(super) conditions: Vec<Option<String>>,
}

/// So many conditions back, one is looked for that stands there already.
const NEAR: usize = 64;

impl<'a> LexedFile<'a> {
    /// A macro as it is defined at a line.
    pub(super) fn macro_at(&self, name: &str, line: u32) -> Option<&Macro<'a>> {
        let all = self.redefined.get(name).and_then(|all| {
            let at = all.partition_point(|(it, _)| *it <= line);
            all.get(at.saturating_sub(1)).map(|(_, it)| it)
        });
        all.or_else(|| self.macros.get(name))
    }
}

/// The longest string that is kept, in bytes: a text signature stands at the beginning.
pub(super) const TEXT: usize = 4 << 10;

/// The longest condition that is kept, in characters.
const CONDITION: usize = 100;

/// How many conditions nest, as far as they are told apart.
const DEEPEST: usize = 64;

/// How many definitions of one macro are kept.
const REDEFINED: usize = 50;

/// What is defined elsewhere than in a usual build for Linux.
const FOREIGN: &[&str] = &[
    "MS_WINDOWS",
    "MS_WIN32",
    "MS_WIN64",
    "_WIN32",
    "_WIN64",
    "WIN32",
    "_MSC_VER",
    "__APPLE__",
    "__sun",
    "sun",
    "__VXWORKS__",
    "__CYGWIN__",
    "_AIX",
    "__FreeBSD__",
    "__OpenBSD__",
    "__NetBSD__",
    "__DragonFly__",
    "__ANDROID__",
    "__wasi__",
    "__EMSCRIPTEN__",
    "__osf__",
    "__hpux",
    "WITH_NEXT_FRAMEWORK",
    "Py_DEBUG",
    "Py_REF_DEBUG",
    "Py_TRACE_REFS",
    "Py_STATS",
    "Py_GIL_DISABLED",
    "COUNT_ALLOCS",
    "LLTRACE",
    "CASE_TOO_BIG",
    "_Py_TIER2",
    "USE_MUTEX_DEBUG",
    "MS_WINDOWS_DESKTOP",
    "MS_WINDOWS_APP",
    "MS_WINDOWS_SYSTEM",
    "MS_WINDOWS_GAMES",
    "HAVE_WINDOWS_CONSOLE_IO",
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum LexState {
    Holds,
    /// Not in a usual build for Linux.
    Foreign(String),
    Open(String),
}

/// Reads a file.
pub(super) fn lex(text: &str) -> LexedFile<'_> {
    let mut lexer = Lexer {
        bytes: text.as_bytes(),
        text,
        at: 0,
        line: 1,
        code: LexedFile::default(),
        levels: Vec::new(),
        too_deep: 0,
        now: 0,
        first: HashMap::new(),
    };
    lexer.code.conditions.push(None);
    lexer.run();
    lexer.code
}

struct Lexer<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
    line: u32,
    code: LexedFile<'a>,
    levels: Vec<LexState>,
    too_deep: usize,
    now: u16,
    /// The line in which each macro was defined last.
    first: HashMap<&'a str, u32>,
}

impl<'a> Lexer<'a> {
    fn run(&mut self) {
        let mut is_fresh = true;
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match byte {
                b'\n' => {
                    self.line += 1;
                    self.at += 1;
                    is_fresh = true;
                    continue;
                }
                b' ' | b'\t' | b'\r' | b'\\' | 0x0c => {
                    self.at += 1;
                    continue;
                }
                b'#' if is_fresh => {
                    self.directive();
                    continue;
                }
                _ => {}
            }
            is_fresh = false;
            let (mut at, mut line) = (self.at, self.line);
            let is_first = self.at.checked_sub(1).is_none_or(|it| self.bytes[it] == b'\n');
            if let Some(token) = next(self.text, &mut at, &mut line) {
                push(&mut self.code.tokens, Placed { token, line: self.line, condition: self.now, is_first });
            }
            (self.at, self.line) = (at, line);
        }
    }

    /// A line that begins with `#`, with those that it goes on in.
    fn directive(&mut self) {
        let (text, start, first) = (self.text, self.at + 1, self.line);
        let mut end = start;
        loop {
            match memchr::memchr(b'\n', &self.bytes[end..]) {
                None => end = self.bytes.len(),
                Some(more) => {
                    end += more;
                    let is_joined = text[start..end].trim_end_matches('\r').ends_with('\\');
                    if is_joined {
                        self.line += 1;
                        end += 1;
                        continue;
                    }
                }
            }
            break;
        }
        self.at = end;
        let line = text[start..end].trim_start();
        let word = line.split(|it: char| !it.is_ascii_alphabetic()).next().unwrap_or_default();
        let rest = line[word.len()..].trim();
        match word {
            "if" => self.open(rest),
            "ifdef" => self.open(&format!("defined({rest})")),
            "ifndef" => self.open(&format!("!defined({rest})")),
            "elif" if self.too_deep == 0 => {
                let was = self.levels.pop();
                self.levels.push(match was {
                    Some(LexState::Holds) => LexState::Foreign("another branch holds".into()),
                    _ => state(rest),
                });
                self.settle();
            }
            "else" if self.too_deep == 0 => {
                let was = self.levels.pop();
                self.levels.push(match was {
                    Some(LexState::Foreign(_)) => LexState::Holds,
                    Some(LexState::Open(it)) => LexState::Open(format!("not {it}").chars().take(CONDITION).collect()),
                    _ => LexState::Foreign("another branch holds".into()),
                });
                self.settle();
            }
            "endif" if self.too_deep > 0 => self.too_deep -= 1,
            "endif" => {
                self.levels.pop();
                self.settle();
            }
            "define" => self.define(rest, first),
            _ => {}
        }
    }

    fn open(&mut self, test: &str) {
        if self.levels.len() >= DEEPEST {
            self.too_deep += 1;
            return;
        }
        self.levels.push(state(test));
        self.settle();
    }

    fn settle(&mut self) {
        let foreign = self.levels.iter().find_map(|it| if let LexState::Foreign(it) = it { Some(it) } else { None });
        let open = self.levels.iter().rev().find_map(|it| if let LexState::Open(it) = it { Some(it) } else { None });
        let condition = foreign.map(|it| format!("only if {it}")).or_else(|| open.map(|it| format!("if {it}")));
        let all = &mut self.code.conditions;
        // conditions come again close by, and the first one is that of what has none
        let near = all.len().saturating_sub(NEAR);
        let known = all[near..].iter().rposition(|it| *it == condition).map(|at| near + at);
        let known = known.or_else(|| all.first().filter(|it| **it == condition).map(|_| 0));
        let at = known.unwrap_or_else(|| {
            all.push(condition);
            all.len() - 1
        });
        self.now = u16::try_from(at).unwrap_or(u16::MAX - 1);
    }

    fn define(&mut self, rest: &'a str, line: u32) {
        let end = rest.find(|it: char| it != '_' && !it.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let (parameters, body) = match rest.strip_prefix('(').and_then(|it| it.split_once(')')) {
            Some((list, body)) => {
                (Some(list.split(',').map(|it| it.trim_matches([' ', '\\', '\n', '\t'])).collect()), body)
            }
            None => (None, rest),
        };
        let (mut at, mut down, mut tokens) = (0, line, Vec::new());
        while at < body.len() {
            match body.as_bytes()[at] {
                b'\n' => {
                    down += 1;
                    at += 1;
                }
                b' ' | b'\t' | b'\r' | b'\\' | 0x0c => at += 1,
                _ => {
                    let here = down;
                    if let Some(token) = next(body, &mut at, &mut down) {
                        push(&mut tokens, Placed { token, line: here, condition: self.now, is_first: false });
                    }
                }
            }
        }
        let is_foreign = |at: u16| {
            self.code
                .conditions
                .get(usize::from(at))
                .is_some_and(|it| it.as_deref().is_some_and(|it| it.starts_with("only")))
        };
        // an empty one stands for what is not there
        if tokens.is_empty() || (is_foreign(self.now) && self.code.macros.contains_key(name)) {
            return;
        }
        let was_foreign =
            self.code.macros.get(name).and_then(|it| it.body.first()).is_some_and(|it| is_foreign(it.condition));
        if was_foreign || !self.code.macros.contains_key(name) || parameters.is_some() {
            let it = Macro { parameters, body: tokens };
            let first = self.first.insert(name, line);
            if let Some((first, was)) = first.zip(self.code.macros.get(name)).filter(|_| it.parameters.is_some()) {
                let all = self.code.redefined.entry(name).or_insert_with(|| vec![(first, was.clone())]);
                if all.len() < REDEFINED {
                    all.push((line, it.clone()));
                }
            }
            self.code.macros.insert(name, it);
        }
    }
}

fn push<'a>(tokens: &mut Vec<Placed<'a>>, it: Placed<'a>) {
    if let (Some(Placed { token: Token::Text(last), .. }), Token::Text(more)) = (tokens.last_mut(), &it.token) {
        if last.len() < TEXT {
            last.to_mut().push_str(more);
        }
        return;
    }
    tokens.push(it);
}

/// The next token; none where a comment ends.
fn next<'a>(text: &'a str, at: &mut usize, line: &mut u32) -> Option<Token<'a>> {
    let bytes = text.as_bytes();
    let first = bytes[*at];
    match (first, bytes.get(*at + 1)) {
        (b'/', Some(b'/')) => {
            *at = memchr::memchr(b'\n', &bytes[*at..]).map_or(bytes.len(), |it| *at + it);
            return None;
        }
        (b'/', Some(b'*')) => {
            let end = memchr::memmem::find(&bytes[*at + 2..], b"*/").map_or(bytes.len(), |it| *at + it + 4);
            *line += count(&bytes[*at..end]);
            *at = end;
            return None;
        }
        _ => {}
    }
    if first == b'"' || first == b'\'' {
        let start = *at + 1;
        let mut end = start;
        while let Some(it) = bytes.get(end) {
            match it {
                b'\\' => end += 1,
                b'\n' => break,
                it if *it == first => break,
                _ => {}
            }
            end += 1;
        }
        let inside = text.get(start..end.min(bytes.len())).unwrap_or_default();
        *line += count(inside.as_bytes());
        *at = (end + 1).min(bytes.len());
        // behind a backslash at the end, or inside of a character
        while !text.is_char_boundary(*at) {
            *at += 1;
        }
        return Some(if first == b'"' { Token::Text(unescaped(inside)) } else { Token::Sign(b'\'') });
    }
    let is_word = |it: &u8| *it == b'_' || it.is_ascii_alphanumeric();
    if is_word(&first) {
        let end = bytes[*at..].iter().position(|it| !is_word(it)).map_or(bytes.len(), |it| *at + it);
        let word = &text[*at..end];
        *at = end;
        return Some(Token::Word(word.into()));
    }
    *at += 1;
    while !text.is_char_boundary(*at) {
        *at += 1;
    }
    Some(Token::Sign(first))
}

fn count(bytes: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

fn unescaped(text: &str) -> Cow<'_, str> {
    let end = (0..=text.len().min(TEXT)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let text = &text[..end];
    if !text.contains('\\') {
        return text.into();
    }
    let mut res = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(it) = rest.next() {
        match it {
            '\\' => match rest.next() {
                Some('n') => res.push('\n'),
                Some('t') => res.push('\t'),
                Some('\n') | None => {}
                Some(other) => res.push(other),
            },
            other => res.push(other),
        }
    }
    res.into()
}

/// What is known of a condition.
fn state(test: &str) -> LexState {
    let words: String = test
        .split("/*")
        .next()
        .unwrap_or_default()
        .split("//")
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let words: String = words.replace("\\ ", "").chars().take(CONDITION).collect();
    if words == "0" {
        return LexState::Foreign("0".into());
    }
    if words == "1" {
        return LexState::Holds;
    }
    // each name that is asked for, and whether it must not be there
    let mut asked = Vec::new();
    let mut start = None;
    for (at, it) in words.char_indices().chain([(words.len(), ' ')]) {
        let is_word = it == '_' || it.is_ascii_alphanumeric();
        match (start, is_word) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let word = &words[from..at];
                if word != "defined" && !word.starts_with(|it: char| it.is_ascii_digit()) {
                    let before = words[..from].trim_end_matches("defined").trim_end_matches(['(', ' ']);
                    let before = before.trim_end_matches("defined").trim_end_matches(['(', ' ']);
                    asked.push((word, before.ends_with('!')));
                }
                start = None;
            }
            _ => {}
        }
    }
    let is_foreign = |it: &(&str, bool)| FOREIGN.contains(&it.0);
    let has_or = words.contains("||");
    if !asked.is_empty() && asked.iter().all(is_foreign) {
        let is_there = |it: &(&str, bool)| it.1;
        let holds = if has_or { asked.iter().any(is_there) } else { asked.iter().all(is_there) };
        return if holds { LexState::Holds } else { LexState::Foreign(words) };
    }
    if !has_or && asked.iter().any(|it| is_foreign(it) && !it.1) {
        return LexState::Foreign(words);
    }
    if has_or && !words.contains("&&") && asked.iter().any(|it| is_foreign(it) && it.1) {
        return LexState::Holds;
    }
    LexState::Open(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let show = |it: &Placed| match &it.token {
            Token::Word(it) => it.to_string(),
            Token::Text(it) => format!("{it:?}"),
            Token::Sign(it) => char::from(*it).to_string(),
        };
        lex(text).tokens.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_strings_are_told_from_code() {
        assert_eq!(words("a /* b \" */ c // d\ne \"f\\n\" /* */ \"g\" h"), "a c e \"f\\ng\" h");
        assert_eq!(words("'\"' x '\\'' \"é\" é"), "' x ' \"é\" Ã");
        assert_eq!(words("\"open\nx"), "\"open\" x");
        assert_eq!(words("\"a\\"), "\"a\"");
        assert_eq!(lex("a\n/*\n\n*/ b").tokens[1].line, 4);
    }

    #[test]
    fn conditions_are_kept() {
        let condition = |text: &str| {
            let code = lex(text);
            let at = code.tokens.iter().find(|it| it.token == Token::Word("x".into())).unwrap().condition;
            code.conditions[usize::from(at)].clone()
        };
        for (text, expected) in [
            ("x", None),
            ("#ifdef MS_WINDOWS\nx\n#endif", Some("only if defined(MS_WINDOWS)")),
            ("#ifndef MS_WINDOWS\nx\n#endif", None),
            ("#ifdef MS_WINDOWS\n#else\nx\n#endif", None),
            ("#ifdef HAVE_FORK\nx\n#endif", Some("if defined(HAVE_FORK)")),
            ("#ifdef HAVE_FORK\n#else\nx\n#endif", Some("if not defined(HAVE_FORK)")),
            (
                "# if defined(HAVE_A) && !defined(__APPLE__)\nx\n#endif",
                Some("if defined(HAVE_A) && !defined(__APPLE__)"),
            ),
            (
                "#if defined(MS_WINDOWS) || defined(__CYGWIN__)\nx\n#endif",
                Some("only if defined(MS_WINDOWS) || defined(__CYGWIN__)"),
            ),
            ("#if 0\n#else\nx\n#endif", None),
            ("#ifdef A\n#endif\nx", None),
            ("#endif\n#endif\nx", None),
        ] {
            assert_eq!(condition(text).as_deref(), expected, "{text}");
        }
        let deep = format!("{}x\n{}y", "#if A\n".repeat(1000), "#endif\n".repeat(1000));
        assert_eq!(lex(&deep).tokens[1].condition, 0);
    }

    #[test]
    fn macros_are_kept_apart() {
        let code = lex(
            "#define A_METHODDEF    \\\n    {\"a\", (PyCFunction)a, METH_O, a__doc__},\nx\n#define F(m, n) do { \\\n g(m, #n); } while (0)\n#define E\n",
        );
        assert_eq!(code.tokens.len(), 1);
        assert_eq!(code.macros["A_METHODDEF"].body[1].token, Token::Text("a".into()));
        assert_eq!(code.macros["F"].parameters.as_deref().unwrap(), ["m", "n"]);
        assert!(!code.macros.contains_key("E"));
    }
}
