//! How a network is taught.

use super::{
    INPUT_LEFT_OUT, JOINED_LEFT_OUT, LAST_LEFT_OUT, Layer, Layers, LeavingOut, MEMORY, Network, OF_TERM,
    Rows, Seen, Standard, UNIT, Way, add_times, curve, gate, single, single_of,
};
use crate::matching::learn::Random;

/// How often the papers are gone through at least.
const ROUNDS: usize = 6;
/// How many steps are taken at least.
const STEPS: usize = 340;
/// How many papers a step looks at.
const PAPERS_A_STEP: usize = 24;
/// The size of a step.
const STEP: f32 = 3e-3;
/// How many steps it takes to come to this size, from which steps become smaller up to the last.
const FIRST_STEPS: f32 = 100.0;
/// The share of its size that the last step has.
const LAST_STEP: f32 = 0.05;
/// By how much each number is drawn towards nothing in a step of size 1.
const DRAWN: f32 = 0.01;
/// Adam's means: how much of the mean of the slopes, and of their squares, is kept.
const KEPT: [f32; 2] = [0.9, 0.999];
/// How far from nothing the numbers of a term may be before anything is learned.
const OF_TERM_AT_FIRST: f32 = 0.17;
/// How much the first number of a row says before anything is learned. It is the judgement of the passage alone.
const FIRST_NUMBER: f32 = 0.5;

/// A paper that teaches.
pub struct Lesson<'p, const N: usize> {
    /// Its passages, in order.
    pub seen: Vec<Seen<'p, N>>,
    /// Which of them are wanted.
    pub wanted: Vec<bool>,
    /// By how much each counts.
    pub counts: Vec<f64>,
}

impl Standard {
    fn of<const N: usize>(rows: &[&[f64; N]]) -> Self {
        let count = f64::from(single_of(rows.len()));
        let of = |n: usize| {
            let mean = rows.iter().map(|row| row[n]).sum::<f64>() / count;
            let square = rows.iter().map(|row| (row[n] - mean) * (row[n] - mean)).sum::<f64>() / count;
            let spread = square.sqrt();
            (single(mean), if spread > 1e-6 { single(1.0 / spread) } else { 0.0 })
        };
        Self((0..N).map(of).collect())
    }
}

impl Layer {
    /// Adds to `slopes` by how much each weight, and to `of_input` by how much each input, changes the loss when
    /// each output changes it by `of_output`.
    fn slopes(
        self,
        weights: &[f32],
        input: &[f32],
        of_output: &[f32],
        slopes: &mut [f32],
        of_input: &mut [f32],
    ) {
        let of_weights = slopes[self.start..].chunks_exact_mut(self.outputs);
        let weights = weights[self.start..].chunks_exact(self.outputs);
        for (((&x, of_input), of_weights), weights) in input.iter().zip(of_input).zip(of_weights).zip(weights)
        {
            if x != 0.0 {
                add_times(of_weights, of_output, x);
            }
            *of_input += product(weights, of_output);
        }
        add_times(&mut slopes[self.offsets()], of_output, 1.0);
    }
}

/// By how much the loss changes with each weight and with each number of a term.
struct Slopes {
    layers: Vec<f32>,
    terms: Vec<f32>,
}

impl Slopes {
    fn of(learning: &Learning) -> Self {
        Self { layers: vec![0.0; learning.layers.len()], terms: vec![0.0; learning.terms.len()] }
    }
}

