//! The text of a stub, from the template that is compiled in or from the workspace's own.

use crate::{
    base::{
        Dialect,
        template::{Template, TemplateError},
    },
    python,
};

/// The file name of the template, in `stubs/` here and in the workspace's folder of templates.
pub const TEMPLATE: &str = "stub.py.j2";
const BUILT_IN: &str = include_str!("../../stubs/stub.py.j2");

/// The template of every stub, and the one that is built in besides: a workspace with a template of its own may still
/// have stubs of that one.
pub struct Templates {
    template: Template,
    built_in: Template,
    /// Bytes of the longest sample.
    longest: usize,
}

#[derive(serde::Serialize)]
struct Names<'a> {
    name: &'a str,
    kind: &'a str,
}

impl<'a> Names<'a> {
    fn new(name: &'a str, is_package: bool) -> Self {
        Self { name, kind: if is_package { "package" } else { "module" } }
    }
}

impl Templates {
    /// `own` is the workspace's template, where it has one. It is tried out at once.
    pub fn new(own: Option<&str>) -> Result<Self, TemplateError> {
        let template = Template::small(TEMPLATE, own.unwrap_or(BUILT_IN))?;
        let mut res = Self { template, built_in: Template::small(TEMPLATE, BUILT_IN)?, longest: 0 };
        res.longest = res.possible("a.b").iter().map(String::len).max().unwrap_or_default();
        for is_package in [false, true] {
            let text = res.render("a.b", is_package)?;
            let fail = |line, reason| TemplateError { name: TEMPLATE.into(), line, reason };
            let module = python::parse(&text)
                .map_err(|error| fail(Some(error.line), format!("what it gives is not Python: {error}")))?;
            let loads = python::summarize(&module, &text, Dialect::default()).loads;
            if !loads.iter().any(|(it, _)| &**it != "molt_stdlib_probe") {
                return Err(fail(None, "what it gives loads no intrinsic, so Molt's gates would refuse it".into()));
            }
        }
        Ok(res)
    }

    /// The text of the stub for `name`.
    pub fn render(&self, name: &str, is_package: bool) -> Result<String, TemplateError> {
        self.template.render(Names::new(name, is_package))
    }

    /// Whether a text of so many bytes can be one of them, a formatter's work included. It may be wrong only for a
    /// template that repeats the name more than a dozen times.
    pub(super) fn may_be(&self, length: usize, name: &str) -> bool {
        length <= 2 * self.longest + 16 * name.len()
    }

    /// Every text that this tool may have written for `name`.
    pub(super) fn possible(&self, name: &str) -> Vec<String> {
        let all = [(&self.template, false), (&self.template, true), (&self.built_in, false), (&self.built_in, true)];
        all.into_iter()
            .filter_map(|(template, is_package)| template.render(Names::new(name, is_package)).ok())
            .collect()
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
        assert!(error("print(1)\n").contains("loads no intrinsic"));
    }
}
