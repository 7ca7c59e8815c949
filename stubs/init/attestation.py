"""Modules that are attested as fully covered, and the intrinsics that each of them has to load."""

STDLIB_FULLY_COVERED_MODULES = ()

STDLIB_REQUIRED_INTRINSICS_BY_MODULE = {}

TOO_DYNAMIC_POLICY_DOC_REFERENCES = ()

TOO_DYNAMIC_EXPECTED_FAILURE_TESTS = ()
