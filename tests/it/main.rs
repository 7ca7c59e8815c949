//! Behaviour that a user can see: the program on workspaces and releases that are built in code.

#![allow(clippy::disallowed_methods, reason = "tests build their world on disk")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]
#![allow(unreachable_pub, missing_docs, reason = "there is nothing outside of a test program")]

mod accept;
mod accept_changed;
mod archives;
mod as_committed;
mod bad_input;
mod bad_server;
mod baselines;
mod behind_links;
#[cfg(unix)]
mod book;
#[cfg(unix)]
mod book_pages;
mod bounded;
mod bounded_newer;
mod changed_data;
mod changes;
mod checkouts;
mod circles;
mod common_commits;
mod cut_off;
#[cfg(unix)]
mod damaged_inputs;
#[cfg(unix)]
mod damaged_readers;
mod differential;
mod differential_bad_input;
mod differential_bazel;
mod differential_passes;
mod differential_python;
mod differential_rules;
mod differential_runs;
mod docs_bad_input;
mod docs_bind;
mod docs_check;
mod docs_excused;
mod docs_fed;
mod docs_follow;
mod docs_gates;
mod docs_laws;
mod docs_lost;
mod docs_new_only;
mod docs_output;
mod docs_records;
mod docs_settings;
mod docs_sync;
mod docs_versions;
mod documents;
mod door;
#[cfg(unix)]
mod examples;
mod execution_plan;
mod failed_reads;
mod foreign_git;
mod gates;
mod gates_bad_input;
mod gates_command;
mod gates_excused;
mod gates_output;
mod gates_revisions;
mod generated_places;
mod git_refusals;
mod guarded;
mod half_done;
mod help;
mod hooks;
mod hostile_archives;
mod hostile_interfaces;
mod hostile_zips;
mod house;
mod install;
#[cfg(target_os = "linux")]
mod instructions;
mod interfaces;
mod landed;
mod licences;
mod listed;
mod merges;
mod messages;
mod mirrors;
mod names_at_hand;
mod network_words;
mod new_series;
mod obstacles;
mod odd_names;
mod other_repositories;
mod other_settings;
mod own_excuses;
mod own_gates;
#[cfg(unix)]
mod packaging;
mod parity;
mod partial_sources;
mod pinned;
mod pinned_commands;
mod places;
mod planted;
mod proposals;
mod proposed_code;
mod proposed_documents;
mod proposed_lock;
mod proposed_spellings;
mod proposed_stubs;
mod proposed_text;
mod public_names;
mod quoting;
mod real;
mod recorded_union;
mod refresh;
mod refresh_gates;
#[cfg(target_os = "linux")]
mod running;
mod sbom;
mod schedulers;
mod schemas;
mod scoreboard;
mod scoreboard_bad_input;
mod scoreboard_merges;
mod scoreboard_page;
mod scoreboard_readers;
mod scoreboard_rollback;
mod signatures;
mod start;
mod stubs;
mod subfolder;
mod support;
mod together;
mod unasked;
mod uncounted_names;
mod units;
mod upstream;
mod usage;
mod vouched;
mod watch_replay;
mod watch_untold;
mod watching;
mod weeks;
