"""Finding and reading the file, and the commands that show, begin, edit and check it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.commands import check, config
from daemon.config import load, places
from daemon.config.load import find_config, load_config, locate_config, parse_config
from daemon.config.places import shipped_config
from daemon.config.problems import ConfigError
from tests.unit.config_texts import EXAMPLE, LIBRARY

ROOT = Path(__file__).parents[2]
FINE = "version: 1\nbindings:\n- {gesture: fist, action: {type: key, keys: a}}\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's configuration folder, an installed default and a library, all in a place of ours."""
    shipped = tmp_path / "shipped.yaml"
    shipped.write_text("# the default\n" + FINE, "utf-8")
    folder = tmp_path / "home" / "gestured"
    for module in (load, places):
        monkeypatch.setattr(module, "user_config", lambda: folder / "config.yaml")
        monkeypatch.setattr(module, "shipped_config", lambda: shipped)
    monkeypatch.setattr(load, "builtin_library", lambda: LIBRARY)
    for name in ("GESTURED_CONFIG", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    return folder


def run(*words: str) -> int:
    """Run a command as the command line would; the exit code."""
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    check.add_parser(subparsers)
    config.add_parser(subparsers)
    arguments = parser.parse_args(words)
    code: int = arguments.func(arguments)
    return code


def test_the_order_in_which_a_configuration_is_found(home: Path) -> None:
    explicit, named = Path("mine.yaml"), {"GESTURED_CONFIG": "other.yaml"}
    assert find_config(explicit, named) == explicit
    assert locate_config(None, named) == load.Found(Path("other.yaml"), "named by $GESTURED_CONFIG")
    own = home / "config.yaml"
    assert locate_config(None, {"GESTURED_CONFIG": ""}) == load.Found(
        home.parents[1] / "shipped.yaml", f"the shipped default, as there is no {own}"
    )
    home.mkdir(parents=True)
    own.write_text(FINE)
    assert locate_config(None, {}) == load.Found(own, "in your configuration folder")


def test_a_file_is_read_with_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode())
    loaded = load_config(path, LIBRARY)
    assert loaded.config.path == path
    assert [warning.line for warning in loaded.warnings] == [12, 18]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "{path}: error: no such file"),
        (
            b"",
            "{path}:1:1: error: the file is empty: 'gestured config init' writes one to begin with",
        ),
        (
            b"version: 1\n# \xc3\xa9 \xff\n",
            "{path}:2:5: error: not UTF-8: the byte 0xFF begins no character; save it so\n"
            "    2 | # é \ufffd\n      |     ^",
        ),
        (
            "version: 1".encode("utf-16"),
            "{path}:1:1: error: the file is in UTF-16: save it as UTF-8",
        ),
        (b"#" * 2_000_000, "{path}:1:1: error: larger than 1 MiB: that is no configuration"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, data: bytes | None, said: str) -> None:
    path = tmp_path / "config.yaml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        load_config(path, LIBRARY)
    assert str(caught.value) == said.format(path=path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"error: this is a folder, not a file$"):
        load_config(tmp_path, LIBRARY)


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(ConfigError, match=r"error: no permission to read it$"):
        load_config(tmp_path / "config.yaml", LIBRARY)


def test_a_missing_library_is_a_damaged_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load.resources, "files", lambda package: Path("nowhere"))
    load.builtin_library.cache_clear()
    with pytest.raises(ConfigError, match="the built-in gestures are missing: No such file"):
        load.builtin_library()


