"""Real processes, really killed: nothing is lost, and there are no more doubles than kills."""

import sys
from pathlib import Path

from services.notifier.models import HOUSE
from shared.db.session import Database
from tests.notifier.support import hear, mails, person, published, states
from tests.support.running import Server
from tests.support.smtp_faults import FaultySink
from tests.support.wait import until

PEOPLE = 30
POINTS = ("after-250:3", "handing-over:4", "claimed:1", "after-250:1", "")
NO_BUS = "nats://127.0.0.1:1"


async def test_killed_at_its_weakest_points_it_loses_nothing(
    tmp_path: Path, sqlite_template: Path, sink: FaultySink
) -> None:
    file = tmp_path / "notifier.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+aiosqlite:///{file}", HOUSE)
    await hear(database, *(person(number) for number in range(PEOPLE)), published())
    for point in POINTS:
        worker = notifier(tmp_path, sink.port, point)
        worker.launch()
        try:
            if point:
                await until(lambda worker=worker: not worker.alive, timeout=30, what=f"the end at {point}")
            else:
                await until(lambda: all_sent(database), timeout=30)
        finally:
            worker.kill()
    await database.close()
    arrived = mails(sink)
    kills = len(POINTS) - 1
    assert PEOPLE <= len(arrived) <= PEOPLE + kills
    assert len({mail["Message-ID"] for mail in arrived}) == PEOPLE
    assert len({mail.as_bytes() for mail in arrived}) == PEOPLE


def notifier(data: Path, port: int, fail_point: str) -> Server:
    env = {
        "KOBLINGSBOKS_DATA": str(data),
        "KOBLINGSBOKS_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "KOBLINGSBOKS_NATS_URL": NO_BUS,
        "KOBLINGSBOKS_PORT": "0",
        "KOBLINGSBOKS_MAIL_FAIL_POINT": fail_point,
    }
    root = Path(__file__).parents[2]
    argv = [sys.executable, "-m", "services.notifier"]
    return Server(argv, lambda: True, data / "notifier.log", env=env, cwd=root)


async def all_sent(database: Database) -> bool:
    return await states(database) == {"sent": PEOPLE}
