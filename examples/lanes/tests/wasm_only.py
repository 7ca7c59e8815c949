# MOLT_META: wasm=only
print("seen in the wasm lane alone")
