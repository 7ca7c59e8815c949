//! Bytes to text as Python reads its sources (PEP 263): UTF-8 unless one of the first two lines declares something else.

use std::borrow::Cow;

use super::SyntaxError;
use crate::base::text::position;

/// A text with what is odd about its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedText {
    /// The text, without a byte order mark.
    pub text: String,
    /// What tools that read plain UTF-8 cannot read; the text was read all the same.
    pub oddity: Option<SyntaxError>,
}

/// Decodes a file.
///
/// # Errors
/// With the place of the first byte that is not text, or of a declaration that names no known encoding.
pub fn decode(bytes: Vec<u8>) -> Result<DecodedText, SyntaxError> {
    let error = |line, column, message: String| SyntaxError { line, column, message };
    if let Some(at) = memchr::memchr(0, &bytes) {
        let (line, column) = position(&String::from_utf8_lossy(&bytes[..at]), at);
        return Err(error(line, column, "there is a NUL byte".into()));
    }
    let has_mark = bytes.starts_with(b"\xef\xbb\xbf");
    let declared = declaration(if has_mark { &bytes[3..] } else { &bytes });
    let oddity = has_mark.then(|| error(1, 1, "the file begins with a byte order mark".into()));
    let Some((line, name)) = declared.filter(|(_, name)| !is_utf8(name)) else {
        return match String::from_utf8(bytes) {
            Ok(mut text) => {
                if has_mark {
                    text.drain(..3);
                }
                Ok(DecodedText { text, oddity })
            }
            Err(failed) => {
                let at = failed.utf8_error().valid_up_to();
                let bytes = failed.into_bytes();
                let (line, column) = position(&String::from_utf8_lossy(&bytes[..at]), at);
                Err(error(line, column, format!("byte 0x{:02x} is not UTF-8", bytes[at])))
            }
        };
    };
    if has_mark {
        return Err(error(line, 1, format!("the file declares {name} and begins with a byte order mark of UTF-8")));
    }
    if is_wide(&name) {
        return Err(error(line, 1, format!("the file declares {name}, in which no declaration can be read")));
    }
    if (bytes.is_ascii() && known(&name) && !is_stateful(&name))
        || (is_python_alone(&name) && std::str::from_utf8(&bytes).is_ok())
    {
        return Ok(DecodedText { text: String::from_utf8_lossy(&bytes).into_owned(), oddity });
    }
    let text = convert(&name, &bytes).map_err(|message| error(line, 1, message))?;
    let is_utf8_too = std::str::from_utf8(&bytes).is_ok();
    let oddity = (!is_utf8_too).then(|| error(line, 1, format!("the file is in {name}, not in UTF-8")));
    Ok(DecodedText { text, oddity })
}

/// The line that declares another encoding than UTF-8.
pub(super) fn other_encoding(bytes: &[u8]) -> Option<usize> {
    declaration(bytes).filter(|(_, name)| !is_utf8(name)).map(|(line, _)| line)
}

/// The declared encoding and its line: a comment in one of the first two lines, the first of which must hold no code.
fn declaration(bytes: &[u8]) -> Option<(usize, String)> {
    for (index, line) in bytes.split(|it| *it == b'\n' || *it == b'\r').take(2).enumerate() {
        let line = line.trim_ascii_start();
        if !line.starts_with(b"#") {
            if line.is_empty() || line == b"\x0c" {
                continue;
            }
            return None;
        }
        for (at, _) in String::from_utf8_lossy(line).match_indices("coding") {
            let rest = &String::from_utf8_lossy(line)[at + "coding".len()..];
            let Some(rest) = rest.strip_prefix([':', '=']) else { continue };
            let is_part = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
            let rest = rest.trim_start_matches([' ', '\t']);
            let name: String = rest.chars().take_while(|it| is_part(*it)).collect();
            if !name.is_empty() {
                return Some((index + 1, name));
            }
        }
    }
    None
}

