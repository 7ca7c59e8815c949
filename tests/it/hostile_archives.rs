//! Archives that somebody made to do harm: each is refused for its own reason, and the refusal names the entry.

use std::{collections::BTreeMap, io::Read as _};

use lzma_rust2::CheckType;
use molt_sync::archive::{ArchiveSummary, Limits, Refusal, scan, scan_tar};

use crate::{
    hostile_zips,
    support::{
        Sandbox,
        archives::{Member, Tar, Zip, record, sum, xz, xz_of, zeros},
        release::gzip,
    },
};

/// A hostile archive.
pub struct Row {
    pub what: &'static str,
    pub archive: Vec<u8>,
    /// Words of the refusal.
    pub says: &'static str,
    /// The entry that it has to name, as it is shown; empty where no entry was reached.
    pub entry: String,
}

pub fn row(what: &'static str, archive: Vec<u8>, says: &'static str, entry: impl Into<String>) -> Row {
    Row { what, archive, says, entry: entry.into() }
}

/// The files of an archive, or why it is refused.
pub fn files(archive: &[u8], limits: &Limits) -> Result<(ArchiveSummary, BTreeMap<String, Vec<u8>>), Refusal> {
    let mut res = BTreeMap::new();
    let summary = scan(archive, limits, |entry| {
        let mut bytes = Vec::new();
        entry.bytes.read_to_end(&mut bytes)?;
        assert_eq!(bytes.len() as u64, entry.size, "{}", entry.path);
        assert!(res.insert(entry.path.to_owned(), bytes).is_none(), "{} comes twice", entry.path);
        Ok(())
    })?;
    Ok((summary, res))
}

/// Every row has to be refused as it says, also when nothing of it is read.
pub fn refuse(rows: &[Row]) {
    for Row { what, archive, says, entry } in rows {
        let read = files(archive, &Limits::default()).map(|it| it.0);
        for (how, outcome) in [("read", read), ("passed over", scan(archive, &Limits::default(), |_| Ok(())))] {
            let said = outcome.map_or_else(|it| it.to_string(), |it| format!("accepted: {it:?}"));
            assert!(said.contains(says), "{what}, {how}: {said}");
            let named =
                if entry.is_empty() { !said.contains("entry `P") } else { said.contains(&format!("entry `{entry}`")) };
            assert!(named, "{what}, {how}, does not name `{entry}`: {said}");
        }
    }
}

fn rows_of_names() -> Vec<Row> {
    const PART: &str = "a path part that is empty, `.`, `..` or ends in a dot or a blank";
    const CHARACTER: &str = "a character that no release has";
    let file = |name: &str| Tar::base().file(name, b"x").gz();
    let deep = format!("P/{}x", "d/".repeat(30));
    let long = format!("P/{}", ["d".repeat(60), "e".repeat(60), "f".repeat(60), "g".repeat(90)].join("/"));
    let mut rows: Vec<Row> = [
        ("absolute", "/P/x", "/P/x", PART),
        ("parent", "P/../x", "P/../x", PART),
        ("parent first", "../x", "../x", PART),
        ("parent last", "P/x/..", "P/x/..", PART),
        ("dot", "P/./x", "P/./x", PART),
        ("empty part", "P//x", "P//x", PART),
        ("dot at the end", "P/x.", "P/x.", PART),
        ("blank at the end of a folder", "P/d /x", "P/d /x", PART),
        ("backslash", "P/a\\..\\b", "P/a\\\\..\\\\b", CHARACTER),
        ("drive", "C:/x", "C:/x", CHARACTER),
        ("stream of a file", "P/a.py:x", "P/a.py:x", CHARACTER),
        ("escape sequence", "P/\u{1b}[2J", "P/\\u{1b}[2J", CHARACTER),
        ("newline", "P/a\nb", "P/a\\nb", CHARACTER),
        ("turned writing", "P/\u{202e}yp.x", "P/\\u{202e}yp.x", CHARACTER),
        ("not ASCII", "P/caf\u{e9}", "P/caf\u{e9}", CHARACTER),
        ("wildcard", "P/*", "P/*", CHARACTER),
        ("other top folder", "Q/x", "Q/x", "is outside the top folder `P`"),
        ("no top folder", "x", "x", "is outside the top folder `P`"),
        ("the name twice", "P/a.py", "P/a.py", "comes twice"),
        ("another case", "P/A.py", "P/A.py", "comes twice"),
        ("a file in a file", "P/a.py/b", "P/a.py/b", "is below what is a file or a link"),
        ("a file like a folder", "P/f/", "P/f/", "is a file named like a folder"),
        ("too deep", &deep, &deep, "the depth of a path is over 24"),
    ]
    .into_iter()
    .map(|(what, name, shown, says)| row(what, file(name), says, shown))
    .collect();
    let raw = |change: fn(&mut [u8; 512])| Tar::base().entry("P/x", b'0', b"", change).gz();
    rows.extend([
        row("not UTF-8", raw(|it| it[2] = 0xff), "is not UTF-8", "P/\u{fffd}"),
        row("a NUL in the name", raw(|it| it[5] = b'y'), "behind the end of its name", "P/x"),
        row("a prefix that leads away", raw(|it| it[345..352].copy_from_slice(b"P/../..")), PART, "P/../../P/x"),
        row("an empty name", raw(|it| it[..3].fill(0)), PART, ""),
        row(
            "a long name",
            Tar::base().pax(&record(&format!("path={long}"))).gz(),
            "length of a path is over 255",
            long,
        ),
        row(
            "a folder in two spellings",
            Tar::base().file("P/Lib/a.py", b"").file("P/lib/b.py", b"").gz(),
            "spelled in two ways",
            "P/lib/b.py",
        ),
        row(
            "a folder after a file of its name",
            Tar::base().entry("P/a.py/", b'5', b"", |_| {}).gz(),
            "comes twice",
            "P/a.py/",
        ),
        row("a file after what is in it", Tar::base().file("P/d/x", b"").file("P/d", b"").gz(), "comes twice", "P/d"),
    ]);
    rows
}

