"""The rules of the house: who may import whom, what is pinned, and what no file may name."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.left_for_ci import LEFT_FOR_CI, LEFT_FOR_FULL
from tests.on_sqlite_only import ON_SQLITE_ONLY

HOUSE = Path(__file__).parent.parent
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())
LOCKS = ("requirements.txt", "requirements-dev.txt")

LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache", "--no-logo", "--config", HOUSE / "pyproject.toml"],
        cwd=folder,
        capture_output=True,
        text=True,
        # one line for each contract, however long its name
        env={**os.environ, "COLUMNS": "200"},
    )


def broken_contracts(report: str) -> set[str]:
    return set(re.findall(r"^(.+) BROKEN", report, re.MULTILINE))


def test_nothing_imports_what_it_may_not() -> None:
    done = lint_imports(HOUSE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_import_contract_breaks_when_it_should(tmp_path: Path) -> None:
    shutil.copytree(HOUSE / "deskterm", tmp_path / "deskterm", ignore=shutil.ignore_patterns("__pycache__"))
    wrongs = {
        "desk/looks_up.py": "import deskterm.sync",
        "store/knows_mail.py": "import deskterm.mail",
        "screens/asks_sql.py": "import sqlalchemy",
        "cli/asks_sql.py": "import sqlalchemy",
        "screens/runs_the_worker.py": "import deskterm.sync",
        "sync/knows_the_demo.py": "import deskterm.demo",
        "desk/fetches.py": "import deskterm.mail.wire",
        "sync/opens_a_socket.py": "import socket",
        "homeless.py": "",
    }
    for name, line in wrongs.items():
        (tmp_path / "deskterm" / name).write_text(line + "\n")

    report = lint_imports(tmp_path).stdout

    contracts = {contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]}
    assert broken_contracts(report) == contracts, report
    for name in filter(wrongs.get, wrongs):
        assert f"deskterm.{name.removesuffix('.py').replace('/', '.')}" in report


def test_screens_reach_files_and_programs_of_the_machine_by_one_way() -> None:
    """Else a session over SSH or the web would get at them: see `confinement`."""
    ways = re.compile(
        r"\b(FileOpen|FileSave|SelectDirectory|PathSuggester|expanduser|subprocess|os\.system)\b"
    )
    allowed = {
        "reach.py",
        "path_completion.py",
        # what these start was asked for at reach.py, or is our own worker, which no confined console starts
        "composer_form.py",
        "browser.py",
        "worker_start.py",
        # commands of the desk's owner: no confined console gets there
        "child.py",
        "first_run.py",
        # a path of the server, which the desk refuses in such a session
        "account_area.py",
    }
    found = {
        path.name for path in (HOUSE / "deskterm" / "screens").rglob("*.py") if ways.search(path.read_text())
    }
    assert found == allowed


def imported_modules() -> Iterator[tuple[str, Path]]:
    """Top-level names of all modules the package imports, anywhere in its files."""
    for path in sorted((HOUSE / "deskterm").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], path) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield node.module.partition(".")[0], path


def declared(extras: tuple[str, ...] = ()) -> dict[str, Requirement]:
    lines = list(PROJECT["project"]["dependencies"])
    for extra in extras:
        lines += PROJECT["project"]["optional-dependencies"][extra]
    return {canonicalize_name(line.name): line for line in map(Requirement, lines)}


def test_every_library_the_package_imports_is_declared() -> None:
    owners = packages_distributions()
    # imported through the demo's own libraries, which need them in any case
    brought_along = {"proxyprotocol", "pysasl"}
    undeclared = set()
    for module, path in imported_modules():
        if module in sys.stdlib_module_names or module in {"deskterm", *brought_along}:
            continue
        distributions = {canonicalize_name(name) for name in owners.get(module, [])}
        extras = ("postgres", "demo") if "demo" in path.parts else ("postgres", "web")
        if not distributions & declared(extras).keys():
            undeclared.add(f"{module} in {path.relative_to(HOUSE)}")
    assert undeclared == set()


def pins(name: str) -> dict[str, tuple[Version, int]]:
    """Package → version and number of hashes, of a requirement file."""
    text = (HOUSE / name).read_text().replace("\\\n", " ")
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        requirement = Requirement(line.partition(" --hash")[0])
        [specifier] = requirement.specifier
        assert specifier.operator == "==", line
        hashes = len(re.findall(r"--hash=sha256:[0-9a-f]{64}(?= |$)", line))
        found[canonicalize_name(requirement.name)] = (Version(specifier.version), hashes)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_requirement_files_pin_with_hashes_and_name_no_address(name: str) -> None:
    assert all(hashes for _, hashes in pins(name).values())
    text = (HOUSE / name).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(-|#|.* @ )(?!-hash)", text, re.MULTILINE)


def test_requirement_files_hold_what_the_project_declares() -> None:
    run, everything = map(pins, LOCKS)
    assert run.items() <= everything.items(), "requirements-dev.txt holds all of requirements.txt"
    groups = PROJECT["dependency-groups"]
    extras = declared(("demo", "postgres", "web"))
    wanted = {
        "requirements.txt": [*extras.values(), *map(Requirement, groups["build"])],
        "requirements-dev.txt": [Requirement(line) for line in groups["dev"]],
    }
    for name, requirements in wanted.items():
        pinned = pins(name)
        for requirement in requirements:
            version, _ = pinned[canonicalize_name(requirement.name)]
            assert version in requirement.specifier, f"{requirement} in {name}: run `make lock`"


def committed_files() -> list[Path]:
    """What git keeps or would keep; in an unpacked archive, everything but what tools left behind."""
    try:
        # the checkout may belong to somebody else, as on a CI machine
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=HOUSE,
            capture_output=True,
            check=True,
        ).stdout
        found = [HOUSE / name.decode() for name in listed.split(b"\0") if name]
    except (FileNotFoundError, subprocess.CalledProcessError):
        found = [
            path
            for path in HOUSE.rglob("*")
            if not any(part.startswith(".venv") or part in _LEFT_BEHIND for part in path.parts)
        ]
    return [path for path in found if path.is_file()]


_LEFT_BEHIND = {".cache", ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__"}

# Written in two halves, or this file would be the first to name them.
_REGISTRIES = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.com",
    "anaconda" + ".org",
    "hugging" + "face.co",
)
_DOWNLOADS = ("git" + "+https", "git" + "+ssh", "/releases/" + "download/")
_MACHINE = ("/" + "root/", "/" + "work/", "/tmp/" + "w/", "/opt/" + "pypi")


def test_no_file_names_a_machine_or_a_place_to_download_from() -> None:
    # a checkout right under / has a name too common to look for
    here = (str(HOUSE),) if len(HOUSE.parts) > 3 else ()
    forbidden = re.compile("|".join(map(re.escape, (*_REGISTRIES, *_DOWNLOADS, *_MACHINE, *here))))
    named = {
        f"{path.relative_to(HOUSE)}: {found[0]}"
        for path in committed_files()
        if (found := forbidden.search(path.read_text(errors="replace")))
    }
    assert named == set()


def test_the_code_is_clean_for_ruff() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise", HOUSE],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_the_script_of_ci_is_a_program() -> None:
    script = HOUSE / ".ci" / "run"
    assert os.access(script, os.X_OK)
    checked = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_only_what_is_listed_is_left_out_on_postgresql() -> None:
    """Who says that a test is for SQLite alone says why, in `tests/on_sqlite_only.py`."""
    listed = {name.partition("::")[0] for name in ON_SQLITE_ONLY}
    said = {
        str(path.relative_to(HOUSE))
        for path in (HOUSE / "tests").rglob("test_*.py")
        if '"database_url", ["sqlite"]' in path.read_text() and path != Path(__file__)
    }
    assert said <= listed
    assert all((HOUSE / name).exists() for name in listed)


def test_what_is_left_for_ci_is_there() -> None:
    for entry in (*LEFT_FOR_CI, *LEFT_FOR_FULL):
        path, _colons, name = entry.partition(" ")[0].partition("::")
        assert (HOUSE / path).exists(), entry
        assert name.rpartition("::")[2] in (HOUSE / path).read_text() if name else True, entry
