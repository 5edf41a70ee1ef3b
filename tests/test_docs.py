"""Documentation that cannot go stale: commands, links, code blocks, the schema page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from dealextract.cli import app
from tests.schema_page import PAGE, make_page
from tests.trained import needs_model

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
README = PAGES[0].read_text(encoding="utf-8")
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"dealextract {name}" in README
    assert COMMANDS[name].help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_in_the_readme_and_has_help(name: str) -> None:
    for parameter in COMMANDS[name].params:
        assert parameter.help, parameter.name
        for option in parameter.opts:
            assert not option.startswith("--") or option in README


def test_commands_of_the_readme_exist() -> None:
    for kind, block in BLOCK.findall(README):
        if not kind:
            assert set(re.findall(r"^dealextract (\w+)", block, re.M)) <= set(COMMANDS)


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^|`)make (\w+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


@needs_model
def test_code_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {"__name__": "readme"}
    for kind, block in BLOCK.findall(README):
        if kind == "python":
            exec(compile(block, "README.md", "exec"), names)
    assert names["blank"] is not None


def test_the_schema_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == make_page(), "run python -m tests.schema_page"
