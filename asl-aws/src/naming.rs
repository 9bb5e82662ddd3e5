//! [`Names`]: how Step Functions spells names.

/// How Step Functions spells the members of parameters and outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Names {
    /// In Pascal case, like the Java SDK 2: `DbInstanceIdentifier`. Used by `aws-sdk` integrations.
    #[default]
    Sdk,
    /// Like the service's model, with a capital first letter: `DBInstanceIdentifier`, `MD5OfMessageBody`. Used by
    /// optimised integrations.
    Model,
}

/// `getItem` → `GetItem`
pub(crate) fn upper_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `GetItem` → `getItem`
pub(crate) fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// A member's name in parameters and outputs.
pub(crate) fn spelled(member: &str, names: Names) -> String {
    match names {
        Names::Model => upper_first(member),
        // Observed: DynamoDB's `NULL`, which the Java SDK renames.
        Names::Sdk if member == "NULL" => "Nul".to_owned(),
        Names::Sdk => {
            let mut name = uncapitalised(member);
            if RESERVED.contains(&name.as_str()) {
                name.push_str("Value");
            }
            upper_first(&name)
        }
    }
}

/// Whether a given name means this member. The model's own spelling is accepted too.
pub(crate) fn means(given: &str, member: &str, names: Names) -> bool {
    given == spelled(member, names) || given == upper_first(member)
}

/// Like the Java SDK, makes the leading capitals small, except one that a small letter follows.
fn uncapitalised(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let is = |index: usize, test: fn(&char) -> bool| chars.get(index).is_some_and(test);
    let mut end = 1;
    while is(end, char::is_ascii_uppercase) && !is(end + 1, char::is_ascii_lowercase) {
        end += 1;
    }
    let small = |(index, c): (usize, &char)| if index < end { c.to_ascii_lowercase() } else { *c };
    chars.iter().enumerate().map(small).collect()
}

/// Words that cannot name a method of a Java class. Observed: `equals` is spelled `EqualsValue`.
static RESERVED: &[&str] = &[
    "abstract",
    "assert",
    "boolean",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "equals",
    "extends",
    "false",
    "final",
    "finalize",
    "finally",
    "float",
    "for",
    "getClass",
    "goto",
    "hashCode",
    "if",
    "implements",
    "import",
    "instanceof",
    "int",
    "interface",
    "long",
    "native",
    "new",
    "notify",
    "notifyAll",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "short",
    "static",
    "strictfp",
    "super",
    "switch",
    "synchronized",
    "this",
    "throw",
    "throws",
    "toString",
    "transient",
    "true",
    "try",
    "void",
    "volatile",
    "wait",
    "while",
    "clone",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(member: &str, sdk: &str, model: &str) {
        assert_eq!([spelled(member, Names::Sdk), spelled(member, Names::Model)], [sdk, model]);
        assert!(means(sdk, member, Names::Sdk) && means(model, member, Names::Sdk));
    }

    #[test]
    fn members() {
        check("stateMachineArn", "StateMachineArn", "StateMachineArn");
        check("Bucket", "Bucket", "Bucket");
        check("ETag", "ETag", "ETag");
        check("ChecksumCRC32", "ChecksumCRC32", "ChecksumCRC32");
        check("DBInstanceIdentifier", "DbInstanceIdentifier", "DBInstanceIdentifier");
        check("SSEKMSKeyId", "SsekmsKeyId", "SSEKMSKeyId");
        check("MD5OfMessageBody", "Md5OfMessageBody", "MD5OfMessageBody");
        check("ACL", "Acl", "ACL");
        check("S", "S", "S");
        check("BOOL", "Bool", "BOOL");
        check("NULL", "Nul", "NULL");
        check("equals", "EqualsValue", "Equals");
        check("default", "DefaultValue", "Default");
        check("vCpus", "VCpus", "VCpus");
    }
}
