"""The command as a person or a script calls it: in this process for breadth, in its own for the contract."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from deskterm.cli.main import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def desk(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A home on each kind of database; the first command makes its user administrator."""
    monkeypatch.setenv("DESKTERM_KEYRING", "off")
    if database_url.startswith("postgresql"):
        monkeypatch.setenv("DESKTERM_DATABASE_URL", database_url)
    return os.environ["DESKTERM_HOME"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process; every call has to succeed unless `code` says otherwise."""

    def run(*arguments: str, code: int = 0) -> Ran:
        capsys.readouterr()
        ended = main(list(arguments))
        said = capsys.readouterr()
        assert ended == code, f"{arguments}: {ended}\n{said.out}\n{said.err}"
        return Ran(ended, said.out, said.err)

    return run


@pytest.fixture
def command() -> Run:
    """Run the real command in a process of its own."""

    def run(*arguments: str, stdin: str | bytes = b"", code: int = 0, **environment: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "deskterm", *arguments],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env={**os.environ, **environment},
            timeout=120,
            check=False,
        )
        ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert ran.code == code, f"{arguments}: {ran}"
        return ran

    return run
