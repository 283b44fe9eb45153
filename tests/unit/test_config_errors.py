"""What is said about wrong configurations, word for word."""

from __future__ import annotations

import pytest

from daemon.config.problems import ConfigError
from tests.unit.config_texts import parse

KINDS = (
    "click, drag, hold, key, mode, notify, pause, pointer, repeat, run, scroll, sequence or text"
)


def complaints(text: str) -> list[str]:
    """Every problem as `line:column where: message -> suggestion`."""
    with pytest.raises(ConfigError) as caught:
        parse(text)
    return [
        f"{item.line}:{item.column} {item.where}: {item.message}"
        + (f" -> {item.suggestion}" if item.suggestion else "")
        for item in caught.value.problems
    ]


def test_all_errors_at_once_word_for_word() -> None:
    text = """\
version: 1
camera: {fps: high, mirror: yes}
camera: {fps: 30}
arming:
  gesture: plam
gestures:
  spock:
    when: ["spread(midle, ring) > 15", 'gap(thumb, index) < 25']
bindings:
  - {gesture: swipe_lft, action: {type: key, keys: ctrl+Rigth}}
  - {gesture: spock, action: {type: kye, keys: a}}
"""
    with pytest.raises(ConfigError) as caught:
        parse(text)
    spread = "expected one of thumb, index, middle, ring, pinky, found 'midle'"
    assert str(caught.value) == (
        "config.yaml:2:15: error: camera.fps: expected a number between 1 and 240, found 'high'\n"
        "    2 | camera: {fps: high, mirror: yes}\n"
        "      |               ^~~~\n"
        "config.yaml:2:29: error: camera.mirror: expected true or false, found 'yes', which is text"
        " in gestured's YAML; write true\n"
        "    2 | camera: {fps: high, mirror: yes}\n"
        "      |                             ^~~\n"
        "config.yaml:3:1: error: camera: the key 'camera' is here a second time; the first is in"
        " line 2, column 1\n"
        "    3 | camera: {fps: 30}\n"
        "      | ^~~~~~\n"
        "config.yaml:5:12: error: arming.gesture: expected the name of a gesture, found 'plam'\n"
        "    5 |   gesture: plam\n"
        "      |            ^~~~ did you mean 'palm'?\n"
        f"config.yaml:8:20: error: gestures.spock.when[0]: {spread}\n"
        """    8 |     when: ["spread(midle, ring) > 15", 'gap(thumb, index) < 25']\n"""
        "      |                    ^~~~~ did you mean 'middle'?\n"
        "config.yaml:8:61: error: gestures.spock.when[1]: 25 is outside gap's range, 0 to 4 palm"
        " lengths\n"
        """    8 |     when: ["spread(midle, ring) > 15", 'gap(thumb, index) < 25']\n"""
        "      |                                                             ^~\n"
        "config.yaml:10:15: error: bindings[0].gesture: expected the name of a gesture, found"
        " 'swipe_lft'\n"
        "   10 |   - {gesture: swipe_lft, action: {type: key, keys: ctrl+Rigth}}\n"
        "      |               ^~~~~~~~~ did you mean 'swipe_left'?\n"
        "config.yaml:10:57: error: bindings[0].action.keys: expected the name of a key,"
        " found 'Rigth'\n"
        "   10 |   - {gesture: swipe_lft, action: {type: key, keys: ctrl+Rigth}}\n"
        "      |                                                         ^~~~~ did you mean"
        " 'Right'?\n"
        "config.yaml:11:37: error: bindings[1].action.type:"
        f" expected {KINDS}, found 'kye'\n"
        "   11 |   - {gesture: spock, action: {type: kye, keys: a}}\n"
        "      |                                     ^~~ did you mean 'key'?"
    )


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("camra: {fps: 30}", (
            "2:1 camra: unknown key 'camra'; the keys here are version, camera, tracker, smoothing,"
            " arming, input, pointer, safety, feedback, allow_commands, gestures, bindings, modes"
            " -> camera"
        )),
        ("fps: 30", "2:1 fps: the key 'fps' belongs inside 'camera'"),
        ("camera: {b:1}", "2:10 camera.\"b:1\": a space is missing after the ':' in 'b:1'"),
        ("camera: 640x480", (
            "2:9 camera: expected keys with values such as {source: auto, fps: 30}, found '640x480'"
        )),
        ("camera: {width: 1_000}", (
            "2:17 camera.width: expected a whole number between 64 and 7680, found '1_000',"
            " which is text in gestured's YAML; write 1000"
        )),
        ("camera: {width: 640.5}", (
            "2:17 camera.width: expected a whole number between 64 and 7680, found 640.5"
        )),
        ("camera: {fps: '30'}", (
            "2:15 camera.fps: expected a number between 1 and 240, found '30' in quotes;"
            " write 30 without the quotes"
        )),
        ("camera: {fps: .inf}", (
            "2:15 camera.fps: expected a number between 1 and 240, found .inf"
        )),
        ("camera: {fps: true}", "2:15 camera.fps: expected a number between 1 and 240, found true"),
        ("camera: {fps: }", "2:15 camera.fps: expected a number between 1 and 240, found nothing"),
        ("camera: {mirror: 1}", "2:18 camera.mirror: expected true or false, found 1; write true"),
        ("camera: {mirror: 'false'}", (
            "2:18 camera.mirror: expected true or false, found 'false' in quotes;"
            " write false without the quotes"
        )),
        ("camera: {source: ''}", "2:18 camera.source: expected text, found an empty text"),
        ("camera: {source: 1.5}", (
            "2:18 camera.source: expected text, found 1.5; put it in quotes if it is meant as text"
        )),
        ("tracker: {model: ful}", "2:18 tracker.model: expected lite or full, found 'ful' -> full"),
        ("tracker: {min_detection_confidence: high}", (
            "2:37 tracker.min_detection_confidence: expected a number between 0 and 1, found 'high'"
        )),
        ("tracker: {min_detection_confidence: 50%}", (
            "2:37 tracker.min_detection_confidence: expected a number between 0 and 1, found '50%';"
            " write 0.5"
        )),
        ("smoothing: {process_noise: 0}", (
            "2:28 smoothing.process_noise: expected a number above 0, up to 10000, found 0"
        )),
        ("smoothing:\n  measurement_noise: 0,03", (
            "3:22 smoothing.measurement_noise: expected a number above 0, up to 1, found '0,03',"
            " which is text in gestured's YAML; write 0.03"
        )),
        ("arming: off", (
            "2:9 arming: expected keys with values such as {gesture: palm, hold_ms: 500},"
            " found 'off', which is text in gestured's YAML; write false"
        )),
        ("arming: {hold_ms: 1:30}", (
            "2:19 arming.hold_ms: expected a number between 0 and 60000, found '1:30', which is"
            " text in gestured's YAML; write milliseconds as one number"
        )),
        ("arming: {hold_ms: 0.5s}", (
            "2:19 arming.hold_ms: expected a number between 0 and 60000, found '0.5s'; write 500"
        )),
        ("arming: {gesture: point}", (
            "2:19 arming.gesture: expected the name of a gesture, found 'point' -> one"
        )),
        ("arming: {gesture: thumbs_up}", (
            "2:19 arming.gesture: expected the name of a gesture, found 'thumbs_up' -> like"
        )),
    ],
)  # fmt: skip
def test_sections(section: str, said: str) -> None:
    assert complaints(f"version: 1\n{section}") == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("camera:", "1:1 : 'version' is missing: write version: 1"),
        ("version: 2", (
            "1:10 version: expected 1, found 2; this gestured reads version 1 of the format"
        )),
        ("version: '1'", (
            "1:10 version: expected 1, found '1' in quotes; write 1 without the quotes"
        )),
        ("version: true", "1:10 version: expected 1, found true"),
    ],
)  # fmt: skip
def test_version(text: str, said: str) -> None:
    assert complaints(text) == [said]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("Spock-Sign: {when: ['x < 1']}", (
            "3:1 gestures.Spock-Sign: expected a name of small letters, digits and _ that begins"
            " with a letter, found 'Spock-Sign' -> spock_sign"
        )),
        ("Open_Palm: {when: ['x < 1']}", (
            "3:1 gestures.Open_Palm: expected a name of small letters, digits and _ that begins"
            " with a letter, found 'Open_Palm' -> palm"
        )),
        ("None: {when: ['x < 1']}", (
            "3:1 gestures.None: expected a name of small letters, digits and _ that begins"
            " with a letter, found 'None'"
        )),
        ("none: {when: ['x < 1']}", (
            "3:1 gestures.none: 'none' is what stands for no gesture: give this one another name"
        )),
        ("no_gesture: {motion: {swipe: left}}", (
            "3:1 gestures.no_gesture: 'no_gesture' is what stands for no gesture: give this one"
            " another name"
        )),
        ("a:", (
            '3:3 gestures.a: expected keys with values such as {when: ["gap(thumb, index) < 0.25"]}'
            ", found nothing"
        )),
        ("a: {}", (
            "3:1 gestures.a: expected 'fingers', 'when' or 'motion': nothing says what makes this"
            " gesture"
        )),
        ("a: {fingers: {}}", (
            "3:14 gestures.a.fingers: expected a finger (thumb, index, middle, ring, pinky), found"
            " an empty mapping"
        )),
        ("a: {fingers: {indx: half}}", (
            "3:15 gestures.a.fingers.indx: unknown key 'indx'; the keys here are thumb, index,"
            " middle, ring, pinky -> index"
        )),
        ("a: {fingers: {little: half}}", (
            "3:15 gestures.a.fingers.little: unknown key 'little'; the keys here are thumb, index,"
            " middle, ring, pinky -> pinky"
        )),
        ("a: {fingers: {index: straight}}", (
            "3:22 gestures.a.fingers.index: expected extended, half or folded, found 'straight'"
            " -> extended"
        )),
        ("a: {fingers: {index: [half, fold]}}", (
            "3:29 gestures.a.fingers.index[1]: expected extended, half or folded, found 'fold'"
            " -> folded"
        )),
        ("a: {fingers: {index: []}}", (
            "3:22 gestures.a.fingers.index: expected one or more of extended, half or folded, found"
            " an empty list"
        )),
        ("a: {fingers: {index: 3}}", (
            "3:22 gestures.a.fingers.index: expected one or more of extended, half or folded,"
            " found 3"
        )),
        ("a: {index: half}", "3:5 gestures.a.index: the key 'index' belongs inside 'fingers'"),
        ("a: {wehn: ['x < 1']}", (
            "3:5 gestures.a.wehn: unknown key 'wehn'; the keys here are fingers, when, release,"
            " hand, motion, while, hold_ms, cooldown_ms, repeat_ms -> when"
        )),
        ("a: {when: 'x < 1'}", (
            "3:11 gestures.a.when: expected a list such as [\"gap(thumb, index) < 0.25\"], found"
            " 'x < 1' in quotes; put it in square brackets"
        )),
        ("a: {when: []}", (
            "3:11 gestures.a.when: expected a list such as [\"gap(thumb, index) < 0.25\"], found"
            " an empty list"
        )),
        ("a: {when: [gap(thumb, index) < 0.25]}", (
            "3:12 gestures.a.when[0]: in square brackets a ',' begins a new item: put the whole"
            " condition in quotes"
        )),
        ("a:\n  when: &near\n  - curl(index)) < 50", (
            "5:5 gestures.a.when[0]: expected a feature such as 'gap(thumb, index)', found"
            " 'curl(index))'"
        )),
        ("a:\n  when:\n  - gap thumb, index) < 0.3", (
            "5:5 gestures.a.when[0]: expected a feature such as 'gap(thumb, index)', found"
            " 'gap thumb, index)'"
        )),
        ("a:\n  when:\n  - gap(thumb, index < 0.3", (
            "5:5 gestures.a.when[0]: expected a feature such as 'gap(thumb, index)', found"
            " 'gap(thumb, index'"
        )),
        ("a: {when: [curl(index)) < 50]}", (
            "3:12 gestures.a.when[0]: expected a feature such as 'gap(thumb, index)', found"
            " 'curl(index))'"
        )),
        ("a: {when: [curl(index < 50, x < 1]}", (
            "3:12 gestures.a.when[0]: expected a feature such as 'gap(thumb, index)', found"
            " 'curl(index'"
        )),
        ("a: {when: &near [gap(thumb, index) < 0.25]}", (
            "3:18 gestures.a.when[0]: in square brackets a ',' begins a new item: put the whole"
            " condition in quotes"
        )),
        ('a: {when: ["x < \\n y"]}', (
            "3:20 gestures.a.when[0]: expected a number after '<', found 'y'"
        )),
        ('a: {when: ["x\\ny < 1"]}', (
            "3:13 gestures.a.when[0]: expected a feature such as 'gap(thumb, index)', found 'x y'"
        )),
        ("a: {when: [{any: 'x < 1'}]}", (
            '3:18 gestures.a.when[0].any: expected a list such as ["gap(thumb, index) < 0.25"],'
            " found 'x < 1' in quotes; put it in square brackets"
        )),
        ("a: {when: ['x = 1']}", (
            "3:15 gestures.a.when[0]: expected <, <=, > or >=, found '=' -> <"
        )),
        ("a: {when: ['x < 1_0']}", (
            "3:17 gestures.a.when[0]: expected a number after '<', found '1_0'"
        )),
        ("a: {when: ['x < left']}", (
            "3:17 gestures.a.when[0]: expected a number after '<', found 'left'"
        )),
        ("a: {when: ['curly(index) < 3']}", (
            "3:13 gestures.a.when[0]: expected one of extended, folded, touch, relaxed, curl,"
            " flexion, spread, gap, opposition, angle, facing, roll, x, y, size, speed, velocity,"
            " hands_gap, hands_angle,"
            " found 'curly' -> curl"
        )),
        ("a:\n  when:\n  - curl(index) < 3000", (
            "5:19 gestures.a.when[0]: 3000 is outside curl's range, 0 to 300 degrees"
        )),
        ("a: {when: [any: [x < 1, 'y <']]}", (
            "3:29 gestures.a.when[0].any[1]: expected a number after '<', found ''"
        )),
        ("a: {when: [{not: {any: []}}]}", (
            "3:24 gestures.a.when[0].not.any: expected a list such as"
            ' ["gap(thumb, index) < 0.25"], found an empty list'
        )),
        ("a: {when: [{ani: ['x < 1']}]}", (
            "3:13 gestures.a.when[0].ani: expected any, all or not, found 'ani' -> any"
        )),
        ("a: {when: [3]}", (
            "3:12 gestures.a.when[0]: expected a comparison such as 'gap(thumb, index) < 0.25', or"
            " any, all or not, found 3"
        )),
        ("a: {when: ['hands_gap(index, index) < 1']}", (
            "3:12 gestures.a.when[0]: hands_gap compares two hands: the gesture needs 'hand: both'"
        )),
        ("a: {motion: {swipe: lft}}", (
            "3:21 gestures.a.motion.swipe: expected left, right, up or down, found 'lft' -> left"
        )),
        ("a: {motion: {swipe: left}, when: ['x < 1']}", (
            "3:28 gestures.a.when: 'when' can't stand beside 'motion': make it a gesture of its"
            " own, and name that in 'while'"
        )),
        ("a: {motion: {pinch: index}, hold_ms: 300}", (
            "3:29 gestures.a.hold_ms: 'hold_ms' can't stand beside 'motion': a motion is"
            " recognised, not held: put 'hold_ms' on the binding"
        )),
        ("a: {motion: {swipe: left}, hold_ms: 300}", (
            "3:28 gestures.a.hold_ms: 'hold_ms' can't stand beside 'motion': a motion is"
            " recognised, not held: leave it out"
        )),
        ("a: {motion: {pinch: index}, repeat_ms: 300}", (
            "3:29 gestures.a.repeat_ms: 'repeat_ms' can't stand beside 'motion': a motion acts"
            " once each time it is made: leave it out"
        )),
        ("a: {motion: {swipe: left}, hand: both}", (
            "3:28 gestures.a.hand: 'hand: both' can't stand beside 'motion': it is made with one"
            " hand: leave it out, or write left or right"
        )),
        ("a: {motion: {zoom: in}, hand: both}", (
            "3:25 gestures.a.hand: 'hand: both' can't stand beside 'motion': write 'hands: two' in"
            " the motion instead"
        )),
        ("a: {motion: {zoom: in, hands: two}, hand: left}", (
            "3:37 gestures.a.hand: 'hand: left' can't stand beside 'motion': this zoom takes both"
            " hands as it is: leave it out"
        )),
        ("palm: {motion: {swipe: left}}", (
            "3:1 gestures.palm: 'palm' is the gesture that arms, and a motion can't be held: give"
            " this another name, or name a pose under 'arming'"
        )),
        ("a: {when: ['x < 1'], while: [palm]}", (
            "3:22 gestures.a.while: 'while' needs 'motion' beside it: it names the poses held"
            " during one"
        )),
        ("a: {motion: {swipe: left}, while: [plam]}", (
            "3:36 gestures.a.while[0]: expected the name of a gesture, found 'plam' -> palm"
        )),
        ("a: {motion: {swipe: left}, while: [swipe_left]}", (
            "3:36 gestures.a.while[0]: expected a pose to hold during the motion, found the motion"
            " 'swipe_left'"
        )),
        ("a: {motion: {swipe: left}, while: palm}", (
            "3:35 gestures.a.while: expected a list such as [palm, stop], found 'palm';"
            " put it in square brackets"
        )),
        ("- a: {when: ['x < 1']}", (
            '3:1 gestures: expected keys with values such as pinch: {when: ["gap(thumb, index)'
            " < 0.25\"]}, found a list; leave out the '- '"
        )),
    ],
)  # fmt: skip
def test_gestures(entry: str, said: str) -> None:
    assert complaints(f"version: 1\ngestures:\n{_indented(entry)}") == [_moved(said)]


