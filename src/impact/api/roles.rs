//! The roles of documentation, which link to objects: `` :func:`~a.f` ``.

/// The target of the role that a text begins with, and what stands behind it.
pub(super) fn first_role(text: &str) -> Option<(&str, &str)> {
    let (role, rest) = text.strip_prefix(':')?.split_once(":`")?;
    let (inside, rest) = rest.split_once('`')?;
    let is_role = !role.is_empty() && role.bytes().all(|it| it.is_ascii_lowercase() || it == b':');
    let target = inside.rsplit_once('<').map_or(inside, |(_, it)| it.trim_end_matches('>'));
    is_role.then(|| (target.trim_start_matches(['!', '~', '.']).trim_end_matches("()"), rest))
}
