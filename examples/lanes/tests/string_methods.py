it = " One, two ,three "
print(it.strip().split(","), it.lower().count("o"), "-".join("abc"), "abc".replace("b", "BB"), "x".center(5) + "|")
