"""One service in a process where nothing can be imported but the service, the library and what its extra installs.

python -m tests.architecture.alone <service> serve     runs it, as its own `__main__` does
python -m tests.architecture.alone <service> import    imports all of it; prints as JSON what that did beside
"""

import json
import pkgutil
import runpy
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from tests.architecture.installing import foreign_packages

EFFECTS = ("os.mkdir", "os.rename", "os.remove", "socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen")


class Wall(MetaPathFinder):
    """Refuses every module of ours but the service's and the library's, and every package its extra does not install."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._foreign = foreign_packages(service)

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """Raise for what may not be imported; leave the rest to others."""
        parts = name.split(".")
        other = parts[0] == "services" and len(parts) > 1 and parts[1] != self._service
        if other or parts[0] == "deploy" or parts[0] in self._foreign:
            raise ModuleNotFoundError(f"{self._service} reaches for {name}")
        return None


def imported(service: str) -> list[str]:
    """Import every module of the service and of the library; return the effects seen."""
    effects: list[str] = []
    sys.addaudithook(lambda event, args: _note(effects, event, args))
    for root in (f"services.{service}", "shared"):
        package = import_module(root)
        for found in pkgutil.walk_packages(package.__path__, f"{root}."):
            if not found.name.endswith(".__main__") and ".migrations" not in found.name:
                import_module(found.name)
    return effects + [
        f"thread {thread.name}" for thread in threading.enumerate() if thread is not threading.main_thread()
    ]


def _note(effects: list[str], event: str, args: tuple[object, ...]) -> None:
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    # urllib3 finds out whether there is IPv6 by binding to no port in particular.
    asks_for_ipv6 = event == "socket.bind" and args[1] == ("::1", 0)
    if writes or (event in EFFECTS and not asks_for_ipv6):
        effects.append(f"{event} {args[0]}")


if __name__ == "__main__":
    name, what = sys.argv[1:3]
    sys.meta_path.insert(0, Wall(name))
    if what == "serve":
        sys.argv = [name]
        runpy.run_module(f"services.{name}", run_name="__main__")
    else:
        sys.stdout.write(json.dumps(imported(name)))
