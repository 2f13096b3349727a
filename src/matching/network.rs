//! A small network that reads the passages of a paper one after another, from both ends.
//!
//! Each passage comes as a row of numbers and as terms, its own and those of the heading above it. The network
//! gives each term a few numbers of its own, adds them up, and remembers from passage to passage what a gate
//! lets in ("gated recurrent unit", Cho et al. 2014; from both ends, Schuster and Paliwal 1997). So it can know
//! that *it met twice* follows what *the panel* two sentences ago was about. It is taught with logistic loss by
//! Adam (Kingma and Ba 2015); at each step a share of its inputs is left out, so that it leans on none (Srivastava
//! et al. 2014).
//!
//! The only operations are addition, multiplication, division and square root, always in the same order: the
//! usual curves are replaced by a fraction that is close to them ([`curve`]). So the same papers give the same
//! bits on every platform, which libraries for networks do not promise: theirs choose by the processor how to
//! multiply.

mod learning;

use serde::{Deserialize, Serialize};

use super::learn::Random;
pub use learning::Lesson;

/// How many numbers a passage is remembered by.
const MEMORY: usize = 32;
/// How many numbers stand for a term.
const OF_TERM: usize = 8;
/// The fineness in which the numbers of terms are written down.
const UNIT: f32 = 1.0 / 256.0;
/// The share that is left out while it is taught: of the terms, of what a passage comes in by, of that together
/// with what is remembered, and of what is made of it.
const TERMS_LEFT_OUT: f32 = 0.22;
const INPUT_LEFT_OUT: f32 = 0.15;
const JOINED_LEFT_OUT: f32 = 0.3;
const LAST_LEFT_OUT: f32 = 0.15;
/// The furthest from the mean that a number of a row is told, in spreads.
const FURTHEST: f32 = 4.0;

/// What a passage comes in by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen<'p, const N: usize> {
    /// What is seen of it.
    pub row: [f64; N],
    /// Its terms.
    pub own: &'p [(u32, f64)],
    /// Those of the heading above it.
    pub heading: &'p [(u32, f64)],
}

/// A network that has been taught.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    standard: Standard,
    /// The weights of its layers.
    layers: Vec<f32>,
    /// The numbers of each term, in [`UNIT`].
    terms: Vec<i16>,
}

/// The mean of each number of a row, and one over its spread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Standard(Vec<(f32, f32)>);

impl Standard {
    fn row<const N: usize>(&self, row: &[f64; N]) -> [f32; N] {
        std::array::from_fn(|n| {
            let (mean, over_spread) = self.0[n];
            ((single(row[n]) - mean) * over_spread).clamp(-FURTHEST, FURTHEST)
        })
    }
}

/// A layer among the weights: for each input its weight for each output, then the offset of each output.
#[derive(Clone, Copy, Debug)]
struct Layer {
    start: usize,
    inputs: usize,
    outputs: usize,
}

impl Layer {
    fn end(self) -> usize {
        self.start + (self.inputs + 1) * self.outputs
    }

    fn offsets(self) -> std::ops::Range<usize> {
        self.end() - self.outputs..self.end()
    }

    /// What `input` comes to.
    fn value(self, weights: &[f32], input: &[f32], output: &mut [f32]) {
        output.copy_from_slice(&weights[self.offsets()]);
        for (&x, weights) in input.iter().zip(weights[self.start..].chunks_exact(self.outputs)) {
            add_times(output, weights, x);
        }
    }
}

/// The layers of a network.
#[derive(Clone, Copy, Debug)]
struct Layers {
    /// From what a passage comes in by.
    first: Layer,
    /// Onwards and backwards: from the passage, and from what is remembered, to the gates: how much of what is
    /// remembered is looked at, how much is let in, and what.
    reading: [(Layer, Layer); 2],
    joined: Layer,
    last: Layer,
    /// From the row of numbers straight to the end.
    straight: Layer,
}

impl Layers {
    fn of(numbers: usize) -> Self {
        let mut start = 0;
        let mut layer = |inputs, outputs| {
            let layer = Layer { start, inputs, outputs };
            start = layer.end();
            layer
        };
        let first = layer(numbers + 2 * OF_TERM, MEMORY);
        let mut reading = || (layer(MEMORY, 3 * MEMORY), layer(MEMORY, 3 * MEMORY));
        let reading = [reading(), reading()];
        Self {
            first,
            reading,
            joined: layer(3 * MEMORY, MEMORY),
            last: layer(MEMORY, 1),
            straight: layer(numbers, 1),
        }
    }

