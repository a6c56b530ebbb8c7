"""rearranged"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def _json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade() -> None:
    with op.batch_alter_table('rearrangement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('problem_values', _json(), server_default=sa.text("'{}'"), nullable=False))
    with op.batch_alter_table('rearrangement_assignment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sources', _json(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('follows', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('rearrangement_assignment', schema=None) as batch_op:
        batch_op.drop_column('follows')
        batch_op.drop_column('sources')
    with op.batch_alter_table('rearrangement', schema=None) as batch_op:
        batch_op.drop_column('problem_values')
