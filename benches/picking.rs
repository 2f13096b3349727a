//! How well passages are picked from papers that the picker has not seen: each file of papers, which is from
//! one hand, is judged by a picker that other files have taught. `cargo bench --bench picking`.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on should stop")]

use std::collections::BTreeSet;

use prevent_benchmark::matching::Picker;
use prevent_benchmark::matching::teach::Lessons;
use prevent_benchmark::rubric::{TaughtPaper, Topic, load_rubric};
use prevent_benchmark::store;

/// Into how many groups the files are put; each is judged by a picker that the others have taught.
const GROUPS: usize = 5;

/// Of the passages that are surer than a bound: evidence, background, something else; and how much evidence
/// there is.
#[derive(Default)]
struct Count {
    evidence: u32,
    background: u32,
    other: u32,
    all: u32,
}

impl Count {
    fn of(judged: &[(usize, f64, Topic)], bound: f64, file: Option<usize>) -> Self {
        let mut count = Self::default();
        for (_, sure, topic) in judged.iter().filter(|(of, ..)| file.is_none_or(|file| file == *of)) {
            let is_evidence = matches!(topic, Topic::Benchmark(_));
            count.all += u32::from(is_evidence);
            if *sure > bound {
                match topic {
                    Topic::Benchmark(_) => count.evidence += 1,
                    Topic::Background => count.background += 1,
                    Topic::Other => count.other += 1,
                }
            }
        }
        count
    }

    fn line(&self) -> String {
        let picked = f64::from((self.evidence + self.background + self.other).max(1));
        format!(
            "{:5.1} % about the subject, {:5.1} % evidence, {:5.1} % of {} marked found",
            100.0 * f64::from(self.evidence + self.background) / picked,
            100.0 * f64::from(self.evidence) / picked,
            100.0 * f64::from(self.evidence) / f64::from(self.all.max(1)),
            self.all
        )
    }
}

fn main() {
    let files = store::builtin_rubric("prevent-la-2021").unwrap();
    let rubric = load_rubric(&files.folder, &files.sources).0.unwrap();
    let matcher = Lessons::new(&rubric).teach(&BTreeSet::new());
    let mut judged: Vec<(usize, f64, Topic)> = Vec::new();
    for group in 0..GROUPS {
        let (held, taught): (Vec<&TaughtPaper>, Vec<&TaughtPaper>) =
            rubric.papers.iter().partition(|paper| paper.file % GROUPS == group);
        let picker = Picker::teach(&matcher, &taught).unwrap();
        for paper in held {
            let sure = picker.judge(&matcher, paper);
            judged.extend(sure.into_iter().zip(&paper.passages).map(|(sure, p)| (paper.file, sure, p.topic)));
        }
    }
    println!("{} papers, {} passages", rubric.papers.len(), judged.len());
    for bound in [-0.3, -0.2, -0.1, 0.0, 0.05, 0.1, 0.15, 0.2, 0.3] {
        println!("bound {bound:5.2}: {}", Count::of(&judged, bound, None).line());
    }
    for file in judged.iter().map(|(file, ..)| *file).collect::<BTreeSet<usize>>() {
        println!("file {:2} at 0.10: {}", file + 1, Count::of(&judged, 0.1, Some(file)).line());
    }
}
