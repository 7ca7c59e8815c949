# MOLT_META: expect_fail=molt expect_fail_reason=simple_case_mapping
straße = 7
print(straße, "ß".upper())
