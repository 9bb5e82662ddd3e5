//! Processes of the function, each of which runs one invocation at a time.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use crate::Result;
use crate::running::Running;

/// The function: its program and what it runs.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) program: PathBuf,
    pub(super) definition: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Parent { workers: usize },
    Worker,
}

/// An event on its way to a process.
pub(super) struct Event {
    pub(super) id: String,
    pub(super) payload: String,
    /// Told when the process has it.
    pub(super) taken: Option<Sender<()>>,
}

/// A place for a process.
pub(super) struct Place {
    role: Role,
    process: Mutex<Option<Running>>,
    /// How often a process was started here.
    starts: AtomicU64,
    send: Sender<Event>,
    next: Mutex<Receiver<Event>>,
}

impl Place {
    pub(super) fn new(role: Role) -> Place {
        let (send, next) = channel();
        Place { role, process: Mutex::default(), starts: AtomicU64::new(0), send, next: Mutex::new(next) }
    }

    /// Starts the process, which asks for events at `/{number}/`. One that runs is killed.
    pub(super) fn start(&self, number: usize, function: &Function, cloud: SocketAddr) -> Result<()> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        drop(process.take());
        let mut command = Command::new(&function.program);
        command
            .env("AWS_LAMBDA_RUNTIME_API", format!("http://{cloud}/{number}"))
            .env("AWS_LAMBDA_FUNCTION_NAME", "orders")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "2048")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "none")
            .env("AWS_SECRET_ACCESS_KEY", "none")
            .env("AWS_ENDPOINT_URL", format!("http://{cloud}"))
            .env("ASL_DEFINITION", &function.definition)
            .env("ASL_EXPRESS_PATTERNS", "all")
            .env("ASL_LIMITS", "unlimited")
            .env("ASL_LOG_LEVEL", "OFF");
        match self.role {
            Role::Worker => command.env("ASL_MAP_WORKER", "true"),
            Role::Parent { workers } => {
                // A worker runs 23 children at a time, whose outputs may have 256 KiB each: all of a batch.
                let most = [("ASL_MAP_WORKERS", workers.to_string()), ("ASL_MAP_BATCH", "20".to_owned())];
                command.env("ASL_MAP_FUNCTION", "orders").envs(most)
            }
        };
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.starts.fetch_add(1, Ordering::SeqCst);
        *process = Some(Running::start(command)?);
        Ok(())
    }

    pub(super) fn send(&self, event: Event) {
        // The receiver lives as long as this.
        let _ = self.send.send(event);
    }

    /// Waits for the next event. `None` if the process that asks has been killed meanwhile.
    pub(super) fn next(&self) -> Option<Event> {
        let of = self.starts.load(Ordering::SeqCst);
        let event = self.next.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()?;
        if of == self.starts.load(Ordering::SeqCst) {
            return Some(event);
        }
        self.send(event);
        None
    }

    /// Whether the process has not ended by itself.
    pub(super) fn runs(&self) -> bool {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        process.as_mut().is_some_and(|process| process.still_runs().is_ok())
    }

    /// The most memory that the process has had, in KiB.
    pub(super) fn memory(&self) -> Result<u64> {
        let process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let id = process.as_ref().ok_or("no process")?.id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }
}
