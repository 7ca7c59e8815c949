//! Opening the workspace of a run: its settings are read, and what had been cut off is finished or taken back first.

use std::{path::PathBuf, sync::Arc};

use crate::{
    base::{Files as _, RelPath, number_of},
    command::support::{
        commit::{Abandoned, abandon, overtaken},
        context::{Context, no_workspace},
        failure::{Exit, Failure},
        workspace::Workspace,
    },
    config::{Config, FILE},
    host::{self, Disk, Recovered},
    workspace::{Damage, Input},
};

/// What is said of a store that came with the repository.
const TRACKED: &str = ".molt-sync is in git's index, where molt-sync never puts it: it came with a commit";

impl Context {
    /// Finds the workspace and reads its configuration. A changeset that was cut off is finished first.
    pub(in crate::command) fn workspace(&self) -> Result<Workspace, Failure> {
        self.workspace_for(false)
    }

    /// The same for a run that writes where `writes`: nobody else does until it ends.
    pub(in crate::command) fn workspace_for(&self, writes: bool) -> Result<Workspace, Failure> {
        let root = self.root()?;
        self.checked(root, writes)
    }

    /// The workspace that the run is in, where it is in one. One that cannot be read is a failure, and not none.
    pub(in crate::command) fn workspace_around(&self) -> Result<Option<Workspace>, Failure> {
        if self.options.root.is_some() {
            return self.workspace().map(Some);
        }
        match Self::found()? {
            Ok(root) => {
                let config = self.config(&root)?;
                let has_modules = self.disk(&root).has_folder(&config.paths.stdlib)?;
                if has_modules || self.options.config.is_some() {
                    self.opened(root, config, false).map(Some)
                } else if host::is_there(&root.join(FILE)).map_err(|error| Failure::io("look for", &root, &error))? {
                    // its settings name another folder than the one that the modules are in
                    self.checked(root, false).map(Some)
                } else {
                    Ok(None)
                }
            }
            Err(_) => Ok(None),
        }
    }

    fn checked(&self, root: PathBuf, writes: bool) -> Result<Workspace, Failure> {
        let config = self.config(&root)?;
        let stdlib = &config.paths.stdlib;
        if self.options.config.is_none() && !self.disk(&root).has_folder(stdlib)? {
            let has_settings = host::is_there(&root.join(FILE));
            if has_settings.map_err(|error| Failure::io("look for", &root, &error))? {
                let message = format!("{} is a workspace without modules: there is no {stdlib}", root.display());
                let hint = format!("set `paths.stdlib` in {FILE} to the folder that has them, or restore it from git");
                return Err(Failure::new(Exit::Usage, message, hint));
            }
            return Err(no_workspace(&root.display().to_string()).with_details([format!("there is no {stdlib}")]));
        }
        self.opened(root, config, writes)
    }

    /// The same for a folder that was named, whether or not there are modules in it.
    pub(in crate::command) fn tree(&self) -> Result<Workspace, Failure> {
        let root = self.root()?;
        let config = self.config(&root)?;
        self.opened(root, config, false)
    }

