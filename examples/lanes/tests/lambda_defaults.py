functions = [lambda x, n=n: x + n for n in range(3)]
print([it(10) for it in functions])