    fn all(&self) -> [Layer; 8] {
        let [(onwards, from_before), (backwards, from_after)] = self.reading;
        [self.first, onwards, from_before, backwards, from_after, self.joined, self.last, self.straight]
    }
}

/// Numbers for each passage, one row after another.
#[derive(Clone, Debug)]
struct Rows {
    width: usize,
    /// From where one row begins to where the next does: nothing if each takes the place of the one before it.
    step: usize,
    numbers: Vec<f32>,
}

impl Rows {
    fn new(rows: usize, width: usize) -> Self {
        Self { width, step: width, numbers: vec![0.0; rows * width] }
    }

    /// Rows that are needed again only if they are kept.
    fn passing(rows: usize, width: usize, kept: bool) -> Self {
        if kept { Self::new(rows, width) } else { Self { width, step: 0, numbers: vec![0.0; width] } }
    }

    fn row(&self, at: usize) -> &[f32] {
        &self.numbers[at * self.step..][..self.width]
    }

    fn row_mut(&mut self, at: usize) -> &mut [f32] {
        &mut self.numbers[at * self.step..][..self.width]
    }
}

/// What becomes of a paper on its way through.
struct Way {
    /// By how much each term counted, passage by passage; only kept when something is left out.
    by: Vec<f32>,
    input: Rows,
    first: Rows,
    reading: [Reading; 2],
    joined: Rows,
    last: Rows,
    /// How sure it is that each passage is wanted.
    sure: Vec<f32>,
}

/// What becomes of a paper in one direction.
struct Reading {
    /// The gates before the curve, each passage's: looked at, let in, what.
    gates: Rows,
    /// What the third comes to out of what is remembered.
    of_memory: Rows,
    memory: Rows,
}

/// Leaves out a share of numbers; the others count for them.
struct LeavingOut<'r> {
    random: Option<&'r mut Random>,
}

impl LeavingOut<'_> {
    fn of(&mut self, share: f32, numbers: &mut [f32]) {
        if let Some(random) = self.random.as_mut() {
            for number in numbers {
                *number = if random.share() < share { 0.0 } else { *number / (1.0 - share) };
            }
        }
    }
}

/// The numbers of terms, whatever they are kept as.
trait OfTerms {
    fn add(&self, at: usize, by: f32, sum: &mut [f32]);
}

impl OfTerms for [i16] {
    fn add(&self, at: usize, by: f32, sum: &mut [f32]) {
        for (sum, units) in sum.iter_mut().zip(&self[at * OF_TERM..][..OF_TERM]) {
            *sum += by * UNIT * f32::from(*units);
        }
    }
}

impl OfTerms for [f32] {
    fn add(&self, at: usize, by: f32, sum: &mut [f32]) {
        add_times(sum, &self[at * OF_TERM..][..OF_TERM], by);
    }
}

