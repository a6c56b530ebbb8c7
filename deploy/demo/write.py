"""Write `data/partners.jsonl` anew: `python -m deploy.demo.write`."""

from deploy.demo.network import demo_network, partner_lines
from deploy.demo.regions import DATA


def write() -> None:
    lines = (f"{line}\n" for line in partner_lines(demo_network()))
    (DATA / "partners.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    write()
