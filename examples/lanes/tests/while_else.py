n = 3
while n:
    n -= 1
else:
    print("else")
for n in []:
    pass
else:
    print("empty")
