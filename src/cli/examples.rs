//! Examples of every command, for its page of help: each is understood, and says what it is good for.

/// The examples, a section a command: a command line, and behind two blanks and `#` what it does.
const EXAMPLES: &str = include_str!("examples.txt");

/// Those of a command, by the words that call it: a command line, and what it does.
pub(super) fn examples(name: &str) -> Vec<(&'static str, &'static str)> {
    let is_section = |line: &&str| line.strip_suffix(':').is_some_and(|it| it == name);
    let own = EXAMPLES.lines().skip_while(|it| !is_section(it)).skip(1).take_while(|it| it.starts_with("  "));
    own.filter_map(|it| it.trim_start().split_once("  # ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_found_and_no_other() {
        assert_eq!(examples("gates explain")[0].0, "molt-sync gates explain");
        assert!(examples("gates").iter().all(|(line, _)| !line.contains("explain")));
        assert!(examples("nothing").is_empty());
        let lines = EXAMPLES.lines().filter(|it| it.starts_with("  "));
        assert!(lines.clone().count() > 100 && lines.clone().all(|it| it.contains("  # ")));
    }
}
