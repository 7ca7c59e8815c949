# MOLT_META: expect_fail=molt expect_fail_reason=no_extended_slices_of_tuples
items = list(range(9))
del items[::2]
print(items)
