//! The facts of real releases, against what only unpacks them.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    measure::{Line, command, ours, text},
    results::{beside, beyond, part, weigh},
};

const TARFILE: &str = "
import re, sys, tarfile
names, aliases = [], []
with tarfile.open(sys.argv[1], 'r|*') as archive:
    for member in archive:
        path = member.name.partition('/')[2]
        if path.startswith('Lib/') and path.endswith('.py'):
            names.append(path)
            aliases += re.findall(rb'sys\\.modules\\[.([a-z.]+).\\] =', archive.extractfile(member).read())
        elif path in ('Python/stdlib_module_names.h', 'Include/patchlevel.h'):
            archive.extractfile(member).read()
assert len(names) > 600
";

pub(crate) fn tgz(corpus: &Path) -> PathBuf {
    corpus.join("3.11.2/Python-3.11.2.tgz")
}

pub(crate) fn xz(corpus: &Path) -> PathBuf {
    corpus.join("3.13.5/Python-3.13.5.tar.xz")
}

pub(crate) fn run(corpus: &Path) {
    part("The facts of a release");
    let (here, tgz, xz) = (Path::new("."), tgz(corpus), xz(corpus));
    let facts = |archive: &Path| ours(&["baseline", "show", "--source", text(archive)]);
    let igzip = command("igzip", &["-dc", text(&tgz)]);
    beside("facts from the `.tgz`", &facts(&tgz), ["igzip", "at most 1.7"], &igzip, here, 1.7);
    let tarfile = command("python3", &["-c", TARFILE, text(&tgz)]);
    let goal = ["Python's tarfile", "at most 0.4"];
    beside("facts from the `.tgz` beside Python", &facts(&tgz), goal, &tarfile, here, 0.4);
    let unpacked = command("xz", &["-dc", text(&xz)]);
    beside("facts from the `.tar.xz`", &facts(&xz), ["xz", "at most 1.05"], &unpacked, here, 1.05);
    memory("memory of facts from the `.tgz`", &facts(&tgz), &tgz, 16 << 10);
    // 8 MiB of it are the dictionary
    memory("memory of facts from the `.tar.xz`", &facts(&xz), &xz, u64::MAX);
    signature(&xz);
}

fn memory(work: &str, ours: &Line, archive: &Path, most: u64) {
    weigh(work, ours, Path::new("."), [fs::metadata(archive).unwrap().len() >> 10, most]);
}

/// The same archive with its signature bundle beside it, and with a pinned digest alone.
fn signature(archive: &Path) {
    let dir = tempfile::tempdir().unwrap();
    let alone = dir.path().join(archive.file_name().unwrap());
    fs::copy(archive, &alone).unwrap();
    let verify = |archive: &Path| ours(&["verify", text(archive), "--offline"]);
    let here = (Path::new("."), &(|| ()) as &dyn Fn());
    beyond(
        "a verified signature",
        &verify(archive),
        "a verified digest",
        &verify(&alone),
        here,
        Duration::from_millis(50),
    );
}
