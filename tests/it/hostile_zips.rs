//! Zips that two readers would read in two ways, and other zips that somebody made to do harm.

use molt_sync::archive::Limits;

use crate::{
    hostile_archives::{Row, files, refuse, row},
    support::archives::{Member, Zip},
};

/// The hostile zips.
pub fn rows() -> Vec<Row> {
    [rows_of_entries(), rows_of_headers(), rows_of_ends()].into_iter().flatten().collect()
}

fn rows_of_entries() -> Vec<Row> {
    let b = || Member::stored("P/b", b"y");
    let zip = |member: Member| Zip::with(&[member]).bytes();
    let named = |name: &str| zip(Member::stored(name, b"y"));
    let extra = |extra: &[u8]| zip(Member::new(b"P/b", 0, b"y".to_vec(), 1, crc32fast::hash(b"y"), extra));
    let long = |it: u32| it.to_le_bytes();
    let mut short = Member::deflated("P/b", b"yyyyyyyy");
    short = short.both(22, &long(9));
    let mut behind = Member::deflated("P/b", b"y");
    behind.bytes.push(0);
    let packed = long(u32::try_from(behind.bytes.len()).unwrap());
    behind = behind.both(18, &packed);
    vec![
        row("a path that leads away", named("P/../x"), "a path part", "P/../x"),
        row("an absolute path", named("/P/x"), "a path part", "/P/x"),
        row("backslashes", named("P\\..\\x"), "a character that no release has", "P\\\\..\\\\x"),
        row("a drive", named("C:/x"), "a character", "C:/x"),
        row("another top folder", named("Q/x"), "outside the top folder `P`", "Q/x"),
        row("a name twice", named("P/a.py"), "comes twice", "P/a.py"),
        row("a name in another case", named("P/A.PY"), "comes twice", "P/A.PY"),
        row("a NUL in a name", named("P/b\0.py"), "a character", "P/b\\0.py"),
        row(
            "a name that is not UTF-8",
            zip(Member::new(b"P/\xff", 0, vec![], 0, 0, b"")),
            "is not UTF-8",
            "P/\u{fffd}",
        ),
        row("a file in a file", named("P/a.py/b"), "below what is a file or a link", "P/a.py/b"),
        row("no top folder", Zip::of(&[Member::stored("b", b"y")]).bytes(), "outside a top folder", "b"),
        row("an absolute link", zip(Member::link("P/b", "/etc/passwd")), "leads out of the top folder", "P/b"),
        row("a link upwards", zip(Member::link("P/Misc/b", "../../x")), "leads out of the top folder", "P/Misc/b"),
        row(
            "a link in Lib",
            zip(Member::link("P/Lib/b.py", "c.py")),
            "a symbolic link where files are read",
            "P/Lib/b.py",
        ),
        row("a link without a target", zip(Member::link("P/b", "")), "a symbolic link without a target", "P/b"),
        row(
            "a link with a long target",
            zip(Member::link("P/b", &"x".repeat(300))),
            "a link's target is over 255",
            "P/b",
        ),
        row("a link to itself", zip(Member::link("P/b", "b")), "leads to or through another one", "P/b"),
        row(
            "a link with a wrong checksum",
            zip(Member::link("P/b", "c").both(14, &[1, 2, 3, 4])),
            "a wrong checksum",
            "P/b",
        ),
        row("a link like a folder", zip(Member::link("P/b/", "c")), "or the other way round", "P/b/"),
        row("a link in the place of a file", zip(Member::link("P/a.py", "c")), "comes twice", "P/a.py"),
        row(
            "a file through a link",
            Zip::with(&[Member::link("P/b", "c"), Member::stored("P/b/x", b"y")]).bytes(),
            "below what is a file or a link",
            "P/b/x",
        ),
        row("a device", zip(b().mode(0o020_666)), "is not a file or a folder", "P/b"),
        row("a pipe", zip(b().mode(0o010_666)), "is not a file or a folder", "P/b"),
        row("a folder named like a file", zip(b().mode(0o040_755)), "or the other way round", "P/b"),
        row("a file named like a folder", zip(Member::stored("P/b/", b"")), "or the other way round", "P/b/"),
        row("a folder with data", zip(Member::stored("P/b/", b"y").mode(0o040_755)), "a folder with data", "P/b/"),
        row("an encrypted entry", zip(b().both(6, &[1, 0])), "is encrypted", "P/b"),
        row("strong encryption", zip(b().both(6, &[0x40, 0])), "a flag that no source tree needs", "P/b"),
        row("masked headers", zip(b().both(6, &[0, 0x20])), "a flag that no source tree needs", "P/b"),
        row("patched data", zip(b().both(6, &[0x20, 0])), "a flag that no source tree needs", "P/b"),
        row("a data descriptor", zip(b().both(6, &[8, 0])), "a data descriptor", "P/b"),
        row("bzip2", zip(b().both(8, &[12, 0])), "another method than deflate", "P/b"),
        row("lzma", zip(b().both(8, &[14, 0])), "another method than deflate", "P/b"),
        row("deflate64", zip(b().both(8, &[9, 0])), "another method than deflate", "P/b"),
        row("a wrong CRC-32", zip(b().both(14, &[1, 2, 3, 4])), "a wrong checksum", "P/b"),
        row("longer than it says", zip(Member::deflated("P/b", b"yyy").both(22, &long(2))), "is longer than", "P/b"),
        row("shorter than it says", zip(short), "its data is damaged", "P/b"),
        row("bytes behind the deflated ones", zip(behind), "behind the end of its bytes", "P/b"),
        row("broken deflate", zip(Member::new(b"P/b", 8, vec![0xff; 4], 9, 0, b"")), "its data is damaged", "P/b"),
        row("stored in less", zip(b().both(22, &long(2))), "its data is damaged", "P/b"),
        row("a zip64 field", extra(&[1, 0, 8, 0, 9, 9, 9, 9, 9, 9, 9, 9]), "an extra field", "P/b"),
        row("another name in an extra field", extra(b"\x75\x70\x06\0\x01abcde"), "an extra field", "P/b"),
        row("an extra field that is cut off", extra(&[0x55, 0x54, 9, 0, 1]), "an extra field", "P/b"),
        row("half an extra field", extra(&[0x55, 0x54, 0]), "an extra field", "P/b"),
        row("sizes that only zip64 has", zip(b().both(18, &[0xff; 8])), "reaches into the list of entries", "P/b"),
        row("on another part", zip(b().listed(34, &[1, 0])), "on another part", "P/b"),
    ]
}