fn rows_of_entries() -> Vec<Row> {
    let kind = |kind: u8| Tar::base().entry("P/k", kind, b"", |_| {}).gz();
    let header = |change: fn(&mut [u8; 512])| Tar::base().entry("P/k", b'0', b"", change).gz();
    let mut wrong_sum = Tar::base().file("P/k", b"").0;
    let at = wrong_sum.len() - 512;
    wrong_sum[at + 148] ^= 1;
    let mut hidden = Tar::base().file("P/k", b"abc").0;
    let at = hidden.len() - 1;
    hidden[at] = b'!';
    let mut rows = vec![
        row("a hard link", kind(b'1'), "is of type '1'", "P/k"),
        row("a character device", kind(b'3'), "is of type '3'", "P/k"),
        row("a block device", kind(b'4'), "is of type '4'", "P/k"),
        row("a pipe", kind(b'6'), "is of type '6'", "P/k"),
        row("a contiguous file", kind(b'7'), "is of type '7'", "P/k"),
        row("a sparse file", kind(b'S'), "is of type 'S'", "P/k"),
        row("a part of a volume", kind(b'M'), "is of type 'M'", "P/k"),
        row("a label", kind(b'V'), "is of type 'V'", "P/k"),
        row("a dump of a folder", kind(b'D'), "is of type 'D'", "P/k"),
        row("a long link", kind(b'K'), "is of type 'K'", "P/k"),
        row("a type of old tars", kind(0), "is of type '\\0'", "P/k"),
        row("a link's target on a file", header(|it| it[157] = b'x'), "has a target like a link", "P/k"),
        row("no magic", header(|it| it[257..265].fill(0)), "neither ustar nor GNU", "P/k"),
        row("another version", header(|it| it[263] = b'7'), "neither ustar nor GNU", "P/k"),
        row(
            "fields of a sparse file",
            header(|it| {
                it[257..265].copy_from_slice(b"ustar  \0");
                it[482] = 1;
            }),
            "GNU fields that no release has",
            "P/k",
        ),
        row("a size in base 256", header(|it| it[124] = 0x80), "base 256", "P/k"),
        row("a negative size", header(|it| it[124..136].copy_from_slice(b"-0000000001\0")), "not an octal", "P/k"),
        row("a size of words", header(|it| it[124..136].copy_from_slice(b"0000000008\0\0")), "not an octal", "P/k"),
        row("no size", header(|it| it[124..136].fill(0)), "not an octal number", "P/k"),
        row(
            "a size of 8 GiB",
            header(|it| it[124..136].copy_from_slice(b"77777777777\0")),
            "the size of a file in bytes is over 33554432",
            "P/k",
        ),
        row(
            "a size that is not there",
            header(|it| it[124..136].copy_from_slice(b"00000010000\0")),
            "unexpected end of file",
            "P/k",
        ),
        row("a wrong checksum", Tar(wrong_sum).gz(), "whose checksum is wrong", "P/k"),
        row("bytes in the padding", Tar(hidden).gz(), "behind the end of its bytes", "P/k"),
        row("a folder with data", Tar::base().entry("P/k", b'5', b"x", |_| {}).gz(), "is a folder with data", "P/k"),
    ];
    let many = (0..25_001).fold(Tar::default(), |tar, at| tar.entry(&format!("P/{at}"), b'5', b"", |_| {}));
    rows.push(row("too many entries", many.gz(), "the number of entries is over 25000", "P/25000"));
    rows
}

