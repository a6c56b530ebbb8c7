"""needs, and what may answer them"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def _json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade() -> None:
    op.create_table('need',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=5000), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('focus_areas', _json(), nullable=False),
    sa.Column('scopes', _json(), nullable=False),
    sa.Column('sector', sa.String(length=20), nullable=True),
    sa.Column('measure_codes', _json(), nullable=False),
    sa.Column('region', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('wanted_by', sa.Date(), nullable=False),
    sa.Column('visibility', sa.String(length=20), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('poster_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('updated_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('closed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need'))
    )
    with op.batch_alter_table('need', schema=None) as batch_op:
        for name in ('status', 'region', 'wanted_by', 'organisation_id', 'poster_id', 'closed_at'):
            batch_op.create_index(batch_op.f(f'ix_need_{name}'), [name], unique=False)

    op.create_table('need_match',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.Column('other_need_id', sa.Uuid(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('reasons', _json(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('asked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('asked_by', sa.Uuid(), nullable=True),
    sa.Column('reminded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('handed_over_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('answered_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('answered_by', sa.Uuid(), nullable=True),
    sa.Column('decline_reason', sqlmodel.sql.sqltypes.AutoString(length=600), nullable=False),
    sa.Column('outcome_asked', sa.Integer(), nullable=False),
    sa.Column('helped', sa.String(length=10), nullable=True),
    sa.Column('helped_text', sqlmodel.sql.sqltypes.AutoString(length=600), nullable=False),
    sa.Column('helped_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_match_need_id_need')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_need_match_case_id_case')),
    sa.ForeignKeyConstraint(['other_need_id'], ['need.id'], name=op.f('fk_need_match_other_need_id_need')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_match')),
    sa.UniqueConstraint('need_id', 'case_id', name=op.f('uq_need_match_need_id_case_id')),
    sa.UniqueConstraint('need_id', 'other_need_id', name=op.f('uq_need_match_need_id_other_need_id')),
    )
    with op.batch_alter_table('need_match', schema=None) as batch_op:
        for name in ('need_id', 'case_id', 'other_need_id', 'state', 'asked_by', 'answered_by'):
            batch_op.create_index(batch_op.f(f'ix_need_match_{name}'), [name], unique=False)

    op.create_table('match_task',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_task'))
    )
    with op.batch_alter_table('match_task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_match_task_at'), ['at'], unique=False)


def downgrade() -> None:
    op.drop_table('match_task')
    op.drop_table('need_match')
    op.drop_table('need')
