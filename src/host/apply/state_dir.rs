//! The key that tells what this user's molt-sync wrote from what anybody wrote: 32 random bytes in the user's own folder of
//! state, outside of every workspace.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::{
    dir::{Dir, FileStat, user},
    fs::NodeKind,
};

/// The key.
pub(super) type SealKey = [u8; 32];

const NAME: &str = "key";

/// The user's key, if there is one. `outside` are folders that it must not lie in.
///
/// # Errors
/// Why it cannot be used, as the end of a sentence.
pub(super) fn load(outside: &[&Path]) -> Result<Option<SealKey>, String> {
    let folder = folder(outside)?;
    let dir = match Dir::open(&folder) {
        Ok(it) => it,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{} cannot be opened: {error}", folder.display())),
    };
    read(&dir, &folder)
}

/// The user's key, made where there is none.
pub(super) fn load_or_create(outside: &[&Path]) -> Result<SealKey, String> {
    if let Some(key) = load(outside)? {
        return Ok(key);
    }
    let folder = folder(outside)?;
    let fail = |error: io::Error| format!("no key can be kept in {}: {error}", folder.display());
    // in another user's home it would be in that user's way
    let above = folder.ancestors().find(|it| it.exists()).unwrap_or(&folder);
    if Dir::open(above).and_then(|it| it.about_itself()).map_err(fail)?.owner != user() {
        return Err(format!("{} belongs to another user", above.display()));
    }
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(&folder).map_err(fail)?;
    let dir = Dir::open(&folder).map_err(fail)?;
    create(&dir).map_err(fail)?;
    read(&dir, &folder)?.ok_or_else(|| format!("the key in {} went away", folder.display()))
}

/// A new key.
pub(super) fn random() -> io::Result<SealKey> {
    let mut key = SealKey::default();
    let random = ring::rand::SystemRandom::new();
    ring::rand::SecureRandom::fill(&random, &mut key).map_err(|_| io::Error::other("there are no random bytes"))?;
    Ok(key)
}

fn create(dir: &Dir) -> io::Result<()> {
    let key = random()?;
    let draft = format!("{NAME}-{}", std::process::id());
    drop(dir.remove(&draft));
    let mut file = dir.create(&draft, 0o600)?;
    file.write_all(&key)?;
    file.sync_all()?;
    let placed = match dir.rename_new(&draft, dir, NAME) {
        // another run was faster
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => dir.remove(&draft),
        Err(error) if super::fs::is_unsupported(&error) => dir.rename(&draft, dir, NAME),
        other => other,
    };
    placed?;
    dir.sync()
}

fn read(dir: &Dir, folder: &Path) -> Result<Option<SealKey>, String> {
    let fail = |error: io::Error| format!("the key in {} cannot be used: {error}", folder.display());
    dir.about_itself().and_then(|it| it.must_be_own("its folder")).map_err(fail)?;
    let accept = |it: &FileStat| match it.kind {
        NodeKind::File(mode) if mode & 0o077 != 0 => Err(io::Error::other("others can read it")),
        _ => it.must_be_own_alone(NAME),
    };
    let Some(bytes) = dir.read(NAME, 4096, accept).map_err(fail)? else { return Ok(None) };
    let count = bytes.len();
    SealKey::try_from(bytes).map(Some).map_err(|_| fail(io::Error::other(format!("it has {count} bytes"))))
}

/// `$XDG_STATE_HOME/molt-sync`, else the one in the user's home.
fn folder(outside: &[&Path]) -> Result<PathBuf, String> {
    let base =
        base().ok_or("there is no home folder to keep a key in: neither HOME nor XDG_STATE_HOME is a full path")?;
    let folder = base.join("molt-sync");
    // what is not there yet lies where the part that is there lies
    let real = folder.ancestors().find_map(|it| {
        let real = fs::canonicalize(it).ok()?;
        Some(real.join(folder.strip_prefix(it).ok()?))
    });
    match real.as_deref().unwrap_or(&folder) {
        real if outside.iter().any(|it| real.starts_with(it)) => Err(format!(
            "{} lies in the workspace or its repository, where a checkout could put a key",
            folder.display()
        )),
        _ => Ok(folder),
    }
}

#[cfg(not(test))]
fn base() -> Option<PathBuf> {
    let full = |it: PathBuf| it.is_absolute().then_some(it);
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).and_then(full);
    // without HOME the system's list of users is asked
    state.or_else(|| std::env::home_dir().and_then(full).map(|it| it.join(".local/state")))
}

/// Tests leave the user's own folder alone.
#[cfg(test)]
#[expect(clippy::unnecessary_wraps, reason = "it stands in for the one above")]
fn base() -> Option<PathBuf> {
    Some(std::env::temp_dir().join(format!("molt-sync-unit-tests-{}", user())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_never_taken_from_a_workspace() {
        let nowhere = Path::new("/nowhere");
        let key = load_or_create(&[nowhere]).unwrap();
        assert_eq!(load(&[nowhere]).unwrap(), Some(key));
        assert_eq!(load_or_create(&[nowhere]).unwrap(), key);
        let base = fs::canonicalize(base().unwrap()).unwrap();
        assert!(load(&[&base]).unwrap_err().contains("lies in the workspace"));
    }
}
