//! The recorded baselines of a workspace, one a series: `baselines/3.14.json`.

use super::baseline::Baseline;
use crate::base::{FileError, Files, RelPath, Series, limits};

/// A baseline as it stands in a workspace.
#[derive(Debug)]
pub struct RecordedBaseline {
    /// Its file.
    pub path: RelPath,
    /// The series that the file is of, by its name.
    pub series: Series,
    /// What it says, and whether its digest is that of what was written (none where it has no digest); why it cannot be used.
    pub read: Result<(Baseline, Option<bool>), FileError>,
}

/// Every baseline in `folder`, sorted by path. What stands in the place of one is never taken for nothing.
///
/// # Errors
/// When the folder cannot be listed.
pub fn recorded_baselines(files: &dyn Files, folder: &RelPath) -> Result<Vec<RecordedBaseline>, FileError> {
    let mut res = Vec::new();
    for path in files.list(folder, ".json")? {
        let Ok(series) = path.file_name().trim_end_matches(".json").parse::<Series>() else { continue };
        let is_too_many = res.len() == limits::SERIES;
        let read = if is_too_many {
            let why = format!("there are more than {} baselines, and that is not read", limits::SERIES);
            Err(FileError::unusable(&path, "", why))
        } else {
            read(files, &path, series)
        };
        res.push(RecordedBaseline { path, series, read });
        if is_too_many {
            break;
        }
    }
    Ok(res)
}

fn read(files: &dyn Files, path: &RelPath, series: Series) -> Result<(Baseline, Option<bool>), FileError> {
    let text = files.text(path)?;
    let text = text.ok_or_else(|| FileError::unusable(path, "", "it is listed, and nothing is there"))?;
    let (baseline, is_as_written) =
        Baseline::parse_recorded(&text).map_err(|error| FileError::unusable(path, &text, error.to_string()))?;
    if baseline.series != series {
        return Err(FileError::unusable(path, "", format!("it holds series {}", baseline.series)));
    }
    Ok((baseline, is_as_written))
}
