class A:
    def hello(self):
        return "A"


class B(A):
    def hello(self):
        return super().hello() + "B"


print(B().hello(), isinstance(B(), A), issubclass(A, B))
