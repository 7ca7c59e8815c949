//! `molt-sync init --github` and `--systemd`: what runs the watcher and the checks, written for a workspace that is there.

mod form;
mod github;
mod install;
mod path;
mod systemd;
mod write;

pub(super) use github::is_outdated;
pub(super) use install::InstallSource;
pub(super) use write::{Schedulers, run};
