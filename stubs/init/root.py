"""The standard library as this workspace exposes it: one file or package for each name of the union."""

from _intrinsics import require_intrinsic as _require_intrinsic

_require_intrinsic("molt_capabilities_has", globals())
