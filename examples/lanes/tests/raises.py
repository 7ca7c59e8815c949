print("before")
raise ValueError("the last line of both sides has to agree")
