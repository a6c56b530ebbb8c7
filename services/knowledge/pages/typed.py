"""A case as its form has it: lists as lines, words by their names, rows that can become more or fewer."""

import re
from typing import Any

from fastapi import Request

from services.knowledge.models import CONTENT, Case
from services.knowledge.presenting import Presenter
from services.knowledge.queries.rows import KINDS, Rows
from services.knowledge.schemas.rows import Row
from shared.web.forms import Form

MORE = re.compile(r"add-(\w+)")
LESS = re.compile(r"remove-(\w+)-(\d{1,4})")
IN_ROWS = (*KINDS, "links")


async def rearranged(request: Request, form: Form[Any]) -> bool:
    """Whether the button that sent a form asks for a row more or less of something; then it has that."""
    then = str((await request.form()).get("then", ""))
    more, less = MORE.fullmatch(then), LESS.fullmatch(then)
    if more and more[1] in IN_ROWS:
        form.add_row(more[1])
    elif less and less[1] in IN_ROWS:
        form.remove_row(less[1], int(less[2]))
    else:
        return False
    return True


def typed_values(case: Case, rows: Rows, presenter: Presenter) -> dict[str, Any]:
    """Return what stands in the form of a case."""
    return {
        **case.model_dump(include={*CONTENT, "version"}),
        "measure_types": case.measure_codes,
        "municipalities": "\n".join(presenter.terms("municipality", case.municipalities)),
        "industries": "\n".join(f"{code} {presenter.term('industry', code)}" for code in case.industries),
        "keywords": "\n".join(case.keywords),
        "prerequisites": "\n".join(case.prerequisites),
        "scopes": case.scopes,
        **{name: [_row(one) for one in getattr(rows, name)] for name in KINDS},
        "links": [dict(one) for one in case.links],
    }


def _row(row: Row) -> dict[str, Any]:
    told = row.model_dump()
    if told.get("target_id") is not None:
        told["url"] = f"/cases/{told['target_id']}"
    return told
