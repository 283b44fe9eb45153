"""Makes the golden traces and the event lines expected of them: `python -m tests.golden.make`.

The traces are the synthetic hand's true landmarks with seeded noise, 15 frames a second. Read the
difference before committing it: the lines are what people get to see, and what acts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from daemon.backends.dry_run import DryRunBackend
from daemon.chain import Chain
from daemon.config.load import load_config
from daemon.config.places import shipped_config
from daemon.injector import Injector
from daemon.loop import run_loop
from daemon.synthetic.hand import HandState, image_joints
from daemon.synthetic.poses import FIST, ONE, PALM
from daemon.synthetic.scene import Act, Scene, below
from daemon.trace import TraceWriter, read_trace
from gestures.landmarks import HandFrame, HandObservation

FOLDER = Path(__file__).parent
FPS = 15
WIDTH, HEIGHT = 640, 480
NOISE_PALMS = 0.01
PALM_PX = 60.0
LEFT_PX, MIDDLE_PX, RIGHT_PX, LEVEL_PX = 248.0, 320.0, 392.0, 260.0


def armed(x_px: float) -> Act:
    """The hand comes up from below, and the palm is held until it arms."""
    start = HandState(PALM, (x_px, below(HEIGHT, PALM_PX)), PALM_PX)
    return Act(start).enter(x_px, LEVEL_PX, 0.7).hold(1.0)


def arm_next_next_back() -> Act:
    act = armed(RIGHT_PX).swipe("left").hold(0.2).move_to(RIGHT_PX, LEVEL_PX, 0.5).hold(0.6)
    return act.swipe("left").hold(1.2).swipe("right").hold(0.5)


def fist_black() -> Act:
    return armed(MIDDLE_PX).become(FIST, 0.3).hold(1.1).become(PALM, 0.3).hold(0.4).leave(HEIGHT)


def fist_lost() -> Act:
    return armed(MIDDLE_PX).become(FIST, 0.3).hold(0.3).leave(HEIGHT, 0.4).hold(0.5)


def pointer() -> Act:
    act = armed(MIDDLE_PX).become(ONE, 0.3).hold(0.4).move_to(MIDDLE_PX - 60, LEVEL_PX - 20, 0.8)
    return act.circle(0.3, 1, 1.5).become(PALM, 0.3).hold(0.3)


def entry_exit_nothing() -> Act:
    """In from every side, out on the other, as fast as a swipe; armed at the first."""
    out = 3.0 * PALM_PX
    act = Act(HandState(PALM, (-out, LEVEL_PX), PALM_PX)).hold(0.2)
    act = act.enter(MIDDLE_PX, LEVEL_PX, 0.8).hold(1.0).move_to(WIDTH + out, LEVEL_PX, 0.8)
    act = act.hold(0.3).enter(MIDDLE_PX, LEVEL_PX, 0.8).hold(0.4).move_to(-out, LEVEL_PX, 0.8)
    act = act.hold(0.3).move_to(MIDDLE_PX, -out, 0.3).enter(MIDDLE_PX, LEVEL_PX, 0.6).hold(0.4)
    return act.leave(HEIGHT, 0.4).hold(0.4)


def return_stroke() -> Act:
    act = armed(RIGHT_PX)
    for pause_s in (0.05, 0.3, 0.6):
        act = act.swipe("left", 2.4, 0.35).hold(pause_s)
        act = act.move_to(RIGHT_PX, LEVEL_PX, 0.45).hold(0.5)
    return act


SCENES = {
    "arm-next-next-back": arm_next_next_back,
    "entry-exit-nothing": entry_exit_nothing,
    "fist-black": fist_black,
    "fist-lost": fist_lost,
    "pointer": pointer,
    "return-stroke": return_stroke,
}


def frames(act: Act, seed: int) -> Iterator[HandFrame]:
    """What a tracker sees: the hand while half of its joints are in the picture."""
    random = np.random.default_rng(seed)
    size = (WIDTH, HEIGHT)
    track, was_seen = 0, False
    scene = Scene((act,))
    for number in range(int(scene.duration_s * FPS) + 1):
        (state,) = scene.at(number / FPS)
        joints = image_joints(state)
        inside = (joints[:, :2] >= 0).all(1) & (joints[:, :2] < size).all(1)
        noise = random.normal(0.0, NOISE_PALMS * PALM_PX, joints.shape)
        is_seen = bool(inside.mean() >= 0.5)
        hands: tuple[HandObservation, ...] = ()
        if is_seen:
            track += not was_seen
            image = (joints + noise) / (WIDTH, HEIGHT, WIDTH)
            hands = (HandObservation(track, state.hand, 0.98, image),)
        was_seen = is_seen
        yield HandFrame(number / FPS, WIDTH, HEIGHT, hands)


def events(trace: Path) -> list[str]:
    """The lines of `gestured replay --json` with the shipped configuration."""
    config = load_config(shipped_config()).config
    chain = Chain(config, Injector(DryRunBackend()), dry_run=True)
    found: list[str] = []
    run_loop(
        read_trace(trace),
        chain,
        lambda lines: found.extend(json.dumps(line.to_json()) for line in lines),
    )
    return found


def main() -> None:
    for seed, (name, act) in enumerate(SCENES.items()):
        trace = FOLDER / f"{name}.trace"
        trace.unlink(missing_ok=True)
        with TraceWriter(trace) as writer:
            for frame in frames(act(), seed):
                writer.write(frame)
        trace.with_suffix(".events").write_text("\n".join(events(trace)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
