//! The module that an import names.

use ruff_python_ast::StmtImportFrom;

/// A module, as a `from` names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImportOrigin {
    /// Dots before the name.
    pub level: u32,
    /// The name behind them.
    pub module: String,
}

impl ImportOrigin {
    pub(super) fn of(it: &StmtImportFrom) -> Self {
        Self { level: it.level, module: it.module.as_ref().map(ToString::to_string).unwrap_or_default() }
    }
}
