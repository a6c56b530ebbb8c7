"""Forms: what was typed, checked by a pydantic model, and shown again with what is wrong.

A field that is a list of models is typed in rows, `<field>-<row>-<name>`, rows counting from 0. A hidden field `<field>-rows` says
that the form has them, also where none is left.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request

from shared.errors import Refusal
from shared.web import csrf
from shared.web.i18n import marker as _

M = TypeVar("M", bound=BaseModel)

TEXTS: dict[str, str] = {
    "missing": _("Feltet må fylles ut."),
    "string_too_short": _("Feltet må fylles ut."),
    "string_too_long": _("Teksten er for lang: høyst %(max_length)s tegn."),
    "too_short": _("Velg minst én."),
    "too_long": _("Velg høyst %(max_length)s."),
    "int_parsing": _("Skriv et helt tall."),
    "decimal_parsing": _("Skriv et tall, for eksempel 12,5."),
    "greater_than_equal": _("Tallet må være minst %(ge)s."),
    "less_than_equal": _("Tallet kan høyst være %(le)s."),
    "literal_error": _("Velg en av mulighetene i lista."),
    "url_parsing": _("Skriv en hel adresse som begynner med https://."),
    "url_scheme": _("Skriv en hel adresse som begynner med https://."),
    "datetime_from_date_parsing": _("Skriv dato og klokkeslett."),
    "datetime_parsing": _("Skriv dato og klokkeslett."),
    "uuid_parsing": _("Velg en av mulighetene i lista."),
}
ROW = re.compile(r"(\w+)-(\d{1,4})-(\w+)", re.ASCII)
ADDRESS = _("Skriv en gyldig e-postadresse, for eksempel kari@example.no.")
WRONG = _("Verdien er ikke gyldig.")


class Form(Generic[M]):
    """A form as the templates show it: values, errors by field, and the model where all is well."""

    def __init__(self, values: Mapping[str, Any] | None = None, labels: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})
        self._labels = dict(labels or {})
        self._errors: dict[str, tuple[str, Mapping[str, object]]] = {}
        self.model: M | None = None

    def value(self, name: str) -> Any:
        """Return what stands in a field: a text, or a list for fields that take several."""
        return _kept(self._values, name)

    def add_row(self, name: str) -> None:
        """Have one more row, empty, and say nothing of what is wrong: whoever asks for it is not done."""
        self._values[name] = [*self._values.get(name, []), {}]
        self._errors.clear()

    def remove_row(self, name: str, place: int) -> None:
        """Have one row less, and say nothing of what is wrong."""
        self._values[name] = [row for at, row in enumerate(self._values.get(name, [])) if at != place]
        self._errors.clear()

    def refuse(self, name: str, text: str, /, **values: object) -> None:
        """Say that a field is wrong; `text` is an interface string."""
        self._errors.setdefault(name, (text, values))

    def refused(self, refusal: Refusal) -> None:
        """Show a verb's refusal at the field it names, or above the form."""
        self.refuse((refusal.field or "form").replace(".", "-"), refusal.message, **refusal.values)

    def translated(self, translate: Any) -> "ShownForm":
        """Return the form in the reader's language, for the templates."""
        errors = {name: translate(text, values) for name, (text, values) in self._errors.items()}
        return ShownForm(self._values, {name: translate(text) for name, text in self._labels.items()}, errors)


class ShownForm:
    """A form in one language."""

    def __init__(self, values: Mapping[str, Any], labels: Mapping[str, str], errors: Mapping[str, str]) -> None:
        self._values = values
        self._labels = labels
        self._errors = errors

    def value(self, name: str) -> Any:
        """Return what stands in a field."""
        return _kept(self._values, name)

    def error(self, name: str) -> str | None:
        """Return what is wrong with a field."""
        return self._errors.get(name)

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """All that is wrong: field, label, text."""
        return [(name, self._label(name), text) for name, text in self._errors.items()]

    def _label(self, name: str) -> str:
        """Return what a field is called: `Virkninger 2, Verdi` in a row."""
        in_row = ROW.fullmatch(name)
        if in_row is None:
            return self._labels.get(name, "")
        rows, place, field = in_row.groups()
        return f"{self._labels.get(rows, '')} {int(place) + 1}, {self._labels.get(f'{rows}-{field}', '')}".strip(", ")


