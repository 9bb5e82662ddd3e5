//! Files with the data of executions: histories, reports, logs, results. A new one is for this user only.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

/// Options that create a file for this user only. One that exists keeps its mode.
pub(crate) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a whole file.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    options().write(true).truncate(true).open(path)?.write_all(text.as_bytes())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_new_file_is_for_its_user_and_an_old_one_keeps_its_mode() {
        let path = std::env::temp_dir().join(format!("asl-private-{}", std::process::id()));
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        write(&path, "first, which is longer").unwrap();
        assert_eq!(mode(), 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        write(&path, "second").unwrap();
        assert_eq!((mode(), std::fs::read_to_string(&path).unwrap().as_str()), (0o644, "second"));
        std::fs::remove_file(&path).unwrap();
    }
}
