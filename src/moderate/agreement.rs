//! How far two raters agree.

use serde::Serialize;

/// Fewer pairs than this say too little for kappa.
pub const FEWEST_PAIRS: usize = 30;

/// From how many areas on whole areas are drawn again for the interval, and not single pairs.
const FEWEST_GROUPS: usize = 10;

/// How often the pairs are drawn again for the interval.
const DRAWS: usize = 2000;

/// Where the drawing begins; the same for everybody, so that the same scores give the same interval.
const SEED: u64 = 0x5ca1_ab1e_0000_2015;

/// How far two raters agree.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// How many pairs of levels.
    pub n: usize,
    /// The share in which both gave the same level.
    pub exact: f64,
    /// The share in which they are at most one apart.
    pub within_one: f64,
    /// Cohen's kappa with quadratic weights, from -1 to 1; nothing where it says nothing.
    pub qwk: Option<f64>,
    /// Between what kappa lies with 95 % in samples such as this (percentiles of the bootstrap).
    pub interval: Option<[f64; 2]>,
    /// What was drawn again for the interval: whole `areas`, or where there are fewer than ten, single `pairs`, which
    /// takes the scores of one area for independent and makes the interval too narrow.
    pub drawn: Option<&'static str>,
    /// Why there is no kappa.
    pub why_not: Option<NoKappa>,
    /// The mean of the first's level less the second's: above nothing, the first is the milder.
    pub signed_difference: f64,
}

/// Why there is no kappa.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoKappa {
    /// There are fewer than thirty pairs.
    TooFew,
    /// A rater used one level only, so that chance cannot be told from agreement.
    OneLevel,
}

/// The agreement over pairs, which come in groups that hang together.
pub fn agreement(groups: &[Vec<(u8, u8)>], levels: (u8, u8)) -> Agreement {
    let all: Vec<(u8, u8)> = groups.iter().flatten().copied().collect();
    let table = Table::of(&all, levels);
    let share =
        |keep: &dyn Fn(&(u8, u8)) -> bool| fraction(all.iter().filter(|pair| keep(pair)).count(), all.len());
    let (qwk, why_not) = if all.len() < FEWEST_PAIRS {
        (None, Some(NoKappa::TooFew))
    } else if table.uses_one_level() {
        (None, Some(NoKappa::OneLevel))
    } else {
        (table.kappa(), None)
    };
    let (interval, drawn) = match qwk {
        Some(_) if groups.len() >= FEWEST_GROUPS => {
            let tables: Vec<Table> = groups.iter().map(|group| Table::of(group, levels)).collect();
            (interval(&tables), Some("areas"))
        }
        Some(_) => {
            let tables: Vec<Table> = all.iter().map(|pair| Table::of(&[*pair], levels)).collect();
            (interval(&tables), Some("pairs"))
        }
        None => (None, None),
    };
    Agreement {
        n: all.len(),
        exact: exact(&all),
        within_one: share(&|(one, two)| one.abs_diff(*two) <= 1),
        qwk: qwk.map(round),
        drawn: drawn.filter(|_| interval.is_some()),
        interval,
        why_not,
        signed_difference: signed_difference(&all),
    }
}

/// The share of pairs in which both gave the same level.
pub fn exact(pairs: &[(u8, u8)]) -> f64 {
    fraction(pairs.iter().filter(|(one, two)| one == two).count(), pairs.len())
}

/// The mean of the first level less the second.
pub fn signed_difference(pairs: &[(u8, u8)]) -> f64 {
    let sum: i64 = pairs.iter().map(|(one, two)| i64::from(*one) - i64::from(*two)).sum();
    #[allow(clippy::cast_precision_loss, reason = "sums of levels are far below 2^52")]
    round(sum as f64 / pairs.len().max(1) as f64)
}

#[allow(clippy::cast_precision_loss, reason = "numbers of scores are far below 2^52")]
fn fraction(part: usize, whole: usize) -> f64 {
    round(part as f64 / whole.max(1) as f64)
}

