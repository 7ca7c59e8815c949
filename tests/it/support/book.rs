//! The README and the pages of the book: their fenced blocks, their links, their generated parts, and a shell that runs what they show.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use molt_sync::stdlib::{bundled_series, reconstruct};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{Release, Sandbox};
use crate::interfaces::packed;

/// A Markdown file of this repository.
pub struct Page {
    /// Its path from the top.
    pub path: String,
    pub text: String,
}

/// A fenced block.
pub struct Block {
    /// What stands behind the fence.
    pub language: String,
    pub text: String,
    /// Its first line in the page, one-based.
    pub line: usize,
    /// Where its text begins and ends in the page.
    pub span: std::ops::Range<usize>,
    /// Why it is not run, where a comment above it says so.
    pub not_run: Option<String>,
}

/// The top of this repository.
pub fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Markdown files of a folder, in order, by their paths from the top.
pub fn pages_in(folder: &str) -> Vec<Page> {
    let mut res = Vec::new();
    let mut left = vec![top().join(folder)];
    while let Some(dir) = left.pop() {
        for path in fs::read_dir(dir).unwrap().map(|it| it.unwrap().path()) {
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|it| it == "md") {
                res.push(path.strip_prefix(top()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    res.sort();
    res.iter().map(|it| page(it)).collect()
}

pub fn page(path: &str) -> Page {
    Page { path: path.to_owned(), text: fs::read_to_string(top().join(path)).unwrap() }
}

impl Page {
    pub fn events(&self) -> impl Iterator<Item = (Event<'_>, std::ops::Range<usize>)> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES).into_offset_iter()
    }

    /// The fenced blocks, in order.
    pub fn blocks(&self) -> Vec<Block> {
        let mut res: Vec<Block> = Vec::new();
        let (mut is_open, mut comment) = (false, None);
        for (event, span) in self.events() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                    is_open = true;
                    let line = self.text[..span.start].lines().count() + 1;
                    let (language, not_run) = (language.to_string(), comment.take());
                    res.push(Block { language, text: String::new(), line, span: span.end..span.end, not_run });
                }
                Event::End(TagEnd::CodeBlock) => is_open = false,
                Event::Text(text) if is_open => {
                    let block = res.last_mut().unwrap();
                    block.text.push_str(&text);
                    block.span = block.span.start.min(span.start)..span.end;
                }
                Event::Html(text) => {
                    let reason = text.trim().strip_prefix("<!-- not run: ").and_then(|it| it.strip_suffix(" -->"));
                    comment = reason.map(str::to_owned).or(comment);
                }
                Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
                _ => comment = None,
            }
        }
        res
    }

    /// Where links and pictures lead.
    pub fn links(&self) -> Vec<String> {
        let led = |(event, _): (Event<'_>, _)| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
            _ => None,
        };
        self.events().filter_map(led).collect()
    }

    /// The anchors of its headings, as forges and mdBook make them.
    pub fn anchors(&self) -> Vec<String> {
        let mut res = Vec::new();
        let mut heading: Option<String> = None;
        for (event, _) in self.events() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::Text(text) | Event::Code(text) => {
                    if let Some(it) = &mut heading {
                        it.push_str(&text);
                    }
                }
                Event::End(TagEnd::Heading(_)) => res.extend(heading.take().map(|it| anchor(&it))),
                _ => {}
            }
        }
        res
    }

    /// The page with this part between its marks `<!-- generated: NAME -->` and `<!-- end -->`.
    pub fn with_generated(&self, name: &str, part: &str) -> String {
        let begin = format!("<!-- generated: {name} -->\n");
        let (before, rest) = self.text.split_once(&begin).unwrap_or_else(|| panic!("{} has no {begin}", self.path));
        let (_, after) = rest.split_once("<!-- end -->").unwrap_or_else(|| panic!("{name} does not end"));
        format!("{before}{begin}\n{part}\n<!-- end -->{after}")
    }
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|it| it.is_alphanumeric() || " -_".contains(*it));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// Whether `now` is what the repository has; with `MOLT_SYNC_PIN=1` it is written there.
pub fn is_pinned(path: &str, now: &str) -> bool {
    if std::env::var_os("MOLT_SYNC_PIN").is_some() {
        fs::write(top().join(path), now).unwrap();
    }
    fs::read_to_string(top().join(path)).unwrap_or_default() == now
}

/// C code that makes `math`.
const MATH: &str = "static PyMethodDef math_methods[] = {\n    {\"floor\", f, METH_O},\n    {NULL, NULL}\n};\nstatic struct PyModuleDef mathmodule = { PyModuleDef_HEAD_INIT, .m_name = \"math\", .m_methods = math_methods };\nPyMODINIT_FUNC\nPyInit_math(void)\n{\n    return 0;\n}\n";

/// A shell in a workspace of CPython 3.12 and 3.13 with git, and a mirror that has 3.14.
pub struct Shell {
    sandbox: Sandbox,
}

