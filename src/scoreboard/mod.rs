//! The weekly scoreboard: nine figures, the sets that are behind them, a history that survives merges, and the rule that nothing
//! worsens unless an exception names what, why, for how long, and who signs.

mod badge;
mod changes;
mod exception;
mod figure;
mod forecast;
mod history;
mod joined;
mod judge;
mod lane;
mod measure;
mod number;
mod regression;
mod row;
mod table;
mod tree;
mod written;

pub use badge::{badge, badge_value};
pub use changes::{NamesChange, changes};
pub use exception::{Exception, ExceptionFault, RollbackPlan, stricter_exception};
pub use figure::{Better, FIGURES, Figure, FigureScope, by_id};
pub use forecast::{Forecast, forecast, sparkline};
pub use history::{History, HistoryError, Put, last_lanes, lost_rows, merge_histories, week};
pub use judge::{Judged, RegressionVerdict, judge};
pub use lane::{LaneFigures, is_compared, is_pass};
pub use measure::{RowInputs, row};
pub use number::Number;
pub use regression::{Worsening, of_lanes, of_trees};
pub use row::{Measured, PublicNamesFigure, Row};
pub use table::{cell, columns, merge_rows, table_line};
pub use tree::Tree;
pub use written::{draft, file_name};
