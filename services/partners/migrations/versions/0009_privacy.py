"""privacy"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('forgotten_person',
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('forgotten_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_forgotten_person'))
    )
    op.create_table('erasure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('asked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=600), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('expires_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('blocked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('confirmed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=43), nullable=True),
    sa.Column('knowledge_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('events_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('notifier_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('completed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('late_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure')),
    sa.UniqueConstraint('code', name=op.f('uq_erasure_code')),
    sa.UniqueConstraint('digest', name=op.f('uq_erasure_digest'))
    )
    with op.batch_alter_table('erasure', schema=None) as batch_op:
        for name in ('person_id', 'blocked_at', 'confirmed_at'):
            batch_op.create_index(batch_op.f(f'ix_erasure_{name}'), [name], unique=False)
    op.create_table('erased_external_id',
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('erased_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_erased_external_id'))
    )
    op.create_table('audit_check',
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('entries', sa.BigInteger(), nullable=False),
    sa.Column('broken', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('at', name=op.f('pk_audit_check'))
    )



def downgrade() -> None:
    op.drop_table('audit_check')
    op.drop_table('erased_external_id')
    op.drop_table('erasure')
    op.drop_table('forgotten_person')
