//! Statuses beside module names: "`pickle` remains intrinsic-partial", "`a`, `b`: intrinsic-backed, and so is `c`",
//! "Intrinsic-backed: `a`, `b`". A sentence that goes on ("is intrinsic-backed for …") speaks of a part of the module.

use std::ops::Range;

use super::{
    lexicon::status,
    module_words::{ASIDE, COMMON, DEGREES, ENDS, LINKS, MANNERS, NOUNS, TAKES_BACK},
    token::{TextToken, TokenKind},
};

/// Modules and the status that is said of them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that a sentence says")]
pub(super) struct ModuleStatus<'t> {
    /// Names of modules, or of clusters of them.
    pub(super) names: Vec<&'t str>,
    pub(super) is_cluster: bool,
    /// The token of the status.
    pub(super) status: usize,
    /// All of its tokens.
    pub(super) part: Range<usize>,
    /// Whether it is said that they do not have it any longer.
    pub(super) is_no_longer: bool,
    /// Whether a degree stands beside the status: "fully".
    pub(super) has_degree: bool,
    /// Whether words behind the status say more of it, which a tool cannot know to hold for another one.
    pub(super) is_qualified: bool,
}

/// What is known of names.
pub(super) struct ModuleNames<'a> {
    pub(super) tokens: &'a [TextToken<'a>],
    /// Whether the tree has a module of that name.
    pub(super) is_module: &'a dyn Fn(&str) -> bool,
    /// The cluster that a name is one of.
    pub(super) cluster: &'a dyn Fn(&str) -> bool,
}

/// What the tokens of a sentence say of modules.
pub(super) fn said<'a>(names: &ModuleNames<'a>, sentence: &Range<usize>) -> Vec<ModuleStatus<'a>> {
    let mut res = Vec::new();
    // "`a` and `b` are this and that respectively"
    if sentence.clone().any(|at| names.tokens[at].is(&["respectively"])) {
        return res;
    }
    for at in sentence.clone() {
        let token = &names.tokens[at];
        if token.kind != TokenKind::Word || status(&token.word).is_none() {
            continue;
        }
        // "`a` is no intrinsic-partial module"
        let is_denied = at > sentence.start && names.no(at - 1);
        if is_denied {
            continue;
        }
        let found = names.before(at, sentence).or_else(|| names.behind(at, sentence));
        res.extend(found);
    }
    res
}

