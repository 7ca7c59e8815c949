# MOLT_META: expect_fail=molt expect_fail_reason=no_match_statement
match (1, "a"):
    case (1, name):
        print(name)
