"""erasure"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from shared.auth.forgetting import mark_of
from shared.clock import now

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('forgotten_person',
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('forgotten_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_forgotten_person'))
    )
    op.create_table('mail_to_forget',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('nobody', sa.Uuid(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(length=320), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('asked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_to_forget'))
    )
    _marks_instead_of_ids()
    with op.batch_alter_table('recipient', schema=None) as batch_op:
        batch_op.drop_column('erased')


def _marks_instead_of_ids() -> None:
    person = sa.table('recipient', sa.column('person_id', sa.Uuid()), sa.column('erased', sa.Boolean()))
    forgotten = sa.table('forgotten_person', sa.column('mark'), sa.column('forgotten_at', sa.DateTime()))
    ids = op.get_bind().execute(sa.select(person.c.person_id).where(person.c.erased)).scalars().all()
    if ids:
        op.bulk_insert(forgotten, [{'mark': mark_of(one), 'forgotten_at': now()} for one in ids])
        op.execute(person.delete().where(person.c.erased))



def downgrade() -> None:
    with op.batch_alter_table('recipient', schema=None) as batch_op:
        batch_op.add_column(sa.Column('erased', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.drop_table('mail_to_forget')
    op.drop_table('forgotten_person')
