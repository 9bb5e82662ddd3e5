//! [`Str`]: a shared string whose memory is metered, and [`Text`]: a string that is being built.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use crate::error::Result;
use crate::meter::{self, Scratch};

/// What a string takes besides its text: two counts, and the allocator's share.
const OVERHEAD: usize = 32;

/// A string of the evaluation. Clones share it; the last one gives its memory back to the meter.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Str(Rc<str>);

impl Str {
    fn new(text: Rc<str>) -> Str {
        meter::hold(text.len() + OVERHEAD);
        Str(text)
    }

    /// Whether two strings are the same piece of memory.
    pub(crate) fn same(&self, other: &Str) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Clone for Str {
    #[inline]
    fn clone(&self) -> Str {
        Str(self.0.clone())
    }
}

impl Drop for Str {
    #[inline]
    fn drop(&mut self) {
        if Rc::strong_count(&self.0) == 1 {
            meter::release(self.0.len() + OVERHEAD);
        }
    }
}

impl Deref for Str {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Str {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Str {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Str {
        Str::new(text.into())
    }
}

impl From<String> for Str {
    fn from(text: String) -> Str {
        Str::new(text.into())
    }
}

impl Default for Str {
    fn default() -> Str {
        Str::from("")
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// A string that is being built: what is appended is charged, and refused beyond the size limit of a string.
pub(crate) struct Text {
    text: String,
    scratch: Scratch,
}

impl Text {
    pub(crate) fn new() -> Text {
        Text {
            text: String::new(),
            scratch: Scratch::none(),
        }
    }

    /// Fails with `U1001` beyond the size limit, and when the evaluation may take no more.
    #[inline]
    pub(crate) fn push_str(&mut self, text: &str) -> Result<()> {
        meter::spend_text(text.len())?;
        self.room(text.len())?;
        self.text.push_str(text);
        Ok(())
    }

    #[inline]
    pub(crate) fn push(&mut self, c: char) -> Result<()> {
        self.room(c.len_utf8())?;
        self.text.push(c);
        Ok(())
    }

    /// The text itself, with room for `bytes` more, charged.
    pub(crate) fn room_for(&mut self, bytes: usize) -> Result<&mut String> {
        meter::spend_text(bytes)?;
        self.room(bytes)?;
        Ok(&mut self.text)
    }

    /// Appends `count` times the same character.
    pub(crate) fn repeat(&mut self, c: char, count: usize) -> Result<()> {
        let bytes = count.saturating_mul(c.len_utf8());
        meter::spend_text(bytes)?;
        self.room(bytes)?;
        self.text.extend(std::iter::repeat_n(c, count));
        Ok(())
    }

    #[inline]
    fn room(&mut self, bytes: usize) -> Result<()> {
        let len = self.text.len().saturating_add(bytes);
        if len <= self.text.capacity() {
            Ok(())
        } else {
            self.grow(len)
        }
    }

    /// Makes room for `len` bytes. The capacity at least doubles, so that charging it costs little.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, len: usize) -> Result<()> {
        meter::check_string(len)?;
        let wanted = len.max(self.text.capacity() * 2).max(64);
        meter::spend_text(self.text.len())?;
        self.scratch.grow(wanted - self.text.capacity())?;
        self.text.reserve_exact(wanted - self.text.len());
        Ok(())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn into_string(self) -> String {
        self.text
    }
}