fn rows_of_extensions() -> Vec<Row> {
    const ELSE: &str = "which no release has";
    const NONE: &str = "that is none";
    let pax = |what, records: String, says| {
        let entry = records.escape_debug().to_string();
        row(what, Tar::base().pax(&records).gz(), says, entry)
    };
    let path = record("path=P/a");
    vec![
        pax("a size in a pax header", record("size=9"), ELSE),
        pax("a link in a pax header", record("linkpath=/etc"), ELSE),
        pax("a sparse file in a pax header", record("GNU.sparse.major=1"), ELSE),
        pax("another encoding", record("hdrcharset=BINARY"), ELSE),
        pax("two paths", path.clone() + &record("path=P/b"), "of more than one `path`"),
        pax("two times", record("mtime=1") + &path + &record("mtime=1"), "of more than one `mtime`"),
        pax("a path and a size", path.clone() + &record("size=1"), ELSE),
        pax("a path and a link", path.clone() + &record("linkpath=/etc/passwd"), ELSE),
        pax("a sparse file behind a path", path.clone() + &record("GNU.sparse.name=P/c"), ELSE),
        pax("an attribute", record("SCHILY.xattr.user.x=1") + &path, ELSE),
        pax("a key in capitals", record("PATH=P/b"), ELSE),
        pax("a key without a name", record("=P/b"), ELSE),
        pax("an empty path", record("path="), NONE),
        pax("a newline in a path", record("path=P/a\nb"), NONE),
        pax("a NUL in a path", record("path=P/a\0"), NONE),
        pax("a time of words", record("mtime=now") + &path, NONE),
        pax("an owner below zero", record("uid=-1") + &path, NONE),
        pax("an owner with an escape sequence", record("uname=\u{1b}[2J") + &path, NONE),
        pax("a record without a value", "7 path\n".into(), "no value"),
        pax("bytes behind the last record", path.clone() + "x", "without a length"),
        pax("a length that ends in the next record", "15 path=P/a\n".to_owned() + &path, "a wrong length"),
        pax("a length that lies", "99 path=P/a\n".into(), "a wrong length"),
        pax("a negative length", "-1 path=P/a\n".into(), "a wrong length"),
        pax("a length of many digits", "000000012 path=P/a\n".into(), "a wrong length"),
        pax("no record", String::from("x"), "without a length"),
        pax("nothing at all", String::new(), "without a record"),
        row(
            "a pax header that is not UTF-8",
            Tar::base().entry("P/pax", b'x', b"12 path=\xff\xfe\xfd\n", |_| {}).file("P/s", b"").gz(),
            "not UTF-8",
            "12 path=\u{fffd}\u{fffd}\u{fffd}\\n",
        ),
        row("a pax path that leads away", Tar::base().pax(&record("path=P/../x")).gz(), "a path part", "P/../x"),
        row("a GNU name that leads away", Tar::base().gnu(b"../../x\0").gz(), "a path part", "../../x"),
        row("a NUL in a GNU name", Tar::base().gnu(b"P/a\0b\0").gz(), "has a NUL", "P/a\\0b"),
        row(
            "a GNU name twice",
            Tar::base().entry("l", b'L', b"P/l\0", |_| {}).gnu(b"P/m\0").gz(),
            "two name",
            "././@LongLink",
        ),
        row("both extensions", Tar::base().entry("l", b'L', b"P/l\0", |_| {}).pax(&path).gz(), "two name", "P/pax"),
        row(
            "a name for nothing",
            Tar::base().entry("l", b'L', b"P/l\0", |_| {}).gz(),
            "a name extension without its entry",
            "l",
        ),
        row(
            "a GNU name without an end",
            Tar::base().gnu(&[b'a'; 5000]).gz(),
            "the size of a name extension is over 4096",
            "././@LongLink",
        ),
        row(
            "a pax header of 4 GiB",
            Tar::base().entry("P/pax", b'x', b"", |it| it[124..135].copy_from_slice(b"37777777777")).gz(),
            "the size of a name extension is over 4096",
            "P/pax",
        ),
    ]
}

fn rows_of_commits() -> Vec<Row> {
    const MORE: &str = "says more than the id of a commit";
    let id = "0a".repeat(20);
    let global = |what, records: String, says| {
        let tar = Tar::default().entry("pax_global_header", b'g', records.as_bytes(), |_| {});
        let entry = records.escape_debug().to_string();
        row(what, gzip(&[tar.0, Tar::base().end()].concat()), says, entry)
    };
    vec![
        global("a path for all", record("path=P/evil"), MORE),
        global("a commit and a path", record(&format!("comment={id}")) + &record("path=P/evil"), MORE),
        global("a link for all", record("linkpath=/etc/passwd"), MORE),
        global("a size for all", record("size=0"), MORE),
        global("a comment in words", record("comment=hello"), MORE),
        global("a comment of another length", record(&format!("comment={id}0")), MORE),
        global("an empty header for all", String::new(), MORE),
        row(
            "a header for all in the middle",
            Tar::base().commit().file("P/b", b"").gz(),
            "is about all entries and not the first",
            "pax_global_header",
        ),
        row(
            "two headers for all",
            gzip(&[Tar::default().commit().commit().0, Tar::base().end()].concat()),
            "is about all entries and not the first",
            "pax_global_header",
        ),
    ]
}