impl<'a> ModuleNames<'a> {
    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|it| it.is(words))
    }

    fn is_mark(&self, at: usize, marks: &[char]) -> bool {
        self.tokens.get(at).is_some_and(|it| it.is_mark(marks))
    }

    fn no(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|it| it.number().is_some_and(super::number::TextNumber::is_zero) && it.text == "no")
    }

    /// Whether a token is the name of a module, as far as it can be told from another word.
    fn is_name(&self, at: usize, has_noun: bool) -> bool {
        let Some(token) = self.tokens.get(at).filter(|it| it.kind == TokenKind::Word) else { return false };
        if token.is_code {
            return true;
        }
        let is_plain = has_noun || !COMMON.contains(&token.word.as_ref());
        is_plain && token.text.len() > 2 && (self.is_module)(token.text)
    }

    /// "`a`, `b` and `c` are now STATUS"
    fn before(&self, at: usize, sentence: &Range<usize>) -> Option<ModuleStatus<'a>> {
        let mut from = at;
        let (mut is_linked, mut is_no_longer, mut has_noun, mut is_cluster) = (false, false, false, false);
        let least = at.saturating_sub(9).max(sentence.start);
        while from > least {
            let last = from - 1;
            if self.is(last, LINKS) || self.no(last) {
                is_no_longer |= self.is(last, &["longer"]);
                // "move it to STATUS" is no more than a wish
                is_linked |= !self.is(last, &["to", "promoted", "moved", "raised", "reported", "a", "an"]);
            } else if self.is_mark(last, &[':', '(', '=', '-', '–', '—', '→']) {
                is_linked = true;
            } else if self.is(last, &["status"]) || (self.is(last, &["the"]) && self.is(from, &["status"])) {
                // "`json` has the status intrinsic-backed"
            } else if self.is(last, NOUNS) && is_linked {
                has_noun = true;
            } else if self.is(last, &["cluster", "clusters"]) && is_linked {
                is_cluster = true;
            } else if !(self.is_mark(last, &[',']) && is_linked && self.is(from, LINKS)) {
                break;
            }
            from = last;
        }
        // nothing is said where a status stands for what comes next
        let has_degree = (from..at).any(|it| self.is(it, DEGREES));
        let (end, is_qualified) = self
            .end(at, sentence)
            .map(|it| (it, false))
            .or_else(|| Some((self.goes_on(at, has_degree, sentence)?, true)))?;
        if !is_linked || from == sentence.start {
            return None;
        }
        let pronoun = || self.pronoun(from, sentence);
        let (start, mut names) = if is_cluster {
            self.clusters(from, sentence)?
        } else {
            self.list(from, sentence, has_noun).or_else(pronoun)?
        };
        let (tail, end) = self.followers(end, sentence);
        names.extend(tail);
        Some(ModuleStatus {
            names,
            is_cluster,
            status: at,
            part: start..end.max(at + 1),
            is_no_longer,
            has_degree,
            is_qualified,
        })
    }

    /// Where a status ends behind which a bracket follows, or how it is meant; nowhere where that takes a part of it back.
    fn goes_on(&self, at: usize, has_degree: bool, sentence: &Range<usize>) -> Option<usize> {
        let mut next = at + 1;
        while self.is(next, NOUNS) && next < sentence.end {
            next += 1;
        }
        let is_bracket = self.is_mark(next, &['(']);
        let tail = next..sentence.end.min(next + 40);
        let close = tail.clone().find(|it| self.is_mark(*it, &[')'])).unwrap_or(tail.end);
        let said = if is_bracket { next..close } else { tail };
        let goes_on = is_bracket || (has_degree && self.is(next, MANNERS));
        (goes_on && !said.clone().any(|it| self.is(it, TAKES_BACK)) && !(is_bracket && said.len() < 2)).then_some(next)
    }

    /// Where the statement ends behind a status.
    fn end(&self, at: usize, sentence: &Range<usize>) -> Option<usize> {
        let mut next = at + 1;
        while self.is(next, NOUNS) && next < sentence.end {
            next += 1;
        }
        // "`json` has intrinsic-backed and intrinsic-partial modules"
        let is_one_of_two =
            || self.is(next, &["and", "or"]) && self.tokens.get(next + 1).is_some_and(|it| status(&it.word).is_some());
        let ends = next >= sentence.end
            || self.is(next, ENDS) && !is_one_of_two()
            || self.is_mark(next, &[';', ')', ',', '—', '–', '"', '”', '|'])
            || matches!(self.tokens[next].kind, TokenKind::End);
        ends.then_some(next)
    }

    /// The list of names that ends before a token.
    fn list(&self, end: usize, sentence: &Range<usize>, has_noun: bool) -> Option<(usize, Vec<&'a str>)> {
        let has_noun = has_noun || (end >= sentence.start + 2 && self.is(end - 2, &["module"]));
        let mut names = Vec::new();
        let mut from = end;
        while from > sentence.start && self.is_name(from - 1, has_noun) {
            from -= 1;
            names.push(self.tokens[from].text);
            let mut joint = from;
            while joint > sentence.start
                && (self.is(joint - 1, &["and", "or"]) || self.is_mark(joint - 1, &[',', '/', '&', '+']))
                && from - joint < 2
            {
                joint -= 1;
            }
            if joint == from || joint == sentence.start || !self.is_name(joint - 1, has_noun) {
                break;
            }
            from = joint;
        }
        names.reverse();
        if names.is_empty() || !names.iter().all(|it| (self.is_module)(it)) {
            return None;
        }
        self.starts(from, sentence).then_some((from, names))
    }

    /// "`a` was that; it is now STATUS": the only module that the sentence has named.
    fn pronoun(&self, end: usize, sentence: &Range<usize>) -> Option<(usize, Vec<&'a str>)> {
        let at = end.checked_sub(1).filter(|it| *it > sentence.start && self.is(*it, &["it"]))?;
        let near = sentence.start.max(at.saturating_sub(40))..at;
        let mut named = near.filter(|it| self.tokens[*it].is_code && (self.is_module)(self.tokens[*it].text));
        let first = named.next()?;
        named.next().is_none().then(|| (at, vec![self.tokens[first].text]))
    }

    /// Whether a name can begin what is said: behind "of" or "in" it is about something else.
    fn starts(&self, from: usize, sentence: &Range<usize>) -> bool {
        let Some(before) = from.checked_sub(1).filter(|it| *it >= sentence.start) else { return true };
        let token = &self.tokens[before];
        let is_status_of = self.is(before, &["of"])
            && before.checked_sub(1).is_some_and(|it| self.is(it, &["status", "state", "class", "classification"]));
        if token.kind != TokenKind::Word {
            return true;
        }
        // "all modules but `a`", "only `a`": what is said is of the others, or of all
        let is_aside = self.is(before, &["but"])
            && before.checked_sub(1).is_some_and(|it| it >= sentence.start && self.tokens[it].kind == TokenKind::Word);
        if is_aside || (self.is(before, &["only"]) && before == sentence.start) {
            return false;
        }
        is_status_of || (!token.is(ASIDE) && (self.tokens[from].is_code || self.is_lead(before, sentence)))
    }

    /// A name without backticks stands where a clause begins.
    fn is_lead(&self, before: usize, sentence: &Range<usize>) -> bool {
        self.is(before, &["and", "so", "now", "that", "but", "module", "only", "while", "because", "package"])
            || (self.is(before, &["the"]) && self.is(before + 2, NOUNS))
            || before < sentence.start
    }

    /// "runtime-heavy/data/tooling clusters"
    fn clusters(&self, end: usize, sentence: &Range<usize>) -> Option<(usize, Vec<&'a str>)> {
        let mut names = Vec::new();
        let mut from = end;
        while from > sentence.start {
            let last = &self.tokens[from - 1];
            if last.kind == TokenKind::Word && (self.cluster)(&last.word) {
                names.push(last.text);
            } else if !last.is_mark(&[',', '/', '&']) && !last.is(&["and", "the"]) {
                break;
            }
            from -= 1;
        }
        names.reverse();
        (!names.is_empty()).then_some((from, names))
    }

    /// ", and `c` too", "and so are `c` and `d`": the names, and where they end.
    fn followers(&self, at: usize, sentence: &Range<usize>) -> (Vec<&'a str>, usize) {
        let mut from = at;
        while from < sentence.end && (self.is(from, &["and", "but", "also"]) || self.is_mark(from, &[','])) {
            from += 1;
        }
        let is_so = self.is(from, &["so", "as"]) && self.is(from + 1, &["is", "are", "does", "do", "has", "have"]);
        if is_so {
            from += 2;
        }
        let mut names = Vec::new();
        let mut end = from;
        while end < sentence.end {
            let is_name = self.is_name(end, false) && (self.is_module)(self.tokens[end].text);
            if is_name {
                names.push(self.tokens[end].text);
            } else if names.is_empty() || !(self.is(end, &["and"]) || self.is_mark(end, &[',', '/', '&', '+'])) {
                break;
            }
            end += 1;
        }
        let is_too = self.is(end, &["too", "also", "likewise", "alike"])
            || (self.is(end, &["as"]) && self.is(end + 1, &["well"]))
            || (from > at && self.is(from - 1, &["also"]) && end >= sentence.end);
        if names.is_empty() || !(is_so || is_too) { (Vec::new(), at) } else { (names, end) }
    }

    /// "STATUS: `a`, `b`"
    fn behind(&self, at: usize, sentence: &Range<usize>) -> Option<ModuleStatus<'a>> {
        let is_first = at == sentence.start
            || self.is_mark(at - 1, &[';', ':', '—', '–', '|', ']'])
            || (self.is(at - 1, &["the", "now", "currently", "all"]) && at - 1 == sentence.start);
        let mut from = at + 1;
        while self.is(from, NOUNS) {
            from += 1;
        }
        let mut is_linked = false;
        while from < sentence.end
            && (self.is(from, &["are", "is", "now", "currently", "include", "includes", "today"])
                || self.is_mark(from, &[':', '=', '—', '–', '→']))
        {
            is_linked |= !self.is(from, &["now", "currently", "today"]);
            from += 1;
        }
        let mut names = Vec::new();
        let mut end = from;
        while end < sentence.end {
            if self.is_name(end, false) {
                names.push(self.tokens[end].text);
            } else if names.is_empty() || !(self.is(end, &["and"]) || self.is_mark(end, &[',', '/', '&', '+'])) {
                break;
            }
            end += 1;
        }
        let is_whole = end >= sentence.end || self.is_mark(end, &[';', '(', '.', '|']);
        let is_all = !names.is_empty() && names.iter().all(|it| (self.is_module)(it));
        (is_first && is_linked && is_whole && is_all).then_some(ModuleStatus {
            names,
            is_cluster: false,
            status: at,
            part: at..end,
            is_no_longer: false,
            has_degree: false,
            is_qualified: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::token::tokens, *};

    fn shown(text: &str) -> String {
        let tokens = tokens(text);
        let is_module =
            |it: &str| ["pickle", "json", "re", "concurrent.futures", "this", "code", "_asyncio"].contains(&it);
        let cluster = |it: &str| ["runtime-heavy", "data", "tooling"].contains(&it);
        let names = ModuleNames { tokens: &tokens, is_module: &is_module, cluster: &cluster };
        let all = said(&names, &(0..tokens.len()));
        let one = |it: &ModuleStatus<'_>| {
            let not = if it.is_no_longer { "!" } else { "" };
            format!("{}{not}{}", it.names.join(","), tokens[it.status].word)
        };
        all.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_status_is_read_beside_its_modules() {
        for (text, wanted) in [
            ("`pickle` remains intrinsic-backed", "pickleintrinsic-backed"),
            ("`pickle` is now fully intrinsic-backed", "pickleintrinsic-backed"),
            ("`pickle` has become `intrinsic-backed`", "pickleintrinsic-backed"),
            ("`pickle` is no longer intrinsic-backed", "pickle!intrinsic-backed"),
            ("`pickle`, `json`, and `re` are intrinsic-backed", "pickle,json,reintrinsic-backed"),
            ("`pickle/json` are intrinsic-backed", "pickle,jsonintrinsic-backed"),
            ("`pickle` is intrinsic-backed, and `json` too", "pickle,jsonintrinsic-backed"),
            ("`pickle` is intrinsic-backed and so are `json` and `re`", "pickle,json,reintrinsic-backed"),
            ("`pickle` - intrinsic-backed", "pickleintrinsic-backed"),
            ("`pickle` = intrinsic-backed", "pickleintrinsic-backed"),
            ("`pickle` (intrinsic-backed)", "pickleintrinsic-backed"),
            ("Intrinsic-backed: `json`, `re`", "json,reintrinsic-backed"),
            ("Intrinsic-backed modules are `json` and `re`", "json,reintrinsic-backed"),
            ("pickle is intrinsic-backed", "pickleintrinsic-backed"),
            ("the pickle module is intrinsic-backed", "pickleintrinsic-backed"),
            ("the code module is intrinsic-backed", "codeintrinsic-backed"),
            (
                "`concurrent.futures` currently probe-only; `_asyncio` stays python-only",
                "concurrent.futuresprobe-only _asynciopython-only",
            ),
            ("runtime-heavy/data clusters are intrinsic-backed and more", "runtime-heavy,dataintrinsic-backed"),
            // a part of it, another thing, or nothing
            ("`pickle` is intrinsic-backed for protocol 5", ""),
            ("`pickle` core is intrinsic-backed", ""),
            ("dumps in `pickle` is intrinsic-backed", ""),
            ("this is intrinsic-backed", ""),
            ("our code is intrinsic-backed", ""),
            ("`other` is intrinsic-backed", ""),
            ("`pickle` and `other` are intrinsic-backed", ""),
            ("`pickle` uses intrinsic-backed reads", ""),
            ("All modules but `pickle` are intrinsic-backed", ""),
            ("All modules other than `pickle` are intrinsic-backed", ""),
            ("`json`, unlike `pickle`, is intrinsic-backed", ""),
            ("Unlike `pickle`, `json` is intrinsic-backed", ""),
            ("Modules that import `pickle` are intrinsic-backed", ""),
            ("`json`, which uses `pickle`, is intrinsic-backed", ""),
            ("Only `pickle` is intrinsic-backed", ""),
            ("`json` is old, but `pickle` is intrinsic-backed", "pickleintrinsic-backed"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }
}
