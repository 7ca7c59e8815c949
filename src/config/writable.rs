//! Which files a refresh that nobody signs off may change, as a configuration says: for those who have to judge a change
//! without running the program. Each list is an extended regular expression (POSIX) over whole paths, which count from the top of
//! the repository.

use super::{Config, External, FILE, document_globs::documents_of, posix::literal};
use crate::{audit::later_document, base::RelPath, docs::ManagedDocument};

/// The lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writable {
    /// What may change at all.
    pub any: String,
    /// What may be another text than it was: no module is, which a refresh makes and takes away and leaves alone.
    pub changed: String,
    /// What may be new.
    pub new: String,
    /// What may go.
    pub gone: String,
    /// What may not, whatever the other lists say: the repository's own files, the configuration and the templates.
    pub never: String,
    /// What may not unless the next list has it: what is only read, and what instructs or builds.
    pub seldom: String,
    /// What is written by its name.
    pub written: String,
    /// The folder of the records: only a series that has one there is brought in without a person.
    pub baselines: String,
    /// The lock.
    pub lock: String,
    /// The folder of the modules.
    pub library: String,
    /// The folder of the workspace's own templates of stubs.
    pub stubs: String,
    /// The union.
    pub union: String,
    /// The files of single series that the union loads.
    pub siblings: String,
}

/// What begins with `.git` and means something to git or to a forge, behind those letters; and what else does.
const CONTROL: [&str; 12] = [
    "",
    "hub",
    "lab",
    "ea",
    "attributes",
    "modules",
    "ignore",
    "config",
    "keep",
    "-blame-ignore-revs",
    "lab-ci.yml",
    "lab-ci.yaml",
];
/// The part of a path that a module's file has below the root of the modules.
const MODULE: &str = r"([A-Za-z0-9_]+/)*[A-Za-z0-9_]+\.py";
const SERIES: &str = "3[._][0-9]{1,3}";