const CHAIN: &str = "is a symbolic link that leads to or through another one";

/// Links that could lead a reader astray.
fn rows_of_links() -> Vec<Row> {
    const OUT: &str = "is a symbolic link that leads out of the top folder";
    const ODD: &str = "is a symbolic link with a target that no release has";
    const READ: &str = "is a symbolic link where files are read";
    let link = |name: &str, target: &str| Tar::base().link(name, target);
    let mut rows = Vec::new();
    for (what, name, target, says) in [
        ("an absolute link", "P/k", "/etc/passwd", OUT),
        ("a link upwards", "P/k", "../etc/passwd", OUT),
        ("a link upwards from below", "P/Misc/d/k", "../../../x", OUT),
        ("a link out and in again", "P/Misc/k", "../../P/Lib/x.py", OUT),
        ("a link down and out", "P/Misc/k", "d/../../../x", OUT),
        ("a link with a step back", "P/Misc/k", "d/../x", OUT),
        ("a link to the top folder", "P/Misc/k", "..", "is a symbolic link to the top folder"),
        ("a link without a target", "P/k", "", "is a symbolic link without a target"),
        ("a link to a drive", "P/k", "C:/x", ODD),
        ("a link with a backslash", "P/k", "..\\x", ODD),
        ("a link with a newline", "P/k", "a\nb", ODD),
        ("a link with an empty part", "P/k", "a//b", ODD),
        ("a link with a dot", "P/k", "./b", ODD),
        ("a link that ends in a slash", "P/k", "b/", ODD),
        ("a link that is not ASCII", "P/k", "caf\u{e9}", ODD),
        ("a link to itself", "P/k", "k", CHAIN),
        ("a link to itself in another case", "P/k", "K", CHAIN),
        ("a link below itself", "P/k", "k/x", CHAIN),
        ("a link in Lib", "P/Lib/k.py", "abc.py", READ),
        ("a link far below Lib", "P/Lib/json/k.py", "../abc.py", READ),
        ("a link in lib", "P/lib/k.py", "abc.py", READ),
        ("Lib as a link", "P/Lib", "Misc/Lib", READ),
        ("a header as a link", "P/Include/patchlevel.h", "../Misc/p.h", READ),
        ("Python as a link", "P/Python", "Objects", READ),
        ("a C file that is read as a link", "P/Modules/pyexpat.c", "other.c", READ),
        ("the folder of a C file as a link", "P/modules", "Objects", READ),
        ("a link like a folder", "P/k/", "b", "is a file named like a folder"),
        ("a link in the place of a file", "P/a.py", "b", "comes twice"),
        ("the same in another case", "P/A.py", "b", "comes twice"),
        ("a link elsewhere", "Q/k", "b", "is outside the top folder `P`"),
    ] {
        rows.push(row(what, link(name, target).gz(), says, name.escape_debug().to_string()));
    }
    rows.extend(rows_of_links_and_others());
    rows
}

