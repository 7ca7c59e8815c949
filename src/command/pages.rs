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
    host::create_dir(folder).map_err(|error| Failure::io("make", folder, &error))?;
    let is_ours = |there: &[u8]| String::from_utf8_lossy(there).contains(".TH MOLT-SYNC");
    let mut prepared = Vec::new();
    for (name, text) in pages {
        let path = folder.join(name);
        let it = host::Prepared::new(&path, text.as_bytes(), is_ours);
        prepared.push((it.map_err(|error| Failure::io("write", &path, &error))?, path));
    }
    for (it, path) in prepared {
        it.keep().map_err(|error| Failure::io("write", &path, &error))?;
    }
    let done = format!("{} pages are in {}", pages.len(), folder.display());
    if context.options.format == Format::Json {
        return context.text(&done);
    }
    context.terminal.note(&done);
    Ok(())
}
