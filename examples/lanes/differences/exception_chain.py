# MOLT_META: expect_fail=molt expect_fail_reason=no_chained_exceptions
try:
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("x") from error
except ValueError as error:
    print(type(error.__cause__).__name__)
