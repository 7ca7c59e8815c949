//! Cgroups: the kernel's account of all that a program started, and its limits.

mod file;
mod groups;
mod leaf;
mod place;
mod reading;
mod v1;
mod v2;

pub(super) use groups::{Groups, is_group, kill_and_remove};
pub(super) use leaf::CgroupLeaf;
pub(super) use reading::{MemoryReading, pids};
