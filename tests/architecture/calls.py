"""Which functions of a service lead to which: names in a function's body, followed through the service's own modules."""

import ast
from dataclasses import dataclass, field
from pathlib import Path

from tests.architecture.code import ROOT, sources, tree

REQUIRE = "shared.auth.policy.require"
CAN = "shared.auth.policy.can"
SIGNED_IN = "shared.errors.SignInNeeded"


@dataclass
class Module:
    """A module's functions and tables with the names each uses, and what its imports stand for."""

    name: str
    imports: dict[str, str] = field(default_factory=dict)
    functions: dict[str, set[str]] = field(default_factory=dict)


def leading_to(service: str, *goals: str) -> set[str]:
    """Return the full names of the service's functions that lead to one of `goals`."""
    modules = {module.name: module for module in map(_module, sources(f"services/{service}"))}
    leads = {
        f"{module.name}.{name}": {_at_home(modules, _full(module, used)) for used in names}
        for module in modules.values()
        for name, names in module.functions.items()
    }
    found: set[str] = set(goals)
    while more := {name for name, targets in leads.items() if name not in found and targets & found}:
        found |= more
    return found


def _full(module: Module, used: str) -> str:
    head, _, rest = used.partition(".")
    stands_for = module.imports.get(head, f"{module.name}.{head}")
    return f"{stands_for}.{rest}" if rest else stands_for


def _at_home(modules: dict[str, Module], name: str) -> str:
    """Return where a name that a package hands on was written."""
    home, _, last = name.rpartition(".")
    handed_on = modules[home].imports.get(last) if home in modules and last not in modules[home].functions else None
    return _at_home(modules, handed_on) if handed_on and handed_on != name else name


def _module(file: Path) -> Module:
    parts = file.relative_to(ROOT).with_suffix("").parts
    module = Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.ImportFrom) and node.module:
            module.imports |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            module.imports |= {name.asname or name.name: name.name for name in node.names}
    for node in tree(file).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            module.functions[node.name] = _names(*node.body, *node.args.defaults, *node.args.kw_defaults)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            module.functions |= {ast.unparse(target): _names(node.value) for target in targets}
    return module


def _names(*parts: ast.AST | None) -> set[str]:
    return {ast.unparse(node) for part in parts if part for node in ast.walk(part) if _is_name(node)}


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))
