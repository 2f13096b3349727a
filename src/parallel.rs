//! Independent pieces of work on all cores, with results in order.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The results of `pieces` pieces of work, in order, whoever was first. `least` is how many pieces are
/// worth a thread.
pub fn in_parallel<T: Send>(pieces: usize, least: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worth = pieces.div_ceil(least.max(1)).max(1);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(worth);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let run = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= pieces {
                    return done;
                }
                done.push((at, work(at)));
            }
        };
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(run)).collect();
        let mut done = run();
        for other in others {
            match other.join() {
                Ok(results) => done.extend(results),
                // A fault of one piece is the fault of the whole.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
