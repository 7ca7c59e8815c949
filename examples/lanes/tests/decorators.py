def twice(function):
    def inner(*args):
        return function(*args) * 2

    return inner


@twice
def add(a, b):
    return a + b


print(add(1, 2))
