# MOLT_META: expect_fail=molt expect_fail_reason=dicts_are_not_ordered
table = {}
for name in ["pear", "apple", "fig", "quince", "plum", "cherry", "medlar", "sloe", "grape"]:
    table[name] = len(name)
print(list(table))
