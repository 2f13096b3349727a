//! This program once more, as a process of its own, for work that may crash or never end.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// The most that is taken of what it prints.
const LARGEST_OUTPUT: u64 = 400 * 1024 * 1024;

/// How it ended without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It crashed, or could not be started.
    Crashed,
    /// It took longer than it may.
    TookTooLong,
}

/// Runs this program with arguments, gives it `input`, and takes what it prints within `limit`.
pub fn run_self(arguments: &[&str], input: Vec<u8>, limit: Duration) -> Result<Vec<u8>, Ended> {
    let program = std::env::current_exe().map_err(|_| Ended::Crashed)?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| Ended::Crashed)?;
    let result = exchange(&mut child, input, limit);
    // Whatever happened, nothing is left running.
    let _ = child.kill();
    let ended = child.wait();
    let output = result?;
    if ended.is_ok_and(|status| status.success()) || !output.is_empty() {
        Ok(output)
    } else {
        Err(Ended::Crashed)
    }
}

fn exchange(child: &mut Child, input: Vec<u8>, limit: Duration) -> Result<Vec<u8>, Ended> {
    let mut to = child.stdin.take().ok_or(Ended::Crashed)?;
    let from = child.stdout.take().ok_or(Ended::Crashed)?;
    // A child that stops reading must not hold this one, so both ways have a thread.
    std::thread::spawn(move || {
        let _ = to.write_all(&input);
    });
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut output = Vec::new();
        let read = from.take(LARGEST_OUTPUT).read_to_end(&mut output);
        let _ = send.send(read.map(|_| output));
    });
    match receive.recv_timeout(limit) {
        Ok(Ok(output)) => Ok(output),
        Ok(Err(_)) => Err(Ended::Crashed),
        Err(_) => Err(Ended::TookTooLong),
    }
}
