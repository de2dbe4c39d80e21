"""Every way a connection can fail is told apart, in time, and said in one sentence."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire.net import (
    Fault,
    Settings,
    Stage,
    Step,
    WireError,
    connect,
    exit_code,
    explain,
    tls_context,
)
from tests.mail.wire.scripted import Line, scripted
from tests.world.pymap_server import PymapServer
from tests.world.tls import Certificates, make_certificates

QUICK = Settings(connect_seconds=0.3, command_seconds=0.3)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def fault_of(endpoint: Endpoint, settings: Settings = QUICK) -> WireError:
    with pytest.raises(WireError) as raised:
        connect(endpoint, settings)
    return raised.value


def test_a_host_nobody_knows() -> None:
    error = fault_of(Endpoint("nowhere.invalid", 993, "tls"), Settings(connect_seconds=20))
    assert (error.stage, error.step, exit_code(error)) == (Stage.DNS, Step.DNS, 69)
    assert "nowhere.invalid" in explain(error)


def test_a_host_name_that_cannot_be_one() -> None:
    assert fault_of(Endpoint("a..b", 993, "tls")).stage is Stage.DNS


def test_a_closed_port() -> None:
    port = closed_port()
    error = fault_of(Endpoint("127.0.0.1", port, "tls"))
    assert (error.stage, error.step, exit_code(error)) == (Stage.REFUSED, Step.CONNECTION, 69)
    assert f"127.0.0.1 refuses connections on port {port}." in explain(error)


def test_a_server_that_says_nothing_where_tls_is_expected() -> None:
    with scripted(Line.be_silent, "tls") as (endpoint, _):
        before = time.monotonic()
        error = fault_of(endpoint)
        assert (error.stage, error.step) == (Stage.TIMEOUT, Step.TLS)
        assert time.monotonic() - before < 3


def test_a_server_that_does_not_speak_tls() -> None:
    with scripted(lambda line: line.say("* OK hello") or line.be_silent(), "tls") as (endpoint, _):
        error = fault_of(endpoint, Settings(connect_seconds=5))
    assert error.stage is Stage.TLS
    assert "TLS" in explain(error)


def test_a_trusted_certificate(pymap_server: PymapServer) -> None:
    endpoint = Endpoint("127.0.0.1", pymap_server.imaps_port, "tls")
    connection = connect(endpoint, Settings(ca_file=str(pymap_server.ca_file)))
    assert connection.encrypted
    assert connection.readline().startswith(b"* OK")
    connection.close()


def test_a_certificate_from_an_authority_nobody_knows(pymap_server: PymapServer) -> None:
    error = fault_of(Endpoint("127.0.0.1", pymap_server.imaps_port, "tls"), Settings())
    assert (error.stage, error.fault, error.temporary) == (Stage.CERTIFICATE, Fault.UNKNOWN_ISSUER, False)
    assert "authority this machine does not know" in explain(error)


def serving(certificates: Certificates) -> TlsServer:
    return TlsServer(certificates)


class TlsServer:
    """Shakes hands with everybody and hangs up."""

    def __init__(self, certificates: Certificates) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._context = certificates.server_context()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> TlsServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.settimeout(10)
            try:
                self._context.wrap_socket(sock, server_side=True).close()
            except OSError:
                sock.close()


def test_a_certificate_for_another_name(tmp_path: Path) -> None:
    made = make_certificates(tmp_path, names=("other.example",), addresses=("127.0.0.9",))
    with serving(made) as server:
        error = fault_of(Endpoint("localhost", server.port, "tls"), Settings(ca_file=str(made.ca_file)))
        assert (error.stage, error.fault) == (Stage.CERTIFICATE, Fault.WRONG_NAME)
        assert "another server, not for localhost" in explain(error)
        error = fault_of(Endpoint("127.0.0.1", server.port, "tls"), Settings(ca_file=str(made.ca_file)))
        assert error.fault is Fault.WRONG_NAME


def test_an_expired_certificate(tmp_path: Path) -> None:
    made = make_certificates(tmp_path, valid_days=-1)
    with serving(made) as server:
        error = fault_of(Endpoint("localhost", server.port, "tls"), Settings(ca_file=str(made.ca_file)))
    assert error.fault is Fault.EXPIRED


def test_a_self_signed_certificate_is_refused_until_it_is_named(tmp_path: Path) -> None:
    made = self_signed(tmp_path)
    with serving(made) as server:
        error = fault_of(Endpoint("localhost", server.port, "tls"), Settings())
        assert error.fault is Fault.SELF_SIGNED
        assert "self-signed" in explain(error)
        endpoint = Endpoint("localhost", server.port, "tls")
        connection = connect(endpoint, Settings(ca_file=str(made.certificate_file)))
        assert connection.encrypted
        connection.close()


def self_signed(folder: Path) -> Certificates:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    made = Certificates(folder / "self.pem", folder / "self.pem", folder / "self.key")
    made.certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return made


def test_a_file_of_authorities_that_is_not_there(pymap_server: PymapServer) -> None:
    endpoint = Endpoint("127.0.0.1", pymap_server.imaps_port, "tls")
    error = fault_of(endpoint, Settings(ca_file="/nowhere/ca.pem"))
    assert (error.fault, exit_code(error)) == (Fault.NO_CA_FILE, 78)
    assert "/nowhere/ca.pem" in explain(error)


def test_the_environment_can_name_the_authorities(
    pymap_server: PymapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(pymap_server.ca_file))
    connect(Endpoint("localhost", pymap_server.imaps_port, "tls"), Settings()).close()


def test_every_context_verifies_chain_and_name() -> None:
    context = tls_context()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_server_that_trickles_does_not_hold_us() -> None:
    def trickle(line: Line) -> None:
        while not line.stopped.wait(0.02):
            line.sock.sendall(b"x")

    with scripted(trickle) as (endpoint, _):
        connection = connect(endpoint, Settings(connect_seconds=5))
        connection.allow(0.3)
        before = time.monotonic()
        with pytest.raises(WireError) as raised:
            connection.readline()
        assert raised.value.stage is Stage.TIMEOUT
        assert time.monotonic() - before < 3
        connection.close()


def test_a_line_and_a_block_have_a_largest_size() -> None:
    with scripted(lambda line: line.sock.sendall(b"x" * 5000) or line.be_silent()) as (endpoint, _):
        connection = connect(endpoint, Settings(connect_seconds=5))
        connection.allow(5, 1000)
        with pytest.raises(WireError) as raised:
            connection.readline()
        assert raised.value.stage is Stage.PROTOCOL
        connection.allow(5, 1000)
        with pytest.raises(WireError) as raised:
            connection.read(1001)
        assert raised.value.stage is Stage.PROTOCOL
        connection.close()


def test_a_line_that_is_cut() -> None:
    with scripted(lambda line: line.say("hello")) as (endpoint, _):
        connection = connect(endpoint, Settings(connect_seconds=5))
        assert connection.readline() == b"hello\r\n"
        with pytest.raises(WireError) as raised:
            connection.readline()
        assert raised.value.stage is Stage.LOST
        assert raised.value.temporary


def test_waiting_ends_with_a_letter_a_wake_or_the_time() -> None:
    ours, theirs = socket.socketpair()
    with (
        ours,
        theirs,
        scripted(lambda line: line.hear() and line.say("now") or line.be_silent()) as (endpoint, _),
    ):
        connection = connect(endpoint, Settings(connect_seconds=5))
        assert not connection.wait(0.01, ours)
        theirs.send(b"x")
        assert not connection.wait(20, ours)
        connection.allow(5)
        connection.sendall(b"go\r\n")
        assert connection.wait(20)
        connection.close()


def test_no_delay_is_set() -> None:
    with scripted(Line.be_silent) as (endpoint, _):
        connection = connect(endpoint, Settings(connect_seconds=5))
        same = socket.socket(fileno=os.dup(connection.fileno()))
        with same:
            assert same.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
        connection.close()


@pytest.mark.skipif(not hasattr(socket, "TCP_KEEPIDLE"), reason="the system names it otherwise")
def test_a_server_that_went_away_silently_is_noticed_in_two_minutes() -> None:
    with scripted(Line.be_silent) as (endpoint, _):
        connection = connect(endpoint, QUICK)
        with socket.socket(fileno=os.dup(connection.fileno())) as same:
            assert same.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            idle, interval, probes = (same.getsockopt(socket.IPPROTO_TCP, option) for option in options)
            assert (idle, idle + interval * probes) == (60, 120)
        connection.close()


def test_a_servers_words_cannot_reach_the_terminal() -> None:
    error = WireError(
        Stage.LOGIN, Endpoint("x.example", 1, "tls"), thing="a\x1b[31m", detail="no\r\n\x1b]52;c;x\x07"
    )
    assert "\x1b" not in explain(error) and "\n" not in explain(error)
    assert explain(error).startswith("x.example does not accept the login a")


def test_every_fault_has_its_sentence_remedy_and_exit_code() -> None:
    endpoint = Endpoint("x.example", 993, "tls")
    errors = [WireError(stage, endpoint, thing="T") for stage in Stage]
    errors += [WireError(Stage.TLS, endpoint, thing="T", fault=fault) for fault in Fault]
    sentences = [explain(error) for error in errors]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.count("{") == 0 and sentence.endswith(".") for sentence in sentences)
    assert {exit_code(error) for error in errors} == {69, 77, 78}