const OTHER_HEADER: &str = "has another header than the list of entries says";

/// Two entries, to be damaged, and one that does not belong to them.
fn good() -> Zip {
    Zip::with(&[Member::stored("P/b", b"y")])
}

fn other() -> Zip {
    Zip::of(&[Member::stored("P/evil", b"evil")])
}

fn changed(change: impl Fn(&mut Zip)) -> Vec<u8> {
    let mut zip = good();
    change(&mut zip);
    zip.bytes()
}

fn rows_of_headers() -> Vec<Row> {
    let (good, other) = (good(), other());
    let hidden = {
        let entries = [&other.entries[..], &good.entries].concat();
        let lines: Vec<u8> = {
            let shift = u32::try_from(other.entries.len()).unwrap();
            let mut list = good.list.clone();
            let second = 46 + "P/a.py".len();
            list[42..46].copy_from_slice(&shift.to_le_bytes());
            let at = u32::from_le_bytes(list[second + 42..second + 46].try_into().unwrap()) + shift;
            list[second + 42..second + 46].copy_from_slice(&at.to_le_bytes());
            list
        };
        [&entries[..], &lines, &Zip::end(2, lines.len(), entries.len(), "")].concat()
    };
    let overlapping = {
        // the second entry's line leads to the first one's header
        let again = Member::stored("P/b", b"x");
        Zip::of(&[Member::stored("P/a", b"x"), again.listed(42, &[0; 4])])
    };
    let mut overlap = overlapping.clone();
    let second = 46 + "P/a".len();
    overlap.list[second + 42..second + 46].fill(0);
    let local = |at, bytes: &[u8]| Zip::with(&[Member::stored("P/b", b"y").local(at, bytes)]).bytes();
    vec![
        row("another name before the bytes", local(32, b"c"), OTHER_HEADER, "P/b"),
        row("another size before the bytes", local(22, &[9, 0, 0, 0]), OTHER_HEADER, "P/b"),
        row("another packed size before the bytes", local(18, &[0; 4]), OTHER_HEADER, "P/b"),
        row("another checksum before the bytes", local(14, &[9, 9, 9, 9]), OTHER_HEADER, "P/b"),
        row("another method before the bytes", local(8, &[8, 0]), OTHER_HEADER, "P/b"),
        row("other flags before the bytes", local(6, &[8, 0]), OTHER_HEADER, "P/b"),
        row("a longer name before the bytes", local(26, &[4, 0]), OTHER_HEADER, "P/b"),
        row("no header before the bytes", local(0, b"XX"), "has no header of its own", "P/b"),
        row("overlapping entries", overlap.bytes(), "does not begin where the entry before it ends", "P/b"),
        row("an entry beyond the end", changed(|it| it.list[42..46].fill(0xff)), "does not begin where", "P/a.py"),
        row("an entry that is not listed", hidden, "does not begin where the entry before it ends", "P/a.py"),
    ]
}

