"""languages nobody chose"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('organisation', sa.Column('spoken_language', sa.String(length=2), nullable=True))
    # Bokmål was what stood there when nobody had said anything; the register of organisations is asked again within a week.
    op.execute("UPDATE organisation SET spoken_language = language WHERE language <> 'nb'")


def downgrade() -> None:
    op.execute("UPDATE organisation SET language = COALESCE(spoken_language, 'nb')")
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_column('spoken_language')
