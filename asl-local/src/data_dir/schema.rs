//! The tables of a data folder.

/// The format that this version writes. It rises with each change that earlier versions cannot read.
pub(super) const FORMAT: i64 = 1;

/// `ASL1`, which marks the database as one of a data folder.
pub(super) const APPLICATION: i64 = 0x4153_4c31;

/// All columns but the bodies are keys for finding rows.
///
/// An execution is found by the hash of its ARN, since an index of random ARNs would cost a page for each start. One that
/// has not ended has no `stopped`.
pub(super) const TABLES: &str = "
CREATE TABLE revisions (number INTEGER PRIMARY KEY, since INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE machines (arn TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE machine_revisions (machine TEXT, revision INTEGER, PRIMARY KEY (machine, revision)) WITHOUT ROWID;
CREATE TABLE activities (arn TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE executions (
  number INTEGER PRIMARY KEY, revision INTEGER NOT NULL, stopped INTEGER, status TEXT, arn_hash INTEGER NOT NULL,
  arn TEXT NOT NULL, machine TEXT NOT NULL, version TEXT, alias TEXT, map_run TEXT, listed BLOB, body BLOB NOT NULL
);
CREATE INDEX executions_by_arn ON executions (arn_hash);
CREATE INDEX executions_by_end ON executions (stopped, revision);
CREATE INDEX executions_by_machine ON executions (machine, stopped) WHERE stopped IS NOT NULL AND map_run IS NULL;
CREATE INDEX executions_by_map_run ON executions (map_run, stopped) WHERE stopped IS NOT NULL AND map_run IS NOT NULL;
CREATE TABLE histories (execution INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE map_runs (arn TEXT PRIMARY KEY, execution INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX map_runs_by_execution ON map_runs (execution);
CREATE TABLE turns (
  execution INTEGER, run INTEGER, number INTEGER, body BLOB NOT NULL, PRIMARY KEY (execution, run, number)
) WITHOUT ROWID;
CREATE TABLE tokens (token TEXT PRIMARY KEY, execution INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX tokens_by_execution ON tokens (execution);
";

/// Indexes that folders of earlier versions may not have. Those versions keep them up to date, too.
pub(super) const INDEXES: &str = "
CREATE INDEX IF NOT EXISTS executions_by_status ON executions (machine, status, stopped)
  WHERE stopped IS NOT NULL AND map_run IS NULL;
CREATE INDEX IF NOT EXISTS executions_by_status_of_map_run ON executions (map_run, status, stopped)
  WHERE stopped IS NOT NULL AND map_run IS NOT NULL;
CREATE INDEX IF NOT EXISTS executions_without_success ON executions (stopped) WHERE status <> 'SUCCEEDED';
CREATE INDEX IF NOT EXISTS executions_by_revision ON executions (revision);
";

/// A hash of an ARN that never changes: FNV-1a.
pub(super) fn hash(arn: &str) -> i64 {
    let hash = arn.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325_u64.cast_signed());
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c_u64.cast_signed());
    }
}
