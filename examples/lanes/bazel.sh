#!/bin/sh
# What Bazel starts for each shard.
exec molt-sync --root "$(dirname "$(readlink -f "$0")")" differential run --lane native --jobs 2
