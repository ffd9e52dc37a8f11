"""The compose file and that for Kubernetes: read as YAML, their commands taken as the command line takes them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from crawler.config import load

CLUSTER = Path(__file__).resolve().parent.parent / "examples" / "cluster"


def objects():
    return {each["kind"]: each for each in yaml.safe_load_all((CLUSTER / "kubernetes.yaml").read_text("utf-8"))}


def pods():
    found = objects()
    return [
        found["Deployment"]["spec"]["template"]["spec"],
        found["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"],
    ]


def commands():
    services = yaml.safe_load((CLUSTER / "compose.yaml").read_text("utf-8"))["services"]
    yield from (service["command"] for service in services.values() if "command" in service)
    yield from (container["args"] for pod in pods() for container in pod["containers"])


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_each_command_is_one(command):
    told = subprocess.run(
        [sys.executable, "-m", "crawler", command[0], "--help"], capture_output=True, text=True, check=True
    )

    assert [] == [word for word in command if word.startswith("--") and word not in told.stdout]


def test_the_settings_for_kubernetes_are_accepted(tmp_path):
    file = tmp_path / "metafresh.yaml"
    file.write_text(objects()["ConfigMap"]["data"]["metafresh.yaml"])

    assert "postgresql://metafresh@database/metafresh" == str(load(file, {}).state)


def test_every_volume_that_is_mounted_is_there():
    for pod in pods():
        mounted = {mount["name"] for container in pod["containers"] for mount in container["volumeMounts"]}

        assert {volume["name"] for volume in pod["volumes"]} == mounted


def test_docker_accepts_the_compose_file():
    if not shutil.which("docker"):
        pytest.skip("docker is not on this machine")
    command = ["docker", "compose", "-f", str(CLUSTER / "compose.yaml"), "config", "--quiet"]
    there = subprocess.run([*command[:2], "version"], capture_output=True, check=False)
    if there.returncode:
        pytest.skip("docker compose is not on this machine")
    known = os.environ | {"POSTGRES_PASSWORD": "hidden"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=known)

    assert (0, "") == (done.returncode, done.stderr)
