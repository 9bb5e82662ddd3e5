//! [`Layouts`]: the drawings of definitions.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_graph::{Chart, Layout};
use asl_model::{Source, parse};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::error::ApiError;

/// The bytes of all drawings that are kept, with their definitions.
const MOST_BYTES: usize = 32 << 20;

/// A drawing of a large definition takes seconds, so that a single one keeps a processor busy.
const AT_A_TIME: usize = 2;

/// Draws definitions, and keeps the drawings that were used last.
pub(super) struct Layouts {
    recent: Mutex<VecDeque<Drawn>>,
    permits: Semaphore,
}

struct Drawn {
    definition: String,
    layout: Arc<str>,
}

impl Default for Layouts {
    fn default() -> Layouts {
        Layouts { recent: Mutex::default(), permits: Semaphore::new(AT_A_TIME) }
    }
}

impl Layouts {
    /// The layout of a definition as JSON text; `null` if it cannot be read at all, or is too large to be drawn.
    pub(super) async fn of(&self, app: &App, definition: &str) -> Result<Arc<str>, ApiError> {
        if let Some(known) = self.known(definition) {
            return Ok(known);
        }
        // Never closed.
        let _permit = self.permits.acquire().await.ok();
        // Another request may have drawn it in the meantime.
        if let Some(known) = self.known(definition) {
            return Ok(known);
        }
        let text = definition.to_owned();
        let (definition, layout) = app
            .compute(async move {
                let layout = draw(&text);
                (text, layout)
            })
            .await?;
        self.keep(Drawn { definition, layout: Arc::clone(&layout) });
        Ok(layout)
    }

    fn known(&self, definition: &str) -> Option<Arc<str>> {
        let mut recent = self.recent();
        let at = recent.iter().position(|drawn| drawn.definition == definition)?;
        let drawn = recent.remove(at)?;
        let layout = Arc::clone(&drawn.layout);
        recent.push_back(drawn);
        Some(layout)
    }

    fn keep(&self, drawn: Drawn) {
        let mut recent = self.recent();
        recent.push_back(drawn);
        let bytes = |recent: &VecDeque<Drawn>| {
            recent.iter().map(|drawn| drawn.definition.len() + drawn.layout.len()).sum::<usize>()
        };
        while recent.len() > 1 && bytes(&recent) > MOST_BYTES {
            recent.pop_front();
        }
    }

    fn recent(&self) -> MutexGuard<'_, VecDeque<Drawn>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The layout of a definition as JSON text, or `null`.
pub(super) fn draw(definition: &str) -> Arc<str> {
    let parsed = parse(&Source::json(definition));
    // While a definition is being written, what can be read of it is drawn.
    let machine = parsed.machine.or(parsed.fragment);
    let layout = machine.and_then(|machine| Layout::of(&Chart::of(&machine)).ok());
    layout.map_or_else(|| "null".into(), |layout| layout.to_json().to_json().into())
}
