"""`gestured models` through its parser, on an empty cache, with the network played."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from daemon.commands import models
from models import store
from models.fetch import FetchError
from models.manifest import MODELS


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(store.FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(store, "_user_cache", lambda: tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    models.add_parser(parser.add_subparsers())
    args = parser.parse_args(["models", *arguments])
    code = args.func(args)
    assert isinstance(code, int)
    return code


def test_list_tells_the_state_and_is_fine(capsys: pytest.CaptureFixture[str], cache: Path) -> None:
    (cache / "face_landmark.tflite").write_bytes(b"bad")
    assert run("list", "--json") == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["name"] for record in records] == list(MODELS)
    states = {record["name"]: record["state"] for record in records}
    assert states.pop("face_landmark") == "corrupt"
    assert set(states.values()) == {"missing"}
    assert set(records[0]) == {"name", "state", "size", "licence", "sha256", "path"}


def test_verify_fails_when_one_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify") == 1
    output = capsys.readouterr()
    assert len(output.out.splitlines()) == len(MODELS)
    assert output.err == "9 of 9 are not right: run 'gestured models pull'\n"


@pytest.mark.parametrize("command", ["list", "verify", "pull"])
def test_errors_are_one_line_on_stderr(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: str,
) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "typo"))
    assert run(command) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert "typo is not a folder" in output.err


def test_pull_of_an_unknown_name_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run("pull", "nose")
    assert caught.value.code == 2
    assert "no model 'nose'" in capsys.readouterr().err


def test_pull_offline(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> Path:
        raise FetchError("no connection")

    monkeypatch.setitem(store.ModelStore.__init__.__kwdefaults__, "fetch", offline)
    assert run("pull", "iris_landmark") == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("no connection: run 'gestured mod")