fn rows_of_ends() -> Vec<Row> {
    let (good, other) = (good(), other());
    let comment = |comment: &str| changed(|it| it.end = Zip::end(2, it.list.len(), it.entries.len(), comment));
    // two lists, each with its own end, of which one reader takes the first and another the last
    let two_lists = {
        let (list, end) = (good.list.clone(), Zip::end(2, good.list.len(), good.entries.len(), ""));
        let before = [&good.entries[..], &list, &end].concat();
        [&before[..], &list, &Zip::end(2, list.len(), before.len(), "")].concat()
    };
    let zip64 = {
        let mut record = b"PK\x06\x06".to_vec();
        record.extend(44_u64.to_le_bytes());
        record.resize(56, 0);
        let locator = [&b"PK\x06\x07\0\0\0\0"[..], &(good.entries.len() as u64).to_le_bytes(), &[1, 0, 0, 0]].concat();
        let mut end = good.end.clone();
        end[8..20].fill(0xff);
        [&good.entries[..], &good.list, &record, &locator, &end].concat()
    };
    vec![
        row("two lists", two_lists, "something between its entries and their list", "P/b"),
        row(
            "an entry behind the last",
            changed(|it| {
                it.entries.extend(&other.entries);
                it.end = Zip::end(2, it.list.len(), it.entries.len(), "");
            }),
            "something between its entries and their list",
            "P/b",
        ),
        row(
            "a line that is not counted",
            changed(|it| it.end[8..12].copy_from_slice(&[1, 0, 1, 0])),
            "does not reach to its end",
            "P/a.py",
        ),
        row(
            "a line too many counted",
            changed(|it| it.end[8..12].copy_from_slice(&[3, 0, 3, 0])),
            "fewer lines than it says",
            "P/b",
        ),
        row("counts that disagree", changed(|it| it.end[8] = 1), "one part of several", ""),
        row("the second part of a zip", changed(|it| it.end[4] = 1), "one part of several", ""),
        row("65535 entries", changed(|it| it.end[8..12].fill(0xff)), "the number of entries is over 25000", ""),
        row("a list elsewhere", changed(|it| it.end[16] ^= 1), "does not reach to its end", ""),
        row("a list without an end", changed(|it| it.end[12..16].fill(0xff)), "does not reach to its end", ""),
        row("zip64 records", zip64, "the number of entries is over 25000", ""),
        row("bytes behind the list", changed(|it| it.list.extend(b"hidden")), "does not reach to its end", ""),
        row("a line's comment", changed(|it| it.list[32] = 1), "has a comment", "P/a.py"),
        row("a line that is cut off", changed(|it| it.list[32..34].fill(0xff)), "a line that is cut off", ""),
        row("a comment", comment("see elsewhere"), "it has a comment", ""),
        row("a comment like a commit's id", comment(&"x".repeat(40)), "it has a comment", ""),
        row(
            "a fake end in a comment",
            {
                let fake = Zip::end(0, 0, 0, "");
                let zip = changed(|it| it.end[20] = u8::try_from(fake.len()).unwrap());
                [zip, fake].concat()
            },
            "does not reach to its end",
            "",
        ),
        row(
            "a whole zip in a comment",
            {
                let inner = other.bytes();
                let zip =
                    changed(|it| it.end[20..22].copy_from_slice(&u16::try_from(inner.len()).unwrap().to_le_bytes()));
                [zip, inner].concat()
            },
            "does not reach to its end",
            "",
        ),
        row("a zip after the zip", [good.bytes(), other.bytes()].concat(), "does not reach to its end", ""),
        row("garbage after the zip", [good.bytes(), b"x".to_vec()].concat(), "follows after its end", ""),
        row("zeros after the zip", [good.bytes(), vec![0; 30]].concat(), "follows after its end", ""),
        row("no end record", good.bytes()[..good.bytes().len() - 22].to_vec(), "its end record is missing", ""),
        row(
            "nothing in it",
            [&good.entries[..], &Zip::end(0, 0, good.entries.len(), "")].concat(),
            "between its entries",
            "",
        ),
    ]
}

