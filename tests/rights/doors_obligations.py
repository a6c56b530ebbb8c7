"""The registry's doors to what organisations hand in, and to the annual round."""

from tests.partners.obligation_support import PDF
from tests.rights.door import Doors
from tests.rights.world_obligations import YEAR

doors = Doors("partners")
get, post, put, delete = doors.get, doors.post, doors.put, doors.delete
ROUNDS = "/partners/api/v1/rounds"
ONE = "/partners/api/v1/organisations/{organisation_id}"
PAGE = "/partners/{organisation_id}/obligations"
ACCOUNT = {"year": str(YEAR - 2), "scope1": "12", "tool": "klimakost"}
SIGNED = {"text_version": "2024", "signed_on": "2024-01-01", "signer_name": "Kari"}
HELD = {"kind": "iso14001", "valid_from": "2024-01-01", "valid_to": "2040-01-01"}
PLAN = {"adopted_on": "2024-01-01", "link": "https://plan.example.org"}
PROJECT = {"title": "Ny"}
TERMINATED = {"terminated_on": "2030-01-01"}
POSTPONED = {"kind": "postponed", "until": "2040-01-01", "reason": "Brann."}
PLANNED = {"year": str(YEAR + 3), "opens_on": f"{YEAR + 4}-01-02", "deadline": f"{YEAR + 4}-03-31"}
EDITED = {"year": str(YEAR + 1), "opens_on": f"{YEAR + 2}-01-02", "deadline": f"{YEAR + 2}-04-30"}
SHEETS = {
    "account": ACCOUNT, "agreement": SIGNED, "certification": HELD, "plan": PLAN, "goal": {"fossil_free_year": "2030"},
    "lead_project": PROJECT,
}  # fmt: skip
OF_STAFF = {"fee": {"year": str(YEAR), "paid": "1"}, "exception": POSTPONED}

# Pages.
get("/partners/obligations", "staff-and-auditors")
get("/partners/obligations/export", "staff-and-auditors")
get("/partners/obligations/fees", "staff-and-auditors")
get(PAGE, "obligation.view")
get(f"{PAGE}/accounts/export", "obligation.view")
get(f"{PAGE}/files/{{file_id}}", "obligation.view")
post(f"{PAGE}/agreement/{{agreement_id}}/terminate", "obligation.manage", form=TERMINATED)
post(f"{PAGE}/exception/lift", "obligation.manage", form=TERMINATED)
for sheet, given in SHEETS.items():
    get(f"{PAGE}/{{sheet}}", "obligation.deliver", where={"sheet": sheet})
    post(f"{PAGE}/{{sheet}}", "obligation.deliver", form=given, where={"sheet": sheet})
for sheet, given in OF_STAFF.items():
    get(f"{PAGE}/{{sheet}}", "obligation.manage", where={"sheet": sheet})
    post(f"{PAGE}/{{sheet}}", "obligation.manage", form=given, where={"sheet": sheet})
for sheet in ("certification", "plan", "lead_project"):
    item = {"sheet": sheet, "item_id": f"{sheet}_id"}
    get(f"{PAGE}/{{sheet}}/{{item_id}}", "obligation.deliver", where=item)
    post(f"{PAGE}/{{sheet}}/{{item_id}}", "obligation.deliver", form={**SHEETS[sheet], "version": "1"}, where=item)
    post(f"{PAGE}/{{sheet}}/{{item_id}}/remove", "obligation.deliver", form=TERMINATED, where=item)
get("/partners/rounds", "work.view")
get("/partners/rounds/export", "work.view")
get("/partners/rounds/{round_id}/export", "work.view")
get("/partners/rounds/new", "round.manage")
post("/partners/rounds/new", "round.manage", form={**PLANNED, "nudge_days": "-30, +7"})
get("/partners/rounds/{round_id}", "work.view")
get("/partners/rounds/{round_id}/edit", "round.manage")
post(
    "/partners/rounds/{round_id}/edit",
    "round.manage",
    form={**EDITED, "nudge_days": "-30, +7"},
    where={"round_id": "planned_id"},
)
post("/partners/rounds/{round_id}/open", "round.manage", where={"round_id": "planned_id"})
post("/partners/rounds/{round_id}/close", "round.manage")

# For programs.
get(f"{ONE}/obligations", "obligation.view")
get(f"{ONE}/accounts", "obligation.view")
post(f"{ONE}/accounts", "obligation.deliver", json=ACCOUNT)
get(f"{ONE}/agreements", "obligation.view")
post(f"{ONE}/agreements", "obligation.deliver", json=SIGNED)
put(f"{ONE}/agreements/{{agreement_id}}/file", "obligation.deliver", body=PDF)
post(f"{ONE}/agreements/{{agreement_id}}/terminate", "obligation.manage", json=TERMINATED)
get(f"{ONE}/files/{{file_id}}", "obligation.view")
get(f"{ONE}/goal", "obligation.view")
put(f"{ONE}/goal", "obligation.deliver", json={"fossil_free_year": 2030})
get(f"{ONE}/fees/{{year}}", "obligation.view")
put(f"{ONE}/fees", "obligation.manage", json={"year": YEAR, "paid": True})
for name, item_id, body in (
    ("certifications", "certification_id", HELD),
    ("plans", "plan_id", PLAN),
    ("lead-projects", "lead_project_id", PROJECT),
):
    get(f"{ONE}/{name}", "obligation.view")
    post(f"{ONE}/{name}", "obligation.deliver", json=body)
    put(f"{ONE}/{name}/{{item_id}}", "obligation.deliver", json=body, where={"item_id": item_id})
    delete(f"{ONE}/{name}/{{item_id}}", "obligation.deliver", where={"item_id": item_id})
get(ROUNDS, "work.view")
post(ROUNDS, "round.manage", json=PLANNED)
get(f"{ROUNDS}/{{round_id}}", "work.view")
put(f"{ROUNDS}/{{round_id}}", "round.manage", json=EDITED, where={"round_id": "planned_id"})
post(f"{ROUNDS}/{{round_id}}/open", "round.manage", json={}, where={"round_id": "planned_id"})
post(f"{ROUNDS}/{{round_id}}/close", "round.manage", json={})
put(f"{ROUNDS}/{{round_id}}/exceptions/{{organisation_id}}", "obligation.manage", json=POSTPONED)
delete(f"{ROUNDS}/{{round_id}}/exceptions/{{organisation_id}}", "obligation.manage")
