# MOLT_META: expect_fail=molt expect_fail_reason=depth_first_resolution
class Top:
    def who(self):
        return "top"


class Left(Top):
    pass


class Right(Top):
    def who(self):
        return "right"


class Bottom(Left, Right):
    pass


print(Bottom().who())
