"""people"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

INDEXED = ('pending_until', 'email_refused_at', 'last_active_at', 'retired_at', 'merged_into')
TIMES = (
    'verified_at',
    'pending_until',
    'email_refused_at',
    'last_active_at',
    'warned_at',
    'last_warned_at',
    'retired_at',
)
TEXTS = {'phone': 40, 'pending_email': 254, 'pending_digest': 64, 'email_refused_reply': 500}


def upgrade() -> None:
    with op.batch_alter_table('person', schema=None) as batch_op:
        for name, length in TEXTS.items():
            batch_op.add_column(sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=True))
        for name in TIMES:
            batch_op.add_column(sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('email_version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('merged_into', sa.Uuid(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_person_pending_digest'), ['pending_digest'])
        batch_op.create_foreign_key(batch_op.f('fk_person_merged_into_person'), 'person', ['merged_into'], ['id'])
        for name in INDEXED:
            batch_op.create_index(batch_op.f(f'ix_person_{name}'), [name], unique=False)

    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')
    with op.batch_alter_table('person_grant', schema=None) as batch_op:
        batch_op.add_column(sa.Column('functions', json, nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('imported', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f('ix_person_grant_region'), ['region'], unique=False)

    op.create_table('person_alias',
    sa.Column('external_id', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_alias_person_id_person')),
    sa.PrimaryKeyConstraint('external_id', name=op.f('pk_person_alias'))
    )
    with op.batch_alter_table('person_alias', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_alias_person_id'), ['person_id'], unique=False)
    op.create_table('person_distinct',
    sa.Column('first_id', sa.Uuid(), nullable=False),
    sa.Column('second_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['first_id'], ['person.id'], name=op.f('fk_person_distinct_first_id_person')),
    sa.ForeignKeyConstraint(['second_id'], ['person.id'], name=op.f('fk_person_distinct_second_id_person')),
    sa.PrimaryKeyConstraint('first_id', 'second_id', name=op.f('pk_person_distinct'))
    )


def downgrade() -> None:
    op.drop_table('person_distinct')
    op.drop_table('person_alias')
    with op.batch_alter_table('person_grant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_grant_region'))
        batch_op.drop_column('imported')
        batch_op.drop_column('functions')

    with op.batch_alter_table('person', schema=None) as batch_op:
        for name in INDEXED:
            batch_op.drop_index(batch_op.f(f'ix_person_{name}'))
        batch_op.drop_constraint(batch_op.f('fk_person_merged_into_person'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_person_pending_digest'), type_='unique')
        for name in ('merged_into', 'email_version', *reversed(TIMES), *reversed(TEXTS)):
            batch_op.drop_column(name)
