//! The text of a stub, from the template that is compiled in or from the workspace's own.

use crate::base::template::{Template, TemplateError};

/// The file name of the template, in `stubs/` here and in the workspace's folder of templates.
pub const TEMPLATE: &str = "stub.py.j2";
const BUILT_IN: &str = include_str!("../../stubs/stub.py.j2");

/// The template of every stub.
pub struct Templates(Template);

#[derive(serde::Serialize)]
struct Names<'a> {
    name: &'a str,
    kind: &'a str,
}

impl Templates {
    /// `own` is the workspace's template, where it has one. It is tried out at once.
    pub fn new(own: Option<&str>) -> Result<Self, TemplateError> {
        let res = Self(Template::new(TEMPLATE, own.unwrap_or(BUILT_IN))?);
        for is_package in [false, true] {
            let text = res.render("a.b", is_package)?;
            crate::python::parse(&text).map_err(|error| TemplateError {
                name: TEMPLATE.into(),
                line: Some(error.line),
                reason: format!("what it gives is not Python: {error}"),
            })?;
        }
        Ok(res)
    }

    /// The text of the stub for `name`.
    pub fn render(&self, name: &str, is_package: bool) -> Result<String, TemplateError> {
        self.0.render(Names { name, kind: if is_package { "package" } else { "module" } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_template_satisfies_molts_gates() {
        let text = Templates::new(None).unwrap().render("xml.dom", true).unwrap();
        for needed in [
            "`xml.dom`",
            "from _intrinsics import require_intrinsic as _require_intrinsic\n",
            "_require_intrinsic(\"molt_capabilities_has\", globals())\n",
            "status:planned)",
            "raise RuntimeError(",
        ] {
            assert!(text.contains(needed), "{needed}");
        }
        assert!(!text.contains("3.1"), "a new series must not touch every stub");
    }

    #[test]
    fn a_template_that_cannot_work_is_refused_before_it_is_used() {
        let error = |text: &str| Templates::new(Some(text)).err().unwrap().to_string();
        assert!(error("{{ nmae }}\n").contains("line 1"));
        assert!(error("{% if %}").contains("line 1"));
        assert!(error("def {{ kind }}(:\n").contains("is not Python"));
    }
}
