"""merged people"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0007'
down_revision = '0006'
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
    op.create_table('earlier_address',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(length=320), nullable=False),
    sa.PrimaryKeyConstraint('person_id', 'address', name=op.f('pk_earlier_address'))
    )


def downgrade() -> None:
    op.drop_table('earlier_address')
    with op.batch_alter_table('merged_person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_merged_person_into_id'))
    op.drop_table('merged_person')