impl Layers {
    /// Adds the slopes that a paper gives, when the loss changes by `of_sure` with how sure each passage is.
    fn go_back<const N: usize>(
        &self,
        weights: &[f32],
        standard: &Standard,
        paper: &[Seen<N>],
        way: &Way,
        of_sure: &[f32],
        slopes: &mut Slopes,
    ) {
        let count = paper.len();
        let mut of_first = Rows::new(count, MEMORY);
        let mut of_memory = [Rows::new(count, MEMORY), Rows::new(count, MEMORY)];
        let mut nowhere = [0.0; N];
        for (at, &of_sure) in of_sure.iter().enumerate() {
            let of_sure = [of_sure];
            let row = standard.row(&paper[at].row);
            self.straight.slopes(weights, &row, &of_sure, &mut slopes.layers, &mut nowhere);
            let mut of_last = [0.0; MEMORY];
            self.last.slopes(weights, way.last.row(at), &of_sure, &mut slopes.layers, &mut of_last);
            come_back(LAST_LEFT_OUT, way.last.row(at), &mut of_last, !way.by.is_empty());
            let mut of_joined = [0.0; 3 * MEMORY];
            self.joined.slopes(weights, way.joined.row(at), &of_last, &mut slopes.layers, &mut of_joined);
            come_back(JOINED_LEFT_OUT, way.joined.row(at), &mut of_joined, !way.by.is_empty());
            let [onwards, backwards] = &mut of_memory;
            let parts = [&mut of_first, onwards, backwards];
            for (part, from) in parts.into_iter().zip(of_joined.chunks_exact(MEMORY)) {
                add_times(part.row_mut(at), from, 1.0);
            }
        }
        for (backwards, of_memory) in [false, true].into_iter().zip(&of_memory) {
            self.read_back(weights, way, backwards, of_memory, &mut of_first, &mut slopes.layers);
        }
        let mut by = way.by.iter();
        for (at, seen) in paper.iter().enumerate() {
            for (slope, value) in of_first.row_mut(at).iter_mut().zip(way.first.row(at)) {
                if *value <= 0.0 {
                    *slope = 0.0;
                }
            }
            let mut of_input = vec![0.0; self.first.inputs];
            self.first.slopes(
                weights,
                way.input.row(at),
                of_first.row(at),
                &mut slopes.layers,
                &mut of_input,
            );
            come_back(INPUT_LEFT_OUT, way.input.row(at), &mut of_input, !way.by.is_empty());
            let (own, heading) = of_input[N..].split_at(OF_TERM);
            for (of_sum, terms) in [(own, seen.own), (heading, seen.heading)] {
                for &(term, x) in terms {
                    let by = by.next().copied().unwrap_or(single(x));
                    add_times(&mut slopes.terms[term as usize * OF_TERM..][..OF_TERM], of_sum, by);
                }
            }
        }
    }

    fn read_back(
        &self,
        weights: &[f32],
        way: &Way,
        backwards: bool,
        of_memory: &Rows,
        of_first: &mut Rows,
        slopes: &mut [f32],
    ) {
        let (from_passage, from_memory) = self.reading[usize::from(backwards)];
        let reading = &way.reading[usize::from(backwards)];
        let count = way.sure.len();
        let nothing = [0.0; MEMORY];
        // By how much the loss changes with what is remembered after the passage.
        let mut carried = [0.0; MEMORY];
        for step in (0..count).rev() {
            let at = if backwards { count - 1 - step } else { step };
            let before = match step.checked_sub(1) {
                None => &nothing[..],
                Some(_) => reading.memory.row(if backwards { at + 1 } else { at - 1 }),
            };
            add_times(&mut carried, of_memory.row(at), 1.0);
            let (gates, kept) = (reading.gates.row(at), reading.of_memory.row(at));
            let (mut of_gates, mut of_kept) = ([0.0; 3 * MEMORY], [0.0; 3 * MEMORY]);
            let mut of_before = [0.0; MEMORY];
            for n in 0..MEMORY {
                let (looked, let_in, what) = (gates[n], gates[MEMORY + n], gates[2 * MEMORY + n]);
                let share = gate(let_in);
                let of_what = carried[n] * (1.0 - share) * slope_of_curve(what);
                of_gates[n] = of_what * kept[n] * slope_of_gate(looked);
                of_gates[MEMORY + n] = carried[n] * (before[n] - curve(what)) * slope_of_gate(let_in);
                of_gates[2 * MEMORY + n] = of_what;
                of_kept[2 * MEMORY + n] = of_what * gate(looked);
                of_before[n] = carried[n] * share;
            }
            of_kept[..2 * MEMORY].copy_from_slice(&of_gates[..2 * MEMORY]);
            from_passage.slopes(weights, way.first.row(at), &of_gates, slopes, of_first.row_mut(at));
            from_memory.slopes(weights, before, &of_kept, slopes, &mut of_before);
            carried = of_before;
        }
    }
}

