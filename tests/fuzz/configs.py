"""Mutated configurations: each is used, or refused at a place in it; never a traceback.

python -m tests.fuzz.configs [COUNT] [--seed N] [--case N]
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.backends.dry_run import DryRunBackend
from daemon.bench.clip import true_landmarks
from daemon.chain import Chain
from daemon.config.load import load_config
from daemon.config.places import PRESETS, preset_path
from daemon.config.problems import ConfigError, Problem, render
from daemon.injector import Injector
from tests.fuzz.mutate import mutated
from tests.unit.config_texts import EVERYTHING, EXAMPLE

ROOT = Path(__file__).parents[2]
#: CPU seconds that reading may take; a hundredth of it is usual.
_LONGEST_S = 5.0
_HEAD = re.compile(r"(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (error|warning): (?P<rest>.+)")


def seeds() -> list[str]:
    """All configurations that there are: shipped ones, the README's, and the tests'."""
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    return [
        *(preset_path(name).read_text("utf-8") for name in PRESETS),
        *(f"version: 1\n{block}" for block in blocks),
        EXAMPLE,
        EVERYTHING,
    ]


@dataclass
class Report:
    """What came of the cases.

    Attributes:
        outcomes: How many were used, and how many refused.
        faults: Of each case that went wrong its number and what was wrong.
        slowest_s: CPU time of the case that took longest, and its number.
        messages: How often each kind of message was given, by its first words.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest_s: tuple[float, int] = (0.0, -1)
    messages: Counter[str] = field(default_factory=Counter)


def fuzz(count: int, seed: int = 0, cases: Sequence[int] = (), hangs_s: int = 0) -> Report:
    """Read so many mutated files, or those of some numbers; the same seed gives the same files.

    With `hangs_s`, a case that takes so long is given up and reported; needs Unix.
    """
    report, texts = Report(), seeds()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config.yaml"
        for number in cases or range(count):
            data = mutated(random.Random(f"{seed}:{number}"), texts)
            path.write_bytes(data)
            start_s = time.process_time()
            try:
                with _given_up_after(hangs_s):
                    _read(path, report)
            except Exception:  # noqa: BLE001 - none may be raised, of whatever kind
                report.faults.append(f"case {number}: {traceback.format_exc()}")
            took_s = time.process_time() - start_s
            report.slowest_s = max(report.slowest_s, (took_s, number))
            if took_s > _LONGEST_S:
                report.faults.append(f"case {number}: took {took_s:.1f} s")
            if cases:
                sys.stdout.buffer.write(data + b"\n")
    return report


@contextmanager
def _given_up_after(seconds: int) -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise TimeoutError(f"no answer for {seconds} s")

    if seconds:
        signal.signal(signal.SIGALRM, give_up)
        signal.alarm(seconds)
    try:
        yield
    finally:
        if seconds:
            signal.alarm(0)


def _read(path: Path, report: Report) -> None:
    """Read as `check` and `run` do, and see what is said.

    Raises:
        AssertionError: What is said is not as it should be.
    """
    try:
        loaded = load_config(path)
    except ConfigError as error:
        report.outcomes["refused"] += 1
        if not error.problems:
            raise AssertionError("refused without a reason") from None
        _check(error.problems, error.source_lines, report)
    else:
        report.outcomes["used"] += 1
        _check(loaded.warnings, loaded.source_lines, report)
        chain = Chain(loaded.config, Injector(DryRunBackend()), dry_run=True)
        for frame in _FRAMES:
            for line in chain.feed(frame):
                line.to_json()
        chain.reset(1.0, "the end")


def _check(problems: Sequence[Problem], lines: Sequence[str], report: Report) -> None:
    places = [(problem.line, problem.column) for problem in problems]
    assert places == sorted(places), f"not in order: {places}"
    for problem in problems:
        text = render(problem, lines)
        text.encode()  # as stdout does it
        head, *excerpt = text.split("\n")
        found = _HEAD.fullmatch(head)
        assert found, f"not file:line:column: {head!r}"
        assert found["path"] == str(problem.path)
        if lines:
            assert 1 <= problem.line <= len(lines), f"outside the file: {head!r}"
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, f"outside: {head!r}"
            assert len(excerpt) == (2 if lines[problem.line - 1].strip() else 0)
        else:  # what is no text has no lines
            assert (problem.line, problem.column, excerpt) == (1, 1, [])
        assert head.isprintable(), f"not printable: {head!r}"
        assert len(head) < 1500 + len(str(problem.path)), f"too long: {len(head)}"
        assert "pydantic" not in text.lower()
        report.messages[" ".join(problem.message.split()[:3])] += 1


_FRAMES = true_landmarks()[:40:4]


def main() -> int:
    """Fuzz, print what came of it; 1 when something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--case", type=int, action="append", help="show this one alone")
    arguments = parser.parse_args()
    report = fuzz(arguments.count, arguments.seed, arguments.case or (), hangs_s=60)
    for fault in report.faults[:20]:
        print(fault)
    print(f"{dict(report.outcomes)}, {len(report.faults)} faults, {len(report.messages)} kinds of")
    print(f"message; slowest {report.slowest_s[0]:.2f} s of CPU (case {report.slowest_s[1]})")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
