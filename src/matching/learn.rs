//! Linear models, taught by example.
//!
//! One model a class: a support vector machine with squared hinge loss, trained by dual coordinate
//! descent (Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear SVM", the
//! method of LIBLINEAR). The only operations are addition, multiplication, division and square root,
//! always in the same order, so the same examples give the same bits on every platform.

/// A vector of which only the terms that occur are kept.
pub type Sparse = Vec<(u32, f64)>;

/// How often the examples are gone through at most.
const ROUNDS: usize = 30;
/// When no example's weight would move by more than this, the model is taught.
const PRECISION: f64 = 0.1;

/// Teaches one model: which of `rows` are of the class. Gives a weight for each of `size` terms, and
/// last the offset. `costs` says how closely each row is to be fitted.
pub fn teach(rows: &[Sparse], of_class: &[bool], size: usize, costs: &[f64]) -> Vec<f64> {
    let mut weights = vec![0.0_f64; size + 1];
    let diagonals: Vec<f64> = costs.iter().map(|cost| 0.5 / cost).collect();
    // The offset is a term that every example has.
    let norms: Vec<f64> = rows
        .iter()
        .zip(&diagonals)
        .map(|(row, diagonal)| 1.0 + diagonal + row.iter().map(|(_, x)| x * x).sum::<f64>())
        .collect();
    let mut alphas = vec![0.0_f64; rows.len()];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = Random::new(0);
    for _ in 0..ROUNDS {
        random.shuffle(&mut order);
        let mut largest = 0.0_f64;
        for &at in &order {
            let sign = if of_class[at] { 1.0 } else { -1.0 };
            let gradient = sign * value(&weights, &rows[at]) - 1.0 + diagonals[at] * alphas[at];
            let moves = if alphas[at] == 0.0 { gradient.min(0.0) } else { gradient };
            largest = largest.max(moves.abs());
            if moves.abs() > 1e-12 {
                let before = alphas[at];
                alphas[at] = (before - gradient / norms[at]).max(0.0);
                let step = (alphas[at] - before) * sign;
                for &(term, x) in &rows[at] {
                    weights[term as usize] += step * x;
                }
                weights[size] += step;
            }
        }
        if largest < PRECISION {
            break;
        }
    }
    weights
}

fn value(weights: &[f64], row: &Sparse) -> f64 {
    row.iter().map(|&(term, x)| weights[term as usize] * x).sum::<f64>() + weights[weights.len() - 1]
}

/// Numbers that look drawn at random and are the same every time (Marsaglia's xorshift).
pub struct Random(u64);

impl Random {
    /// Numbers that differ by seed.
    pub fn new(seed: u64) -> Self {
        Self(0x9E37_79B9_7F4A_7C15 ^ seed)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A share of one, below 1.
    pub fn share(&mut self) -> f32 {
        let places = u16::try_from(self.next() >> 48).unwrap_or_default();
        f32::from(places) / 65_536.0
    }

    /// Puts a list in another order.
    pub fn shuffle(&mut self, order: &mut [usize]) {
        for at in (1..order.len()).rev() {
            let other = usize::try_from(self.next() % (at as u64 + 1)).unwrap_or_default();
            order.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_separates_the_classes_gets_the_weight() {
        let rows: Vec<Sparse> =
            vec![vec![(0, 1.0)], vec![(0, 0.8), (2, 0.6)], vec![(1, 1.0)], vec![(1, 0.8), (2, 0.6)]];
        let weights = teach(&rows, &[true, true, false, false], 3, &[1.0; 4]);
        assert!(weights[0] > 0.3 && weights[1] < -0.3 && weights[2].abs() < 0.1, "{weights:?}");
        for (row, of_class) in rows.iter().zip([true, true, false, false]) {
            assert_eq!(value(&weights, row) > 0.0, of_class);
        }
    }

    #[test]
    fn the_same_examples_teach_the_same_bits() {
        let rows: Vec<Sparse> = (0..50_u32).map(|n| vec![(n % 7, 0.6), (7 + n % 5, 0.8)]).collect();
        let of_class: Vec<bool> = (0..50).map(|n| n % 3 == 0).collect();
        assert_eq!(teach(&rows, &of_class, 12, &[1.0; 50]), teach(&rows, &of_class, 12, &[1.0; 50]));
    }
}
