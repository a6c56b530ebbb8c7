"""`python -m tests.contracts.renew` writes the schemas anew, where they only add to what was agreed on."""

import json
import sys

from tests.contracts.snapshots import FACTS, FOLDER, breaking, file_of, schema_of, written


def main() -> int:
    """Write every schema that may be written; says which may not, and why."""
    FOLDER.mkdir(exist_ok=True)
    refused = 0
    for fact in FACTS:
        file, schema = file_of(fact), schema_of(fact)
        faults = breaking(json.loads(file.read_text()), schema) if file.exists() else []
        for fault in faults:
            sys.stderr.write(f"{fact.subject}: {fault}. State a new version under a new subject beside this one.\n")
        refused += bool(faults)
        if not faults:
            file.write_text(written(schema))
    for left in set(FOLDER.glob("*.json")) - {file_of(fact) for fact in FACTS}:
        sys.stderr.write(
            f"{left.name}: no fact is stated on this subject any longer; remove it when no stream holds one.\n"
        )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
