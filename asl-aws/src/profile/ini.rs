//! The format of the files: sections with properties, which may have nested properties.

use std::collections::BTreeMap;

/// Values by name. Names are in lower case; `s3.endpoint_url` is `endpoint_url` nested in `s3`.
pub(super) type Properties = BTreeMap<String, String>;

/// `[profile shop]`
pub(super) struct Section {
    /// The text between the brackets.
    pub(super) name: String,
    pub(super) properties: Properties,
}

/// The sections in order. Lines that are neither a section nor a property are ignored, as in AWS's tools.
pub(super) fn parse(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut above = String::new();
    for line in text.lines() {
        let is_nested = line.starts_with([' ', '\t']);
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let (false, Some(rest)) = (is_nested, line.strip_prefix('[')) {
            let name = rest.split(']').next().unwrap_or_default().trim().to_owned();
            sections.push(Section { name, properties: Properties::new() });
            above.clear();
            continue;
        }
        let (Some(section), Some((name, value))) = (sections.last_mut(), line.split_once('=')) else {
            continue;
        };
        let name = name.trim().to_ascii_lowercase();
        let value = without_comment(value).to_owned();
        if is_nested && !above.is_empty() {
            section.properties.insert(format!("{above}.{name}"), value);
        } else {
            above.clone_from(&name);
            section.properties.insert(name, value);
        }
    }
    sections
}

/// Removes a trailing comment, which starts after a space.
fn without_comment(value: &str) -> &str {
    let comment = [" #", " ;", "\t#", "\t;"].iter().filter_map(|mark| value.find(mark)).min();
    value.get(..comment.unwrap_or(value.len())).unwrap_or(value).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[(&str, &[(&str, &str)])]) {
        let sections = parse(text);
        let found: Vec<(&str, Vec<(&str, &str)>)> = sections
            .iter()
            .map(|section| {
                let properties = section.properties.iter();
                (
                    section.name.as_str(),
                    properties.map(|(name, value)| (name.as_str(), value.as_str())).collect(),
                )
            })
            .collect();
        let expect: Vec<(&str, Vec<(&str, &str)>)> =
            expect.iter().map(|(name, properties)| (*name, properties.to_vec())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn files() {
        check("", &[]);
        check("region = lost\n", &[]);
        check(
            "# all\n[default]\nRegion=eu-west-1 # here\nkey = a#b;c = d\n\n; none\n[profile a b ]\nx =\nodd\n",
            &[("default", &[("key", "a#b;c = d"), ("region", "eu-west-1")]), ("profile a b", &[("x", "")])],
        );
        check(
            "[services s]\ns3 =\n  endpoint_url = http://a:1\n\taddressing = path\nsns=\n endpoint_url=b\r\n",
            &[(
                "services s",
                &[
                    ("s3", ""),
                    ("s3.addressing", "path"),
                    ("s3.endpoint_url", "http://a:1"),
                    ("sns", ""),
                    ("sns.endpoint_url", "b"),
                ],
            )],
        );
    }
}
