"""Reads a `main.py` before it runs, for what would differ between machines or reach outside its room.

A finding says what to write instead. A fatal one keeps the game from running; a warning is for its author, because only
the author knows whether the numbers are whole or the order matters. Absent: a sandbox. It catches mistakes, not malice.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from shared.game.refused import (
    ATTRIBUTES,
    CHANGING,
    DUNDERS,
    INSTEAD_OF_MODULE,
    MODULES,
    NAMES,
    NODES,
    REQUIRED,
    TAKES_ORDER,
    TRIG,
)

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one line, which says what to write instead."""

    line: int
    text: str
    is_fatal: bool = True

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


def check(source: str, filename: str = "main.py") -> list[Finding]:
    """What there is to say about a `main.py`, in order of lines."""
    try:
        tree = ast.parse(source, filename)
        compile(tree, filename, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return [Finding(getattr(error, "lineno", None) or 1, f"this is no Python: {getattr(error, 'msg', error)}")]
    return sorted(set(_Guard(tree).findings()), key=lambda finding: (finding.line, finding.text))


class _Guard:
    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._own = _bound(tree)
        self._math = {"math"} & self._own | _aliases(tree, "math")
        self._sets = {name for name, value in _assigned(tree) if _is_set(value, frozenset())}
        self._constants = {target.id for node in tree.body for target in _targets(node) if isinstance(target, ast.Name)}

    def findings(self) -> Iterator[Finding]:
        for node in ast.walk(self._tree):
            for text in self._fatal(node):
                yield Finding(getattr(node, "lineno", 1), text)
            for text in self._warnings(node):
                yield Finding(getattr(node, "lineno", 1), text, is_fatal=False)
        yield from self._required()
        yield from self._of_update()
        yield from self._module_state()

    # --- fatal

    def _fatal(self, node: ast.AST) -> Iterator[str]:
        if type(node) in NODES:
            yield NODES[type(node)]
        elif isinstance(node, ast.Import):
            yield from (_module(alias.name) for alias in node.names if _module(alias.name))
        elif isinstance(node, ast.ImportFrom):
            yield from _import_from(node)
        elif isinstance(node, ast.Name) and node.id in NAMES and node.id not in self._own:
            yield f"`{node.id}`: {NAMES[node.id]}"
        elif isinstance(node, ast.Attribute):
            yield from self._attribute(node)
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and _is_uneven_power(node):
            yield "`**` differs between machines: write x * x, 1 << n, or shared.game.trig.pow(x, y)"

    def _attribute(self, node: ast.Attribute) -> Iterator[str]:
        name = node.attr
        if name in ATTRIBUTES:
            yield f"`{name}` {ATTRIBUTES[name]}"
        elif name.startswith("__") and name.endswith("__") and name not in DUNDERS:
            yield f"`{name}` reaches into Python itself: a game keeps to its own names"
        elif isinstance(node.value, ast.Name) and node.value.id in self._math:
            yield from (text for text in [_from_math(name)] if text)

    def _required(self) -> Iterator[Finding]:
        functions = {node.name: node for node in self._tree.body if isinstance(node, ast.FunctionDef)}
        for name, names in REQUIRED.items():
            given, wanted = functions.get(name), f"def {name}({', '.join(names)})"
            if given is None:
                if name not in self._constants:
                    yield Finding(1, f"`{wanted}` is missing")
            elif not _takes(given.args, len(names)):
                yield Finding(given.lineno, f"`{name}` is called as {name}({', '.join(names)}): write `{wanted}`")

    # --- warnings

    def _warnings(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, (ast.For, ast.comprehension)) and _is_set(node.iter, self._sets):
            yield _ORDER
        elif isinstance(node, ast.Call):
            yield from self._call(node)
        elif isinstance(node, ast.ClassDef) and _has_slots(node):
            yield f"objects of {node.name} cannot be in a scene: leave the slots out"

    def _call(self, node: ast.Call) -> Iterator[str]:
        match node.func:
            case ast.Name("sum") if "sum" not in self._own and not _counts(node):
                yield "sum() of floats differs between Pythons: use math.fsum, or a loop; for whole numbers it is fine"
            case ast.Name(name) if name in TAKES_ORDER and any(_is_set(one, self._sets) for one in node.args):
                yield _ORDER
            case ast.Attribute(value, "pop") if not node.args and _is_set(value, self._sets):
                yield _ORDER

    def _of_update(self) -> Iterator[Finding]:
        for node in self._tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == "update":
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Attribute) and inner.attr in ("local_players", "online_players"):
                        yield Finding(
                            inner.lineno,
                            f"world.{inner.attr} differs between machines: in update, use world.players",
                            is_fatal=False,
                        )

    def _module_state(self) -> Iterator[Finding]:
        for function in (node for node in ast.walk(self._tree) if isinstance(node, Function)):
            own = _bound(function)
            for node in ast.walk(function):
                name = _changed_name(node)
                if name and name in self._constants and name not in own:
                    text = f"`{name}` belongs to the module, whose state is not saved: keep what changes in world.scene"
                    yield Finding(getattr(node, "lineno", 1), text, is_fatal=False)


