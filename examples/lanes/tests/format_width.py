width = 8
print("{:>{}}".format("a", width), f"{3.14159:{width}.2f}", "{0!r:>5}".format("a"))
