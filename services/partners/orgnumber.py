"""Norwegian organisation numbers: nine digits, the last a check digit modulo 11 (brreg.no)."""

from shared.web.i18n import marker as _

WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
WRONG = _("Organisasjonsnummeret er ikke gyldig. Det har ni siffer; se etter om to er byttet om.")


def normalised(text: str) -> str:
    """Return the nine digits of a valid number, written with or without spaces; raises ValueError with the remedy."""
    digits = "".join(text.split())
    if len(digits) != 9 or not (digits.isascii() and digits.isdecimal()) or digits[-1] != check_digit(digits[:8]):
        raise ValueError(WRONG)
    return digits


def check_digit(base: str) -> str | None:
    """Return the check digit of eight digits; None where no number has them."""
    rest = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, base, strict=True)) % 11
    return None if rest == 1 else str((11 - rest) % 11)
