# Before a test of importlib.resources: Molt's own file paths are accepted where several folders make one package, and what reads
# archives is there although the test takes the standard library away from sys.path.
try:
    import zipfile
    from importlib.readers import MultiplexedPath
except ImportError:
    pass
else:
    if not hasattr(MultiplexedPath, "__fspath__"):
        MultiplexedPath.__fspath__ = lambda self: str((getattr(self, "_paths", None) or [self])[0])
