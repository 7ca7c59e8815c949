//! Whether a sentence says nothing around a value but what is to change nothing of it. Where it has other words, the value may be
//! of a part, of another time or of something else, and a tool that does not understand must not write there.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use super::{
    super::text::day::MONTHS,
    lexicon::{self, STATUSES},
    mood::CountShape,
    token::{TextToken, TokenKind},
};

/// The words that change nothing of what is counted.
static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let all = "a an the of in on at for to and or but by with from as so also that which whose there here we our is are be being has have do \
     does both together altogether overall currently now today presently nowadays still already exactly just precisely least most \
     more fewer less than over under up out about around roughly approximately nearly almost only all whole entire entirely \
     complete completely full fully current present newest distinct unique count counts report reports show shows state states \
     stand stands sit sits total totals equal equals read reads remain remains remaining stay stays contain contains include \
     includes comprise comprises expose exposes exposed cover covers judge judges find finds see sees know knows track tracks \
     record records give gives carry carries name names enforce enforces check checks classify classifies mark marks require \
     requires need importable gated against guarded available provide provides allow allows permit permits stdlib library standard python cpython molt \
     molt's tree repository repo checkout workspace project module modules submodule submodules file files entry entries status \
     statuses audit audits checker checker's gate gates snapshot summary overview coverage lowering number numbers sum figure \
     figures budget ratchet ceiling limit cap maximum max stub stubs bucket buckets class classes category categories group groups \
     tally intrinsic intrinsics attestation attested non-attested mode inventory series top-level level dotted py .py ones rest \
     others none nothing no zero too well left convert progress note consists consist far open queue burn-down burndown \
     implemented supported required known audited moment time point however yet unfortunately please thus therefore hence even \
     words short else key headline stats statistics metric metrics facts outstanding unfinished incomplete work size \
     classification breakdown distribution health split focus issues caveat warning important within across throughout through inside \
     codebase code base implementation according tool script scoreboard dashboard molt-sync ci exist exists import imports ship \
     ships leaves makes audit's library's document documents list lists table union baseline violation violations any kind full-coverage concentrated focused";
    all.split_whitespace().collect()
});

/// Words that do so behind a verb or behind what is counted alone.
static BEHIND: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let all = "counted listed reported shown stated included covered judged found tracked recorded named enforced checked audited classified \
     marked required needed implemented supported known it its their they them this these those";
    all.split_whitespace().collect()
});
/// Those of them that point at something.
const POINTERS: [&str; 9] = ["it", "its", "their", "they", "them", "this", "these", "those", "that"];
/// The words that may stand right behind the number of modules of a status, and leave it that of all.
static BEHIND_STATUS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let all = "now today currently presently nowadays still already exactly left remain remains remaining total totals altogether overall \
     are is was at in of on by with and or for to from as so far the a an this our here there tree repository repo checkout workspace \
     project codebase stdlib library standard cpython python molt molt's union audit audits audited checker checker's snapshot summary \
     inventory coverage module modules file files entry entries ones stub stubs count counts current present which that counted classified \
     marked listed reported shown stated recorded tracked judged found budget ratchet under over below above but while nothing none no all convert";
    all.split_whitespace().collect()
});
/// The words before it by which it is that of some of them, or of something in them.
const BEFORE_STATUS: [&str; 22] = [
    "top-level",
    "level",
    "dotted",
    "submodule",
    "submodules",
    "name",
    "names",
    "issue",
    "issues",
    "document",
    "documents",
    "import",
    "imports",
    "importable",
    "work",
    "known",
    "unfinished",
    "incomplete",
    "outstanding",
    "open",
    "caveat",
    "warning",
];
/// How far before a number such words count, in tokens.
const NEAR: usize = 40;
/// Words between what is counted and the modules that it is counted in.
const WITHIN: [&str; 6] = ["in", "within", "inside", "from", "across", "throughout"];

/// Words by which somebody else speaks, or at another time.
pub(super) const SPEECH: [&str; 12] =
    ["said", "says", "told", "wrote", "writes", "was", "were", "then", "reportedly", "quoted", "false", "untrue"];
