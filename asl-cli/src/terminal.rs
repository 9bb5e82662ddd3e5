//! [`Terminal`]: where the command reads and writes.

use std::fmt;
use std::io::{self, IsTerminal, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The input and outputs of the command.
///
/// [`of_process`](Terminal::of_process) has the streams of the process. [`captured`](Terminal::captured) has streams in
/// memory, for tests and for programs that use the command as a library.
pub struct Terminal {
    /// Read if an argument is `-`.
    pub stdin: Box<dyn Read + Send>,
    /// Results.
    pub stdout: Sink,
    /// Everything else: diagnostics, and the path of an execution.
    pub stderr: Sink,
}

impl Terminal {
    /// The streams of the process. Coloured on a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    pub fn of_process() -> Terminal {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let styled = |is_terminal: bool| is_terminal && !set("NO_COLOR") && !dumb;
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let (out_styled, err_styled) = (styled(stdout.is_terminal()), styled(stderr.is_terminal()));
        Terminal {
            stdin: Box::new(io::stdin()),
            stdout: Sink::new(stdout, out_styled),
            stderr: Sink::new(stderr, err_styled),
        }
    }
}

impl fmt::Debug for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terminal")
            .field("stdout", &self.stdout)
            .field("stderr", &self.stderr)
            .finish_non_exhaustive()
    }
}

/// An output stream for text. After the first error it discards what is written, so that a closed pipe does not end the
/// command.
#[derive(Clone)]
pub struct Sink {
    stream: Arc<Mutex<Stream>>,
    styled: bool,
}

struct Stream {
    writer: Box<dyn Write + Send>,
    /// What stands below the lines.
    status: Option<String>,
    error: Option<io::Error>,
}

/// Back to the beginning of a line that is then empty.
const CLEARED: &str = "\r\x1b[2K";

impl Sink {
    /// Writes to `writer`, with colours or without.
    pub fn new(writer: impl Write + Send + 'static, styled: bool) -> Sink {
        let stream = Stream { writer: Box::new(writer), status: None, error: None };
        Sink { stream: Arc::new(Mutex::new(stream)), styled }
    }

    /// Whether the stream supports colours.
    pub fn is_styled(&self) -> bool {
        self.styled
    }

    /// Writes a line.
    pub fn line(&self, text: impl fmt::Display) {
        let stream = &mut *self.lock();
        if stream.error.is_none() {
            let written = match &stream.status {
                None => writeln!(stream.writer, "{text}"),
                Some(status) => write!(stream.writer, "{CLEARED}{text}\n{status}"),
            };
            stream.error = written.and_then(|()| stream.writer.flush()).err();
        }
    }

    /// Shows a text below the lines that are written, in place of the one before; `None` to show none. Only for a terminal
    /// that is [styled](Sink::is_styled).
    pub(crate) fn status(&self, text: Option<String>) {
        let stream = &mut *self.lock();
        if stream.error.is_none() && self.styled && stream.status != text {
            let written = write!(stream.writer, "{CLEARED}{}", text.as_deref().unwrap_or_default());
            stream.error = written.and_then(|()| stream.writer.flush()).err();
            stream.status = text;
        }
    }

    /// The error that closed the stream, if it should be reported. A reader that went away (`asl … | head`) should not.
    pub(crate) fn error(&self) -> Option<String> {
        let stream = self.lock();
        let error = stream.error.as_ref().filter(|error| error.kind() != io::ErrorKind::BrokenPipe)?;
        Some(error.to_string())
    }

    fn lock(&self) -> MutexGuard<'_, Stream> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes bytes, for a protocol. Unlike lines, they report an error.
impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().writer.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.lock().writer.flush()
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").field("styled", &self.styled).finish_non_exhaustive()
    }
}

impl Terminal {
    /// Streams in memory, without colours: for tests and for programs that use the command as a library.
    pub fn captured(stdin: impl Into<Vec<u8>>) -> (Terminal, Printed) {
        let printed = Printed::default();
        let terminal = Terminal {
            stdin: Box::new(io::Cursor::new(stdin.into())),
            stdout: Sink::new(printed.stdout.clone(), false),
            stderr: Sink::new(printed.stderr.clone(), false),
        };
        (terminal, printed)
    }
}

/// What was printed to a [captured](Terminal::captured) terminal.
#[derive(Debug, Clone, Default)]
pub struct Printed {
    stdout: Buffer,
    stderr: Buffer,
}

impl Printed {
    /// The results so far.
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// Everything else so far.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }
}

#[derive(Debug, Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_written_above_the_status() {
        let buffer = Buffer::default();
        let sink = Sink::new(buffer.clone(), true);
        sink.line("a");
        sink.status(Some("50 %".to_owned()));
        sink.status(Some("50 %".to_owned()));
        sink.line("b");
        sink.status(None);
        sink.line("c");
        assert_eq!(buffer.text(), "a\n\r\x1b[2K50 %\r\x1b[2Kb\n50 %\r\x1b[2Kc\n");
        let plain = Buffer::default();
        Sink::new(plain.clone(), false).status(Some("50 %".to_owned()));
        assert_eq!(plain.text(), "");
    }
}
