//! A configuration file of `~/.aws`.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

static FILE: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::temp_dir().join(format!("asl-fuzz-{}.ini", std::process::id())));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if std::fs::write(&*FILE, bytes).is_err() {
        return;
    }
    for profile in ["", "shop"] {
        asl_aws::profile_region(|name| match name {
            "AWS_CONFIG_FILE" | "AWS_SHARED_CREDENTIALS_FILE" => Some(FILE.to_string_lossy().into_owned()),
            "AWS_PROFILE" => Some(profile.to_owned()),
            _ => None,
        });
    }
});
