"""The Python files that a browser needs to run games, as one zip under a name that changes with its content.

They are read as files, not imported: what runs under Pyodide is no part of a lobby. Third party is msgpack's own pure
Python alone. The same files make the same bytes on every machine, hence nothing in it is compressed: the answer is.
"""

import hashlib
import importlib.util
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import shared

ROOT = Path(shared.__file__).parents[1]
FOLDERS = ("browser_worker", "shared/game", "shared/protocol", "shared/room", "shared/rules")
FILES = ("shared/__init__.py", *(f"shared/wire/{name}.py" for name in ("__init__", "body", "codec", "parts")))
HASH_CHARS = 16
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def bundle() -> tuple[str, bytes]:
    """The name (`engine-<hash>.zip`) and the zip."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, path in sorted(_files()):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            target.writestr(entry, path.read_bytes())
    content = archive.getvalue()
    return f"engine-{hashlib.sha256(content).hexdigest()[:HASH_CHARS]}.zip", content


def _files() -> Iterator[tuple[str, Path]]:
    yield from ((name, ROOT / name) for name in FILES)
    for folder in FOLDERS:
        yield from ((path.relative_to(ROOT).as_posix(), path) for path in (ROOT / folder).rglob("*.py"))
    yield from ((f"msgpack/{path.name}", path) for path in _package("msgpack"))


def _package(name: str) -> Iterable[Path]:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.glob("*.py")
