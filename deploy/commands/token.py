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


def run(role: Role, region: str | None, days: int, data: Path) -> None:
    """Print a token for `role`, good for `days`, as the last line."""
    if role == "region_staff" and not region:
        raise SetupProblem("A token for region_staff needs a region.", "Add: --region nordland")
    key = keyring(installation.common(data), signs=True).private
    if key is None:
        raise SetupProblem(
            "The session's private key is not here.",
            "Run this where partners runs.",
        )
    actor = service_actor(Grant(role, region if role == "region_staff" else None), f"API {role} {region or ''}".strip())
    typer.echo(issue(key, actor, timedelta(days=days)))
