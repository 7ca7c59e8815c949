# MOLT_META: expect_fail=molt expect_fail_reason=no_annotations_kept
def f(a: int) -> str: ...


print(f.__annotations__)