/// The same, of more than one entry or field.
fn rows_of_links_and_others() -> Vec<Row> {
    let one = || Tar::base().link("P/Misc/k", "d");
    vec![
        row(
            "a file through a link",
            one().file("P/Misc/k/x", b"").gz(),
            "below what is a file or a link",
            "P/Misc/k/x",
        ),
        row(
            "the same in another case",
            one().file("P/Misc/K/x", b"").gz(),
            "below what is a file or a link",
            "P/Misc/K/x",
        ),
        row(
            "a link through a link",
            one().link("P/Misc/k/l", "x").gz(),
            "below what is a file or a link",
            "P/Misc/k/l",
        ),
        row(
            "a folder through a link",
            one().entry("P/Misc/k/e/", b'5', b"", |_| {}).gz(),
            "below what is",
            "P/Misc/k/e/",
        ),
        row("a link twice", one().link("P/Misc/k", "e").gz(), "comes twice", "P/Misc/k"),
        row("a file in the place of a link", one().file("P/Misc/k", b"").gz(), "comes twice", "P/Misc/k"),
        row(
            "a folder in the place of a link",
            one().entry("P/Misc/k/", b'5', b"", |_| {}).gz(),
            "comes twice",
            "P/Misc/k/",
        ),
        row(
            "a link in the place of a folder",
            Tar::base().file("P/Misc/k/x", b"").link("P/Misc/k", "d").gz(),
            "comes twice",
            "P/Misc/k",
        ),
        row("a chain of links", one().link("P/Misc/d", "e").gz(), CHAIN, "P/Misc/k"),
        row("a chain by way of a folder", one().link("P/Misc/l", "k/x").gz(), CHAIN, "P/Misc/l"),
        row("a circle", one().link("P/Misc/d", "k").gz(), CHAIN, "P/Misc/d"),
        row(
            "a link with data",
            Tar::base().entry("P/k", b'2', b"data", |it| it[157] = b'x').gz(),
            "is a symbolic link with data",
            "P/k",
        ),
        row(
            "something behind a target",
            Tar::base().entry("P/k", b'2', b"", |it| it[157..160].copy_from_slice(b"x\0y")).gz(),
            "behind the end of its target",
            "P/k",
        ),
        row(
            "a target that is not UTF-8",
            Tar::base().entry("P/k", b'2', b"", |it| it[157] = 0xff).gz(),
            "whose target is not UTF-8",
            "P/k",
        ),
        row(
            "a hard link with a target",
            Tar::base().entry("P/k", b'1', b"", |it| it[157..163].copy_from_slice(b"P/a.py")).gz(),
            "is of type '1'",
            "P/k",
        ),
        row(
            "a target in a pax header",
            Tar::base().entry("P/pax", b'x', record("linkpath=../../x").as_bytes(), |_| {}).link("P/k", "b").gz(),
            "which no release has",
            "18 linkpath=../../x\\n".replace("18", &record("linkpath=../../x")[..2]),
        ),
    ]
}

fn rows_of_streams() -> Vec<Row> {
    let tar = Tar::base().end();
    let (gz, packed) = (gzip(&tar), xz(&tar, CheckType::Crc64));
    let at = |bytes: &[u8], at: usize, xor: u8| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= xor;
        bytes
    };
    // the block's header is 12 bytes, of which the fifth is the size of the dictionary, and ends in its CRC-32
    let mut dictionary = packed.clone();
    dictionary[16] = 36;
    let crc = crc32fast::hash(&dictionary[12..20]).to_le_bytes();
    dictionary[20..24].copy_from_slice(&crc);
    let mut tail = tar.clone();
    tail.extend(vec![0; 2 << 20]);
    let inner = Tar::base().file("P/../inner", b"").end();
    vec![
        row("garbage after gzip", [&gz[..], b"x"].concat(), "data after its end", "P/a.py"),
        row("zeros after gzip", [&gz[..], &[0; 512]].concat(), "data after its end", "P/a.py"),
        row("two gzip members", [&gz[..], &gz].concat(), "data after its end", "P/a.py"),
        row("an empty second member", [&gz[..], &gzip(b"")].concat(), "data after its end", "P/a.py"),
        row("a wrong CRC-32", at(&gz, gz.len() - 8, 1), "its checksum is wrong", "P/a.py"),
        row("a wrong length", at(&gz, gz.len() - 4, 1), "its checksum is wrong", "P/a.py"),
        row("another method", at(&gz, 2, 1), "its gzip header is damaged", ""),
        row("an extra field in gzip", at(&gz, 3, 4), "its gzip header has more than a name and a comment", ""),
        row("a CRC of the gzip header", at(&gz, 3, 2), "its gzip header has more than a name and a comment", ""),
        row("an unknown flag of gzip", at(&gz, 3, 32), "its gzip header is damaged", ""),
        row(
            "a gzip name without an end",
            [&b"\x1f\x8b\x08\x08\0\0\0\0\0\0"[..], &[b'n'; 99]].concat(),
            "header is damaged",
            "",
        ),
        row("garbage after xz", [&packed[..], b"x"].concat(), "data after its end", "P/a.py"),
        row("padding after xz", [&packed[..], &[0; 4]].concat(), "data after its end", "P/a.py"),
        row("two xz streams", [&packed[..], &packed].concat(), "data after its end", "P/a.py"),
        row("xz without a checksum", xz(&tar, CheckType::None), "its xz stream has no checksum", ""),
        row("an xz footer that is damaged", at(&packed, packed.len() - 1, 1), "its data is damaged", "P/a.py"),
        row("an xz index that is damaged", at(&packed, packed.len() - 20, 1), "its data is damaged", "P/a.py"),
        row("an xz dictionary of 1 GiB", dictionary, "the xz dictionary in KiB is over 65536", ""),
        row("data after the tar", gzip(&[&tar[..], b"x"].concat()), "data after its end", "P/a.py"),
        row("a tar after the tar", gzip(&[&tar[..], &tar].concat()), "data after its end", "P/a.py"),
        row(
            "an entry between the blocks of zeros",
            gzip(&[&tar[..tar.len() - 512], &Tar::default().file("P/x", b"").end()].concat()),
            "data after its end",
            "P/a.py",
        ),
        row("one block of zeros", gzip(&tar[..tar.len() - 512]), "the end of the archive is missing", "P/a.py"),
        row("no block of zeros", gzip(&tar[..tar.len() - 1024]), "the end of the archive is missing", "P/a.py"),
        row("half a block of zeros more", gzip(&[&tar[..], &[0; 200]].concat()), "the end of the archive", "P/a.py"),
        row("zeros without an end", gzip(&tail), "zero bytes after the end is over 1048576", "P/a.py"),
        row("nothing in it", gzip(&[0; 1024]), "it is empty", ""),
        row("half a header", gzip(&tar[..700]), "it ends in the middle of a header", "P/"),
        row("gzip in gzip", gzip(&gz), "it ends in the middle of a header", ""),
        row(
            "a hostile tar in a hostile tar",
            Tar::base().file("P/i.tar", &inner).file("P/../x", b"").gz(),
            "a path",
            "P/../x",
        ),
    ]
}

