//! A data folder, and a server with it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use asl_local::{Config, DataDir, Retention, Server};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::Client;

/// A folder that is removed in the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let made = MADE.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("asl-data-{}-{made}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Folder(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn open(&self) -> DataDir {
        DataDir::open(&self.0, Retention::default()).expect("a data folder")
    }

    /// A copy, as the folder is left when the process is killed now. Nothing may be written meanwhile.
    pub(crate) fn killed(&self) -> Folder {
        let copy = Folder::new();
        for name in ["asl.sqlite", "asl.sqlite-wal"] {
            std::fs::copy(self.0.join(name), copy.0.join(name)).expect("copied");
        }
        copy
    }

    /// A server with the folder.
    pub(crate) async fn serve(&self) -> Served {
        Served::of(self.open(), Config::default()).await
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server that runs until it is stopped.
pub(crate) struct Served {
    pub(crate) client: Client,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<std::io::Result<()>>,
}

impl Served {
    pub(crate) async fn of(data: DataDir, config: Config) -> Served {
        let server = Server::bind_with_data("127.0.0.1:0", config, data).await.expect("a server");
        let (stop, stopped) = oneshot::channel::<()>();
        let (client, ended) = Client::serving(server, async { drop(stopped.await) });
        Served { client, stop, ended }
    }

    /// Stops the server, which then has released the folder.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        self.ended.await.expect("no panic").expect("served");
    }
}
