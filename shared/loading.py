"""Loading records from a file of JSON lines: checked line by line, reported, and repeatable without doubles."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
Progress = Callable[[int], None]
"""Called with how many lines were done since the last call."""


@dataclass(frozen=True)
class LineError:
    """What is wrong with a line; lines count from 1."""

    line: int
    field: str
    text: str


@dataclass
class LoadReport:
    """What a load did, or in a dry run would do."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[LineError] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many lines there were."""
        return self.new + self.changed + self.unchanged + len({error.line for error in self.errors})


def parsed(lines: Iterable[str], model: type[M], report: LoadReport) -> Iterator[tuple[int, M]]:
    """Yield each line's number and record; what is no record goes to `report.errors`. Empty lines are passed over."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield number, model.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            report.errors.append(LineError(number, "", f"not JSON: {error.msg} at column {error.colno}"))
        except ValidationError as errors:
            for problem in errors.errors():
                place = ".".join(str(part) for part in problem["loc"])
                report.errors.append(LineError(number, place, problem["msg"].removeprefix("Value error, ")))
        except (ValueError, RecursionError) as error:
            report.errors.append(LineError(number, "", f"not JSON we can read: {error}"))