/// What is left of the slopes of numbers of which a share was left out; those are nothing now.
fn come_back(share: f32, numbers: &[f32], slopes: &mut [f32], left_out: bool) {
    let by = if left_out { 1.0 / (1.0 - share) } else { 1.0 };
    for (slope, number) in slopes.iter_mut().zip(numbers) {
        *slope = if *number == 0.0 { 0.0 } else { *slope * by };
    }
}

impl Network {
    /// Teaches a network by papers whose terms are below `terms`. Networks of different `seed`s differ in what
    /// they start from.
    pub fn teach<const N: usize>(lessons: &[Lesson<N>], terms: usize, seed: u64) -> Self {
        let layers = Layers::of(N);
        let rows = lessons.iter().flat_map(|lesson| lesson.seen.iter().map(|seen| &seen.row));
        let standard = Standard::of(&rows.collect::<Vec<_>>());
        let mut random = Random::new(seed);
        let mut learning = Learning::new(&layers, terms, &mut random);
        let mut slopes = Slopes::of(&learning);
        let steps_a_round = lessons.len().div_ceil(PAPERS_A_STEP).max(1);
        let steps = (ROUNDS * steps_a_round).max(STEPS);
        let mut order: Vec<usize> = (0..lessons.len()).collect();
        let mut step = 0;
        while step < steps {
            random.shuffle(&mut order);
            for chosen in order.chunks(PAPERS_A_STEP).take(steps - step) {
                slopes.layers.fill(0.0);
                slopes.terms.fill(0.0);
                let all: f64 = chosen.iter().flat_map(|at| &lessons[*at].counts).sum();
                for &at in chosen {
                    let Lesson { seen, wanted, counts } = &lessons[at];
                    let mut left_out = LeavingOut { random: Some(&mut random) };
                    let way = layers.go(
                        &learning.layers,
                        &learning.terms[..],
                        &standard,
                        seen,
                        &mut left_out,
                        true,
                    );
                    let of_sure: Vec<f32> = way
                        .sure
                        .iter()
                        .zip(wanted.iter().zip(counts))
                        .map(|(sure, (wanted, count))| of_loss(*sure, *wanted) * single(*count / all))
                        .collect();
                    layers.go_back(&learning.layers, &standard, seen, &way, &of_sure, &mut slopes);
                }
                step += 1;
                learning.step(&slopes, single_of(step), single_of(steps));
            }
        }
        let units = learning.terms.iter().map(|number| units(*number)).collect();
        Self { standard, layers: learning.layers, terms: units }
    }
}

/// Weights that are being learned.
struct Learning {
    layers: Vec<f32>,
    terms: Vec<f32>,
    /// Of each weight, then of each number of a term, the means of the slopes and of their squares.
    means: Vec<[f32; 2]>,
    /// How much of each mean is still what it started from.
    of_start: [f32; 2],
}

