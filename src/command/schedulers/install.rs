//! Where a workflow gets this program from. It runs what it gets, so that each way names the very bytes: a commit by its full
//! hash, a file by its digest, or a command for which a person answers.

use crate::{
    base::Sha256,
    command::support::failure::{Exit, Failure},
};

/// A way to get this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) struct InstallSource {
    line: String,
    /// Whether it is a command for which a person answers.
    pub(super) is_own_word: bool,
}

/// How a line begins that has cargo build a commit.
const BY_CARGO: &str = "cargo install --locked --git ";

/// What stands in the place of a command that nobody has named yet: it ends the job before anything else is done.
const NOT_NAMED: &str = "echo '::error::this workflow does not say where molt-sync is installed from";
/// Why there is no default.
pub(super) const WHY: &str = "the name molt-sync is not published in the crate registry: anyone who takes it there would run code in the CI of this repository";
/// The ways, for a hint.
pub(super) const WAYS: &str = "molt-sync init --github --from-git URL --rev FULL_HASH; or, in place of the last two options, \
                               --from-wheel URL --sha256 HEX or --install COMMAND";

impl InstallSource {
    /// A commit of a git repository, built by cargo.
    ///
    /// # Errors
    /// When the address or the hash is not one that names the same commit for ever.
    pub(in crate::command) fn git(url: &str, revision: &str) -> Result<Self, Failure> {
        let url = repository(url).map_err(|why| refused("--from-git", why))?;
        let is_full = matches!(revision.len(), 40 | 64) && revision.bytes().all(|it| it.is_ascii_hexdigit());
        if !is_full {
            let message = format!(
                "cannot use --rev `{revision}`: it is not the full hash of a commit, 40 or 64 hexadecimal digits"
            );
            let hint = "a branch, a tag or a short hash can come to name another commit; `git rev-parse REF` prints the full hash";
            return Err(Failure::new(Exit::Usage, message, hint));
        }
        let revision = revision.to_ascii_lowercase();
        // a repository can hold more packages than this one, of which cargo wants one to be named
        Ok(Self::of_line(format!("{BY_CARGO}{url} --rev {revision} {}", env!("CARGO_PKG_NAME"))))
    }

    /// A wheel, which is held against its digest before anything looks into it.
    ///
    /// # Errors
    /// When the address is not one of a wheel over https, or the digest is not one.
    pub(in crate::command) fn wheel(url: &str, digest: &str) -> Result<Self, Failure> {
        let name = wheel_name(url).map_err(|why| refused("--from-wheel", why))?;
        let digest: Sha256 = digest.parse().map_err(|error: crate::base::digest::DigestError| {
            Failure::new(Exit::Usage, format!("cannot use --sha256: {error}"), "`sha256sum FILE` prints it")
        })?;
        let place = "\"$RUNNER_TEMP/molt-sync\"";
        let get = format!("curl -fsSL --proto '=https' --proto-redir '=https' --retry 3 -o {name} {url}");
        let check = format!("echo '{digest}  {name}' | sha256sum --check --strict");
        let install = format!("{place}/bin/python -m pip install --quiet --no-index --no-deps ./{name}");
        let path = "echo \"$RUNNER_TEMP/molt-sync/bin\" >> \"$GITHUB_PATH\"";
        Ok(Self::of_line(format!(
            "cd \"$RUNNER_TEMP\" && {get} && {check} && python3 -m venv {place} && {install} && {path}"
        )))
    }

    /// A command, as a person wrote it.
    ///
    /// # Errors
    /// When it is not one line, or a runner would put something into it before the shell reads it.
    pub(in crate::command) fn command(line: &str) -> Result<Self, Failure> {
        let is_break = |it: char| (it.is_control() && it != '\t') || matches!(it, '\u{2028}' | '\u{2029}');
        if line.trim().is_empty() || line.contains(is_break) {
            let message = "cannot use --install: it is not one line";
            return Err(Failure::new(Exit::Usage, message, "call a script of the workspace"));
        }
        if line.contains("${{") {
            let message =
                "cannot use --install: the runner replaces what is in `${{ }}` before the shell reads the line";
            return Err(Failure::new(
                Exit::Usage,
                message,
                "read a variable of the environment, or call a script of the workspace",
            ));
        }
        Ok(Self { line: line.to_owned(), is_own_word: true })
    }

    /// What stops a job that would need the program.
    pub(super) fn none() -> Self {
        // no apostrophe may stand in it
        Self::of_line(format!("{NOT_NAMED}: {WHY}; complete it with {WAYS}'; exit 3"))
    }

