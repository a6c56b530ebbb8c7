"""Choices that look random and never change: each is read off a hash of what is being chosen."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Dice:
    """Draws named by what they decide, so that a new draw leaves every earlier one as it was, on any Python."""

    seed: int

    def roll(self, *what: object) -> float:
        """A number from 0 up to, not including, 1."""
        name = "/".join(str(part) for part in (self.seed, *what))
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6]) / 2**48

    def chance(self, share: float, *what: object) -> bool:
        return self.roll(*what) < share

    def pick(self, options: Sequence[Choice], *what: object) -> Choice:
        return options[int(self.roll(*what) * len(options))]

    def weighted(self, weights: Mapping[Choice, int], *what: object) -> Choice:
        """One of the keys, as often as its weight says."""
        rest = self.roll(*what) * sum(weights.values())
        for option, weight in weights.items():
            rest -= weight
            if rest < 0:
                return option
        raise ValueError("nothing to choose from")

    def shuffled(self, options: Sequence[Choice], *what: object) -> list[Choice]:
        return sorted(options, key=lambda option: self.roll(*what, option))

    def some(self, options: Sequence[Choice], least: int, most: int, *what: object) -> tuple[Choice, ...]:
        """Between `least` and `most` of the options, in the order they have."""
        count = least + int(self.roll(*what, "count") * (most - least + 1))
        chosen = self.shuffled(options, *what)[:count]
        return tuple(option for option in options if option in chosen)
