"""What people write in cells, as numbers, dates and yes or no; what is wrong is said with the remedy."""

import re
from datetime import date, datetime
from decimal import Decimal

from openpyxl.utils.datetime import from_excel

from shared.sheets.write import decimal_text
from shared.web.i18n import marker as _

Value = str | int | Decimal | bool | date | datetime
"""What a cell holds; an empty cell is None."""

SPACES = re.compile("[ \u00a0\u2009\u202f']")
MINUSES = str.maketrans(dict.fromkeys("−–﹣－", "-"))
PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:([ .,])[0-9]{3})(?:\1[0-9]{3})*(?:([.,])[0-9]+)?")
UNSURE = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
WITH_UNIT = re.compile(r"(.*?[0-9])\s*([^\W\d_%][^\d]*|%)")
MOST_DIGITS = 15
EARLIEST_SERIAL, LATEST_SERIAL = 10_000, 100_000
DAY_FIRST = re.compile(r"([0-9]{1,2})[.-] ?([0-9]{1,2})[.-] ?([0-9]{4})")
ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?")
YES = frozenset({"ja", "yes", "j", "y", "x", "true", "sann", "1"})
NO = frozenset({"nei", "no", "n", "false", "usann", "0"})

NOT_A_NUMBER = _("«%(value)s» er ikke et tall. Skriv for eksempel 1234,5, eller la cellen stå tom.")
UNIT = _("«%(value)s» har mer enn tallet i cellen. Ta bort «%(unit)s».")
AMBIGUOUS = _("«%(value)s» kan bety to ting. Skriv %(thousands)s eller %(decimals)s.")
TOO_LONG = _("«%(value)s» har flere enn 15 sifre. Kontroller tallet.")
NOT_WHOLE = _("«%(value)s» er ikke et helt tall. Skriv tallet uten desimaler.")
NOT_A_DATE = _("«%(value)s» er ikke en dato. Skriv dag, måned og år, for eksempel 31.12.2025.")
NOT_YES_OR_NO = _("«%(value)s» er verken ja eller nei. Skriv ja eller nei.")
IS_A_DATE = _("Cellen har en dato (%(value)s), men skal ha et tall. Endre celleformatet til tall.")


class WrongValue(ValueError):
    """A cell holds something else than it should; `problem` is an interface string with `values`."""

    def __init__(self, problem: str, **values: object) -> None:
        super().__init__(problem % values)
        self.problem = problem
        self.values = values


def text(value: Value) -> str:
    """Return a cell as text: whole numbers without a decimal point, dates as `31.12.2025`, yes and no as `ja` and `nei`."""
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, Decimal):
        return decimal_text(value).replace(".", ",")
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}" if value.time() != datetime.min.time() else f"{value:%d.%m.%Y}"
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value).strip()


def decimal(value: Value) -> Decimal:
    """Return a cell as a number: `1 234,5`, `1.234,5`, `1,234.5` and `12.5` are read; `1.234` could be either and is refused.

    A single comma is always a decimal comma. Raises :class:`WrongValue`.
    """
    if isinstance(value, bool):
        raise WrongValue(NOT_A_NUMBER, value=text(value))
    if isinstance(value, int | Decimal):
        return _short(Decimal(value), text(value))
    if isinstance(value, date):
        raise WrongValue(IS_A_DATE, value=text(value))
    return _number(value.strip())


def _number(shown: str) -> Decimal:
    written = SPACES.sub(" ", shown.translate(MINUSES))
    if UNSURE.fullmatch(written):
        raise WrongValue(AMBIGUOUS, value=shown, thousands=written.replace(".", ""), decimals=written.replace(".", ","))
    if PLAIN.fullmatch(written):
        return _short(Decimal(written.replace(",", ".")), shown)
    if (grouped := THOUSANDS.fullmatch(written)) and grouped[1] != grouped[2]:
        return _short(Decimal(written.replace(grouped[1], "").replace(",", ".")), shown)
    if len(written) < 60 and (measured := WITH_UNIT.fullmatch(written)):
        raise WrongValue(UNIT, value=shown, unit=measured[2].strip())
    raise WrongValue(NOT_A_NUMBER, value=_cut(shown))


def _short(number: Decimal, shown: str) -> Decimal:
    if number.adjusted() >= MOST_DIGITS:
        raise WrongValue(TOO_LONG, value=_cut(shown))
    return number


def integer(value: Value) -> int:
    """Return a cell as a whole number. Raises :class:`WrongValue`."""
    number = decimal(value)
    if number != number.to_integral_value():
        raise WrongValue(NOT_WHOLE, value=text(value))
    return int(number)


def day(value: Value) -> date:
    """Return a cell as a date: a date, `31.12.2025`, `2025-12-31` or Excel's own day number. Raises :class:`WrongValue`."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    shown = text(value)
    if not isinstance(value, bool) and re.fullmatch(r"[0-9]{5}", shown):
        return _serial(int(shown))
    if found := DAY_FIRST.fullmatch(shown):
        return _calendar(int(found[3]), int(found[2]), int(found[1]), shown)
    if found := ISO.fullmatch(shown):
        return _calendar(int(found[1]), int(found[2]), int(found[3]), shown)
    raise WrongValue(NOT_A_DATE, value=_cut(shown))


def _serial(number: int) -> date:
    if not EARLIEST_SERIAL <= number < LATEST_SERIAL:
        raise WrongValue(NOT_A_DATE, value=number)
    moment = from_excel(number)
    assert isinstance(moment, datetime)
    return moment.date()


def _calendar(year: int, month: int, of_month: int, shown: str) -> date:
    try:
        return date(year, month, of_month)
    except ValueError as error:
        raise WrongValue(NOT_A_DATE, value=shown) from error


def boolean(value: Value) -> bool:
    """Return a cell as yes or no: `ja`, `x`, `1`, `yes`, `nei` and so on. Raises :class:`WrongValue`."""
    word = text(value).casefold()
    if word not in YES | NO:
        raise WrongValue(NOT_YES_OR_NO, value=_cut(word))
    return word in YES


def _cut(shown: str) -> str:
    return shown if len(shown) <= 60 else shown[:59] + "…"
