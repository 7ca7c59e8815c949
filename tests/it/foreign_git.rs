//! Repositories that are another's, or that were made for the purpose: git is asked about the workspace's own and no other,
//! runs no program of theirs, and is not waited for without an end.

#![cfg(unix)]

use std::{
    fs::{self, File},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    changes::{committed, git, refresh},
    support::Sandbox,
};

const RATCHET: &str = "tools/stdlib_intrinsics_ratchet.json";
const BASE: [&str; 4] = ["ratchet", "check", "--base", "HEAD"];

/// Something that is done to a workspace.
type Step<'a> = &'a dyn Fn(&Sandbox);

fn pipe(place: PathBuf) {
    drop(fs::remove_file(&place));
    assert!(Command::new("mkfifo").arg(place).status().unwrap().success());
}

/// Copies what a repository is made of into the workspace, or a folder of it.
fn plant(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("refs/heads")).unwrap();
    for name in ["HEAD", "config", "index", "refs/heads/main"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
    assert!(Command::new("cp").arg("-r").args([from.join("objects"), to.to_path_buf()]).status().unwrap().success());
}

/// Moves the repository's folder up: the workspace is a folder of its repository.
fn as_folder(box_: &Sandbox) {
    let top = box_.ws("").join("..");
    fs::rename(box_.ws(".git"), top.join(".git")).unwrap();
    git(box_, &["add", "-A", "--", "."]);
    git(box_, &["commit", "-q", "-a", "-m", "moved"]);
}

#[test]
fn files_that_look_like_a_repository_are_none() {
    let raised = |it: &Sandbox| it.write(RATCHET, "{\"max_intrinsic_partial\": 99999}\n");
    let whole = |it: &Sandbox, planted: &Path| {
        let config = planted.join("config");
        fs::write(config, "[core]\n repositoryformatversion = 0\n bare = false\n worktree = .\n").unwrap();
        it.refuses(&BASE, 2, &["looks like a repository without a work tree", "hint: "]);
        it.refuses(&refresh(&["--commit"]), 2, &["looks like a repository"]);
    };
    // the fake one has the raised budget in its only commit
    let fake = committed();
    raised(&fake);
    git(&fake, &["commit", "-q", "-a", "-m", "fake"]);
    let box_ = committed();
    as_folder(&box_);
    raised(&box_);
    assert_eq!(box_.sync(&BASE).code, 1, "the budget rose");
    plant(&fake.ws(".git"), &box_.ws(""));
    whole(&box_, &box_.ws(""));
    fs::remove_dir_all(box_.ws("objects")).unwrap();
    fs::write(box_.ws("commondir"), fake.ws(".git").to_str().unwrap()).unwrap();
    whole(&box_, &box_.ws(""));
    // at the top, where git takes the `.git` first, they are files like all others
    let box_ = committed();
    raised(&box_);
    plant(&fake.ws(".git"), &box_.ws(""));
    assert_eq!(box_.sync(&BASE).code, 1, "the budget rose");
    // and where that is none, nothing takes its place
    box_.remove(".git/HEAD");
    assert_eq!(box_.sync(&BASE).code, 2);
}

/// A document that states the budget, and a history of it.
fn stating() -> Sandbox {
    let box_ = committed();
    box_.write("docs/X.md", "The budget of unfinished modules is 6543 at present.\n");
    let binding = "[[bind]]\ndoc = \"docs/X.md\"\nphrase = \"budget of unfinished modules is {ratchet.max}\"\n";
    box_.write("docs/bindings.toml", binding);
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-q", "-m", "documents"]);
    let right = box_.read(RATCHET);
    box_.write(RATCHET, "{\"max_intrinsic_partial\": 7001}\n");
    git(&box_, &["commit", "-q", "-a", "-m", "another budget"]);
    box_.write(RATCHET, right);
    git(&box_, &["commit", "-q", "-a", "-m", "the budget"]);
    box_
}

