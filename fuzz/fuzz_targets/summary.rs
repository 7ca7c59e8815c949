//! Any bytes as a module: decoding, parsing and the summary must end, and every place must lie in the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use molt_sync::{
    base::Dialect,
    python::{Span, decode, parse, summarize},
};

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = decode(bytes.to_vec()) else { return };
    let Ok(module) = parse(&source.text) else { return };
    for dialect in Dialect::ALL {
        let found = summarize(&module, &source.text, dialect);
        let loads = found.loads.iter().map(|(_, span)| *span);
        let hosts = found.host_fallbacks.iter().map(|it| it.span);
        let single = [found.loader, found.marker];
        let lists = [&found.import_fallbacks, &found.pass_fallbacks, &found.optional_loads];
        let tries = lists.into_iter().chain([&found.registry, &found.forbidden_imports]).flatten().copied();
        for Span { start, end } in loads.chain(hosts).chain(single.into_iter().flatten()).chain(tries) {
            assert!(source.text.get(start as usize..end as usize).is_some_and(|it| !it.is_empty()));
        }
    }
});
