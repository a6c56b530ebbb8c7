"""The command `koblingsboks`."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from deploy.servers.problems import SetupProblem

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Run and look after Koblingsboks."
)
parked = typer.Typer(
    no_args_is_help=True, help="Messages a service could not digest. Example: koblingsboks dead-letters list"
)
app.add_typer(parked, name="dead-letters")

Data = Annotated[
    Path, typer.Option("--data", help="Folder for databases, secrets, logs and mail.", envvar="KOBLINGSBOKS_DATA")
]
HERE = Path("data")


@app.command()
def up(
    data: Data = HERE,
    port: Annotated[int, typer.Option(help="Port people reach the network at.")] = 8000,
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the demo's library and people, and offer to sign in as them.")
    ] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Throw the data folder's content away first.")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask; for scripts.")] = False,
) -> None:
    """Run the whole network on this machine. Example: koblingsboks up --demo --port 8000"""
    from deploy.commands.up import run

    run(data, port, demo=demo, reset=reset, ask=not (no_input or demo) and sys.stdin.isatty())


@app.command()
def serve(service: str, data: Data = HERE) -> None:
    """Run one service in this process. Example: koblingsboks serve knowledge"""
    from deploy.commands.serve import run

    run(service, data)


@app.command()
def migrate(service: Annotated[str | None, typer.Argument()] = None, data: Data = HERE) -> None:
    """Bring the databases of all services, or of one, to the newest form. Example: koblingsboks migrate partners"""
    from deploy.commands.migrate import run

    run(service, data)


@app.command()
def topology(data: Data = HERE, replicas: Annotated[int, typer.Option(help="Copies of each stream.")] = 1) -> None:
    """Make and check the streams and consumers of the bus. Example: koblingsboks topology"""
    from deploy.commands.topology import run

    run(data, replicas)


@app.command("import")
def import_(
    what: Annotated[Literal["cases", "partners", "organisations", "people", "accounts"], typer.Argument()],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    data: Data = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    because: Annotated[
        str, typer.Option(help="Spreadsheets: why unlikely rows are right. Without it they are left out.")
    ] = "",
) -> None:
    """Load records from a file; again without doubles. Example: koblingsboks import organisations partners.xlsx --dry-run

    Organisations, people and accounts come as CSV or XLSX: the good rows are entered, each of the others is told of by its place
    and remedy, and the status is then 3. Cases and partners come as JSON lines, and so may organisations and people
    (FILE.jsonl): any wrong line leaves all of them out (status 1).
    """
    from deploy.commands.load import run, run_sheet

    if what == "cases" or what == "partners":
        run(what, file, data, dry_run=dry_run)
    elif what != "accounts" and file.suffix == ".jsonl":
        run("partners", file, data, dry_run=dry_run, only=what)
    else:
        run_sheet(what, file, data, dry_run=dry_run, because=because)


@app.command()
def reindex(
    data: Data = HERE,
    roll_back: Annotated[
        bool, typer.Option("--roll-back", help="Go back to the index in use before, within a day.")
    ] = False,
) -> None:
    """Build the search index anew from the database while search goes on. Example: koblingsboks reindex"""
    from deploy.commands.reindex import run

    run(data, roll_back=roll_back)


@app.command()
def housekeeping(data: Data = HERE) -> None:
    """Take away now what is past its time, and what names people who were erased. Example: koblingsboks housekeeping"""
    from deploy.commands.housekeeping import run

    run(data)


@app.command()
def token(
    role: Annotated[
        Literal["national", "region_lead", "region_staff", "reviewer", "partner_member", "auditor"], typer.Option()
    ],
    data: Data = HERE,
    region: Annotated[str | None, typer.Option(help="Slug of the region; the roles of a region need it.")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it is good for.")] = 90,
) -> None:
    """Print an API bearer token as the last line. Example: koblingsboks token --role region_staff --region nordland"""
    from deploy.commands.token import run

    run(role, region, days, data)


@app.command()
def secrets(folder: Annotated[Path, typer.Argument()] = Path("data/compose-secrets")) -> None:
    """Make the secrets that compose.yaml reads, each once. Example: koblingsboks secrets data/compose-secrets"""
    from deploy.commands.secrets import run

    run(folder)


@app.command()
def doctor(data: Data = HERE) -> None:
    """Say what works on this machine and what does not, with the remedy. Example: koblingsboks doctor"""
    from deploy.commands.doctor import run

    run(data)


@parked.command("list")
def list_parked(data: Data = HERE) -> None:
    """List what is parked in every service. Example: koblingsboks dead-letters list"""
    from deploy.commands.deadletters import list_all

    list_all(data)


@parked.command("show")
def show_parked(parked_id: str, data: Data = HERE) -> None:
    """Show one parked message with its reason and payload. Example: koblingsboks dead-letters show 0190…"""
    from deploy.commands.deadletters import show

    show(parked_id, data)


@parked.command("replay")
def replay_parked(parked_id: Annotated[str, typer.Argument(help="An id, or `all`.")], data: Data = HERE) -> None:
    """Digest a parked message, or all, again. Example: koblingsboks dead-letters replay all"""
    from deploy.commands.deadletters import replay

    replay(parked_id, data)


def main() -> None:
    """Run the command; a failure a person can mend ends with one line and status 1."""
    try:
        app()
    except SetupProblem as problem:
        typer.secho(f"koblingsboks: {problem}", err=True, fg="red")
        sys.exit(1)


if __name__ == "__main__":
    main()
