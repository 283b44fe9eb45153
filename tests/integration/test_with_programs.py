"""The built-in hand before programs that people use: it shows slides, and it draws.

Each program starts on a desktop of its own and is waited for until it shows what it was given.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("Xlib", reason="python-xlib is for Linux")

from daemon.config.places import shipped_config
from daemon.synthetic.demo import EXPECTED_KEYS
from tests.integration.decks import SLIDES, html_deck, impress_deck
from tests.integration.desktop import SIZE, Desktop, Picture, desktop, needs, save_picture
from tests.integration.gestured import COMMAND, ROOT, complaints, environment

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.usefixtures("store")]

_COLOURS = {code: name for name, code in SLIDES.items()} | {0: "black"}
# A slide's last row and column may be mixed with what is beside it.
_FILLED = 0.99
_SHOWN = ["red", "green", "blue", "green", "black", "green"]

_WHITE, _RED = 0xFFFFFF, 0xFF0000  # mtPaint's paper and its first colour
# How much of the line may be off the circle, as by a jump while the fingers close.
_STRAY = 0.02
_DRAG_BY_PINCH = """\
version: 1
bindings:
  - {gesture: pinch, action: {type: drag, button: left}}
"""


def test_impress_shows_slides(tmp_path: Path) -> None:
    soffice = needs("soffice", "libreoffice-impress")
    if not (Path(soffice).resolve().parent / "libvclplug_gtk3lo.so").is_file():
        pytest.skip("Impress shows slides in its GTK face only: apt install libreoffice-gtk3")
    deck = tmp_path / "deck.fodp"
    deck.write_text(impress_deck())
    with desktop(tmp_path) as mine:
        program = mine.start(
            soffice,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--norestore",
            "--nofirststartwizard",
            "--nologo",
            "--show",
            str(deck),
            SAL_USE_VCLPLUGIN="gtk3",
        )
        _assert_presents(mine, program)


def test_chromium_shows_slides(tmp_path: Path) -> None:
    chromium = needs("chromium", "chromium")
    deck = tmp_path / "deck.html"
    deck.write_text(html_deck())
    with desktop(tmp_path) as mine:
        program = mine.start(
            chromium,
            "--kiosk",
            "--no-sandbox",  # which root can't have
            "--no-first-run",
            "--disable-gpu",
            "--force-color-profile=srgb",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={tmp_path / 'profile'}",
            deck.as_uri(),
        )
        _assert_presents(mine, program)


def test_mtpaint_is_drawn_in(tmp_path: Path) -> None:
    mtpaint = needs("mtpaint", "mtpaint")
    paper = tmp_path / "paper.png"
    save_picture(np.full((SIZE[1] - 60, SIZE[0] - 60), _WHITE, np.uint32), paper)
    config = tmp_path / "drag.yaml"
    config.write_text(_DRAG_BY_PINCH)
    with desktop(tmp_path) as mine:
        program = mine.start(mtpaint, "-v", str(paper))
        mine.wait_until(lambda: (mine.picture() == _WHITE).mean() > 0.8, program)
        mine.wait_until(lambda: mine.focused() == "Mtpaint", program)
        mine.press("F4")  # takes up the brush
        *_, picture = _play("demo:draw", config, mine)
    save_picture(picture, tmp_path / "drawn.png")
    actions = [event["action"]["type"] for event in _events(tmp_path) if event["event"] == "action"]
    assert actions == ["drag"]
    _assert_circle(np.argwhere(picture == _RED)[:, ::-1])


def _assert_presents(mine: Desktop, program: subprocess.Popen[bytes]) -> None:
    """The hand goes forward twice and back once, black and back, and the screen shows it."""
    mine.wait_until(lambda: _colour(mine.picture()) == "red", program)
    mine.wait_until(lambda: mine.focused() is not None, program)
    shown: list[str] = []
    for picture in _play("demo:slides", shipped_config(), mine):
        colour = _colour(picture)
        if colour is not None and [colour] != shown[-1:]:
            shown.append(colour)
            save_picture(picture, mine.home / f"{len(shown)}-{colour}.png")
    assert shown == _SHOWN
    actions = [event["action"] for event in _events(mine.home) if event["event"] == "action"]
    assert [action["keys"] for action in actions] == list(EXPECTED_KEYS)


def _play(act: str, config: Path, mine: Desktop) -> Iterator[Picture]:
    """What the screen shows while the daemon watches the built-in hand, and afterwards."""
    with (mine.home / "out.jsonl").open("wb") as out, (mine.home / "err.txt").open("wb") as err:
        daemon = subprocess.Popen(
            [*COMMAND, "run", "--json", "--source", act, "--config", str(config)],
            cwd=ROOT,
            env=environment(DISPLAY=mine.display),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    try:
        yield from mine.pictures_while(daemon)
    finally:
        daemon.kill()
        daemon.wait()
    assert complaints((mine.home / "err.txt").read_text()) == []
    assert daemon.returncode == 0


def _events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]


def _colour(picture: Picture) -> str | None:
    """The slide that fills the screen, if one does."""
    middle = picture[SIZE[1] // 2, SIZE[0] // 2]
    return _COLOURS.get(int(middle)) if (picture == middle).mean() > _FILLED else None


def _assert_circle(points_px: NDArray[np.int64]) -> None:
    """Points of shape `(N, 2)` are a circle nearly all round, but for a few of its beginning."""
    assert len(points_px) > 100
    near = np.ones(len(points_px), dtype=bool)
    for _ in range(2):
        centre_px, radius_px = _fitted_circle(points_px[near])
        off = np.abs(np.hypot(*(points_px - centre_px).T) / radius_px - 1)
        near = off <= np.quantile(off, 1 - _STRAY)
    x, y = (points_px[near] - centre_px).T
    covered_deg = 5 * len(np.unique(np.degrees(np.arctan2(y, x)) // 5))
    found = f"radius {radius_px:.1f} px, off by {off[near].max():.3f}, {covered_deg} degrees"
    print(found)
    assert radius_px > 30, found
    assert off[near].max() < 0.08, found
    assert covered_deg >= 300, found


def _fitted_circle(points_px: NDArray[np.int64]) -> tuple[NDArray[np.float64], float]:
    """Centre and radius of the circle through points of shape `(N, 2)`.

    By linear least squares on `x^2 + y^2 = 2 x x0 + 2 y y0 + rest` (Kasa, 1976).
    """
    unknowns = np.column_stack((2 * points_px, np.ones(len(points_px))))
    (x0, y0, rest), *_ = np.linalg.lstsq(unknowns, (points_px**2).sum(axis=1), rcond=None)
    return np.array([x0, y0]), float(np.sqrt(rest + x0**2 + y0**2))