    /// The one that a workflow names, whoever wrote it there.
    pub(super) fn of_line(line: String) -> Self {
        Self { line, is_own_word: false }
    }

    /// Whether it names a way at all.
    pub(super) fn is_some(&self) -> bool {
        !self.line.starts_with(NOT_NAMED)
    }

    /// The line of a shell.
    pub(super) fn line(&self) -> &str {
        &self.line
    }

    /// Whether it needs nothing of the repository that it is run in. Files of that, such as one that names a toolchain or a wrapper
    /// for the compiler, would decide how cargo builds it: what a pull request has changed would run in place of this program.
    pub(super) fn is_by_itself(&self) -> bool {
        if !self.is_some() {
            return true;
        }
        let mut words = self.line.strip_prefix(BY_CARGO).unwrap_or_default().split(' ');
        let (url, option, revision) = (words.next(), words.next(), words.next());
        let is_ours = option == Some("--rev") && words.eq([env!("CARGO_PKG_NAME")]);
        is_ours && url.zip(revision).is_some_and(|(url, it)| Self::git(url, it).is_ok_and(|it| it.line == self.line))
    }
}

fn refused(option: &str, why: &str) -> Failure {
    let hint = match option {
        "--from-git" => "it looks like https://HOST/OWNER/NAME or ssh://git@HOST/OWNER/NAME",
        _ => "it looks like https://HOST/PATH/molt_sync-0.1.0-py3-none-any.whl",
    };
    // the address is not shown: there may be a password in it
    Failure::new(Exit::Usage, format!("cannot use the address of {option}: {why}"), hint)
}

/// The address of a repository as cargo takes it. What a shell, YAML or a runner could read in another way is in none.
fn repository(url: &str) -> Result<String, &'static str> {
    plain(url)?;
    // HOST:PATH, as git takes it too
    let as_url = match url.split_once("://") {
        Some(_) => url.to_owned(),
        None => match url.split_once(':') {
            Some((host, path)) if !host.contains('/') && host.contains(['@', '.']) => {
                format!("ssh://{host}/{}", path.trim_start_matches('/'))
            }
            _ => return Err("it has no scheme, and a path of this machine is not an address for another one"),
        },
    };
    let (scheme, rest) = as_url.split_once("://").unwrap_or_default();
    match scheme {
        "https" => host_and_path(rest, false)?,
        "ssh" => host_and_path(rest, true)?,
        // for a runner of one's own
        "file" if rest.starts_with('/') && rest.len() > 1 => {}
        _ => return Err("it is neither https nor ssh"),
    }
    Ok(as_url)
}

/// The name of the file at the end of an address.
fn wheel_name(url: &str) -> Result<&str, &'static str> {
    plain(url)?;
    let rest = url.strip_prefix("https://").ok_or("it is not https")?;
    host_and_path(rest, false)?;
    let name = rest.rsplit('/').next().unwrap_or_default();
    let parts = name.strip_suffix(".whl").map_or(0, |it| it.split('-').filter(|it| !it.is_empty()).count());
    let is_plain = name.starts_with(|it: char| it.is_ascii_alphanumeric()) && !name.contains(['%', '~', '@', ':']);
    if is_plain && matches!(parts, 5 | 6) { Ok(name) } else { Err("it does not end in the name of a wheel") }
}

fn plain(url: &str) -> Result<(), &'static str> {
    let is_known = |it: char| it.is_ascii_alphanumeric() || "-._~/:@+%".contains(it);
    if url.chars().all(is_known) { Ok(()) } else { Err("it has characters other than letters, digits and -._~/:@+%") }
}

/// Checks what follows the scheme. An ssh address names a user, which is not a secret; a password is.
fn host_and_path(rest: &str, may_have_user: bool) -> Result<(), &'static str> {
    let (authority, path) = rest.split_once('/').ok_or("it names no path on its host")?;
    let host = match authority.rsplit_once('@') {
        Some((user, host)) if may_have_user && !user.contains([':', '@']) && is_name(user) => host,
        Some(_) => return Err("it has a user name or a password in it, which everybody could read in the workflow"),
        None => authority,
    };
    let (host, port) = host.split_once(':').unwrap_or((host, "443"));
    let is_port = (1..=5).contains(&port.len()) && port.bytes().all(|it| it.is_ascii_digit());
    if !is_name(host) || host.contains(['%', '~', '+']) || !is_port {
        return Err("its host is not one");
    }
    if path.trim_matches('/').is_empty() { Err("it names no path on its host") } else { Ok(()) }
}

