"""Writes the newest model of each of botocore's services into a folder: models.py FOLDER.

One file a service: its model without documentation, and where it is reached in each region, as botocore resolves it.
"""

import glob
import gzip
import json
import os
import sys

import botocore
from botocore.endpoint_provider import EndpointProvider

DATA = os.path.join(os.path.dirname(botocore.__file__), "data")


def read(path):
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
        return json.load(file)


PARTITIONS = read(os.path.join(DATA, "partitions.json"))


def undocumented(node):
    if isinstance(node, dict):
        return {
            key: undocumented(value)
            for key, value in node.items()
            if not (key == "documentation" and isinstance(value, str))
        }
    return [undocumented(item) for item in node] if isinstance(node, list) else node


# What a scope has behind its name, and whether that is FIPS, and dual-stack.
VARIANTS = {"": (False, False), "+fips": (True, False), "+dual": (False, True), "+fips+dual": (True, True)}


def endpoints(rules, prefix):
    """[[region or partition with its variant, host, region of the signature]]: what differs from the default."""
    found = []
    provider = EndpointProvider(rules, PARTITIONS)
    for partition in PARTITIONS["partitions"]:
        for variant in VARIANTS:
            found.extend(of_variant(provider, rules["parameters"], prefix, partition, variant))
    return found


def of_variant(provider, parameters, prefix, partition, variant):
    """Of one partition. The default is PREFIX.REGION.SUFFIX, or PREFIX-fips.REGION.SUFFIX."""
    fips, dual = VARIANTS[variant]
    settings = {"UseFIPS": fips, "UseDualStack": dual, "UseGlobalEndpoint": False}
    suffix = partition["outputs"]["dualStackDnsSuffix" if dual else "dnsSuffix"]
    hosts = {}
    for region in partition["regions"]:
        if region.endswith("-global"):
            continue
        given = {"Region": region, **settings}
        try:
            endpoint = provider.resolve_endpoint(
                **{key: value for key, value in given.items() if key in parameters}
            )
        except Exception:
            # It needs what only a request has: the default serves.
            continue
        schemes = endpoint.properties.get("authSchemes") or [{}]
        host = endpoint.url.removeprefix("https://")
        hosts[region] = (host, schemes[0].get("signingRegion") or region)
    default = (f"{prefix}{'-fips' if fips else ''}.{{region}}.{{suffix}}", "{region}")
    templates = [default]
    for region, (host, signing) in hosts.items():
        for template in (host, host.replace(region, "{region}")):
            for signed in (signing, "{region}"):
                templates.append((template.replace(suffix, "{suffix}"), signed))

    def fits(template, region):
        filled = [part.replace("{region}", region).replace("{suffix}", suffix) for part in template]
        return tuple(filled) == hosts[region]

    best = max(templates, key=lambda template: sum(fits(template, region) for region in hosts))
    if best != default:
        yield [partition["id"] + variant, *best]
    for region in hosts:
        if not fits(best, region):
            yield [region + variant, hosts[region][0].replace(suffix, "{suffix}"), hosts[region][1]]


def main(folder):
    for name in sorted(os.listdir(DATA)):
        models = sorted(glob.glob(os.path.join(DATA, name, "*", "service-2.json*")))
        if not models:
            continue
        model = undocumented(read(models[-1]))
        rules = glob.glob(os.path.join(os.path.dirname(models[-1]), "endpoint-rule-set-1.json*"))
        model["endpoints"] = endpoints(read(rules[0]), model["metadata"]["endpointPrefix"]) if rules else []
        with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as file:
            json.dump(model, file)


main(sys.argv[1])