fn bombs() -> Vec<Row> {
    // a header of a file of 32 MiB, and then as many zeros as somebody likes to read
    let bomb = |head: &[u8], mebibytes| {
        let mut deflate = flate2::Compress::new(flate2::Compression::fast(), false);
        let mut bytes = Vec::with_capacity(8 << 10);
        deflate.compress_vec(head, &mut bytes, flate2::FlushCompress::Full).unwrap();
        [&b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], &bytes, &zeros(mebibytes), &[0; 8]].concat()
    };
    let large = |name: &str| Tar::default().entry(name, b'0', b"", |it| it[124..135].copy_from_slice(b"00200000000")).0;
    let mut packed = large("P/b");
    packed.resize(17 << 20, 0);
    let ten = vec![0; 10 << 20];
    let member = |name: &str| Member::new(name.as_bytes(), 8, zeros(10), 10 << 20, crc32fast::hash(&ten), b"");
    let listed = |name: &str, size: usize| Member::new(name.as_bytes(), 8, zeros(1), size, 0, b"");
    vec![
        row("a gzip bomb", bomb(&large("P/b"), 1024), "the decompressed size in bytes is over", "P/b"),
        row("a gzip bomb of a tail", bomb(&Tar::base().0, 1024), "zero bytes after the end is over", "P/a.py"),
        row("an xz bomb", xz(&packed, CheckType::Crc64), "the decompressed size in bytes is over", "P/b"),
        row(
            "a zip bomb",
            Zip::with(&[member("P/b"), member("P/c")]).bytes(),
            "decompressed size in bytes is over",
            "P/c",
        ),
        row("a zip bomb that says so", Zip::with(&[listed("P/b", 33 << 20)]).bytes(), "size of a file in bytes", "P/b"),
        row("a zip bomb that denies it", Zip::with(&[listed("P/b", 9)]).bytes(), "longer than its header says", "P/b"),
    ]
}

fn all() -> Vec<Row> {
    let tars = [
        rows_of_names(),
        rows_of_entries(),
        rows_of_extensions(),
        rows_of_commits(),
        rows_of_links(),
        rows_of_streams(),
        bombs(),
    ];
    tars.into_iter().flatten().chain(hostile_zips::rows()).collect()
}

#[test]
fn names_that_lead_away_are_refused() {
    refuse(&rows_of_names());
}

#[test]
fn entries_that_no_release_has_are_refused() {
    refuse(&rows_of_entries());
}

#[test]
fn extensions_that_no_release_has_are_refused() {
    refuse(&rows_of_extensions());
    refuse(&rows_of_commits());
}

#[test]
fn links_that_could_lead_astray_are_refused() {
    refuse(&rows_of_links());
}

#[test]
fn a_link_outside_of_what_is_read_is_passed_over() {
    let long = format!("P/Misc/{}/k.py", "d".repeat(120));
    let pax = record(&format!("path={long}"));
    for (what, tar, expected) in [
        ("a link to a file", Tar::base().link("P/Misc/mypy/k.py", "../../Lib/k.py"), ("Misc/mypy/k.py", "Lib/k.py")),
        ("a link to a folder", Tar::base().link("P/Misc/k", "../Lib/_pyrepl"), ("Misc/k", "Lib/_pyrepl")),
        ("a link beside", Tar::base().link("P/README.txt", "README.rst"), ("README.txt", "README.rst")),
        (
            "a link among C files",
            Tar::base().link("P/Modules/expat.h", "expat/expat.h"),
            ("Modules/expat.h", "Modules/expat/expat.h"),
        ),
        (
            "a link of GNU tar",
            Tar::base().entry("P/Doc/k", b'2', b"", |it| {
                it[157] = b'x';
                it[257..265].copy_from_slice(b"ustar  \0");
            }),
            ("Doc/k", "Doc/x"),
        ),
        (
            "a link with a long name",
            Tar::base().entry("P/pax", b'x', pax.as_bytes(), |_| {}).link("P/short", "x.py"),
            (&long[2..], &*format!("Misc/{}/x.py", "d".repeat(120))),
        ),
    ] {
        let (summary, found) = files(&tar.file("P/z.py", b"z").gz(), &Limits::default()).unwrap();
        assert_eq!(summary.links, BTreeMap::from([(expected.0.to_owned(), expected.1.to_owned())]), "{what}");
        assert_eq!(found.keys().collect::<Vec<_>>(), ["a.py", "z.py"], "{what}");
    }
}