def test_check_says_fine(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(FINE)
    assert run("check", str(path)) == 0
    assert capsys.readouterr().out == f"{path}: fine: {len(LIBRARY)} gestures, 1 binding\n"


def test_check_shows_warnings(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(EXAMPLE)
    assert run("check", str(path)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{path}:12:3: warning: gestures.spock: nothing uses this gesture")
    assert lines[-1] == f"{path}: fine with 2 warnings: 10 gestures, 6 bindings"


def test_check_shows_every_error_and_exits_78(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("version: 2\ncamra: {}\n")
    assert run("check", str(path)) == 78
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{path}:1:10: error: version: expected 1, found 2")
    assert lines[5].endswith("^~~~~ did you mean 'camera'?")
    assert lines[-1] == f"{path}: 2 errors"


def test_check_says_in_one_line_that_there_is_no_file(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check", "nowhere.yaml") == 78
    assert capsys.readouterr().out == "nowhere.yaml: error: no such file\n"


def test_check_prints_json(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("version: 1\ncamra: {}\n")
    assert run("check", "--json", str(path)) == 78
    problem, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert (problem["line"], problem["column"], problem["suggestion"]) == (2, 1, "camera")
    assert summary == {"path": str(path), "ok": False, "errors": 1}
    path.write_text(FINE)
    assert run("check", "--json", str(path)) == 0
    assert json.loads(capsys.readouterr().out) == {
        "path": str(path), "ok": True, "errors": 0, "warnings": 0, "gestures": 7, "bindings": 1,
    }  # fmt: skip


def test_config_path_says_where_and_why(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("config", "path", "--config", "mine.yaml") == 0
    shown = capsys.readouterr()
    assert shown.out == "mine.yaml\n"
    assert shown.err == "named by --config; it doesn't exist\n"


def test_config_init_never_overwrites(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = home / "config.yaml"
    assert run("config", "init") == 0
    assert capsys.readouterr().out == f"wrote {path}\n"
    assert path.read_text() == "# the default\n" + FINE
    path.write_text("mine")
    assert run("config", "init") == 1
    assert capsys.readouterr().err == (
        f"gestured config: {path} exists already; 'gestured config edit' opens it\n"
    )
    assert path.read_text() == "mine"
    path.write_text("\n")  # nothing, which 'check' says this command is for
    assert run("config", "init") == 0
    assert path.read_text() == "# the default\n" + FINE
    assert {file.name for file in home.iterdir()} == {"config.yaml", "config.schema.json"}


def test_config_edit_begins_a_file_opens_it_and_checks_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    editor = tmp_path / "my editor.py"
    editor.write_text(
        "import sys\nfrom pathlib import Path\n"
        "assert sys.argv[1] == '--wait', sys.argv\n"
        "Path(sys.argv[2]).write_text('version: 1\\ncamra: {}\\n')\n"
    )
    monkeypatch.setenv("VISUAL", f"'{sys.executable}' '{editor}' --wait")
    monkeypatch.setenv("EDITOR", "not-this-one")
    assert run("config", "edit") == 78
    lines = capfd.readouterr().out.splitlines()
    path = home / "config.yaml"
    assert lines[0] == f"wrote {path}, a copy of the shipped default"
    assert lines[1].startswith(f"{path}:2:1: error: camra: unknown key 'camra'")


@pytest.mark.parametrize("command", ["init", "edit"])
def test_config_that_cant_be_begun(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setenv("EDITOR", "true")
    path = home / "config.yaml"
    home.mkdir(parents=True)
    path.symlink_to("elsewhere.yaml")
    assert run("config", command) == 1
    path.unlink()
    home.rmdir()
    home.touch()
    assert run("config", command) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        f"gestured config: can't write {path}: it is a link to elsewhere.yaml, which is not there\n"
        f"gestured config: can't write {path}: {home} is no folder\n"
    )


def test_config_edit_needs_an_editor(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("config", "edit", "--config", "mine.yaml") == 1
    monkeypatch.setenv("EDITOR", "no-such-editor-anywhere -w")
    assert run("config", "edit", "--config", "mine.yaml") == 1
    assert capsys.readouterr().err == (
        "gestured config: set $VISUAL or $EDITOR to your editor, or open mine.yaml in it\n"
        "gestured config: can't open mine.yaml with no-such-editor-anywhere:"
        " No such file or directory\n"
    )


def test_the_commands_import_pydantic_only_when_they_run() -> None:
    code = (
        "import sys, daemon.commands.check, daemon.commands.config;"
        "print(sorted({'pydantic', 'yaml', 'platformdirs'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"


def test_what_the_shipped_default_shows_as_comments_works() -> None:
    """Every example there can be used by taking the # away."""
    text = shipped_config().read_text("utf-8")
    gestures = text[text.index("# gestures:\n") :]
    bindings = [line.strip() for line in text.splitlines() if line.strip().startswith("# - {")]
    lines = [line.removeprefix("# ") for line in gestures.splitlines()]
    extended = [text, *lines, "modes:", "  more:", "    bindings:"]
    extended += [f"      {line.removeprefix('# ')}" for line in bindings]
    loaded = parse_config("\n".join(extended), Path("config.yaml"))
    config = loaded.config
    said = [item.message for item in loaded.warnings]
    assert [message for message in said if not message.startswith("nothing uses")] == []
    own = [spec.name for spec in config.gestures if spec.own]
    assert len(own) >= 6
    assert len(config.modes["more"].bindings) == len(bindings) >= 4
