"""when partnerships and accounts were recorded"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()
BEGINS = {
    'sqlite': "{day} || ' 00:00:00.000000'",
    'postgresql': "{day}::timestamp AT TIME ZONE 'UTC'",
}


def upgrade() -> None:
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recorded_at', MOMENT, nullable=True))
        batch_op.add_column(sa.Column('end_recorded_at', MOMENT, nullable=True))
    with op.batch_alter_table('climate_account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recorded_at', MOMENT, nullable=True))
    begins = BEGINS[op.get_bind().dialect.name]
    since, until = begins.format(day='since'), begins.format(day='until')
    op.execute(f'UPDATE membership SET recorded_at = {since}, end_recorded_at = {until}')
    op.execute('UPDATE climate_account SET recorded_at = delivered_at')


def downgrade() -> None:
    with op.batch_alter_table('climate_account', schema=None) as batch_op:
        batch_op.drop_column('recorded_at')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_column('end_recorded_at')
        batch_op.drop_column('recorded_at')
