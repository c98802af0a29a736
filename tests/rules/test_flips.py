"""Each comparison, connective, bound and number of the plain model is turned once: the stories must notice."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.rules import answers, plain_model
from tests.rules.test_stories import as_of_the_model, is_modelled

OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
NUMBERS = (1, 2, 31, 100)
NOTICED = 0.84
"""So many of all flips are noticed: of the rest, some change nothing that a story can tell, and some lack a story."""


def flipped(tree: ast.Module) -> Iterator[ast.Module]:
    """The program with one thing in it turned, each in its turn."""
    for place, node in enumerate(ast.walk(tree)):
        for part in range(len(node.ops) if isinstance(node, ast.Compare) else 1):
            if _is_turned(copy.deepcopy(node), part):
                turned = copy.deepcopy(tree)
                _is_turned(list(ast.walk(turned))[place], part)
                yield ast.fix_missing_locations(turned)


def _is_turned(node: ast.AST, part: int) -> bool:
    match node:
        case ast.Compare():
            node.ops[part] = OPPOSITE[type(node.ops[part])]()
        case ast.BoolOp():
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.UnaryOp(op=ast.Not()):
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
        case ast.Call(func=ast.Name(id="min" | "max") as function):
            function.id = "min" if function.id == "max" else "max"
        case ast.Constant(value=int() as value) if type(value) is int and value in NUMBERS:
            node.value = value + 1
        case _:
            return False
    return True


def is_noticed(program: ast.Module, asked: list[tuple[Any, list[dict[str, Any]], dict[str, Any]]]) -> bool:
    """Whether a story is answered wrongly, or not at all, by a program."""
    module = ModuleType("turned")
    exec(compile(program, "turned", "exec"), module.__dict__)  # the plain model, with one thing turned
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(answers, "plain_model", module)
        for story, entries, question in asked:
            try:
                answer = answers.of_the_model(story, entries, question["ask"].split())
            except Exception:  # whatever goes wrong is noticed
                return True
            if not answers.is_right(as_of_the_model(question), answer):
                return True
    return False


@pytest.mark.soak
def test_stories_notice_each_rule_that_is_turned() -> None:
    tree = ast.parse(Path(plain_model.__file__).read_text(encoding="utf-8"))
    asked = [
        (story, story["entries"], question)
        for _, story in answers.stories()
        if not story.get("refused")
        for question in story["questions"]
        if is_modelled(question)
    ]
    assert not is_noticed(tree, asked)
    noticed = [is_noticed(program, asked) for program in flipped(tree)]
    assert sum(noticed) >= NOTICED * len(noticed), (sum(noticed), len(noticed))