fn normal(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

fn is_utf8(name: &str) -> bool {
    let name = normal(name);
    name == "utf8" || name == "utf-8" || name.starts_with("utf-8-")
}

/// Python's names of ISO 8859-1, whose bytes are the first code points.
fn is_latin_1(name: &str) -> bool {
    let name = normal(name);
    ["latin-1", "latin1", "l1", "iso-8859-1", "iso8859-1", "iso-latin-1", "cp819"].contains(&name.as_str())
}

/// In these, bytes of ASCII switch to other characters, so that they are not what they seem.
fn is_stateful(name: &str) -> bool {
    let name = normal(name);
    ["iso-2022", "csiso2022", "hz"].iter().any(|it| name.starts_with(it))
}

/// Names of the web's list that Python does not know, but for spellings of the same with an underscore: those of `encoding_rs` 0.8 for which
/// `codecs.lookup` of Python 3.12 fails.
const WEBS: &str = "cn-big5 cseuckr cseucpkdfmtjapanese csgb2312 csiso88596e csiso88596i csiso88598e csiso88598i csisolatin9 \
                    csksc56011987 csmacintosh csunicode dos-874 gb-2312 gb-2312-80 iso-10646-ucs-2 iso-2022-cn iso-2022-cn-ext \
                    iso-8859-6-e iso-8859-6-i iso-8859-8-e iso-8859-8-i iso-ir-149 iso88591 iso885910 iso885911 iso885913 \
                    iso885914 iso885915 iso88592 iso88593 iso88594 iso88595 iso88596 iso88597 iso88598 iso88599 koi koi8 koi8-ru \
                    ks-c-5601-1989 ksc-5601 logical mac replacement sun-eu-greek ucs-2 unicode unicode-1-1-utf-8 unicode11utf8 \
                    unicode20utf8 unicodefeff unicodefffe visual windows-31j windows-874 windows-949 x-cp1250 x-cp1251 x-cp1252 \
                    x-cp1253 x-cp1254 x-cp1255 x-cp1256 x-cp1257 x-cp1258 x-euc-jp x-gbk x-mac-cyrillic x-mac-roman \
                    x-mac-ukrainian x-sjis x-unicode20utf8 x-user-defined x-x-big5";

/// The encoding that the web's list of names has under Python's name.
fn encoding(name: &str) -> Option<&'static encoding_rs::Encoding> {
    let name = normal(name);
    let is_number = |it: &&str| it.bytes().all(|it| it.is_ascii_digit());
    let windows = name.strip_prefix("cp").filter(is_number).map(|number| format!("windows-{number}"));
    let name = Some(name).filter(|name| WEBS.split(' ').all(|it| it != name));
    [name, windows].into_iter().flatten().find_map(|it| encoding_rs::Encoding::for_label(it.as_bytes()))
}

/// In these, ASCII is not written as ASCII, so that Python itself cannot read such a file.
fn is_wide(name: &str) -> bool {
    ["utf-16", "utf16", "u16", "utf-32", "utf32", "u32"].iter().any(|it| normal(name).starts_with(it))
}

/// Encodings that begin with ASCII and that Python knows and the web does not: names of Python's list of codecs.
const PYTHONS: &str = "cp437 437 ibm437 cp720 cp737 cp775 ibm775 cp850 850 ibm850 cp852 852 ibm852 cp855 855 ibm855 cp856 \
                       cp857 857 ibm857 cp858 858 ibm858 cp860 860 ibm860 cp861 861 ibm861 cp862 862 ibm862 cp863 863 \
                       ibm863 cp865 865 ibm865 cp869 869 ibm869 cp1006 cp1125 ibm1125 cp866u ruscii koi8-t \
                       kz1048 kz-1048 rk1048 mac-cyrillic maccyrillic mac-greek macgreek mac-iceland maciceland \
                       mac-latin2 maclatin2 maccentraleurope mac-roman macroman mac-turkish macturkish ptcp154 csptcp154 \
                       pt154 cp154 tis-620 johab cp1361 ms1361 big5hkscs palmos";

fn is_python_alone(name: &str) -> bool {
    let name = normal(name);
    PYTHONS.split(' ').any(|it| it == name) && encoding(&name).is_none()
}

fn known(name: &str) -> bool {
    is_latin_1(name) || normal(name) == "ascii" || normal(name) == "us-ascii" || encoding(name).is_some()
}

