print(0.1 + 0.2, 1e22, float("1e-7"), 2 / 3)
