//! Where the program gets secrets from: each is a canary.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A part of every secret.
pub(crate) const CANARY: &str = "canary-SECRET-do-not-print";

/// A source of credentials, and tasks that use it.
pub(crate) struct Source {
    pub(crate) name: &'static str,
    /// `<url>` is the cloud, `<home>` the home directory, `<canary>` the secret.
    variables: &'static [(&'static str, &'static str)],
    /// Files in the home directory.
    files: &'static [(&'static str, &'static str)],
    /// The authorization of the EventBridge connection, if there is one.
    pub(crate) connection: &'static str,
    /// The fields of task states.
    pub(crate) states: &'static [&'static str],
    /// Parts of what the cloud must have received.
    pub(crate) is_sent: &'static [&'static str],
}

const KEYS: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY_ID", "AKIDENV"),
    ("AWS_SECRET_ACCESS_KEY", "<canary>/env+key="),
    ("AWS_SESSION_TOKEN", "<canary>/env+session="),
];

/// One state for each protocol, an optimised integration, a function, and a role of its own.
const STATES: &[&str] = &[
    r#""Resource": "arn:aws:states:::aws-sdk:dynamodb:listTables", "Parameters": {}"#,
    r#""Resource": "arn:aws:states:::aws-sdk:sts:getCallerIdentity", "Parameters": {}"#,
    r#""Resource": "arn:aws:states:::aws-sdk:s3:listBuckets", "Parameters": {}"#,
    r#""Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Payload": {}}"#,
    r#""Resource": "arn:aws:states:::aws-sdk:dynamodb:listTables", "Parameters": {}, "Credentials": {"RoleArn": "arn:aws:iam::111122223333:role/other"}"#,
];

const ONE: &[&str] = &[r#""Resource": "arn:aws:states:::aws-sdk:dynamodb:listTables", "Parameters": {}"#];

const CONNECTED: &[&str] = &[
    r#""Resource": "arn:aws:states:::http:invoke", "Parameters": {"ApiEndpoint": "<url>/orders",
    "Method": "POST", "RequestBody": {"n": 1}, "Authentication": {"ConnectionArn": "arn:aws:events:eu-west-1:111122223333:connection/c/1"}}"#,
];

