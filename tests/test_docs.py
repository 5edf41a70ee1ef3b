"""Documentation that cannot go stale: commands, links, code blocks, the schema page, the reference."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from dealextract import batch
from dealextract.cli import app
from tests.schema_page import PAGE, make_page
from tests.trained import needs_model
from tests.untagged import load_untagged

ROOT = Path(__file__).resolve().parents[1]
TOP = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
PAGES = [*TOP, *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
GUIDES = [page for page in PAGES if page.name not in ("CONTRIBUTING.md", "CHANGELOG.md", "schema.md")]
README = TEXTS[PAGES[0]]
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
STORY = ROOT / "notebooks" / "data" / "story-en.jsonl"


def blocks(page: Path, kind: str) -> list[str]:
    return [block for name, block in BLOCK.findall(TEXTS[page]) if name == kind]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert any(f"dealextract {name}" in TEXTS[page] for page in GUIDES)
    assert COMMANDS[name].help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented_and_has_help(name: str) -> None:
    told = "\n".join(TEXTS[page] for page in GUIDES)
    for parameter in COMMANDS[name].params:
        assert parameter.help, parameter.name
        for option in parameter.opts:
            assert not option.startswith("--") or option in told


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^|`)make (\w+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)", TEXTS[page]):
        path, _, anchor = target.partition("#")
        if not target.startswith("https://"):
            linked = page.parent / path if path else page
            assert linked.exists(), target
            if anchor:
                heads = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.M)
                assert anchor in [re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-") for h in heads]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the files that the pages speak of."""
    story = [json.loads(line) for line in STORY.read_text(encoding="utf-8").splitlines()]
    (tmp_path / "article.txt").write_text(story[0]["text"], encoding="utf-8")
    archive = "".join(json.dumps(article) + "\n" for article in (story[0], story[2]))
    (tmp_path / "archive.jsonl").write_text(archive, encoding="utf-8")
    shutil.copy(ROOT / "tests" / "articles" / "model.jsonl", tmp_path / "gold.jsonl")
    shutil.copy(tmp_path / "gold.jsonl", tmp_path / "records.jsonl")
    runner = CliRunner()
    for format, name in (("label-studio", "tasks.json"), ("brat", "to-correct")):
        args = ["export", str(tmp_path / "gold.jsonl"), "--to", format, "--out", str(tmp_path / name)]
        assert runner.invoke(app, args).exit_code == 0
    monkeypatch.chdir(tmp_path)
    return tmp_path


@needs_model
@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_python_of_the_page_runs(page: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(page, "python"):
        exec(compile(block, page.name, "exec"), names)


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_commands_of_the_page_run(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "shared_pipeline", lambda lang, *_: load_untagged(lang))
    for block in blocks(page, ""):
        for line in block.splitlines():
            if line.startswith("dealextract batch "):  # archives and processes: tested on its own
                given = set(re.findall(r"--[\w-]+", line))
                assert given <= {option for p in COMMANDS["batch"].params for option in p.opts}
            elif line.startswith(("dealextract ", "cat ")):
                run_line(line, folder)


def run_line(line: str, folder: Path) -> None:
    """Run a shell line of the documentation: one command, what it reads and where it writes."""
    words = shlex.split(line, comments=True)
    stdin = None
    if words[0] == "cat":
        stdin = (folder / words[1]).read_text(encoding="utf-8")
        assert words[2:4] == ["|", "dealextract"]
        words = words[3:]
    out = None
    if ">" in words:
        out = folder / words.pop(words.index(">") + 1)
        words.remove(">")
    result = CliRunner().invoke(app, words[1:], input=stdin)
    assert result.exit_code == 0, f"{line}: {result.stderr}"
    if out is not None:
        out.write_text(result.stdout, encoding="utf-8")


def test_the_schema_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == make_page(), "run python -m tests.schema_page"


def test_the_reference_holds_every_public_name(tmp_path: Path) -> None:
    pytest.importorskip("pdoc")
    command = [sys.executable, "-m", "pdoc", "--output-directory", str(tmp_path), "dealextract"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "dealextract.html").read_text(encoding="utf-8")
    import dealextract

    for name in dealextract.__all__:
        assert f'id="{name}"' in page, name


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "images").glob("*.png")), ids=lambda path: path.name)
def test_pictures_are_small(path: Path) -> None:
    assert path.stat().st_size < 150_000


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.name)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs") and not cell.get("execution_count")
