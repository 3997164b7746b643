"""The guard's tables: what a `main.py` may import and what it may not say, each with what to write instead.

Measured between CPython 3.11 and Pyodide (CPython 3.14 in WebAssembly): + - × ÷ % // round sqrt hypot fmod fsum and
most of `random` give the same bits; `**` (even `x ** 2`), sin and its like, exp, log, cbrt, sums of floats do not.
"""

import ast

TRIG = "shared.game.trig has one that is the same on every machine"

_MATH = (
    *("ceil", "comb", "copysign", "degrees", "dist", "e", "fabs", "factorial", "floor", "fmod", "frexp", "fsum", "gcd"),
    *("hypot", "inf", "isclose", "isfinite", "isinf", "isnan", "isqrt", "lcm", "ldexp", "modf", "nan", "nextafter"),
    *("perm", "pi", "prod", "radians", "remainder", "sqrt", "tau", "trunc", "ulp"),
)

MODULES: dict[str, frozenset[str] | None] = {
    "__future__": None,
    "bisect": None,
    "collections": None,
    "collections.abc": None,
    "dataclasses": None,
    "enum": None,
    "functools": None,
    "heapq": None,
    "itertools": None,
    "math": frozenset(_MATH),
    "shared.game": frozenset({"geometry", "trig"}),
    "shared.game.geometry": None,
    "shared.game.trig": None,
    "typing": None,
}
"""What may be imported; a set names all of a module that may be used."""

INSTEAD_OF_MODULE = {
    "random": "use world.random, which is seeded and saved",
    "secrets": "use world.random, which is seeded and saved",
    "time": "use world.time and the dt of update",
    "datetime": "use world.time and the dt of update",
    "numpy": "use lists and math: a game also runs in the browser",
}

NAMES = {
    "__import__": "write an import at the top",
    "breakpoint": "a room cannot stop and wait",
    "compile": "write the code itself",
    "eval": "write the code itself",
    "exec": "write the code itself",
    "exit": "call world.end()",
    "globals": "keep state in world.scene",
    "hash": "it differs from process to process: use the object's id, or a dict",
    "id": "it differs from process to process: objects of the scene have an .id",
    "input": "what players hold is in player.input",
    "locals": "keep state in world.scene",
    "open": "a game has no files: put them into assets/, or the values into main.py",
    "quit": "call world.end()",
    "vars": "name the attributes",
}
"""Builtins that a game may not use, unless it gives the name a meaning of its own."""

_UNEVEN = "computes with a logarithm or a cosine, which differ between machines:"
ATTRIBUTES = dict.fromkeys(
    (
        "betavariate",
        "binomialvariate",
        "expovariate",
        "gammavariate",
        "lognormvariate",
        "paretovariate",
        "vonmisesvariate",
        "weibullvariate",
    ),
    f"{_UNEVEN} use random(), uniform(), triangular() or choices() of world.random",
) | dict.fromkeys(
    ("gauss", "normalvariate"), f"{_UNEVEN} add three world.random.uniform(-1, 1), which looks much the same"
)
"""Attributes that a game may not use."""

DUNDERS = frozenset({"__init__", "__post_init__", "__name__"})
"""Attributes between double underscores that a game may use."""

NODES: dict[type[ast.AST], str] = {
    ast.AsyncFor: "`async` has nothing to wait for: the game is called once per tick",
    ast.AsyncFunctionDef: "`async` has nothing to wait for: the game is called once per tick",
    ast.AsyncWith: "`async` has nothing to wait for: the game is called once per tick",
    ast.Await: "`await` has nothing to wait for: the game is called once per tick",
    ast.Global: "`global` state is not saved and differs between machines: keep it in world.scene",
}

CHANGING = frozenset(
    (
        *("add", "append", "clear", "discard", "extend", "insert", "pop", "popitem"),
        *("remove", "reverse", "setdefault", "sort", "update"),
    )
)
"""Methods that change a list, dict or set in place."""

TAKES_ORDER = frozenset({"enumerate", "iter", "list", "map", "next", "tuple", "zip"})
"""Builtins that pass on the order of what they are given."""

REQUIRED = {"start": ("world",), "update": ("world", "dt")}
"""Functions that a `main.py` must have, with their arguments."""