pub(crate) const SOURCES: &[Source] = &[
    Source {
        name: "keys in the environment",
        variables: KEYS,
        files: &[],
        connection: "",
        states: STATES,
        is_sent: &["Credential=AKIDENV", "canary-SECRET-do-not-print/env+session="],
    },
    Source {
        name: "the endpoint of a container",
        variables: &[
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<url>/keys?secret=<canary>"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "<canary>-container"),
        ],
        files: &[],
        connection: "",
        states: ONE,
        is_sent: &["canary-SECRET-do-not-print-container"],
    },
    Source {
        name: "the endpoint of a pod",
        variables: &[
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<url>/keys"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "<home>/.aws/token"),
        ],
        files: &[("token", "<canary>-pod\n")],
        connection: "",
        states: ONE,
        is_sent: &["canary-SECRET-do-not-print-pod"],
    },
    Source {
        name: "a web identity",
        variables: &[
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/.aws/token"),
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/web"),
        ],
        files: &[("token", "<canary>.web.identity\n")],
        connection: "",
        states: ONE,
        is_sent: &["canary-SECRET-do-not-print.web.identity"],
    },
    Source {
        name: "a profile with keys",
        variables: &[("AWS_PROFILE", "keys")],
        files: &[(
            "credentials",
            "[keys]\naws_access_key_id = AKIDINI\naws_secret_access_key = <canary>-ini\naws_session_token = <canary>-ini-session\n",
        )],
        connection: "",
        states: ONE,
        is_sent: &["Credential=AKIDINI", "canary-SECRET-do-not-print-ini-session"],
    },
    Source {
        name: "a profile with a role",
        variables: &[("AWS_PROFILE", "role")],
        files: &[
            (
                "config",
                "[profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = keys\nexternal_id = <canary>-external\n",
            ),
            (
                "credentials",
                "[keys]\naws_access_key_id = AKIDINI\naws_secret_access_key = <canary>-ini\naws_session_token = <canary>-ini-session\n",
            ),
        ],
        connection: "",
        states: ONE,
        is_sent: &["canary-SECRET-do-not-print-external", "canary-SECRET-do-not-print-ini-session"],
    },
    Source {
        name: "a process",
        variables: &[("AWS_PROFILE", "process")],
        files: &[
            (
                "config",
                "[profile process]\ncredential_process = cat \"<home>/.aws/printed\" # --token <canary>-argument\n",
            ),
            (
                "printed",
                r#"{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "<canary>-process", "SessionToken": "<canary>-process-session"}"#,
            ),
        ],
        connection: "",
        states: ONE,
        is_sent: &["Credential=AKIDPROCESS", "canary-SECRET-do-not-print-process-session"],
    },
    Source {
        name: "IAM Identity Center",
        variables: &[("AWS_PROFILE", "sso")],
        files: &[
            (
                "config",
                "[profile sso]\nsso_session = shop\nsso_account_id = 111122223333\nsso_role_name = reader\n\
                 [sso-session shop]\nsso_region = us-east-1\nsso_start_url = https://shop.awsapps.com/start\n",
            ),
            // The digest of `shop`. The token has expired.
            (
                "sso/cache/5042d146667518a1a5017644946b8650aafca44c.json",
                r#"{"accessToken": "<canary>-old", "expiresAt": "2020-01-01T00:00:00Z", "clientId": "c",
                    "clientSecret": "<canary>-client", "refreshToken": "<canary>-refresh"}"#,
            ),
        ],
        connection: "",
        states: ONE,
        is_sent: &["canary-SECRET-do-not-print-client", "canary-SECRET-do-not-print-refresh"],
    },
    Source {
        name: "a connection with a password",
        variables: KEYS,
        files: &[],
        connection: "BASIC",
        states: CONNECTED,
        // `user:` before it, in base64.
        is_sent: &["dXNlcjpjYW5hcnktU0VDUkVULWRvLW5vdC1wcmludC1wYXNzd29yZA"],
    },
    Source {
        name: "a connection with an API key",
        variables: KEYS,
        files: &[],
        connection: "API_KEY",
        states: CONNECTED,
        is_sent: &["canary-SECRET-do-not-print-api-key", "k=canary-SECRET-do-not-print-parameter"],
    },
    Source {
        name: "a connection with OAuth",
        variables: KEYS,
        files: &[],
        connection: "OAUTH_CLIENT_CREDENTIALS",
        states: CONNECTED,
        is_sent: &["client_secret=canary-SECRET-do-not-print-client"],
    },
];

impl Source {
    /// Whether its executions run in every host.
    pub(crate) fn is_everywhere(&self) -> bool {
        self.variables == KEYS
    }
}

/// The environment of a source: its variables and a home directory of its own.
pub(crate) struct Home {
    folder: PathBuf,
    /// How long a task may take.
    pub(crate) seconds: u32,
    url: String,
    variables: &'static [(&'static str, &'static str)],
}

impl Home {
    pub(crate) fn new(source: &Source, url: &str, seconds: u32) -> Home {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("canary-{}-{number}", std::process::id()));
        let home = Home { folder, seconds, url: url.to_owned(), variables: source.variables };
        for (name, text) in source.files {
            let file = home.folder.join(".aws").join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, home.filled(text)).unwrap();
        }
        home
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let always = [("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", "<url>"), ("HOME", "<home>")];
        let variables = always.iter().chain(self.variables);
        variables.map(|(name, value)| ((*name).to_owned(), self.filled(value))).collect()
    }

    pub(crate) fn filled(&self, text: &str) -> String {
        text.replace("<url>", &self.url)
            .replace("<canary>", CANARY)
            .replace("<home>", self.folder.to_str().unwrap())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
