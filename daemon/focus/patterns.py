"""Which applications an entry of a mode's `apps` means."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase

from daemon.focus.app import App

SLIDESHOW = "slideshow"
_TITLE = "title"

#: These show nothing but slides. `screenClass` is the class of PowerPoint's show window on
#: Windows, `PodiumParent` that of its presenter's view.
_PRESENTERS = ("impressive", "pdfpc", "podiumparent", "pympress", "screenclass")
#: These show slides, or what is read like them, when their window covers the screen.
_VIEWERS = (
    # LibreOffice's show window has a class of its own, which is no module's: soffice.
    "keynote", "libreoffice", "powerpnt", "powerpoint", "soffice", "wpp",
    "acrobat", "acrord32", "atril", "evince", "mupdf*", "okular", "papers", "preview",
    "qpdfview", "sumatrapdf", "xreader", "zathura",
    "brave*", "chrome", "chromium*", "com.brave.browser", "epiphany", "firefox*",
    "google-chrome*", "librewolf", "microsoft-edge*", "edgemac", "msedge", "opera", "safari",
    "vivaldi*",
)  # fmt: skip
#: Impress's editor can cover the screen too. Its titles end with `- LibreOffice Impress`, those
#: of shows do not.
_EDITOR_TITLE = "*- libreoffice*"


def matches(pattern: str, app: App) -> bool:
    """Whether an entry of `apps` means the application.

    A name is compared without regard to case, to what is also called `mpv.exe`, `mpv.desktop` or
    `io.mpv.mpv`. `*` and `?` stand for any characters and for one. `title:*YouTube*` looks at the
    window's title, and `slideshow` is any slide show that covers the screen.
    """
    wanted = pattern.strip().casefold()
    if wanted == SLIDESHOW:
        return _shows_slides(app)
    prefix, colon, text = wanted.partition(":")
    if colon and prefix.strip() == _TITLE:
        return _fits(app.title.casefold(), text.strip())
    return _is_called(wanted, app.names)


def pattern_problem(pattern: str) -> str | None:
    """What is wrong with an entry of `apps`, and the mend, in one line; None when nothing is."""
    text = pattern.strip()
    if not text:
        return "an empty name matches no application; name one, such as mpv"
    prefix, colon, rest = text.partition(":")
    if colon:
        if prefix.strip().casefold() != _TITLE:
            return f"unknown prefix {prefix.strip() + ':'!r}; a window's title is {_TITLE + ':'!r}"
        text = rest.strip()
        if not text:
            return "an empty title matches no window; write 'title:*part of it*'"
    if not text.strip("*"):
        return f"{pattern!r} matches every application; put the bindings outside of modes instead"
    if not colon and text.casefold() != SLIDESHOW:
        alike = get_close_matches(text.casefold(), [SLIDESHOW, "slide show", "slide-show"], 1, 0.85)
        if alike:
            return f"no application is called {text!r}; did you mean {SLIDESHOW!r}?"
    return None


def _is_called(pattern: str, names: Iterable[str]) -> bool:
    pattern = _plain(pattern)
    for name in map(_plain, names):
        # Two names with the same end but other beginnings are not the same application.
        if _fits(name, pattern) or _fits(_end(name), pattern) or name == _end(pattern):
            return True
    return False


def _fits(text: str, pattern: str) -> bool:
    # Brackets are themselves here, not the sets of characters of a shell.
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _plain(name: str) -> str:
    return name.strip().casefold().removesuffix(".exe").removesuffix(".desktop")


def _end(name: str) -> str:
    """`vlc` of `org.videolan.vlc`; names with fewer than two dots are not reverse-DNS."""
    return name.rpartition(".")[2] if name.count(".") >= 2 else name


def _shows_slides(app: App) -> bool:
    if any(_is_called(name, app.names) for name in _PRESENTERS):
        return True
    if not app.fullscreen or _fits(app.title.casefold(), _EDITOR_TITLE):
        return False
    return any(_is_called(name, app.names) for name in _VIEWERS)
