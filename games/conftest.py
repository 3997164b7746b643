"""What tests that lie beside their game take from the suite: a Redis, limits of time, a look at what is left behind."""

import pytest

from tests.support.deadline import pytest_runtest_protocol
from tests.support.leftovers import _nothing_left_behind
from tests.support.redis import own_redis, realm, redis_server, redis_url

__all__ = ["_nothing_left_behind", "own_redis", "pytest_runtest_protocol", "realm", "redis_server", "redis_url"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "timeout(seconds): another limit than the usual one (tests/support/deadline.py)")
