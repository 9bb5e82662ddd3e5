//! [`Target`]: where a service is reached, and for which region a request to it is signed.

use crate::Config;
use crate::config::Variant;
use crate::table::Service;

/// Where requests to a service go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// `https://`, `http://`
    pub(crate) scheme: &'static str,
    /// The host and port, and possibly the beginning of a path.
    pub(crate) host: String,
    /// `us-east-1`
    pub(crate) signing_region: String,
    /// Whether it comes from the configuration, and not from the service table.
    pub(crate) is_configured: bool,
}

/// The target of a service in a region: the configured one, else AWS. It never comes from the arguments of a task.
pub(crate) fn resolve(config: &Config, service: &Service, region: &str) -> Target {
    let partition = partition(region);
    let variant = config.variant;
    let suffix = if variant.is_dual_stack { partition.dual_stack_suffix } else { partition.suffix };
    let scopes = [region, partition.name].map(|scope| format!("{scope}{}", mark(variant)));
    let known = scopes.iter().find_map(|scope| service.endpoints().find(|endpoint| endpoint.scope == *scope));
    let filled = |template: &str| template.replace("{region}", region).replace("{suffix}", suffix);
    let signing_region = known.map_or_else(|| region.to_owned(), |endpoint| filled(endpoint.signing_region));
    if let Some(url) = config.endpoint(service.id()) {
        let (scheme, host) = match url.strip_prefix("http://") {
            Some(host) => ("http://", host),
            None => ("https://", url.strip_prefix("https://").unwrap_or(url)),
        };
        return Target { scheme, host: host.to_owned(), signing_region, is_configured: true };
    }
    let fips = if variant.is_fips { "-fips" } else { "" };
    let default = || format!("{}{fips}.{region}.{suffix}", service.endpoint_prefix());
    let host = known.map_or_else(default, |endpoint| filled(endpoint.host));
    Target { scheme: "https://", host, signing_region, is_configured: false }
}

/// The suffix of scopes in the service table.
fn mark(variant: Variant) -> &'static str {
    match (variant.is_fips, variant.is_dual_stack) {
        (false, false) => "",
        (true, false) => "+fips",
        (false, true) => "+dual",
        (true, true) => "+fips+dual",
    }
}

struct Partition {
    name: &'static str,
    /// The prefixes of its regions.
    prefixes: &'static [&'static str],
    suffix: &'static str,
    dual_stack_suffix: &'static str,
}

const fn in_partition(
    name: &'static str,
    prefixes: &'static [&'static str],
    suffix: &'static str,
    dual_stack_suffix: &'static str,
) -> Partition {
    Partition { name, prefixes, suffix, dual_stack_suffix }
}

