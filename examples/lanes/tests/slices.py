it = list(range(10))
print(it[2:8:3], it[-3:], it[:-8], it[::-4])
it[1:3] = ["x"]
print(it)
