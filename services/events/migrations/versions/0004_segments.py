"""segments"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('segment',
    sa.Column('segment_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('regions', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('segment_id', name=op.f('pk_segment'))
    )
    op.create_table('segment_member',
    sa.Column('segment_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['segment_id'], ['segment.segment_id'], name=op.f('fk_segment_member_segment_id_segment')),
    sa.PrimaryKeyConstraint('segment_id', 'person_id', name=op.f('pk_segment_member'))
    )
    with op.batch_alter_table('segment_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_segment_member_person_id'), ['person_id'], unique=False)
    with op.batch_alter_table('webinar', schema=None) as batch_op:
        batch_op.add_column(sa.Column('segment_id', sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('webinar', schema=None) as batch_op:
        batch_op.drop_column('segment_id')
    with op.batch_alter_table('segment_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_segment_member_person_id'))
    op.drop_table('segment_member')
    op.drop_table('segment')
