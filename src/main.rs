//! `prevent-benchmark`: parse the arguments, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    prevent_benchmark::cli::main()
}
