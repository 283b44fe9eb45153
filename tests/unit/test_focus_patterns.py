from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.focus.app import App
from daemon.focus.patterns import matches, pattern_problem

VLC = App(("vlc",), "A film - VLC media player", False, 7)
FLATPAK_VLC = App(("org.videolan.vlc",))

# As seen under openbox, LibreOffice 7.4 with its gtk3 interface.
IMPRESS = App(
    ("libreoffice", "libreoffice-impress", "soffice.bin"), "deck.odp - LibreOffice Impress", False
)
SHOW = App(("soffice", "Soffice", "soffice.bin"), "Presenting: deck", True)


@pytest.mark.parametrize(
    ("pattern", "app"),
    [
        ("vlc", VLC),
        ("VLC", VLC),
        (" vlc ", VLC),
        ("vlc.exe", VLC),
        ("vlc.desktop", VLC),
        ("org.videolan.vlc", VLC),
        ("vl?", VLC),
        ("v*", VLC),
        ("vlc", FLATPAK_VLC),
        ("Org.VideoLAN.VLC", FLATPAK_VLC),
        ("org.videolan.*", FLATPAK_VLC),
        ("org.videolan.vlc.desktop", FLATPAK_VLC),
        ("mpv", App(("MPV.EXE",))),
        ("mpv", App(("python3", "mpv"))),
        ("libreoffice-impress", IMPRESS),
        ("soffice", SHOW),
        ("a[b]", App(("A[B]",))),
        ("straße", App(("STRASSE",))),
        ("title:*film*", VLC),
        ("Title: *FILM*", VLC),
        ("title:a film - vlc media player", VLC),
        ("title:[draft] *", App(("x",), "[Draft] deck")),
    ],
)
def test_what_means_an_application(pattern: str, app: App) -> None:
    assert matches(pattern, app)
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "app"),
    [
        ("vl", VLC),
        ("lc", VLC),
        ("film", VLC),
        ("title:film", VLC),
        ("title:vlc", App(("vlc",))),
        ("com.other.vlc", FLATPAK_VLC),
        ("videolan.vlc", FLATPAK_VLC),
        ("bin", App(("soffice.bin",))),
        ("vlc", App(())),
        ("vlc", App(("",), "vlc")),
        ("[a-z]lc", VLC),
    ],
)
def test_what_does_not(pattern: str, app: App) -> None:
    assert not matches(pattern, app)


@pytest.mark.parametrize(
    "app",
    [
        SHOW,
        App(("soffice",), "", True),
        App(("soffice", "SALFRAME"), "Presenting: deck", True),
        App(("screenClass", "POWERPNT"), "PowerPoint Slide Show - [deck.pptx]", None),
        App(("POWERPNT", "PodiumParent"), "Presenter View", True),
        App(("com.apple.iWork.Keynote", "Keynote"), "", True),
        App(("com.microsoft.Powerpoint", "Microsoft PowerPoint"), "", True),
        App(("evince", "Evince"), "deck.pdf", True),
        App(("org.gnome.Evince",), "deck.pdf", True),
        App(("org.kde.okular",), "deck.pdf", True),
        App(("org.pwmt.zathura", "zathura"), "deck.pdf", True),
        App(("MuPDF", "mupdf-gl"), "deck.pdf", True),
        App(("SumatraPDF", "SUMATRA_PDF_FRAME"), "deck.pdf", True),
        App(("pdfpc", "Pdfpc"), "pdfpc - presentation", False),
        App(("impressive",), "Impressive", None),
        App(("Navigator", "firefox-esr"), "Deck — Mozilla Firefox", True),
        App(("chromium", "Chromium"), "Deck", True),
        App(("google-chrome", "Google-chrome"), "Deck", True),
        App(("chrome", "Chrome_WidgetWin_1"), "Deck", True),
        App(("com.brave.Browser",), "Deck", True),
        App(("com.apple.Safari", "Safari"), "", True),
    ],
)
def test_a_slide_show(app: App) -> None:
    assert matches("slideshow", app)
    assert matches(" Slideshow ", app)


@pytest.mark.parametrize(
    "app",
    [
        IMPRESS,
        # The editors can cover the screen as well.
        App(IMPRESS.names, IMPRESS.title, True),
        App(("libreoffice", "libreoffice-writer"), "a.odt - LibreOffice Writer", True),
        App(("soffice",), "Presenting: deck", False),
        App(("evince",), "deck.pdf", False),
        App(("firefox",), "Deck", None),
        App(("POWERPNT", "PPTFrameClass"), "deck.pptx - PowerPoint", False),
        App(("mpv",), "A film", True),
        App(("slideshow",), "slideshow", True),
        App((), "Presenting: deck", True),
    ],
)
def test_no_slide_show(app: App) -> None:
    assert not matches("slideshow", app)


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("", "an empty name matches no application; name one, such as mpv"),
        ("  ", "an empty name matches no application; name one, such as mpv"),
        ("titel:*x*", "unknown prefix 'titel:'; a window's title is 'title:'"),
        ("class:mpv", "unknown prefix 'class:'; a window's title is 'title:'"),
        (":mpv", "unknown prefix ':'; a window's title is 'title:'"),
        ("title:", "an empty title matches no window; write 'title:*part of it*'"),
        ("title: ", "an empty title matches no window; write 'title:*part of it*'"),
        ("*", "'*' matches every application; put the bindings outside of modes instead"),
        (
            "title:**",
            "'title:**' matches every application; put the bindings outside of modes instead",
        ),
        ("slide show", "no application is called 'slide show'; did you mean 'slideshow'?"),
        ("Slide-Show", "no application is called 'Slide-Show'; did you mean 'slideshow'?"),
        ("slideshows", "no application is called 'slideshows'; did you mean 'slideshow'?"),
    ],
)
def test_patterns_with_a_problem(pattern: str, problem: str) -> None:
    assert pattern_problem(pattern) == problem


@pytest.mark.parametrize("pattern", ["mpv", "slideshow", "SLIDESHOW", "slides", "a b", "*mpv", "?"])
def test_patterns_without(pattern: str) -> None:
    assert pattern_problem(pattern) is None


names = st.text("abEXxßÄé.-_[]!# 1", min_size=1).filter(str.strip)
apps = st.builds(
    App, st.lists(st.text()).map(tuple), st.text(), st.none() | st.booleans(), st.none()
)


@given(names, apps)
def test_every_name_of_an_application_means_it(name: str, app: App) -> None:
    named = App((*app.names, name), app.title, app.fullscreen)
    assert matches(name, named)
    assert matches(name.upper(), named)


@given(st.text(), apps)
def test_any_pattern_and_any_application_are_compared(pattern: str, app: App) -> None:
    assert matches(pattern, app) in (True, False)
    problem = pattern_problem(pattern)
    assert problem is None or "\n" not in problem
