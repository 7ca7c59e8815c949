# MOLT_META: expect_fail=molt expect_fail_reason=no_init_subclass_hook
class Base:
    seen = []

    def __init_subclass__(cls):
        Base.seen.append(cls.__name__)


class One(Base):
    pass


print(Base.seen)
