"""the whole case: vocabularies, figures in rows, costs, translations; what cases said in one field each moves along"""

import json
import re
from importlib.resources import files
from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from shared.clock import now
from shared.db.base import Json
from shared.ids import new_id

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('vocabulary',
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('label_nb', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('label_nn', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('label_en', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_vocabulary'))
    )
    op.create_table('contributor',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_contributor_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contributor'))
    )
    with op.batch_alter_table('contributor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contributor_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contributor_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('funding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('nok', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_funding_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_funding'))
    )
    with op.batch_alter_table('funding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_funding_case_id'), ['case_id'], unique=False)

    op.create_table('impact',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('metric', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('per', sa.String(length=10), nullable=False),
    sa.Column('per_unit', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('scope', sa.Integer(), nullable=True),
    sa.Column('baseline_value', sa.BigInteger(), nullable=True),
    sa.Column('baseline_year', sa.Integer(), nullable=True),
    sa.Column('baseline_text', sqlmodel.sql.sqltypes.AutoString(length=600), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=True),
    sa.Column('period_to', sa.Date(), nullable=True),
    sa.Column('method', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('method_ref', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('verified_by', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('uncertainty_percent', sa.BigInteger(), nullable=True),
    sa.Column('shared_with', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_impact_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_impact'))
    )
    with op.batch_alter_table('impact', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_impact_case_id'), ['case_id'], unique=False)

    op.create_table('relation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('target_id', sa.Uuid(), nullable=True),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('url', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_relation_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relation'))
    )
    with op.batch_alter_table('relation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_relation_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_relation_target_id'), ['target_id'], unique=False)

    op.create_table('term',
    sa.Column('vocabulary', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('label_nb', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('label_nn', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('label_en', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('also', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('units', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('proposed', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('replaced_by', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['vocabulary'], ['vocabulary.code'], name=op.f('fk_term_vocabulary_vocabulary')),
    sa.PrimaryKeyConstraint('vocabulary', 'code', name=op.f('pk_term')),
    sa.UniqueConstraint('id', name=op.f('uq_term_id'))
    )
    op.create_table('translation',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('summary', sqlmodel.sql.sqltypes.AutoString(length=600), nullable=False),
    sa.Column('texts', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('of_version', sa.Integer(), nullable=False),
    sa.Column('updated_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_translation_case_id_case')),
    sa.PrimaryKeyConstraint('case_id', 'language', name=op.f('pk_translation'))
    )
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('objective', sqlmodel.sql.sqltypes.AutoString(length=5000), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('implementation', sqlmodel.sql.sqltypes.AutoString(length=5000), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('stakeholders', sqlmodel.sql.sqltypes.AutoString(length=5000), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('advice', sqlmodel.sql.sqltypes.AutoString(length=5000), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('success_factors', sqlmodel.sql.sqltypes.AutoString(length=5000), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('barriers', sqlmodel.sql.sqltypes.AutoString(length=5000), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('did_not_work', sqlmodel.sql.sqltypes.AutoString(length=5000), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('transferability', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('transferability_text', sqlmodel.sql.sqltypes.AutoString(length=5000), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('prerequisites', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('org_sizes', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('effort', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True))
        batch_op.add_column(sa.Column('sdgs', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('industries', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('scope3_categories', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('municipalities', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('places', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('latitude', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('longitude', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('period_start', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('period_end', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('maturity', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True))
        batch_op.add_column(sa.Column('licence', sqlmodel.sql.sqltypes.AutoString(length=60), server_default=sa.text("'cc-by-4.0'"), nullable=False))
        batch_op.add_column(sa.Column('keywords', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('legal_background', sqlmodel.sql.sqltypes.AutoString(length=5000), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('links', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('capex_nok', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('opex_nok_per_year', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('saving_nok_per_year', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('lifetime_years', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('staff_hours', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('price_year', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('measure_codes', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('contact_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('contact_since', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('translated', sa.Text(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('other_languages', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), server_default=sa.text("'[]'"), nullable=False))
        batch_op.create_index(batch_op.f('ix_case_contact_id'), ['contact_id'], unique=False)
    _seed()
    _take_along()


VOCABULARIES = (
    "focus_area", "sector", "project_status", "measure_type", "metric", "unit", "per", "method", "verification", "maturity",
    "transferability", "org_size", "effort", "scope3_category", "sdg", "industry", "municipality", "contributor_role", "relation",
    "licence",
)


def _seed() -> None:
    """The vocabularies as they are delivered; from here on national staff keep them."""
    folder = files("services.knowledge") / "reference" / "vocabularies"
    given = [json.loads((folder / f"{code}.json").read_text("utf-8")) for code in VOCABULARIES]
    names = ("code", "kind", "label_nb", "label_nn", "label_en")
    op.bulk_insert(VOCABULARY, [
        {**{name: one[name] for name in names}, "position": place, "version": 1, "changed_at": now()}
        for place, one in enumerate(given)
    ])
    op.bulk_insert(TERM, [_term(one["code"], place, term) for one in given for place, term in enumerate(one["terms"])])


def _term(vocabulary: str, place: int, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "also": [], "units": [], "proposed": False, **given,
        "vocabulary": vocabulary, "id": new_id(), "position": place, "version": 1,
    }


def _take_along() -> None:
    """Cases' own words become terms, and their figures rows: how they were found, nobody had said."""
    connection = op.get_bind()
    cases = connection.execute(sa.select(CASE)).all()
    kinds = {row.label_nb.casefold(): row.code for row in connection.execute(sa.select(TERM).where(TERM.c.vocabulary == "measure_type"))}
    for label in sorted({label for case in cases for label in case.measure_types} ):
        if label.casefold() not in kinds:
            code = _slug(label, set(kinds.values()))
            kinds[label.casefold()] = code
            labels = {"code": code, "label_nb": label, "label_nn": label, "label_en": label, "proposed": True}
            op.bulk_insert(TERM, [_term("measure_type", len(kinds), labels)])
    told = [{"b_id": case.id, "codes": [kinds[label.casefold()] for label in case.measure_types]} for case in cases if case.measure_types]
    if told:
        connection.execute(sa.update(CASE).where(CASE.c.id == sa.bindparam("b_id")).values(measure_codes=sa.bindparam("codes")), told)
    op.bulk_insert(IMPACT, [_figure(case.id, *row) for case in cases for row in (
        (0, "ghg_reduction", "tco2e", case.tco2e_per_year), (1, "energy", "kwh", case.energy_kwh_per_year),
    ) if row[3] is not None])
    op.bulk_insert(FUNDING, [
        {"id": new_id(), "case_id": case.id, "position": 0, "source": "Offentlig støtte", "nok": case.grant_nok}
        for case in cases if case.grant_nok is not None
    ])


def _figure(case_id: Any, position: int, metric: str, unit: str, value: int) -> dict[str, Any]:
    return {
        "id": new_id(), "case_id": case_id, "position": position, "metric": metric, "value": value, "unit": unit, "per": "year",
        "per_unit": "", "baseline_text": "", "method": "unknown", "method_ref": "", "verified_by": "none", "shared_with": "",
    }


def _slug(label: str, taken: set[str]) -> str:
    folded = label.lower().translate(str.maketrans({"æ": "ae", "ø": "o", "å": "a"}))
    code = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:50].strip("-") or "tiltak"
    return next(one for one in (code, *(f"{code}-{n}" for n in range(2, 10_000))) if one not in taken)


VOCABULARY = sa.table(
    "vocabulary", *map(sa.column, ("code", "kind", "label_nb", "label_nn", "label_en", "position", "version")),
    sa.column("changed_at", sqlmodel.sql.sqltypes.UTCDateTime()),
)
TERM = sa.table(
    "term", *map(sa.column, ("vocabulary", "code", "label_nb", "label_nn", "label_en", "position", "version")),
    sa.column("id", sa.Uuid()), sa.column("also", Json), sa.column("units", Json), sa.column("proposed", sa.Boolean()),
)
CASE = sa.table(
    "case", sa.column("id", sa.Uuid()), sa.column("measure_types", Json), sa.column("measure_codes", Json),
    *map(sa.column, ("tco2e_per_year", "energy_kwh_per_year", "grant_nok")),
)
IMPACT = sa.table(
    "impact", sa.column("id", sa.Uuid()), sa.column("case_id", sa.Uuid()),
    *map(sa.column, ("position", "metric", "value", "unit", "per", "per_unit", "baseline_text", "method", "method_ref",
                     "verified_by", "shared_with")),
)
FUNDING = sa.table(
    "funding", sa.column("id", sa.Uuid()), sa.column("case_id", sa.Uuid()), *map(sa.column, ("position", "source", "nok")),
)


def downgrade() -> None:
    op.drop_table('translation')
    op.drop_table('term')
    with op.batch_alter_table('relation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_relation_target_id'))
        batch_op.drop_index(batch_op.f('ix_relation_case_id'))
    op.drop_table('relation')
    with op.batch_alter_table('impact', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_impact_case_id'))
    op.drop_table('impact')
    with op.batch_alter_table('funding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_funding_case_id'))
    op.drop_table('funding')
    with op.batch_alter_table('contributor', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contributor_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_contributor_case_id'))
    op.drop_table('contributor')
    op.drop_table('vocabulary')
    with op.batch_alter_table('case', schema=None, recreate='never') as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_contact_id'))
        batch_op.drop_column('other_languages')
        batch_op.drop_column('translated')
        batch_op.drop_column('contact_since')
        batch_op.drop_column('contact_id')
        batch_op.drop_column('measure_codes')
        batch_op.drop_column('price_year')
        batch_op.drop_column('staff_hours')
        batch_op.drop_column('lifetime_years')
        batch_op.drop_column('saving_nok_per_year')
        batch_op.drop_column('opex_nok_per_year')
        batch_op.drop_column('capex_nok')
        batch_op.drop_column('links')
        batch_op.drop_column('legal_background')
        batch_op.drop_column('keywords')
        batch_op.drop_column('licence')
        batch_op.drop_column('maturity')
        batch_op.drop_column('period_end')
        batch_op.drop_column('period_start')
        batch_op.drop_column('longitude')
        batch_op.drop_column('latitude')
        batch_op.drop_column('places')
        batch_op.drop_column('municipalities')
        batch_op.drop_column('scope3_categories')
        batch_op.drop_column('industries')
        batch_op.drop_column('sdgs')
        batch_op.drop_column('effort')
        batch_op.drop_column('org_sizes')
        batch_op.drop_column('prerequisites')
        batch_op.drop_column('transferability_text')
        batch_op.drop_column('transferability')
        batch_op.drop_column('did_not_work')
        batch_op.drop_column('barriers')
        batch_op.drop_column('success_factors')
        batch_op.drop_column('advice')
        batch_op.drop_column('stakeholders')
        batch_op.drop_column('implementation')
        batch_op.drop_column('objective')
