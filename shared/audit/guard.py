"""What makes the audit's table append-only in the database itself; called by migrations."""

from alembic import op

MESSAGE = "entries of the audit are kept as they were written"
KEPT = (
    "seq", "at", "actor_mark", "action", "subject_kind", "subject_mark", "regions", "correlation_id", "digest", "hash"
)  # fmt: skip
EMPTIED = ("actor_id", "subject_id")


def guard_audit() -> None:
    """Have the database refuse to delete an entry, or to change anything of it but to take values and ids out."""
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _postgresql() -> None:
    same = " AND ".join(
        [f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT]
        + [f"(NEW.{name} IS NULL OR NEW.{name} IS NOT DISTINCT FROM OLD.{name})" for name in EMPTIED]
    )
    values = (
        "((NEW.salt = '' AND NEW.changes = '{}'::jsonb)"
        " OR (NEW.salt = OLD.salt AND NEW.changes IS NOT DISTINCT FROM OLD.changes))"
    )
    op.execute(f"""
        CREATE FUNCTION audit_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND {values} AND {same} THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '{MESSAGE}';
        END $$""")
    op.execute(
        "CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_kept()"
    )


def _sqlite() -> None:
    differs = " OR ".join(
        [f"NEW.{name} IS NOT OLD.{name}" for name in KEPT]
        + [f"(NEW.{name} IS NOT NULL AND NEW.{name} IS NOT OLD.{name})" for name in EMPTIED]
    )
    emptied = "(NEW.salt = '' AND NEW.changes = '{}')"
    same = "(NEW.salt = OLD.salt AND NEW.changes IS OLD.changes)"
    op.execute(
        "CREATE TRIGGER audit_entry_kept_delete BEFORE DELETE ON audit_entry "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_kept_update BEFORE UPDATE ON audit_entry "
        f"WHEN NOT ({emptied} OR {same}) OR {differs} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def release_audit() -> None:
    """Take the guard away, before the table is dropped."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_entry_kept ON audit_entry")
        op.execute("DROP FUNCTION audit_entry_kept()")
    else:
        op.execute("DROP TRIGGER audit_entry_kept_delete")
        op.execute("DROP TRIGGER audit_entry_kept_update")


def guard_whole_audit() -> None:
    """Have PostgreSQL refuse to empty the whole table at once, which asks no guard of single entries; SQLite has no such statement."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"""
            CREATE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '{MESSAGE}';
            END $$""")
        op.execute(
            "CREATE TRIGGER audit_kept BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_kept()"
        )


def release_whole_audit() -> None:
    """Take that guard away."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_kept ON audit_entry")
        op.execute("DROP FUNCTION audit_kept()")
