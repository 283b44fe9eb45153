"""A small library of gestures, and the configuration that the design shows."""

from __future__ import annotations

from pathlib import Path

from daemon.config.load import Loaded, parse_config, parse_library

LIBRARY = parse_library(
    """
palm: {fingers: {index: extended, middle: extended, ring: extended, pinky: extended}}
stop: {fingers: {index: extended, middle: extended}, when: ["spread(index, middle) < 8"]}
fist: {fingers: {index: folded, middle: folded, ring: folded, pinky: [half, folded]}}
one: {fingers: {index: extended, middle: folded}}
like: {when: ["angle(thumb, up) < 30"]}
swipe_left: {motion: {swipe: left}, while: [palm, stop]}
swipe_right: {motion: {swipe: right}}
""",
    Path("library.yaml"),
)

EXAMPLE = """\
version: 1
camera:    {source: auto, width: 640, height: 480, fps: 30, mirror: true}
tracker:   {runtime: litert, model: full, max_hands: 2, min_detection_confidence: 0.5, \
min_presence_confidence: 0.5}
smoothing: {process_noise: 60, measurement_noise: 0.03}

arming:                       # nothing acts until the presenter says so
  gesture: palm
  hold_ms: 500
  disarm_after_ms: 10000

gestures:                     # adds to the built-in library, or replaces one by its name
  spock:
    fingers: {index: extended, middle: extended, ring: extended, pinky: extended}
    when: ["spread(middle, ring) > 15", "spread(index, middle) < 8"]
  tight_pinch:
    when: ["gap(thumb, index) < 0.25"]
    release: ["gap(thumb, index) > 0.40"]
  brush_off:
    motion: {swipe: left, distance: 1.5, within_ms: 500}
    while: [palm, stop]

bindings:
  - {gesture: swipe_left,  action: {type: key, keys: Right}}
  - {gesture: swipe_right, action: {type: key, keys: Left}}
  - {gesture: fist, hold_ms: 700, action: {type: key, keys: b}}
  - {gesture: one, hand: right, action: {type: pointer}}
  - {gesture: tight_pinch, action: {type: drag, button: left}}

modes:
  video:
    apps: [mpv, vlc]
    bindings:
      - {gesture: palm, hold_ms: 500, action: {type: key, keys: space}}
"""


def parse(text: str) -> Loaded:
    """Parse a configuration on top of the small library."""
    return parse_config(text, Path("config.yaml"), LIBRARY)
