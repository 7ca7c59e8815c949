//! Units for systemd. The two files in the workspace are the same on every machine; what is true of one machine alone, the paths and
//! the user, is a drop-in beside the installed copy, which the printed steps write.

use std::path::Path;

use crate::{
    base::text::is_odd,
    command::support::{
        failure::{Exit, Failure},
        workspace::Workspace,
    },
    host,
};

/// The unit and its timer.
pub(super) const UNITS: [(&str, &str); 2] = [
    ("systemd/molt-sync-watch.service", include_str!("../../../docs-templates/schedulers/molt-sync-watch.service")),
    ("systemd/molt-sync-watch.timer", include_str!("../../../docs-templates/schedulers/molt-sync-watch.timer")),
];

/// What only the system's own manager can do; in a user's, each of these keeps a service from starting.
const SYSTEM: &str = "\
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
RemoveIPC=yes
CapabilityBoundingSet=
AmbientCapabilities=
# the key that signs a change lies in StateDirectory
Environment=\"XDG_STATE_HOME=%S\"
";

/// The commands that install the units on this machine: for this user, or for the system with `user` to run as.
///
/// # Errors
/// When it is known now that the service could not work on the workspace.
pub(super) fn steps(workspace: &Workspace, user: Option<&str>) -> Result<String, Failure> {
    let root = host::full_path(&workspace.root);
    refuse_another_owner(workspace, &root, user)?;
    let drop_in = drop_in(&root, user)?;
    let (sudo, folder, manager) = match user {
        Some(_) => ("sudo ", "/etc/systemd/system", "sudo systemctl"),
        None => ("", "${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user", "systemctl --user"),
    };
    let units: String = UNITS.iter().map(|(name, _)| format!(" {}", quoted(&root.join(name)))).collect();
    let mut res = format!(
        "units={folder}\n\
         {sudo}mkdir -p \"$units/molt-sync-watch.service.d\"\n\
         {sudo}install -m 644{units} \"$units\"\n\
         {sudo}tee \"$units/molt-sync-watch.service.d/workspace.conf\" > /dev/null << 'END'\n\
         {drop_in}END\n\
         {manager} daemon-reload\n\
         {manager} enable --now molt-sync-watch.timer\n"
    );
    if user.is_none() {
        res += "# so that it runs while you are not logged in, too\nloginctl enable-linger\n";
    }
    Ok(res)
}

/// What is true of this machine.
fn drop_in(root: &Path, user: Option<&str>) -> Result<String, Failure> {
    let program = host::current_program().map_err(|error| Failure::io("find", "this program".as_ref(), &error))?;
    // git's folder need not lie in the workspace, and changes are kept in it until they are done
    let (_, folders) = host::git::places(root)?.unwrap_or_default();
    let mut writable = format!("\"{}\"", escaped(root)?);
    for folder in folders.iter().filter(|it| !it.starts_with(root)) {
        writable += &format!(" \"{}\"", escaped(folder)?);
    }
    let arguments =
        UNITS[0].1.lines().find_map(|it| it.strip_prefix("ExecStart=/usr/bin/env molt-sync ")).unwrap_or_default();
    let [program, shown] = [&program, root].map(|it| escaped(it).map(|it| it.replace('$', "$$")));
    let (unit, user) = match user {
        Some(user) => {
            let network = "[Unit]\nWants=network-online.target\nAfter=network-online.target\n\n";
            (network, format!("User={user}\n{SYSTEM}"))
        }
        None => ("", String::new()),
    };
    debug_assert!(!arguments.is_empty(), "the unit has lost its command");
    Ok(format!(
        "{unit}[Service]\nWorkingDirectory={}\nExecStart=\nExecStart=\"{}\" --root \"{}\" {arguments}\nReadWritePaths={writable}\n{user}",
        whole_line(root)?,
        program?,
        shown?
    ))
}

/// Refuses before anything is written where git would refuse the repository, or no file could be written.
fn refuse_another_owner(workspace: &Workspace, root: &Path, user: Option<&str>) -> Result<(), Failure> {
    let own = host::user_id();
    let runs_as = match user {
        Some(name) => id(name)?,
        None => own,
    };
    let owner = host::owner(root).map_err(|error| Failure::io("look at", root, &error))?;
    if runs_as == own {
        // whom git trusts with a repository is a setting of the user's
        if host::git::is_repository(root)? {
            workspace.prefix()?;
        }
        return Ok(());
    }
    if owner == runs_as {
        return Ok(());
    }
    let (user, place) = (user.unwrap_or_default(), root.display());
    let number = |it: Option<u32>| it.map_or_else(String::new, |it| it.to_string());
    let (owner, runs_as) = (number(owner), number(runs_as));
    let message =
        format!("{place} belongs to the user {owner}, and the service would run as {user}, the user {runs_as}");
    let hint = format!(
        "git would refuse that repository, and {user} could not write to it; name its owner with --system, or give it to {user}: chown -R {user} DIR"
    );
    Err(Failure::new(Exit::Person, message, hint))
}

/// The number of a user.
fn id(name: &str) -> Result<Option<u32>, Failure> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "_.-".contains(it);
    let starts = name.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_');
    let found = if starts && name.chars().all(is_plain) {
        host::id_of(name).map_err(|error| Failure::io("ask for the user", name.as_ref(), &error))?
    } else {
        None
    };
    if found.is_some() {
        return Ok(found);
    }
    let message = format!("cannot write a unit for the user `{name}`: there is none of that name here");
    Err(Failure::new(Exit::Usage, message, "name one that `id -u NAME` knows"))
}

/// A path as a unit has it between quotation marks.
fn escaped(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().filter(|it| !it.contains(is_odd)).ok_or_else(|| {
        let message = format!(
            "cannot write {} into a unit: a unit is text of whole lines, without invisible characters",
            path.display()
        );
        Failure::new(Exit::Usage, message, "rename that folder or file")
    })?;
    Ok(text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%"))
}

/// A path as a unit has it where a whole line is one.
fn whole_line(path: &Path) -> Result<String, Failure> {
    let text = path.display().to_string();
    if text.ends_with(['\\', ' ']) {
        let message = format!("cannot write {text} into a unit: it ends in what a line of a unit cannot end in");
        return Err(Failure::new(Exit::Usage, message, "rename that folder"));
    }
    Ok(text.replace('%', "%%"))
}

/// A path as one word of any shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}