def _indented(entry: str) -> str:
    return "".join(f"  {line}\n" for line in entry.splitlines())


def _moved(said: str) -> str:
    """A complaint two columns further right, as the entry is indented by two."""
    line, rest = said.split(":", 1)
    column, rest = rest.split(" ", 1)
    return f"{line}:{int(column) + 2} {rest}"


KEY = "action: {type: key, keys: a}"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{gesture: fist}", (
            "3:3 bindings[0]: 'action' is missing: write action: {type: key, keys: Right}"
        )),
        ("{action: {type: pointer}}", "3:3 bindings[0]: 'gesture' is missing: write gesture: fist"),
        ("", (
            "3:2 bindings[0]: expected keys with values such as"
            " {gesture: fist, action: {type: key, keys: b}}, found nothing"
        )),
        (f"{{gesture: 5, {KEY}}}", (
            "3:13 bindings[0].gesture: expected text such as fist, found 5;"
            " put it in quotes if it is meant as text"
        )),
        (f"{{gesture: fist, hand: both, {KEY}}}", (
            "3:25 bindings[0].hand: expected left or right, found 'both';"
            " leave it out for either hand"
        )),
        (f"{{gesture: fist, hold_ms: -1, {KEY}}}", (
            "3:28 bindings[0].hold_ms: expected a number between 0 and 60000, found -1"
        )),
        ("{gesture: fist, keys: a}", (
            "3:19 bindings[0].keys: the key 'keys' belongs inside 'action'"
        )),
        ("{gesture: fist, action: Right}", (
            "3:27 bindings[0].action: expected keys with values such as {type: key, keys: Right},"
            " found 'Right'"
        )),
        ("{gesture: fist, action: {keys: a}}", (
            f"3:27 bindings[0].action: 'type' is missing: expected {KINDS}"
        )),
        ("{gesture: fist, action: {type: [key]}}", (
            f"3:34 bindings[0].action.type: expected {KINDS}, found a list"
        )),
        ("{gesture: fist, action: {type: key, key: a}}", (
            "3:39 bindings[0].action.key: unknown key 'key'; the keys here are type, keys,"
            " delay_ms -> keys"
        )),
        ("{gesture: fist, action: {type: pointer, hold_ms: 9}}", (
            "3:43 bindings[0].action.hold_ms: the key 'hold_ms' belongs beside 'action',"
            " not inside it"
        )),
        ("{gesture: fist, action: {type: key, keys: 'ctrl+shft+a'}}", (
            "3:51 bindings[0].action.keys: expected the name of a key, found 'shft' -> shift"
        )),
        ("{gesture: fist, action: {type: key, keys: true}}", (
            "3:45 bindings[0].action.keys: expected text such as ctrl+Right, found true;"
            " put it in quotes if it is meant as text"
        )),
        ("{gesture: fist, action: {type: click, count: 9}}", (
            "3:48 bindings[0].action.count: expected a whole number between 1 and 3, found 9"
        )),
        ("{gesture: fist, action: {type: drag, button: lft}}", (
            "3:48 bindings[0].action.button: expected left, middle or right, found 'lft' -> left"
        )),
        ("{gesture: fist, action: {type: mode, name: vidoe}}", (
            "3:46 bindings[0].action.name: expected the name of a mode (default, video),"
            " found 'vidoe' -> video"
        )),
    ],
)  # fmt: skip
def test_bindings(entry: str, said: str) -> None:
    modes = "modes: {video: {bindings: []}}"
    assert complaints(f"version: 1\nbindings:\n- {entry}\n{modes}") == [said]


