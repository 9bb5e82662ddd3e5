//! The functions of JSONata, in our own words. A test compares the table with what the engine has.

/// A function of JSONata.
pub(crate) struct FunctionPage {
    /// Without its `$`.
    pub(crate) name: &'static str,
    pub(crate) arguments: &'static str,
    pub(crate) about: &'static str,
}

/// The function with this name.
pub(crate) fn named(name: &str) -> Option<&'static FunctionPage> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

const fn function(name: &'static str, arguments: &'static str, about: &'static str) -> FunctionPage {
    FunctionPage { name, arguments, about }
}

pub(crate) const FUNCTIONS: &[FunctionPage] = &[
    function("abs", "number", "The number without its sign."),
    function("append", "array1, array2", "The items of both arrays, in one."),
    function("assert", "condition, message", "Fails with the message if the condition is false."),
    function("average", "numbers", "The mean of the numbers."),
    function("base64decode", "text", "The text that is written in Base64."),
    function("base64encode", "text", "The text in Base64."),
    function("boolean", "value", "Whether the value counts as true: not empty, not zero, not null."),
    function("ceil", "number", "The smallest integer that is not below the number."),
    function("clone", "value", "A copy of the value."),
    function(
        "contains",
        "text, pattern",
        "Whether the text contains a text, or matches a regular expression.",
    ),
    function("count", "array", "How many items the array has."),
    function("decodeUrl", "text", "The URL without percent encoding."),
    function("decodeUrlComponent", "text", "The part of a URL without percent encoding."),
    function("distinct", "array", "The items without repetitions."),
    function("each", "object, function", "What the function returns for each value and key of the object."),
    function("encodeUrl", "text", "The URL with percent encoding where it is needed."),
    function(
        "encodeUrlComponent",
        "text",
        "The text as a part of a URL: every special character is percent-encoded.",
    ),
    function("error", "message", "Fails with the message."),
    function("exists", "value", "Whether the expression has a value."),
    function("filter", "array, function", "The items for which the function returns true."),
    function("floor", "number", "The largest integer that is not above the number."),
    function("formatBase", "number, radix", "The integer in another base, 10 if none is given."),
    function(
        "formatInteger",
        "number, picture",
        "The integer as a picture says, such as `w` for words and `I` for Roman numerals.",
    ),
    function("formatNumber", "number, picture, options", "The number as a picture says, such as `#,##0.00`."),
    function(
        "fromMillis",
        "milliseconds, picture, timezone",
        "The instant as a text; ISO 8601 without a picture.",
    ),
    function(
        "hash",
        "text, algorithm",
        "The hash of the text: MD5, SHA-1, SHA-256, SHA-384 or SHA-512. A function of Step Functions.",
    ),
    function("join", "texts, separator", "The texts as one, with the separator between them."),
    function("keys", "object", "The keys of the object, or of all objects in an array."),
    function("length", "text", "How many characters the text has."),
    function("lookup", "object, key", "The value of a key."),
    function("lowercase", "text", "The text in lower case."),
    function("map", "array, function", "What the function returns for each item, index and the whole array."),
    function(
        "match",
        "text, pattern, limit",
        "What a regular expression matches: `match`, `index` and `groups`.",
    ),
    function("max", "numbers", "The largest of the numbers."),
    function("merge", "objects", "The members of all objects, in one; later ones win."),
    function("millis", "", "The present time, in milliseconds since 1970."),
    function("min", "numbers", "The smallest of the numbers."),
    function("not", "value", "Whether the value counts as false."),
    function("now", "picture, timezone", "The present time as a text; ISO 8601 without a picture."),
    function("number", "value", "The number that a text or a boolean represents."),
    function(
        "pad",
        "text, width, characters",
        "The text filled up to a width; on the left if the width is negative.",
    ),
    function("parse", "text", "The value of a JSON text. A function of Step Functions, in place of `$eval`."),
    function("parseInteger", "text, picture", "The integer that a text represents as a picture says."),
    function("partition", "array, size", "The array in parts of a size. A function of Step Functions."),
    function("power", "base, exponent", "The base raised to the exponent."),
    function(
        "random",
        "seed",
        "A number from 0 up to, but not including, 1; with a seed, always the same one.",
    ),
    function(
        "range",
        "first, last, step",
        "The numbers from the first to the last. A function of Step Functions.",
    ),
    function(
        "reduce",
        "array, function, initial",
        "The array combined to one value, by a function of the value so far and the next item.",
    ),
    function(
        "replace",
        "text, pattern, replacement, limit",
        "The text with a text or the matches of a regular expression replaced.",
    ),
    function("reverse", "array", "The items in reverse order."),
    function("round", "number, precision", "The number rounded, halves to the even neighbour."),
    function("shuffle", "array", "The items in a random order."),
    function("sift", "object, function", "The members of the object for which the function returns true."),
    function(
        "single",
        "array, function",
        "The only item for which the function returns true; fails if there is none or several.",
    ),
    function(
        "sort",
        "array, function",
        "The items in order; the function says whether its first argument comes after its second.",
    ),
    function("split", "text, separator, limit", "The parts of the text between the separators."),
    function("spread", "object", "An object for each member of the object."),
    function("sqrt", "number", "The square root of the number."),
    function("string", "value, prettify", "The value as a text; JSON for objects and arrays."),
    function("substring", "text, start, length", "A part of the text; a negative start counts from the end."),
    function("substringAfter", "text, characters", "The text after the first occurrence of the characters."),
    function(
        "substringBefore",
        "text, characters",
        "The text before the first occurrence of the characters.",
    ),
    function("sum", "numbers", "The sum of the numbers."),
    function("toMillis", "timestamp, picture", "The instant of a text, in milliseconds since 1970."),
    function("trim", "text", "The text without spaces around it, and with single spaces inside."),
    function(
        "type",
        "value",
        "The type of the value: `null`, `number`, `string`, `boolean`, `array`, `object` or `function`.",
    ),
    function("uppercase", "text", "The text in upper case."),
    function("uuid", "", "A random UUID, version 4. A function of Step Functions."),
    function("zip", "arrays…", "Arrays of the items at the same index of each array."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_of_the_engine_has_a_page() {
        let pages: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
        assert_eq!(pages, asl_jsonata::function_names().collect::<Vec<_>>());
    }
}
