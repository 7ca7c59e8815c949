print([x * x for x in range(5)], {x % 3 for x in range(1)}, {k: len(k) for k in ["a", "bb"]})
