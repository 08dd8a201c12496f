"""Checks the files of this folder with the tools of those who will read them.

Run by `cargo xtask deployment`, with the packages of xtask/requirements.txt: yamllint, Helm's own library,
nats-server. `systemd-analyze`, `haproxy` and `docker` are asked where they are installed. Whether the
variables named here are settings is a test of the crate `settings`.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import helm_python
import yaml
from yamllint import linter
from yamllint.config import YamlLintConfig

DEPLOY = pathlib.Path(__file__).parent
CHART = DEPLOY / "helm" / "tastemaker"
STYLE = """
extends: default
rules:
  anchors: {forbid-unused-anchors: true, forbid-undeclared-aliases: true}
  braces: {max-spaces-inside: 1}
  document-start: disable
  line-length: disable
"""
# Everything that a chart's user may switch on.
ALL_VALUES = {
    "autoscaling": {"enabled": True},
    "image": {"tag": "1.2.3", "pullSecrets": [{"name": "registry"}]},
    "nats": {"streamBytesMax": 100000000000},
    "s3": {"endpoint": "http://s3:8333", "style": "path"},
    "trustedProxies": ["10.0.0.0/8", "fd00::/8"],
    "otlpEndpoint": "http://collector:4318",
    "settings": {"TASTEMAKER_LIVE__VISITORS_MAX": 1000000},
    "service": {"annotations": {"a": "b"}},
    "nodeSelector": {"disk": "ssd"},
    "tolerations": [{"key": "shop", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
}

findings = []


def find(where, what):
    findings.append(f"{where}: {what}")


def run(where, *command, silent=False, **more):
    ran = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    said = (ran.stdout + ran.stderr).strip()
    if ran.returncode != 0 or (silent and said):
        find(where, said)


def lint_style():
    for file in sorted(DEPLOY.rglob("*.yaml")):
        if "templates" not in file.parts:
            for problem in linter.run(file.read_text(), YamlLintConfig(STYLE), str(file)):
                find(f"{file}:{problem.line}", problem.desc)


def lint_chart():
    report = helm_python.lint(CHART, strict=True)
    for message in report["messages"]:
        # An icon is for a catalogue of charts, in which this one is not.
        if message["severity"] > 1:
            find(CHART, message["error"])
    for values in ({}, ALL_VALUES):
        with helm_python.Chart.load(CHART) as chart:
            rendered = chart.render(values, name="shop", namespace="shops")
        kinds = set()
        for name, text in rendered.items():
            try:
                documents = [it for it in yaml.load_all(text, Loader=Strict) if it]
            except yaml.YAMLError as error:
                find(name, error)
                continue
            for document in documents:
                kinds.add(document["kind"])
                check_manifest(name, document, values)
        wanted = {"Deployment", "Service", "PodDisruptionBudget"}
        if values:
            wanted.add("HorizontalPodAutoscaler")
        if kinds != wanted:
            find(CHART, f"makes {sorted(kinds)} rather than {sorted(wanted)}")


class Strict(yaml.SafeLoader):
    """Refuses what is said twice, which YAML's reader passes over."""

    def construct_mapping(self, node, deep=False):
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(names) != len(set(map(str, names))):
            raise yaml.constructor.ConstructorError(None, None, f"said twice: {names}", node.start_mark)
        return super().construct_mapping(node, deep)


def check_manifest(name, document, values):
    if document["kind"] != "Deployment":
        return
    pod = document["spec"]["template"]["spec"]
    (server,) = pod["containers"]
    for probe in ("livenessProbe", "readinessProbe"):
        if server.get(probe, {}).get("httpGet", {}).get("port") != "http":
            find(name, f"it has no {probe} at the port it serves")
    volumes = {volume["name"] for volume in pod["volumes"]}
    for container in pod["containers"] + pod["initContainers"]:
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        for missing in mounted - volumes:
            find(name, f"mounts {missing}, which is no volume")
        if not container["securityContext"]["readOnlyRootFilesystem"]:
            find(name, f"{container['name']} may write to its image")
    given = {variable["name"]: variable for variable in server["env"]}
    for variable in given.values():
        if "valueFrom" not in variable and not isinstance(variable.get("value"), str):
            find(name, f"{variable['name']} is no text, which Kubernetes refuses")
        if any(word in variable["name"] for word in ("SECRET", "RECORDS_URL", "LOG_URL")) and "value" in variable:
            find(name, f"{variable['name']} is secret and stands in the open")
    for variable, value in values.get("settings", {}).items():
        if given.get(variable, {}).get("value") != str(value):
            find(name, f"{variable} does not arrive as {value}")
    if ("replicas" in document["spec"]) == bool(values):
        find(name, "either the chart says how many replicas there are or the autoscaler does")


def lint_compose():
    file = DEPLOY / "compose.yaml"
    services = yaml.safe_load(file.read_text())["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            if other not in services:
                find(file, f"{name} waits for {other}, which is no service")
            elif how["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                find(file, f"{name} waits for {other} to be healthy, which says nothing of its health")
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith(".") and not (DEPLOY / source).is_file():
                find(file, f"{name} mounts {source}, which does not exist")
    replicas = [it for name, it in services.items() if name.startswith("replica-")]
    if len(replicas) != 3 or any(it["environment"] != replicas[0]["environment"] for it in replicas):
        find(file, "three replicas with the same settings are wanted")
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0:
        secrets = {"NATS_PASSWORD": "p1", "POSTGRES_PASSWORD": "p2", "S3_SECRET": "p3"}
        run(file, "docker", "compose", "--file", file, "config", "--quiet", env=os.environ | secrets)


def lint_servers():
    nats = DEPLOY / "compose" / "nats.conf"
    server = pathlib.Path(sys.executable).with_name("nats-server")
    run(nats, server, "-t", "--config", nats, "--name", "nats-1", env={"NATS_PASSWORD": "p1"})

    haproxy = DEPLOY / "compose" / "haproxy.cfg"
    if shutil.which("haproxy"):
        run(haproxy, "haproxy", "-c", "-f", haproxy)

    unit = DEPLOY / "systemd" / "tastemaker.service"
    if shutil.which("systemd-analyze"):
        # It looks for the program, which is not installed where this is checked.
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / unit.name
            copy.write_text(unit.read_text().replace("/usr/local/bin/tastemaker", sys.executable))
            # A name that it does not know is worth a warning to it, not a failure.
            run(unit, "systemd-analyze", "verify", "--man=no", copy, silent=True)
        run(unit, "systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", unit)


def main():
    lint_style()
    lint_chart()
    lint_compose()
    lint_servers()
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
