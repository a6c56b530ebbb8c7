"""segments"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('segment',
    sa.Column('segment_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
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


def downgrade() -> None:
    with op.batch_alter_table('segment_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_segment_member_person_id'))
    op.drop_table('segment_member')
    op.drop_table('segment')
