//! [`SimulatedDisk`]: a data folder that is written in steps, and cut at any byte of what was not acknowledged.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::DataDir;
use super::folder::Folder;
use super::writer::Stepped;

/// A data folder with a writer that writes when it is told to.
pub(crate) struct SimulatedDisk {
    path: PathBuf,
    data: Arc<DataDir>,
    writer: Stepped,
}

impl SimulatedDisk {
    /// Opens a folder.
    pub(crate) fn open(path: &Path) -> Result<SimulatedDisk, String> {
        let opened = Folder::open(path).and_then(|folder| {
            let [reader, names] = [folder.connect_reader()?, folder.connect_reader()?].map(Mutex::new);
            let (writer, stepped) = Stepped::start(folder)?;
            Ok((DataDir { path: path.to_owned(), writer, reader, names }, stepped))
        });
        let (data, writer) = opened.map_err(|problem| problem.to_string())?;
        Ok(SimulatedDisk { path: path.to_owned(), data: Arc::new(data), writer })
    }

    pub(crate) fn data(&self) -> Arc<DataDir> {
        Arc::clone(&self.data)
    }

    /// Waits until records are sent, unless some wait already.
    pub(crate) async fn told(&self) {
        while self.waiting() == 0 {
            self.writer.told().await;
        }
    }

    /// The number of records that have not been written.
    pub(crate) fn waiting(&self) -> usize {
        self.writer.waiting()
    }

    /// Writes the first records, in one transaction. Nobody learns of it.
    pub(crate) fn commit(&self, count: usize) {
        self.writer.commit(count).expect("records can be written");
    }

    /// Says that so many more records are on disk.
    pub(crate) fn acknowledge(&self, count: usize) {
        self.writer.acknowledge(count);
    }

    /// Says that records cannot be written.
    pub(crate) fn fail(&self, problem: &str) {
        self.writer.fail(problem);
    }

    /// Ignores later records: the process has ended.
    pub(crate) fn close(&self) {
        self.writer.close();
    }

    /// The bytes of the log.
    pub(crate) fn log_bytes(&self) -> u64 {
        fs::metadata(self.path.join("asl.sqlite-wal")).map_or(0, |file| file.len())
    }

    /// Copies what a killed process leaves behind to another folder, with this many bytes of the log.
    pub(crate) fn copy(&self, to: &Path, log_bytes: u64) {
        fs::create_dir_all(to).expect("a folder");
        for name in ["asl.sqlite", "asl.sqlite-wal"] {
            let mut bytes = fs::read(self.path.join(name)).expect("a file");
            if name.ends_with("-wal") {
                bytes.truncate(usize::try_from(log_bytes).expect("a small file"));
            }
            fs::write(to.join(name), bytes).expect("written");
        }
        fs::write(to.join("lock"), []).expect("written");
    }
}
