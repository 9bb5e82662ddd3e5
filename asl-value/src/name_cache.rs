//! [`NameCache`]: lets members of the same name share one text.

use std::cell::RefCell;

use crate::Text;

/// Remembers the names of the last members, so that ten thousand items of an array share one `"id"`.
///
/// Use one for each document that you build. It remembers a few dozen names.
///
/// ```
/// use asl_value::NameCache;
/// let names = NameCache::default();
/// assert!(std::ptr::eq(names.share("id").as_str(), names.share("id").as_str()));
/// ```
#[derive(Debug, Default)]
pub struct NameCache([RefCell<Option<Text>>; 32]);

impl NameCache {
    /// Longer names are rarely repeated, and hashing one costs more than copying it.
    const LONGEST: usize = 32;

    /// The name, as a text that is shared with equal names.
    pub fn share(&self, name: &str) -> Text {
        if name.len() > NameCache::LONGEST {
            return Text::from(name);
        }
        let hash = name.bytes().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
        let Some(place) = self.0.get(hash as usize % self.0.len()) else { return Text::from(name) };
        let mut place = place.borrow_mut();
        match &*place {
            Some(known) if **known == *name => known.clone(),
            _ => place.insert(Text::from(name)).clone(),
        }
    }
}
