def count(most):
    sent = yield "start"
    for it in range(most):
        sent = yield (it, sent)


it = count(2)
print(next(it), it.send("a"), it.send("b"))
