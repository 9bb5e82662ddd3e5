//! [`Pointer`]: the path to a value in a document.

use std::fmt;

use crate::Text;

/// The path from the root of a document to one of its values.
///
/// `Display` prints it as a JSON Pointer (RFC 6901); [`location`](Pointer::location) writes it as AWS writes locations
/// in messages. [`Value::pointer`](crate::Value::pointer) looks up the value.
///
/// ```
/// use asl_value::{json, Pointer};
/// let place = Pointer::root().key("Choices").index(0).key("a/b");
/// assert_eq!(place.to_string(), "/Choices/0/a~1b");
/// assert_eq!(place.location(), "/Choices[0]/a/b");
/// assert_eq!(json!({"Choices": [{"a/b": 1}]}).pointer(&place), Some(&json!(1)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer(Vec<Segment>);

/// One step of a [`Pointer`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// A member of an object.
    Key(Text),
    /// An item of an array.
    Index(usize),
}

impl Pointer {
    /// The document itself.
    pub fn root() -> Pointer {
        Pointer::default()
    }

    /// The pointer to the member `name` of this value.
    #[must_use]
    pub fn key(&self, name: impl Into<Text>) -> Pointer {
        self.with(Segment::Key(name.into()))
    }

    /// The pointer to the item `index` of this value.
    #[must_use]
    pub fn index(&self, index: usize) -> Pointer {
        self.with(Segment::Index(index))
    }

    fn with(&self, segment: Segment) -> Pointer {
        let mut segments = Vec::with_capacity(self.0.len() + 1);
        segments.extend_from_slice(&self.0);
        segments.push(segment);
        Pointer(segments)
    }

    /// Adds a step, in place.
    pub fn push(&mut self, segment: Segment) {
        self.0.push(segment);
    }

    /// Removes the last step, in place, and returns it.
    pub fn pop(&mut self) -> Option<Segment> {
        self.0.pop()
    }

    /// The pointer to the container of this value; `None` for the root.
    pub fn parent(&self) -> Option<Pointer> {
        let (_, parents) = self.0.split_last()?;
        Some(Pointer(parents.to_vec()))
    }

    /// The steps from the root.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The location as AWS writes it in messages: `/States/C/Choices[0]/Next`, with names unescaped, and `/` for the
    /// root.
    pub fn location(&self) -> String {
        if self.0.is_empty() {
            return "/".to_owned();
        }
        let mut text = String::new();
        for segment in &self.0 {
            match segment {
                Segment::Key(name) => {
                    text.push('/');
                    text.push_str(name);
                }
                Segment::Index(index) => text.push_str(&format!("[{index}]")),
            }
        }
        text
    }

    /// The path as a state would write it: `$.items[0]['unit price']`.
    ///
    /// ```
    /// use asl_value::Pointer;
    /// assert_eq!(Pointer::root().key("items").index(0).key("it's").path(), r"$.items[0]['it\'s']");
    /// ```
    pub fn path(&self) -> String {
        let mut text = "$".to_owned();
        for segment in &self.0 {
            match segment {
                Segment::Key(name) if is_plain(name) => {
                    text.push('.');
                    text.push_str(name);
                }
                Segment::Key(name) => {
                    let name = name.replace('\\', r"\\").replace('\'', r"\'");
                    text.push_str(&format!("['{name}']"));
                }
                Segment::Index(index) => text.push_str(&format!("[{index}]")),
            }
        }
        text
    }
}

/// Whether a name can follow a dot in a path.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// A JSON Pointer (RFC 6901): `/Choices/0/Next`, with `~` and `/` in names escaped; empty for the root.
impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.0 {
            match segment {
                Segment::Key(name) => write!(f, "/{}", name.replace('~', "~0").replace('/', "~1"))?,
                Segment::Index(index) => write!(f, "/{index}")?,
            }
        }
        Ok(())
    }
}

impl FromIterator<Segment> for Pointer {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        Pointer(segments.into_iter().collect())
    }
}
