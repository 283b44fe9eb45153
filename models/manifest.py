"""Which model files there are, where they come from and how to know them again.

`mediapipe==0.10.21` was the last release on the package index whose wheel carries the networks;
it is under the Apache License 2.0, and so are they.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel on the package index, pinned by its SHA-256."""

    requirement: str
    sha256: str
    python_version: str
    implementation: str
    abi: str
    platform: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One network: its path inside the wheel, and what its content must be.

    `size` is in bytes.
    """

    name: str
    member: str
    sha256: str
    size: int
    licence: str = "Apache-2.0"

    @property
    def file_name(self) -> str:
        """The file's name in any folder of models."""
        return f"{self.name}.tflite"


WHEEL = Wheel(
    requirement="mediapipe==0.10.21",
    sha256="05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
    python_version="3.11",
    implementation="cp",
    abi="cp311",
    platform="manylinux_2_28_x86_64",
)

_FILES = (
    ModelFile(
        name="palm_detection_lite",
        member="mediapipe/modules/palm_detection/palm_detection_lite.tflite",
        sha256="e9a4aaddf90dda56a87235303cf00e4c2d3fb28725f68fd88772997dac905c18",
        size=1_985_440,
    ),
    ModelFile(
        name="palm_detection_full",
        member="mediapipe/modules/palm_detection/palm_detection_full.tflite",
        sha256="1b14e9422c6ad006cde6581a46c8b90dd573c07ab7f3934b5589e7cea3f89a54",
        size=2_339_846,
    ),
    ModelFile(
        name="hand_landmark_lite",
        member="mediapipe/modules/hand_landmark/hand_landmark_lite.tflite",
        sha256="048edd3645c9bf7397d19a9f6e3a42957d6e414c9bea6598030a2e9b624156e6",
        size=2_071_597,
    ),
    ModelFile(
        name="hand_landmark_full",
        member="mediapipe/modules/hand_landmark/hand_landmark_full.tflite",
        sha256="11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3",
        size=5_478_917,
    ),
    ModelFile(
        name="face_detection_short_range",
        member="mediapipe/modules/face_detection/face_detection_short_range.tflite",
        sha256="bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
        size=229_714,
    ),
    ModelFile(
        name="face_landmark",
        member="mediapipe/modules/face_landmark/face_landmark.tflite",
        sha256="1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
        size=1_242_398,
    ),
    ModelFile(
        name="iris_landmark",
        member="mediapipe/modules/iris_landmark/iris_landmark.tflite",
        sha256="d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
        size=2_640_568,
    ),
    ModelFile(
        name="pose_detection",
        member="mediapipe/modules/pose_detection/pose_detection.tflite",
        sha256="9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
        size=2_959_046,
    ),
    ModelFile(
        name="pose_landmark_full",
        member="mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
        sha256="e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
        size=6_440_512,
    ),
)

MODELS: Mapping[str, ModelFile] = MappingProxyType({file.name: file for file in _FILES})
