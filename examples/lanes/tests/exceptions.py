def run(function):
    try:
        function()
    except (ValueError, KeyError) as error:
        print(type(error).__name__, error.args)
    finally:
        print("finally")


run(lambda: int("x1"[0:1] and "7"))
run(lambda: {}["a"])
