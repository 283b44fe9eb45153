"""A little of what `tests.fuzz` does at length, with seeds of its own."""

from __future__ import annotations

import random

from tests.fuzz import configs, messages, mutate


def test_mutated_configurations_are_used_or_refused_at_their_place():
    report = configs.fuzz(150, seed=1)
    assert report.faults == []
    # Neither all wrong at once, nor all left as they were; and in many ways.
    assert report.outcomes["refused"] > 60
    assert report.outcomes["used"] > 10
    assert len(report.messages) > 40


def test_mutated_messages_are_answered_each_once():
    report = messages.fuzz(300, seed=1)
    assert report.faults == []
    assert report.outcomes["refused"] > 50
    assert report.outcomes["carried out"] > 30


def test_a_seed_gives_the_same_texts():
    texts = configs.seeds()
    once, again = (
        [mutate.mutated(random.Random(f"0:{number}"), texts) for number in range(50)]
        for _ in range(2)
    )
    assert once == again
    assert len(set(once)) > 40
