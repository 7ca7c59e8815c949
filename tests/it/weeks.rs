//! Eight weeks of the generated workflow, a run a day on a fresh runner: a clone, an empty cache, an empty home, and nothing that
//! is remembered but what the forge holds. Releases are signed by an instance that is made here.

#![cfg(unix)]

use std::borrow::Cow;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    process::Command,
};

use molt_sync::{
    base::Version,
    release::signer,
    stdlib::{ModuleKind, Union, UnionFile},
};

use crate::support::{
    Release, Sandbox,
    feeds::feeds,
    instance::{Instance, NOON, Request},
    program,
    site::{Files, Site},
    tree::{Tree as _, UNION, mini},
    workflow::{Forge, git_in, said, step, tool, value},
};

const WATCH: &str = ".github/workflows/molt-sync-watch.yml";
const DAYS: usize = 56;
const GATE: &str = "[[external-gates]]\nname = \"no-broken\"\ncommand = [\"test\", \"!\", \"-e\", \"src/molt/stdlib/json/broken.py\"]\n";

/// A release of the small standard library, with one more module where that is asked for.
fn small(version: &str, more: Option<&str>) -> Release {
    let release = Release::small("3.13", version);
    match more {
        Some(name) => release.with(name, ModuleKind::Module),
        None => release,
    }
}

/// What is out on python.org and elsewhere.
#[derive(Default)]
struct Outside {
    files: BTreeMap<String, Vec<String>>,
    named: BTreeSet<String>,
    calendar: BTreeMap<String, String>,
}

struct World {
    box_: Sandbox,
    forge: Forge,
    site: Site,
    instance: Instance,
    outside: Outside,
    /// A day's row of the table.
    table: String,
}

impl World {
    fn new() -> Self {
        let mut files = mini();
        let recorded = ["3.11.80", "3.12.80", "3.13.80", "3.14.80"].map(|it| small(it, None).0);
        let known: Vec<_> = recorded.iter().map(|it| &it.facts).collect();
        let union = Union::new(&recorded, &Union::default(), &known);
        files.write(UNION, UnionFile::fresh(&union).as_bytes());
        let box_ = Sandbox::of(&files);
        // `Sandbox::of` writes into its workspace
        for baseline in &recorded {
            box_.write(&format!("baselines/{}.json", baseline.series), baseline.render());
        }
        box_.write("tools/stdlib_intrinsics_ratchet.json", "{\n  \"max_intrinsic_partial\": 99\n}\n");
        let site = Site::start(Files::new());
        let url = &site.url;
        let feeds = feeds(&[("calendar", &format!("{url}/calendar")), ("endoflife", &format!("{url}/eol"))]);
        box_.write("molt-sync.toml", format!("mirror = \"{url}/mirror\"\n\n{feeds}\n{GATE}"));
        let instance = Instance::new(1);
        box_.file("root.json", instance.root().to_string().as_bytes());
        box_.sync(&["init", "--github", "--install", "true"]).succeeds();
        git_in(&box_.ws(""), &["init", "-q"]);
        git_in(&box_.ws(""), &["add", "-A"]);
        git_in(&box_.ws(""), &["commit", "-q", "-m", "start"]);
        let forge = Forge::of(&box_.ws(""), box_.root().join("forge"));
        let mut res = Self { box_, forge, site, instance, outside: Outside::default(), table: String::new() };
        for version in ["3.11.80", "3.12.80", "3.13.80", "3.14.80"] {
            res.out(version, None, true);
        }
        res
    }

