//! Pages of the manual as files: all of them are written, or none that was there is touched.

use std::path::Path;

use crate::{
    command::support::{
        context::{Context, Format},
        failure::Failure,
    },
    host,
};

/// Writes pages by their names into a folder, which is made where it is not there. Other files of a page's name are left alone.
///
/// # Errors
/// When one of them cannot be written, or another file has its place.
pub fn write_pages(context: &Context, folder: &Path, pages: &[(String, String)]) -> Result<(), Failure> {
    context.must_stay(&folder.join("page"))?;
    let is_ours = |_: &str, there: &[u8]| String::from_utf8_lossy(there).contains(".TH MOLT-SYNC");
    host::write_file_set(folder, pages.iter().map(|(name, text)| (name.as_str(), text.as_bytes())), is_ours)?;
    let done = format!("{} pages are in {}", pages.len(), folder.display());
    if context.options.format == Format::Json {
        return context.text(&done);
    }
    context.terminal.note(&done);
    Ok(())
}