impl Config {
    /// The lists of this configuration. `siblings` are the files that the union's file loads, and `below` is where the workspace
    /// lies in its repository: `compiler/`, or empty at the top. `bound` are the documents in which values are bound.
    ///
    /// # Errors
    /// The path that a refresh would write and that may never change, in words.
    pub fn writable(&self, siblings: &[RelPath], bound: &[RelPath], below: &str) -> Result<Writable, String> {
        let (paths, docs) = (&self.paths, &self.docs);
        let literal_at = |path: &str| literal(&format!("{below}{path}"));
        let stem = paths.union.as_str().trim_end_matches(".py");
        let modules = format!("{}/{MODULE}", literal_at(paths.stdlib.as_str()));
        let mut new = vec![format!("{}/{SERIES}\\.json", literal_at(paths.baselines.as_str()))];
        let mut of_series = vec![format!("{}_{SERIES}\\.py", literal_at(stem))];
        // a union of one file loads no other
        if !siblings.is_empty() {
            new.push(of_series[0].clone());
        }
        of_series.extend(siblings.iter().map(|it| literal_at(it.as_str())));
        let exact = [&paths.lock, &paths.union];
        let generated = exact.into_iter().chain(siblings).chain(docs.files.keys());
        let managed = ManagedDocument::ALL.iter().map(|it| paths.document(*it).clone());
        let kept: Vec<RelPath> = managed.chain([paths.audit.clone()]).collect();
        let documents: Vec<RelPath> = kept.iter().cloned().chain([later_document()]).collect();
        let own: Vec<RelPath> = [FILE].into_iter().filter_map(|it| RelPath::new(it).ok()).collect();
        let templates = docs.blocks.values().map(|it| it.template.as_str());
        let templates = templates.chain(docs.files.values().map(|it| it.template.as_str()));
        let names = own.iter().chain([&docs.bindings]).map(RelPath::as_str).chain(templates);
        let mut never: Vec<String> = names.map(literal_at).collect();
        let folders = [&paths.stub_templates, &paths.doc_templates];
        never.extend(folders.map(|it| format!("{}/.*", literal_at(it.as_str()))));
        // a document beside the sign-offs is a document
        never.push(format!("{}/(.*[^d]|.*[^m]d|.*[^.]md|md|d)", literal_at(paths.exceptions.as_str())));
        never.push(control());
        never.push(any_case(RUN_BY_THEMSELVES));
        let is_never = regex::Regex::new(&whole(never.clone())).map_err(|error| error.to_string())?;
        let inside = [&paths.stdlib, &paths.baselines].map(|it| it.join("x"));
        // what is generated, what has a row in a table and what has a bound phrase is written all the same, and nothing beside it
        // where documents claim nothing by themselves, what is bound is all that is written
        let roots: Vec<String> = docs
            .roots
            .iter()
            .filter(|_| docs.defaults)
            .filter_map(|it| Some(format!("{}{}", literal(below), documents_of(it)?)))
            .collect();
        let mut seldom = self.read_only(below);
        // in records of the past a refresh writes what is bound there and nothing else
        for pattern in &docs.archival {
            match documents_of(pattern) {
                Some(all) => seldom.push(format!("{}{all}", literal(below))),
                // one that names no document keeps none
                None if !pattern.contains('{') => {}
                None => return Err(format!("what {pattern} names")),
            }
        }
        let is_open = |path: &RelPath| is_any(&roots, below, path) && !is_any(&seldom, below, path);
        // what may be written anyhow needs no mention
        let values = bound;
        let bound: Vec<RelPath> = values.iter().filter(|it| !is_open(it)).cloned().collect();
        let named = generated.clone().chain(&documents).chain(&bound);
        let mut written: Vec<String> = named.map(|it| literal_at(it.as_str())).collect();
        // so are records, which a command of the workspace's may be given, and modules where one of these places has them, but for
        // what is named in it
        written.push(new[0].clone());
        if is_any(&seldom, below, &inside[0]) {
            written.push(modules.clone());
            let library = format!("{}/", literal_at(paths.stdlib.as_str()));
            never.extend(seldom.iter().filter(|it| it.starts_with(&library)).cloned());
        }
        let never = whole(never);
        if let Some(path) = generated
            .clone()
            .chain(&documents)
            .chain(values)
            .chain(&inside)
            .find(|it| is_never.is_match(&format!("{below}{it}")))
        {
            return Err(path.to_string());
        }
        new.extend(generated.map(|it| literal_at(it.as_str())));
        let mut any = new.clone();
        any.extend(documents.iter().chain(&bound).map(|it| literal_at(it.as_str())));
        any.extend(roots);
        let changed = any.clone();
        for all in [&mut any, &mut new] {
            all.push(modules.clone());
        }
        Ok(Writable {
            any: whole(any),
            changed: whole(changed),
            new: whole(new),
            gone: whole(vec![modules]),
            never,
            seldom: whole(seldom),
            written: whole(written),
            baselines: format!("{below}{}", paths.baselines),
            lock: format!("{below}{}", paths.lock),
            library: format!("{below}{}", paths.stdlib),
            stubs: format!("{below}{}", paths.stub_templates),
            union: format!("{below}{}", paths.union),
            siblings: whole(of_series),
        })
    }
}

impl Config {
    /// Refuses paths of what is read and written where git or a forge looks for instructions: a row or a record there would be one.
    pub(super) fn instructs_nobody(&self) -> Result<(), (&'static str, String)> {
        let control = regex::Regex::new(&whole(vec![control()])).map_err(|error| ("paths", error.to_string()))?;
        let bindings = [("bindings", self.docs.bindings.clone())];
        let files = self.docs.files.keys().map(|it| ("docs.files", it.clone()));
        for (key, path) in self.paths.roles().into_iter().chain(bindings).chain(files) {
            if control.is_match(path.as_str()) {
                let message =
                    format!("{key} is {path}, where git or a forge looks for instructions; name another place");
                return Err((key, message));
            }
        }
        Ok(())
    }
}