#[test]
fn a_limit_and_another_packing_are_not_called_damage() {
    let tar = Tar::base().end();
    let gz = gzip(&tar);
    let with = |flags: u8, more: &[u8]| [&gz[..3], &[flags], &gz[4..10], more, &gz[10..]].concat();
    let largest = xz_of(&tar, CheckType::Crc64, 64 << 20);
    assert!(files(&largest, &Limits::default()).is_ok(), "what `xz -9` writes");
    let box_ = Sandbox::empty();
    for (what, archive, says, hint) in [
        (
            "a larger dictionary",
            xz_of(&tar, CheckType::Crc64, 96 << 20),
            "the xz dictionary in KiB is over 65536",
            "its .tgz",
        ),
        (
            "a dictionary of 1 GiB",
            xz_of(&tar, CheckType::Crc32, 1 << 30),
            "the xz dictionary in KiB is over 65536",
            "its .tgz",
        ),
        ("no checksum", xz(&tar, CheckType::None), "its xz stream has no checksum", "pack it again"),
        ("an extra field", with(4, &[2, 0, 7, 7]), "more than a name and a comment", "pack it again"),
        ("a checksum of the header", with(2, &[0, 0]), "more than a name and a comment", "pack it again"),
        (
            "a file over the limit",
            Tar::base().file("P/b", &vec![0; (32 << 20) + 1]).gz(),
            "a file in bytes is over",
            ".tgz",
        ),
    ] {
        let path = box_.file("Python-3.14.99.tar.xz", &archive);
        let ended = box_.run(&["baseline", "show", "--source", &path]);
        assert_eq!(ended.code, 4, "{what}: {}", ended.err);
        assert!(ended.err.contains(says) && !ended.err.contains("is damaged"), "{what}: {}", ended.err);
        let told = ended.err.lines().find(|it| it.starts_with("hint: ")).unwrap();
        assert!(told.contains("may be undamaged") && told.contains(hint), "{what}: {told}");
    }
}

#[test]
fn a_stream_ends_once() {
    refuse(&rows_of_streams());
}

#[test]
fn a_bomb_is_read_no_further_than_the_limits() {
    let bombs = bombs();
    refuse(&bombs);
    let limits = Limits::default();
    for Row { what, archive, .. } in bombs {
        let mut read = 0;
        let outcome = scan(&archive, &limits, |entry| {
            read += std::io::copy(entry.bytes, &mut std::io::sink())?;
            Ok(())
        });
        assert!(outcome.is_err() && read <= limits.ratio_from, "{what}: {read} bytes came out");
        // the limit is on what is decompressed, whatever the archive's own length is
        let tight = Limits { ratio_from: 1 << 20, ratio: 1, ..Limits::default() };
        let mut read = 0;
        let outcome = scan(&archive, &tight, |entry| {
            let mut part = [0; 4096];
            while let n @ 1.. = entry.bytes.read(&mut part)? {
                read += n as u64;
            }
            Ok(())
        });
        let most = tight.ratio_from.max(archive.len() as u64);
        assert!(outcome.is_err() && read <= most, "{what}: {read} bytes came out, and {most} were allowed");
    }
}

#[test]
fn an_archive_inside_is_a_file_like_any_other() {
    let inner = Tar::base().file("P/../inner", b"").gz();
    let outer = Tar::base().file("P/inner.tgz", &inner).gz();
    let (_, found) = files(&outer, &Limits::default()).unwrap();
    assert_eq!(found["inner.tgz"], inner);
}

#[test]
fn an_archive_cut_off_anywhere_is_refused() {
    let tar = Tar::base().pax(&record("path=P/long.py")).file("P/b.py", b"pass\n").end();
    let zip = Zip::with(&[Member::deflated("P/b.py", b"pass\n"), Member::stored("P/d/", b"").mode(0o040_755)]).bytes();
    let limits = Limits::default();
    for (what, archive) in [("gzip", gzip(&tar)), ("xz", xz(&tar, CheckType::Crc64)), ("zip", zip)] {
        assert!(files(&archive, &limits).is_ok(), "{what} is good as a whole");
        for end in 0..archive.len() {
            assert!(files(&archive[..end], &limits).is_err(), "{what} of {end} bytes");
        }
    }
    assert!(scan_tar(&mut &tar[..], &limits, |_| Ok(())).is_ok());
    for end in 0..tar.len() {
        assert!(scan_tar(&mut &tar[..end], &limits, |_| Ok(())).is_err(), "tar of {end} bytes");
    }
}

