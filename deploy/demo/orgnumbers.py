"""Organisation numbers for invented organisations: the check digit is right, the number is nobody's on purpose."""

from collections.abc import Iterator

WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
FIRST_BASE = 99_990_000
LAST_BASE = 99_999_999


def check_digit(base: str) -> int | None:
    """The ninth digit of an eight-digit base by modulus 11, or None where no digit fits."""
    rest = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, base, strict=True)) % 11
    if rest == 1:
        return None
    return 0 if rest == 0 else 11 - rest


def is_valid(number: str) -> bool:
    return len(number) == 9 and number.isdigit() and check_digit(number[:8]) == int(number[8])


def invented_numbers() -> Iterator[str]:
    """Valid numbers that all begin with 9999, lowest first."""
    for base in range(FIRST_BASE, LAST_BASE + 1):
        digit = check_digit(str(base))
        if digit is not None:
            yield f"{base}{digit}"
