//! Least squares through the normal equations, gathered observation by observation.

/// The normal equations of a weighted least-squares problem with `width` unknowns.
#[derive(Debug, Clone)]
pub(crate) struct Normal {
    width: usize,
    /// X'X, row by row; only the lower triangle is kept.
    gram: Vec<f64>,
    /// X'y.
    moment: Vec<f64>,
    /// The sum of the weights.
    weight: f64,
}

impl Normal {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            width,
            gram: vec![0.0; width * width],
            moment: vec![0.0; width],
            weight: 0.0,
        }
    }

    /// Takes one observation in; `row` has `width` entries.
    pub(crate) fn observe(&mut self, row: &[f64], outcome: f64, weight: f64) {
        for (i, &left) in row.iter().enumerate() {
            let left = left * weight;
            let line = &mut self.gram[i * self.width..=i * self.width + i];
            for (cell, &right) in line.iter_mut().zip(row) {
                *cell += left * right;
            }
            self.moment[i] += left * outcome;
        }
        self.weight += weight;
    }

    /// Lets all observations so far count `factor` times as much.
    pub(crate) fn discount(&mut self, factor: f64) {
        self.gram.iter_mut().for_each(|cell| *cell *= factor);
        self.moment.iter_mut().for_each(|cell| *cell *= factor);
        self.weight *= factor;
    }

    /// The coefficients, each shrunk to zero as if `prior` further observations had said that it is zero.
    ///
    /// `None` when nothing was observed or the numbers are not finite.
    pub(crate) fn solve(&self, prior: f64) -> Option<Vec<f64>> {
        let shrink = 1.0 + prior / self.weight.max(1.0);
        let mut factor = self.gram.clone();
        let floor = (0..self.width)
            .map(|i| self.gram[i * self.width + i])
            .fold(0.0, f64::max)
            * 1e-9;
        for i in 0..self.width {
            let cell = &mut factor[i * self.width + i];
            *cell = *cell * shrink + floor;
        }
        let mut solution = self.moment.clone();
        cholesky(&mut factor, self.width)?;
        substitute(&factor, self.width, &mut solution);
        solution.iter().all(|value| value.is_finite()).then_some(solution)
    }

    /// The coefficients and their standard errors, each shrunk to zero by a penalty on its square, where an observation
    /// of weight one has the variance `noise`.
    pub(crate) fn solve_believing(&self, penalty: f64, noise: f64) -> Option<Vec<(f64, f64)>> {
        let mut factor = self.gram.clone();
        for i in 0..self.width {
            factor[i * self.width + i] += penalty;
        }
        cholesky(&mut factor, self.width)?;
        let mut solution = self.moment.clone();
        substitute(&factor, self.width, &mut solution);
        let doubts = (0..self.width).map(|i| {
            let mut unit = vec![0.0; self.width];
            unit[i] = 1.0;
            substitute(&factor, self.width, &mut unit);
            (noise * unit[i]).sqrt()
        });
        Some(solution.into_iter().zip(doubts).collect())
    }
}

/// Replaces the lower triangle of a symmetric positive definite matrix by its Cholesky factor.
pub(crate) fn cholesky(matrix: &mut [f64], width: usize) -> Option<()> {
    for i in 0..width {
        for j in 0..=i {
            let (above, line) = matrix.split_at_mut(i * width);
            let other = if i == j {
                &line[..j]
            } else {
                &above[j * width..j * width + j]
            };
            let dot: f64 = line[..j].iter().zip(other).map(|(a, b)| a * b).sum();
            let rest = line[j] - dot;
            line[j] = if i == j {
                (rest > 0.0 && rest.is_finite()).then(|| rest.sqrt())?
            } else {
                rest / above[j * width + j]
            };
        }
    }
    Some(())
}

/// Solves L L' x = b in place.
pub(crate) fn substitute(factor: &[f64], width: usize, vector: &mut [f64]) {
    for i in 0..width {
        let dot: f64 = factor[i * width..i * width + i]
            .iter()
            .zip(&*vector)
            .map(|(a, b)| a * b)
            .sum();
        vector[i] = (vector[i] - dot) / factor[i * width + i];
    }
    for i in (0..width).rev() {
        let dot: f64 = (i + 1..width).map(|j| factor[j * width + i] * vector[j]).sum();
        vector[i] = (vector[i] - dot) / factor[i * width + i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planted_coefficients_are_recovered() {
        let mut normal = Normal::new(3);
        for step in 0..50_u32 {
            let t = f64::from(step);
            let row = [1.0, t, (t * 0.7).sin()];
            normal.observe(&row, 3.0 - 0.5 * row[1] + 2.0 * row[2], 1.0);
        }
        let found = normal.solve(0.0).unwrap();
        for (value, planted) in found.iter().zip([3.0, -0.5, 2.0]) {
            assert!((value - planted).abs() < 1e-4, "{found:?}");
        }
    }

    #[test]
    fn a_prior_shrinks_to_zero() {
        let mut normal = Normal::new(1);
        (0..10).for_each(|_| normal.observe(&[1.0], 2.0, 1.0));
        assert!((normal.solve(10.0).unwrap()[0] - 1.0).abs() < 1e-6);
    }

    #[test]
    fn nothing_observed_has_no_solution() {
        assert!(Normal::new(2).solve(1.0).is_none());
    }
}
