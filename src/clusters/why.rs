//! Why a module matters to the order: the shortest chains of imports by which modules of the clusters come to it.

use super::Order;
use crate::audit::Graph;

/// One chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain<'a> {
    /// The id of the cluster where it begins.
    pub cluster: &'a str,
    /// Its modules, both ends included: at most [`MOST_NAMED`].
    pub modules: Vec<&'a str>,
}

/// The most modules of a chain that are named.
pub const MOST_NAMED: usize = 50;

/// The shortest chain from each module of the order that imports `name`, directly or not.
pub fn chains<'a>(order: &'a Order, graph: &Graph<'a>, name: &str) -> Vec<Chain<'a>> {
    let seeds = order.clusters.iter().flat_map(|it| it.modules().map(move |module| (it.id.as_str(), module)));
    // one walk from its end answers for all of them
    let turned = graph.turned();
    let ways = turned.ways([name]);
    let chain = |(cluster, module): (&'a str, &'a str)| {
        let modules = ways.back(module, MOST_NAMED);
        (modules.len() > 1).then_some(Chain { cluster, modules })
    };
    seeds.filter_map(chain).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::{
        audit::{Audit, Rules, Status},
        base::{Dialect, Memory, RelPath},
        clusters::{Candidate, KnownTree, OrderStanding, candidates},
    };

    const LOAD: &str = "require_intrinsic('molt_x')\n";

    fn audit(tree: &[(&str, &str)], attested: &[&str]) -> Audit {
        let root = RelPath::new("s").unwrap();
        let files = tree.iter().map(|(path, text)| (root.join(path), text.as_bytes().to_vec())).collect();
        let attested: BTreeSet<String> = attested.iter().map(|it| (*it).to_owned()).collect();
        let rules = Rules { dialect: Dialect::February, attested: &attested, stubs: None, is_early: false };
        Audit::run(&Memory(files), &root, rules).unwrap()
    }

    fn order() -> Order {
        let text = "## Execution order\n1. First: `a`, `gone`\n2. Second:\n   - `b`\n   - `c`\n";
        Order::read(text, &RelPath::new("plan.md").unwrap()).unwrap()
    }

    #[test]
    fn what_blocks_the_first_cluster_comes_first_and_is_told_with_its_chain() {
        let tree = [
            ("a.py", "require_intrinsic('molt_x')\nimport m\n".to_owned()),
            ("m.py", "require_intrinsic('molt_x')\nimport deep\n".to_owned()),
            ("deep.py", "x = 1\n".to_owned()),
            ("b.py", LOAD.to_owned()),
            ("c.py", LOAD.to_owned()),
            ("other.py", "require_intrinsic('molt_x')\nimport c\n".to_owned()),
        ];
        let tree: Vec<(&str, &str)> = tree.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let audit = audit(&tree, &["b"]);
        let (graph, order) = (Graph::new(&audit), order());
        let found = chains(&order, &graph, "deep");
        assert_eq!(found, [Chain { cluster: "first", modules: vec!["a", "m", "deep"] }]);
        let tests: BTreeMap<String, Vec<String>> = [("a".to_owned(), vec!["t/a.py".to_owned()])].into();
        let known = KnownTree { audit: &audit, graph: &graph, tests: &tests, missing_names: &|_| None };
        let standing = OrderStanding::new(&order, &known);
        let all = candidates(&standing, &known);
        let names: Vec<&str> = all.iter().map(|it| it.module.name).collect();
        assert_eq!(names, ["deep", "gone", "a", "c", "other", "m"], "what is finished is none, what waits is behind");
        let reason = |name: &str| all.iter().find(|it| it.module.name == name).map(Candidate::reason).unwrap();
        assert!(reason("deep").contains("a waits for it"), "{}", reason("deep"));
        assert!(reason("a").contains("it waits for deep") && reason("a").contains("1 test ready"), "{}", reason("a"));
        assert!(reason("gone").starts_with("the tree does not have it"));
        let of_b = standing.modules().find(|(_, it)| it.name == "b").unwrap().1;
        assert_eq!((of_b.status, of_b.intrinsics.as_slice(), of_b.step), (Some(Status::Backed), &["molt_x"][..], 1));
    }

    #[test]
    fn more_importers_and_more_tests_bring_more() {
        let tree = [("p.py", LOAD), ("q.py", LOAD), ("r.py", "require_intrinsic('molt_x')\nimport q\n")];
        let audit = audit(&tree, &[]);
        let graph = Graph::new(&audit);
        let order = Order { clusters: Vec::new(), source: None };
        for (tested, expected) in [(&["r"][..], ["q", "r", "p"]), (&["p", "p", "p"], ["p", "q", "r"])] {
            let mut tests: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for it in tested {
                tests.entry((*it).to_owned()).or_default().push("t/x.py".into());
            }
            let known = KnownTree { audit: &audit, graph: &graph, tests: &tests, missing_names: &|_| None };
            let all = candidates(&OrderStanding::new(&order, &known), &known);
            assert_eq!(all.iter().map(|it| it.module.name).collect::<Vec<_>>(), expected);
        }
    }
}
