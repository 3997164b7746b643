"""The guard: each thing that it finds, with the line and what it says to write instead; and what it leaves alone."""

import pytest

from shared.game.failures import CodeFailed
from shared.game.guard import Finding, check
from shared.game.program import Program, ProgramRefused, load
from shared.game.refused import ATTRIBUTES, INSTEAD_OF_MODULE, NAMES

BODY = "\ndef start(world): pass\ndef update(world, dt): pass\n"


def found(lines: str) -> list[Finding]:
    return check(lines + BODY)


FATAL = [
    ("import os", "`os` cannot be imported: a main.py may import"),
    *((f"import {module}", instead) for module, instead in INSTEAD_OF_MODULE.items()),
    ("from random import choice", "use world.random"),
    ("import os.path", "cannot be imported"),
    ("from . import other", "cannot be imported"),
    ("from shared.protocol import limits", "cannot be imported"),
    ("from shared.game import engine", "not for games"),
    ("from itertools import *", "name it"),
    ("from math import sin", "`math.sin` differs between machines in the last digit: shared.game.trig"),
    ("from math import sqrt, log", "`math.log`"),
    ("import math\nx = math.atan2(1, 2)", "`math.atan2`"),
    ("import math as m\nx = m.exp(1)", "`math.exp`"),
    *((f"x = {name}(1)", instead) for name, instead in NAMES.items()),
    *((f"def f(world): return world.random.{name}(1, 2)", instead) for name, instead in ATTRIBUTES.items()),
    ("x = (1).__class__", "`__class__` reaches into Python itself"),
    ("def f(thing): return thing.__dict__", "`__dict__`"),
    ("async def f(): pass", "nothing to wait for"),
    ("async def f():\n    await g()", "`await`"),
    ("def f():\n    global x\n    x = 1", "keep it in world.scene"),
    ("def f(x): return x ** 2", "write x * x"),
    ("def f(n): return 2 ** n", "1 << n"),
    ("def f(x):\n    x **= 2", "shared.game.trig.pow"),
    ("def f(:", "this is no Python"),
    ("return 3", "this is no Python"),
    ("x = " + "(" * 300 + ")" * 300, "this is no Python"),
    ("x = '\0'", "this is no Python"),
]


@pytest.mark.parametrize(("lines", "sentence"), FATAL)
def test_what_keeps_a_game_from_running(lines: str, sentence: str) -> None:
    findings = found(lines)
    assert any(sentence in finding.text and finding.is_fatal for finding in findings), findings
    with pytest.raises(ProgramRefused):
        load(lines + BODY, "main.py")


WARNED = [
    ("def f(x): return sum(x)", "math.fsum"),
    ("def f(x): return sum(one.weight for one in x)", "math.fsum"),
    ("for x in {1, 2}: pass", "the order of a set"),
    ("x = [y for y in set('ab')]", "the order of a set"),
    ("seen = set()\nfor x in seen: pass", "the order of a set"),
    ("class A:\n    def f(self):\n        self.seen = {1}\n        return list(self.seen)", "the order of a set"),
    ("x = tuple(frozenset('ab'))", "the order of a set"),
    ("def f():\n    seen = {1, 2}\n    return seen.pop()", "the order of a set"),
    ("SEEN = []\ndef f(x): SEEN.append(x)", "`SEEN` belongs to the module"),
    ("SEEN = {}\ndef f(x): SEEN[x] = 1", "`SEEN` belongs to the module"),
    ("SEEN = {}\ndef f(x): del SEEN[x]", "`SEEN` belongs to the module"),
    ("COUNT = [0]\ndef f(x):\n    COUNT[0] += 1", "`COUNT` belongs to the module"),
    ("class Ship:\n    __slots__ = ('x',)", "leave the slots out"),
    ("from dataclasses import dataclass\n@dataclass(slots=True)\nclass Ship:\n    x: int", "leave the slots out"),
]


@pytest.mark.parametrize(("lines", "sentence"), WARNED)
def test_what_an_author_is_warned_of(lines: str, sentence: str) -> None:
    (finding,) = found(lines)
    assert sentence in finding.text
    assert not finding.is_fatal
    load(lines + BODY, "main.py")


