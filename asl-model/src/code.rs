//! [`Code`]: the kinds of problems that a definition can have.

use std::fmt;

use crate::spelling::nearest;

/// The kind of a problem in a definition, such as [`Code::UNREACHABLE`].
///
/// Each code has a number of this project ([`id`](Code::id)), which never changes, and the code that AWS reports for
/// the problem ([`aws`](Code::aws)), which is often less specific and is missing for problems that AWS does not report.
/// Match on the constants, not on messages: messages may change between releases.
///
/// [`page`](Code::page) explains the problem with an example, as `asl explain` prints it.
///
/// ```
/// use asl_model::Code;
/// assert_eq!(Code::UNREACHABLE.aws(), Some("MISSING_TRANSITION_TARGET"));
/// assert_eq!(Code::ALL.len(), Code::ALL.iter().map(|code| code.id()).collect::<std::collections::HashSet<_>>().len());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(&'static Entry);

#[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Entry {
    id: &'static str,
    aws: Option<&'static str>,
    located: bool,
    summary: &'static str,
}

impl Code {
    /// The number: `ASL0007`.
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// The code that AWS reports: `SCHEMA_VALIDATION_FAILED`. `None` for a problem that AWS does not report.
    pub fn aws(self) -> Option<&'static str> {
        self.0.aws
    }

    /// A description of the problem in one sentence.
    pub fn summary(self) -> &'static str {
        self.0.summary
    }

    /// Whether AWS reports a place.
    pub(crate) fn is_located(self) -> bool {
        self.0.located
    }

    /// The code with this number. The case of letters is ignored.
    pub fn from_id(id: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id))
    }

    /// The code that a misspelt number may have meant.
    ///
    /// ```
    /// use asl_model::Code;
    /// assert_eq!(Code::nearest("ASL19"), Code::from_id("ASL0019"));
    /// assert_eq!(Code::nearest("hello"), None);
    /// ```
    pub fn nearest(text: &str) -> Option<Code> {
        let number = |id: &str| id.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().ok();
        let same = |code: &&Code| number(text).is_some() && number(code.id()) == number(text);
        let near = || nearest(text, Code::ALL.iter().map(|code| code.id())).and_then(Code::from_id);
        Code::ALL.iter().find(same).copied().or_else(near)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

macro_rules! codes {
    ($($name:ident $id:literal $aws:expr, $located:literal, $summary:literal;)*) => {
        impl Code {
            $(
                #[doc = $summary]
                pub const $name: Code = Code(&Entry { id: $id, aws: $aws, located: $located, summary: $summary });
            )*

            /// Every code, by number.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The page about the problem, in Markdown: its cause and its fix, with a definition that has the problem
            /// (in a block marked `json invalid`) and one that does not (`json valid`). Further words after `invalid`
            /// and `valid` are arguments for `asl validate`.
            ///
            /// ```
            /// use asl_model::Code;
            /// assert!(Code::UNREACHABLE.page().starts_with("# ASL0020: A state cannot be reached\n"));
            /// ```
            pub fn page(self) -> &'static str {
                match self.id() {
                    $($id => include_str!(concat!("../docs/codes/", $id, ".md")),)*
                    _ => "",
                }
            }
        }
    };
}

const SCHEMA: Option<&str> = Some("SCHEMA_VALIDATION_FAILED");
const TARGET: Option<&str> = Some("MISSING_TRANSITION_TARGET");

