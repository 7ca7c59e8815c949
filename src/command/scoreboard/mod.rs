//! `molt-sync scoreboard`: the nine figures of a week, their history, and the rule that nothing worsens unsigned.

mod args;
mod badge;
mod check;
mod except;
mod facts;
mod html;
mod links;
mod measured;
mod merge_driver;
mod record;
mod reports;
mod rollback;
mod show;
mod standing;
mod subcommand;

pub use args::ScoreboardCommand;
pub(super) use record::weekly as record_weekly;
pub use subcommand::run;