#[test]
fn entries_that_no_source_tree_has_are_refused() {
    refuse(&rows_of_entries());
}

#[test]
fn a_zip_has_one_reading() {
    refuse(&rows_of_headers());
    refuse(&rows_of_ends());
}

#[test]
fn what_comes_before_a_zip_makes_it_none() {
    // what unpacks itself is a program: its first bytes are those of another format
    let bytes = [b"MZ".to_vec(), Zip::with(&[]).bytes()].concat();
    let said = files(&bytes, &Limits::default()).unwrap_err().to_string();
    assert!(said.contains("not a .tgz, .tar.xz or .zip"), "{said}");
}

#[test]
fn zips_of_other_writers_are_read() {
    let times: &[u8] = &[0x55, 0x54, 5, 0, 3, 0, 0, 0, 0];
    let crc = crc32fast::hash(b"y");
    let git =
        Zip::with(&[Member::new(b"P/b", 0, b"y".to_vec(), 1, crc, times), Member::stored("P/d/", b"").mode(0o040_755)]);
    let (_, found) = files(&git.bytes(), &Limits::default()).unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [("a.py".into(), b"x".to_vec()), ("b".into(), b"y".to_vec())]);
    let linked = Zip::with(&[Member::link("P/Misc/k", "../Lib/_pyrepl"), Member::deflated("P/b", b"y")]);
    let (summary, found) = files(&linked.bytes(), &Limits::default()).unwrap();
    assert_eq!(summary.links.into_iter().collect::<Vec<_>>(), [("Misc/k".into(), "Lib/_pyrepl".into())]);
    assert_eq!(found.into_keys().collect::<Vec<_>>(), ["a.py", "b"]);
    let mut commit = git.clone();
    commit.end = Zip::end(3, git.list.len(), git.entries.len(), &"0a".repeat(20));
    assert!(files(&commit.bytes(), &Limits::default()).is_ok());
}