#[test]
fn a_reader_fetches_nothing_and_starts_no_filter() {
    let box_ = stating();
    let ran = box_.root().join("was-run");
    let touch = format!("touch {};:", ran.display());
    // a document that git has to read again, because its time is another one
    let plain = box_.sync(&["docs", "explain", "docs/X.md:1"]);
    assert!(plain.out.contains("documents"), "{}", plain.out);
    for kind in ["clean", "process", "smudge"] {
        for name in ["x", "a=b", "N"] {
            git(&box_, &["config", &format!("filter.{name}.{kind}"), &touch]);
            git(&box_, &["config", &format!("filter.{name}.required"), "true"]);
        }
    }
    for name in ["x", "a=b", "N"] {
        box_.write(".git/info/attributes", format!("* filter={name}\n"));
        File::options().append(true).open(box_.ws("docs/X.md")).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        let ended = box_.sync(&["docs", "explain", "docs/X.md:1"]);
        assert_eq!((ended.code, ended.out), (plain.code, plain.out.clone()), "{name}");
        let status = box_.ws("docs/spec/STATUS.md");
        File::options().append(true).open(status).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        box_.sync(&refresh(&["--dry-run"])).succeeds();
        assert!(!ran.exists(), "{name}");
    }
    for (key, value) in [
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "ssh://x/y"),
        ("core.sshCommand", &touch),
    ] {
        git(&box_, &["config", key, value]);
    }
    let name = git(&box_, &["rev-parse", &format!("HEAD~1:{RATCHET}")]);
    let (folder, rest) = name.trim().split_at(2);
    box_.remove(&format!(".git/objects/{folder}/{rest}"));
    let cache = box_.root().join("new-cache");
    for args in [&["docs", "check"][..], &["ratchet", "check", "--base", "HEAD~1"]] {
        let args = [&["--cache-dir", cache.to_str().unwrap()], args].concat();
        let ended = box_.sync(&args);
        assert!(ended.code == 2 && ended.err.contains("fetch what is missing first"), "{args:?} {}", ended.err);
        assert!(!ran.exists(), "{args:?}");
    }
}

