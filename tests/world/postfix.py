"""A Postfix of our own: SMTP and submission on free ports, delivering to our Dovecot.

Postfix needs root to start; as an ordinary user it is started with `sudo -n` where that is allowed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.world.dovecot import Dovecot
from tests.world.processes import (
    LOOPBACK,
    find_program,
    free_port,
    if_killed,
    missing,
    ready,
    running,
    unavailable,
)
from tests.world.tls import Certificates

_STOP_SECONDS = 10

_MAIN = """
compatibility_level = 3.6
config_directory = {folder}/conf
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}/log
syslog_name = postfix-{name}
myhostname = mail.example.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = {host}
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
smtp_host_lookup = native
disable_dns_lookups = yes
# Whatever the domain: it stays on this machine, and Dovecot knows which addresses exist.
default_transport = lmtp:inet:{host}:{lmtp}
relay_transport = $default_transport
virtual_transport = $default_transport
smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
recipient_delimiter = +
message_size_limit = 26214400
smtputf8_enable = yes
strict_smtputf8 = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = {folder}/tls/server.pem
smtpd_tls_key_file = {folder}/tls/server.key
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:{host}:{sasl}
broken_sasl_auth_clients = no
# A test waits for seconds, never for the minutes of the real world.
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtpd_client_message_rate_limit = 0
smtpd_error_sleep_time = 0
in_flow_delay = 0
"""

_SERVICES = """
{smtp}      inet n - n - - smtpd
{submission} inet n - n - - smtpd
    -o smtpd_sasl_auth_enable=yes
    -o mynetworks=
    -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
{submissions} inet n - n - - smtpd
    -o smtpd_tls_wrappermode=yes
    -o smtpd_sasl_auth_enable=yes
    -o mynetworks=
    -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 1 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
lmtp      unix - - n - - lmtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running Postfix. `smtp_port` takes letters from anybody, like a server on the internet does for its
    own domains; the submission ports take them from users of the Dovecot who sign in."""

    folder: Path
    host: str
    smtp_port: int
    submission_port: int
    submissions_port: int
    ca_file: Path
    users: dict[str, str]

    def log(self) -> str:
        """What Postfix logged so far."""
        return (self.folder / "log" / "mail.log").read_text(errors="replace")


def _as_root() -> list[str]:
    if os.getuid() == 0:
        return []
    sudo = find_program("sudo")
    if sudo is None or subprocess.run([sudo, "-n", "true"], capture_output=True).returncode:
        unavailable("Postfix starts only as root or with `sudo -n`")
    return [sudo or "", "-n"]


@contextmanager
def running_postfix(certificates: Certificates, dovecot: Dovecot) -> Iterator[Postfix]:
    """Start Postfix in front of a running Dovecot; gone with the block."""
    missing("postfix")
    as_root = _as_root()
    program = find_program("postfix") or ""
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)
    # A store that was opened in this process has taken the rights of others from all that is made after it.
    umask = os.umask(0o022)
    try:
        ports = {name: free_port() for name in ("smtp", "submission", "submissions")}
        for name in ("conf", "queue", "data", "log", "tls"):
            (folder / name).mkdir()
        shutil.copyfile(certificates.certificate_file, folder / "tls" / "server.pem")
        shutil.copyfile(certificates.key_file, folder / "tls" / "server.key")
        values = {"folder": folder, "name": folder.name, "host": LOOPBACK, **ports}
        (folder / "conf" / "main.cf").write_text(
            _MAIN.format(lmtp=dovecot.lmtp_port, sasl=dovecot.sasl_port, **values)
        )
        services = _SERVICES.format(**{name: f"{LOOPBACK}:{port}" for name, port in ports.items()})
        (folder / "conf" / "master.cf").write_text(services)
        subprocess.run([*as_root, "chown", "-R", "root:root", folder], check=True)
        subprocess.run([*as_root, "chown", "postfix", folder / "data"], check=True)
        # These would point Postfix to another configuration.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MAIL_")}
        command = [*as_root, program, "-c", str(folder / "conf")]
        with tempfile.NamedTemporaryFile(prefix="postfix-", suffix=".log") as log:
            output = Path(log.name)
            with (
                running([*command, "start-fg"], output, environment=environment) as process,
                if_killed('folder=$1; shift; "$@" stop; "$@" stop; rm -rf "$folder"', folder, *command),
            ):
                try:
                    ready(process, list(ports.values())[:2], output)
                    os.umask(umask)
                    yield Postfix(
                        folder=folder,
                        host=LOOPBACK,
                        ca_file=certificates.ca_file,
                        users=dovecot.users,
                        **{f"{name}_port": port for name, port in ports.items()},
                    )
                finally:
                    # The master leaves our process group, so it is asked to end, and forced if it does not.
                    subprocess.run([*command, "abort"], capture_output=True, env=environment)
                    try:
                        process.wait(_STOP_SECONDS)
                    except subprocess.TimeoutExpired:
                        subprocess.run([*command, "stop"], capture_output=True, env=environment)
    finally:
        os.umask(umask)
        subprocess.run([*as_root, "rm", "-rf", folder], check=True)