impl Layers {
    /// Takes a paper through; what `go_back` needs is only there if it is `kept`.
    fn go<const N: usize>(
        &self,
        weights: &[f32],
        of_terms: &(impl OfTerms + ?Sized),
        standard: &Standard,
        paper: &[Seen<N>],
        left_out: &mut LeavingOut,
        kept: bool,
    ) -> Way {
        let count = paper.len();
        let mut input = Rows::passing(count, self.first.inputs, kept);
        let mut first = Rows::new(count, MEMORY);
        let mut by_term = Vec::new();
        for (at, seen) in paper.iter().enumerate() {
            let row = input.row_mut(at);
            row[..N].copy_from_slice(&standard.row(&seen.row));
            row[N..].fill(0.0);
            let (own, heading) = row[N..].split_at_mut(OF_TERM);
            for (sum, terms) in [(own, seen.own), (heading, seen.heading)] {
                for &(term, x) in terms {
                    let mut by = [single(x)];
                    if left_out.random.is_some() {
                        left_out.of(TERMS_LEFT_OUT, &mut by);
                        by_term.extend(by);
                    }
                    of_terms.add(term as usize, by[0], sum);
                }
            }
            left_out.of(INPUT_LEFT_OUT, row);
            self.first.value(weights, input.row(at), first.row_mut(at));
            positive(first.row_mut(at));
        }
        let reading = [0, 1].map(|way| self.read(weights, &first, way == 1, kept));
        let mut joined = Rows::passing(count, 3 * MEMORY, kept);
        let mut last = Rows::passing(count, MEMORY, kept);
        let mut sure = vec![0.0; count];
        for (at, sure) in sure.iter_mut().enumerate() {
            let row = joined.row_mut(at);
            let parts = [&first, &reading[0].memory, &reading[1].memory];
            for (part, from) in row.chunks_exact_mut(MEMORY).zip(parts) {
                part.copy_from_slice(from.row(at));
            }
            left_out.of(JOINED_LEFT_OUT, row);
            self.joined.value(weights, joined.row(at), last.row_mut(at));
            positive(last.row_mut(at));
            left_out.of(LAST_LEFT_OUT, last.row_mut(at));
            let mut ends = [[0.0], [0.0]];
            self.last.value(weights, last.row(at), &mut ends[0]);
            self.straight.value(weights, &standard.row(&paper[at].row), &mut ends[1]);
            *sure = ends[0][0] + ends[1][0];
        }
        Way { by: by_term, input, first, reading, joined, last, sure }
    }

    fn read(&self, weights: &[f32], passages: &Rows, backwards: bool, kept: bool) -> Reading {
        let count = passages.numbers.len() / MEMORY;
        let (of_passage, of_memory) = self.reading[usize::from(backwards)];
        let mut reading = Reading {
            gates: Rows::passing(count, 3 * MEMORY, kept),
            of_memory: Rows::passing(count, MEMORY, kept),
            memory: Rows::new(count, MEMORY),
        };
        let mut memory = [0.0; MEMORY];
        let mut remembered = [0.0; 3 * MEMORY];
        for step in 0..count {
            let at = if backwards { count - 1 - step } else { step };
            let gates = reading.gates.row_mut(at);
            of_passage.value(weights, passages.row(at), gates);
            of_memory.value(weights, &memory, &mut remembered);
            let (both, what) = gates.split_at_mut(2 * MEMORY);
            add_times(both, &remembered[..2 * MEMORY], 1.0);
            let held = &remembered[2 * MEMORY..];
            let (looked, let_in) = both.split_at(MEMORY);
            for ((what, held), looked) in what.iter_mut().zip(held).zip(looked) {
                *what += gate(*looked) * held;
            }
            for ((memory, what), let_in) in memory.iter_mut().zip(&*what).zip(let_in) {
                let share = gate(*let_in);
                *memory = (1.0 - share) * curve(*what) + share * *memory;
            }
            reading.of_memory.row_mut(at).copy_from_slice(held);
            reading.memory.row_mut(at).copy_from_slice(&memory);
        }
        reading
    }
}

impl Network {
    /// How sure it is that each passage of a paper is wanted: above 0 when it rather is.
    pub fn judge<const N: usize>(&self, paper: &[Seen<N>]) -> Vec<f64> {
        let mut nothing = LeavingOut { random: None };
        let way = Layers::of(N).go(&self.layers, &self.terms[..], &self.standard, paper, &mut nothing, false);
        way.sure.into_iter().map(f64::from).collect()
    }
}

/// A curve from -1 to 1, close to the hyperbolic tangent: its Padé fraction, which is 1 at 3, where its slope is
/// nothing.
fn curve(x: f32) -> f32 {
    let x = x.clamp(-3.0, 3.0);
    x * (27.0 + x * x) / (27.0 + 9.0 * x * x)
}

/// The same from 0 to 1, close to the logistic curve.
fn gate(x: f32) -> f32 {
    0.5 + 0.5 * curve(0.5 * x)
}

fn positive(numbers: &mut [f32]) {
    for number in numbers {
        *number = number.max(0.0);
    }
}

fn add_times(sum: &mut [f32], numbers: &[f32], times: f32) {
    for (sum, number) in sum.iter_mut().zip(numbers) {
        *sum += times * number;
    }
}

fn single(number: f64) -> f32 {
    #[allow(clippy::cast_possible_truncation, reason = "a network needs no more places")]
    let single = number as f32;
    single
}

fn single_of(count: usize) -> f32 {
    single(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
}
