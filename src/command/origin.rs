//! Where this program was built from, as far as that is known: what the build saw of its repository, or what cargo wrote down
//! when it installed the program.

use crate::host;

/// A commit of a repository that other machines can ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitOrigin {
    /// Its address, https or ssh.
    pub url: String,
    /// The commit's full hash.
    pub revision: String,
}

/// The origin of this program; none where it is not known, or lies on a machine alone.
pub fn known() -> Option<CommitOrigin> {
    let built = option_env!("MOLT_SYNC_ORIGIN_URL").zip(option_env!("MOLT_SYNC_ORIGIN_REVISION"));
    let built = built.map(|(url, revision)| CommitOrigin { url: url.to_owned(), revision: revision.to_owned() });
    built.or_else(|| installed(&host::install_record()?)).filter(CommitOrigin::is_public)
}

impl CommitOrigin {
    /// Whether a forge has it, and not a machine alone.
    fn is_public(&self) -> bool {
        let Some((scheme, rest)) = self.url.split_once("://") else { return false };
        let authority = rest.split('/').next().unwrap_or_default();
        let host = authority.rsplit('@').next().and_then(|it| it.split(':').next()).unwrap_or_default();
        let is_address = host.bytes().all(|it| it.is_ascii_digit() || it == b'.');
        let is_full = matches!(self.revision.len(), 40 | 64) && self.revision.bytes().all(|it| it.is_ascii_hexdigit());
        matches!(scheme, "https" | "ssh") && host.trim_matches('.').contains('.') && !is_address && is_full
    }
}

/// What cargo's record of what it installed says of this program.
fn installed(record: &str) -> Option<CommitOrigin> {
    let record: toml::Table = record.parse().ok()?;
    let own = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"), " (git+");
    let mut found = record.get("v1")?.as_table()?.keys().filter_map(|it| it.strip_prefix(own)?.strip_suffix(')'));
    let (url, revision) = found.next()?.rsplit_once('#')?;
    // `?rev=…` is how it was asked for
    let url = url.split('?').next().unwrap_or(url);
    Some(CommitOrigin { url: url.to_owned(), revision: revision.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "71c7f1cc33c9e24de93f2b3627433bed3ccbc3b3";

    fn record(source: &str) -> String {
        let version = env!("CARGO_PKG_VERSION");
        format!(
            "[v1]\n\"other 1.0.0 (git+https://a.b/c#{HASH})\" = [\"x\"]\n\"molt-sync {version} ({source})\" = [\"molt-sync\"]\n"
        )
    }

    #[test]
    fn a_commit_at_a_forge_is_an_origin_and_what_one_machine_has_is_none() {
        for (source, url) in [
            (format!("git+https://github.com/o/r?rev={HASH}#{HASH}"), "https://github.com/o/r"),
            (format!("git+https://git.example.org:8443/o/r.git#{HASH}"), "https://git.example.org:8443/o/r.git"),
            (format!("git+ssh://git@github.com/o/r?branch=main#{HASH}"), "ssh://git@github.com/o/r"),
        ] {
            let origin = installed(&record(&source)).unwrap();
            assert_eq!(
                (origin.url.as_str(), origin.revision.as_str(), origin.is_public()),
                (url, HASH, true),
                "{source}"
            );
        }
        for source in [
            format!("git+file:///tmp/r?rev={HASH}#{HASH}"),
            format!("git+http://github.com/o/r#{HASH}"),
            format!("git+https://localhost/o/r#{HASH}"),
            format!("git+https://10.0.0.1/o/r#{HASH}"),
            format!("git+ssh://git@build-box/o/r#{HASH}"),
            "git+https://github.com/o/r#71c7f1c".to_owned(),
        ] {
            assert!(!installed(&record(&source)).unwrap().is_public(), "{source}");
        }
        for text in
            [record("path+file:///home/u/r"), record("registry+https://index.example.org/"), String::new(), "[".into()]
        {
            assert_eq!(installed(&text), None, "{text}");
        }
    }
}
