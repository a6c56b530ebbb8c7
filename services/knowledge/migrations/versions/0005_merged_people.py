"""merged people"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('merged_person',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('into_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_merged_person'))
    )
    with op.batch_alter_table('merged_person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_merged_person_into_id'), ['into_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('merged_person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_merged_person_into_id'))
    op.drop_table('merged_person')