def test_bindings_that_are_no_list() -> None:
    assert complaints(f"version: 1\nbindings:\n  fist: {KEY}".replace("fist: action", "fist")) == [
        "3:3 bindings: expected a list such as - {gesture: fist, action: {type: key, keys: b}},"
        " found keys with values; begin each entry with '- '"
    ]


def test_modes() -> None:
    text = """\
version: 1
modes:
  default: {bindings: []}
  Big Screen: {apps: mpv}
  video: {bindings: [{gesture: fists, action: {type: pointer}}]}
"""
    assert complaints(text) == [
        "3:3 modes.default: 'default' is the mode without a name: its bindings are those under"
        " 'bindings' at the top",
        '4:3 modes."Big Screen": expected a name of small letters, digits and _ that begins with a'
        " letter, found 'Big Screen' -> big_screen",
        "4:22 modes.\"Big Screen\".apps: expected a list such as [mpv, vlc], found 'mpv';"
        " put it in square brackets",
        "5:32 modes.video.bindings[0].gesture: expected the name of a gesture, found 'fists'"
        " -> fist",
    ]


def test_a_fault_behind_an_anchor_is_reported_once() -> None:
    text = """\
version: 1
bindings:
- {gesture: fist, action: &next {type: key, keys: Rigth}}
- {gesture: palm, action: *next}
"""
    assert complaints(text) == [
        "3:51 bindings[0].action.keys: expected the name of a key, found 'Rigth' -> Right",
    ]


def test_a_finger_that_may_be_anything() -> None:
    text = "version: 1\ngestures:\n  a: {fingers: {index: [extended, half, folded]}}\n"
    assert complaints(text) == [
        "3:24 gestures.a.fingers.index: a finger that may be extended and folded may be anything:"
        " leave it out"
    ]


def test_a_motion_cannot_arm() -> None:
    assert complaints("version: 1\narming: {gesture: swipe_left}\n") == [
        "2:19 arming.gesture: expected a gesture that can be held, found the motion 'swipe_left'"
    ]


@pytest.mark.parametrize("arming", ["false", "{gesture: fist}"])
def test_a_motion_may_be_called_as_what_arms_by_default(arming: str) -> None:
    text = f"version: 1\narming: {arming}\ngestures: {{palm: {{motion: {{swipe: left}}}}}}\n"
    assert parse(text).config.gestures[0].motion is not None


def test_two_hands_may_arm() -> None:
    text = "version: 1\narming: {gesture: a}\ngestures: {a: {when: ['x < 1'], hand: both}}\n"
    assert parse(text).warnings == ()
