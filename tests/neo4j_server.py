"""A real Neo4j for the tests: the one that is given, else Docker's, else one booted here from Maven's jars.

``KITH_TEST_NEO4J_URI`` (and ``KITH_TEST_NEO4J_PASSWORD``) name one that is there: its data are removed by the tests.
Where none can be had the tests skip and say why; under ``CI`` that is a failure.
"""

from __future__ import annotations

import atexit
import functools
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import neo4j_jars
from missing_parts import give_up
from ports import free_port

from graph.errors import StoreError
from graph.neo4j.address import USUAL_PATIENCE, Address, Patience, parse_address
from graph.neo4j.connection import Server

_FLAGS = """
-Xms256m -XX:+UseG1GC -XX:-OmitStackTraceInFastThrow -XX:+UnlockExperimentalVMOptions
-XX:+TrustFinalNonStaticFields -XX:+DisableExplicitGC -Djdk.nio.maxCachedBufferSize=1024
-Dio.netty.tryReflectionSetAccessible=true --add-opens=java.base/java.nio=ALL-UNNAMED
--add-opens=java.base/java.io=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
--add-opens=java.base/java.util.concurrent=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Dlog4j2.disable.jmx=true
-Dlog4j.layout.jsonTemplate.maxStringLength=32768 -Dfile.encoding=UTF-8
"""
_CONF = """
server.default_listen_address=127.0.0.1
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.bolt.tls_level=DISABLED
server.http.enabled=false
server.https.enabled=false
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
initial.dbms.default_database=neo4j
server.memory.pagecache.size=128m
dbms.memory.transaction.total.max=512m
db.tx_log.preallocate=false
db.tx_log.rotation.size=16m
db.tx_log.rotation.retention_policy=1 files
"""
_START_SECONDS = 300.0


@dataclass(frozen=True)
class Running:
    """A server that answers: its address and its password."""

    address: Address
    password: str

    def connect(self, password: str | None = None, *, patience: Patience = USUAL_PATIENCE) -> Server:
        """A connection of its own; whoever asks for it closes it."""
        return Server(self.address, self.password if password is None else password, patience=patience)


class Booted:
    """A server of our own: a child process with its home in a temporary folder."""

    def __init__(self, version: str = neo4j_jars.LONG_TERM, *, java: str = "java", heap: str = "1g") -> None:
        self._heap = heap
        self._lib = neo4j_jars.fetch(version)
        self._java = java
        self._folder = tempfile.TemporaryDirectory(prefix="kith-neo4j-", ignore_cleanup_errors=True)
        self._home = Path(self._folder.name)
        self._child: subprocess.Popen[bytes] | None = None
        password = _new_password()
        self.running = Running(parse_address(f"neo4j://neo4j@127.0.0.1:{free_port()}"), password)
        (self._home / "conf").mkdir()
        (self._home / "conf" / "neo4j.conf").write_text(_CONF.format(port=self.running.address.port), encoding="utf-8")
        try:
            self._run_admin("dbms", "set-initial-password", password)
        except (OSError, subprocess.SubprocessError):
            self.remove()
            raise

    def start(self) -> Running:
        """Start it and wait until it answers. Raises ``OSError`` when it does not."""
        entry = "CommunityEntryPoint" if list(self._lib.glob("neo4j-server-5.*")) else "Neo4jCommunity"
        home = [f"--home-dir={self._home}", f"--config-dir={self._home / 'conf'}", "--console-mode"]
        command = [*self._command(), f"org.neo4j.server.{entry}", *home]
        with (self._home / "console.log").open("ab") as log:
            self._child = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._home)  # noqa: S603 - our own child
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._child.poll() is not None or time.monotonic() > deadline:
                raise OSError("Neo4j did not start")
            time.sleep(0.2)
        return self.running

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def restart(self, *settings: str) -> None:
        """End it at once and start it with these settings beside the usual ones."""
        self.kill()
        usual = _CONF.format(port=self.running.address.port)
        (self._home / "conf" / "neo4j.conf").write_text("\n".join([usual, *settings, ""]), encoding="utf-8")
        self.start()

    @property
    def process_id(self) -> int:
        """Its process. Raises ``OSError`` when it does not run."""
        if self._child is None:
            raise OSError("Neo4j does not run")
        return self._child.pid

    def remove(self) -> None:
        """End it and remove its data."""
        self.kill()
        self._folder.cleanup()

    def _command(self) -> list[str]:
        tied = shutil.which("setpriv")  # so that it ends with us, even when we are killed
        prefix = [tied, "--pdeathsig", "KILL"] if tied else []
        return [*prefix, self._java, f"-Xmx{self._heap}", *_FLAGS.split(), "-cp", f"{self._lib}/*"]

    def _run_admin(self, *words: str) -> None:
        environment = {**os.environ, "NEO4J_HOME": str(self._home), "NEO4J_CONF": str(self._home / "conf")}
        command = [self._java, "-cp", f"{self._lib}/*", "org.neo4j.cli.AdminTool", *words]
        subprocess.run(command, env=environment, capture_output=True, check=True, timeout=300)  # noqa: S603 - our own

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.running.address.host, self.running.address.port), timeout=1):
                pass
        except OSError:
            return False
        server = self.running.connect(patience=Patience(connect_seconds=2, retry_seconds=0))
        try:
            return bool(server.version())
        except StoreError:
            return False
        finally:
            server.close()


@functools.cache
def the_server() -> Running:
    """The one server of this run, started when it is first asked for. Skips where none can be had."""
    given = os.environ.get("KITH_TEST_NEO4J_URI")
    if given:
        return Running(parse_address(given), os.environ.get("KITH_TEST_NEO4J_PASSWORD", ""))
    if _docker_answers():
        return _of_docker()
    return boot().running


def boot(version: str = neo4j_jars.LONG_TERM, *, java: str = "java", heap: str = "1g") -> Booted:
    """A server of one's own, removed when the tests end. Skips where none can be had."""
    try:
        booted = Booted(version, java=java, heap=heap)
        atexit.register(booted.remove)
        booted.start()
    except (OSError, subprocess.SubprocessError) as error:
        give_up(f"no Neo4j for the tests ({error}): run make parts")
    return booted


def _new_password() -> str:
    """Random, and never taken for an option: the admin tool reads it from its command line."""
    return secrets.token_hex(18)


def _docker_answers() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        return subprocess.run([docker, "version"], capture_output=True, timeout=10).returncode == 0  # noqa: S603 - a question
    except (OSError, subprocess.SubprocessError):
        return False


def _of_docker() -> Running:
    from testcontainers.neo4j import Neo4jContainer

    password = _new_password()
    container = Neo4jContainer(f"neo4j:{neo4j_jars.LONG_TERM}-community", password=password)
    container.start()
    atexit.register(container.stop)
    port = container.get_exposed_port(7687)
    return Running(parse_address(f"bolt://neo4j@{container.get_container_host_ip()}:{port}"), password)
