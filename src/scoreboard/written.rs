//! An exception as it is written down: what worsened is named, and what a person has to say is left to be filled in.

use std::collections::{BTreeMap, BTreeSet};

use super::{exception::Exception, regression::Worsening};
use crate::base::Sha256;

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

/// A name that two branches do not give to different things.
pub fn file_name(today: &str, worsened: &[Worsening]) -> String {
    let names: Vec<String> = worsened.iter().map(|it| format!("{}\0{}", it.figure, it.identity)).collect();
    let digest = Sha256::of(names.join("\0").as_bytes()).to_string();
    let first = worsened.first().map_or("nothing", |it| it.figure);
    format!("{today}-{first}-{}.toml", &digest[..8])
}

/// The file for these worsenings; empty fields are to be filled in.
pub fn draft(worsened: &[Worsening], exception: &Exception) -> String {
    let mut figures: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for it in worsened {
        figures.entry(it.figure).or_default().insert((&it.identity, &it.what));
    }
    let said = [&exception.reason, &exception.signed_off_by, &exception.expires, &exception.plan.words];
    let is_whole = said.iter().all(|it| !it.is_empty());
    let fill_in = if is_whole { "" } else { "Fill in what is empty; " };
    let mut res = format!(
        "# An exception of the scoreboard: what worsens, why, who signs for it, how it is taken back, and when it ends.\n\
         # {fill_in}`molt-sync scoreboard check --base REF` says what is missing.\n"
    );
    for (comment, key, value) in [
        ("Why it may worsen.", "reason", &exception.reason),
        ("The person who signs for it.", "signed_off_by", &exception.signed_off_by),
        ("The last day on which it counts, such as 2026-11-23; at most a year ahead.", "expires", &exception.expires),
    ] {
        res += &format!("\n# {comment}\n{key} = {}\n", quoted(value));
    }
    res += "\n[figures]\n";
    for (figure, identities) in figures {
        res += &format!("{figure} = [\n");
        for (identity, what) in identities {
            res += &format!("    {}, # {}\n", quoted(identity), crate::base::printable(what));
        }
        res += "]\n";
    }
    let reverts: Vec<String> = exception.plan.reverts.iter().map(|it| quoted(it)).collect();
    res += &format!(
        "\n[rollback]\n# How it is taken back, in words; and the commits, where reverting them is all of it.\nplan = {}\nreverts = [{}]\n",
        quoted(&exception.plan.words),
        reverts.join(", ")
    );
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::RelPath;

    #[test]
    fn what_is_written_is_an_exception_that_lacks_what_a_person_says() {
        let worsened = [Worsening { figure: "python-only", identity: "a\"b".into(), what: "gone\nnow".into() }];
        let path = RelPath::new("x.toml").unwrap();
        let empty = Exception::parse(&path, "").unwrap().unwrap();
        let text = draft(&worsened, &empty);
        let read = Exception::parse(&path, &text).unwrap().unwrap();
        assert_eq!(read.pairs().collect::<Vec<_>>(), [("python-only", "a\"b")]);
        let faults = read.faults("2026-01-01");
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(text.contains("# Fill in what is empty; `molt-sync"), "{text}");
        let said = "reason = \"r\"\nsigned_off_by = \"A\"\nexpires = \"2026-02-01\"\n[rollback]\nplan = \"p\"\n";
        let whole = draft(&worsened, &Exception::parse(&path, said).unwrap().unwrap());
        assert!(whole.contains("\n# `molt-sync scoreboard check") && !whole.contains("empty"), "{whole}");
        assert_ne!(file_name("d", &worsened), file_name("d", &[]));
    }
}
