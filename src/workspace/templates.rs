//! The templates of the workspace's own.

use std::collections::BTreeMap;

use super::damage::{Damage, Input, Reading};
use crate::{
    base::{FileError, Files, RelPath, limits, template::TemplateError},
    config::Paths,
    docs::DocTemplates,
    stubs::{TEMPLATE, Templates},
};

/// The template of stubs, that of the files where they have one.
pub fn stub_templates(files: &dyn Files, paths: &Paths) -> Reading<Templates> {
    let own = templates(files, &paths.stub_templates)?.remove(TEMPLATE);
    Templates::new(own.as_deref()).map_err(|error| damage(&paths.stub_templates, &error))
}

/// Those of documents.
pub fn doc_templates(files: &dyn Files, paths: &Paths) -> Reading<DocTemplates> {
    DocTemplates::new(&templates(files, &paths.doc_templates)?).map_err(|error| damage(&paths.doc_templates, &error))
}

/// The templates in `folder`, by file name.
pub fn templates(files: &dyn Files, folder: &RelPath) -> Reading<BTreeMap<String, String>> {
    let mut res = BTreeMap::new();
    let paths = files.list(folder, ".j2")?;
    if paths.len() > limits::TEMPLATES {
        let why = format!("it has {} templates, and more than {} are not read", paths.len(), limits::TEMPLATES);
        return Err(FileError { path: folder.clone(), source: std::io::Error::other(why) }.into());
    }
    for path in paths {
        if let Some(text) = files.text(&path)? {
            // what it gives would have both sides too
            if let Some(damage) = Damage::conflict(Input::Template, path.as_str(), &text) {
                return Err(damage);
            }
            // what a template gives is compared line by line, however its own lines end
            res.insert(path.file_name().to_owned(), text.replace("\r\n", "\n"));
        }
    }
    Ok(res)
}

/// That of a template in `folder` that cannot be used.
fn damage(folder: &RelPath, error: &TemplateError) -> Damage {
    let place = error.line.map_or(String::new(), |it| format!("line {it}: "));
    Damage::text(Input::Template, folder.join(&error.name).as_str(), "", format!("{place}{}", error.reason))
}
