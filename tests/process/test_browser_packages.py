"""The browser's packages are fetched when they are missing or changed, and only then; with whichever npm there is."""

import json
import os
import stat
from pathlib import Path

import pytest

from cli import browser_packages
from shared.settings import CannotStart


@pytest.fixture
def client(tmp_path: Path) -> Path:
    folder = tmp_path / "client_js"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"name": "a", "dependencies": {}}))
    return folder


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which an npm that does nothing notes how it was called."""
    notes, npm = tmp_path / "calls", tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f'#!/bin/sh\necho "$@" >> {notes}\ntest ! -e {tmp_path}/offline\n')
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(npm.parent) + os.pathsep + os.environ["PATH"])
    return notes


def test_an_unchanged_client_asks_npm_once(client: Path, calls: Path) -> None:
    for _ in range(3):
        browser_packages.install(client)
    assert calls.read_text().splitlines() == ["install --no-package-lock --no-audit --no-fund --omit=dev"]


def test_a_changed_lock_is_installed_exactly(client: Path, calls: Path) -> None:
    browser_packages.install(client)
    (client / "package-lock.json").write_text("{}")
    browser_packages.install(client)
    assert calls.read_text().splitlines()[1:] == ["ci --no-audit --no-fund --omit=dev"]


def test_what_tests_need_serves_a_start_too_but_not_the_other_way_round(client: Path, calls: Path) -> None:
    browser_packages.install(client)
    browser_packages.install(client, dev=True)
    browser_packages.install(client)
    browser_packages.install(client, dev=True)
    assert calls.read_text().splitlines()[1:] == ["install --no-package-lock --no-audit --no-fund"]


def test_a_failure_is_one_sentence_and_is_tried_again(client: Path, calls: Path, tmp_path: Path) -> None:
    (tmp_path / "offline").touch()
    for _ in range(2):
        with pytest.raises(CannotStart, match="The browser's packages could not be installed"):
            browser_packages.install(client)
    assert len(calls.read_text().splitlines()) == 2


def test_without_any_npm_it_says_what_to_install(client: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(browser_packages, "_wheel", lambda: None)
    with pytest.raises(CannotStart, match="npm is missing: install Node"):
        browser_packages.install(client)
