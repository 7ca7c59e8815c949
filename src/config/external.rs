//! The workspace's own gates: `[[external-gates]]` in `molt-sync.toml`. They are code that the workspace brings and that runs
//! with the rights of whoever calls `molt-sync refresh`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A command that a refresh runs in a scratch copy of the workspace; it passes where it ends with 0.
///
/// It is code of the workspace: who may change `molt-sync.toml` decides what runs. It sees few variables of the environment,
/// and it is not run in a dry run unless `--run-external-gates` asks for it. It is not kept from files or from the network.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct External {
    /// What it is called in reports.
    pub name: String,
    /// The program and its arguments, run at the copy's root.
    pub command: Vec<String>,
    /// Seconds that it may take.
    #[serde(default = "External::default_timeout")]
    pub timeout: u64,
    /// Mebibytes of address space that each of its processes may have; 0 for no limit.
    #[serde(default = "External::default_memory")]
    pub memory: u64,
    /// Variables of the environment that it sees besides `PATH`, `HOME` and the few others that say nothing but where it runs.
    /// A name that may hold a secret has to be allowed by the caller too, with `--allow-gate-env NAME`.
    #[serde(default)]
    pub env: Vec<String>,
}

impl External {
    fn default_timeout() -> u64 {
        600
    }

    fn default_memory() -> u64 {
        4096
    }

    /// What is wrong with it.
    pub(super) fn fault(&self) -> Option<String> {
        if self.command.is_empty() || self.name.is_empty() || self.timeout == 0 {
            return Some("a command needs a name, a program and a timeout of at least 1".into());
        }
        let is_name = |it: &String| {
            !it.is_empty()
                && !it.starts_with(|it: char| it.is_ascii_digit())
                && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
        };
        let bad = self.env.iter().find(|it| !is_name(it))?;
        Some(format!("`{bad}` in env of the gate `{}` is not the name of one variable", self.name))
    }

    /// The variables that it asks for and that the caller has to allow, because they may hold a secret or lead to one.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.env.iter().map(String::as_str).filter(|it| may_be_secret(it))
    }
}

/// What a secret is called, or a file that has some, anywhere in a name.
const PARTS: &str = "TOKEN SECRET PASS PWD KEY CRED AUTH PRIVATE COOKIE SESSION CERT JWT DSN WEBHOOK CONNECTION CONNSTR CONN_STR \
    LOGIN BEARER SIGNING SIGNATURE ENCRYPT DECRYPT MNEMONIC LICENSE IDENTITY KUBE GNUPG NETRC NPMRC YARNRC PYPIRC CURLRC WGETRC";

/// The same, as one of its words: many a path is not a secret.
const WORDS: &str =
    "PAT PIN OTP TOTP MFA SAS SALT PEM PFX P12 JKS HMAC OIDC SAML LDAP SMTP DB DATABASE ACCESS HOOK PW SOCK";

/// How the name of an address ends, which may have a name and a password in it.
const ADDRESSES: &str = "URL URLS URI URIS _PROXY ENDPOINT ADDRESS BROKER";

/// Whose variables they are, by how they begin: forges and runners, clouds, tools that carry credentials, registries, and
/// services that are written to.
const OWNERS: &str = "GITHUB_ GH_ ACTIONS_ RUNNER_ GITLAB_ CI_ GITEA_ FORGEJO_ BITBUCKET_ BUILDKITE_ CIRCLE_ TRAVIS_ JENKINS_ \
    DRONE_ SYSTEM_ AGENT_ APPVEYOR_ ATLASSIAN_ JIRA_ \
    AWS_ AMAZON_ AZURE_ ARM_ GOOGLE_ GCP_ GCLOUD_ GCS_ S3_ CLOUDSDK_ CLOUDFLARE_ CF_ OCI_ ALIBABA_ ALICLOUD_ IBM_ DIGITALOCEAN_ \
    DO_ HETZNER_ HCLOUD_ HEROKU_ NETLIFY_ VERCEL_ FLY_ FIREBASE_ SUPABASE_ \
    TF_ TERRAFORM_ PULUMI_ ANSIBLE_ CONSUL_ NOMAD_ BOTO RCLONE_ RESTIC_ SSH_ GPG_ GIT_ DOCKER_ HELM_ VAULT_ SOPS_ \
    NPM_ YARN_ TWINE_ PYPI_ PIP_ UV_INDEX UV_PUBLISH POETRY_ CARGO_REGISTR SIGSTORE_ CODECOV_ SONAR_ SNYK_ \
    SENTRY_ DATADOG_ DD_ SLACK_ DISCORD_ TELEGRAM_ TWILIO_ STRIPE_ OPENAI_ ANTHROPIC_ HF_ PGSERVICE MYSQL_ REDIS MONGO";

/// Whether a variable of that name may hold a secret, or give what it needs to become somebody else or to command a runner.
pub fn may_be_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    // an address may have a name and a password in it
    let has = |list: &'static str, is: &dyn Fn(&str) -> bool| list.split_ascii_whitespace().any(is);
    // where a shell is, is not a secret
    !matches!(name.as_str(), "PWD" | "OLDPWD")
        && (has(PARTS, &|it| name.contains(it))
            || has(WORDS, &|it| name.split('_').any(|word| word == it))
            || has(ADDRESSES, &|it| name.ends_with(it))
            || has(OWNERS, &|it| name.starts_with(it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_may_hold_a_secret_are_known() {
        for name in [
            "GITHUB_TOKEN",
            "gh_token",
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            "GITHUB_ENV",
            "GITHUB_PATH",
            "MY_SECRET_2",
            "DB_PASSWORD",
            "PGPASSFILE",
            "API_KEY",
            "APIKEY",
            "SSH_AUTH_SOCK",
            "AWS_PROFILE",
            "HTTPS_PROXY",
            "https_proxy",
            "DATABASE_URL",
            "PIP_INDEX_URL",
            "MY_PAT",
            "SENTRY_DSN",
            "NETRC_CREDENTIALS",
            "NETRC",
            "SLACK_WEBHOOK",
            "BUILD_WEBHOOKS",
            "DB_CONNECTION_STRING",
            "APP_CONNSTR",
            "NPMRC",
            "PIP_CONFIG_FILE",
            "TF_VAR_x",
            "MY_PIN",
            "METRICS_ENDPOINT",
            "DISCORD_CHANNEL",
            "MY_CREDS",
        ] {
            assert!(may_be_secret(name), "{name}");
        }
        for name in [
            "PYTHONPATH",
            "VIRTUAL_ENV",
            "CARGO_HOME",
            "RUSTFLAGS",
            "MOLT_HOME",
            "CC",
            "PATH",
            "LD_LIBRARY_PATH",
            "MOLT_SRC",
            "PYTHONHASHSEED",
            "SPIN_COUNT",
            "CFLAGS",
            "LLVM_CONFIG",
            "PWD",
        ] {
            assert!(!may_be_secret(name), "{name}");
        }
    }

    #[test]
    fn one_variable_a_name() {
        let gate = |env: &str| External {
            name: "x".into(),
            command: vec!["x".into()],
            timeout: 1,
            memory: 0,
            env: vec![env.into()],
        };
        for bad in ["*", "MY_*", "", "A=B", "1A", "A B", "é"] {
            assert!(gate(bad).fault().is_some(), "{bad}");
        }
        assert_eq!(gate("MOLT_HOME").fault(), None);
        assert_eq!(gate("MOLT_TOKEN").secrets().collect::<Vec<_>>(), ["MOLT_TOKEN"]);
    }
}
