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
    error: Option<io::Error>,
}

impl Sink {
    /// Writes to `writer`, with colours or without.
    pub fn new(writer: impl Write + Send + 'static, styled: bool) -> Sink {
        let stream = Stream { writer: Box::new(writer), error: None };
        Sink { stream: Arc::new(Mutex::new(stream)), styled }
    }

    /// Whether the stream supports colours.
    pub fn is_styled(&self) -> bool {
        self.styled
    }

    /// Writes a line.
    pub fn line(&self, text: impl fmt::Display) {
        let mut stream = self.lock();
        if stream.error.is_none() {
            let written = writeln!(stream.writer, "{text}").and_then(|()| stream.writer.flush());
            stream.error = written.err();
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
