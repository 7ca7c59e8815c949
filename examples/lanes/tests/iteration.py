for at, (a, b) in enumerate(zip("abc", range(3))):
    print(at, a, b)
print(list(reversed([1, 2])), sorted("bca", reverse=True))