@pytest.mark.parametrize("name", ["local_players", "online_players"])
def test_update_is_the_same_on_every_machine(name: str) -> None:
    (finding,) = check(f"def start(world): world.{name}\ndef update(world, dt):\n    world.{name}\n")
    assert (finding.line, finding.is_fatal) == (3, False)
    assert "use world.players" in finding.text


FINE = [
    "from __future__ import annotations",
    "from dataclasses import dataclass\n@dataclass\nclass A:\n    id: int\n    def __post_init__(self): self.id = 1",
    "import math\nx = math.sqrt(2) + math.pi + math.hypot(1, 2)",
    "from shared.game.trig import sin\nfrom shared.game import trig\nx = sin(1) + trig.cos(2)",
    "from math import floor, fsum\nx = fsum([0.1, 0.2])",
    "x = 2 ** 32",
    "def f(items): return sum(1 for item in items) + sum(item > 1 for item in items)",
    "def f(items): return sum(len(item) for item in items) + sum([not item for item in items])",
    "for x in sorted({1, 2}): pass",
    "x = 1 in {1, 2} or len({1})",
    "def f(id): return [id for id in range(id)]",
    "def f(hash, input): return hash + input.move.x",
    "class A:\n    def __init__(self): super().__init__()",
    "ITEMS = [1]\ndef f():\n    ITEMS = []\n    ITEMS.append(1)",
    "def f(items): items.append(1)",
    "def f(world): return world.random.choice([1]) + world.random.uniform(0, 1)",
    "from collections import deque\nfrom collections.abc import Iterator\nimport itertools, heapq, bisect",
]


@pytest.mark.parametrize("lines", FINE)
def test_what_is_left_alone(lines: str) -> None:
    assert found(lines) == []
    load(lines + BODY, "main.py")


@pytest.mark.parametrize(
    ("source", "sentences"),
    [
        ("", ["`def start(world)` is missing", "`def update(world, dt)` is missing"]),
        ("def start(world): pass", ["`def update(world, dt)` is missing"]),
        (
            "def start(): pass\ndef update(world, dt): pass",
            ["`start` is called as start(world)"],
        ),
        ("def start(world): pass\ndef update(world): pass", ["`update` is called as update(world, dt)"]),
        ("def start(world): pass\ndef update(world, dt, more): pass", ["`update` is called as update(world, dt)"]),
        ("def start(world): pass\ndef update(world, dt, *, more): pass", ["`update` is called as update(world, dt)"]),
        ("def start(world, more=1): pass\ndef update(*all): pass", []),
        ("def start(world): pass\nupdate = lambda world, dt: None", []),
    ],
)
def test_a_main_has_start_and_update(source: str, sentences: list[str]) -> None:
    findings = check(source)
    assert len(findings) == len(sentences)
    assert all(finding.is_fatal for finding in findings)
    assert all(finding.text.startswith(sentence) for finding, sentence in zip(findings, sentences, strict=True))


def test_findings_are_in_order_of_lines_and_say_where() -> None:
    findings = check("import os\nimport time\nx = open('a')" + BODY)
    assert [finding.line for finding in findings] == [1, 2, 3]
    assert str(findings[2]) == f"line 3: `open`: {NAMES['open']}"


# --- what has passed the guard


def test_classes_of_a_program_are_its_own() -> None:
    program = Program(
        load("from enum import Enum\nnumber = int\nclass Ship: pass\nclass Suit(Enum):\n    SUN = 1" + BODY, "main.py"),
        {"sees": len, "_hidden": 1, "update": None},
    )
    assert [*program.classes] == ["Ship", "Suit"]
    assert program.sees is len  # type: ignore[attr-defined]
    assert callable(program.update), "main.py comes first"  # type: ignore[attr-defined]
    assert not hasattr(program, "_hidden")


def test_each_load_has_a_namespace_of_its_own() -> None:
    source = "class Ship: pass" + BODY
    assert load(source, "main.py")["Ship"] is not load(source, "main.py")["Ship"]


def test_dataclasses_with_deferred_annotations() -> None:
    source = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    x: int = 1"
    )
    assert load(source + BODY, "main.py")["A"]().x == 1


def test_a_module_that_raises() -> None:
    with pytest.raises(CodeFailed, match=r"main\.py: ZeroDivisionError"):
        load("x = 1 // 0" + BODY, "main.py")
