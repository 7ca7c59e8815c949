//! Whether two files are the same but for how a formatter lays them out.

use ruff_python_ast::token::TokenKind;

use super::{Module, parse};

/// Same tokens, comments included, with blank lines, line breaks inside brackets, trailing commas, quotes and
/// indentation width left aside. Files that do not parse are never the same.
pub fn same_code(left: &str, right: &str) -> bool {
    match (parse(left), parse(right)) {
        (Ok(a), Ok(b)) => left == right || normal(&a, left) == normal(&b, right),
        _ => false,
    }
}

fn normal<'a>(module: &Module, text: &'a str) -> Vec<(TokenKind, &'a str)> {
    let mut res: Vec<(TokenKind, &str)> = Vec::new();
    for token in module.0.tokens() {
        let kind = token.kind();
        let range: std::ops::Range<usize> = ruff_text_size::Ranged::range(token).into();
        let source = &text[range];
        match kind {
            TokenKind::NonLogicalNewline => {}
            TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent => res.push((kind, "")),
            TokenKind::Comment => res.push((kind, source.trim_end())),
            TokenKind::String => res.push((kind, source.trim_matches(['"', '\'']).trim_end())),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                res.pop_if(|(kind, _)| *kind == TokenKind::Comma);
                res.push((kind, source));
            }
            _ => res.push((kind, source)),
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_does_not_matter_and_everything_else_does() {
        let text = "\"\"\"Doc.\"\"\"\nx = f('a')\n# note\nif x:\n    raise E('b')\n";
        assert!(same_code(text, "\"\"\"Doc.\"\"\"\n\nx = f(\n  \"a\",\n)\n\n# note\nif x:\n  raise E(\n\n  'b')\n"));
        for other in [
            "\"\"\"Doc.\"\"\"\nx = f('a')\nif x:\n    raise E('b')\n",
            "\"\"\"Doc.\"\"\"\nx = f('a')\n# note two\nif x:\n    raise E('b')\n",
            "\"\"\"Docs.\"\"\"\nx = f('a')\n# note\nif x:\n    raise E('b')\n",
            "\"\"\"Doc.\"\"\"\nx = f('a')\n# note\nif x:\n    raise E('b')\ny = 1\n",
            "\"\"\"Doc.\"\"\"\nx = f('a')\n# note\nif x:\n    pass\nraise E('b')\n",
            "not python (",
        ] {
            assert!(!same_code(text, other), "{other}");
        }
    }
}
