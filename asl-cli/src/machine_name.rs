//! The name of the state machine in a file.

use std::path::Path;

/// `orders` of `orders.asl.json`.
pub(crate) fn machine_name(path: &Path) -> String {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.strip_suffix(".asl").unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_called_as_its_file() {
        for (file, expected) in
            [("a/orders.asl.json", "orders"), ("orders.json", "orders"), ("b.asl.yaml", "b"), ("c", "c")]
        {
            assert_eq!(machine_name(Path::new(file)), expected);
        }
    }
}
