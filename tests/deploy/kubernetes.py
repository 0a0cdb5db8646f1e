#!/usr/bin/env python3
"""Checks the manifests of deploy/kubernetes: against the schemas of Kubernetes, and for what an administrator relies on.

Needs PyYAML and kubernetes-validate, which has the schemas inside. The two kinds that are not Kubernetes' own
(Cilium's policy, the Prometheus operator's monitor) are only parsed.
"""

import sys
from pathlib import Path

import kubernetes_validate
import yaml

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
FOREIGN = ("cilium.io/", "monitoring.coreos.com/", "kustomize.config.k8s.io/")
VERSION = "1.31.0"


def documents():
    for path in sorted(FOLDER.glob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            yield path.name, document


def check_schemas(all_documents):
    for name, document in all_documents:
        if not document["apiVersion"].startswith(FOREIGN):
            kubernetes_validate.validate(document, VERSION, strict=True)
            print(f"{name}: {document['kind']} fits")


def one(all_documents, kind):
    return next(document for _, document in all_documents if document["kind"] == kind)


def check_pod(pod):
    """The properties of a hardened pod that drains."""
    container = pod["containers"][0]
    grants = container["securityContext"]
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] != 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert grants["readOnlyRootFilesystem"] and not grants["allowPrivilegeEscalation"]
    assert grants["capabilities"] == {"drop": ["ALL"]}
    assert pod["automountServiceAccountToken"] is False
    # grace_seconds + drain_seconds + what the last audit events and spans may take
    assert pod["terminationGracePeriodSeconds"] >= 5 + 60 + 20
    assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container.keys()
    assert container["livenessProbe"]["httpGet"]["path"] == "/livez"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["resources"]["limits"]["memory"] == "1Gi"
    mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
    assert all(mount["readOnly"] and "subPath" not in mount for mount in mounts.values())
    assert len(pod["topologySpreadConstraints"]) == 2


def check_network(policy):
    """Nobody reaches the admin port but the monitoring; the metadata address is out of reach."""
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    open_ports = {port["port"] for rule in policy["spec"]["ingress"] for port in rule["ports"]}
    assert open_ports == {8365, 9365}
    blocks = [peer["ipBlock"] for rule in policy["spec"]["egress"] for peer in rule["to"] if "ipBlock" in peer]
    assert any("169.254.0.0/16" in block.get("except", []) for block in blocks)


def main():
    everything = list(documents())
    check_schemas(everything)
    check_pod(one(everything, "Deployment")["spec"]["template"]["spec"])
    check_network(one(everything, "NetworkPolicy"))
    assert one(everything, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1
    # Applied again, a Secret of the manifests would take the place of the real one.
    assert not [name for name, document in everything if document["kind"] == "Secret"]
    listed = set(one(everything, "Kustomization")["resources"])
    missing = [name for name in listed if not (FOLDER / name).exists()]
    assert not missing, missing
    print("kubernetes: ok")


if __name__ == "__main__":
    sys.exit(main())
