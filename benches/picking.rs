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
    let (mut judged, mut judged_alone) = (Vec::new(), Vec::new());
    for group in 0..GROUPS {
        let (held, taught): (Vec<&TaughtPaper>, Vec<&TaughtPaper>) =
            rubric.papers.iter().partition(|paper| paper.file % GROUPS == group);
        let picker = Picker::teach(&matcher, &taught).unwrap();
        let judge = |paper: &TaughtPaper| -> Vec<(usize, f64, Topic)> {
            let sure = picker.judge(&matcher, paper).into_iter();
            sure.zip(&paper.passages).map(|(sure, passage)| (paper.file, sure, passage.topic)).collect()
        };
        for paper in held {
            judged.extend(judge(paper));
            for paragraph in 0..paper.paragraphs() {
                judged_alone.extend(judge(&paper.alone(paragraph)));
            }
        }
    }
    println!("{} papers, {} passages", rubric.papers.len(), judged.len());
    for (name, judged) in [("whole papers", &judged), ("paragraphs alone", &judged_alone)] {
        for bound in [-1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5] {
            println!("{name}, bound {bound:5.2}: {}", Count::of(judged, bound, None).line());
        }
    }
    for file in judged.iter().map(|(file, ..)| *file).collect::<BTreeSet<usize>>() {
        println!("file {:2} at 0.25: {}", file + 1, Count::of(&judged, 0.25, Some(file)).line());
    }
}
