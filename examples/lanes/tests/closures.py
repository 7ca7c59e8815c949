def counter():
    count = 0

    def up():
        nonlocal count
        count += 1
        return count

    return up


up = counter()
print(up(), up(), up())