/// What a test runner or an interpreter runs by itself.
const RUN_BY_THEMSELVES: &str = r"(.*/)?(conftest\.py|(site|user)customize(\.py|/.*))";
/// What instructs a program rather than a reader, and what builds one: no document, wherever it lies.
const NO_DOCUMENTS: [&str; 3] = [
    r"(.*/)?((agents?|claude|gemini|qwen|codebuddy|warp|crush|copilot[^/]*|skill|codex|iflow|amazonq|replit|conventions)(\.[^/]*)?|[^/]*\.(prompt|instructions|chatmode|agent))\.md",
    // what a forge puts into what people write
    r"(.*/)?(((pull|merge)_request|issue|discussion)_templates?)(/.*|\.[^/]*)?",
    r"(.*/)?(\.(claude|cursor|codex|gemini|qwen|codebuddy|agents?|junie|kiro|opencode|augment|amazonq|trae|kilocode|windsurf|roo|clinerules|continue|aider[^/]*|vscode|idea|devcontainer|changeset|cargo|husky|circleci|buildkite|woodpecker|config)|node_modules)(/.*)?",
];
/// The same at the top of the workspace.
const AT_THE_TOP: [&str; 4] = [
    // what a reviewer and an assistant look for there alone
    r"(review|soul|heartbeat|identity|tools|user|bootstrap|memory|hermes|grok)\.md",
    r"[^/]+\.(rs|toml|lock|py|pyi|json|ya?ml|sh|c|h|js|ts|cfg|ini|mk|cmake|nix|bat|cmd|ps1|rb|go|in)",
    r"((gnu)?makefile|dockerfile|containerfile|jenkinsfile|vagrantfile|earthfile)(\.[^/]*)?|\.?justfile|procfile|codeowners|\..*",
    r"(rake|gem|brew|pod|pip|build|guard|cap|snap|fast|app|cart|danger|berks|thor|puppet)file(\.[^/]*)?|configure|build|workspace|module\.bazel|cmakelists\.txt|([^/]*[-_.])?(requirements|constraints)([-_.][^/]*)?\.(txt|in)|[^/]+\.(gradle|kts|bzl|bazel|gyp|gypi|pl|php|lua|exs?|sbt|cabal|gemspec|podspec|sln|(cs|fs|vb|vcx)proj|props|targets|dockerfile|pth)",
];

