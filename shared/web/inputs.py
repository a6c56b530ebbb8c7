"""What comes from outside: models that refuse text no database can keep."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from shared.web.i18n import marker as _

UNSTORABLE = _("Teksten har tegn som ikke kan lagres (NUL eller halve tegnpar). Fjern dem.")

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5_000)]


class Input(BaseModel):
    """A model of something somebody sent."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        if not storable(value):
            raise ValueError(UNSTORABLE)
        return value


def storable(value: Any) -> bool:
    """Whether every text in `value` can be written to a database and sent on."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, dict):
        return all(storable(key) and storable(item) for key, item in value.items())
    if isinstance(value, list | tuple | set):
        return all(storable(item) for item in value)
    return True
