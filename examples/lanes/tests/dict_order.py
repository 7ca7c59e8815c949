it = {"b": 1, "a": 2}
it["c"] = 3
del it["b"]
it["b"] = 4
print(list(it), list(it.items()))
