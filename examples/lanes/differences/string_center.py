# MOLT_META: expect_fail=molt expect_fail_reason=no_justified_text
print("[" + "a".ljust(3) + "]", "[" + "a".rjust(3) + "]")
