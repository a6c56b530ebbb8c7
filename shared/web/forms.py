"""Forms: what was typed, checked by a pydantic model, and shown again with what is wrong."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar, get_origin

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
        value = self._values.get(name)
        return "" if value is None else value

    def refuse(self, name: str, text: str, /, **values: object) -> None:
        """Say that a field is wrong; `text` is an interface string."""
        self._errors.setdefault(name, (text, values))

    def refused(self, refusal: Refusal) -> None:
        """Show a verb's refusal at the field it names, or above the form."""
        self.refuse(refusal.field or "form", refusal.message, **refusal.values)

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
        value = self._values.get(name)
        return "" if value is None else value

    def error(self, name: str) -> str | None:
        """Return what is wrong with a field."""
        return self._errors.get(name)

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """All that is wrong: field, label, text."""
        return [(name, self._labels.get(name, ""), text) for name, text in self._errors.items()]


async def read_form(request: Request, model: type[M], key: bytes, labels: Mapping[str, str] | None = None) -> Form[M]:
    """Read a posted form into `model`; raises ForeignForm. Empty fields count as not given."""
    data = await request.form(max_files=0, max_fields=500)
    csrf.check(request, key, str(data.get(csrf.FIELD) or request.headers.get(csrf.HEADER, "")))
    form: Form[M] = Form(_typed(data, model), labels)
    try:
        form.model = model.model_validate(
            {name: value for name, value in form._values.items() if value not in ("", None)}
        )
    except ValidationError as errors:
        for error in errors.errors():
            name, text, values = explain(error)
            form.refuse(name, text, **values)
    return form


def explain(error: Any) -> tuple[str, str, Mapping[str, object]]:
    """Return the field, the interface string and its values for one of pydantic's errors."""
    name = str(error["loc"][0]) if error["loc"] else "form"
    if error["type"] == "value_error":
        # Our own validators raise a text; pydantic's, which are those of e-mail addresses, give a reason in English.
        return name, str(error["ctx"].get("error", ADDRESS)), {}
    text = TEXTS.get(error["type"], WRONG)
    return name, text, error.get("ctx", {}) if "%(" in text else {}


def _typed(data: FormData, model: type[BaseModel]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if get_origin(field.annotation) in (list, set, tuple):
            values[name] = [text for text in (str(item).strip() for item in data.getlist(name)) if text]
        elif name in data:
            values[name] = str(data[name]).strip().replace("\r\n", "\n")
    return values
