"""The registry's doors to organisations, regions, segments, imports, reports and the audit."""

from tests.partners.importing import as_csv
from tests.rights.door import Doors

doors = Doors("partners")
get, post, put, delete = doors.get, doors.post, doors.put, doors.delete
API = "/partners/api/v1"
ONE = f"{API}/organisations/{{organisation_id}}"
FIRM = {"name": "Ny", "sector": "business", "regions": ["{region}"]}
PAIR = {"first": "{first_id}", "second": "{second_id}"}
MERGE = {"survivor_id": "{first_id}", "loser_id": "{second_id}", "survivor_version": "1", "loser_version": "1"}
RULE = {"regions": ["{region}"], "name": "Nye"}
FILE = as_csv([["999999999", "Ny", 2024, "12", "", "", "", ""]])
NAMES = {"name_nb": "Ny", "name_nn": "Ny", "name_en": "New", "tile_row": "12", "tile_column": "12", "language": "nb"}
EDITED = {
    **NAMES,
    "name_nb": "Agder",
    "name_nn": "Agder",
    "name_en": "Agder county",
    "tile_row": "1",
    "tile_column": "1",
}

# Organisations.
get("/partners", "anybody")
get("/partners/export", "staff-and-auditors")
get("/partners/new", "registry.import")
post("/partners/new", "organisation.create", form={**FIRM, "status": "active", "active": "1"}, refused=(422,))
get("/partners/{organisation_id}", "anybody")
get("/partners/{organisation_id}/edit", "organisation.edit")
post(
    "/partners/{organisation_id}/edit", "organisation.edit", form={**FIRM, "org_number": "{org_number}", "version": "1"}
)
get("/partners/{organisation_id}/logo/edit", "organisation.edit")
post("/partners/{organisation_id}/logo/edit", "organisation.edit", form={"alt": "En bjørk"})
post("/partners/{organisation_id}/logo/remove", "organisation.edit")
get("/partners/{organisation_id}/memberships", "membership.look")
post(
    "/partners/{organisation_id}/memberships",
    "organisation.create",
    form={"region": "{region}", "kind": "member", "since": "2030-01-01"},
    where={"organisation_id": "leaving_id"},
)
get("/partners/{organisation_id}/memberships/{membership_id}/end", "organisation.create")
post(
    "/partners/{organisation_id}/memberships/{membership_id}/end",
    "organisation.create",
    form={"until": "2040-01-01"},
    refused=(422,),
)
get("/partners/{organisation_id}/memberships/export", "organisation.view")
post(
    f"{ONE}/memberships",
    "organisation.create",
    json={"region": "{region}", "since": "2030-01-01"},
    where={"organisation_id": "leaving_id"},
)
post(f"{ONE}/memberships/{{membership_id}}/end", "organisation.create", json={"until": "2040-01-01"})
get(f"{API}/organisations", "anybody")
post(f"{API}/organisations", "organisation.create", json=FIRM)
get(ONE, "anybody")
put(ONE, "organisation.edit", json={**FIRM, "org_number": "{org_number}", "version": 1})
get(f"{API}/register/{{org_number}}", "registry.import", then=503)

# Claims.
get("/partners/{organisation_id}/claim", "anybody", where={"organisation_id": "unclaimed_id"})
post(
    "/partners/{organisation_id}/claim",
    "anybody",
    form={"name": "Kari", "email": "ny@example.org", "message": "Jeg er her."},
    where={"organisation_id": "unclaimed_id"},
)
get("/partners/claims/{claim_id}", "claim.decide")
post("/partners/claims/{claim_id}/accept", "claim.decide")
post("/partners/claims/{claim_id}/reject", "claim.decide", form={"reason": "Nei."})
post("/partners/claims/{claim_id}/withdraw", "signed-in", where={"claim_id": "own_claim_id"}, own=True)
get("/partners/{organisation_id}/invite", "claim.decide", where={"organisation_id": "shadow_id"})
post(
    "/partners/{organisation_id}/invite",
    "claim.decide",
    form={"person_id": "{person_id}"},
    where={"organisation_id": "shadow_id"},
)
get("/partners/claims/export", "work.view")
get(f"{API}/claims", "work.view")
post(f"{ONE}/claims", "signed-in", json={"message": "Jeg."}, where={"organisation_id": "unclaimed_id"})
post(f"{API}/claims/{{claim_id}}/accept", "claim.decide", json={})
post(f"{API}/claims/{{claim_id}}/reject", "claim.decide", json={"reason": "Nei."})
post(f"{API}/claims/{{claim_id}}/withdraw", "signed-in", json={}, where={"claim_id": "own_claim_id"}, own=True)

# What the register of organisations says, and doubles.
get("/partners/findings/{finding_id}", "organisation.edit")
post("/partners/findings/{finding_id}/take", "organisation.edit")
post("/partners/findings/{finding_id}/keep", "organisation.edit")
get("/partners/findings/export", "work.view")
get("/partners/duplicates", "work.view")
get("/partners/duplicates/export", "work.view")
post("/partners/duplicates/distinct", "claim.decide", form=PAIR)
get("/partners/merge", "claim.decide", query="first={first_id}&second={second_id}")
post("/partners/merge", "organisation.merge", form=MERGE)
get(f"{API}/duplicates", "work.view")
post(f"{API}/duplicates/distinct", "claim.decide", json=PAIR)
post(f"{API}/organisations/merge", "organisation.merge", json=MERGE)

