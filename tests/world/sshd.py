"""OpenSSH's server on loopback, as generous as it can be made: what is refused, a key's line refuses."""

from __future__ import annotations

import getpass
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.world.processes import LOOPBACK, find_program, free_port, missing, ready, running

PRIVILEGE_SEPARATION = Path("/run/sshd")


@dataclass(frozen=True, slots=True)
class Sshd:
    """A running server and a key made for somebody who may come in."""

    port: int
    folder: Path

    @property
    def authorized_keys(self) -> Path:
        return self.folder / "authorized_keys"

    @property
    def public_key(self) -> Path:
        return self.folder / "key.pub"

    def command(self, *arguments: str, options: Sequence[str] = ()) -> list[str]:
        """An `ssh` that asks nothing of anybody and knows nothing of the person's own settings."""
        return [
            "ssh", "-F", "/dev/null", "-p", str(self.port), "-i", str(self.folder / "key"),
            "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no",
            "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
            *options, f"{getpass.getuser()}@{LOOPBACK}", *arguments,
        ]  # fmt: skip


@contextmanager
def running_sshd(folder: Path) -> Iterator[Sshd]:
    """A server for this account; skips where OpenSSH is not installed."""
    missing("sshd", "ssh", "ssh-keygen", "sftp")
    if os.getuid() == 0:
        # what the system's own service makes before it starts
        PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "key"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "anna@laptop", "-f", folder / name],
            check=True,
        )
    server = Sshd(free_port(), folder)
    settings = folder / "sshd_config"
    settings.write_text(
        f"Port {server.port}\nListenAddress {LOOPBACK}\nHostKey {folder / 'host'}\nPidFile none\n"
        f"AuthorizedKeysFile {server.authorized_keys}\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nAcceptEnv *\n"
        "AllowTcpForwarding yes\nAllowStreamLocalForwarding yes\nAllowAgentForwarding yes\n"
        "X11Forwarding yes\n"
        "GatewayPorts yes\nPermitTunnel yes\nPermitUserRC yes\nSubsystem sftp internal-sftp\n"
        "MaxStartups 100\n"
    )
    program = find_program("sshd")
    assert program is not None
    log = folder / "sshd.log"
    with running([program, "-D", "-e", "-f", settings], log) as process:
        ready(process, [server.port], log)
        yield server