#[test]
fn another_trees_repository_is_not_read() {
    let other = stating();
    git(&other, &["commit", "-q", "--allow-empty", "-m", "a secret"]);
    let dot = other.ws(".git");
    let named = |it: &Sandbox, folder: &str| it.write(".git", format!("gitdir: {folder}\n"));
    let borrow = |it: &Sandbox| {
        git(it, &["init", "-q", "-b", "main"]);
        it.write(".git/objects/info/alternates", format!("{}\n", dot.join("objects").display()));
    };
    let ways: [(&str, Step<'_>); 10] = [
        ("file", &|it| named(it, dot.to_str().unwrap())),
        ("link", &|it| symlink(&dot, it.ws(".git")).unwrap()),
        ("part", &|it| {
            it.write(".git/HEAD", "ref: refs/heads/main\n");
            it.write(".git/commondir", dot.to_str().unwrap());
        }),
        ("made-up work tree", &|it| {
            it.write("made/HEAD", "ref: refs/heads/main\n");
            it.write("made/commondir", dot.to_str().unwrap());
            it.write("made/gitdir", it.ws(".git").to_str().unwrap());
            named(it, "made");
        }),
        ("linked references", &|it| {
            it.write(".git/HEAD", "ref: refs/heads/main\n");
            for name in ["refs", "objects"] {
                symlink(dot.join(name), it.ws(".git").join(name)).unwrap();
            }
        }),
        ("linked head", &|it| {
            git(it, &["init", "-q", "-b", "main"]);
            it.remove(".git/HEAD");
            symlink(dot.join("HEAD"), it.ws(".git/HEAD")).unwrap();
        }),
        ("linked branches", &|it| {
            borrow(it);
            fs::remove_dir(it.ws(".git/refs/heads")).unwrap();
            symlink(dot.join("refs/heads"), it.ws(".git/refs/heads")).unwrap();
        }),
        ("a linked branch", &|it| {
            borrow(it);
            symlink(dot.join("refs/heads/main"), it.ws(".git/refs/heads/main")).unwrap();
        }),
        ("a link behind a link", &|it| {
            borrow(it);
            fs::remove_dir(it.ws(".git/refs/heads")).unwrap();
            fs::create_dir(it.ws(".git/x")).unwrap();
            symlink(dot.join("refs/heads/main"), it.ws(".git/x/main")).unwrap();
            symlink("../x", it.ws(".git/refs/heads")).unwrap();
        }),
        ("linked packs", &|it| {
            git(it, &["init", "-q", "-b", "main"]);
            fs::remove_dir(it.ws(".git/objects/pack")).unwrap();
            symlink(dot.join("objects/pack"), it.ws(".git/objects/pack")).unwrap();
        }),
    ];
    for (name, plant) in ways {
        let box_ = stating();
        fs::remove_dir_all(box_.ws(".git")).unwrap();
        plant(&box_);
        let cache = box_.root().join("new-cache");
        let cache = cache.to_str().unwrap();
        for args in [&["docs", "check"][..], &["docs", "explain", "docs/X.md:1"], &BASE] {
            let ended = box_.sync(&[&["--cache-dir", cache], args].concat());
            let says = format!("{}{}", ended.out, ended.err);
            assert!(
                (says.contains("another tree's repository") || says.contains("a link to a folder"))
                    && !says.contains("secret"),
                "{name} {args:?} {says}"
            );
            assert!(says.contains("git worktree repair") || args[1] == "explain", "{name} {args:?} {says}");
            assert!(ended.code == 2 || args[1] == "explain", "{name} {args:?} {}", ended.code);
        }
    }
}

#[test]
fn a_work_tree_and_a_submodule_are_their_own() {
    let box_ = committed();
    let super_ = box_.root().join("super");
    let run = |at: &Path, args: &[&str]| {
        let plain = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"];
        let output = Command::new("git").arg("-C").arg(at).args(plain).args(args).output().unwrap();
        assert!(output.status.success(), "{args:?} {}", String::from_utf8_lossy(&output.stderr));
    };
    fs::create_dir(&super_).unwrap();
    run(&super_, &["init", "-q", "-b", "main"]);
    run(&super_, &["submodule", "--quiet", "add", box_.ws("").to_str().unwrap(), "sub"]);
    run(&super_, &["commit", "-q", "-m", "sub"]);
    run(&super_, &["worktree", "add", "-q", "../tree"]);
    let tree = box_.root().join("tree");
    run(&tree, &["submodule", "--quiet", "update", "--init"]);
    run(&super_.join("sub"), &["worktree", "add", "-q", "../../of-sub"]);
    run(&box_.ws(""), &["worktree", "add", "-q", "../of-main"]);
    for place in [super_.join("sub"), tree.join("sub"), box_.root().join("of-sub"), box_.root().join("of-main")] {
        let ended = box_.sync(&[&["-C", place.to_str().unwrap()], &BASE[..]].concat());
        assert_eq!(ended.code, 0, "{} {}", place.display(), ended.err);
    }
}

#[test]
fn whatever_work_tree_the_settings_name_the_files_are_those_of_this_one() {
    let box_ = committed();
    // as they were committed, somewhere else
    let other = box_.root().join("other");
    git(&box_, &["checkout-index", "--all", &format!("--prefix={}/", other.display())]);
    box_.write("ROADMAP.md", "# Roadmap\n");
    let before = box_.sync(&["docs", "check"]);
    assert!(before.code != 0 && before.out.contains("1 lost"), "{}", before.out);
    git(&box_, &["config", "core.worktree", other.to_str().unwrap()]);
    // what git remembers of the files is of those there
    git(&box_, &["status"]);
    let after = box_.sync(&["docs", "check"]);
    assert_eq!((after.code, after.out), (before.code, before.out));
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
    let box_ = stating();
    let whole = box_.root().join("kept");
    fs::rename(box_.ws(".git"), &whole).unwrap();
    pipe(box_.ws(".git"));
    box_.refuses_as_it_is(&BASE, 2, &["`.git` cannot be read", "not a regular file", "hint: "]);
    box_.refuses_as_it_is(&["docs", "check"], 2, &["not a regular file"]);
    fs::remove_file(box_.ws(".git")).unwrap();
    symlink("/dev/zero", box_.ws(".git")).unwrap();
    box_.refuses_as_it_is(&BASE, 2, &["`.git` is a link"]);
    fs::remove_file(box_.ws(".git")).unwrap();
    box_.write(".git", vec![0; 1 << 20]);
    box_.refuses_as_it_is(&BASE, 2, &["`.git` cannot be read"]);
    fs::remove_file(box_.ws(".git")).unwrap();
    fs::rename(&whole, box_.ws(".git")).unwrap();
    for name in ["HEAD", "config", "index", "packed-refs", "shallow", "info/exclude"] {
        let place = box_.ws(".git").join(name);
        let kept = fs::read(&place).ok();
        for is_link in [false, true] {
            drop(fs::remove_file(&place));
            if is_link {
                symlink("/dev/zero", &place).unwrap();
            } else {
                pipe(place.clone());
            }
            box_.refuses_as_it_is(&BASE, 2, &[&format!("{name} is not a regular file"), "hint: "]);
        }
        fs::remove_file(&place).unwrap();
        if let Some(bytes) = kept {
            fs::write(&place, bytes).unwrap();
        }
    }
    // what git reads when it is asked about commits, and what its settings name
    let config = fs::read_to_string(box_.ws(".git/config")).unwrap();
    pipe(box_.root().join("pipe"));
    for name in ["../p", "~/../../../../../../../../../../dev/zero", "/dev/zero"] {
        box_.write(".git/config", format!("{config}[include]\npath = {name}\n"));
        drop(fs::remove_file(box_.ws("p")));
        pipe(box_.ws("p"));
        box_.refuses_as_it_is(&BASE, 2, &["is not a regular file"]);
        box_.write(".git/config", format!("{config}[include]\npath = inner\n"));
        box_.write(".git/inner", format!("[core]\nattributesFile = {name}\n"));
        box_.refuses_as_it_is(&["docs", "explain", "docs/X.md:1"], 2, &["is not a regular file"]);
    }
    box_.write(".git/config", &config);
    let object = git(&box_, &["rev-parse", "HEAD"]);
    let (folder, rest) = object.trim().split_at(2);
    let object = format!(".git/objects/{folder}/{rest}");
    let places = [
        ".git/refs/heads/main",
        &object,
        ".git/objects/pack/pack-0.idx",
        ".git/objects/info/commit-graph",
        ".git/sharedindex.0",
        ".gitattributes",
        ".mailmap",
    ];
    for place in places {
        let kept = fs::read(box_.ws(place)).ok();
        fs::create_dir_all(box_.ws(place).parent().unwrap()).unwrap();
        pipe(box_.ws(place));
        for args in [&BASE[..], &["docs", "explain", "docs/X.md:1"]] {
            box_.refuses_as_it_is(args, 2, &["is not a regular file"]);
        }
        fs::remove_file(box_.ws(place)).unwrap();
        if let Some(bytes) = kept {
            fs::write(box_.ws(place), bytes).unwrap();
        }
    }
    // objects that are borrowed may have been made for the purpose
    let lent = box_.root().join("lent");
    fs::create_dir_all(lent.join("ab")).unwrap();
    pipe(lent.join("ab").join("c".repeat(38)));
    box_.write(".git/objects/info/alternates", format!("{}\n", lent.display()));
    box_.refuses_as_it_is(&BASE, 2, &["is not a regular file"]);
    box_.remove(".git/objects/info/alternates");
    // files of settings that name each other without an end
    for level in 0..8 {
        let next = format!("[include]\npath = level{}\n", level + 1);
        box_.write(&format!(".git/level{level}"), next.repeat(10));
    }
    box_.write(".git/config", format!("{config}[include]\npath = level0\n"));
    box_.refuses_as_it_is(&BASE, 2, &["files of settings, one after the other"]);
    box_.write(".git/config", &config);
    // a link to a file of the repository's own is what git once wrote
    box_.remove(".git/HEAD");
    symlink("refs/heads/main", box_.ws(".git/HEAD")).unwrap();
    assert_eq!(box_.sync(&BASE).code, 0);
}

#[test]
fn a_file_that_git_reads_as_a_whole_has_a_size() {
    let box_ = stating();
    git(&box_, &["worktree", "add", "-q", "../other"]);
    let config = fs::read_to_string(box_.ws(".git/config")).unwrap();
    // all holes: a few bytes in an archive
    let sparse = |path: &str, length: u64| {
        let place = box_.ws(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        drop(fs::remove_file(&place));
        File::create(place).unwrap().set_len(length).unwrap();
    };
    for (path, length) in [
        (".git/HEAD", 5000),
        (".git/refs/heads/main", 5000),
        (".git/refs/tags/x/y", 1 << 31),
        (".git/worktrees/other/HEAD", 1 << 31),
        (".git/packed-refs", (64 << 20) + 1),
        (".git/index", (512 << 20) + 1),
        (".git/shallow", 1 << 31),
        (".git/ORIG_HEAD", 1 << 31),
        (".git/info/exclude", 1 << 31),
        (".git/info/attributes", 1 << 31),
        (".git/config", (1 << 20) + 1),
        (".git/named", 1 << 31),
        (".gitattributes", 1 << 31),
        (".gitignore", 1 << 31),
    ] {
        let kept = fs::read(box_.ws(path)).ok();
        sparse(path, length);
        let settings: &[&str] = if path == ".git/named" {
            &["[include]\npath = named\n", "[core]\nexcludesFile = .git/named\nattributesFile = named\n"]
        } else {
            &[""]
        };
        for more in settings {
            if path != ".git/config" {
                box_.write(".git/config", format!("{config}{more}"));
            }
            let name = path.rsplit('/').next().unwrap();
            for args in [&BASE[..], &["docs", "check"]] {
                box_.refuses_as_it_is(
                    args,
                    2,
                    &[&format!("{name} has {length} bytes"), "as a whole", "hint: see what wrote"],
                );
            }
        }
        fs::remove_file(box_.ws(path)).unwrap();
        box_.write(".git/config", &config);
        if let Some(bytes) = kept {
            fs::write(box_.ws(path), bytes).unwrap();
        }
    }
    // what git is told not to read, and what it does not read as a whole
    for path in [".git/objects/info/commit-graph", ".git/objects/pack/multi-pack-index", ".git/logs/x", ".git/any"] {
        sparse(path, 1 << 31);
    }
    assert_eq!(box_.sync(&BASE).code, 0);
}

#[test]
fn what_one_repository_says_of_a_commit_is_not_believed_of_another() {
    let box_ = stating();
    let place = |name: &str| box_.root().join(name).to_str().unwrap().to_owned();
    let check = |cache: &str| box_.sync(&["--cache-dir", &place(cache), "docs", "check"]);
    let right = "6543 was never right";
    let honest = check("first");
    assert!(honest.out.contains(right), "{}", honest.out);
    let copy = Command::new("cp").args(["-r", box_.ws(".git").to_str().unwrap(), &place("kept")]).status().unwrap();
    assert!(copy.success());
    // the bytes of another commit under the name of one that is in the history
    let name = git(&box_, &["rev-parse", "HEAD~1"]);
    git(&box_, &["checkout", "-q", "--detach", "HEAD~2"]);
    box_.write(RATCHET, "{\"max_intrinsic_partial\": 6543}\n");
    git(&box_, &["commit", "-q", "-a", "-m", "forged"]);
    let forged = git(&box_, &["rev-parse", "HEAD"]);
    git(&box_, &["checkout", "-q", "main"]);
    let object = |name: &str| box_.ws(&format!(".git/objects/{}/{}", &name[..2], name.trim()[2..].to_owned()));
    let bytes = fs::read(object(&forged)).unwrap();
    fs::remove_file(object(&name)).unwrap();
    fs::write(object(&name), bytes).unwrap();
    let deceived = check("second");
    assert!(deceived.out.contains("6543 was right"), "{}", deceived.out);
    box_.remove(".git");
    fs::rename(place("kept"), box_.ws(".git")).unwrap();
    for cache in ["first", "second"] {
        assert!(check(cache).out.contains(right), "{cache}: {}", check(cache).out);
    }
    // and what was read of this one is kept for it
    fs::remove_file(object(&name)).unwrap();
    assert!(check("first").out.contains(right));
    let other = check("third");
    assert!(other.code == 2 && other.err.contains("hint: "), "{}", other.err);
}

#[test]
fn patterns_of_folders_below_have_a_size_and_settings_name_no_other_home() {
    let box_ = stating();
    box_.write("docs/more/.gitignore", "a\n".repeat(600_000));
    git(&box_, &["add", "-f", "docs"]);
    git(&box_, &["commit", "-q", "-m", "patterns"]);
    box_.write(RATCHET, "{\"max_intrinsic_partial\": 7001}\n");
    let sync = ["docs", "sync", "--take", "source"];
    box_.refuses_as_it_is(&sync, 2, &["docs/more/.gitignore has 1200000 bytes", "as a whole"]);
    box_.remove("docs/more/.gitignore");
    box_.write(".git/config", box_.read(".git/config") + "[include]\npath = ~root/settings\n");
    box_.refuses_as_it_is(&BASE, 2, &["names a file in another user's home folder (include.path)"]);
}

#[test]
fn a_commit_that_had_a_folder_of_any_size_in_the_place_of_a_file_is_one_without_it() {
    let box_ = stating();
    let hash = |args: &[&str], input: &str| {
        let mut child = Command::new("git")
            .args(args)
            .current_dir(box_.ws("."))
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
    };
    let many = |line: &dyn Fn(u32) -> String| (0..10).map(line).collect::<String>();
    let blob = hash(&["hash-object", "-w", "--stdin"], "x");
    let mut tree = hash(&["mktree"], &many(&|it| format!("100644 blob {blob}\tf{it}\n")));
    // ten million files, in some objects
    for _ in 0..6 {
        tree = hash(&["mktree"], &many(&|it| format!("040000 tree {tree}\td{it}\n")));
    }
    let name = RATCHET.strip_prefix("tools/").unwrap();
    let tools = hash(&["mktree"], &format!("040000 tree {tree}\t{name}\n"));
    let top = hash(&["mktree"], &format!("040000 tree {tools}\ttools\n"));
    let commit =
        |tree: &str, parent: &str| git(&box_, &["commit-tree", tree, "-p", parent, "-m", "more"]).trim().to_owned();
    let back = commit("HEAD^{tree}", &commit(&top, "HEAD"));
    git(&box_, &["update-ref", "HEAD", &back]);
    box_.write("docs/X.md", box_.read("docs/X.md").replace("6543", "7001"));
    let told = box_.sync(&["docs", "check"]);
    assert!(told.code == 1 && told.out.contains("DOC003"), "{} {}{}", told.code, told.out, told.err);
}

#[test]
fn patterns_in_a_folder_hold_nothing_up() {
    let box_ = committed();
    box_.write("docs/X.md", "There are 7 intrinsic-partial modules.\n");
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-q", "-m", "a document"]);
    for name in ["docs/.gitattributes", "docs/.gitignore"] {
        pipe(box_.ws(name));
        for args in [&["docs", "explain", "docs/X.md:1"][..], &["docs", "check"], &["docs", "sync", "--dry-run"]] {
            box_.refuses_as_it_is(args, 2, &[name, "is not a regular file"]);
        }
        box_.remove(name);
    }
    // what git compares with each of its files costs a power of the stars
    for name in ["docs/.gitattributes", ".gitattributes"] {
        box_.write(name, format!("{}b ident\n", "**/a/".repeat(40)));
        box_.refuses_as_it_is(&["docs", "check"], 2, &["has a pattern with more than 12 stars"]);
        box_.write(name, "# * * * * * * * * * * * * * * * *\n*.md text\n**/*.py text eol=lf\n**/a/**/b/*.[ch] -diff\n");
        assert_ne!(box_.sync(&["docs", "check"]).code, 2);
        box_.remove(name);
    }
}
