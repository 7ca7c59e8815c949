//! The steps of a workflow, run as a runner runs them, and a forge: a bare repository and a stub of the forge's command line.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The scripts of the steps of a workflow or of a part of it, with their indentation taken away.
pub fn scripts(text: &str) -> Vec<String> {
    let mut res = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(script) = line.trim_start().strip_prefix("run: ") else { continue };
        if script != "|" {
            let is_quoted = script.starts_with('"');
            res.push(if is_quoted { serde_json::from_str(script).unwrap() } else { script.to_owned() });
            continue;
        }
        let depth = line.len() - line.trim_start().len() + 2;
        let mut script = String::new();
        while let Some(line) = lines.next_if(|it| it.trim().is_empty() || it.starts_with(&" ".repeat(depth))) {
            script += line.get(depth..).unwrap_or_default();
            script.push('\n');
        }
        res.push(script);
    }
    res
}

/// The script of a step.
pub fn step(text: &str, job: &str, name: &str) -> String {
    let job = text.split(&format!("\n  {job}:\n")).nth(1).unwrap();
    let step = job.split(&format!("name: {name}\n")).nth(1).unwrap_or_else(|| panic!("no step {name}"));
    scripts(step).remove(0)
}

/// What a place such as `ALLOWED: "…"` holds.
pub fn value(text: &str, key: &str) -> String {
    let line = text.lines().find_map(|it| it.trim().strip_prefix(&format!("{key}: "))).unwrap();
    serde_json::from_str(line).unwrap()
}

/// An executable script in a folder.
pub fn tool(dir: &Path, name: &str, body: &str) {
    fs::create_dir_all(dir).unwrap();
    let path = dir.join(name);
    fs::write(&path, format!("#!/bin/bash\n{body}\n")).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
}

/// Git, with nothing of this machine's settings.
pub fn git_in(dir: &Path, args: &[&str]) -> String {
    let output = git_at(dir, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// The same, whatever comes of it.
pub fn git_at(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.args(["-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"]).args(args).current_dir(dir);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "A Person").env(format!("GIT_{role}_EMAIL"), "person@example.org");
    }
    command.output().unwrap()
}

/// A forge in a folder: `origin` is its repository, `prs/N/` and `issues/N` what was opened, `log` what was asked of it.
pub struct Forge {
    pub dir: PathBuf,
}

const GH: &str = r#"
set -euo pipefail
cd "$FORGE"
echo "$*" >> log
declare -A is=()
words=()
while (($#)); do
  case $1 in
    --paginate) ;;
    -f) shift ;;
    --*) is[${1#--}]=$2; shift ;;
    *) words+=("$1") ;;
  esac
  shift
done
tip() { git --git-dir origin rev-parse "refs/heads/$1"; }
case ${words[*]} in
  "auth setup-git") ;;
  "api repos/"*"/issues") cat issues/* 2> /dev/null || true ;;
  "issue create")
    [[ ! -e refuses || ${is[title]} != *"$(< refuses)"* ]] || exit 1
    issue=issues/$(($(ls issues | wc -l) + 1))
    echo "${is[title]}" > "$issue"
    sed -n 's/^<!-- molt-sync told: \(.*\) -->$/\1/p' <<< "${is[body]}" >> "$issue"
    ;;
  "pr list")
    mark=$(grep -o '<!-- [^>]*-->' <<< "${is[jq]}" || true)
    for pr in prs/*/; do
      [[ -d $pr && $(< "$pr/state") == "${is[state]}" && $(< "$pr/head") == "${is[head]}" ]] || continue
      [[ ${is[jq]} == *isCrossRepository* && ! -e $pr/fork ]] || continue
      if [[ ${is[jq]} == *.title* ]]; then cat "$pr/title" "$pr/body"; continue; fi
      if [[ -z $mark ]] || grep -qF -e "$mark" "$pr/body"; then basename "$pr"; fi
    done
    ;;
  "pr create")
    pr=prs/$(($(ls prs | wc -l) + 1))
    mkdir "$pr"
    echo open > "$pr/state"
    echo "${is[head]}" > "$pr/head"
    echo "${is[title]}" > "$pr/title"
    cp "${is[body-file]}" "$pr/body"
    ;;
  "pr edit "*)
    echo "${is[title]}" > "prs/${words[2]}/title"
    cp "${is[body-file]}" "prs/${words[2]}/body"
    ;;
  "pr comment "*) echo "${is[body]}" >> "prs/${words[2]}/comments" ;;
  "workflow run "*) ;;
  *) echo "unknown: ${words[*]}" >&2; exit 1 ;;
esac
"#;

impl Forge {
    /// With a copy of this repository, and its command line in `bin`.
    pub fn of(repository: &Path, dir: PathBuf) -> Self {
        for name in ["prs", "issues"] {
            fs::create_dir_all(dir.join(name)).unwrap();
        }
        let origin = dir.join("origin");
        git_in(repository, &["clone", "-q", "--bare", ".", origin.to_str().unwrap()]);
        tool(&dir.join("bin"), "gh", GH);
        fs::write(dir.join("log"), "").unwrap();
        Self { dir }
    }

    pub fn origin(&self, args: &[&str]) -> String {
        git_in(&self.dir.join("origin"), args)
    }

    /// Whether a branch is there.
    pub fn has(&self, branch: &str) -> bool {
        git_at(&self.dir.join("origin"), &["rev-parse", "-q", "--verify", &format!("refs/heads/{branch}")])
            .status
            .success()
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir.join(path)).unwrap_or_default()
    }

    /// The titles of what was told.
    pub fn issues(&self) -> Vec<String> {
        let count = fs::read_dir(self.dir.join("issues")).unwrap().count();
        (1..=count).map(|it| self.read(&format!("issues/{it}")).lines().next().unwrap_or_default().to_owned()).collect()
    }

    /// A clone as a runner makes it, in place of the last one.
    pub fn checkout(&self) -> PathBuf {
        let place = self.dir.join("runner");
        drop(fs::remove_dir_all(&place));
        git_in(&self.dir, &["clone", "-q", "origin", "runner"]);
        place
    }

    /// Runs a script in `place` as a runner does, with the forge's command line.
    pub fn run(&self, place: &Path, script: &str, env: &[(&str, &str)]) -> Output {
        let path = format!("{}:{}", self.dir.join("bin").display(), std::env::var("PATH").unwrap());
        Command::new("bash")
            .args(["--noprofile", "--norc", "-euo", "pipefail", "-c", script])
            .current_dir(place)
            .envs([("PATH", path.as_str()), ("GH_TOKEN", "none"), ("GITHUB_REPOSITORY", "a/b")])
            .envs([("GITHUB_SERVER_URL", "https://forge"), ("GITHUB_RUN_ID", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null")])
            .env("FORGE", &self.dir)
            .env("HOME", &self.dir)
            .envs(env.iter().copied())
            .output()
            .unwrap()
    }
}

/// What a command printed on both streams.
pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it).into_owned()).concat()
}
