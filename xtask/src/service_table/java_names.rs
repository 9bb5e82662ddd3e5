//! How the Java SDK 2, which Step Functions uses, derives class names from the names in a model.

/// The start of every error name of a service, from its id: `DynamoDB` → `DynamoDb`, `API Gateway` → `ApiGateway`, `Config
/// Service` → `Config`.
pub(super) fn service(id: &str) -> String {
    let name = class(id);
    let name = ["Amazon", "Aws"]
        .iter()
        .fold(name.as_str(), |name, vendor| name.strip_prefix(vendor).unwrap_or(name));
    name.strip_suffix("Service").unwrap_or(name).to_owned()
}

fn class(name: &str) -> String {
    words(name).iter().map(|word| capitalised(word)).collect()
}

/// The class of an error: `NoSuchBucket` → `NoSuchBucketException`, `DBInstanceNotFoundFault` →
/// `DbInstanceNotFoundException`.
pub(super) fn exception(shape: &str) -> String {
    let stem = shape.strip_suffix("Fault").unwrap_or(shape);
    let class = class(stem);
    if class.ends_with("Exception") { class } else { format!("{class}Exception") }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars.map(|c| c.to_ascii_lowercase())).collect()
}

/// The words of a name: at other characters than letters and digits, before a version (`SESv2`), at a change of case, at
/// the end of an acronym (`ACMSuccess`), after a digit.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or(' ');
    let upper = |index| at(index).is_ascii_uppercase();
    let lower = |index| at(index).is_ascii_lowercase();
    let digit = |index| at(index).is_ascii_digit();
    let mut words = vec![String::new()];
    for index in 0..chars.len() {
        let is_version = index >= 2
            && digit(index + 1)
            && match at(index) {
                'v' => !lower(index - 1) && !lower(index - 2),
                'V' => !upper(index - 1) && !upper(index - 2),
                _ => false,
            };
        let after = index > 0;
        let is_boundary = after
            && (is_version
                || (lower(index - 1) && upper(index) && (at(index + 1).is_ascii_alphanumeric()))
                || (upper(index - 1)
                    && upper(index)
                    && lower(index + 1)
                    && !is_version_at(&chars, index + 1))
                || (digit(index - 1) && at(index).is_ascii_alphabetic()));
        if at(index) == ' ' || is_boundary {
            words.push(String::new());
        }
        if at(index) != ' '
            && let Some(word) = words.last_mut()
        {
            word.push(at(index));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a `v2` after capitals begins here, which does not end an acronym.
fn is_version_at(chars: &[char], index: usize) -> bool {
    let is = |index: usize, test: fn(&char) -> bool| chars.get(index).is_some_and(test);
    is(index, |c| *c == 'v') && is(index + 1, char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(id: &str, expect: &str) {
        assert_eq!(service(id), expect);
    }

    #[test]
    fn services() {
        check("S3", "S3");
        check("DynamoDB", "DynamoDb");
        check("SFN", "Sfn");
        check("SQS", "Sqs");
        check("EC2", "Ec2");
        check("Secrets Manager", "SecretsManager");
        check("API Gateway", "ApiGateway");
        check("ApiGatewayV2", "ApiGatewayV2");
        check("ACM PCA", "AcmPca");
        check("CloudWatch Logs", "CloudWatchLogs");
        check("EventBridge", "EventBridge");
        check("CodeBuild", "CodeBuild");
        check("Bedrock Runtime", "BedrockRuntime");
        check("billingconductor", "Billingconductor");
        check("codeartifact", "Codeartifact");
        check("SESv2", "SesV2");
        check("WAFV2", "Wafv2");
        check("Elastic Load Balancing v2", "ElasticLoadBalancingV2");
        check("Route53Resolver", "Route53Resolver");
        check("IoT Data Plane", "IotDataPlane");
        check("MediaPackageV2", "MediaPackageV2");
        check("SSO OIDC", "SsoOidc");
        check("CloudHSM V2", "CloudHsmV2");
        check("Config Service", "Config");
        check("Database Migration Service", "DatabaseMigration");
        check("Directory Service", "Directory");
        check("Directory Service Data", "DirectoryServiceData");
        check("Marketplace Entitlement Service", "MarketplaceEntitlement");
        check("ServiceDiscovery", "ServiceDiscovery");
    }

    #[test]
    fn errors() {
        assert_eq!(exception("NoSuchBucket"), "NoSuchBucketException");
        assert_eq!(exception("ResourceNotFoundException"), "ResourceNotFoundException");
        assert_eq!(exception("DBInstanceNotFoundFault"), "DbInstanceNotFoundException");
        assert_eq!(exception("KMSInvalidStateException"), "KmsInvalidStateException");
        assert_eq!(exception("QueueDoesNotExist"), "QueueDoesNotExistException");
        assert_eq!(exception("EC2ThrottledException"), "Ec2ThrottledException");
    }
}
