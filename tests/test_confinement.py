"""The second wall of a session without an account: what its process can do once it is shut."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_shut_process_starts_nothing_and_opens_nothing_of_the_desk(tmp_path: Path) -> None:
    store = tmp_path / "desk.sqlite"
    store.write_bytes(b"secret")
    script = f"""
import os, subprocess, sys
from pathlib import Path
from deskterm.confinement import Confinement, shut
home = Path({str(tmp_path)!r})
mine = Confinement.of(home, "cora", "x", "rnano -w")
mine.make()
(mine.files / "link").symlink_to(home / "desk.sqlite")
shut(mine, home)
tries = dict(
    shell=lambda: subprocess.run(["/bin/sh", "-c", "id"]),
    words=lambda: subprocess.run("id", shell=True),
    system=lambda: os.system("id"),
    exec=lambda: os.execv("/bin/sh", ["sh"]),
    itself=lambda: subprocess.run([sys.executable, "-m", "deskterm", "agents", "list"]),
    python=lambda: subprocess.run([sys.executable, "-c", "print(1)"]),
    other=lambda: subprocess.run([sys.executable, "-P", "-m", "http.server"]),
    spawn=lambda: os.posix_spawn("/bin/sh", ["sh"], {{}}),
    store=lambda: open(home / "desk.sqlite"),
    descriptor=lambda: os.open(home / "desk.sqlite", os.O_RDONLY),
    roundabout=lambda: (mine.files / ".." / ".." / ".." / "desk.sqlite").read_bytes(),
    link=lambda: (mine.files / "link").read_bytes(),
    write=lambda: (home / "new").write_text("x"),
)
for name, attempt in tries.items():
    try:
        attempt()
    except PermissionError:
        continue
    print("open:", name)
(mine.files / "plan").write_text("mine")
child = [sys.executable, "-P", "-m", "deskterm.mail.limited"]
print(subprocess.run(child, input=b"", capture_output=True).args[-1])
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert said.stdout == "deskterm.mail.limited\n", said.stdout + said.stderr
    assert not (tmp_path / "new").exists()