/// Whether a program that is given it cannot take it for an option.
fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0123456789abcdef0123456789ABCDEF01234567";

    #[test]
    fn a_commit_is_named_by_its_full_hash_at_an_address_without_secrets() {
        for (url, there) in [
            ("https://github.com/o/r", "https://github.com/o/r"),
            ("https://git.example.org:8443/~o/r.git", "https://git.example.org:8443/~o/r.git"),
            ("ssh://git@github.com/o/r.git", "ssh://git@github.com/o/r.git"),
            ("git@github.com:o/r.git", "ssh://git@github.com/o/r.git"),
            ("file:///srv/git/r.git", "file:///srv/git/r.git"),
        ] {
            let expected = format!("cargo install --locked --git {there} --rev {} molt-sync", HASH.to_lowercase());
            assert_eq!(InstallSource::git(url, HASH).unwrap().line(), expected);
        }
        for url in [
            "",
            "r",
            "../r",
            "/srv/r",
            "C:/r",
            "file://r",
            "http://github.com/o/r",
            "git://github.com/o/r",
            "ext::sh -c x",
            "ext::x",
            "https://github.com",
            "https://github.com/",
            "https:///o/r",
            "https://user@github.com/o/r",
            "https://user:secret@github.com/o/r",
            "ssh://git:secret@github.com/o/r",
            "user:secret@github.com:o/r",
            "ssh://-oProxyCommand=x/r",
            "ssh://-o@github.com/r",
            "https://-x/r",
            "https://github.com:x/r",
            "https://github.com/o/r?token=secret",
            "https://github.com/o/r#x",
            "https://github.com/o/$(x)",
            "https://github.com/o/${{ x }}",
            "https://github.com/o/r;x",
            "https://github.com/o/r x",
            "https://github.com/o/r\nx",
            "https://github.com/o/'r",
            "https://github.com/o/\"r",
            "https://github.com/o/`x`",
            "https://github.com/o/r\\",
            "https://github.com/o/ü",
        ] {
            let failure = InstallSource::git(url, HASH).unwrap_err();
            assert!(failure.exit == Exit::Usage && !failure.message.contains("secret"), "{url}: {failure:?}");
        }
        for revision in ["", "main", "v1", "0123456", &HASH[1..], &format!("{HASH}0"), &HASH.replace('0', "g"), "HEAD"]
        {
            let failure = InstallSource::git("https://github.com/o/r", revision).unwrap_err();
            assert!(failure.message.contains("full hash"), "{failure:?}");
        }
        assert!(InstallSource::git("https://github.com/o/r", &"ab".repeat(32)).is_ok());
    }

    #[test]
    fn a_wheel_is_a_file_over_https_with_a_digest() {
        let digest = "ab".repeat(32);
        let name = "molt_sync-0.1.0+x-py3-none-manylinux_2_17_x86_64.whl";
        let line = InstallSource::wheel(&format!("https://host/a/{name}"), &digest).unwrap();
        let at = |words: &str| line.line().find(words).unwrap_or_else(|| panic!("{words}: {line:?}"));
        assert!(at("curl ") < at("sha256sum --check") && at("sha256sum --check") < at("--no-index --no-deps"));
        for url in [
            format!("http://host/{name}"),
            format!("file:///{name}"),
            format!("https://u:secret@host/{name}"),
            format!("https://host/{name}?token=secret"),
            "https://host/a.whl".to_owned(),
            "https://host/x.tar.gz".to_owned(),
            "https://host/-a-b-c-d-e.whl".to_owned(),
            "https://host/a-b-c-d-e%2Fx.whl".to_owned(),
            format!("https://host/$x/{name}"),
        ] {
            let failure = InstallSource::wheel(&url, &digest).unwrap_err();
            assert!(failure.exit == Exit::Usage && !failure.message.contains("secret"), "{url}: {failure:?}");
        }
        for digest in ["", "ab", &"ab".repeat(20), &"zz".repeat(32)] {
            assert!(InstallSource::wheel(&format!("https://host/{name}"), digest).is_err(), "{digest}");
        }
    }

    #[test]
    fn a_command_is_one_line_that_no_runner_writes_into() {
        for line in ["", " ", "a\nb", "a\rb", "a\u{85}b", "a\u{2028}b", "echo ${{ github.head_ref }}", "\u{1b}[2J"] {
            assert_eq!(InstallSource::command(line).unwrap_err().exit, Exit::Usage, "{line:?}");
        }
        assert_eq!(InstallSource::command("./x \"$HOME\" 'y'\t|| z").unwrap().line(), "./x \"$HOME\" 'y'\t|| z");
        let none = InstallSource::none();
        assert!(
            !none.is_some() && none.line().matches('\'').count() == 2 && !none.line().contains("cargo"),
            "{none:?}"
        );
    }
}