impl Learning {
    fn new(layers: &Layers, terms: usize, random: &mut Random) -> Self {
        let mut weights = vec![0.0; layers.straight.end()];
        for layer in layers.all() {
            // As far from nothing as keeps the spread of what comes in.
            let spread = (3.0 / single_of(layer.inputs)).sqrt();
            for weight in &mut weights[layer.start..layer.offsets().start] {
                *weight = (2.0 * random.share() - 1.0) * spread;
            }
        }
        weights[layers.straight.start..layers.straight.end()].fill(0.0);
        weights[layers.straight.start] = FIRST_NUMBER;
        let numbers = terms * OF_TERM;
        let terms: Vec<f32> = (0..numbers).map(|_| (2.0 * random.share() - 1.0) * OF_TERM_AT_FIRST).collect();
        let means = vec![[0.0; 2]; weights.len() + terms.len()];
        Self { layers: weights, terms, means, of_start: [1.0; 2] }
    }

    fn step(&mut self, slopes: &Slopes, step: f32, steps: f32) {
        let size = STEP * (step / FIRST_STEPS).min(1.0) * (1.0 - (1.0 - LAST_STEP) * step / steps);
        for (of_start, kept) in self.of_start.iter_mut().zip(KEPT) {
            *of_start *= kept;
        }
        let [first, second] = self.of_start.map(|of_start| 1.0 / (1.0 - of_start));
        let numbers = self.layers.iter_mut().chain(&mut self.terms);
        let slopes = slopes.layers.iter().chain(&slopes.terms);
        for ((number, slope), means) in numbers.zip(slopes).zip(&mut self.means) {
            means[0] = KEPT[0] * means[0] + (1.0 - KEPT[0]) * slope;
            means[1] = KEPT[1] * means[1] + (1.0 - KEPT[1]) * slope * slope;
            *number -= size * (DRAWN * *number + means[0] * first / ((means[1] * second).sqrt() + 1e-8));
        }
    }
}

/// By how much the loss (how unlikely what is so is held to be, its logarithm) changes with how sure one is.
fn of_loss(sure: f32, wanted: bool) -> f32 {
    gate(sure) - if wanted { 1.0 } else { 0.0 }
}

fn slope_of_curve(x: f32) -> f32 {
    let x = x.clamp(-3.0, 3.0);
    let root = (9.0 - x * x) / (9.0 + 3.0 * x * x);
    root * root
}

fn slope_of_gate(x: f32) -> f32 {
    0.25 * slope_of_curve(0.5 * x)
}

