"""Missing libraries, and packages that can't be imported, told in one line.

The wheels of opencv-contrib-python and mediapipe bring nearly all they need; the libraries named
here they take from the system (`readelf -d` over cv2 5.0.0 and mediapipe 1.2.2). LiteRT takes none.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Packages:
    """The package that has a library, in three families of Linux."""

    debian: str
    fedora: str
    arch: str


_GLIB = Packages("libglib2.0-0", "glib2", "glib2")
_PACKAGES = {
    "libGL.so": Packages("libgl1", "libglvnd-glx", "libglvnd"),
    "libEGL.so": Packages("libegl1", "libglvnd-egl", "libglvnd"),
    "libGLESv2.so": Packages("libgles2", "libglvnd-gles", "libglvnd"),
    "libgthread-2.0.so": _GLIB,
    "libglib-2.0.so": _GLIB,
    "libxcb.so": Packages("libxcb1", "libxcb", "libxcb"),
}

# The dynamic loader's words: glibc's, then musl's.
_LOADER_SAYS = re.compile(
    r"(?P<glibc>[\w.+-]+\.so[\d.]*): cannot open shared object file"
    r"|Error loading shared library (?P<musl>[\w.+-]+\.so[\d.]*): No such file"
)


#: Letters of a package's own words: numpy's fill a screen.
_LONGEST_REASON = 200


class MissingLibrary(Exception):
    """A shared library that the system lacks; `str()` is one line.

    `package` is Debian's name of what has it, None when the library is not one we know.
    """

    def __init__(self, library: str, packages: Packages | None) -> None:
        super().__init__(library, packages)
        self.library = library
        self.package = packages.debian if packages else None
        self._packages = packages

    def __str__(self) -> str:
        line = f"the system library {self.library} is missing"
        if self._packages is None:
            return line
        return (
            f"{line}: sudo apt install {self._packages.debian} "
            f"(Fedora: {self._packages.fedora}, Arch: {self._packages.arch})"
        )


class MissingPackage(MissingLibrary):
    """A Python package that gestured can do without, until it is asked for; `str()` is one line.

    Args:
        library: The package that is not installed.
        use: What asked for it.
        extra: gestured's extra that installs it.
    """

    def __init__(self, library: str, use: str, extra: str) -> None:
        super().__init__(library, None)
        self.use = use
        self.extra = extra

    def __str__(self) -> str:
        return (
            f"'{self.use}' needs the package {self.library}, which is not installed:"
            f" pip install 'gestured[{self.extra}]'"
        )


class BrokenPackage(MissingLibrary):
    """A Python package that is needed and can't be imported; `str()` is one line.

    Args:
        library: What pip calls it.
        reason: What the import says.
    """

    def __init__(self, library: str, reason: str) -> None:
        super().__init__(library, None)
        self.reason = textwrap.shorten(reason, _LONGEST_REASON)

    def __str__(self) -> str:
        return (
            f"the package {self.library} can't be imported ({self.reason}):"
            f" pip install --force-reinstall {self.library}"
        )


@contextmanager
def importing(package: str) -> Iterator[None]:
    """While what pip calls `package` is imported, or loads the rest of itself.

    Raises:
        MissingLibrary: The system lacks a library that the package needs.
        BrokenPackage: It can't be imported for another reason.
    """
    try:
        yield
    except (ImportError, OSError) as error:
        raise explain(error) or BrokenPackage(package, str(error)) from error


def explain(error: BaseException) -> MissingLibrary | None:
    """The missing library behind `error` or what caused it; None when there is none."""
    cause: BaseException | None = error
    seen: list[BaseException] = []
    # An error that somebody raised from itself is its own cause.
    while cause is not None and cause not in seen:
        seen.append(cause)
        if isinstance(cause, ImportError | OSError):
            match = _LOADER_SAYS.search(str(cause))
            if match:
                library = match["glibc"] or match["musl"]
                return MissingLibrary(library, _PACKAGES.get(_unversioned(library)))
        cause = cause.__cause__ or cause.__context__
    return None


def _unversioned(library: str) -> str:
    """`libGL.so.1` -> `libGL.so`."""
    return re.sub(r"(?<=\.so)[\d.]*$", "", library)