fn convert(name: &str, bytes: &[u8]) -> Result<String, String> {
    if is_latin_1(name) {
        return Ok(bytes.iter().map(|it| char::from(*it)).collect());
    }
    if is_python_alone(name) {
        return Err(format!("the file is in {name}, which cannot be read here"));
    }
    if !known(name) {
        return Err(format!("the declared encoding {name} is not known"));
    }
    // the web reads ASCII as a larger encoding
    let decoded = match encoding(name) {
        Some(encoding) if !normal(name).ends_with("ascii") => {
            encoding.decode_without_bom_handling_and_without_replacement(bytes)
        }
        _ => None,
    };
    decoded.map(Cow::into_owned).ok_or_else(|| format!("the bytes are not {name}, which the file declares"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<(String, Option<String>), String> {
        decode(bytes.to_vec()).map(|it| (it.text, it.oddity.map(|it| it.to_string()))).map_err(|it| it.to_string())
    }

    #[test]
    fn plain_utf_8_is_read_as_it_is() {
        assert_eq!(text("é\r\n".as_bytes()), Ok(("é\r\n".into(), None)));
        assert_eq!(text("# -*- coding: UTF_8 -*-\né".as_bytes()), Ok(("# -*- coding: UTF_8 -*-\né".into(), None)));
        assert_eq!(
            text(b"# vim: set fileencoding=latin-1 :\nx"),
            Ok(("# vim: set fileencoding=latin-1 :\nx".into(), None))
        );
    }

    #[test]
    fn what_python_alone_knows_is_read_where_it_is_utf_8() {
        for name in ["cp437", "IBM850", "mac_roman", "koi8-t"] {
            let plain = format!("# coding: {name}\nx = 'é'\n");
            assert_eq!(text(plain.as_bytes()), Ok((plain.clone(), None)));
            let other = [format!("# coding: {name}\n").as_bytes(), b"\x82"].concat();
            let why = format!("line 1, column 1: the file is in {name}, which cannot be read here");
            assert_eq!(text(&other), Err(why));
        }
    }

    #[test]
    fn a_name_that_only_the_web_knows_is_none_and_bytes_that_switch_characters_are_read_so() {
        for name in ["x-user-defined", "windows-874", "unicode-1-1-utf-8", "x_mac_roman", "iso-2022-cn", "mac", "cp31j"]
        {
            let why = format!("line 1, column 1: the declared encoding {name} is not known");
            assert_eq!(text(format!("# coding: {name}\nx = 1\n").as_bytes()), Err(why));
        }
        for name in ["cp874", "cp949", "windows-1252", "macintosh", "iso-2022-jp", "koi8-r"] {
            assert!(text(format!("# coding: {name}\nx = 1\n").as_bytes()).is_ok(), "{name}");
        }
        let (text_, _) = text(b"# coding: iso-2022-jp\nx = '\x1b(J\\\x1b(B'\n").unwrap();
        assert!(text_.ends_with("x = '¥'\n"), "{text_}");
        assert!(text(b"# coding: iso-2022-kr\nx = '\x0e'\n").is_err());
    }

    #[test]
    fn other_encodings_are_read_and_told() {
        let (text_, why) = text(b"#!x\n# coding=latin-1\nx = '\xe9'\n").unwrap();
        assert!(text_.ends_with("'é'\n") && why.unwrap() == "line 2, column 1: the file is in latin-1, not in UTF-8");
        let (text_, _) = text(b"# coding: cp1251\n# \xe6\n").unwrap();
        assert!(text_.ends_with("# ж\n"));
        let (text_, why) = text(b"\xef\xbb\xbfx = 1\n").unwrap();
        assert_eq!(
            (text_.as_str(), why.unwrap().as_str()),
            ("x = 1\n", "line 1, column 1: the file begins with a byte order mark")
        );
    }

    #[test]
    fn what_is_no_text_has_its_place() {
        for (bytes, expected) in [
            (&b"x\ny\xffz"[..], "line 2, column 2: byte 0xff is not UTF-8"),
            (b"x\n\n\0", "line 3, column 1: there is a NUL byte"),
            (b"# coding: klingon\n\xff", "line 1, column 1: the declared encoding klingon is not known"),
            (b"# coding: klingon\n", "line 1, column 1: the declared encoding klingon is not known"),
            (
                b"# coding: utf-16\nx = 1\n",
                "line 1, column 1: the file declares utf-16, in which no declaration can be read",
            ),
            (b"# coding: ascii\n\xff", "line 1, column 1: the bytes are not ascii, which the file declares"),
            (
                b"\xef\xbb\xbf# coding: latin-1\n",
                "line 1, column 1: the file declares latin-1 and begins with a byte order mark of UTF-8",
            ),
            (b"x = 1\n# coding: latin-1\n\xe9", "line 3, column 1: byte 0xe9 is not UTF-8"),
        ] {
            assert_eq!(text(bytes), Err(expected.into()));
        }
    }
}
