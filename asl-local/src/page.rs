//! [`Page`]: pagination of lists.

use std::hash::{DefaultHasher, Hash, Hasher};

use asl_value::{Array, Value, json};

use crate::error::ApiError;
use crate::wire::Fields;

/// The page of a list that a request asks for.
pub(crate) struct Page {
    most: usize,
    most_bytes: usize,
    after: Option<u128>,
    /// A hash of the request without its page: a token is valid for the same list only.
    list: u64,
}

/// Whether the keys of a list are ascending or descending.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Rising,
    Falling,
}

impl Page {
    /// Reads `maxResults` and `nextToken`, and reports the violations found so far.
    pub(crate) fn read(
        fields: &mut Fields<'_>,
        longest_token: usize,
        list: impl Hash,
    ) -> Result<Page, ApiError> {
        let most = fields.integer("maxResults", 0..=1000).filter(|most| *most > 0).unwrap_or(100);
        let token = fields.text("nextToken", 1..=longest_token);
        fields.check()?;
        let mut hasher = DefaultHasher::new();
        list.hash(&mut hasher);
        let list = hasher.finish();
        let after = token.map(|token| key(token, list).ok_or_else(ApiError::invalid_token)).transpose()?;
        Ok(Page { most: usize::try_from(most).unwrap_or(100), most_bytes: usize::MAX, after, list })
    }

    /// The key after which the page begins.
    pub(crate) fn after(&self) -> Option<u128> {
        self.after
    }

    /// The most items of the page.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// Limits the page to this many bytes of JSON text. A page has at least one item.
    pub(crate) fn within(self, most_bytes: usize) -> Page {
        Page { most_bytes, ..self }
    }

    /// Returns the page, with the token of the next page if there is one. The items must be sorted by key.
    pub(crate) fn answer(
        &self,
        name: &'static str,
        order: Order,
        items: impl Iterator<Item = (impl Into<u128>, impl FnOnce() -> Value)>,
    ) -> Value {
        let items = items.map(|(key, item)| (key.into(), item));
        let mut items = items.skip_while(|(key, _)| match (self.after, order) {
            (None, _) => false,
            (Some(after), Order::Rising) => *key <= after,
            (Some(after), Order::Falling) => *key >= after,
        });
        let (mut shown, mut bytes, mut last) = (Array::new(), 0_usize, 0);
        let follows = loop {
            let Some((key, item)) = items.next() else { break false };
            if shown.len() >= self.most {
                break true;
            }
            let item = item();
            bytes = bytes.saturating_add(item.encoded_len());
            if bytes > self.most_bytes && !shown.is_empty() {
                break true;
            }
            shown.push(item);
            last = key;
        };
        if follows {
            json!({(name): shown, "nextToken": format!("{:016x}{last:032x}", self.list)})
        } else {
            json!({(name): shown})
        }
    }
}

fn key(token: &str, list: u64) -> Option<u128> {
    let (of, key) = token.split_at_checked(16)?;
    let right = u64::from_str_radix(of, 16).ok()? == list && key.len() == 32;
    u128::from_str_radix(key, 16).ok().filter(|_| right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: Value, order: Order, expected: &str) -> Value {
        let body = body.as_object().expect("an object").clone();
        let page = Page::read(&mut Fields::new(&body), 1024, "numbers").expect("a page");
        let keys: Vec<u64> = if order == Order::Rising { (1..=5).collect() } else { (1..=5).rev().collect() };
        let answer = page.answer("items", order, keys.into_iter().map(|key| (key, move || Value::from(key))));
        assert_eq!(answer["items"].to_string(), expected);
        answer["nextToken"].clone()
    }

    #[test]
    fn pages_follow_each_other() {
        for (order, pages) in
            [(Order::Rising, ["[1,2]", "[3,4]", "[5]"]), (Order::Falling, ["[5,4]", "[3,2]", "[1]"])]
        {
            let mut token = Value::Null;
            for expected in pages {
                token = check(json!({"maxResults": 2, "nextToken": token}), order, expected);
            }
            assert!(token.is_null());
            check(json!({}), order, if order == Order::Rising { "[1,2,3,4,5]" } else { "[5,4,3,2,1]" });
        }
    }

    #[test]
    fn a_page_holds_no_more_bytes_than_it_may() {
        for (most_bytes, expected) in [(0, 1), (9, 1), (10, 1), (19, 1), (20, 2), (usize::MAX, 3)] {
            let page = Page { most: 100, most_bytes: usize::MAX, after: None, list: 0 }.within(most_bytes);
            let items = (1_u64..=3).map(|key| (key, || Value::from("x".repeat(8))));
            let answer = page.answer("items", Order::Rising, items);
            assert_eq!(answer["items"].as_array().map(|items| items.len()), Some(expected), "{most_bytes}");
            assert_eq!(answer["nextToken"].is_null(), expected == 3, "{most_bytes}");
        }
    }

    #[test]
    fn a_token_is_of_use_for_its_list_only() {
        let token = check(json!({"maxResults": 2}), Order::Rising, "[1,2]");
        for (bad, list) in
            [(token.clone(), "others"), ("x".into(), "numbers"), ("é".repeat(16).into(), "numbers")]
        {
            let body = json!({"nextToken": bad}).as_object().expect("an object").clone();
            let page = Page::read(&mut Fields::new(&body), 1024, list);
            assert_eq!(page.err().map(|error| error.name()), Some("InvalidToken"));
        }
    }
}