impl Config {
    /// What a configuration names to be read or run alone, and what is not a document for all that a pattern of them says.
    fn read_only(&self, below: &str) -> Vec<String> {
        let literal_at = |path: &str| literal(&format!("{below}{path}"));
        let paths = &self.paths;
        let read = [
            &paths.manifest,
            &paths.bindings_stub,
            &paths.bindings_table,
            &paths.core_lane,
            &paths.ratchet,
            &paths.attestation,
            &paths.checker,
            &paths.target_versions,
            &paths.module_table,
            &paths.scoreboard,
        ];
        let mut res: Vec<String> = read.map(|it| literal_at(it.as_str())).into();
        res.push(format!("{}(/.*)?", literal_at(paths.runtime.as_str())));
        // a command runs what it names, and what of the workspace that is nobody can tell from
        // outside; a program that runs no other looks at what it names
        let runs_others = |program: &str| {
            const ALL: [&str; 18] = [
                "python", "pypy", "sh", "bash", "dash", "zsh", "node", "deno", "ruby", "perl", "uv", "env", "make",
                "just", "pytest", "nice", "timeout", "xargs",
            ];
            let name = program.rsplit('/').next().unwrap_or_default();
            ALL.iter().any(|it| name.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.') == *it)
        };
        let run =
            |it: &External| if it.command.first().is_some_and(|it| runs_others(it)) { it.command.len() } else { 1 };
        let words = self.external.iter().flat_map(|it| it.command.iter().take(run(it)).enumerate());
        // a program without a folder is none of the workspace
        let words = words.filter(|(at, it)| *at > 0 || it.contains('/')).map(|(_, it)| it);
        let words = words.flat_map(|it| it.split([' ', '\t', '=', ':', ';', '&', '|', '<', '>', '\'', '"', '(', ')']));
        // a module is named without its ending
        let words = words.flat_map(|it| [it.to_owned(), format!("{}.py", it.replace('.', "/"))]);
        let scripts = words.filter_map(|it| RelPath::new(it.trim_start_matches("./")).ok());
        res.extend(scripts.map(|it| literal_at(it.as_str())));
        res.extend(NO_DOCUMENTS.map(any_case));
        res.extend(AT_THE_TOP.map(|it| format!("{}({})", literal(below), any_case(it))));
        res
    }
}

/// A path with a part that is the repository's own, also as other systems spell it: in any case, with dots, blanks or the name
/// of a stream behind it, and in the short form.
fn control() -> String {
    let mut names: Vec<String> = CONTROL.iter().map(|it| any_case(&literal(&format!(".git{it}")))).collect();
    names.extend([".mailmap", ".forgejo"].map(|it| any_case(&literal(it))));
    names.push(format!("{}[a-zA-Z0-9]{{0,3}}~[0-9]+", any_case("git")));
    format!("(.*/)?({})[. ]*(:[^/]*)?(/.*)?", names.join("|"))
}

/// An expression for small letters, for letters of any case.
fn any_case(text: &str) -> String {
    let one = |it: char| {
        if it.is_ascii_lowercase() { format!("[{it}{}]", it.to_ascii_uppercase()) } else { it.to_string() }
    };
    text.chars().map(one).collect()
}

/// Whether one of the expressions is about a path of the workspace.
fn is_any(all: &[String], below: &str, path: &RelPath) -> bool {
    let list = regex::Regex::new(&whole(all.to_vec()));
    list.is_ok_and(|list| list.is_match(&format!("{below}{path}")))
}

fn whole(mut parts: Vec<String>) -> String {
    parts.sort();
    parts.dedup();
    format!("^({})$", parts.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(text: &str) -> Writable {
        Config::parse(text).unwrap().writable(&[], &[], "").unwrap()
    }

    fn is_in(list: &str, path: &str) -> bool {
        regex::Regex::new(list).unwrap().is_match(path)
    }

    /// Whether it may not change, whatever the list of all says.
    fn is_kept(lists: &Writable, path: &str) -> bool {
        is_in(&lists.never, path) || (is_in(&lists.seldom, path) && !is_in(&lists.written, path))
    }

    #[test]
    fn what_a_refresh_writes_is_in_the_lists_and_what_rules_over_it_is_not() {
        let text = "[paths]\nlock = 'b+c/lock (1).toml'\nbaselines = 'ba$e'\nunion = 'tools/u.py'\nstdlib = 'li.b'\n\
                    [docs]\nroots = ['*.md', 'Pläne [neu]/**/*.md', 'docs/**']\n\
                    [docs.files.'docs/FAKTEN ü.txt']\ntemplate = 'docs/page.md'\n";
        let lists = lists(text);
        assert!(!is_in(&lists.any, "tools/u_3_14.py"), "a union of one file");
        let union = [RelPath::new("tools/u_3_13.py").unwrap()];
        let lists = Config::parse(text).unwrap().writable(&union, &[], "").unwrap();
        for path in [
            "b+c/lock (1).toml",
            "ba$e/3.14.json",
            "tools/u.py",
            "tools/u_3_14.py",
            "li.b/json/tool.py",
            "docs/FAKTEN ü.txt",
        ] {
            assert!(is_in(&lists.any, path) && is_in(&lists.new, path) && !is_kept(&lists, path), "{path}");
        }
        for path in ["README.md", "docs/My plan.md", "docs/C++/a.b/über.md", "docs/spec/STATUS.md"] {
            assert!(is_in(&lists.any, path) && !is_in(&lists.new, path) && !is_in(&lists.gone, path), "{path}");
        }
        assert!(is_in(&lists.gone, "li.b/json/tool.py") && !is_in(&lists.changed, "li.b/json/tool.py"));
        for path in
            ["b+c/lock (1).toml", "ba$e/3.14.json", "tools/u.py", "tools/u_3_13.py", "README.md", "docs/FAKTEN ü.txt"]
        {
            assert!(is_in(&lists.changed, path), "{path}");
        }
        for path in ["CHANGELOG.md", "docs/AGENT_MEMORY.md", "docs/a/archive/b.md", "docs/run-2026-02-12.md"] {
            assert!(is_in(&lists.any, path) && is_kept(&lists, path), "{path}");
            let bound = Config::parse(text).unwrap().writable(&[], &[RelPath::new(path).unwrap()], "").unwrap();
            assert!(!is_kept(&bound, path), "{path}");
        }
        for path in [
            ".github/workflows/x.yml",
            "docs/x.rs",
            "build.rs",
            "lixb/json/tool.py",
            "li.b/json/tool.pyc",
            "li.b/../build.py",
            "x/README.md",
            "b+c/lock (1)xtoml",
            "tools/stdlib_intrinsics_ratchet.json",
            "docs/scoreboard/exceptions/x.toml",
            "molt-sync.toml",
            "docs/bindings.toml",
            "README.md\nbuild.rs",
        ] {
            assert!(!is_in(&lists.any, path), "{path}");
        }
        for path in [
            "docs/page.md",
            "docs/.gitattributes",
            ".GIT/config",
            "docs/.GitHub/x.md",
            "docs/.github. /x.md",
            "docs/.git::$INDEX_ALLOCATION/x.md",
            "docs/git~1/x.md",
            "docs/GITMOD~1",
            ".gitlab-ci.yml",
            ".mailmap",
            "tools/molt-sync/docs-templates/a.md",
        ] {
            assert!(is_kept(&lists, path), "{path}");
        }
        for path in ["docs/.gitbook/a.md", "docs/.githooks.md", "docs/x.git/a.md", "docs/.github.md", "docs/git/a~1.md"]
        {
            assert!(is_in(&lists.any, path) && !is_kept(&lists, path), "{path}");
        }
    }

    #[test]
    fn where_documents_claim_nothing_by_themselves_what_is_bound_alone_is_written() {
        let config = Config::parse("[docs]\ndefaults = false\n").unwrap();
        let lists = config.writable(&[], &[RelPath::new("docs/a.md").unwrap()], "").unwrap();
        assert!(is_in(&lists.any, "docs/a.md") && !is_kept(&lists, "docs/a.md"));
        assert!(!is_in(&lists.any, "SECURITY.md") && !is_in(&lists.any, "docs/b.md"));
    }

    #[test]
    fn paths_count_from_the_top_of_the_repository() {
        let text = "[docs]\nroots = ['*.md', 'docs/**']\n[docs.files.'docs/F.txt']\ntemplate = 'docs/page.md'\n";
        let lists = Config::parse(text).unwrap().writable(&[], &[], "my (c++)/x/").unwrap();
        for path in ["baselines/3.14.json", "src/molt/stdlib/json/tool.py", "docs/F.txt", "README.md", "docs/a/b.md"] {
            assert!(is_in(&lists.any, &format!("my (c++)/x/{path}")) && !is_in(&lists.any, path), "{path}");
            assert!(!is_in(&lists.any, &format!("x/my (c++)/x/{path}")), "{path}");
        }
        assert!(is_in(&lists.gone, "my (c++)/x/src/molt/stdlib/a.py") && !is_in(&lists.gone, "src/molt/stdlib/a.py"));
        for path in
            ["my (c++)/x/docs/page.md", "my (c++)/x/molt-sync.toml", ".github/x.md", "my (c++)/x/docs/.github/x.md"]
        {
            assert!(is_kept(&lists, path), "{path}");
        }
    }

    #[test]
    fn what_is_only_read_or_is_no_document_stays_whatever_the_patterns_say() {
        let text = "[paths]\nstdlib = 'src/molt'\nmodule-table = 'docs/table.md'\nstatus = 'tools/status.md'\n\
                    [docs]\nroots = ['*', '**/*.md']\n\
                    [[external-gates]]\nname = 'g'\ncommand = ['python3', './src/molt/gate.py', '-m', 'src.molt.more']\n";
        let config = Config::parse(text).unwrap();
        let lists = config.writable(&[], &[], "").unwrap();
        let paths = &config.paths;
        let read = [&paths.checker, &paths.target_versions, &paths.module_table, &paths.ratchet, &paths.manifest];
        let read = read.into_iter().map(RelPath::as_str);
        let others = [
            "src/molt/gate.py",
            "src/molt/more.py",
            "CLAUDE.md",
            "docs/Agents.md",
            "AGENT.md",
            "replit.md",
            "REVIEW.md",
            "SOUL.md",
            "HEARTBEAT.md",
            "IDENTITY.md",
            "TOOLS.md",
            "USER.md",
            "BOOTSTRAP.md",
            "MEMORY.md",
            "HERMES.md",
            "GROK.md",
            "docs/CODEBUDDY.md",
            "docs/.junie/guidelines.md",
            "docs/.kiro/steering/a.md",
            "CONVENTIONS.md",
            "docs/qwen.local.md",
            "docs/x.prompt.md",
            "docs/copilot-instructions.md",
            ".claude/agents/a.md",
            "x/.cursor/a.md",
            "node_modules/x/README.md",
            "build.rs",
            "Cargo.toml",
            "Makefile",
            "Makefile.pgo",
            "Rakefile",
            "CMakeLists.txt",
            "requirements-dev.txt",
            "constraints.txt",
            "configure",
            "app.gemspec",
            "x.csproj",
            ".editorconfig",
        ];
        for path in read.chain(others) {
            assert!(is_kept(&lists, path), "{path}");
        }
        let many = "[docs]\narchival = [\"docs/{a,b,c,d,e,f,g,h,i}{1,2,3,4,5,6,7,8}/*.md\"]\n";
        assert!(Config::parse(many).unwrap().writable(&[], &[], "").unwrap_err().starts_with("what docs/{a,"));
        let given = "[[external-gates]]\nname = 'g'\ncommand = ['python3', 'tools/audit.py', 'baselines/3.13.json']\n";
        let seen = Config::parse(given).unwrap().writable(&[], &[], "").unwrap();
        assert!(
            is_kept(&seen, "tools/audit.py") && !is_kept(&seen, "baselines/3.13.json"),
            "a record is run by nothing"
        );
        let looks = "[[external-gates]]\nname = 'g'\ncommand = ['test', '!', '-e', 'src/molt/stdlib/broken.py']\n";
        let seen = Config::parse(looks).unwrap().writable(&[], &[], "").unwrap();
        assert!(!is_kept(&seen, "src/molt/stdlib/broken.py"), "a program that looks at a file does not run it");
        for path in
            ["README.md", "LICENSE", "NOTES.txt", "tools/status.md", "docs/a.md", "docs/REVIEW.md", "src/molt/json.py"]
        {
            assert!(is_in(&lists.any, path) && !is_kept(&lists, path), "{path}");
        }
    }

    #[test]
    fn what_is_written_by_its_name_opens_nothing_beside_it() {
        let text = "[paths]\nlock = 'cpython.lock'\nbaselines = '.config/records'\nstdlib = '.vscode/lib'\n\
                    [docs]\nroots = ['*', '**/*.md']\n[docs.files.'CLAUDE.md']\ntemplate = 'docs/c.md'\n\
                    [[external-gates]]\nname = 'g'\ncommand = ['python3', 'tools/links.py', 'README.md', '.vscode/lib/x.py']\n";
        let bound = ["AGENTS.md", "README.md"].map(|it| RelPath::new(it).unwrap());
        let lists = Config::parse(text).unwrap().writable(&[], &bound, "").unwrap();
        let written =
            ["cpython.lock", ".config/records/3.13.json", ".vscode/lib/json/tool.py", "CLAUDE.md", "AGENTS.md"];
        for path in written.into_iter().chain(["README.md"]) {
            assert!(is_in(&lists.any, path) && !is_kept(&lists, path), "{path}");
        }
        for path in [
            "GEMINI.md",
            "docs/AGENTS.md",
            ".claude/a.md",
            ".config/a.md",
            ".vscode/a.md",
            "build.rs",
            "Cargo.lock",
            "tools/links.py",
            ".vscode/lib/x.py",
            ".vscode/lib/conftest.py",
            ".vscode/lib/sitecustomize/__init__.py",
        ] {
            assert!(is_kept(&lists, path) || !is_in(&lists.any, path), "{path}");
        }
    }

    #[test]
    fn a_document_beside_the_sign_offs_is_a_document_and_one_among_the_templates_is_none() {
        let folder = "docs/scoreboard/exceptions";
        let lists = lists("");
        assert!(!is_kept(&lists, &format!("{folder}/README.md")) && is_in(&lists.any, &format!("{folder}/a/b.md")));
        for name in ["x.toml", "md", "x", "x.mdd", "xmd", "x.md.toml", "d", "a/x.toml"] {
            assert!(is_kept(&lists, &format!("{folder}/{name}")), "{name}");
        }
        let config = Config::parse("[docs]\nroots = ['**/*.md']\n").unwrap();
        for path in ["tools/molt-sync/docs-templates/README.md", ".github/README.md"] {
            let bound = RelPath::new(path).unwrap();
            assert_eq!(config.writable(&[], &[bound], "").unwrap_err(), path);
        }
    }

    #[test]
    fn a_path_that_may_never_change_is_refused() {
        for (key, path) in [("status", ".github/STATUS.md"), ("lock", "molt-sync.toml"), ("stdlib", ".GitHub/lib")] {
            let Ok(config) = Config::parse(&format!("[paths]\n{key} = '{path}'\n")) else {
                assert!(path.contains('G') || path.starts_with(".git"), "{path}");
                continue;
            };
            assert!(config.writable(&[], &[], "").unwrap_err().starts_with(path), "{path}");
        }
        for key in ["scoreboard", "exceptions", "lock", "union", "plan", "ratchet", "baselines"] {
            for path in [".github/workflows/x.yml", "a/.GitHub./x", ".gitattributes", ".gitlab-ci.yml"] {
                let error = Config::parse(&format!("[paths]\n{key} = '{path}'\n")).unwrap_err().to_string();
                assert!(error.contains(&format!("{key} is {path}, where git or a forge looks")), "{error}");
            }
        }
    }
}
