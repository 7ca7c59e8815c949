it = b"one two"
print(it.upper(), it.split(), it.find(b"t"), it[1:3], list(it[:2]))