codes! {
    INVALID_JSON "ASL0001" Some("INVALID_JSON_DESCRIPTION"), true, "The text is not valid JSON (or YAML).";
    NOT_AN_OBJECT "ASL0002" SCHEMA, false, "The definition is empty or not an object.";
    TOO_DEEP "ASL0003" Some("TOO_DEEPLY_NESTED"), true, "The definition is nested too deeply.";
    DUPLICATE_KEY "ASL0004" None, true, "An object has the same key twice; the last one counts.";
    MISSING_FIELD "ASL0005" SCHEMA, true, "A required field is missing.";
    WRONG_TYPE "ASL0006" SCHEMA, true, "A field has a value of the wrong type.";
    NOT_ALLOWED_VALUE "ASL0007" SCHEMA, true, "A field has a value that is not among the allowed ones.";
    OUT_OF_RANGE "ASL0008" SCHEMA, true, "A number, text or list is too small or too large.";
    FIELD_NOT_SUPPORTED "ASL0009" SCHEMA, true, "A field does not belong to this type of state.";
    WRONG_QUERY_LANGUAGE "ASL0010" SCHEMA, true, "A field belongs to the other query language.";
    LANGUAGE_DOWNGRADE "ASL0011" SCHEMA, true, "A state uses JSONPath in a machine that uses JSONata.";
    EXCLUSIVE_FIELDS "ASL0012" SCHEMA, true, "Fields exclude each other, or exactly one of several is required.";
    UNKNOWN_FIELD "ASL0013" SCHEMA, true, "The language does not have a field of this name.";
    EMPTY "ASL0014" SCHEMA, true, "A list or an object that must not be empty is empty.";
    INVALID_TIMESTAMP "ASL0015" SCHEMA, true, "A text is not an RFC 3339 timestamp.";
    INVALID_RESOURCE "ASL0016" SCHEMA, true, "A resource is not an ARN that a task can have.";
    INVALID_STATE_NAME "ASL0017" Some("INVALID_STATE_NAME"), true, "The name of a state is empty or too long.";
    DUPLICATE_STATE_NAME "ASL0018" Some("DUPLICATE_STATE_NAME"), true, "Two states of the definition share a name.";
    MISSING_TARGET "ASL0019" TARGET, true, "A transition leads to a state that does not exist.";
    UNREACHABLE "ASL0020" TARGET, true, "A state cannot be reached.";
    NO_TERMINAL_STATE "ASL0021" Some("MISSING_END_STATE"), false, "A machine has no state that ends it.";
    ERROR_EQUALS "ASL0022" SCHEMA, true, "`States.ALL` is not alone in its list, or its list is not the last.";
    CHOICE_RULE "ASL0023" SCHEMA, true, "A choice rule has no operator, several operators, or a misplaced one.";
    INVALID_LABEL "ASL0024" Some("INVALID_LABEL_NAME"), true, "The label of a Map is empty, too long, or contains a forbidden character.";
    DUPLICATE_LABEL "ASL0025" Some("DUPLICATE_LABEL_NAME"), true, "Two Maps share a label.";
    EXPRESSION "ASL0026" SCHEMA, true, "A path, an intrinsic function or an expression is not well-formed.";
    EXPRESS "ASL0027" SCHEMA, true, "An Express machine uses a feature that only Standard machines have.";
    VARIABLE "ASL0028" Some("INVALID_VARIABLE_NAME"), true, "The name of a variable is not an identifier, or is too long.";
    LIMIT "ASL0029" None, true, "A limit of the service is exceeded.";
    NOT_BUILT "ASL0030" None, true, "The feature is valid, but not part of this build.";
    SUBSTITUTION "ASL0031" None, true, "The name of a substitution does not occur in the text.";
    NEEDS_DISTRIBUTED "ASL0032" None, true, "A field has an effect only in a distributed Map.";
    INVALID_JSONATA "ASL0033" Some("INVALID_JSONATA_EXPRESSION"), true, "A JSONata expression is not well-formed.";
    UNSUPPORTED_JSONATA "ASL0034" Some("UNSUPPORTED_JSONATA_EXPRESSION"), true, "A JSONata expression refers to something that does not exist in its place.";
    RESERVED_VARIABLE "ASL0035" Some("RESERVED_VARIABLE_NAME"), true, "A variable is named `states`.";
    SHADOWED_VARIABLE "ASL0036" SCHEMA, true, "A branch or an iteration assigns a variable of an enclosing machine.";
    USELESS_HANDLER "ASL0037" None, true, "A retrier or catcher handles errors that never reach it.";
    NO_DOLLAR "ASL0038" Some("NO_DOLLAR"), true, "A text looks like a path or a function call, but its name does not end in `.$`.";
    NO_PATH "ASL0039" Some("NO_PATH"), true, "A text looks like a path, but the name of its field does not end in `Path`.";
    STATIC_RESULT "ASL0040" Some("PASS_RESULT_IS_STATIC"), true, "The `Result` of a Pass state contains a path, which is not evaluated.";
    UNASSIGNED_VARIABLE "ASL0041" None, true, "A state reads a variable that is not assigned on any path to it.";
    PLACEHOLDER "ASL0042" None, true, "A `${Name}` in the text has no value.";
    NOT_DURABLE "ASL0043" None, true, "A Lambda durable function cannot run the state.";
    DURABLE_BUDGET "ASL0044" None, true, "An execution may need more operations than a durable execution may have.";
}
