"""One answer for many askers, none of it older than the question."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import pytest

from providers._api.shared import Shared
from tests.support.waiting import wait_until


class Questions:
    """Each is answered with its number, once it is let; the second one fails."""

    def __init__(self) -> None:
        self.let = [threading.Event() for _ in range(3)]
        self.asked = 0

    def ask(self) -> int:
        number, self.asked = self.asked, self.asked + 1
        assert self.let[number].wait(60)
        if number == 1:
            raise LookupError
        return number


def waiting() -> int:
    """Count the threads that have put their question, or wait for somebody's answer."""
    count = 0
    for frame in sys._current_frames().values():
        inner: FrameType | None = frame
        while inner is not None:
            count += inner.f_code is Shared.answer.__code__ and "asked" in inner.f_locals
            inner = inner.f_back
    return count


def test_who_comes_while_a_question_is_under_way_gets_the_next_answer():
    """The one under way may have been answered before they came; the next one they share, its failure too."""
    questions = Questions()
    shared = Shared(questions.ask)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(shared.answer)
        wait_until(lambda: questions.asked == 1)
        later = [pool.submit(shared.answer) for _ in range(4)]
        wait_until(lambda: waiting() == 5)
        questions.let[0].set()
        assert 0 == first.result(60)
        wait_until(lambda: questions.asked == 2)
        last = pool.submit(shared.answer)
        wait_until(lambda: waiting() == 5)
        questions.let[1].set()
        questions.let[2].set()

        assert 2 == last.result(60)
        for each in later:
            with pytest.raises(LookupError):
                each.result(60)
    assert 3 == questions.asked
