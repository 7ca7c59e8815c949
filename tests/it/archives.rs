//! Archives that no release looks like are refused, each for its own reason; good ones in every dress are accepted.

use std::io::Write as _;

use molt_sync::archive::{Limits, scan, scan_tar};

use crate::support::{
    archives::{Tar, record, sum},
    release::{Release, gzip},
};

/// What the scanner says of a gzipped tar; "accepted" if nothing.
fn verdict(tar: &[u8]) -> String {
    say(&gzip(tar))
}

fn say(archive: &[u8]) -> String {
    scan(archive, &Limits::default(), |_| Ok(())).map_or_else(|refusal| refusal.to_string(), |_| "accepted".into())
}

fn base() -> Tar {
    Tar::base()
}

fn pax(records: &str) -> Tar {
    base().pax(records)
}

#[test]
fn good_archives_are_accepted() {
    let long = format!("P/{}/f.py", "d".repeat(120));
    for (what, tar) in [
        ("plain", base().end()),
        ("gnu magic", base().entry("P/g.py", b'0', b"", |it| it[257..265].copy_from_slice(b"ustar  \0")).end()),
        (
            "gnu long name",
            base().entry("././@LongLink", b'L', format!("{long}\0").as_bytes(), |_| {}).file("P/x", b"").end(),
        ),
        ("pax path", pax(&record(&format!("path={long}"))).end()),
        (
            "pax path among what changes nothing",
            pax(&[
                record("mtime=1760000000.123456789"),
                record(&format!("path={long}")),
                record("atime=-1"),
                record("ctime=0.5"),
                record("uid=4294967295"),
                record("gid=0"),
                record("uname=h\u{fc}go"),
                record("gname=wheel"),
                record("comment=a word"),
            ]
            .concat())
            .end(),
        ),
        (
            "pax without a path",
            base().entry("P/pax", b'x', record("mtime=1.5").as_bytes(), |_| {}).file("P/b", b"").end(),
        ),
        ("git archive", Tar::default().commit().0.into_iter().chain(base().end()).collect()),
    ] {
        assert_eq!(verdict(&tar), "accepted", "{what}");
    }
    let mut seen = Vec::new();
    let tar = pax(&record(&format!("path={long}"))).end();
    scan(&gzip(&tar), &Limits::default(), |entry| {
        seen.push((entry.path.to_owned(), entry.size));
        Ok(())
    })
    .unwrap();
    assert_eq!(seen, [("a.py".into(), 1), (long[2..].to_owned(), 1)]);
    let release = Release::based_on("3.14", "3.14.10");
    assert_eq!((say(&release.tar_xz()).as_str(), say(&release.zip()).as_str()), ("accepted", "accepted"));
}

#[test]
fn names_that_could_do_harm_are_refused() {
    for name in [
        "P/../x",
        "/P/x",
        "P//x",
        "P/./x",
        "../x",
        "P/x.",
        "P/x ",
        "P/a\\b",
        "P/a:b",
        "P/a*",
        "P/a?",
        "P/a\"b",
        "P/a<b",
        "P/a|b",
        "P/\u{1b}[2J",
        "P/caf\u{e9}",
        "P/\u{202e}x",
        "Q/x",
        "P/a.py",
        "P/A.PY",
        "x",
    ] {
        let said = verdict(&base().file(name, b"").end());
        assert!(said.starts_with("entry `"), "{name}: {said}");
    }
    let deep = format!("P/{}x", "d/".repeat(30));
    assert!(verdict(&base().file(&deep, b"").end()).contains("depth of a path"));
    let not_utf8 = base().entry("P/x", b'0', b"", |it| it[2] = 0xff).end();
    assert!(verdict(&not_utf8).contains("not UTF-8"));
}

#[test]
fn entries_that_no_release_has_are_refused() {
    for kind in [b'1', b'3', b'4', b'6', b'7', b'K', b'S', b'D', b'M', b'V', 0] {
        let said = verdict(&base().entry("P/k", kind, b"", |_| {}).end());
        assert!(said.contains("is of type"), "{}: {said}", char::from(kind));
    }
    let said = |tar: Tar| verdict(&tar.end());
    assert!(said(base().entry("P/v7", b'0', b"", |it| it[257..265].fill(0))).contains("neither ustar nor GNU"));
    assert!(said(base().entry("P/big", b'0', b"", |it| it[124] = 0x80)).contains("base 256"));
    assert!(said(base().entry("P/d", b'5', b"data", |_| {})).contains("folder with data"));
    assert!(said(base().file("P/f/", b"")).contains("named like a folder"));
    let nul = base().entry("l", b'L', b"P/a\0b\0", |_| {}).file("P/x", b"");
    assert!(said(nul).contains("NUL"));
    let two = base()
        .entry("l", b'L', b"P/l\0", |_| {})
        .entry("x", b'x', record("path=P/m").as_bytes(), |_| {})
        .file("P/x", b"");
    assert!(said(two).contains("two name extensions"));
    assert!(said(base().entry("l", b'L', b"P/l\0", |_| {})).contains("without its entry"));
    assert!(said(base().entry("l", b'L', &[b'a'; 5000], |_| {})).contains("size of a name extension"));
    for records in [
        record("size=9"),
        record("path=P/a") + &record("path=P/b"),
        record("path=P/a") + &record("mtime=soon"),
        record("path=P/a") + &record("size=1"),
        record("path="),
        record("path=P/a\nb"),
        "99 path=P/a\n".into(),
        "-1 path=P/a\n".into(),
        "x".into(),
        String::new(),
    ] {
        assert!(said(pax(&records)).contains("has a pax header"), "{records:?}");
    }
}

