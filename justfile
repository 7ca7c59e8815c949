# what there is to run
default:
    @just --list

# lay the code out
fmt:
    cargo fmt

# the lints of the house
lint:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings

# the tests
test:
    cargo test --locked

# what has to pass before a commit
check: lint test

# speed and memory against the named peers, as ratios (needs MOLT_SYNC_CORPUS, a mirror with real releases)
bench:
    cargo bench --locked --bench peers

# the whole job on real releases (needs MOLT_SYNC_CORPUS; MOLT_SYNC_CHECKOUT adds a Molt checkout)
e2e:
    cargo run --release --locked -- demo
    cargo test --release --locked --test it real::

# what CI runs
ci:
    .ci/run
