//! Tokens in brackets, the arguments of calls, and the bodies of macros with arguments put in.

use super::lex::{Placed, Token};

/// The longest call that is looked into, in tokens.
const CALL: usize = 4_000;

pub(super) fn is_sign(tokens: &[Placed<'_>], at: usize, sign: u8) -> bool {
    matches!(tokens.get(at), Some(Placed { token: Token::Sign(it), .. }) if *it == sign)
}

pub(super) fn word<'t>(tokens: &'t [Placed<'_>], at: usize) -> Option<&'t str> {
    match &tokens.get(at)?.token {
        Token::Word(it) => Some(it),
        _ => None,
    }
}

pub(super) fn is_word(it: &Placed<'_>, word: &str) -> bool {
    matches!(&it.token, Token::Word(it) if it == word)
}

/// The place behind what closes the bracket at `at`.
pub(super) fn closed(tokens: &[Placed<'_>], at: usize) -> usize {
    let mut depth = 0_usize;
    for (more, it) in tokens[at..].iter().enumerate() {
        match it.token {
            Token::Sign(b'{' | b'(' | b'[') => depth += 1,
            Token::Sign(b'}' | b')' | b']') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + more + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// How deep brackets nest. Both sides of a condition are read, so that a few may stay open in any file.
const NESTED: usize = 300;

/// Whether brackets nest deeper than in anything that people write: the end of each is looked for from each.
pub(super) fn nests_too_deep(tokens: &[Placed<'_>]) -> bool {
    let mut depth = 0_usize;
    tokens.iter().any(|it| {
        match it.token {
            Token::Sign(b'{' | b'(' | b'[') => depth += 1,
            Token::Sign(b'}' | b')' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > NESTED
    })
}

/// The same, if it is no further than that many tokens away.
pub(super) fn closed_within(tokens: &[Placed<'_>], at: usize, most: usize) -> Option<usize> {
    let near = &tokens[..tokens.len().min(at + most)];
    if at >= near.len() {
        return None;
    }
    let end = closed(near, at);
    (end < near.len() || near.len() == tokens.len()).then_some(end)
}

/// The place behind what closes each bracket, by the place of the bracket.
pub(super) fn pairs(tokens: &[Placed<'_>]) -> Vec<usize> {
    let mut res = vec![tokens.len(); tokens.len()];
    let mut open = Vec::new();
    for (at, it) in tokens.iter().enumerate() {
        match it.token {
            Token::Sign(b'{' | b'(' | b'[') => open.push(at),
            Token::Sign(b'}' | b')' | b']') => {
                if let Some(it) = open.pop() {
                    res[it] = at + 1;
                }
            }
            _ => {}
        }
    }
    res
}

/// The place behind the brackets of an array, `[]` or `[N]`.
pub(super) fn behind_array(tokens: &[Placed<'_>], at: usize) -> Option<usize> {
    if !is_sign(tokens, at, b'[') {
        return None;
    }
    let end = (1..4).find(|it| is_sign(tokens, at + it, b']'))?;
    Some(at + end + 1)
}

pub(super) fn words(tokens: &[Placed<'_>]) -> Vec<String> {
    each_word(tokens).map(str::to_owned).collect()
}

pub(super) fn last_word<'t>(tokens: &'t [Placed<'_>]) -> Option<&'t str> {
    each_word(tokens).next_back()
}

pub(super) fn each_word<'t>(tokens: &'t [Placed<'_>]) -> impl DoubleEndedIterator<Item = &'t str> {
    tokens.iter().filter_map(|it| if let Token::Word(it) = &it.token { Some(&**it) } else { None })
}

/// The arguments of a call, parted.
pub(super) fn arguments<'t, 'a>(tokens: &'t [Placed<'a>], open: usize) -> Vec<&'t [Placed<'a>]> {
    let tokens = &tokens[..tokens.len().min(open + CALL)];
    let end = closed(tokens, open);
    // one that does not end within so many is none
    if end >= tokens.len() && tokens.len() == open + CALL {
        return vec![&tokens[..0]];
    }
    let inside = &tokens[open + 1..end.saturating_sub(1).max(open + 1)];
    let mut res = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, it) in inside.iter().enumerate() {
        match it.token {
            Token::Sign(b'(' | b'[' | b'{') => depth += 1,
            Token::Sign(b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            Token::Sign(b',') if depth == 0 => {
                res.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    res.push(&inside[start..]);
    res
}

/// A part of a macro's body with its parameters replaced.
pub(super) fn replaced<'a>(part: &[Placed<'a>], parameters: &[&str], all: &[&[Placed<'a>]]) -> Vec<Placed<'a>> {
    let mut res: Vec<Placed<'a>> = Vec::new();
    let (mut at, mut is_pasted) = (0, false);
    while let Some(it) = part.get(at) {
        if it.token == Token::Sign(b'#') && is_sign(part, at + 1, b'#') {
            is_pasted = true;
            at += 2;
            continue;
        }
        let is_text = it.token == Token::Sign(b'#');
        let named = if is_text { part.get(at + 1) } else { Some(it) };
        let argument = match named.map(|it| &it.token) {
            Some(Token::Word(word)) => argument(word, parameters, all),
            _ => None,
        };
        let piece = match argument {
            Some(argument) if is_text => {
                at += 1;
                vec![Placed { token: Token::Text(words(&argument).concat().into()), ..it.clone() }]
            }
            Some(argument) => argument,
            None => vec![it.clone()],
        };
        at += 1;
        let mut piece = piece.into_iter();
        if std::mem::take(&mut is_pasted)
            && let Some(Placed { token: Token::Word(last), .. }) = res.last_mut()
        {
            match piece.next() {
                Some(Placed { token: Token::Word(more), .. }) => last.to_mut().push_str(&more),
                Some(other) => res.push(other),
                None => {}
            }
        }
        res.extend(piece);
    }
    // `"A" #b` is one string
    let mut joined: Vec<Placed<'a>> = Vec::new();
    for it in res {
        match (joined.last_mut(), &it.token) {
            (Some(Placed { token: Token::Text(last), .. }), Token::Text(more)) => last.to_mut().push_str(more),
            _ => joined.push(it),
        }
    }
    joined
}

/// What a word of a macro's body stands for, where it is a parameter.
fn argument<'a>(word: &str, parameters: &[&str], all: &[&[Placed<'a>]]) -> Option<Vec<Placed<'a>>> {
    if word == "__VA_ARGS__" && parameters.last().is_some_and(|it| *it == "...") {
        let rest = all.get(parameters.len() - 1..).unwrap_or_default();
        let mut res: Vec<Placed<'a>> = Vec::new();
        for it in rest {
            if let Some(last) = res.last().cloned() {
                res.push(Placed { token: Token::Sign(b','), ..last });
            }
            res.extend(it.iter().cloned());
        }
        return Some(res);
    }
    let at = parameters.iter().position(|it| *it == word)?;
    Some(all.get(at).map(|it| it.to_vec()).unwrap_or_default())
}
