"""The script for KWin, in Chromium's JavaScript, with what Plasma 5 and 6 would give it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("jeepney", reason="jeepney is for Linux")

from daemon.focus.kwin import script_for

HOST = """
const told = [];
function signal() {
    const to = [];
    return {to, connect: f => to.push(f), disconnect: f => { to.splice(to.indexOf(f), 1); }};
}
function fire(s, value) { [...s.to].forEach(f => f(value)); }
function opened(name) {
    return {resourceName: name, resourceClass: name + "_class", desktopFileName: undefined,
            caption: name + "'s", fullScreen: false, pid: 5,
            captionChanged: signal(), fullScreenChanged: signal()};
}
function show(plasma) {
    const a = opened("a"), b = opened("b"), activated = signal();
    const workspace = plasma === 6 ? {activeWindow: a, windowActivated: activated}
                                   : {activeClient: a, clientActivated: activated};
    const callDBus = (...call) => told.push({plasma, to: call.slice(0, 4), window: call[4]});
    SCRIPT
    a.fullScreen = true; fire(a.fullScreenChanged);
    fire(activated, b);
    fire(a.captionChanged);
    b.caption = "new"; fire(b.captionChanged);
    fire(activated, null);
}
show(5);
show(6);
document.title = JSON.stringify(told);
"""


def test_the_script_tells_of_every_change(tmp_path: Path) -> None:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed (on Debian: apt install chromium)")
    page = tmp_path / "page.html"
    host = HOST.replace("SCRIPT", script_for(":1.7"))
    page.write_text(f"<meta charset=utf-8><title></title><script>{host}</script>")
    ran = subprocess.run(
        [program, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
         f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()],
        env=os.environ | {"HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60,
        check=True,
    )  # fmt: skip
    title = re.search(r"<title>(.*?)</title>", ran.stdout, re.DOTALL)
    assert title is not None
    first = {"names": ["a", "a_class"], "title": "a's", "fullscreen": False, "pid": 5}
    second = {"names": ["b", "b_class"], "title": "b's", "fullscreen": False, "pid": 5}
    windows = [first, first | {"fullscreen": True}, second, second | {"title": "new"}, None]
    to = [":1.7", "/io/gestured/Focus", "io.gestured.Focus", "Focused"]
    told = json.loads(title[1])
    assert [call["plasma"] for call in told] == [5] * 5 + [6] * 5
    assert all(call["to"] == to for call in told)
    assert [json.loads(call["window"]) for call in told] == windows * 2
