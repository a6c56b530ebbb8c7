"""The base of a service's tables, and the tables every service keeps for the house itself."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.sql.sqltypes import UTCDateTime

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Json: sa.types.TypeEngine[Any] = sa.JSON().with_variant(JSONB(), "postgresql")
"""JSON that PostgreSQL keeps as JSONB."""

BigKey: sa.types.TypeEngine[Any] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""An integer key that counts up by itself on both databases."""


def metadata() -> sa.MetaData:
    """Return empty metadata with the house's constraint names."""
    return sa.MetaData(naming_convention=NAMING)


@dataclass(frozen=True)
class HouseTables:
    """The tables a service keeps for the house: what it says, has heard, could not digest, has answered, no longer
    trusts, whom it lets do what, who changed what, and whom it is to know no more."""

    outbox: sa.Table
    inbox: sa.Table
    parked: sa.Table
    replies: sa.Table
    ended_sessions: sa.Table
    access: sa.Table
    audit: sa.Table
    forgotten: sa.Table


def house_tables(target: sa.MetaData) -> HouseTables:
    """Add the house's tables to a service's metadata."""
    return HouseTables(
        _outbox(target),
        _inbox(target),
        _parked(target),
        _replies(target),
        _ended_sessions(target),
        _access(target),
        _audit(target),
        _forgotten(target),
    )


def _outbox(target: sa.MetaData) -> sa.Table:
    return sa.Table(
        "outbox",
        target,
        sa.Column("seq", BigKey, primary_key=True, autoincrement=True),
        sa.Column("message_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("stream", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("aggregate_id", sa.Uuid, nullable=False),
        sa.Column("aggregate_version", sa.Integer, nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("published_at", UTCDateTime, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_error", sa.Text, nullable=True),
        sa.Index(
            "ix_outbox_unpublished",
            "seq",
            sqlite_where=sa.text("published_at IS NULL"),
            postgresql_where=sa.text("published_at IS NULL"),
        ),
    )


def _inbox(target: sa.MetaData) -> sa.Table:
    return sa.Table(
        "inbox",
        target,
        sa.Column("consumer", sa.String(80), primary_key=True),
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column("heard_at", UTCDateTime, nullable=False),
    )


def _parked(target: sa.MetaData) -> sa.Table:
    return sa.Table(
        "parked_message",
        target,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("consumer", sa.String(80), nullable=False, index=True),
        sa.Column("stream", sa.String(40), nullable=False),
        sa.Column("stream_seq", sa.BigInteger, nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("deliveries", sa.Integer, nullable=False),
        sa.Column("parked_at", UTCDateTime, nullable=False),
        sa.Column("replayed_at", UTCDateTime, nullable=True),
        sa.UniqueConstraint("consumer", "stream", "stream_seq"),
    )


def _replies(target: sa.MetaData) -> sa.Table:
    return sa.Table(
        "idempotent_reply",
        target,
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("actor", sa.String(80), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("created_at", UTCDateTime, nullable=False),
    )


def _ended_sessions(target: sa.MetaData) -> sa.Table:
    return sa.Table(
        "ended_session",
        target,
        sa.Column("session_id", sa.Uuid, primary_key=True),
        sa.Column("expires_at", UTCDateTime, nullable=False, index=True),
    )


def _access(target: sa.MetaData) -> sa.Table:
    return sa.Table(
        "access",
        target,
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("grants", Json, nullable=False),
    )


def _audit(target: sa.MetaData) -> sa.Table:
    return sa.Table(
        "audit_entry",
        target,
        sa.Column("seq", BigKey, primary_key=True, autoincrement=True),
        sa.Column("at", UTCDateTime, nullable=False, index=True),
        sa.Column("actor_id", sa.Uuid, nullable=True, index=True),
        sa.Column("actor_mark", sa.String(64), nullable=False),
        sa.Column("action", sa.String(60), nullable=False, index=True),
        sa.Column("subject_kind", sa.String(30), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=True, index=True),
        sa.Column("subject_mark", sa.String(64), nullable=False),
        sa.Column("regions", sa.String(1_000), nullable=False),
        sa.Column("correlation_id", sa.String(64), nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
    )


def _forgotten(target: sa.MetaData) -> sa.Table:
    return sa.Table(
        "forgotten_person",
        target,
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("forgotten_at", UTCDateTime, nullable=False),
    )
