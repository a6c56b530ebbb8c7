"""audit kept"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from shared.audit.guard import guard_whole_audit, release_whole_audit

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    guard_whole_audit()
    with op.batch_alter_table('audit_check', schema=None) as batch_op:
        batch_op.add_column(sa.Column('last_seq', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(
            sa.Column('last_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False, server_default='')
        )


def downgrade() -> None:
    with op.batch_alter_table('audit_check', schema=None) as batch_op:
        batch_op.drop_column('last_hash')
        batch_op.drop_column('last_seq')
    release_whole_audit()
