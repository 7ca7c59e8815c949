first, *rest = range(4)
print(first, rest)
(a, b), c = (1, 2), 3
print(a, b, c, *[4, 5], **{"sep": "-"})