_ORDER = "the order of a set differs between machines: use sorted(), a list, or a dict"


def _module(name: str) -> str:
    """What is wrong with importing it; empty when nothing is."""
    if name in MODULES:
        return ""
    instead = INSTEAD_OF_MODULE.get(name.split(".")[0], f"a main.py may import {', '.join(sorted(MODULES))}")
    return f"`{name}` cannot be imported: {instead}"


def _import_from(node: ast.ImportFrom) -> Iterator[str]:
    module = "." * node.level + (node.module or "")
    if _module(module):
        yield _module(module)
        return
    allowed = MODULES[module]
    for alias in node.names:
        if alias.name == "*":
            yield f"`from {module} import *` hides what is used: name it"
        elif allowed is not None and alias.name not in allowed:
            yield _from_math(alias.name) if module == "math" else f"`{module}.{alias.name}` is not for games"


def _from_math(name: str) -> str:
    allowed = MODULES["math"]
    if allowed is None or name in allowed:
        return ""
    return f"`math.{name}` differs between machines in the last digit: {TRIG}"


def _bound(tree: ast.AST) -> set[str]:
    """Names that get a meaning somewhere in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node is not tree:
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.split(".")[0])
    return found


def _aliases(tree: ast.AST, module: str) -> set[str]:
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import))
    return {alias.asname for node in imports for alias in node.names if alias.name == module and alias.asname}


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, (ast.AnnAssign, ast.AugAssign)) else []


def _assigned(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and attributes with each value that they are given."""
    for node in ast.walk(tree):
        value = getattr(node, "value", None)
        if isinstance(value, ast.expr):
            for target in _targets(node):
                if isinstance(target, (ast.Name, ast.Attribute)):
                    yield _name(target), value


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_set(node: ast.expr, names: set[str] | frozenset[str]) -> bool:
    if isinstance(node, (ast.Set, ast.SetComp)):
        return True
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("set", "frozenset")
    return _name(node) in names


def _is_uneven_power(node: ast.BinOp | ast.AugAssign) -> bool:
    """Any `**` but one like 2 ** 32, which Python computes exactly."""
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else ()
    is_exact = sides and all(isinstance(side, ast.Constant) and type(side.value) is int for side in sides)
    return isinstance(node.op, ast.Pow) and not is_exact


def _takes(arguments: ast.arguments, count: int) -> bool:
    places = len(arguments.posonlyargs) + len(arguments.args)
    needed = places - len(arguments.defaults)
    lacks = any(default is None for default in arguments.kw_defaults)
    return not lacks and needed <= count and (places >= count or arguments.vararg is not None)


def _has_slots(node: ast.ClassDef) -> bool:
    if any(_name(target) == "__slots__" for line in node.body for target in _targets(line)):
        return True
    calls = (decorator for decorator in node.decorator_list if isinstance(decorator, ast.Call))
    return any(
        keyword.arg == "slots" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        for call in calls
        for keyword in call.keywords
    )


def _counts(node: ast.Call) -> bool:
    """sum(1 for …), sum(a > b for …), sum(len(x) for …): of whole numbers for sure."""
    first = node.args[0] if node.args else None
    if not isinstance(first, (ast.GeneratorExp, ast.ListComp)):
        return False
    item = first.elt
    if isinstance(item, ast.Constant):
        return type(item.value) is int
    if isinstance(item, ast.Call):
        return _name(item.func) in ("len", "int", "bool", "any", "all", "isinstance")
    return isinstance(item, ast.Compare) or (isinstance(item, ast.UnaryOp) and isinstance(item.op, ast.Not))


def _changed_name(node: ast.AST) -> str:
    """The name that a line changes in place: NAME.append(…), NAME[…] = …, NAME.x = …"""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
        return _name(node.func.value) if isinstance(node.func.value, ast.Name) else ""
    targets = node.targets if isinstance(node, ast.Delete) else _targets(node)
    for target in targets:
        if isinstance(target, (ast.Subscript, ast.Attribute)) and isinstance(target.value, ast.Name):
            return target.value.id
    return ""
