#!/bin/sh
# What Bazel starts for each shard. Runfiles are links as a rule, which may lead anywhere: the workspace is a copy of them. Which shard
# this is, where to write and where the report goes is read from Bazel's variables.
set -eu
cp -RL "$TEST_SRCDIR/$TEST_WORKSPACE/examples/lanes" "$TEST_TMPDIR/lanes"
exec molt-sync --root "$TEST_TMPDIR/lanes" differential run --lane native --jobs 2