async def read_form(request: Request, model: type[M], key: bytes, labels: Mapping[str, str] | None = None) -> Form[M]:
    """Read a posted form into `model`; raises ForeignForm. Empty fields count as not given."""
    data = await request.form(max_files=0, max_fields=1_500)
    csrf.check(request, key, str(data.get(csrf.FIELD) or request.headers.get(csrf.HEADER, "")))
    form: Form[M] = Form(_typed(data, model), labels)
    try:
        form.model = model.model_validate(
            {name: _given(value) for name, value in form._values.items() if value not in ("", None)}
        )
    except ValidationError as errors:
        for error in errors.errors():
            name, text, values = explain(error)
            form.refuse(name, text, **values)
    return form


def explain(error: Any) -> tuple[str, str, Mapping[str, object]]:
    """Return the field, the interface string and its values for one of pydantic's errors."""
    in_row = len(error["loc"]) > 2 and isinstance(error["loc"][1], int)
    name = "-".join(map(str, error["loc"][:3])) if in_row else str(error["loc"][0]) if error["loc"] else "form"
    if error["type"] == "value_error":
        # Our own validators raise a text; pydantic's, which are those of e-mail addresses, give a reason in English.
        return name, str(error["ctx"].get("error", ADDRESS)), {}
    text = TEXTS.get(error["type"], WRONG)
    return name, text, error.get("ctx", {}) if "%(" in text else {}


def _typed(data: FormData, model: type[BaseModel]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        row = _row_model(field.annotation)
        if row is not None and f"{name}-rows" in data:
            values[name] = _rows(data, name, row)
        elif row is None and get_origin(field.annotation) in (list, set, tuple):
            values[name] = [text for text in (str(item).strip() for item in data.getlist(name)) if text]
        elif name in data:
            values[name] = str(data[name]).strip().replace("\r\n", "\n")
    return values


def _row_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model of a field's rows, where it is a list of models."""
    for part in (annotation, *get_args(annotation)):
        bare = get_args(part)[0] if get_origin(part) is Annotated else part
        inner = get_args(bare)[0] if get_origin(bare) is list else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return inner
    return None


def _rows(data: FormData, name: str, model: type[BaseModel]) -> list[dict[str, str]]:
    """Return the typed rows in order, without those in which nobody typed anything."""
    found: dict[int, dict[str, str]] = {}
    for key in data:
        in_row = ROW.fullmatch(key)
        if in_row and in_row[1] == name and in_row[3] in model.model_fields:
            found.setdefault(int(in_row[2]), {})[in_row[3]] = str(data[key]).strip().replace("\r\n", "\n")
    rows = [found[place] for place in sorted(found)]
    return [row for row in rows if any(text not in ("", _default(model, field)) for field, text in row.items())]


def _default(model: type[BaseModel], name: str) -> str:
    """Return what stands in a field of a row before anybody chose."""
    default = model.model_fields[name].default
    return default if isinstance(default, str) else ""


def _given(value: Any) -> Any:
    """Return what was typed, rows without their empty fields."""
    if isinstance(value, list):
        return [_given(item) for item in value]
    if isinstance(value, dict):
        return {name: text for name, text in value.items() if text not in ("", None)}
    return value


def _kept(values: Mapping[str, Any], name: str) -> Any:
    """Return what stands in a field, also in one of a row."""
    in_row = ROW.fullmatch(name)
    if in_row is None:
        value = values.get(name)
    else:
        rows, place = values.get(in_row[1]) or [], int(in_row[2])
        value = rows[place].get(in_row[3]) if place < len(rows) else None
    return "" if value is None else value