# Regions.
get("/partners/regions", "anybody")
get("/partners/regions/export", "staff-and-auditors")
get("/partners/regions/{slug}/memberships/export", "region.report")
get("/partners/regions/new", "round.manage")
post("/partners/regions/new", "round.manage", form={**NAMES, "slug": "ny"})
get("/partners/regions/{slug}", "anybody")
get("/partners/regions/{slug}/edit", "region.edit")
post("/partners/regions/{slug}/edit", "region.edit", form={**EDITED, "version": "1"})
post(f"{API}/regions", "round.manage", json={**NAMES, "slug": "ny"})
put(f"{API}/regions/{{slug}}", "region.edit", json=EDITED)
REARRANGED = "/partners/regions/rearrangements"
get(REARRANGED, "region.rearrange")
get(f"{REARRANGED}/export", "region.rearrange")
get(f"{REARRANGED}/{{rearrangement_id}}/export", "region.rearrange")
post(REARRANGED, "region.rearrange", form={"kind": "split", "sources": "vestland"})
get(f"{REARRANGED}/{{rearrangement_id}}", "region.rearrange")
post(f"{REARRANGED}/{{rearrangement_id}}/abandon", "region.rearrange")
get(f"{REARRANGED}/{{rearrangement_id}}/assign/{{kind}}", "region.rearrange", where={"kind": "organisation"})
post(
    f"{REARRANGED}/{{rearrangement_id}}/assign/{{kind}}",
    "region.rearrange",
    form={"ids": ["{organisation_id}"], "targets": ["sornes"], "how": "to"},
    where={"kind": "organisation"},
)
post(
    f"{REARRANGED}/{{rearrangement_id}}/schedule",
    "region.rearrange",
    form={"when": "now", "version": "{ready_version}"},
    where={"rearrangement_id": "ready_id"},
)
get(f"{REARRANGED}/{{rearrangement_id}}/targets", "region.rearrange")
post(f"{REARRANGED}/{{rearrangement_id}}/targets/guests", "region.rearrange", form={"guests_until": "2040-01-01"})
post(f"{REARRANGED}/{{rearrangement_id}}/targets/known", "region.rearrange", form={"slug": "vestland"})
post(f"{REARRANGED}/{{rearrangement_id}}/targets/new", "region.rearrange", form={**NAMES, "slug": "ny"})
post(f"{REARRANGED}/{{rearrangement_id}}/targets/remove", "region.rearrange", form={"slug": "sornes"})

# Segments.
get("/partners/segments", "segment.view")
get("/partners/segments/export", "segment.view")
get("/partners/segments/{segment_id}/export", "segment.manage")
get("/partners/segments/new", "segment.view")
post("/partners/segments/new", "segment.manage", form=RULE, refused=(422,))
post("/partners/segments/preview", "segment.manage", form=RULE, refused=(422,))
get("/partners/segments/{segment_id}", "segment.manage")
get("/partners/segments/{segment_id}/edit", "segment.manage")
post("/partners/segments/{segment_id}/edit", "segment.manage", form=RULE)
post("/partners/segments/{segment_id}/delete", "segment.manage")
get(f"{API}/segments", "segment.view")
post(f"{API}/segments", "segment.manage", json=RULE)
post(f"{API}/segments/count", "segment.manage", json={"regions": ["{region}"]})
get(f"{API}/segments/{{segment_id}}", "segment.manage")
put(f"{API}/segments/{{segment_id}}", "segment.manage", json=RULE)
delete(f"{API}/segments/{{segment_id}}", "segment.manage")

# Imports.
KIND = {"kind": "accounts"}
get("/partners/imports/{kind}", "account.import", where=KIND)
post("/partners/imports/{kind}", "account.import", form={}, file="file", body=FILE, where=KIND)
get("/partners/imports/{kind}/example", "account.import", where=KIND)
for kind in ("organisations", "people"):
    get("/partners/imports/{kind}", "registry.import", where={"kind": kind})
    post("/partners/imports/{kind}", "registry.import", form={}, file="file", body=FILE, where={"kind": kind})
    get("/partners/imports/{kind}/example", "registry.import", where={"kind": kind})
    post(f"{API}/imports/{{kind}}", "registry.import", body=FILE, where={"kind": kind})
get("/partners/imports/{kind}/{import_id}", "import.own", where=KIND)
post("/partners/imports/{kind}/{import_id}/confirm", "import.own", where=KIND)
post("/partners/imports/{kind}/{import_id}/delete", "import.own", where=KIND)
get("/partners/imports/{kind}/{import_id}/rows", "import.own", query="part=unknown", where=KIND)
post(f"{API}/imports/{{kind}}", "account.import", body=FILE, where=KIND)
get(f"{API}/imports/{{kind}}/{{import_id}}", "import.own", where=KIND)
post(f"{API}/imports/{{kind}}/{{import_id}}/confirm", "import.own", json={}, where=KIND)
delete(f"{API}/imports/{{kind}}/{{import_id}}", "import.own", where=KIND)

# What is on, and what was.
get("/partners/work", "work.view")
get("/partners/work/export", "work.view")
get("/partners/dashboard", "anybody")
get("/partners/reports", "region.report", query="region={region}")
get("/partners/reports/file", "region.report", query="region={region}&format=xlsx")
get("/partners/audit", "staff-and-auditors")
get("/partners/audit/export", "staff-and-auditors")
get(f"{API}/audit", "staff-and-auditors")
