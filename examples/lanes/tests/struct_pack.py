import struct

data = struct.pack("<hIq", -2, 3, 4)
print(data, struct.unpack("<hIq", data), struct.calcsize("<hIq"))