/// Words by which what stands before them is one of another time, or of something else.
const COMPARISONS: [&str; 41] = [
    "last",
    "old",
    "former",
    "previous",
    "previously",
    "earlier",
    "originally",
    "initially",
    "formerly",
    "yesterday",
    "ago",
    "same",
    "twice",
    "half",
    "third",
    "quarter",
    "fifth",
    "tenth",
    "percent",
    "like",
    "unlike",
    "versus",
    "vs",
    "compared",
    "among",
    "amongst",
    "including",
    "except",
    "excluding",
    "besides",
    "without",
    "plus",
    "minus",
    "likewise",
    "planned",
    "expected",
    "pypy",
    "fork",
    "freeze",
    "guess",
    "machine",
];
/// Verbs that tell somebody to do something where a sentence begins with them.
const ORDERS: [&str; 12] =
    ["count", "mark", "list", "check", "record", "track", "report", "show", "find", "give", "name", "are"];

/// The kinds of files whose names are no names of anything that is counted.
const FILES: [&str; 1] = [".py"];
/// Those of documents and of data that another sentence refers to.
const PAPERS: [&str; 4] = [".md", ".rst", ".json", ".toml"];

/// Verbs of what is done with a document, and the words beside them.
const EDITS: [&str; 4] = ["updated", "generated", "maintained", "refreshed"];
const EDIT_WORDS: [&str; 12] = [
    "updated",
    "generated",
    "maintained",
    "refreshed",
    "this",
    "page",
    "each",
    "every",
    "release",
    "refresh",
    "automatically",
    "hand",
];

/// Folders of a path.
const FOLDERS: [&str; 5] = ["tools", "src", "runtime", "tests", "docs"];
/// What stands in quotation marks and is longer than a value, in tokens.
const QUOTED: usize = 3;

/// What stands in a sentence besides its statements.
pub(super) struct SentenceWords<'a> {
    all: &'a [TextToken<'a>],
    sentence: Range<usize>,
    /// Which of its tokens are of a statement.
    is_own: Vec<bool>,
    /// The tokens that are not understood, in order; numbers of which nothing is compared are among them.
    others: Vec<usize>,
    /// Those of them that count wherever they stand.
    speaking: Vec<usize>,
    /// The ends of clauses, in order.
    semicolons: Vec<usize>,
    /// What ends a part of a clause, in order.
    marks: Vec<usize>,
    /// Quotation marks, in order.
    quotes: Vec<usize>,
}

