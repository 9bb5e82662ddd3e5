//! Where a service is reached, and for which region a request to it is signed.

use crate::Config;
use crate::table::Service;

/// Where requests of a service go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// `https://`, `http://`
    pub(crate) scheme: &'static str,
    /// Host and port, and maybe the beginning of a path.
    pub(crate) host: String,
    /// `us-east-1`
    pub(crate) signing_region: String,
    /// Whether somebody names it.
    pub(crate) is_configured: bool,
}

/// The target of a service: `given`, as the environment says, or AWS.
pub(crate) fn resolve(config: &Config, service: &Service, given: Option<&str>) -> Target {
    let region = config.region.as_str();
    let partition = partition(region);
    let scopes = [region, partition.name];
    let known = scopes.iter().find_map(|scope| service.endpoints().find(|endpoint| endpoint.scope == *scope));
    let filled = |template: &str| template.replace("{region}", region).replace("{suffix}", partition.suffix);
    let signing_region = known.map_or_else(|| region.to_owned(), |endpoint| filled(endpoint.signing_region));
    if let Some(url) = given.or_else(|| config.endpoint(service.id())) {
        let (scheme, host) = match url.strip_prefix("http://") {
            Some(host) => ("http://", host),
            None => ("https://", url.strip_prefix("https://").unwrap_or(url)),
        };
        return Target { scheme, host: host.to_owned(), signing_region, is_configured: true };
    }
    let default = || format!("{}.{region}.{}", service.endpoint_prefix(), partition.suffix);
    let host = known.map_or_else(default, |endpoint| filled(endpoint.host));
    Target { scheme: "https://", host, signing_region, is_configured: false }
}

struct Partition {
    name: &'static str,
    /// How its regions begin.
    prefixes: &'static [&'static str],
    suffix: &'static str,
}

/// Source: `partitions.json` of AWS's SDKs.
static PARTITIONS: &[Partition] = &[
    Partition { name: "aws-cn", prefixes: &["cn-"], suffix: "amazonaws.com.cn" },
    Partition { name: "aws-us-gov", prefixes: &["us-gov-"], suffix: "amazonaws.com" },
    Partition { name: "aws-iso", prefixes: &["us-iso-"], suffix: "c2s.ic.gov" },
    Partition { name: "aws-iso-b", prefixes: &["us-isob-"], suffix: "sc2s.sgov.gov" },
    Partition { name: "aws-iso-e", prefixes: &["eu-isoe-"], suffix: "cloud.adc-e.uk" },
    Partition { name: "aws-iso-f", prefixes: &["us-isof-", "eu-isof-"], suffix: "csp.hci.ic.gov" },
    Partition { name: "aws-eusc", prefixes: &["eusc-"], suffix: "amazonaws.eu" },
];

static AWS: Partition = Partition { name: "aws", prefixes: &[], suffix: "amazonaws.com" };

fn partition(region: &str) -> &'static Partition {
    let is_of = |partition: &&Partition| partition.prefixes.iter().any(|prefix| region.starts_with(prefix));
    PARTITIONS.iter().find(is_of).unwrap_or(&AWS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Services;

    #[track_caller]
    fn check(service: &str, region: &str, host: &str, signing_region: &str) {
        let variables = [("AWS_REGION".to_owned(), region.to_owned())];
        let target = resolve(
            &Config::from_variables(variables).unwrap(),
            &Services::default().get(service).unwrap(),
            None,
        );
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
    fn a_configured_endpoint_is_signed_for_all_the_same() {
        let variables = [("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", "http://localhost:4566/base/")];
        let config =
            Config::from_variables(variables.map(|(name, value)| (name.into(), value.into()))).unwrap();
        let target = resolve(&config, &Services::default().get("iam").unwrap(), None);
        assert_eq!((target.scheme, target.host.as_str()), ("http://", "localhost:4566/base"));
        assert_eq!((target.signing_region.as_str(), target.is_configured), ("us-east-1", true));
    }
}
