//! The command `asl`.

use std::process::ExitCode;

use asl_cli::Terminal;

/// The allocator of glibc keeps what each of its arenas once needed, so the memory of a server that has had large requests never
/// falls. `docs/reliability.md` has figures.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    #[cfg(feature = "parquet")]
    asl_parquet::hide_caught_panics();
    asl_cli::run(std::env::args_os(), Terminal::of_process()).into()
}
