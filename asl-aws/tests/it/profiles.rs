//! Profiles in files, against a server that is STS, IAM Identity Center and DynamoDB.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use asl_aws::{Aws, Config};
use asl_value::{Value, json};

use crate::run::{ending, run};
use crate::server::{Answer, Request, Server};

static HOMES: AtomicUsize = AtomicUsize::new(0);

/// A home directory of its own, with these files in its `.aws`.
fn home(files: &[(&str, &str)]) -> PathBuf {
    let number = HOMES.fetch_add(1, Ordering::Relaxed);
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("home-{}-{number}", std::process::id()));
    for (name, text) in files {
        let path = home.join(".aws").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    home
}

fn config(home: &Path, variables: &[(&str, &str)]) -> Result<Config, String> {
    let home = ("HOME", home.to_str().unwrap());
    let variables = [&[home], variables].concat();
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::from_variables(variables).map_err(|error| error.to_string())
}

/// Keys that show which keys they were requested with: `ROLE-<the caller's keys>`.
fn answer(request: &Request) -> Answer {
    let who =
        request.header("authorization").and_then(|text| text.split(['=', '/']).nth(1)).unwrap_or("unsigned");
    let form = |name: &str| {
        let mut pairs = request.body.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    let keys = |id: String| {
        let action = form("Action");
        format!(
            "<R><{action}Result><Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>hush</SecretAccessKey>\
             <SessionToken>hush</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></{action}Result></R>"
        )
    };
    match form("Action").as_str() {
        "AssumeRole" => {
            let parts =
                [form("RoleArn"), form("RoleSessionName"), form("ExternalId"), form("DurationSeconds")];
            let parts = parts.map(|part| part.rsplit("%2F").next().unwrap_or_default().to_owned());
            ("200 OK", keys(format!("{who}-{}", parts.join("-"))))
        }
        "AssumeRoleWithWebIdentity" => ("200 OK", keys(format!("{who}-web-{}", form("WebIdentityToken")))),
        _ if request.line.starts_with("GET /federation/credentials") => {
            let token = request.header("x-amz-sso_bearer_token").unwrap_or_default();
            if token == "old" {
                return ("401 Unauthorized", "{}".into());
            }
            let id = format!("{}-{token}", request.line.split_once('?').unwrap().1.replace(['=', '&'], "-"));
            let keys = json!({"accessKeyId": id, "secretAccessKey": "hush", "sessionToken": "hush", "expiration": 32_503_680_000_000_i64});
            ("200 OK", json!({"roleCredentials": keys}).to_json())
        }
        _ if request.line == "POST /token" => {
            let asked = Value::parse(&request.body).unwrap();
            let token = format!("new-{}", asked["refreshToken"].as_str().unwrap());
            ("200 OK", json!({"accessToken": token, "expiresIn": 3600, "refreshToken": "hush-2"}).to_json())
        }
        _ => ("200 OK", json!({"TableNames": [who]}).to_json()),
    }
}

/// The keys that a call is signed with, or why there are none.
async fn check(files: &[(&str, &str)], profile: &str, expect: &str) -> PathBuf {
    let server = Server::start(answer).await;
    let home = home(files);
    let files: Vec<(&str, String)> =
        files.iter().map(|(name, text)| (*name, text.replace("<home>", home.to_str().unwrap()))).collect();
    for (name, text) in &files {
        std::fs::write(home.join(".aws").join(name), text).unwrap();
    }
    let variables = [("AWS_PROFILE", profile), ("AWS_ENDPOINT_URL", server.url.as_str())];
    let aws = config(&home, &variables).map(Aws::new);
    let found = match &aws {
        Err(problem) => problem.clone(),
        Ok(aws) => {
            assert!(!format!("{aws:?}").contains("hush"), "{aws:?}");
            let fields =
                json!({"Resource": "arn:aws:states:::aws-sdk:dynamodb:listTables", "Parameters": {}});
            let (report, history) = run(aws.clone(), fields).await;
            assert!(!history.to_json().contains("hush"), "{history}");
            let ending = ending(&report);
            ending["TableNames"][0].as_str().or(ending[1].as_str()).unwrap_or_default().to_owned()
        }
    };
    assert_eq!(found, expect.replace("<home>", home.to_str().unwrap()));
    home
}

const CONFIG: &str = "
[default]
region = eu-west-1
[profile keys]
region = eu-west-1
[profile role]
region = eu-west-1
role_arn = arn:aws:iam::1:role/one
source_profile = keys
[profile chain]
region = eu-west-1
role_arn = arn:aws:iam::1:role/two
source_profile = role
role_session_name = me
external_id = ext
duration_seconds = 900
[profile self]
region = eu-west-1
role_arn = arn:aws:iam::1:role/own
source_profile = self
aws_access_key_id = OWN
aws_secret_access_key = hush
[profile web]
region = eu-west-1
role_arn = arn:aws:iam::1:role/web
web_identity_token_file = <home>/.aws/token
[profile process]
region = eu-west-1
credential_process = cat \"<home>/.aws/printed\"
[profile loop]
region = eu-west-1
role_arn = arn:aws:iam::1:role/a
source_profile = pool
[profile pool]
role_arn = arn:aws:iam::1:role/b
source_profile = loop
[profile lost]
region = eu-west-1
role_arn = arn:aws:iam::1:role/a
source_profile = nowhere
[profile bare]
region = eu-west-1
role_arn = arn:aws:iam::1:role/a
[profile half]
region = eu-west-1
aws_access_key_id = HALF
[profile mfa]
region = eu-west-1
role_arn = arn:aws:iam::1:role/a
source_profile = keys
mfa_serial = arn:aws:iam::1:mfa/me
[profile failing]
region = eu-west-1
credential_process = echo hush; exit 3
[profile printing]
region = eu-west-1
credential_process = echo hush
";

const CREDENTIALS: &str = "
[default]
aws_access_key_id = DEFAULT
aws_secret_access_key = hush
[keys]
aws_access_key_id = KEYS
aws_secret_access_key = hush
aws_session_token = hush
";

#[tokio::test]
async fn keys_and_roles() {
    let printed =
        r#"{"Version": 1, "AccessKeyId": "PRINTED", "SecretAccessKey": "hush", "SessionToken": "hush"}"#;
    let files = [("config", CONFIG), ("credentials", CREDENTIALS), ("token", "jwt\n"), ("printed", printed)];
    for (profile, expect) in [
        ("default", "DEFAULT"),
        ("keys", "KEYS"),
        ("role", "KEYS-one-asl--"),
        ("chain", "KEYS-one-asl---two-me-ext-900"),
        ("self", "OWN-own-asl--"),
        ("web", "unsigned-web-jwt"),
        ("process", "PRINTED"),
        ("loop", "profile `loop`: its `source_profile` leads back to it"),
        ("lost", "there is no profile `nowhere`"),
        (
            "bare",
            "profile `bare`: `role_arn` needs one of `source_profile`, `credential_source`, `web_identity_token_file`",
        ),
        ("half", "profile `half`: `aws_access_key_id` and `aws_secret_access_key` belong together"),
        ("mfa", "profile `mfa`: `mfa_serial` is not supported; export temporary keys instead"),
        ("failing", "`credential_process` failed: exit status: 3"),
        ("printing", "`credential_process` printed no credentials of version 1"),
        ("other", "there is no profile `other`; `AWS_REGION` is not set"),
    ] {
        check(&files, profile, expect).await;
    }
}

const SSO: &str = "
[profile session]
region = eu-west-1
sso_session = shop
sso_account_id = 111122223333
sso_role_name = reader
[sso-session shop]
sso_region = us-east-1
sso_start_url = https://shop.awsapps.com/start
[profile legacy]
region = eu-west-1
sso_account_id = 111122223333
sso_role_name = reader
sso_region = us-east-1
sso_start_url = https://shop.awsapps.com/start
[profile partly]
region = eu-west-1
sso_session = shop
";

#[tokio::test]
async fn identity_center() {
    let cache = |url: &str| {
        let digest = <sha1::Sha1 as sha1::Digest>::digest(url);
        format!("sso/cache/{}.json", digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    };
    let (session, legacy) = (cache("shop"), cache("https://shop.awsapps.com/start"));
    let fresh = r#"{"accessToken": "tok", "expiresAt": "2999-01-01T00:00:00Z"}"#;
    let expired = r#"{"accessToken": "old", "expiresAt": "2020-01-01T00:00:00Z"}"#;
    let refused = r#"{"accessToken": "old", "expiresAt": "2999-01-01T00:00:00Z"}"#;
    let refreshed = r#"{"accessToken": "old", "expiresAt": "2020-01-01T00:00:00Z", "clientId": "c", "clientSecret": "hush", "refreshToken": "r"}"#;
    let query = "role_name-reader-account_id-111122223333";
    let login = "there is no valid token of IAM Identity Center; run `aws sso login --sso-session shop`";
    for (profile, file, text, expect) in [
        ("session", session.as_str(), fresh, format!("{query}-tok")),
        ("legacy", &legacy, fresh, format!("{query}-tok")),
        ("session", &legacy, fresh, login.to_owned()),
        ("session", &session, expired, login.to_owned()),
        ("session", &session, refused, login.to_owned()),
        ("session", &session, refreshed, format!("{query}-new-r")),
        (
            "partly",
            &session,
            fresh,
            "profile `partly`: `sso_account_id` and `sso_role_name` are needed".to_owned(),
        ),
    ] {
        let home = check(&[("config", SSO), (file, text)], profile, &expect).await;
        if text == refreshed {
            let cached = std::fs::read(home.join(".aws").join(file)).unwrap();
            let cached = Value::parse_slice(&cached).unwrap();
            assert_eq!(
                [&cached["accessToken"], &cached["refreshToken"]],
                [&json!("new-r"), &json!("hush-2")]
            );
        }
    }
}

#[tokio::test]
async fn the_environment_comes_first() {
    let files = [("config", CONFIG), ("credentials", CREDENTIALS)];
    let home = home(&files);
    let own = [("AWS_ACCESS_KEY_ID", "ENV"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let config =
        config(&home, &[own[0], own[1], ("AWS_REGION", "us-west-2"), ("AWS_PROFILE", "role")]).unwrap();
    assert_eq!(config.region, "us-west-2");
    assert!(format!("{config:?}").contains("ENV"), "{config:?}");
}

#[tokio::test]
async fn regions_and_endpoints() {
    let text = "[default]\nregion = eu-west-1\nuse_fips_endpoint = true\nendpoint_url = http://all:1\nservices = local\n[services local]\ndynamodb =\n endpoint_url = <url>\n";
    let server = Server::start(answer).await;
    let files = [("config", text.replace("<url>", &server.url)), ("credentials", CREDENTIALS.to_owned())];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let home = home(&files);
    let tables = async |variables: &[(&str, &str)]| {
        let config = config(&home, variables).unwrap();
        assert_eq!(config.region, "eu-west-1");
        assert!(format!("{config:?}").contains("is_fips: true"), "{config:?}");
        let fields = json!({"Resource": "arn:aws:states:::aws-sdk:dynamodb:listTables", "Parameters": {}});
        ending(&run(Aws::new(config), fields).await.0)
    };
    assert_eq!(tables(&[]).await, json!({"TableNames": ["DEFAULT"]}));
    // An endpoint in the environment takes precedence over all of the profile's.
    let elsewhere = tables(&[("AWS_ENDPOINT_URL", "http://127.0.0.1:1")]).await;
    assert_eq!(elsewhere[0], json!("DynamoDb.SdkClientException"));
    let own =
        [("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), ("AWS_ENDPOINT_URL_DYNAMODB", server.url.as_str())];
    assert_eq!(tables(&own).await, json!({"TableNames": ["DEFAULT"]}));
    // Files may be elsewhere.
    let moved = home.join(".aws").join("config");
    let other = [("AWS_CONFIG_FILE", moved.to_str().unwrap()), ("HOME", "/nowhere")];
    assert_eq!(config(&home, &other).unwrap().region, "eu-west-1");
    std::fs::write(&moved, "[default]\nregion = a.b/c\n").unwrap();
    assert_eq!(config(&home, &[]).unwrap_err(), "expected a region in the profile, found `a.b/c`");
}
