"""The head of the one-file verifier: finds modules and rule sets among the texts that the file itself holds."""

import importlib.abc
import importlib.machinery
import importlib.util
import io
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources.abc import Traversable, TraversableResources
from typing import IO, Any


class Text(Traversable):
    """A file or folder among the embedded texts."""

    def __init__(self, name: str, files: Mapping[str, str]) -> None:
        self._name, self._files = name, files

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self._name.rpartition("/")[2]

    def iterdir(self) -> Iterator["Text"]:
        """The files below, which are never nested more than once."""
        for path in self._files:
            if path.startswith(f"{self._name}/"):
                yield Text(path, self._files)

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self._name not in self._files

    def is_file(self) -> bool:
        """Whether it is a file."""
        return self._name in self._files

    def joinpath(self, *names: Any) -> "Text":
        """A path below."""
        return Text("/".join([self._name, *map(str, names)]), self._files)

    __truediv__ = joinpath

    def read_bytes(self) -> bytes:
        """The content."""
        return self._files[self._name].encode()

    def read_text(self, encoding: str | None = None) -> str:  # noqa: ARG002 -- the texts are decoded already
        """The content as text."""
        return self._files[self._name]

    def open(self, mode: str = "r", *_: Any, **__: Any) -> IO[Any]:
        """The content as a file."""
        return io.BytesIO(self.read_bytes()) if "b" in mode else io.StringIO(self.read_text())


class Folder(TraversableResources):
    """The files beside a package."""

    def __init__(self, package: str, files: Mapping[str, str]) -> None:
        self._root = Text(package.replace(".", "/"), files)

    def files(self) -> Text:
        """The package's own folder."""
        return self._root


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves the embedded modules, and nothing else."""

    def __init__(self, modules: Mapping[str, str], files: Mapping[str, str]) -> None:
        self._modules, self._files = modules, files

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The specification of an embedded module."""
        del path, target
        if name not in self._modules:
            return None
        is_package = any(other.startswith(f"{name}.") for other in self._modules)
        return importlib.util.spec_from_loader(name, self, is_package=is_package)

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the embedded text."""
        exec(compile(self._modules[module.__name__], f"<{module.__name__}>", "exec"), vars(module))  # noqa: S102 -- the text is this file's own

    def get_resource_reader(self, package: str) -> Folder:
        """The rule sets beside a package."""
        return Folder(package, self._files)


def start(modules: Mapping[str, str], files: Mapping[str, str]) -> None:
    """Verify what the command line names with the embedded engine, and exit."""
    sys.meta_path.insert(0, Finder(modules, files))
    check = importlib.import_module("valuation.appraisal.standalone.check")
    sys.exit(check.main(sys.argv[1:]))
