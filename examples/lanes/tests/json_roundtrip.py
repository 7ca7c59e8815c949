import json

text = json.dumps({"a": [1, 2.5, None, True], "b": {"c": "d"}})
print(text)
print(json.loads(text)["b"]["c"])