/// Six decimals, so that a figure reads the same everywhere.
pub fn round(number: f64) -> f64 {
    let rounded = (number * 1e6).round() / 1e6;
    // No negative nothing.
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// How often each two levels were given together.
#[derive(Clone)]
struct Table {
    size: usize,
    counts: Vec<u32>,
}

impl Table {
    fn of(pairs: &[(u8, u8)], (lowest, highest): (u8, u8)) -> Self {
        let size = usize::from(highest - lowest) + 1;
        let mut counts = vec![0; size * size];
        for &(one, two) in pairs {
            counts[usize::from(one - lowest) * size + usize::from(two - lowest)] += 1;
        }
        Self { size, counts }
    }

    fn rows(&self) -> Vec<u32> {
        self.counts.chunks(self.size).map(|row| row.iter().sum()).collect()
    }

    fn columns(&self) -> Vec<u32> {
        (0..self.size).map(|column| self.counts.iter().skip(column).step_by(self.size).sum()).collect()
    }

    fn uses_one_level(&self) -> bool {
        let one = |sums: &[u32]| sums.iter().filter(|sum| **sum > 0).count() < 2;
        one(&self.rows()) || one(&self.columns())
    }

    /// One less the weighted disagreement that there is over that which chance would bring. The weight of two levels
    /// is the square of their distance on the scale of the rubric, whether each level was given or not.
    #[allow(clippy::cast_precision_loss, reason = "numbers of scores are far below 2^52")]
    fn kappa(&self) -> Option<f64> {
        let (rows, columns) = (self.rows(), self.columns());
        let n: u64 = rows.iter().map(|sum| u64::from(*sum)).sum();
        let (mut seen, mut by_chance) = (0_u64, 0_u64);
        for (row, in_row) in rows.iter().enumerate() {
            for (column, in_column) in columns.iter().enumerate() {
                let weight = (row.abs_diff(column) as u64).pow(2);
                seen += weight * u64::from(self.counts[row * self.size + column]);
                by_chance += weight * u64::from(*in_row) * u64::from(*in_column);
            }
        }
        (by_chance > 0).then(|| 1.0 - (seen * n) as f64 / by_chance as f64)
    }
}

/// The percentiles 2.5 and 97.5 of kappa over tables drawn again with replacement.
fn interval(tables: &[Table]) -> Option<[f64; 2]> {
    let size = tables.first()?.size;
    let mut numbers = Numbers(SEED);
    let mut kappas: Vec<f64> = Vec::with_capacity(DRAWS);
    let mut drawn = Table { size, counts: vec![0; size * size] };
    for _ in 0..DRAWS {
        drawn.counts.fill(0);
        for _ in 0..tables.len() {
            let table = &tables[numbers.below(tables.len())];
            for (sum, count) in drawn.counts.iter_mut().zip(&table.counts) {
                *sum += count;
            }
        }
        // A sample in which a rater used one level says nothing, and is not counted.
        if !drawn.uses_one_level() {
            kappas.extend(drawn.kappa());
        }
    }
    // Where most samples say nothing, so does the interval.
    if kappas.len() < DRAWS * 9 / 10 {
        return None;
    }
    kappas.sort_by(f64::total_cmp);
    let at = |thousandths: usize| round(kappas[(kappas.len() - 1) * thousandths / 1000]);
    Some([at(25), at(975)])
}

/// Numbers that look like chance (`SplitMix64`; Steele and others, OOPSLA 2014).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One below a bound, each as likely as any other but for one part in 2^32.
    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        let high = ((self.next() >> 32) * bound) >> 32;
        usize::try_from(high).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(one: &[u8], two: &[u8]) -> Vec<(u8, u8)> {
        one.iter().copied().zip(two.iter().copied()).collect()
    }

    #[test]
    fn fewer_than_thirty_pairs_and_one_level_have_no_kappa() {
        let few = agreement(&[pairs(&[1, 2, 3], &[1, 2, 3])], (1, 5));
        assert_eq!((few.qwk, few.why_not, few.exact), (None, Some(NoKappa::TooFew), 1.0));
        let flat = agreement(&[pairs(&[3; 40], &[2, 3, 4, 3].repeat(10))], (1, 5));
        assert_eq!((flat.qwk, flat.why_not, flat.interval), (None, Some(NoKappa::OneLevel), None));
    }

    #[test]
    fn numbers_are_spread_evenly() {
        let mut numbers = Numbers(SEED);
        let mut counts = [0; 7];
        for _ in 0..7000 {
            counts[numbers.below(7)] += 1;
        }
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }
}
