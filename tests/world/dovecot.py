"""A Dovecot of our own: IMAP, POP3 and LMTP on free ports, mailboxes in its own folder."""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.world.processes import (
    LOOPBACK,
    find_program,
    free_port,
    if_killed,
    missing,
    ready,
    running,
    unavailable,
    wait_until,
)
from tests.world.tls import Certificates

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap pop3 lmtp
listen = {host}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
default_process_limit = 100
default_client_limit = 1000
auth_mechanisms = plain login
auth_failure_delay = 0
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
mailbox_list_index = yes
first_valid_uid = 1
recipient_delimiter = +
postmaster_address = postmaster@example.test
hostname = dovecot.example.test
submission_host =
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
  override_fields = uid={user} gid={group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
  mailbox Trash {{
    auto = subscribe
    special_use = \\Trash
  }}
}}
service anvil {{
  chroot =
  # no waiting after wrong passwords
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service lmtp {{
  chroot =
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service auth {{
  chroot =
  inet_listener sasl {{
    port = {sasl}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running Dovecot; `users` maps addresses to passwords and grows with `add_user`."""

    folder: Path
    host: str
    imap_port: int
    imaps_port: int
    pop3_port: int
    pop3s_port: int
    lmtp_port: int
    sasl_port: int
    ca_file: Path
    users: dict[str, str]

    def add_user(self, address: str, password: str = "secret-1") -> str:
        """Open a mailbox and return its password; letters to addresses without one are refused with 550."""
        self._write_user(address, password)
        # Dovecot looks at the file once a second at most.
        wait_until(lambda: self._knows(address), f"Dovecot knows {address}")
        return password

    def _write_user(self, address: str, password: str) -> None:
        with (self.folder / "users").open("a") as users:
            users.write(f"{address}:{{PLAIN}}{password}::::::\n")
        self.users[address] = password

    def _knows(self, address: str) -> bool:
        with smtplib.LMTP(self.host, self.lmtp_port) as line:
            line.ehlo_or_helo_if_needed()
            line.mail("")
            return line.rcpt(address)[0] == 250

    def letters(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """What lies in a mailbox, in order of arrival, read from disk and therefore without setting flags."""
        maildir = self.folder / "mail" / address
        if folder != "INBOX":
            maildir = maildir / ("." + folder.replace("/", "."))
        found = [path for part in ("new", "cur") for path in (maildir / part).glob("*")]
        return [path.read_bytes() for path in sorted(found, key=_arrival)]


def _arrival(path: Path) -> tuple[int, int]:
    """Maildir names begin with the second and, in Dovecot's, the microsecond of the delivery."""
    second, _, rest = path.name.partition(".")
    micro = re.match(r"M(\d+)", rest)
    return int(second), int(micro[1]) if micro else 0


@contextmanager
def running_dovecot(certificates: Certificates, users: Mapping[str, str]) -> Iterator[Dovecot]:
    """Start Dovecot as an ordinary user, also when the tests run as root; gone with the block."""
    missing("dovecot")
    program = find_program("dovecot") or ""
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("2.3."):
        unavailable(f"the configuration here is for Dovecot 2.3, installed is {version.split()[0]}")
    user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    # Not under pytest's own folder, which other users may not enter; and short, for its sockets.
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    try:
        ports = {name: free_port() for name in ("imap", "imaps", "pop3", "pop3s", "lmtp", "sasl")}
        for name in ("run", "state", "mail"):
            (folder / name).mkdir()
        for source in (certificates.certificate_file, certificates.key_file):
            shutil.copyfile(source, folder / source.name)
        (folder / "users").touch(0o600)
        (folder / "dovecot.conf").write_text(
            _CONFIGURATION.format(
                folder=folder,
                host=LOOPBACK,
                user=user,
                group=group,
                certificate=folder / certificates.certificate_file.name,
                key=folder / certificates.key_file.name,
                **ports,
            )
        )
        server = Dovecot(
            folder=folder,
            host=LOOPBACK,
            ca_file=certificates.ca_file,
            users={},
            **{f"{name}_port": port for name, port in ports.items()},
        )
        for address, password in users.items():
            server._write_user(address, password)
        if os.getuid() == 0:
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, user, group)
        command = [program, "-F", "-c", folder / "dovecot.conf"]
        log = folder / "dovecot.log"
        with (
            running(command, log, user=user if os.getuid() == 0 else None) as process,
            if_killed('kill -KILL -"$1"; rm -rf "$2"', str(process.pid), folder),
        ):
            ready(process, [ports["imap"], ports["pop3"], ports["lmtp"], ports["sasl"]], log)
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)
