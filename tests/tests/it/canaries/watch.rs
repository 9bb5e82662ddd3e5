//! Where secrets are looked for.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use super::sources::CANARY;

/// Everything that somebody could see, with its place.
#[derive(Debug, Default)]
pub(crate) struct Seen(Vec<(String, String)>);

impl Seen {
    pub(crate) fn add(&mut self, place: impl Into<String>, text: impl Into<String>) {
        self.0.push((place.into(), text.into()));
    }

    /// The statuses of executions.
    pub(crate) fn outcomes(&self) -> Vec<String> {
        self.0.iter().filter(|(place, _)| place == "status").map(|(_, status)| status.clone()).collect()
    }

    /// Where a secret is.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.0.iter().flat_map(|(place, text)| secrets(place, text)).collect()
    }
}

/// Everything that is logged on this thread.
#[derive(Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<Vec<u8>>>);

impl Watch {
    pub(crate) fn during(&self, work: impl FnOnce()) {
        let log = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(self.clone())
            .with_ansi(false)
            .finish();
        tracing::subscriber::with_default(log, work);
    }

    /// Where a canary is.
    pub(crate) fn secrets(&self) -> Vec<String> {
        secrets("the log", &self.text())
    }

    /// Where this text is.
    pub(crate) fn find(&self, secret: &str) -> Option<String> {
        find("the log", &self.text(), secret)
    }

    pub(crate) fn lines(&self) -> usize {
        self.text().lines().count()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Watch {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Watch {
    type Writer = Watch;

    fn make_writer(&'w self) -> Watch {
        self.clone()
    }
}

/// Looks for a canary in clear text and in base64, in which it can begin at three places.
fn secrets(place: &str, text: &str) -> Vec<String> {
    let encoded = ["", "x", "xx"].map(|before| {
        let encoded = base64(&format!("{before}{CANARY}"));
        // The first characters depend on what is before, the last ones on what is behind.
        encoded[4..encoded.len() - 4].to_owned()
    });
    let forms = std::iter::once(CANARY).chain(encoded.iter().map(String::as_str));
    forms.filter_map(|form| find(place, text, form)).collect()
}

fn find(place: &str, text: &str, secret: &str) -> Option<String> {
    let at = text.find(secret)?;
    let from = text[..at].char_indices().rev().nth(300).map_or(0, |(at, _)| at);
    let to = text[at..].char_indices().nth(100).map_or(text.len(), |(behind, _)| at + behind);
    Some(format!("{place}: … {} …", &text[from..to]))
}

pub(crate) fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letters = |chunk: &[u8]| {
        let bits = chunk.iter().chain(&[0, 0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let letter = |place: u32| char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]);
        (0..4).map(letter).take(chunk.len() + 1).collect::<String>()
    };
    text.as_bytes().chunks(3).map(letters).collect()
}
