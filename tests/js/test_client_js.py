"""The browser's client, the pages and the games' scripts, by their own tools: `tsc` over JSDoc types, `node --test`."""

import os
import subprocess
from pathlib import Path

import pytest

from cli import browser_packages

CLIENT = browser_packages.CLIENT
pytestmark = pytest.mark.timeout(120)


def run(node: str, *arguments: str) -> None:
    environ = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}
    done = subprocess.run([node, *arguments], cwd=CLIENT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_types(node: str) -> None:
    run(node, "node_modules/typescript/bin/tsc", "-p", "tsconfig.json")


def test_node_tests(node: str) -> None:
    files = [*CLIENT.glob("test/*.test.js"), *(CLIENT.parent / "games").glob("*/*.test.js")]
    run(node, "--test", *map(str, sorted(files)))
