"""The staircase of docs/ARCHITECTURE.md, checked: imports point down only. A failure prints the rule and its reason.

A layer may import itself, what its row lists, and the standard library; a layer called *pure* not even all of that.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("browser_worker", "cli", "client_py", "games", "lobby", "room_worker", "shared")

IMPURE = {
    *("asyncio", "concurrent", "datetime", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random"),
    *(
        "secrets",
        "select",
        "selectors",
        "signal",
        "socket",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
    ),
    *("urllib", "uuid"),
}


@dataclass(frozen=True)
class Layer:
    """`sees`: the project's packages that it may import. `uses`: the third-party packages."""

    sees: tuple[str, ...]
    uses: tuple[str, ...]
    why: str
    is_pure: bool = False


PURE = "it also runs in the browser, and in tests without waiting: hand in time, chance and bytes"
SHELLS = "lobby and workers meet only through shared.store, so that each can be restarted, scaled and read alone"
SHARED = ("shared",)
CORE = ("shared.protocol", "shared.rules", "shared.game", "shared.room")
# The longest matching prefix rules a module.
LAYERS = {
    "shared.protocol": Layer((), (), PURE, is_pure=True),
    "shared.rules": Layer(("shared.protocol",), (), PURE, is_pure=True),
    "shared.game": Layer(("shared.protocol", "shared.rules"), (), PURE, is_pure=True),
    "shared.room": Layer(("shared.protocol", "shared.rules", "shared.game"), (), PURE, is_pure=True),
    "shared.wire": Layer(CORE, ("msgpack", "jwt"), "the wire knows shapes, not storage"),
    "shared.store": Layer(CORE, ("redis", "msgpack"), "Redis is reached only from here"),
    "shared": Layer(SHARED, (), "settings, catalog and logs are read by every part and know none"),
    "lobby": Layer(SHARED, ("fastapi", "starlette", "uvicorn", "pydantic"), SHELLS),
    "room_worker": Layer(SHARED, ("uvloop",), SHELLS),
    "room_worker.transport": Layer(("shared.protocol", "shared.wire"), ("websockets", "uvloop"), "bytes, not rooms"),
    "browser_worker": Layer(
        (*CORE, "shared.wire"), ("msgpack",), "it runs under Pyodide, beside the core and msgpack's pure Python alone"
    ),
    "client_py": Layer(
        ("shared.protocol", "shared.rules", "shared.game", "shared.wire"), ("websockets",), "a client owns no server"
    ),
    "games": Layer(
        ("shared.protocol", "shared.game"), (), "a game sees the room that it is handed, and nothing of the cluster"
    ),
    "cli": Layer(("cli", "client_py", "lobby", "room_worker", "shared"), ("uvicorn", "uvloop"), "entry points"),
}
TESTS_OF_GAMES = Layer(
    ("client_py", "shared"),
    ("playwright", "pytest", "tests"),
    "a game's own test plays it as people do, with what the suite brings for that; it never runs on a server",
)
READERS_OF_THE_ENVIRONMENT = {"cli/main.py"}


def layer_of(module: str) -> tuple[str, Layer]:
    if inside(module, "games") and module.rpartition(".")[2].startswith("test_"):
        return module, TESTS_OF_GAMES
    name = max((prefix for prefix in LAYERS if inside(module, prefix)), key=len)
    return name, LAYERS[name]


def inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each imported module with its line, also inside functions; `from x import y` counts as x.y."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import; write the whole name, it can be searched for"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def objection(name: str, own: str, layer: Layer) -> str:
    """Why a module of layer `own` may not import `name`; empty when it may."""
    top = name.split(".")[0]
    if top in FOLDERS:
        allowed = any(inside(name, package) for package in (own, *layer.sees))
        return "" if allowed else f"{own} sees only itself and {', '.join(layer.sees) or 'nothing else'}"
    if top in sys.stdlib_module_names:
        return f"{own} is pure" if layer.is_pure and top in IMPURE else ""
    return "" if top in layer.uses else f"{own} uses only {', '.join(layer.uses) or 'the standard library'}"


FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
EACH_FILE = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


@EACH_FILE
def test_imports_point_down(path: Path) -> None:
    own, layer = layer_of(module_of(path))
    for name, line in imports(ast.parse(path.read_text(encoding="utf-8"))):
        refused = objection(name, own, layer)
        assert not refused, f"{path.relative_to(ROOT)}:{line} imports {name}, but {refused}: {layer.why}"


@EACH_FILE
def test_only_entry_points_read_the_environment(path: Path) -> None:
    if str(path.relative_to(ROOT)) in READERS_OF_THE_ENVIRONMENT:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        reads = isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and _is_os(node.value)
        assert not reads, f"{path.relative_to(ROOT)}:{node.lineno} reads the environment: take Settings as an argument"


def _is_os(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "os"


def test_run_py_needs_only_a_bare_python() -> None:
    for name, line in imports(ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))):
        assert name.split(".")[0] in sys.stdlib_module_names, (
            f"run.py:{line} imports {name} before anything is installed"
        )


@pytest.mark.parametrize("module", ["room_worker.worker", "room_worker.node", "cli.main"])
def test_no_process_of_a_node_loads_the_lobbys_framework(module: str) -> None:
    """A worker starts in 17 ms that way instead of 264 ms, and holds 15 MB less."""
    program = f"import sys, {module}; print(*sorted({{'fastapi', 'starlette', 'uvicorn'}} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.split() == []


@pytest.mark.parametrize(
    ("module", "imported", "is_refused"),
    [
        ("shared.rules.placement", "random", True),
        ("shared.rules.placement", "math", False),
        ("shared.rules.placement", "shared.room.core.Room", True),
        ("shared.room.core", "shared.rules.buckets", False),
        ("shared.room.core", "shared.game.engine", False),
        ("shared.game.engine", "shared.room.core.Room", True),
        ("shared.game.engine", "random", True),
        ("shared.game.guard", "ast", False),
        ("lobby.app", "redis.asyncio", True),
        ("lobby.app", "room_worker.node", True),
        ("lobby.app", "shared.store.Store", False),
        ("room_worker.worker", "fastapi", True),
        ("room_worker.worker", "websockets", True),
        ("room_worker.transport.stream", "websockets.server", False),
        ("shared.settings", "lobby.app", True),
        ("games.den.server", "tests.support.town", True),
        ("games.den.test_den", "tests.support.town", False),
        ("games.den.test_den", "lobby.app", True),
    ],
)
def test_the_rules_refuse_what_they_should(module: str, imported: str, is_refused: bool) -> None:
    own, layer = layer_of(module)
    assert bool(objection(imported, own, layer)) == is_refused
