"""adoptions, and questions to those behind a case"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')
    op.create_table('adoption',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('region', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=600), nullable=False),
    sa.Column('impacts', json, nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=True),
    sa.Column('adopter_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('updated_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_adoption_case_id_case')),
    sa.ForeignKeyConstraint(['draft_id'], ['case.id'], name=op.f('fk_adoption_draft_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adoption'))
    )
    with op.batch_alter_table('adoption', schema=None) as batch_op:
        for name in ('case_id', 'region', 'organisation_id', 'draft_id', 'adopter_id'):
            batch_op.create_index(batch_op.f(f'ix_adoption_{name}'), [name], unique=False)

    op.create_table('question',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('asker_id', sa.Uuid(), nullable=True),
    sa.Column('asked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('answered_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_question_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        for name in ('case_id', 'asker_id', 'asked_at'):
            batch_op.create_index(batch_op.f(f'ix_question_{name}'), [name], unique=False)


def downgrade() -> None:
    op.drop_table('question')
    op.drop_table('adoption')
