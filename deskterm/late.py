"""Modules a console's first frame does not need: loaded when something of them is first used.

The libraries the console stands on import more than they use before anything is painted. A module of the
tables below is there at once for whoever imports it, but is read and run only when a name is asked of it;
functions that are merely taken from it load it when they are called.
"""

from __future__ import annotations

import sys
from _thread import RLock
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Final

LIBRARIES: Final[Mapping[str, Sequence[str]]] = {
    # asyncio: streams with TLS, which no console has
    "ssl": (),
    "asyncio.sslproto": (),
    # inspect, linecache and traceback: what they say of source text
    "textwrap": (),
    "tokenize": (),
    # urllib.parse: addresses in brackets
    "ipaddress": (),
    # shutil and tempfile: packed files
    "bz2": (),
    "lzma": (),
    # the keymap, where there is one
    "tomllib": (),
    # textual: files handed to a browser, numbers of notices, guesses at misspelt style sheets
    "mimetypes": (),
    "platformdirs": ("user_downloads_path",),
    "uuid": ("uuid4",),
    "difflib": ("get_close_matches",),
    # rich and textual: what stands behind links, texts with marks
    "pickle": ("dumps", "loads"),
    "textual.markup": ("parse_style",),
    # textual.command names a type of it; it would bring trees and selections
    "textual.types": ("IgnoreReturnCallbackType",),
    # sqlalchemy: names made of digests, versions of what is installed, drivers other than the one in use
    "hashlib": (),
    # keys of a store, made once
    "secrets": (),
    "importlib.metadata": (),
    "sqlalchemy.dialects.sqlite.aiosqlite": (),
    "sqlalchemy.dialects.sqlite.pysqlcipher": (),
}
"""Modules of libraries, and the names that are taken from them at once and only called later."""


def put_off(modules: Iterable[str] = ()) -> None:
    """Load the modules of the table, and these of ours, where they are not yet loaded, when they are used."""
    sys.meta_path.insert(0, _Finder({**LIBRARIES, **dict.fromkeys(modules, ())}))


class _Late(ModuleType):
    """A module not yet run: whatever is not there is looked for in it once it was run."""

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":  # asked of whatever something is imported from; a package has it by now
            raise AttributeError(name)
        loader: Any = self.__loader__
        loader.run(self)
        return ModuleType.__getattribute__(self, name)


class _Finder:
    """Finds the modules of the table as Python does, and has them wait."""

    def __init__(self, waiting: Mapping[str, Sequence[str]]) -> None:
        self._waiting = waiting

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._waiting:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            waits: Any = _Waiting(spec.loader, self._waiting[name])
            spec.loader = waits
        return spec


class _Waiting:
    """A loader that makes the module, and leaves running it to the first use; else it is Python's own."""

    def __init__(self, loader: Any, taken: Sequence[str]) -> None:
        self._loader = loader
        self._taken = taken
        self._lock = RLock()
        """One for each module: what a module imports must be free to use another that waits."""
        self._begun = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        for name in self._taken:
            setattr(module, name, self._when_called(module, name))
        module.__class__ = _Late

    def run(self, module: ModuleType) -> None:
        """Run the module, once; what it asks of itself meanwhile is not there yet, other threads wait."""
        with self._lock:
            if not self._begun:
                self._begun = True
                self._loader.exec_module(module)
                module.__class__ = ModuleType

    def _when_called(self, module: ModuleType, name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            self.run(module)
            return getattr(module, name)(*given, **named)

        return call
