"""What every test gets, those of games too: `--long`, a timeout, async tests through asyncio's own runner, a look at
what was left behind, and a browser for those that ask for one.

Fixtures live in tests/support and are named here, so that a reader finds them in one place.
"""

import asyncio
import inspect
import itertools

import hypothesis
import pytest

from tests.support.deadline import find_uncaptured_stderr, pytest_runtest_protocol
from tests.support.leftovers import _nothing_left_behind, watch_for_tasks
from tests.support.redis import own_redis, realm, redis_server, redis_url
from tests.support.town import chromium, site, town

__all__ = [
    "_nothing_left_behind",
    "chromium",
    "own_redis",
    "pytest_runtest_protocol",
    "realm",
    "redis_server",
    "redis_url",
    "site",
    "town",
]

BROWSER_TEST_S = 90

hypothesis.settings.register_profile("suite", deadline=None, print_blob=True)
hypothesis.settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests that take minutes, too")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "timeout(seconds): another limit than the usual one (tests/support/deadline.py)")
    find_uncaptured_stderr()
    watch_for_tasks()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()) or item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(BROWSER_TEST_S))
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="takes minutes; runs with --long"))
    _take_turns(items)


def _take_turns(items: list[pytest.Item]) -> None:
    """Browsers keep a machine busy and most others wait: their files take turns, so that two run well side by side."""
    busy = list(dict.fromkeys(item.path for item in items if item.get_closest_marker("browser")))
    waiting = list(dict.fromkeys(item.path for item in items if item.path not in busy))
    turns = itertools.chain.from_iterable(itertools.zip_longest(waiting, busy))
    place = {path: number for number, path in enumerate(turns)}
    items.sort(key=lambda item: place[item.path])


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test may be a coroutine; it gets a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True
