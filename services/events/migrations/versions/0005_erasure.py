"""erasure"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from shared.auth.forgetting import mark_of
from shared.clock import now

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('forgotten_person',
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('forgotten_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_forgotten_person'))
    )
    _marks_instead_of_ids()
    with op.batch_alter_table('concerned_person', schema=None) as batch_op:
        batch_op.drop_column('erased')


def _marks_instead_of_ids() -> None:
    person = sa.table('concerned_person', sa.column('person_id', sa.Uuid()), sa.column('erased', sa.Boolean()))
    forgotten = sa.table('forgotten_person', sa.column('mark'), sa.column('forgotten_at', sa.DateTime()))
    ids = op.get_bind().execute(sa.select(person.c.person_id).where(person.c.erased)).scalars().all()
    if ids:
        op.bulk_insert(forgotten, [{'mark': mark_of(one), 'forgotten_at': now()} for one in ids])
        op.execute(person.delete().where(person.c.erased))



def downgrade() -> None:
    with op.batch_alter_table('concerned_person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('erased', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.drop_table('forgotten_person')