#[test]
fn a_byte_that_is_not_noticed_changes_nothing() {
    let tar = Tar::base().pax(&record("path=P/long.py")).file("P/b.py", b"pass\n").end();
    // the mode of a zip's entry has no checksum: where nothing is read, a file can become a link
    let zip = Zip::of(&[Member::stored("P/Lib/a.py", b"x"), Member::deflated("P/Lib/b.py", b"pass\n")]).bytes();
    let limits = Limits::default();
    for (what, archive) in [("gzip", gzip(&tar)), ("xz", xz(&tar, CheckType::Crc64)), ("zip", zip)] {
        let good = files(&archive, &limits).unwrap();
        let mut refused = 0;
        for at in 0..archive.len() {
            for bit in 0..8 {
                let mut archive = archive.clone();
                archive[at] ^= 1 << bit;
                match files(&archive, &limits) {
                    Ok(found) => assert_eq!(found, good, "{what}, bit {bit} of byte {at}"),
                    Err(_) => refused += 1,
                }
            }
        }
        assert!(refused > archive.len() * 4, "{what}: {refused} of {} refused", archive.len() * 8);
    }
    // a tar has no checksum over the bytes of its files, and the headers' are made right here
    for at in 0..tar.len() {
        let mut tar = tar.clone();
        tar[at] ^= 1;
        if tar[at / 512 * 512..].get(257..262) == Some(b"ustar") {
            sum(&mut tar[at / 512 * 512..at / 512 * 512 + 512]);
        }
        let clean = |path: &str| path.split('/').all(|it| !matches!(it, "" | "." | ".."));
        let _ = scan_tar(&mut &tar[..], &limits, |entry| {
            assert!(clean(entry.path), "{}", entry.path);
            Ok(())
        });
    }
}

#[test]
fn the_program_ends_with_4_and_names_the_entry() {
    let box_ = Sandbox::with_series("3.14");
    let rows = all();
    assert!(rows.len() >= 60, "{}", rows.len());
    for Row { what, archive, says, entry } in &rows {
        let path = box_.file("Python-3.14.99.tgz", archive);
        let ended = box_.sync(&["baseline", "show", "--source", &path]);
        assert_eq!((ended.code, ended.out.as_str()), (4, ""), "{what}: {}", ended.err);
        assert!(ended.err.contains("error: cannot use Python-3.14.99.tgz: "), "{what}: {}", ended.err);
        assert!(ended.err.contains(says) && ended.err.contains("\nhint: "), "{what}: {}", ended.err);
        assert!(entry.is_empty() || ended.err.contains(&format!("entry `{entry}`")), "{what}: {}", ended.err);
    }
    // a digest that somebody reviewed does not let anything in
    for (at, Row { archive, says, .. }) in rows.iter().step_by(12).enumerate() {
        let version = format!("3.14.{}", 100 + at);
        let name = format!("Python-{version}.tgz");
        box_.trust(&version, &name, archive);
        let path = box_.file(&name, archive);
        box_.refuses(&["refresh", &version, "--source", &path], 4, &["cannot use", says]);
    }
}

/// Writes the tars and the zips where the fuzz targets can start from them: into folders `tar` and `zip`.
#[test]
fn seeds_for_the_fuzz_targets() {
    let Ok(folder) = std::env::var("MOLT_SYNC_FUZZ_SEEDS") else {
        eprintln!("skipped: MOLT_SYNC_FUZZ_SEEDS names no folder");
        return;
    };
    let good = Tar::base().pax(&record("path=P/long.py")).gnu(b"P/longer.py\0").gz();
    let zip = Zip::with(&[Member::deflated("P/b.py", b"pass\n"), Member::stored("P/d/", b"").mode(0o040_755)]).bytes();
    let rows = all().into_iter().map(|it| it.archive).chain([good, zip]);
    for (at, archive) in rows.enumerate() {
        let (target, bytes) = if archive.starts_with(b"\x1f\x8b") {
            let mut tar = Vec::new();
            // what is damaged is a seed as far as it goes
            let _ = flate2::read::GzDecoder::new(&archive[..]).take(16 << 10).read_to_end(&mut tar);
            ("tar", tar)
        } else {
            ("zip", archive)
        };
        if bytes.len() <= 16 << 10 && (target == "tar" || bytes.starts_with(b"PK")) {
            let folder = std::path::Path::new(&folder).join(target);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(at.to_string()), bytes).unwrap();
        }
    }
}
