import binascii
data = bytes(range(20))
text = binascii.b2a_base64(data)
print(text, binascii.a2b_base64(text) == data)