/// The sum of products, in eight parts so that a processor can do several at once.
fn product(left: &[f32], right: &[f32]) -> f32 {
    const PARTS: usize = 8;
    let mut sums = [0.0; PARTS];
    let (of_left, of_right) = (left.chunks_exact(PARTS), right.chunks_exact(PARTS));
    let rest: f32 = of_left.remainder().iter().zip(of_right.remainder()).map(|(x, y)| x * y).sum();
    for (left, right) in of_left.zip(of_right) {
        for (sum, (x, y)) in sums.iter_mut().zip(left.iter().zip(right)) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}

fn units(number: f32) -> i16 {
    #[allow(clippy::cast_possible_truncation, reason = "the value has been brought into range")]
    let units = (number / UNIT).round().clamp(-32_000.0, 32_000.0) as i16;
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    type Paper = Vec<([f64; 2], Vec<(u32, f64)>, bool)>;

    /// Papers in which a passage that says nothing itself is wanted if the one before it was opened by a term.
    fn papers() -> Vec<Paper> {
        let mut random = Random::new(1);
        let mut paper = |_| {
            let mut wanted = false;
            let mut passage = |_| {
                let kind = random.share();
                let term = if kind < 0.2 {
                    wanted = true;
                    0
                } else if kind < 0.4 {
                    wanted = false;
                    1
                } else {
                    2
                };
                ([f64::from(random.share()), 1.0], vec![(term, 1.0)], wanted)
            };
            (0..20).map(&mut passage).collect()
        };
        (0..40).map(&mut paper).collect()
    }

    fn lessons(papers: &[Paper]) -> Vec<Lesson<'_, 2>> {
        fn lesson(paper: &Paper) -> Lesson<'_, 2> {
            Lesson {
                seen: paper.iter().map(|(row, own, _)| Seen { row: *row, own, heading: &[] }).collect(),
                wanted: paper.iter().map(|(.., wanted)| *wanted).collect(),
                counts: vec![1.0; paper.len()],
            }
        }
        papers.iter().map(lesson).collect()
    }

    #[test]
    fn what_was_said_before_is_remembered() {
        let papers = papers();
        let lessons = lessons(&papers);
        let network = Network::teach(&lessons[..30], 3, 1);
        let (mut right, mut all) = (0, 0);
        for lesson in &lessons[30..] {
            for (sure, wanted) in network.judge(&lesson.seen).iter().zip(&lesson.wanted) {
                right += u32::from((*sure > 0.0) == *wanted);
                all += 1;
            }
        }
        assert!(right * 100 >= all * 95, "{right} of {all}");
        assert_eq!(network, Network::teach(&lessons[..30], 3, 1));
    }

    /// What is reckoned backwards is what a small change of a number changes.
    #[test]
    fn the_slopes_are_those_of_the_loss() {
        let papers = papers();
        let lesson = &lessons(&papers)[0];
        let layers = Layers::of(2);
        let mut random = Random::new(7);
        let mut learning = Learning::new(&layers, 3, &mut random);
        let standard = Standard::of(&lesson.seen.iter().map(|seen| &seen.row).collect::<Vec<_>>());
        // With how sure it is of each passage the loss changes by what one draws.
        let of_sure: Vec<f32> = lesson.seen.iter().map(|_| 20.0 * (random.share() - 0.5)).collect();
        let go = |learning: &Learning| {
            let mut nothing = LeavingOut { random: None };
            layers.go(&learning.layers, &learning.terms[..], &standard, &lesson.seen, &mut nothing, true)
        };
        let loss = |learning: &Learning| -> f64 {
            go(learning)
                .sure
                .iter()
                .zip(&of_sure)
                .map(|(sure, of_sure)| f64::from(*sure) * f64::from(*of_sure))
                .sum()
        };
        let mut slopes = Slopes::of(&learning);
        layers.go_back(&learning.layers, &standard, &lesson.seen, &go(&learning), &of_sure, &mut slopes);
        let mut checked = 0;
        for at in (0..learning.layers.len()).step_by(17) {
            let found = measured(&mut learning, |learning| &mut learning.layers[at], &loss);
            assert!(is_close(found, slopes.layers[at]), "{at}: {found}, {}", slopes.layers[at]);
            checked += u32::from(found.abs() > 0.1);
        }
        assert!(checked > 100, "{checked}");
        for at in 0..learning.terms.len() {
            let found = measured(&mut learning, |learning| &mut learning.terms[at], &loss);
            assert!(is_close(found, slopes.terms[at]), "term {at}: {found}, {}", slopes.terms[at]);
        }
    }

    fn measured(
        learning: &mut Learning,
        number: impl Fn(&mut Learning) -> &mut f32,
        loss: &impl Fn(&Learning) -> f64,
    ) -> f64 {
        const SMALL: f32 = 2e-3;
        let before = *number(learning);
        let [up, down] = [SMALL, -SMALL].map(|small| {
            *number(learning) = before + small;
            loss(learning)
        });
        *number(learning) = before;
        (up - down) / f64::from(2.0 * SMALL)
    }

    fn is_close(measured: f64, reckoned: f32) -> bool {
        (measured - f64::from(reckoned)).abs() < 0.05 + 0.05 * measured.abs()
    }

    #[test]
    fn the_curve_is_close_to_the_one_it_stands_for() {
        for n in -60..=60_i16 {
            let x = f32::from(n) / 10.0;
            assert!((curve(x) - x.tanh()).abs() < 0.025, "{x}");
            let slope = (curve(x + 1e-2) - curve(x - 1e-2)) / 2e-2;
            assert!((slope - slope_of_curve(x)).abs() < 1e-2, "{x}");
        }
    }
}
