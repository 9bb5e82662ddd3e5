//! The Cargo workspace around a new project.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// The kind of workspace around a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surroundings {
    /// No workspace, or one that excludes the project.
    Nothing,
    /// A workspace that lists the project in `members`. Cargo ignores the profiles of a member.
    Member,
    /// A workspace that does not list the project. Cargo builds the project only if it is a workspace of its own.
    Another,
}

/// Looks for the nearest workspace above the project, as Cargo does.
///
/// Source: <https://doc.rust-lang.org/cargo/reference/workspaces.html>
pub(super) fn around(project: &Path) -> Surroundings {
    let Some(project) = absolute(project) else { return Surroundings::Nothing };
    for folder in project.ancestors().skip(1) {
        let Ok(manifest) = std::fs::read_to_string(folder.join("Cargo.toml")) else { continue };
        let Some(workspace) = workspace(&manifest) else { continue };
        let path = project.strip_prefix(folder).ok().and_then(Path::to_str).unwrap_or_default();
        let path = path.replace('\\', "/");
        let is_excluded = list(&workspace, "exclude").any(|excluded| {
            path.strip_prefix(excluded).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let is_member = list(&workspace, "members").any(|member| matches(member, &path));
        return match (is_excluded, is_member) {
            (true, _) => Surroundings::Nothing,
            (false, true) => Surroundings::Member,
            (false, false) => Surroundings::Another,
        };
    }
    Surroundings::Nothing
}

/// The absolute path of a folder that does not exist yet, but whose parent does.
fn absolute(project: &Path) -> Option<PathBuf> {
    let parent = project.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(parent.canonicalize().ok()?.join(project.file_name()?))
}

/// The table `[workspace]` of a manifest.
fn workspace(manifest: &str) -> Option<Table> {
    let mut manifest: Table = manifest.parse().ok()?;
    match manifest.remove("workspace")? {
        Value::Table(workspace) => Some(workspace),
        _ => None,
    }
}

/// The strings of an array: `members = ["a", "b/*"]`.
fn list<'t>(table: &'t Table, name: &str) -> impl Iterator<Item = &'t str> {
    let array = table.get(name).and_then(Value::as_array);
    let strings = array.into_iter().flatten().filter_map(Value::as_str);
    strings.map(|path| path.trim_end_matches('/').trim_start_matches("./"))
}

/// Whether an entry of `members`, which may contain `*`, `?` and `**`, matches this path.
fn matches(member: &str, path: &str) -> bool {
    fn folders(member: &[&str], path: &[&str]) -> bool {
        match (member, path) {
            ([], []) => true,
            (["**", rest @ ..], _) => {
                (0..=path.len()).any(|skipped| folders(rest, path.get(skipped..).unwrap_or_default()))
            }
            ([first, member @ ..], [folder, path @ ..]) => {
                name(first.as_bytes(), folder.as_bytes()) && folders(member, path)
            }
            _ => false,
        }
    }
    fn name(pattern: &[u8], folder: &[u8]) -> bool {
        match (pattern, folder) {
            ([], []) => true,
            ([b'*', rest @ ..], _) => {
                (0..=folder.len()).any(|skipped| name(rest, folder.get(skipped..).unwrap_or_default()))
            }
            ([b'?', pattern @ ..], [_, folder @ ..]) => name(pattern, folder),
            ([first, pattern @ ..], [byte, folder @ ..]) => first == byte && name(pattern, folder),
            _ => false,
        }
    }
    folders(&member.split('/').collect::<Vec<_>>(), &path.split('/').collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read() {
        let manifest = "[package]\nname = \"a\" # [workspace]\n[workspace] # all\nresolver = \"3\"\nexclude = [\"x\"]\n\
            members = [\n  \"a\", # \"no\"\n  'b/*', \"./c/\",\n]\n[workspace.package]\nmembers = [\"d\"]\n";
        let table = workspace(manifest).unwrap();
        assert_eq!(list(&table, "members").collect::<Vec<_>>(), ["a", "b/*", "c"]);
        assert_eq!(list(&table, "exclude").collect::<Vec<_>>(), ["x"]);
        assert_eq!(list(&table, "default-members").count(), 0);
        assert!(workspace("[package]\nname = \"a\"\n[workspaces]\n").is_none());
        assert!(workspace("[workspace.dependencies]\n").is_some());
    }

    #[track_caller]
    fn check(member: &str, path: &str, expect: bool) {
        assert_eq!(matches(member, path), expect, "{member} {path}");
    }

    #[test]
    fn members_may_be_patterns() {
        check("a", "a", true);
        check("a", "a/b", false);
        check("crates/*", "crates/a", true);
        check("crates/*", "crates/a/b", false);
        check("*", "a", true);
        check("a-?*", "a-bc", true);
        check("a-?*", "a-", false);
        check("**/b", "a/c/b", true);
        check("**", "a/c", true);
        check("crates/*-fn", "crates/my-fn", true);
        check("crates/*-fn", "crates/my-fun", false);
    }
}
