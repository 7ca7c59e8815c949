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
/// Words that every stub of the built-in template has.
const BUILT_IN_WORDS: &str = "molt-sync keeps it while it stays as generated";

/// How the tree's own generators write what varies from one Molt to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StubStyle {
    /// Whether the progress marker is `STDLIB_GAP(`, as Molt's generators write it since 2026-02-25 (commit 4ad3dcd72), and not `TODO(`.
    pub says_gap: bool,
    /// Whether a module takes the loader's name out of its namespace again, as Molt's stubs do since 2026-03-19 (commit
    /// 6df4eba45).
    pub hides_loader: bool,
}

impl StubStyle {
    /// That of 2026-02.
    pub const EARLY: Self = Self { says_gap: false, hides_loader: false };
    /// That of 2026-08.
    pub const LATE: Self = Self { says_gap: true, hides_loader: true };

    /// The form of a dialect.
    pub fn of(dialect: Dialect) -> Self {
        Self { says_gap: dialect.traits().gaps, hides_loader: dialect.is_late() }
    }
}

/// The template of every stub, and the one that is built in besides: a workspace with a template of its own may still
/// have stubs of that one.
pub struct Templates {
    template: Template,
    built_in: Template,
    has_own: bool,
    form: StubStyle,
    /// Bytes of the longest sample.
    longest: usize,
}

#[derive(serde::Serialize)]
struct StubNames<'a> {
    name: &'a str,
    kind: &'a str,
    marker: &'a str,
    hides_loader: bool,
}

impl<'a> StubNames<'a> {
    fn new(name: &'a str, is_package: bool, form: StubStyle) -> Self {
        Self {
            name,
            kind: if is_package { "package" } else { "module" },
            marker: if form.says_gap { "STDLIB_GAP" } else { "TODO" },
            hides_loader: form.hides_loader,
        }
    }
}

impl Templates {
    /// `own` is the workspace's template, where it has one. It is tried out at once.
    pub fn new(own: Option<&str>) -> Result<Self, TemplateError> {
        let template = Template::small(TEMPLATE, own.unwrap_or(BUILT_IN))?;
        let built_in = Template::small(TEMPLATE, BUILT_IN)?;
        let mut res = Self { template, built_in, has_own: own.is_some(), form: StubStyle::EARLY, longest: 0 };
        res.longest = res.possible("a.b", BUILT_IN_WORDS).map(|it| it.len()).max().unwrap_or_default();
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

    /// The same templates, which write stubs in another form from now on. Those of every form are recognised.
    #[must_use]
    pub fn in_form(self, form: StubStyle) -> Self {
        Self { form, ..self }
    }

    /// Whether the workspace has a template of its own, which counts for every new stub.
    pub(super) fn are_own(&self) -> bool {
        self.has_own
    }

    /// Whether the tree's generators write the later progress marker.
    pub(super) fn says_gap(&self) -> bool {
        self.form.says_gap
    }

    /// The text of the stub for `name`.
    pub fn render(&self, name: &str, is_package: bool) -> Result<String, TemplateError> {
        self.template.render(StubNames::new(name, is_package, self.form))
    }

    /// Whether a text of so many bytes can be one of them, a formatter's work included. It may be wrong only for a
    /// template that repeats the name more than a dozen times.
    pub(super) fn may_be(&self, length: usize, name: &str) -> bool {
        length <= 2 * self.longest + 16 * name.len()
    }

    /// Every text that this tool may have written for `name`, as far as `text` can be one of them.
    pub(super) fn possible(&self, name: &str, text: &str) -> impl Iterator<Item = String> {
        // the words of a docstring outlive every formatter
        let built_in = text.contains(BUILT_IN_WORDS).then_some(&self.built_in);
        let own = self.has_own.then_some(&self.template);
        own.into_iter().chain(built_in).flat_map(move |template| {
            [(StubStyle::EARLY, false), (StubStyle::EARLY, true), (StubStyle::LATE, false), (StubStyle::LATE, true)]
                .into_iter()
                .filter_map(move |(form, is_package)| template.render(StubNames::new(name, is_package, form)).ok())
        })
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
