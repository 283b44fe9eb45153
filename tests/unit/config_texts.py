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

#: Something of everything that can be written, on top of the built-in library.
EVERYTHING = """\
version: 1
camera: {source: 0, width: 640, height: 480, fps: 29.5, mirror: true}
tracker: {runtime: mediapipe, model: lite, max_hands: 1, min_detection_confidence: 0.5}
smoothing: {process_noise: 60.5, measurement_noise: 0.03}
arming: {gesture: Open_Palm, hold_ms: 500, disarm_after_ms: 10000}
input: {backend: auto}
pointer: {move: relative, region: {left: 0.2, top: 0.2, right: 0.8, bottom: 0.8}, speed: 1.5}
safety: {yield_ms: 0, longest_hold_ms: 60000, most_per_s: 20}
feedback: {sound: [armed, fired], notify: [disarmed]}
allow_commands: true
gestures:
  spock:
    fingers: {thumb: [half, extended], index: extended, middle: extended, ring: extended}
    when: ["spread(middle, ring) > 15", {not: {any: ["facing(camera) < 70"]}}]
    release: {all: ["spread(middle, ring) < 5"]}
    hand: left
    hold_ms: 150
    cooldown_ms: 20
    repeat_ms: 300
  touch: {hand: both, when: ["hands_gap(index, index) < 0.4"]}
  flick: {motion: {swipe: left, distance: 1.5, within_ms: 500}, while: [palm, stop]}
  shake: {motion: {wave: 4, distance: 0.4}}
  round: {motion: {circle: clockwise, turns: 1.5, radius: 0.3}}
  shove: {motion: {push: away, factor: 1.4}, hand: right}
  catch: {motion: {change: {from: [palm], to: [fist]}, within_ms: 400}}
  nip: {motion: {pinch: middle, below: 0.3, above: 0.5}}
  widen: {motion: {zoom: in, hands: two, factor: 1.5}}
  screw: {motion: {rotate: counterclockwise, angle: 35}}
  knock: {motion: {tap: index, within_ms: 400}}
bindings:
  - {gesture: spock, hand: left, hold_ms: 100, action: {type: key, keys: [ctrl+k, 5], delay_ms: 9}}
  - {gesture: touch, action: {type: text, text: Hello}}
  - {gesture: flick, action: {type: click, button: right, count: 2, keys: ctrl+shift}}
  - {gesture: shake, action: {type: hold, keys: space, longest_ms: 5000}}
  - {gesture: round, action: {type: scroll, direction: down, steps: 3}}
  - {gesture: shove, action: {type: drag, button: left}}
  - {gesture: catch, action: {type: pointer}}
  - {gesture: nip, action: {type: scroll, by: dial, axis: horizontal, speed: -2.5}}
  - {gesture: widen, action: {type: run, command: [playerctl, next]}}
  - {gesture: screw, action: {type: mode, name: film}}
  - gesture: knock
    action: {type: repeat, per_second: 5, delay_ms: 400, action: {type: key, keys: Left}}
  - gesture: ok
    action: {type: sequence, actions: [{type: key, keys: 5}, {type: wait, ms: 30}, {type: pause}]}
modes:
  film: {apps: [mpv, 'title:*Film*'], bindings: [{gesture: one, action: {type: notify, text: x}}]}
"""


def parse(text: str) -> Loaded:
    """Parse a configuration on top of the small library."""
    return parse_config(text, Path("config.yaml"), LIBRARY)