    /// A release comes out, signed by whom it has to be or by somebody else.
    fn out(&mut self, version: &str, more: Option<&str>, is_genuine: bool) {
        let parsed: Version = version.parse().unwrap();
        let right = signer(parsed).unwrap();
        let (Cow::Borrowed(right), Cow::Borrowed(issuer)) = (right.identity, right.issuer) else { unreachable!() };
        let identity = if is_genuine { right } else { "somebody@example.org" };
        let request = Request { form: 3, log: 1, identity, issuer, from: NOON, at: NOON + 60 };
        let bytes = small(version, more).tgz();
        let name = format!("Python-{version}.tgz");
        let folder = format!("/mirror/{version}/");
        let bundle = self.instance.sign(&bytes, &request).to_string();
        self.site.put(&format!("{folder}{name}"), &bytes);
        self.site.put(&format!("{folder}{name}.sigstore"), bundle.as_bytes());
        self.outside.files.insert(version.to_owned(), vec![name.clone(), format!("{name}.sigstore")]);
        self.outside.named.insert(version.to_owned());
        let links = |names: &[String]| names.iter().map(|it| format!("<a href=\"{it}\">x</a>\n")).collect::<String>();
        self.site.put(&folder, format!("<pre>\n{}", links(&self.outside.files[version])).as_bytes());
        let folders: Vec<String> = self.outside.files.keys().map(|it| format!("{it}/")).collect();
        self.site.put("/mirror/", format!("<h1>Index of /</h1><pre>\n{}", links(&folders)).as_bytes());
        let rows: Vec<String> =
            self.outside.named.iter().map(|it| format!("\"{it}\": {{\"name\": \"{it}\"}}")).collect();
        self.site.put("/eol", format!("{{\"releases\": {{}}, \"versions\": {{{}}}}}", rows.join(",")).as_bytes());
        self.plan(None);
    }

    /// A row of the calendar: a version, its state, its day and a note.
    fn plan(&mut self, row: Option<(&str, &str, &str, &str)>) {
        if let Some((version, state, date, note)) = row {
            let text = format!(
                "{{\"stage\": \"{version}\", \"state\": \"{state}\", \"date\": \"{date}\", \"note\": \"{note}\"}}"
            );
            self.outside.calendar.insert(version.to_owned(), text);
        }
        let mut rows: Vec<String> = self.outside.calendar.values().cloned().collect();
        rows.push("{\"stage\": \"3.11.1\", \"state\": \"actual\", \"date\": \"2022-12-06\", \"note\": \"\"}".into());
        self.site.put(
            "/calendar",
            format!("{{\"metadata\": {{}}, \"releases\": {{\"3\": [{}]}}}}", rows.join(",")).as_bytes(),
        );
    }

    /// One run of the workflow.
    fn run(&mut self, day: usize) {
        let text = self.forge.origin(&["show", &format!("main:{WATCH}")]);
        let temp = self.box_.root().join(format!("runner-{day}"));
        fs::create_dir_all(&temp).unwrap();
        let now = format!("{}T05:23:00Z", date(day));
        let binary = program();
        let root = self.box_.root().join("root.json");
        let call = format!("exec '{}' --now {now} --trusted-root '{}' \"$@\"", binary.display(), root.display());
        tool(&self.forge.dir.join("bin"), "molt-sync", &call);
        let path = |name: &str| temp.join(name).to_str().unwrap().to_owned();
        let (cache, output, summary, runner) = (path("cache"), path("output"), path("summary"), path(""));
        let env = [
            ("RUNNER_TEMP", runner.as_str()),
            ("MOLT_SYNC_CACHE_DIR", &cache),
            ("GITHUB_OUTPUT", &output),
            ("GITHUB_STEP_SUMMARY", &summary),
            ("NO_PROXY", "127.0.0.1"),
        ];
        let (before, opened) = (self.forge.issues(), self.heads());
        let place = self.forge.checkout();
        let told = self.forge.run(&place, &step(&text, "detect", "Read what was told before"), &env);
        assert!(told.status.success(), "{}", said(&told));
        let looked = self.forge.run(&place, &step(&text, "detect", "Write each change as a patch"), &env);
        let outputs = fs::read_to_string(&output).unwrap_or_else(|_| panic!("day {day}: {}", said(&looked)));
        let found = |key: &str| {
            outputs.lines().find_map(|it| it.strip_prefix(&format!("{key}="))).unwrap_or_default().to_owned()
        };
        let series: Vec<String> = serde_json::from_str(&found("series")).unwrap();
        let mut codes = vec![format!("look {}", looked.status.code().unwrap())];
        let script = step(&text, "propose", "Apply allowed paths only, push one branch, open the pull request");
        let (allowed, changes) = (value(&text, "ALLOWED"), path("changes"));
        for series in &series {
            let place = self.forge.checkout();
            let env = [("SERIES", series.as_str()), ("BASE", "main"), ("ALLOWED", &allowed), ("CHANGES", &changes)];
            let output = self.forge.run(&place, &script, &env);
            let code = output.status.code().unwrap();
            assert!([0, 3, 5].contains(&code), "day {day}: {}", said(&output));
            codes.push(format!("{series} {code}"));
        }
        let notices = found("notices");
        if notices != "[]" {
            let script = step(&text, "tell", "Open an issue for what was not told before");
            let output = self.forge.run(&place, &script, &[("NOTICES", &notices)]);
            assert!(output.status.success(), "{}", said(&output));
        }
        let after = self.heads();
        let news: Vec<String> =
            after.iter().filter(|(head, it)| opened.get(*head) != Some(it)).map(|(_, it)| it.clone()).collect();
        let left: Vec<&str> =
            after.iter().filter(|(head, it)| opened.get(*head) == Some(it)).map(|(head, _)| head.as_str()).collect();
        let issues = self.forge.issues();
        _ = writeln!(
            self.table,
            "{} | {} | {} | {} | {}",
            date(day),
            codes.join(", "),
            or_none(&news.join(", ")),
            or_none(&issues[before.len()..].join("; ")),
            or_none(&left.join(", ")),
        );
        fs::remove_dir_all(&temp).unwrap();
    }