impl<'a> SentenceWords<'a> {
    /// Of a sentence, whose statements are at `parts`.
    /// The number of all modules is one that is understood.
    pub(super) fn new(
        all: &'a [TextToken<'a>],
        sentence: &Range<usize>,
        parts: &[Range<usize>],
        total: Option<i64>,
    ) -> Self {
        let mut is_own = vec![false; sentence.len()];
        for at in parts.iter().cloned().flatten().filter(|it| sentence.contains(it)) {
            is_own[at - sentence.start] = true;
        }
        // "modules that are listed", "modules audited", and not "the audit listed 873"
        let links = |it: &TextToken<'_>| it.is(&["is", "are", "as", "be", "of", "modules", "files"]);
        let is_behind = |at: usize| {
            all.get(at + 1).is_some_and(|it| it.is(&["by"]))
                || at > sentence.start && (is_own[at - 1 - sentence.start] || links(&all[at - 1]))
        };
        let is_other = |at: &usize| {
            let is_known = || BEHIND.contains(all[*at].word.as_ref()) && is_behind(*at);
            let is_total = || {
                let number = all[*at].text.trim_matches('`').parse().ok();
                number.is_some() && number == total && all.get(*at + 1).is_some_and(|it| it.is(&["modules", "files"]))
            };
            !is_own[at - sentence.start] && !is_plain(&all[*at]) && !is_known() && !is_total()
        };
        let is = |marks: &'static [char]| sentence.clone().filter(|it| all[*it].is_mark(marks)).collect();
        let others: Vec<usize> = sentence.clone().filter(is_other).collect();
        let speaks = |it: &usize| speaks(&all[*it], *it == sentence.start);
        Self {
            all,
            speaking: others.iter().copied().filter(speaks).collect(),
            others,
            semicolons: is(&[';']),
            marks: is(&[',', ';', ':', '(', ')', '—', '–', '|', '.']),
            quotes: is(&['"', '“', '”', '„', '«', '»']),
            sentence: sentence.clone(),
            is_own,
        }
    }

    /// The same where some more words are understood.
    pub(super) fn without(mut self, words: &[&str]) -> Self {
        let is_other = |it: &usize| !words.contains(&self.all[*it].word.as_ref());
        self.others.retain(is_other);
        self.speaking.retain(is_other);
        self
    }

    /// A word or a number around a statement that is not understood, anywhere in its clause, and a number anywhere in its sentence. Behind a value that is given to a key in code nothing belongs to it.
    pub(super) fn other(&self, part: &Range<usize>, shape: CountShape) -> Option<&'a str> {
        let start = self.sentence.start;
        let is_order = self.all[start].is(&ORDERS) && (part.start <= start + 1 || self.all[start].is(&["are"]));
        let is_question = self.all.get(self.sentence.end).is_some_and(|it| it.text.starts_with('?'));
        if part.start > start && (is_order || is_question) {
            return Some(self.all[start].text);
        }
        // what it speaks of is named before it
        let is_of_some = self.all[start].is(&["of"]) && !self.all.get(start + 1).is_some_and(|it| it.is(&["all"]));
        let is_of_it =
            is_of_some || self.all[start].is(&["that", "this", "these", "those", "top", "below", "here", "following"]);
        if part.start > start && is_of_it {
            return Some(self.all[start].text);
        }
        // "or on another list"
        if self.all.get(part.end).is_some_and(|it| it.is(&["or"])) && part.end < self.sentence.end {
            return Some(self.all[part.end].text);
        }
        let opened = self.quotes.partition_point(|it| *it < part.start);
        let closed = self.quotes.get(opened).copied().unwrap_or(self.sentence.end);
        if opened % 2 == 1 && closed > self.quotes[opened - 1] + QUOTED {
            return Some("the quotation marks");
        }
        let before = self.semicolons.partition_point(|it| *it < part.start);
        let start = before.checked_sub(1).map_or(self.sentence.start, |it| self.semicolons[it]);
        let next = self.semicolons.partition_point(|it| *it < part.end);
        let end = self.semicolons.get(next).copied().unwrap_or(self.sentence.end);
        let near = match shape {
            CountShape::Key if self.all[part.end - 1].is_code || self.all[part.start].is_code => part.end,
            _ => end,
        };
        // a status is said of all that its sentence says
        let (from, end, near) = match shape {
            CountShape::Status => (self.sentence.start, self.sentence.end, self.sentence.end),
            _ => (start, end, near),
        };
        let first = |all: &[usize], from: usize| all.get(all.partition_point(|it| *it < from)).copied();
        let close = |all: &[usize], from: usize, near: usize| {
            let before = first(all, from).filter(|it| *it < part.start);
            before.or_else(|| first(all, part.end).filter(|it| *it < near))
        };
        let found = close(&self.others, from, near.min(end)).or_else(|| close(&self.speaking, 0, self.sentence.end));
        found.map(|it| self.all[it].text)
    }
}

