"""Labelled landmarks in an archive of NumPy arrays."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from daemon.sources import SourceError
from gestures.landmarks import HandFrame, HandObservation, HandSide, Points, palm_length

#: Arrays that may hold the labels.
_LABELS = ("label", "gesture", "letter")
#: A shorter palm, in picture widths, is no hand: every length is measured in them.
_LEAST_PALM = 1e-5
_MOST = 1e6
#: Height that pictures are given whose aspect alone is known, pixels.
_HEIGHT_PX = 1000


def read_arrays(path: Path) -> Iterator[tuple[str, str, HandFrame]]:
    """Name, label and landmarks of each hand in a `.npz`.

    Its arrays: `image` of shape `(N, 21, 3)` or `(N, 21, 2)`, normalised; `label`, `gesture` or
    `letter` of shape `(N,)`, text; `size` of shape `(N, 2)`, the pictures' width and height in
    pixels, or `aspect`, the one over the other, one number or N; where known `picture` of shape
    `(N,)`, their names, `world` of shape `(N, 21, 3)` in metres, and `hand` of shape `(N,)`, left
    or right:
    without it all are taken for right hands. A hand that is not finite, or all in one point, was
    not found.

    Raises:
        SourceError: It is no such archive.
        OSError: It can't be opened.
    """
    arrays = _load(path)
    image, labels, aspects = _required(path, arrays)
    count = len(image)
    world = _numbers(path, "world", arrays, [image.shape]) if "world" in arrays else None
    right = _right(path, arrays, count)
    pictures = arrays.get("picture")
    if pictures is not None and pictures.shape != (count,):
        raise SourceError(f"{path}: picture must be {count} names, as many as image has hands")
    for index in range(count):
        width, height = round(float(aspects[index]) * _HEIGHT_PX), _HEIGHT_PX
        hands: tuple[HandObservation, ...] = ()
        if _is_hand(image[index], width / height):
            side: HandSide = "right" if right[index] else "left"
            metres = world[index] if world is not None and _is_hand(world[index], 1.0) else None
            hands = (HandObservation(1, side, 1.0, image[index], metres),)
        name = f"{path.name}[{index}]" if pictures is None else f"{path.name}: {pictures[index]}"
        yield name, str(labels[index]).strip(), HandFrame(0.0, width, height, hands)


def _load(path: Path) -> dict[str, NDArray[Any]]:
    problem = f"{path}: is no archive of plain arrays; write it with numpy.savez, labels as text"
    if not zipfile.is_zipfile(path):
        path.open("rb").close()  # zipfile doesn't say why it can't
        raise SourceError(problem)
    try:
        with np.load(path, allow_pickle=False) as archive:
            members = {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise SourceError(problem) from error
    return {name: value for name, value in members.items() if isinstance(value, np.ndarray)}


def _required(
    path: Path, arrays: Mapping[str, NDArray[Any]]
) -> tuple[Points, NDArray[Any], NDArray[np.float64]]:
    labelled = next((name for name in _LABELS if name in arrays), "label")
    shaped = "size" if "size" in arrays else "aspect"
    missing = [name for name in ("image", labelled, shaped) if name not in arrays]
    if missing:
        raise SourceError(
            f"{path}: has no array {' and '.join(missing)} (found: {', '.join(arrays) or 'none'});"
            " it needs image (N, 21, 3), label (N,) and aspect, the pictures' width over height,"
            " or size (N, 2), both in pixels"
        )
    count = len(arrays["image"]) if arrays["image"].ndim else 0
    image = _numbers(path, "image", arrays, [(count, 21, 3), (count, 21, 2)])
    if image.shape[2] == 2:
        image = np.pad(image, [(0, 0), (0, 0), (0, 1)])
    labels = arrays[labelled]
    if labels.shape != (count,):
        raise SourceError(f"{path}: {labelled} must be {count} labels, as many as image has hands")
    if shaped == "size":
        size = _numbers(path, "size", arrays, [(count, 2)])
        if not (size > 0).all():
            raise SourceError(f"{path}: size must be widths and heights in pixels, above 0")
        aspect = size[:, 0] / size[:, 1]
    else:
        aspect = _numbers(path, "aspect", arrays, [(), (count,)])
    if not ((aspect > 0.01) & (aspect < 100)).all():
        raise SourceError(
            f"{path}: {shaped} must be the pictures' width over height, as in"
            f" {'640, 480' if shaped == 'size' else '1.78'}"
        )
    return image, labels, np.broadcast_to(aspect, (count,))


def _right(path: Path, arrays: Mapping[str, NDArray[Any]], count: int) -> NDArray[np.bool_]:
    """Whether each hand is a right one, array of shape `(count,)`."""
    sides = np.char.lower(arrays.get("hand", np.full(count, "right")).astype(str))
    if sides.shape != (count,) or not np.isin(sides, ("left", "right")).all():
        raise SourceError(f"{path}: hand must be {count} times left or right")
    return np.asarray(sides == "right")


def _numbers(
    path: Path, name: str, arrays: Mapping[str, NDArray[Any]], shapes: list[tuple[int, ...]]
) -> NDArray[np.float64]:
    array = arrays[name]
    if array.dtype.kind not in "iuf" or array.shape not in shapes:
        expected = " or ".join(map(str, shapes))
        raise SourceError(
            f"{path}: {name} must be numbers of shape {expected}, found {array.dtype} {array.shape}"
        )
    return array.astype(np.float64)


def _is_hand(points: Points, aspect: float) -> bool:
    # NaN is not below anything.
    return bool((np.abs(points) < _MOST).all()) and palm_length(points, aspect) >= _LEAST_PALM
