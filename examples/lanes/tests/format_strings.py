name, number = "it", 3.14159
print(f"{name!r} {number:.2f} {number:>10.3f} {255:#x} {1000000:,}")
