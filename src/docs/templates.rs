//! The document templates: one a managed block, and the skeletons that `init` starts from.

use std::collections::BTreeMap;

use super::{
    facts::DocFacts,
    text::number::{SMALL, TENS},
};
use crate::base::template::{Template, TemplateError};

/// A managed block that comes with the tool.
pub struct Block {
    /// Its name in the markers.
    pub name: &'static str,
    /// The document that it belongs into.
    pub document: ManagedDocument,
    text: &'static str,
}

/// A document that has managed blocks. The settings say where it is, in `paths` under its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagedDocument {
    /// The status page.
    Status,
    /// The roadmap.
    Roadmap,
    /// The operations handbook.
    Operations,
}

impl ManagedDocument {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Status, Self::Roadmap, Self::Operations];

    /// Its role, which is its key in `paths`.
    pub fn role(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Roadmap => "roadmap",
            Self::Operations => "operations",
        }
    }

    /// The page that a new workspace begins with, without its blocks.
    pub fn skeleton(self) -> &'static str {
        match self {
            Self::Status => include_str!("../../docs-templates/init/status.md"),
            Self::Roadmap => include_str!("../../docs-templates/init/roadmap.md"),
            Self::Operations => include_str!("../../docs-templates/init/operations.md"),
        }
    }
}

/// The block of the status page.
pub const STATUS: &str = "stdlib-status";
/// The block of the roadmap.
pub const ROADMAP: &str = "stdlib-growth";

/// Every block, in the order of the documents.
pub const BLOCKS: &[Block] = &[
    Block {
        name: STATUS,
        document: ManagedDocument::Status,
        text: include_str!("../../docs-templates/stdlib-status.md.j2"),
    },
    Block {
        name: ROADMAP,
        document: ManagedDocument::Roadmap,
        text: include_str!("../../docs-templates/stdlib-growth.md.j2"),
    },
    Block {
        name: "stdlib-refresh",
        document: ManagedDocument::Operations,
        text: include_str!("../../docs-templates/stdlib-refresh.md.j2"),
    },
];

/// What the tool's own blocks and values can say in documents, without the lines of gates and the values of the workspace's own facts.
pub fn spoken() -> impl Iterator<Item = &'static str> {
    let numbers = SMALL.into_iter().chain(TENS).chain(["hundred", "thousand", "and", "none", "no", "complete"]);
    let statuses = ["backed", "partial", "support", "intrinsic", "policy", "gate", "probe", "python", "only"];
    BLOCKS.iter().map(|it| it.text).chain(numbers).chain(statuses)
}

/// The templates of every block, with the workspace's own where it has them.
pub struct DocTemplates(BTreeMap<&'static str, Template>);

impl DocTemplates {
    /// `own` gives the workspace's template for a file name, if any.
    pub fn new(own: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        let parse = |block: &Block| {
            let file = format!("{}.md.j2", block.name);
            let text = own.get(&file).map_or(block.text, String::as_str);
            Ok((block.name, Template::new(&file, text)?))
        };
        BLOCKS.iter().map(parse).collect::<Result<_, _>>().map(Self)
    }

    /// The content of a block; none for a block that the tool does not know.
    pub fn render(&self, block: &str, facts: &DocFacts) -> Result<Option<String>, TemplateError> {
        self.0.get(block).map(|template| template.render(facts)).transpose()
    }
}
