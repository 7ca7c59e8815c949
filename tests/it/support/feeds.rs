//! The feeds of settings: a test asks those that it has, and no other one that there is.

use molt_sync::config::Feeds;

/// `[feeds]` with the address of each feed that is asked; all others are switched off, those that are added one day too.
pub fn feeds(asked: &[(&str, &str)]) -> String {
    let all = serde_json::to_value(Feeds::default()).unwrap();
    let all = all.as_object().unwrap();
    assert!(asked.iter().all(|it| all.contains_key(it.0)), "{asked:?}");
    let address = |key: &str| asked.iter().find(|it| it.0 == key).map_or("", |it| it.1).to_owned();
    let lines = all.keys().map(|key| format!("{key} = \"{}\"\n", address(key)));
    format!("[feeds]\n{}", lines.collect::<String>())
}