impl<'a> SentenceWords<'a> {
    /// A word by which the number of modules of a status is that of some of them, or of something else.
    pub(super) fn other_of_status(&self, part: &Range<usize>, shape: CountShape) -> Option<&'a str> {
        let is_word = |at: &usize| self.all[*at].kind == TokenKind::Word && self.others.binary_search(at).is_err();
        let next = self.marks.partition_point(|it| *it < part.end);
        let near = self.marks.get(next).copied().unwrap_or(self.sentence.end);
        // the statements beside it are understood by themselves
        let is_behind = |at: &usize| {
            let word = self.all[*at].word.as_ref();
            let is_status =
                || lexicon::status(word).is_some() || STATUSES.iter().any(|it| it.split('-').any(|it| it == word));
            BEHIND_STATUS.contains(word) || is_status() || is_series(word) || self.is_own[*at - self.sentence.start]
        };
        // behind a value that is given to a key in code nothing belongs to it
        let is_code = shape == CountShape::Key && (self.all[part.end - 1].is_code || self.all[part.start].is_code);
        let behind = (part.end..near).filter(is_word).find(|it| !is_code && !is_behind(it));
        let is_within = |at: usize| self.all[at].is(&WITHIN) && self.all[part.start].number().is_none();
        let within = part.start.checked_sub(1).filter(|it| *it >= self.sentence.start && is_within(*it));
        let ends = |it: &usize| self.all[*it].is_mark(&[',', ';', ')', '(', '—', '–']);
        let near_start = part.start.saturating_sub(NEAR).max(self.sentence.start);
        let from = (near_start..part.start).rev().find(ends).unwrap_or(near_start);
        let before =
            (from..part.start).find(|it| self.all[*it].is(&BEFORE_STATUS) && !self.is_own[*it - self.sentence.start]);
        behind.or(within).or(before).map(|it| self.all[it].text)
    }
}

/// The first word or number of a sentence beside a value that is not understood; `is_own` tells the numbers that are compared themselves.
pub(super) fn first_unknown<'a>(
    all: &'a [TextToken<'a>],
    sentence: &Range<usize>,
    is_own: &dyn Fn(usize) -> bool,
) -> Option<&'a str> {
    let is_path = |it: &TextToken<'_>| it.is(&FOLDERS) || PAPERS.iter().any(|end| it.text.ends_with(end));
    // what points at another sentence is understood in none
    let is_behind =
        |it: &TextToken<'_>| it.is(&["every", "each"]) || BEHIND.contains(it.word.as_ref()) && !it.is(&POINTERS);
    // "This page is updated with each release"
    let is_edit = all[sentence.clone()].iter().any(|it| it.is(&EDITS));
    let is_of_page = |it: usize| is_edit && all[it].is(&EDIT_WORDS);
    let is_known = |at: usize| {
        is_plain(&all[at])
            || is_path(&all[at])
            || is_behind(&all[at])
            || is_of_page(at)
            || (all[at].number().is_some() && is_own(at))
    };
    sentence.clone().find(|it| !is_known(*it)).map(|it| all[it].text)
}

/// Whether a token counts wherever it stands in the sentence: a number, a month, a name, a word of speech, of another time or of a
/// comparison.
fn speaks(token: &TextToken<'_>, is_first: bool) -> bool {
    let is_month = token.is(MONTHS) && !token.is(&["may", "march", "mar"]) || token.text == "March";
    let has_digits = || !token.is_code && token.text.bytes().any(|it| it.is_ascii_digit());
    let is_name = || {
        let mut letters = token.text.chars();
        let is_title = letters.next().is_some_and(char::is_uppercase) && letters.clone().any(char::is_lowercase);
        !token.is_code && !is_first && is_title && letters.all(|it| it.is_alphabetic() || matches!(it, '\'' | '’'))
    };
    token.number().is_some() || is_month || token.is(&SPEECH) || token.is(&COMPARISONS) || has_digits() || is_name()
}

/// `3.14`, and no release of it.
pub(super) fn is_series(word: &str) -> bool {
    let word = word.trim_end_matches("'s").trim_end_matches("’s");
    let digits = word.strip_prefix("3.").unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit())
}

fn is_plain(token: &TextToken<'_>) -> bool {
    match &token.kind {
        // "no" and "zero" count nothing else
        TokenKind::Number(it) => it.is_zero() && token.text.chars().all(char::is_alphabetic),
        TokenKind::Mark(_) | TokenKind::End => true,
        TokenKind::Word => {
            let word = token.word.as_ref();
            WORDS.contains(word)
                || (token.is_code && FOLDERS.contains(&word))
                || word.split(['-', '–', '/', '+']).all(|it| it.is_empty() || is_series(it))
                || lexicon::status(word).is_some()
                || STATUSES.iter().any(|it| it.split('-').any(|it| it == word))
                || FILES.iter().any(|it| word.ends_with(it) && word.len() > it.len())
                || word.starts_with("--")
        }
    }
}
