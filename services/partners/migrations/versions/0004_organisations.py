"""organisations"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')
TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()


def _new() -> list[sa.Column]:
    return [
        sa.Column('status', sa.String(length=10), nullable=False, server_default='active'),
        sa.Column('legal_form', TEXT(length=10), nullable=True),
        sa.Column('nace_code', TEXT(length=10), nullable=True),
        sa.Column('nace_text', TEXT(length=200), nullable=True),
        sa.Column('nace_theme', TEXT(length=20), nullable=True),
        sa.Column('employees', sa.Integer(), nullable=True),
        sa.Column('municipality_number', TEXT(length=4), nullable=True),
        sa.Column('language', sa.String(length=2), nullable=False, server_default='nb'),
        sa.Column('sector_source', TEXT(length=10), nullable=False, server_default='staff'),
        sa.Column('sector_reason', TEXT(length=200), nullable=False, server_default=''),
        sa.Column('sector_value', TEXT(length=20), nullable=False, server_default=''),
        sa.Column('sector_on', sa.Date(), nullable=True),
        sa.Column('verified_on', sa.Date(), nullable=True),
        sa.Column('offers', JSON, nullable=False, server_default=sa.text("'[]'")),
        sa.Column('needs', JSON, nullable=False, server_default=sa.text("'[]'")),
        sa.Column('visibility', JSON, nullable=False, server_default=sa.text("'{}'")),
        sa.Column('merged_into', sa.Uuid(), nullable=True),
    ]


INDEXED = ['status', 'nace_theme', 'merged_into']
TOPICS = [
    ('transport', 'Transport og reiser', 'Transport og reiser', 'Transport and travel'),
    ('construction', 'Bygg og anlegg', 'Bygg og anlegg', 'Construction and sites'),
    ('energy', 'Energi', 'Energi', 'Energy'),
    ('procurement', 'Innkjøp', 'Innkjøp', 'Procurement'),
    ('circular', 'Sirkulær økonomi', 'Sirkulær økonomi', 'Circular economy'),
    ('food-waste', 'Matsvinn', 'Matsvinn', 'Food waste'),
    ('value-chain', 'Verdikjede', 'Verdikjede', 'Value chain'),
    ('leadership', 'Klimaledelse', 'Klimaleiing', 'Climate leadership'),
    ('nature', 'Natur', 'Natur', 'Nature'),
    ('adaptation', 'Klimatilpasning', 'Klimatilpassing', 'Climate adaptation'),
    ('green-business', 'Grønn forretningsutvikling', 'Grøn forretningsutvikling', 'Green business development'),
    ('maritime', 'Maritim virksomhet', 'Maritim verksemd', 'Maritime'),
    ('agriculture', 'Landbruk', 'Landbruk', 'Agriculture'),
]


def upgrade() -> None:
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        for column in _new():
            batch_op.add_column(column)
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        for name in INDEXED:
            batch_op.create_index(batch_op.f(f'ix_organisation_{name}'), [name], unique=False)
    op.execute("UPDATE organisation SET status = 'left' WHERE NOT active")
    _details()
    _claims()
    _register()
    topics = _topics()
    rows = [
        {'code': code, 'name_nb': nb, 'name_nn': nn, 'name_en': en, 'place': place}
        for place, (code, nb, nn, en) in enumerate(TOPICS, 1)
    ]
    op.bulk_insert(topics, rows)


def _details() -> None:
    op.create_table('organisation_former_name',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('name', TEXT(length=200), nullable=False),
    sa.Column('name_folded', TEXT(length=600), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_former_name_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_former_name'))
    )
    op.create_table('organisation_alias',
    sa.Column('external_id', TEXT(length=120), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_alias_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('external_id', name=op.f('pk_organisation_alias'))
    )
    op.create_table('organisation_logo',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('alt', TEXT(length=200), nullable=False),
    sa.Column('small', sa.LargeBinary(), nullable=False),
    sa.Column('large', sa.LargeBinary(), nullable=False),
    sa.Column('digest', TEXT(length=64), nullable=False),
    sa.Column('updated_at', MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_logo_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('organisation_id', name=op.f('pk_organisation_logo'))
    )
    op.create_table('organisation_distinct',
    sa.Column('first_id', sa.Uuid(), nullable=False),
    sa.Column('second_id', sa.Uuid(), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['first_id'], ['organisation.id'], name=op.f('fk_organisation_distinct_first_id_organisation')),
    sa.ForeignKeyConstraint(['second_id'], ['organisation.id'], name=op.f('fk_organisation_distinct_second_id_organisation')),
    sa.PrimaryKeyConstraint('first_id', 'second_id', name=op.f('pk_organisation_distinct'))
    )
    for table in ('organisation_former_name', 'organisation_alias'):
        op.create_index(op.f(f'ix_{table}_organisation_id'), table, ['organisation_id'], unique=False)


def _claims() -> None:
    op.create_table('organisation_claim',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('message', TEXT(length=600), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('digest', TEXT(length=64), nullable=True),
    sa.Column('reason', TEXT(length=600), nullable=False),
    sa.Column('asked_at', MOMENT, nullable=False),
    sa.Column('decided_at', MOMENT, nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_claim_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_organisation_claim_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_claim')),
    sa.UniqueConstraint('digest', name=op.f('uq_organisation_claim_digest'))
    )
    for name in ('organisation_id', 'person_id', 'state'):
        op.create_index(op.f(f'ix_organisation_claim_{name}'), 'organisation_claim', [name], unique=False)
    running = sa.text("state IN ('unconfirmed', 'open')")
    op.create_index('uq_organisation_claim_running', 'organisation_claim', ['organisation_id', 'person_id'], unique=True, sqlite_where=running, postgresql_where=running)


def _register() -> None:
    op.create_table('register_finding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('key', TEXT(length=300), nullable=False),
    sa.Column('code', TEXT(length=30), nullable=False),
    sa.Column('severity', TEXT(length=10), nullable=False),
    sa.Column('values', JSON, nullable=False),
    sa.Column('proposal', JSON, nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('found_at', MOMENT, nullable=False),
    sa.Column('handled_at', MOMENT, nullable=True),
    sa.Column('handled_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_register_finding_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_finding')),
    sa.UniqueConstraint('organisation_id', 'key', name=op.f('uq_register_finding_organisation_id_key'))
    )
    for name in ('organisation_id', 'state'):
        op.create_index(op.f(f'ix_register_finding_{name}'), 'register_finding', [name], unique=False)
    op.create_table('register_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('due_at', MOMENT, nullable=False),
    sa.Column('since', MOMENT, nullable=False),
    sa.Column('next_change', sa.BigInteger(), nullable=True),
    sa.Column('checked_at', MOMENT, nullable=True),
    sa.Column('full_due_at', MOMENT, nullable=False),
    sa.Column('full_after', sa.Uuid(), nullable=True),
    sa.Column('full_done_at', MOMENT, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_round'))
    )


def _topics() -> sa.Table:
    return op.create_table('topic',
    sa.Column('code', TEXT(length=40), nullable=False),
    sa.Column('name_nb', TEXT(length=120), nullable=False),
    sa.Column('name_nn', TEXT(length=120), nullable=False),
    sa.Column('name_en', TEXT(length=120), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('replaced_by', TEXT(length=40), nullable=True),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_topic'))
    )


def downgrade() -> None:
    for table in (
        'topic', 'register_round', 'register_finding', 'organisation_claim', 'organisation_distinct', 'organisation_logo',
        'organisation_alias', 'organisation_former_name',
    ):
        op.drop_table(table)
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        for name in INDEXED:
            batch_op.drop_index(batch_op.f(f'ix_organisation_{name}'))
        for column in _new():
            batch_op.drop_column(column.name)
