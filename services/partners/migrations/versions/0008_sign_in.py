"""sign in"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
LIST = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade() -> None:
    with op.batch_alter_table('sign_in_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('browser', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('attempt_id', sa.Uuid(), nullable=True))
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('method', sa.String(length=10), nullable=False, server_default='link'))
        batch_op.add_column(sa.Column('strong', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('agent', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('issuer', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('issuer_session', sa.String(length=255), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_session_issuer_session'), ['issuer_session'], unique=False)
    _steps_and_tokens()
    _identities()
    _passkeys()


def _steps_and_tokens() -> None:
    op.create_table('second_step',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('browser', sa.String(length=64), nullable=False),
    sa.Column('method', sa.String(length=10), nullable=False),
    sa.Column('issuer', sa.String(length=60), nullable=False),
    sa.Column('issuer_session', sa.String(length=255), nullable=False),
    sa.Column('back', sa.String(length=500), nullable=False),
    sa.Column('expires_at', MOMENT(), nullable=False),
    sa.Column('done_at', MOMENT(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_second_step_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_step'))
    )
    _indexed('second_step', 'person_id', 'browser')
    op.create_table('api_token',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('writes', sa.Boolean(), nullable=False),
    sa.Column('services', LIST, nullable=False),
    sa.Column('created_at', MOMENT(), nullable=False),
    sa.Column('expires_at', MOMENT(), nullable=False),
    sa.Column('used_at', MOMENT(), nullable=True),
    sa.Column('revoked_at', MOMENT(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_api_token_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_token_digest'))
    )
    _indexed('api_token', 'person_id')


def _identities() -> None:
    op.create_table('identity',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('issuer', sa.String(length=255), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('strong', sa.Boolean(), nullable=False),
    sa.Column('linked_at', MOMENT(), nullable=False),
    sa.Column('used_at', MOMENT(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_identity_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_identity_issuer_subject'))
    )
    _indexed('identity', 'person_id')
    op.create_table('issuer_attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('browser', sa.String(length=64), nullable=False),
    sa.Column('nonce', sa.String(length=64), nullable=False),
    sa.Column('verifier', sa.String(length=128), nullable=False),
    sa.Column('back', sa.String(length=500), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('expires_at', MOMENT(), nullable=False),
    sa.Column('answered_at', MOMENT(), nullable=True),
    sa.Column('issuer', sa.String(length=255), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('issuer_session', sa.String(length=255), nullable=False),
    sa.Column('linked_at', MOMENT(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_issuer_attempt_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issuer_attempt')),
    sa.UniqueConstraint('state', name=op.f('uq_issuer_attempt_state'))
    )
    _indexed('issuer_attempt', 'expires_at')


def _passkeys() -> None:
    op.create_table('passkey',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('credential_id', sa.String(length=1400), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('transports', LIST, nullable=False),
    sa.Column('created_at', MOMENT(), nullable=False),
    sa.Column('used_at', MOMENT(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_passkey_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    _indexed('passkey', 'person_id')
    op.create_table('passkey_challenge',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('ceremony', sa.String(length=10), nullable=False),
    sa.Column('browser', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('challenge', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', MOMENT(), nullable=False),
    sa.Column('answered_at', MOMENT(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_passkey_challenge_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey_challenge'))
    )
    _indexed('passkey_challenge', 'browser', 'expires_at')


def _indexed(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f'ix_{table}_{column}'), [column], unique=False)


def downgrade() -> None:
    for table in ('passkey_challenge', 'passkey', 'issuer_attempt', 'identity', 'api_token', 'second_step'):
        op.drop_table(table)
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_issuer_session'))
        for column in ('issuer_session', 'issuer', 'agent', 'strong', 'method'):
            batch_op.drop_column(column)
    with op.batch_alter_table('sign_in_request', schema=None) as batch_op:
        batch_op.drop_column('attempt_id')
        batch_op.drop_column('browser')
