"""Each obligation's light, in a table: what is known, the light, and the reason."""

from datetime import date, timedelta

import pytest

from services.partners import lights
from services.partners.lights import Account, Due, Light, Paid, Validity, Verdict

TODAY = date(2026, 3, 10)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


WHOLE = Account(days(-5), scope1=True, scope2=True, scope3=True)
ROUND = Due(days(-60), days(40))


@pytest.mark.parametrize(
    ("found", "due", "light", "text"),
    [
        (WHOLE, ROUND, "green", "med scope 1, 2 og 3"),
        (WHOLE, None, "green", "med scope 1, 2 og 3"),
        (Account(days(-5), scope1=True, scope2=True, scope3=False), ROUND, "amber", "uten scope 3"),
        (Account(days(-5), scope1=True, scope2=False, scope3=True), ROUND, "amber", "ikke komplett"),
        (None, None, "grey", "ingen runde"),
        (None, Due(days(10), days(60)), "grey", "Runden åpner"),
        (None, ROUND, "grey", "Dager igjen: 40"),
        (None, Due(days(-60), days(30)), "amber", "Dager igjen: 30"),
        (None, Due(days(-60), TODAY), "amber", "Dager igjen: 0"),
        (None, Due(days(-60), days(-1)), "red", "Fristen var 2026-03-09"),
        (None, Due(days(-60), days(20), postponed=True), "amber", "Utsatt til 2026-03-30"),
        (None, Due(days(-60), days(-20), postponed=True), "red", "Fristen var"),
        (None, Due(days(-60), days(-1), exempted="Ny i nettverket"), "grey", "Unntatt: Ny i nettverket"),
        (WHOLE, Due(days(-60), days(-10)), "green", "Levert"),
    ],
)
def test_the_account(found: Account | None, due: Due | None, light: Light, text: str) -> None:
    assert_says(lights.account(found, due, TODAY), light, text)


@pytest.mark.parametrize(
    ("found", "light", "text"),
    [
        ([], "red", "ingen plan"),
        ([Validity("Miljøfyrtårn", days(91))], "green", "Miljøfyrtårn gjelder til"),
        ([Validity("Miljøfyrtårn")], "green", "uten sluttdato"),
        ([Validity("Miljøfyrtårn", days(90))], "amber", "Dager igjen: 90"),
        ([Validity("Miljøfyrtårn", TODAY)], "amber", "Dager igjen: 0"),
        ([Validity("Miljøfyrtårn", days(-1))], "red", "utløp 2026-03-09"),
        ([Validity("Miljøfyrtårn", days(-1)), Validity("EMAS", days(400))], "green", "EMAS"),
        ([Validity("Miljøfyrtårn", days(-1)), Validity("EMAS", planned_on=days(30))], "amber", "EMAS er planlagt"),
        ([Validity("EMAS", planned_on=days(30))], "amber", "planlagt til 2026-04-09"),
        ([Validity("EMAS", planned_on=days(-1))], "red", "skulle vært på plass"),
        ([Validity("EMAS", days(400), valid_from=days(1))], "amber", "gjelder fra 2026-03-11"),
    ],
)
def test_certification(found: list[Validity], light: Light, text: str) -> None:
    assert_says(lights.certification(found, TODAY), light, text)


YEAR_END = date(2024, 12, 31)
IN_2024 = Validity("EMAS", valid_from=date(2024, 1, 1), valid_to=YEAR_END)
LATER = Validity("EMAS", valid_from=date(2025, 2, 1))
PROMISED = Validity("EMAS", planned_on=date(2025, 6, 1))


@pytest.mark.parametrize(
    ("verdict", "light", "text"),
    [
        (lights.certification([IN_2024], YEAR_END, over=True), "green", "EMAS gjaldt ved utgangen av 2024"),
        (lights.certification([LATER], YEAR_END, over=True), "amber", "EMAS gjelder fra 2025-02-01"),
        (lights.certification([PROMISED], YEAR_END, over=True), "amber", "EMAS var planlagt til 2025-06-01"),
        (lights.agreement(date(2020, 1, 1), date(2025, 2, 1), YEAR_END, over=True), "green", "Signert 2020-01-01"),
        (lights.agreement(date(2020, 1, 1), date(2024, 2, 1), YEAR_END, over=True), "red", "ble sagt opp 2024-02-01"),
        (lights.plan(date(2020, 1, 1), date(2025, 1, 9), YEAR_END, over=True), "green", "Vedtatt 2020-01-01"),
        (lights.plan(date(2020, 1, 1), date(2024, 12, 30), YEAR_END, over=True), "red", "gjaldt til 2024-12-30"),
        (lights.goal(2025, "", YEAR_END), "green", "Fossilfri i 2025"),
    ],
)
def test_a_year_that_is_over_is_judged_as_of_its_last_day(verdict: Verdict, light: Light, text: str) -> None:
    assert_says(verdict, light, text)


@pytest.mark.parametrize(
    ("verdict", "light", "text"),
    [
        (lights.agreement(None, None, TODAY), "red", "Ingen signert"),
        (lights.agreement(days(-9), None, TODAY), "green", "Signert"),
        (lights.agreement(days(1), None, TODAY), "amber", "gjelder fra"),
        (lights.agreement(days(-9), days(3), TODAY), "amber", "sagt opp fra"),
        (lights.agreement(days(-9), TODAY, TODAY), "red", "ble sagt opp"),
        (lights.plan(None, None, TODAY), "red", "Ingen handlingsplan"),
        (lights.plan(days(-9), None, TODAY), "green", "Vedtatt"),
        (lights.plan(days(-9), days(91), TODAY), "green", "Vedtatt"),
        (lights.plan(days(-9), days(90), TODAY), "amber", "Dager igjen: 90"),
        (lights.plan(days(-9), days(-1), TODAY), "red", "gjaldt til"),
        (lights.plan(days(9), None, TODAY), "amber", "gjelder fra"),
        (lights.goal(2030, "", TODAY), "green", "Fossilfri i 2030"),
        (lights.goal(2025, "", TODAY), "amber", "2025 er passert"),
        (lights.goal(None, "Snart", TODAY), "amber", "ikke et år"),
        (lights.goal(None, "", TODAY), "grey", "frivillig"),
        (lights.lead_project(2), "green", "2"),
        (lights.lead_project(0), "grey", "frivillig"),
        (lights.fee(None, 2026, TODAY), "grey", "Ikke ført"),
        (lights.fee(Paid(True, days(-9)), 2026, TODAY), "green", "Betalt 2026-03-01"),
        (lights.fee(Paid(True), 2026, TODAY), "green", "Betalt for 2026"),
        (lights.fee(Paid(False), 2026, TODAY), "amber", "Ikke betalt"),
        (lights.fee(Paid(False), 2025, TODAY), "red", "Ikke betalt"),
    ],
)
def test_the_other_obligations(verdict: Verdict, light: Light, text: str) -> None:
    assert_says(verdict, light, text)


def assert_says(verdict: Verdict, light: Light, text: str) -> None:
    said = verdict.text % verdict.values if verdict.values else verdict.text
    assert (verdict.light, text in said) == (light, True), said
