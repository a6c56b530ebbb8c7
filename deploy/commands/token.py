"""`koblingsboks token`: a bearer token for a program."""

from datetime import timedelta
from pathlib import Path

import typer

from deploy import installation
from deploy.servers.problems import SetupProblem
from shared.auth.actor import Grant
from shared.auth.keys import keyring
from shared.auth.session import issue, service_actor
from shared.contracts.vocabulary import Role

NEED_REGION: tuple[Role, ...] = ("region_lead", "region_staff", "reviewer")


def run(role: Role, region: str | None, days: int, data: Path) -> None:
    """Print a token for `role`, good for `days`, as the last line."""
    if role in NEED_REGION and not region:
        raise SetupProblem(f"A token for {role} needs a region.", "Add: --region nordland")
    key = keyring(installation.common(data), signs=True).private
    if key is None:
        raise SetupProblem(
            "The session's private key is not here.",
            "Run this where partners runs.",
        )
    place = region if role in (*NEED_REGION, "auditor") else None
    actor = service_actor(Grant(role, place), f"API {role} {place or ''}".strip())
    typer.echo(issue(key, actor, timedelta(days=days)))
