//! Where this process's cgroups are, from what the kernel says of its mounts and of the process.

use std::{
    ffi::OsString,
    os::unix::ffi::OsStringExt as _,
    path::{Path, PathBuf},
};

/// A mounted hierarchy of cgroups and the place of this process in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CgroupPlace {
    /// Where the hierarchy is mounted: nothing above can be seen.
    pub(super) mount: PathBuf,
    /// The folder of this process's own group.
    pub(super) own: PathBuf,
}

/// The place in the hierarchy of version 1 that has this controller. `mounts` is `/proc/self/mountinfo`, `groups` is
/// `/proc/self/cgroup`.
pub(super) fn v1(mounts: &[u8], groups: &[u8], controller: &str) -> Option<CgroupPlace> {
    let group = lines(groups).find_map(|line| {
        let [_, controllers, path] = parts(line)?;
        has(controllers, controller).then(|| path_of(path))
    })?;
    let mount = mounted(mounts, |kind, options| kind == b"cgroup" && has(options, controller))?;
    Some(place(mount, &group))
}

/// The place in the hierarchy of version 2.
pub(super) fn v2(mounts: &[u8], groups: &[u8]) -> Option<CgroupPlace> {
    let group = lines(groups).find_map(|line| {
        let [number, controllers, path] = parts(line)?;
        (number == b"0" && controllers.is_empty()).then(|| path_of(path))
    })?;
    let mount = mounted(mounts, |kind, _| kind == b"cgroup2")?;
    Some(place(mount, &group))
}

struct Mount {
    root: PathBuf,
    point: PathBuf,
}

/// The first mount whose kind and options `is_it` takes. A line has a number, that of the parent, the device, the folder that
/// is mounted, where, options, optional fields, `-`, the kind, the source and the options of the file system (proc(5)).
fn mounted(mounts: &[u8], is_it: impl Fn(&[u8], &[u8]) -> bool) -> Option<Mount> {
    lines(mounts).find_map(|line| {
        let words: Vec<&[u8]> = line.split(|it| *it == b' ').collect();
        let end = words.iter().position(|it| *it == b"-")?;
        let (kind, options) = (words.get(end + 1)?, words.get(end + 3)?);
        let (root, point) = (words.get(3)?, words.get(4)?);
        is_it(kind, options).then(|| Mount { root: path_of(&plain(root)), point: path_of(&plain(point)) })
    })
}

/// A container may see a part of the hierarchy, and the kernel names a group from the top of all or from that part.
fn place(mount: Mount, group: &Path) -> CgroupPlace {
    let below = group.strip_prefix(&mount.root).or_else(|_| group.strip_prefix("/")).unwrap_or(Path::new(""));
    // a group outside of what can be seen
    let is_outside = below.components().any(|it| it.as_os_str() == "..");
    let own = if is_outside || below.as_os_str().is_empty() { mount.point.clone() } else { mount.point.join(below) };
    CgroupPlace { mount: mount.point, own }
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|it| *it == b'\n').filter(|it| !it.is_empty())
}

fn parts(line: &[u8]) -> Option<[&[u8]; 3]> {
    let mut parts = line.splitn(3, |it| *it == b':');
    Some([parts.next()?, parts.next()?, parts.next()?])
}

fn has(list: &[u8], word: &str) -> bool {
    list.split(|it| *it == b',').any(|it| it == word.as_bytes())
}

fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsString::from_vec(bytes.to_vec()))
}

/// Spaces and the like are written as three octal digits behind a backslash.
fn plain(word: &[u8]) -> Vec<u8> {
    let mut res = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((first, more)) = rest.split_first() {
        let digits = more.get(..3).filter(|it| *first == b'\\' && it.iter().all(|it| (b'0'..b'8').contains(it)));
        let value =
            digits.and_then(|it| u8::try_from(it.iter().fold(0_u32, |sum, it| sum * 8 + u32::from(it - b'0'))).ok());
        if let Some(value) = value {
            res.push(value);
            rest = &more[3..];
        } else {
            res.push(*first);
            rest = more;
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: &str = "30 22 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n\
        31 22 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n\
        32 22 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

    fn own(place: Option<CgroupPlace>) -> String {
        place.map_or_else(|| "none".into(), |it| it.own.display().to_string())
    }

    #[test]
    fn the_own_group_is_found_in_each_hierarchy() {
        let groups = b"4:memory:/a/b\n2:cpu,cpuacct:/\n0::/c\n";
        let at = |it| own(v1(V1.as_bytes(), groups, it));
        assert_eq!(at("memory"), "/sys/fs/cgroup/memory/a/b");
        assert_eq!(at("cpuacct"), "/sys/fs/cgroup/cpu,cpuacct");
        assert_eq!(at("pids"), "none");
        assert_eq!(own(v2(V1.as_bytes(), groups)), "/sys/fs/cgroup/unified/c");
    }

    #[test]
    fn a_part_of_a_hierarchy_and_odd_names_are_read() {
        let mount = "1 2 0:3 /docker/x /sys/fs/my\\040group rw - cgroup2 none rw\n";
        for (group, expected) in [
            ("0::/docker/x/y\n", "/sys/fs/my group/y"),
            ("0::/docker/x\n", "/sys/fs/my group"),
            ("0::/\n", "/sys/fs/my group"),
            ("0::/../other\n", "/sys/fs/my group"),
            ("1:name=systemd:/\n", "none"),
            ("", "none"),
        ] {
            assert_eq!(own(v2(mount.as_bytes(), group.as_bytes())), expected, "{group}");
        }
        assert_eq!(own(v2(b"garbage - cgroup2\n- cgroup2 x y\n", b"0::/\n")), "none");
    }
}
