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

# the picture in the README and in the book, from a real run
picture:
    MOLT_SYNC_PIN=1 cargo test --locked --test it book::the_picture

# the parts of the book that are generated from the program
book-pages:
    MOLT_SYNC_PIN=1 cargo test --locked --test it book_pages::

# spelling, licences and sources (typos and cargo-deny have to be installed)
words:
    typos
    cargo deny --locked check bans licenses sources

# what has to pass before a commit
check: lint test

# speed and memory against the named peers, written to benches/RESULTS.md (MOLT_SYNC_CORPUS is a mirror with real releases,
# MOLT_SYNC_CHECKOUT one or more Molt checkouts; peers that are not installed are named as not measured; what else can be set is
# told in benches/peers/main.rs)
bench:
    PATH="$PWD/target/tools/bin:$PATH" cargo bench --locked --bench peers

# the peers that can be had: ruff and griffe from pip, igzip from Debian; they go into target/tools
peers:
    python3 -m venv target/tools
    target/tools/bin/pip install --quiet ruff griffe packaging
    command -v igzip || apt-get install -qq -y --no-install-recommends isal

# kills, races, faults and properties over and over, for so many rounds (100 take some minutes)
soak ROUNDS='1000':
    cargo build --release --locked
    MOLT_SYNC_ROUNDS={{ROUNDS}} MOLT_SYNC_BINARY="$PWD/target/release/molt-sync" cargo test --locked --test it cut_off:: -- --nocapture --test-threads 1
    MOLT_SYNC_ROUNDS={{ROUNDS}} cargo test --locked --lib a_changeset_is_old_or_new -- --nocapture
    PROPTEST_CASES=$(({{ROUNDS}} * 10)) cargo test --locked --lib

# each fuzz target for so many seconds, from hostile archives and bundles (cargo-fuzz and a nightly toolchain have to be installed)
fuzz SECONDS='600':
    MOLT_SYNC_FUZZ_SEEDS="$PWD/fuzz/corpus" cargo test --locked --test it seeds_for
    for it in fuzz/fuzz_targets/*.rs; do cargo +nightly fuzz run -s none "$(basename "$it" .rs)" -- -max_total_time={{SECONDS}} -print_final_stats=1 || exit 1; done

# changes of the code at so many drawn places, and how many of them the tests see
mutants SEED='1' COUNT='150':
    cargo run --locked --manifest-path fuzz/mutants/Cargo.toml -- {{SEED}} {{COUNT}}

# the instructions of `gates`, counted by valgrind, as the figure that CI compares with
instructions:
    cargo build --release --locked
    MOLT_SYNC_PIN=1 MOLT_SYNC_BINARY="$PWD/target/release/molt-sync" cargo test --locked --test it instructions::

# the whole job on real releases (needs MOLT_SYNC_CORPUS; MOLT_SYNC_CHECKOUT adds a Molt checkout)
e2e:
    cargo run --release --locked -- demo
    cargo test --release --locked --test it real::

# what CI runs
ci:
    .ci/run

# Molt's own checker and the gates side by side, on changed copies of a Molt checkout of 2026-02-13 (needs python3.12)
parity CHECKOUT:
    MOLT_SYNC_PARITY="$(cd {{CHECKOUT}} && pwd)" cargo test --release --locked --test it parity:: -- --nocapture
