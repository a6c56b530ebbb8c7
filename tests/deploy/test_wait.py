"""Waiting gives the answer when it comes, and says what it waited for when it does not."""

import itertools

import pytest

from tests.support.wait import until, until_sync


async def test_waiting_returns_the_first_true_answer_of_a_plain_condition() -> None:
    numbers = itertools.count()
    assert await until(lambda: next(numbers) > 3 and "there", 5, "the fourth") == "there"


async def test_waiting_returns_the_first_true_answer_of_an_async_condition() -> None:
    numbers = itertools.count()

    async def ready() -> int:
        return next(numbers)

    assert await until(ready, 5, "one") == 1


async def test_a_wait_in_vain_names_what_it_waited_for() -> None:
    with pytest.raises(AssertionError, match=r"waited 0.05 s for the moon; last answer: \[\]"):
        await until(list, 0.05, "the moon")


def test_waiting_outside_a_loop_does_the_same() -> None:
    numbers = itertools.count()
    assert until_sync(lambda: next(numbers), 5, "one") == 1
    with pytest.raises(AssertionError, match=r"waited 0\.05 s for the moon"):
        until_sync(lambda: False, 0.05, "the moon")
