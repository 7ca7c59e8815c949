it = [3, 1, 2]
it.append(5)
it.insert(0, 9)
it.sort()
print(it, it.index(5), it.pop(), it.count(1), it[::-1])
