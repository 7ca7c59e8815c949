//! What a workspace holds besides its modules, each input read in one place, from the disk, from a revision or as a change would leave
//! it; and what is wrong with one that cannot be used.

mod damage;
mod history;
mod index;
mod layout;
mod other_union;
mod records;
mod side;
mod sign_off;
mod sign_offs;
mod snapshot;
mod sources;
mod templates;

pub use damage::{Damage, DamageKind, Input, Reading};
pub use history::{history, last_row_facts};
pub use index::{coverage_index, indexed_paths, indexed_tests};
pub use layout::{judged_places, read_places, tree_places};
pub use other_union::OtherUnion;
pub use records::{
    all_unmerged, attestation, baseline_path, baselines, dialect, each_baseline, last_refresh, lock, lock_text, parsed,
    paths_by_role, ratchet, union_file, whole_records,
};
pub use side::Side;
pub use sign_off::{SignOff, SignedToday, free_sign_off, quoted, quoted_list};
pub use sign_offs::{
    MOST_SIGN_OFFS, OLDER, OnFile, RECALLED, accepted_older, accepted_recalls, doubts_on_file, exceptions, on_file,
    sign_offs, signed_for,
};
pub use snapshot::Snapshot;
pub use sources::{ATTESTED, SourceEffect, Unknown, forget, unknown};
pub use templates::{doc_templates, stub_templates, templates};