impl Shell {
    pub fn new() -> Self {
        let sandbox = Sandbox::with_whole_series("3.12,3.13");
        let newest = bundled_series("3.14".parse().unwrap()).unwrap();
        sandbox.publish(&newest.facts.release.unwrap().to_string(), "tgz", &reconstruct(&newest).unwrap());
        // it also lists what is recorded; the archives of that are not here
        for version in ["3.12.0", "3.13.5"] {
            fs::create_dir(sandbox.root().join("mirror").join(version)).unwrap();
        }
        sandbox.file(".gitconfig", b"[user]\nname = A. Tester\nemail = a@example.org\n[init]\ndefaultBranch = main\n");
        let res = Self { sandbox };
        res.link_program();
        assert_eq!(res.run("git init -q . && git add -A && git commit -qm start"), (String::new(), 0));
        res
    }

    /// One whose workspace records releases that the mirror has, with a few public names.
    pub fn with_releases() -> Self {
        let res = Self::new();
        for (series, more) in [("3.12", ""), ("3.13", ", *, deep=True")] {
            let version = format!("{series}.80");
            let text = |name: &str| format!("def {name}(x{more}): pass\n").into_bytes();
            let modules = ["json/__init__", "asyncio/__init__", "operator", "copy"];
            let files: Vec<(String, Vec<u8>)> =
                modules.iter().map(|it| (format!("Lib/{it}.py"), text("made"))).collect();
            let mut all: Vec<(&str, &[u8])> =
                files.iter().map(|(path, text)| (path.as_str(), text.as_slice())).collect();
            all.push(("Modules/mathmodule.c", MATH.as_bytes()));
            res.sandbox.publish(&version, "tgz", &packed(&Release::based_on(series, &version), &version, &all));
            let (printed, code) = res.run(&format!("molt-sync refresh {series}"));
            assert_eq!(code, 0, "{printed}");
        }
        assert_eq!(res.run("git add -A && git commit -qm releases"), (String::new(), 0));
        res
    }

    /// Another one that begins as this one is: files are copied, because to make a workspace durable takes far longer.
    pub fn copy(&self) -> Self {
        let sandbox = Sandbox::empty();
        for name in ["ws", "mirror", ".gitconfig"] {
            let (from, to) = (self.sandbox.root().join(name), sandbox.root());
            assert!(Command::new("cp").arg("-Rp").arg(from).arg(to).status().unwrap().success());
        }
        let res = Self { sandbox };
        res.link_program();
        res
    }

    fn link_program(&self) {
        let bin = self.sandbox.root().join("bin");
        fs::create_dir(&bin).unwrap();
        let own = self.sandbox.command(self.sandbox.root(), &[]).get_program().to_owned();
        std::os::unix::fs::symlink(fs::canonicalize(own).unwrap(), bin.join("molt-sync")).unwrap();
    }

    /// What a command prints on both streams, and its exit code.
    pub fn run(&self, line: &str) -> (String, i32) {
        let root = self.sandbox.root();
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{{ {line}\n}} 2>&1")]).current_dir(self.sandbox.ws("")).stdin(Stdio::null());
        let path = std::env::join_paths(
            [root.join("bin")].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        command.env("PATH", path.unwrap()).env("HOME", root).env("MOLT_SYNC_MIRROR", root.join("mirror"));
        command.env("XDG_STATE_HOME", root.join("state")).env("MOLT_SYNC_CACHE_DIR", root.join("cache"));
        command.env("NO_PROXY", "127.0.0.1").env_remove("NO_COLOR").env_remove("XDG_CONFIG_HOME");
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (self.without_paths(&text), output.status.code().unwrap())
    }

    fn without_paths(&self, text: &str) -> String {
        let real = fs::canonicalize(self.sandbox.root()).unwrap();
        let strip = |text: &str, root: &Path| text.replace(&format!("{}/", root.display()), "/home/you/");
        strip(&strip(text, &real), self.sandbox.root())
    }
}

/// One command of a `console` block, with what it should print.
pub struct Step {
    pub command: String,
    pub code: i32,
    pub expected: Vec<String>,
}

/// The commands of a `console` block: `$ COMMAND`, `? CODE` below it where that is not 0, and what is printed.
pub fn steps(text: &str) -> Vec<Step> {
    let mut res: Vec<Step> = Vec::new();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            res.push(Step { command: command.to_owned(), code: 0, expected: Vec::new() });
        } else if let Some(step) = res.last_mut() {
            match (line.strip_prefix("? "), line.strip_prefix("> ")) {
                (Some(code), _) if step.expected.is_empty() => step.code = code.parse().unwrap(),
                (_, Some(more)) if step.expected.is_empty() => step.command += &format!("\n{more}"),
                _ => step.expected.push(line.to_owned()),
            }
        } else {
            panic!("a block begins with `{line}`, which is no command");
        }
    }
    res
}

/// Whether these lines are what is expected: `...` is any number of lines, `[..]` anything within a line.
pub fn fits(expected: &[String], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => (0..=lines.len()).any(|at| fits(rest, &lines[at..])),
        Some((first, rest)) => {
            lines.split_first().is_some_and(|(line, others)| line_fits(first, line) && fits(rest, others))
        }
    }
}

fn line_fits(expected: &str, line: &str) -> bool {
    let Some((before, rest)) = expected.split_once("[..]") else { return expected == line };
    let Some(line) = line.strip_prefix(before) else { return false };
    (0..=line.len()).filter(|at| line.is_char_boundary(*at)).any(|at| line_fits(rest, &line[at..]))
}
