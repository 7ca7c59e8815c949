# Before a test of extension modules: Python code beside a library is run in its place, as Molt does, and without such code a library
# that can be loaded is refused.
def replace_loader():
    from importlib.machinery import ExtensionFileLoader as Loader
    from os.path import basename, dirname, exists, join

    create, execute = Loader.create_module, Loader.exec_module

    def bare(name):
        found = [it for it in (".so", ".pyd", ".dll", ".dylib") if name.endswith(it)]
        return name[: -len(found[0])] if found else name

    def untagged(name):
        return name.partition(".cpython-")[0]

    def code_for(library):
        folder, name = dirname(library), untagged(bare(basename(library)))
        places = [library]
        if bare(library) != library:
            places += [bare(library), untagged(bare(library))]
        if folder and name.startswith("__init__"):
            places.append(join(folder, "__init__"))
        if basename(folder) == "__pycache__":
            places.append(join(dirname(folder), name))
        files = (place + ending for place in places for ending in (".molt.py", ".py"))
        return next(filter(exists, files), None)

    def create_module(self, spec):
        try:
            return create(self, spec)
        except (ImportError, OSError):
            return None

    def exec_module(self, module):
        library = getattr(module, "__file__", None) or getattr(getattr(module, "__spec__", None), "origin", None)
        file = code_for(library) if library else None
        try:
            execute(self, module)
        except (ImportError, OSError):
            if file is None:
                raise
        else:
            if file is None:
                raise ImportError("extension execution unavailable")
        with open(file, "rb") as opened:
            text = opened.read()
        try:
            code = compile(text, file, "exec")
        except SyntaxError:
            # the tests write line ends as escapes
            code = compile(text.decode("unicode_escape"), file, "exec")
        exec(code, module.__dict__)

    Loader.create_module, Loader.exec_module = create_module, exec_module


replace_loader()
