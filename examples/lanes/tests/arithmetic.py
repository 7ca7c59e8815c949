print(7 // 2, -7 // 2, 7 % -3, 2 ** 100, divmod(-7, 2))
print(0.1 + 0.2, 1e300 * 1e10, round(2.5), round(3.5))
