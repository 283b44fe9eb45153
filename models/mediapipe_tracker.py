"""MediaPipe's own HandLandmarker behind the same protocol, for comparison and as a fallback."""

from __future__ import annotations

from typing import Any

import numpy as np

from gestures.landmarks import HandObservation, HandSide
from models.identity import TrackNumbers
from models.region import region_of_landmarks
from models.store import ModelStore
from models.syslibs import importing
from models.tracker import Picture, TrackerOptions


class MediaPipeTracker:
    """Finds and follows hands with MediaPipe's task."""

    def __init__(self, options: TrackerOptions, store: ModelStore) -> None:
        """Prepare the task.

        Raises:
            ModelError: A model file is missing or not what it should be.
            MissingLibrary: MediaPipe, or a library of the system that it needs, can't be loaded.
        """
        with importing("mediapipe"):
            import mediapipe
            from mediapipe.tasks.python import vision
            from mediapipe.tasks.python.core.base_options import BaseOptions
        self._mediapipe: Any = mediapipe
        self._vision: Any = vision
        self._base = BaseOptions(model_asset_path=str(store.hand_bundle(options.model)))
        self._options = options
        self._picture_task: Any = None
        self._video_task: Any = None
        self.reset()

    @property
    def rests(self) -> bool:
        """MediaPipe does not tell."""
        return False

    def reset(self) -> None:
        """Forget all tracks."""
        self._close_video()
        self._numbers = TrackNumbers()
        self._last_ms = -1

    def close(self) -> None:
        """Close the tasks; their destructor can hang at the interpreter's exit."""
        self._close_video()
        if self._picture_task is not None:
            self._picture_task.close()
            self._picture_task = None

    def detect(self, picture: Picture) -> tuple[HandObservation, ...]:
        """Hands of a picture on its own, the surest first."""
        if self._picture_task is None:
            self._picture_task = self._open(self._vision.RunningMode.IMAGE)
        hands = _hands(self._picture_task.detect(self._image(picture)))
        hands.sort(key=lambda hand: -hand[1])
        return tuple(
            HandObservation(number, "right" if right > 0.5 else "left", score, image, world)
            for number, (right, score, image, world) in enumerate(hands, 1)
        )

    def track(self, picture: Picture, t_s: float) -> tuple[HandObservation, ...]:
        """Hands of the next frame of a video, in the order of their tracks."""
        if self._video_task is None:
            self._video_task = self._open(self._vision.RunningMode.VIDEO)
        # The task refuses a time that does not grow.
        self._last_ms = max(round(t_s * 1000), self._last_ms + 1)
        hands = _hands(self._video_task.detect_for_video(self._image(picture), self._last_ms))
        height, width = picture.shape[:2]
        scale = np.array([width, height, width], dtype=np.float64)
        regions = [region_of_landmarks(image * scale) for _, _, image, _ in hands]
        numbers = self._numbers.assign(t_s, regions, [right for right, _, _, _ in hands])
        observations = []
        for number, region, hand in zip(numbers, regions, hands, strict=True):
            right, score, image, world = hand
            is_right = self._numbers.saw(number, t_s, region, right)
            side: HandSide = "right" if is_right else "left"
            observations.append(HandObservation(number, side, score, image, world))
        return tuple(sorted(observations, key=lambda each: each.track))

    def _open(self, mode: Any) -> Any:
        options = self._options
        task_options = self._vision.HandLandmarkerOptions(
            base_options=self._base,
            running_mode=mode,
            num_hands=options.max_hands,
            min_hand_detection_confidence=options.min_detection_confidence,
            min_hand_presence_confidence=options.min_presence_confidence,
            min_tracking_confidence=0.5,
        )
        with importing("mediapipe"):  # it loads its native part with the first task
            return self._vision.HandLandmarker.create_from_options(task_options)

    def _image(self, picture: Picture) -> Any:
        rgb = picture[..., ::-1] if self._options.bgr else picture
        return self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(rgb)
        )

    def _close_video(self) -> None:
        if getattr(self, "_video_task", None) is not None:
            self._video_task.close()
        self._video_task = None


def _hands(result: Any) -> list[tuple[float, float, Any, Any]]:
    """For each hand: how surely a right one, its score, `image` and `world` points."""
    hands = []
    for image, world, handedness in zip(
        result.hand_landmarks, result.hand_world_landmarks, result.handedness, strict=True
    ):
        best = handedness[0]
        is_right = best.category_name == "Right"
        hands.append(
            (
                best.score if is_right else 1.0 - best.score,
                float(best.score),
                np.array([[p.x, p.y, p.z] for p in image], dtype=np.float64),
                np.array([[p.x, p.y, p.z] for p in world], dtype=np.float64),
            )
        )
    return hands