    /// The titles of the open pull requests by their branches.
    fn heads(&self) -> BTreeMap<String, String> {
        let mut res = BTreeMap::new();
        for entry in fs::read_dir(self.forge.dir.join("prs")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let read = |file: &str| self.forge.read(&format!("prs/{name}/{file}")).trim_end().to_owned();
            if read("state") == "open" {
                res.insert(read("head"), read("title").replace("Refresh to CPython ", ""));
            }
        }
        res
    }

    /// A person merges the pull request of a series, as it is.
    fn merge(&self, series: &str) {
        let branch = format!("molt-sync/{series}");
        self.in_clone(&format!(
            "git merge -q --no-edit -X theirs origin/{branch}; git push -q origin main; git push -q origin :{branch}"
        ));
        for entry in fs::read_dir(self.forge.dir.join("prs")).unwrap() {
            let pr = entry.unwrap().path();
            if fs::read_to_string(pr.join("head")).unwrap().trim_end() == branch {
                fs::write(pr.join("state"), "merged\n").unwrap();
            }
        }
    }

    fn in_clone(&self, script: &str) {
        let place = self.forge.checkout();
        let mut command = Command::new("bash");
        command.args(["-euo", "pipefail", "-c", script]).current_dir(&place);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "A Person").env(format!("GIT_{role}_EMAIL"), "person@example.org");
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{script}: {}", said(&output));
    }

    /// What happens on a day before the run.
    fn happens(&mut self, day: usize) {
        match day {
            1 => {
                self.out("3.11.81", None, true);
                self.out("3.12.81", Some("json.newer"), true);
            }
            // 3.13 cannot be believed, and 3.14 does not wait for it
            3 => {
                self.merge("3.11");
                self.merge("3.12");
                self.out("3.13.81", None, false);
            }
            5 => self.out("3.14.81", None, true),
            7 => self.in_clone(
                "git switch -q molt-sync/3.14; echo mine > NOTES; git add -A; git commit -qm mine; git push -q",
            ),
            9 => self.out("3.13.81", None, true),
            11 => self.merge("3.13"),
            // a newer one waits while a person works on the branch
            12 => self.out("3.14.82", None, true),
            // first what the person has made of it
            14 | 16 | 49 => self.merge("3.14"),
            18 => self.out("3.15.0", None, true),
            20 => self.plan(Some(("3.12.82", "expected", &date(20), ""))),
            28 => self.plan(Some(("3.12.82", "expected", &date(30), "postponed"))),
            36 => self.out("3.12.82", None, true),
            37 => {
                self.merge("3.12");
                self.out("3.11.82", None, true);
            }
            // the forge answers no fetch on this day
            38 => {
                self.out("3.11.83", None, true);
                self.in_clone("git switch -q molt-sync/3.11; git switch -q main");
                let real = Command::new("bash").args(["-c", "type -P git"]).output().unwrap();
                let real = String::from_utf8(real.stdout).unwrap().trim().to_owned();
                let body = format!(
                    "for it in \"$@\"; do if [[ $it == fetch ]]; then exit 128; fi; done\nexec '{real}' \"$@\""
                );
                tool(&self.forge.dir.join("bin"), "git", &body);
            }
            39 => fs::remove_file(self.forge.dir.join("bin/git")).unwrap(),
            // a gate of the workspace says no, and the others go on
            41 => {
                self.merge("3.11");
                self.out("3.13.82", Some("json.broken"), true);
            }
            42 => self.out("3.12.83", None, true),
            44 => self.in_clone(
                "sed -i '/external-gates/,$d' molt-sync.toml; git commit -qam 'No gate'; git push -q origin main",
            ),
            45 => {
                self.merge("3.12");
                self.merge("3.13");
                self.out("3.14.83", None, true);
            }
            // it is taken back while its pull request waits
            46 => self.plan(Some(("3.14.83", "actual", &date(45), "recalled due to a bug"))),
            47 => self.out("3.14.84", None, true),
            _ => {}
        }
    }
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

