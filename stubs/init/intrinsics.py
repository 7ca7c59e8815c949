"""Looks up the intrinsics of the runtime; a name that the runtime lacks is an error at once."""

import builtins


def require_intrinsic(name, namespace=None):
    """Return the intrinsic called `name`, and put it into `namespace` if one is given."""
    table = getattr(builtins, "_molt_intrinsics", {})
    if name not in table:
        raise RuntimeError(f"the runtime has no intrinsic {name!r}")
    if namespace is not None:
        namespace[name] = table[name]
    return table[name]