    fn opened(&self, root: PathBuf, config: Config, writes: bool) -> Result<Workspace, Failure> {
        self.refuse_cache_in(&root)?;
        self.reading.begin();
        let run = host::command_line();
        let (writer, recovered) = if writes {
            self.refuse_tracked_store(&root)?;
            let _undisturbed = host::undisturbed();
            let (writer, recovered) = host::Writer::open(&root, &run)?;
            match abandon(&root, &writer, false)? {
                Abandoned::Nothing | Abandoned::Came | Abandoned::SetAside(_) => {}
                Abandoned::Overtaken(files) => self.warn(&overtaken(files)),
                Abandoned::TakenBack(_) => {
                    self.terminal.warn("a run had been cut off before its commit; what it did was taken back first");
                }
            }
            (Some(writer), recovered)
        } else {
            if self.tracks_store(&root) {
                self.terminal.warn(&format!("{TRACKED}; nothing in it is believed"));
            }
            (None, host::settle(&root, &run)?)
        };
        let finished = match recovered {
            Recovered::Finished(run, files) => {
                let files = number_of(files, "file");
                self.terminal.warn(&format!("`{run}` had been cut off; its change of {files} was finished first"));
                Some(run)
            }
            Recovered::Doubted(why) => {
                self.warn(&format!(
                    "{why}: it was not carried out, and the files are taken as they are; `molt-sync recover` says more"
                ));
                None
            }
            _ => None,
        };
        let disk = self.disk(&root);
        let (reading, named) = (Arc::clone(&self.reading), self.options.config.clone());
        let cache = self.cache_if_any();
        Ok(Workspace { root, disk, config, writer, reading, named, finished, cache })
    }

    /// Refuses a workspace whose repository carries what is molt-sync's own.
    pub(in crate::command) fn refuse_tracked_store(&self, root: &std::path::Path) -> Result<(), Failure> {
        if !self.tracks_store(root) {
            return Ok(());
        }
        let hint = "nothing was written; see where it comes from, and take it out: `git rm -r --cached .molt-sync`, and remove the folder";
        Err(Failure::new(Exit::Person, TRACKED, hint))
    }

    /// Whether the store at the root came with a commit. Where git does not say, that is told, and the store is believed no
    /// more for it.
    fn tracks_store(&self, root: &std::path::Path) -> bool {
        if !host::has_own_store(root) {
            return false;
        }
        host::git::tracks_store(root).unwrap_or_else(|error| {
            self.terminal.note(&format!("whether .molt-sync came with a commit is not known: {error}"));
            false
        })
    }

    /// The settings of a workspace, or those that were named.
    pub(in crate::command) fn config(&self, root: &std::path::Path) -> Result<Config, Failure> {
        let (name, text) = match &self.options.config {
            Some(path) => {
                let bytes = self.read_named(path, 1 << 20)?;
                (path.display().to_string(), Some(String::from_utf8_lossy(&bytes).into_owned()))
            }
            None => (
                FILE.to_owned(),
                RelPath::new(FILE).ok().map(|path| self.disk(root).text(&path)).transpose()?.flatten(),
            ),
        };
        let Some(text) = text else { return Ok(Config::default()) };
        if let Some(damage) = Damage::conflict(Input::Settings, &name, &text) {
            return Err(damage.into());
        }
        Ok(Config::parse(&text).map_err(|error| Damage::text(Input::Settings, &name, &text, error.to_string()))?)
    }

    /// Refuses a cache that was named in the workspace, where git would take it for a part of that; and what comes with a
    /// checkout could forge what is cached.
    fn refuse_cache_in(&self, root: &std::path::Path) -> Result<(), Failure> {
        let Some(folder) = self.options.cache_dir.as_deref() else { return Ok(()) };
        host::must_not_lead_out(&folder.join("facts"), root).map_err(|error| {
            let message = format!("cannot keep the cache in {}: {error}", folder.display());
            Failure::new(Exit::Usage, message, "name a folder outside of it with --cache-dir or MOLT_SYNC_CACHE_DIR")
        })?;
        if !host::lies_in(folder, root) {
            return Ok(());
        }
        let full = host::absolute(folder);
        if host::git::is_repository(root)? && host::git::keeps_out(root, &full)? {
            return Ok(());
        }
        let message = format!("cannot keep the cache in {}: it lies in the workspace", folder.display());
        let hint =
            "name a folder outside of it with --cache-dir or MOLT_SYNC_CACHE_DIR, or have git ignore that folder";
        Err(Failure::new(Exit::Usage, message, hint))
    }

    fn disk(&self, root: &std::path::Path) -> Disk {
        Disk::watched(root, Arc::clone(&self.reading))
    }
}
