//! `FILE#NAME`: something in a file.

use std::path::Path;

/// A file or a folder, and what `#NAME` after it selects. All of them may have `#` in their names: the first `#` counts that
/// follows a file, else the last one that follows a folder, else the last one.
pub(crate) fn divided(argument: &str) -> (&str, Option<&str>) {
    if Path::new(argument).exists() {
        return (argument, None);
    }
    let parts = || argument.match_indices('#').map(|(at, _)| argument.split_at(at));
    let file = parts().find(|(file, _)| Path::new(file).is_file());
    let folder = || parts().rfind(|(folder, _)| Path::new(folder).is_dir());
    match file.or_else(folder).or_else(|| parts().next_back()) {
        Some((file, rest)) => (file, rest.strip_prefix('#')),
        None => (argument, None),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn names_with_the_sign() {
        let folder = std::env::temp_dir().join(format!("asl-selector-{}/#a/b#c", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("c#d.test.yaml");
        fs::write(&file, "").unwrap();
        let (folder, file) = (folder.to_str().unwrap(), file.to_str().unwrap());
        for name in ["case", "order #7", "100 % #", "a: b"] {
            assert_eq!(divided(&format!("{file}#{name}")), (file, Some(name)));
        }
        assert_eq!(divided(file), (file, None));
        assert_eq!(divided(&format!("{folder}#Orders")), (folder, Some("Orders")));
        assert_eq!(divided("nowhere.yaml#Orders"), ("nowhere.yaml", Some("Orders")));
        assert_eq!(divided("nowhere.yaml"), ("nowhere.yaml", None));
    }
}
