"""letters"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('withdrawn_letter',
    sa.Column('letter_id', sa.Uuid(), nullable=False),
    sa.Column('heard_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('letter_id', name=op.f('pk_withdrawn_letter'))
    )
    with op.batch_alter_table('recipient', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pending_email', sa.String(length=320), server_default='', nullable=False))
        batch_op.add_column(sa.Column('refused_email', sa.String(length=320), server_default='', nullable=False))
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_subject', ['subject_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_subject')
    with op.batch_alter_table('recipient', schema=None) as batch_op:
        batch_op.drop_column('refused_email')
        batch_op.drop_column('pending_email')
    op.drop_table('withdrawn_letter')
