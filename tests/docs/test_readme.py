"""What the README and the pages in docs/ promise is there: commands and options, files, words, targets."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup

from app.commands.program import group
from graph.model import AskKind, MatchStatus, Purpose

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "graph", "matching", "oauth", "prioritization")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")
DECISIONS = sorted(ROOT.glob("docs/decisions/[0-9]*.md"))

_FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_QUOTED = re.compile(r"`([^`]+)`")
_LINKED = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def said(page: Path) -> Iterator[str]:
    """Every line of a fenced block, continued lines joined and comments off, then every word or line set as code."""
    text = page.read_text(encoding="utf-8")
    for block in _FENCED.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield line.split("  #")[0].strip()
    for quoted in _QUOTED.findall(_FENCED.sub("", text)):
        yield " ".join(quoted.split())


def commands(page: Path, program: str) -> list[list[str]]:
    return [shlex.split(line)[1:] for line in said(page) if line == program or line.startswith(f"{program} ")]


def follow(words: list[str]) -> tuple[TyperCommand | TyperGroup, list[str]]:
    """The command that words lead to, and the words behind it."""
    found: TyperCommand | TyperGroup = group()
    for at, word in enumerate(words):
        if not isinstance(found, TyperGroup) or word.startswith("-"):
            return found, words[at:]
        if word not in found.commands:
            pytest.fail(f"there is no command {word} among {sorted(found.commands)}")
        inner = found.commands[word]
        assert isinstance(inner, TyperCommand | TyperGroup)
        found = inner
    return found, []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_named_exists_with_its_options(page: Path) -> None:
    for words in commands(page, "kith"):
        command, rest = follow(words)
        known = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= known, words


def test_the_example_of_kith_run_gives_all_that_is_needed() -> None:
    (example,) = [words for words in commands(ROOT / "README.md", "kith") if words[:1] == ["run"] and len(words) > 1]
    command, rest = follow(example)
    needed = {parameter.opts[0] for parameter in command.params if parameter.required}
    assert needed <= set(rest)


def test_an_invented_command_is_noticed() -> None:
    with pytest.raises(pytest.fail.Exception, match="there is no command fly"):
        follow(["fly", "--high"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_target_of_make_that_is_named_exists_and_says_what_it_is(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    helped = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert {words[0] for words in commands(page, "make") if words} <= helped


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_linked_exists(page: Path) -> None:
    links = [link for link in _LINKED.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_of_ours_that_is_named_exists(page: Path) -> None:
    paths = [
        words
        for words in said(page)
        if re.fullmatch(r"(?:app|graph|matching|oauth|prioritization|tests|docs)/\S+", words)
    ]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_picture_is_light_enough_for_a_first_page() -> None:
    assert 10_000 < (ROOT / "docs" / "picture.png").stat().st_size <= 300_000


def glossary() -> list[tuple[str, list[str]]]:
    """Each word or words of the README's list, with the names that stand for them in the code."""
    table = README.split("| word |")[1].split("\n\n")[0]
    rows = [line.split("|")[1:4] for line in table.splitlines()[2:]]
    return [(word.strip(), _QUOTED.findall(code)) for word, _, code in rows]


def test_the_words_are_the_words_of_the_code() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    used = set(re.findall(r"\w+", source))
    assert len(glossary()) > 15
    assert [word for word, names in glossary() if not names or not set(names) <= used] == []


@pytest.mark.parametrize(("word", "kinds"), [("match", MatchStatus), ("ask", AskKind), ("purpose", Purpose)])
def test_the_list_of_words_knows_every_kind(word: str, kinds: type[MatchStatus | AskKind | Purpose]) -> None:
    (line,) = [line for line in README.splitlines() if line.startswith(f"| {word} |")]
    meaning = line.split("|")[2]
    assert _QUOTED.findall(meaning) == [kind.value for kind in kinds]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_one_short_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads == ["Context", "Decision", "Consequences", "Alternatives"]
    assert len(text.splitlines()) <= 30
    assert text.startswith(f"# {int(page.stem[:4])}. ")


def test_every_decision_is_in_the_list_once_and_in_order() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert _LINKED.findall(index) == [page.name for page in DECISIONS]
    assert [int(page.stem[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
