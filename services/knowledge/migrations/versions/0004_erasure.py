"""erasure"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('forgotten_person',
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('forgotten_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_forgotten_person'))
    )



def downgrade() -> None:
    op.drop_table('forgotten_person')
