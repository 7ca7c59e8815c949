try:
    assert 1 == 2, "no"
except AssertionError as error:
    print(type(error).__name__, error)
