# MOLT_META: expect_fail=molt expect_fail_reason=no_exception_groups
try:
    raise ExceptionGroup("some", [ValueError(1), KeyError(2)])
except* ValueError as found:
    print(len(found.exceptions))
except* KeyError as found:
    print("key", len(found.exceptions))