#[test]
fn an_archive_ends_where_it_ends() {
    let tar = base().end();
    let gz = gzip(&tar);
    let said = |bytes: &[u8]| say(bytes);
    assert!(said(&gz[..gz.len() - 9]).contains("damaged"));
    assert!(said(&gz[..gz.len() - 3]).contains("damaged"));
    assert!(said(&[&gz[..], b"x"].concat()).contains("after its end"));
    assert!(said(&[&gz[..], &gz[..]].concat()).contains("after its end"), "a second member would hide data");
    let mut crc = gz.clone();
    let at = crc.len() - 6;
    crc[at] ^= 1;
    assert!(said(&crc).contains("checksum is wrong"));
    let mut length = gz.clone();
    let at = length.len() - 1;
    length[at] ^= 1;
    assert!(said(&length).contains("checksum is wrong"));
    assert!(verdict(&tar[..tar.len() - 1024]).contains("end of the archive is missing"));
    assert!(verdict(&tar[..tar.len() - 512]).contains("end of the archive is missing"));
    assert!(verdict(&[&tar[..], b"smuggled"].concat()).contains("after its end"));
    assert!(verdict(&[&tar[..], &vec![0; 2 << 20][..]].concat()).contains("zero bytes after the end"));
    let release = Release::based_on("3.14", "3.14.10");
    let xz = release.tar_xz();
    assert!(said(&xz[..xz.len() / 2]).contains("damaged"));
    assert!(said(&[&xz[..], b"x"].concat()).contains("after its end"));
    let zip = release.zip();
    assert!(said(&zip[..zip.len() / 2]).contains("damaged"));
    for bytes in [&b""[..], b"x", b"PK\x03", b"<html>", b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x08\xff"] {
        assert_ne!(said(bytes), "accepted", "{bytes:?}");
    }
}

#[test]
fn limits_hold() {
    let limits =
        Limits { entries: 3, file: 10, total: 4 << 20, compressed: 1 << 20, ratio_from: 1 << 20, ..Limits::default() };
    let said =
        |archive: &[u8]| scan(archive, &limits, |_| Ok(())).map_or_else(|it| it.to_string(), |_| "accepted".into());
    assert_eq!(said(&gzip(&base().file("P/b", b"").end())), "accepted");
    assert!(said(&gzip(&base().file("P/b", b"").file("P/c", b"").end())).contains("number of entries is over 3"));
    assert!(said(&gzip(&base().file("P/b", &[0; 11]).end())).contains("size of a file in bytes is over 10"));
    assert!(said(&vec![0x1f; 2 << 20]).contains("compressed size"));
    // 3 MB of zeros in 3 KB: below the total, above the ratio
    let bomb = gzip(&base().file("P/b", b"").end().into_iter().chain(vec![0; 3 << 20]).collect::<Vec<_>>());
    assert!(said(&bomb).contains("decompressed size in bytes is over 1048576"), "{}", said(&bomb));
}

/// A zip of two files, with its comment.
fn two_in_a_zip(comment: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for name in ["P/a.py", "P/b.py"] {
        zip.start_file(name, options).unwrap();
        zip.write_all(b"x").unwrap();
    }
    zip.set_comment(comment).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_zip_ends_where_it_ends_and_has_each_name_once() {
    let zip = two_in_a_zip("");
    assert_eq!(say(&zip), "accepted");
    assert_eq!(say(&two_in_a_zip(&"0a".repeat(20))), "accepted", "`git archive` writes the commit there");
    assert!(say(&two_in_a_zip("a word")).contains("has a comment"));
    assert!(say(&[&zip[..], b"x"].concat()).contains("after its end"));
    assert!(say(&[&zip[..], &[0; 30]].concat()).contains("after its end"));
    let mut twice = zip.clone();
    for at in 0..twice.len() - 6 {
        if &twice[at..at + 6] == b"P/b.py" {
            twice[at + 2] = b'a';
        }
    }
    assert!(say(&twice).contains("comes twice"), "{}", say(&twice));
    let mut fewer = zip.clone();
    let end = fewer.len() - 22;
    fewer[end + 8] = 1;
    fewer[end + 10] = 1;
    assert!(say(&fewer).contains("list of entries"), "an entry would be hidden: {}", say(&fewer));
    let mut gap = zip.clone();
    gap.splice(end..end, *b"hidden");
    assert!(say(&gap).contains("list of entries"), "{}", say(&gap));
}

#[test]
fn a_mutated_archive_never_panics_and_never_gives_a_bad_path() {
    let tar = pax(&record("path=P/long")).end();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % 0xffff_ffff).unwrap()
    };
    let mut accepted = 0;
    for _ in 0..3000 {
        let mut bytes = tar.clone();
        for _ in 0..=random() % 3 {
            let at = random() % bytes.len();
            bytes[at] = u8::try_from(random() % 256).unwrap();
        }
        for block in (0..bytes.len() / 512 * 512).step_by(512) {
            if &bytes[block + 257..block + 262] == b"ustar" {
                sum(&mut bytes[block..block + 512]);
            }
        }
        let sink = |entry: molt_sync::archive::Entry<'_>| {
            assert!(!entry.path.split('/').any(|part| matches!(part, "" | "." | "..")), "{}", entry.path);
            Ok(())
        };
        accepted += usize::from(scan_tar(&mut &bytes[..], &Limits::default(), sink).is_ok());
    }
    assert!(accepted > 0, "some mutations are harmless");
}