/// A day of 2026, the first of which is 2026-01-16.
fn date(day: usize) -> String {
    let seconds = NOON + 86_400 * i64::try_from(day).unwrap();
    jiff::Timestamp::from_second(seconds).unwrap().strftime("%Y-%m-%d").to_string()
}

/// Days on which something is new, and some after them; the others are looked at where `MOLT_SYNC_WEEKS` is set.
const EVENTFUL: &[usize] = &[1, 3, 5, 8, 9, 12, 14, 18, 19, 24, 34, 36, 37, 38, 39, 41, 42, 44, 45, 46, 47];

#[test]
fn eight_weeks_of_fresh_runners_lose_nothing_and_tell_once() {
    let mut world = World::new();
    let all = std::env::var_os("MOLT_SYNC_WEEKS").is_some();
    for day in 1..=DAYS {
        world.happens(day);
        if all || EVENTFUL.contains(&day) {
            world.run(day);
        }
    }
    eprintln!("day | exit codes | opened or updated | told | open and left alone\n{}", world.table);
    let row = |day: usize| -> Vec<String> {
        let line = world.table.lines().find(|it| it.starts_with(&date(day))).unwrap_or_default();
        line.split(" | ").skip(1).map(str::to_owned).collect()
    };
    for (day, codes, opened) in [
        (1, "look 0, 3.11 0, 3.12 0", "3.11.81, 3.12.81"),
        (2, "look 0, 3.11 0, 3.12 0", "-"),
        (3, "look 4", "-"),
        (5, "look 4, 3.14 0", "3.14.81"),
        (8, "look 4, 3.14 3", "-"),
        (9, "look 0, 3.13 0, 3.14 3", "3.13.81"),
        (12, "look 0, 3.14 3", "-"),
        (14, "look 0, 3.14 0", "3.14.82"),
        (18, "look 3", "-"),
        (19, "look 0", "-"),
        (24, "look 3", "-"),
        (25, "look 0", "-"),
        (34, "look 3", "-"),
        (35, "look 0", "-"),
        (36, "look 0, 3.12 0", "3.12.82"),
        (38, "look 0, 3.11 5", "-"),
        (39, "look 0, 3.11 0", "3.11.83"),
        (41, "look 1", "-"),
        (42, "look 1, 3.12 0", "3.12.83"),
        (44, "look 0, 3.12 0, 3.13 0", "3.13.82"),
        (45, "look 0, 3.14 0", "3.14.83"),
        (46, "look 3", "-"),
        (47, "look 0, 3.14 0", "3.14.84"),
        (55, "look 0", "-"),
    ] {
        let row = row(day);
        if all || EVENTFUL.contains(&day) {
            assert_eq!(row[..2], [codes, opened], "day {day}\n{}", world.table);
        }
    }
    let told = world.forge.issues();
    let missed = |day: usize| format!("CPython 3.12.82 was planned for {}, and nothing of it is there", date(day));
    assert_eq!(
        told,
        [
            "CPython 3.13.81 is not brought in: it cannot be believed".to_owned(),
            "CPython 3.15 is a new series, of which nothing is recorded".to_owned(),
            missed(20),
            missed(30),
            "CPython 3.13.82 is not brought in: a gate says no".to_owned(),
            "CPython 3.14.83 was recalled before it was recorded".to_owned(),
        ],
        "{}",
        world.table
    );
    // what a person committed is on the main branch, and so is every release
    assert_eq!(world.forge.origin(&["show", "main:NOTES"]), "mine");
    for (series, release) in [("3.11", "3.11.83"), ("3.12", "3.12.83"), ("3.13", "3.13.82"), ("3.14", "3.14.84")] {
        let text = world.forge.origin(&["show", &format!("main:baselines/{series}.json")]);
        assert!(text.contains(&format!("\"release\": \"{release}\"")), "{series}: {text:.200}");
    }
}
