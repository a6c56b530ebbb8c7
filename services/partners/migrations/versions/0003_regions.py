"""regions"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('region', schema=None) as batch_op:
        batch_op.add_column(sa.Column('counties', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('host', sqlmodel.sql.sqltypes.AutoString(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('valid_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('valid_to', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('successors', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))

    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=10), server_default='member', nullable=False))

    op.create_table('rearrangement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('sources', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('targets', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('effective', sa.Date(), nullable=True),
    sa.Column('guests_until', sa.Date(), nullable=True),
    sa.Column('problem', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('updated_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('executed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('said', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rearrangement'))
    )
    with op.batch_alter_table('rearrangement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rearrangement_state'), ['state'], unique=False)

    op.create_table('rearrangement_assignment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('rearrangement_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('targets', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('by_hand', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['rearrangement_id'], ['rearrangement.id'], name=op.f('fk_rearrangement_assignment_rearrangement_id_rearrangement')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rearrangement_assignment')),
    sa.UniqueConstraint('rearrangement_id', 'kind', 'subject_id', name=op.f('uq_rearrangement_assignment_rearrangement_id_kind_subject_id'))
    )
    with op.batch_alter_table('rearrangement_assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rearrangement_assignment_rearrangement_id'), ['rearrangement_id'], unique=False)

    op.create_table('partner_webinar',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('regions', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('starts_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partner_webinar'))
    )
    op.create_table('kept_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kept_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_kept_day'))
    )


def downgrade() -> None:
    op.drop_table('kept_day')
    op.drop_table('partner_webinar')
    op.drop_table('rearrangement_assignment')
    op.drop_table('rearrangement')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_column('kind')
    with op.batch_alter_table('region', schema=None) as batch_op:
        for name in ('successors', 'valid_to', 'valid_from', 'host', 'counties'):
            batch_op.drop_column(name)
