//! What every form says where a branch is judged by other settings than its base: nothing else of the answer tells that another tree,
//! other documents or other bounds were looked at.

/// The sentence; none where the settings are the same.
pub fn other_settings(differs: &[String]) -> Option<String> {
    let keys = differs.join(", ");
    let said = || format!("this branch has other settings than its base, and each is judged by its own: {keys}");
    (!differs.is_empty()).then(said)
}
