//! [`Cache`]: values that are expensive to get and valid for a while.

use std::collections::HashMap;
use std::fmt;
use std::time::SystemTime;

use tokio::sync::Mutex;

use crate::clock;

/// Further values are not cached.
const MAX_ENTRIES: usize = 256;

/// Values by key, each reused until it is about to expire. `Debug` prints none: they are keys and tokens.
pub(crate) struct Cache<V>(Mutex<HashMap<String, Entry<V>>>);

struct Entry<V> {
    value: V,
    fresh_until: SystemTime,
}

impl<V> Entry<V> {
    fn is_fresh(&self) -> bool {
        self.fresh_until > clock::now()
    }
}

impl<V: Clone> Cache<V> {
    /// The cached value, or the one that `fetch` gets, with the time until which it may be reused.
    ///
    /// Others wait meanwhile, so that tasks which start together fetch once.
    pub(crate) async fn get_or_fetch<E>(
        &self,
        key: &str,
        fetch: impl Future<Output = Result<(V, SystemTime), E>>,
    ) -> Result<V, E> {
        let mut entries = self.0.lock().await;
        if let Some(known) = entries.get(key).filter(|known| known.is_fresh()) {
            return Ok(known.value.clone());
        }
        let (value, fresh_until) = fetch.await?;
        entries.retain(|_, known| known.is_fresh());
        let entry = Entry { value: value.clone(), fresh_until };
        if entry.is_fresh() && entries.len() < MAX_ENTRIES {
            entries.insert(key.to_owned(), entry);
        }
        Ok(value)
    }

    pub(crate) async fn remove(&self, key: &str) {
        self.0.lock().await.remove(key);
    }
}

impl<V> Default for Cache<V> {
    fn default() -> Self {
        Cache(Mutex::default())
    }
}

impl<V> fmt::Debug for Cache<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache(..)")
    }
}