/// Source: `partitions.json` of AWS's SDKs.
static PARTITIONS: &[Partition] = &[
    in_partition("aws-cn", &["cn-"], "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    in_partition("aws-us-gov", &["us-gov-"], "amazonaws.com", "api.aws"),
    in_partition("aws-iso", &["us-iso-"], "c2s.ic.gov", "api.aws.ic.gov"),
    in_partition("aws-iso-b", &["us-isob-"], "sc2s.sgov.gov", "api.aws.scloud"),
    in_partition("aws-iso-e", &["eu-isoe-"], "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    in_partition("aws-iso-f", &["us-isof-", "eu-isof-"], "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    in_partition("aws-eusc", &["eusc-"], "amazonaws.eu", "api.amazonwebservices.eu"),
];

static AWS: Partition = in_partition("aws", &[], "amazonaws.com", "api.aws");

fn partition(region: &str) -> &'static Partition {
    let is_of = |partition: &&Partition| partition.prefixes.iter().any(|prefix| region.starts_with(prefix));
    PARTITIONS.iter().find(is_of).unwrap_or(&AWS)
}

/// Whether a host belongs to AWS, in any partition.
pub(crate) fn is_host_of_aws(host: &str) -> bool {
    within_aws(host).next().is_some()
}

/// Whether a host is that of a cluster of EKS, in any partition: `ID.gr7.eu-west-1.eks.amazonaws.com`, or with IPv6
/// `ID.gr7.eks-cluster.eu-west-1.api.aws`.
///
/// Source: <https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html>
pub(crate) fn is_host_of_cluster(host: &str) -> bool {
    within_aws(host).any(|rest| {
        let mut labels = rest.rsplit('.');
        match labels.next() {
            Some("eks") => labels.next().is_some(),
            Some(_) => labels.next() == Some("eks-cluster") && labels.next().is_some(),
            None => false,
        }
    })
}

/// What precedes the domain of a partition: `sqs.eu-west-1`.
fn within_aws(host: &str) -> impl Iterator<Item = &str> {
    let suffixes = PARTITIONS.iter().chain([&AWS]).flat_map(|known| [known.suffix, known.dual_stack_suffix]);
    suffixes.filter_map(|suffix| host.strip_suffix(suffix)?.strip_suffix('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Services;

    #[track_caller]
    fn check(service: &str, region: &str, host: &str, signing_region: &str) {
        let variables = [("AWS_REGION".to_owned(), region.to_owned())];
        let config = Config::from_variables(variables).unwrap();
        let target = resolve(&config, &Services::default().get(service).unwrap(), region);
        assert_eq!([target.host.as_str(), target.signing_region.as_str()], [host, signing_region]);
    }

    #[test]
    fn hosts() {
        check("dynamodb", "eu-west-1", "dynamodb.eu-west-1.amazonaws.com", "eu-west-1");
        check("sfn", "cn-north-1", "states.cn-north-1.amazonaws.com.cn", "cn-north-1");
        check("sts", "us-east-1", "sts.us-east-1.amazonaws.com", "us-east-1");
        check("s3", "us-east-1", "s3.us-east-1.amazonaws.com", "us-east-1");
        check("iam", "eu-west-1", "iam.amazonaws.com", "us-east-1");
        check("iam", "us-gov-east-1", "iam.us-gov.amazonaws.com", "us-gov-west-1");
        check("route53", "ap-southeast-2", "route53.amazonaws.com", "us-east-1");
        check("costexplorer", "eu-west-1", "ce.us-east-1.amazonaws.com", "us-east-1");
        check("qbusiness", "us-west-2", "qbusiness.us-west-2.api.aws", "us-west-2");
        check("transcribe", "cn-north-1", "cn.transcribe.cn-north-1.amazonaws.com.cn", "cn-north-1");
    }

    #[test]
    fn hosts_of_clusters() {
        for (host, expected) in [
            ("A1B2.gr7.eu-west-1.eks.amazonaws.com", true),
            ("A1B2.sk1.us-gov-west-1.eks.amazonaws.com", true),
            ("A1B2.yl4.cn-north-1.eks.amazonaws.com.cn", true),
            ("A1B2.gr7.eks-cluster.us-west-2.api.aws", true),
            ("A1B2.gr7.eks-cluster.cn-north-1.api.amazonwebservices.com.cn", true),
            ("eks.amazonaws.com", false),
            ("eks.eu-west-1.amazonaws.com", false),
            ("eks-cluster.us-west-2.api.aws", false),
            ("eks.s3.amazonaws.com", false),
            ("xeks.amazonaws.com", false),
            ("a.xeks.amazonaws.com", false),
            ("a.eksamazonaws.com", false),
            ("a.eks.amazonaws.com.", false),
            ("a.eks.amazonaws.com.evil.example", false),
            ("a.eks.evil.example", false),
            ("", false),
        ] {
            assert_eq!(is_host_of_cluster(host), expected, "{host}");
        }
    }

    #[track_caller]
    fn check_variant(service: &str, region: &str, variables: [bool; 2], host: &str) {
        let names = ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"];
        let mut given = vec![("AWS_REGION".to_owned(), region.to_owned())];
        given
            .extend(names.iter().zip(variables).map(|(name, is_on)| ((*name).to_owned(), is_on.to_string())));
        let config = Config::from_variables(given).unwrap();
        let target = resolve(&config, &Services::default().get(service).unwrap(), region);
        assert_eq!(target.host, host);
    }

    /// As in botocore's rules.
    #[test]
    fn variants() {
        let [fips, dual, both] = [[true, false], [false, true], [true, true]];
        check_variant("dynamodb", "us-east-1", [false, false], "dynamodb.us-east-1.amazonaws.com");
        check_variant("dynamodb", "us-east-1", fips, "dynamodb-fips.us-east-1.amazonaws.com");
        check_variant("dynamodb", "us-gov-west-1", fips, "dynamodb.us-gov-west-1.amazonaws.com");
        check_variant("sqs", "eu-west-1", dual, "sqs.eu-west-1.api.aws");
        check_variant("sqs", "us-east-2", both, "sqs-fips.us-east-2.api.aws");
        check_variant("batch", "us-east-1", fips, "fips.batch.us-east-1.amazonaws.com");
        check_variant("s3", "us-west-2", dual, "s3.dualstack.us-west-2.amazonaws.com");
        check_variant("s3", "us-west-2", both, "s3-fips.dualstack.us-west-2.amazonaws.com");
        check_variant("secretsmanager", "us-west-2", dual, "secretsmanager.us-west-2.amazonaws.com");
        check_variant("iam", "eu-west-1", fips, "iam-fips.amazonaws.com");
        check_variant("iam", "eu-west-1", dual, "iam.global.api.aws");
        check_variant("sagemaker", "us-east-1", fips, "api-fips.sagemaker.us-east-1.amazonaws.com");
        check_variant("sqs", "cn-north-1", dual, "sqs.cn-north-1.api.amazonwebservices.com.cn");
    }

    #[test]
    fn a_configured_endpoint_is_signed_for_all_the_same() {
        let variables = [("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", "http://localhost:4566/base/")];
        let config =
            Config::from_variables(variables.map(|(name, value)| (name.into(), value.into()))).unwrap();
        let target = resolve(&config, &Services::default().get("iam").unwrap(), "eu-west-1");
        assert_eq!((target.scheme, target.host.as_str()), ("http://", "localhost:4566/base"));
        assert_eq!((target.signing_region.as_str(), target.is_configured), ("us-east-1", true));
    }
}
