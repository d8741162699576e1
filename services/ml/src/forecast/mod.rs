//! Forecasts of a series by the methods that would have done best on it, with the spread of what may come.
//!
//! Pure and deterministic: the same numbers give the same answer.

mod analog;
mod autoregression;
mod bands;
pub mod calendar;
mod candidates;
mod combination;
mod field;
mod intermittent;
pub(crate) mod linear;
pub mod measures;
mod naive2;
mod occasions;
mod periods;
mod season;
mod smoothing;
mod theta;
mod trial;
mod view;
mod yearly;

pub use self::naive2::naive2;
pub use self::occasions::{Effect, Occasion};
use self::{
    bands::{Bands, Errors},
    combination::{combine, weights},
    field::Field,
    occasions::Lifted,
    trial::{Trial, Tried},
};

/// What is to be forecast.
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    /// One value a period, oldest first; finite.
    pub values: &'a [f64],
    /// How many periods the known season has; 1 when none is known.
    pub season: usize,
    /// Whether a value can be less than zero; demand cannot.
    pub signed: bool,
    /// Days that may matter; where values can be negative they are not looked at.
    pub occasions: &'a [Occasion],
}

/// What will come.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The expected value of each coming period.
    pub path: Vec<f64>,
    /// The methods with what each counts, the one that counts most first.
    pub methods: Vec<(&'static str, f64)>,
    /// The seasons that were looked at, in periods.
    pub seasons: Vec<f64>,
    /// Whether demand is none in many periods.
    pub intermittent: bool,
    /// The occasions that clearly matter.
    pub effects: Vec<Effect>,
    /// What multiplies the spread of each period.
    multiples: Vec<f64>,
    bands: Bands,
    scale: f64,
    signed: bool,
}

/// With fewer values there is nothing to choose a method by.
const FEW: usize = 8;

/// Forecasts `horizon` periods; `None` when there is no value, or no period asked for.
pub fn forecast(series: &Series<'_>, horizon: usize) -> Option<Forecast> {
    if series.values.is_empty() || horizon == 0 {
        return None;
    }
    let scale = series
        .values
        .iter()
        .fold(0.0, |most: f64, value| most.max(value.abs()));
    let scale = if scale > 0.0 { scale } else { 1.0 };
    let mut values: Vec<f64> = series.values.iter().map(|value| value / scale).collect();
    let lifted = Lifted::learn(&values, if series.signed { &[] } else { series.occasions });
    if let Some(lifted) = &lifted {
        values
            .iter_mut()
            .zip(&lifted.multiples)
            .for_each(|(value, multiple)| *value /= multiple);
    }
    let forecast = if values.len() < FEW {
        of_few(&values, horizon)
    } else {
        of_many(&values, series.season, horizon)
    };
    let forecast = Forecast {
        scale,
        signed: series.signed,
        ..forecast
    };
    Some(forecast.lifted(lifted, values.len()).in_units())
}

fn of_many(values: &[f64], season: usize, horizon: usize) -> Forecast {
    let trial = Trial::of(values, horizon, false);
    let field = Field::of(values, season, trial.origins.start);
    let trial = Trial {
        by_sums: field.is_intermittent(),
        ..trial
    };
    let tried: Vec<Tried> = field
        .candidates()
        .iter()
        .filter_map(|candidate| trial.of_candidate(candidate, horizon))
        .collect();
    if tried.is_empty() {
        return of_few(values, horizon);
    }
    let weights = weights(&tried);
    let weighted = || weights.iter().copied().zip(&tried);
    let path = combine(weighted().map(|(weight, tried)| (weight, &*tried.path)), horizon);
    let paths = combine(
        weighted().map(|(weight, tried)| (weight, &*tried.paths)),
        tried[0].paths.len(),
    );
    let errors = Errors {
        values,
        origins: trial.origins.clone(),
        horizon: trial.horizon,
        paths: &paths,
    };
    Forecast {
        bands: Bands::learn(&errors, horizon),
        methods: named(weighted().map(|(weight, tried)| (tried.method.name(), weight))),
        seasons: field.periods().to_vec(),
        intermittent: field.is_intermittent(),
        effects: Vec::new(),
        multiples: vec![1.0; horizon],
        path,
        scale: 1.0,
        signed: true,
    }
}

/// The mean goes on; how far from it the values are is all that is known of the spread.
fn of_few(values: &[f64], horizon: usize) -> Forecast {
    let level = measures::mean(values.iter().copied());
    let paths = vec![level; values.len()];
    let errors = Errors {
        values,
        origins: 1..values.len().max(1),
        horizon: 1,
        paths: &paths[1..],
    };
    Forecast {
        path: vec![level; horizon],
        methods: vec![("mean", 1.0)],
        seasons: Vec::new(),
        intermittent: false,
        effects: Vec::new(),
        multiples: vec![1.0; horizon],
        bands: Bands::learn(&errors, horizon),
        scale: 1.0,
        signed: true,
    }
}

/// Adds up what is called the same, most first.
fn named(weighted: impl Iterator<Item = (&'static str, f64)>) -> Vec<(&'static str, f64)> {
    let mut sums: Vec<(&'static str, f64)> = Vec::new();
    for (name, weight) in weighted.filter(|(_, weight)| *weight > 0.0) {
        match sums.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += weight,
            None => sums.push((name, weight)),
        }
    }
    sums.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    sums
}

impl Forecast {
    /// The interval that holds the value of a coming period with a probability; `step` counts from zero.
    pub fn interval(&self, step: usize, coverage: f64) -> (f64, f64) {
        let (below, above) = self.bands.around(step, coverage);
        let (middle, size) = (self.path[step], self.scale * self.multiples[step]);
        (
            self.bounded(middle + below * size),
            self.bounded(middle + above * size),
        )
    }

    fn lifted(mut self, lifted: Option<Lifted>, known: usize) -> Self {
        if let Some(lifted) = lifted {
            for (step, multiple) in lifted
                .multiples
                .iter()
                .skip(known)
                .take(self.path.len())
                .enumerate()
            {
                self.path[step] *= multiple;
                self.multiples[step] = *multiple;
            }
            self.effects = lifted.effects;
        }
        self
    }

    fn in_units(mut self) -> Self {
        for step in 0..self.path.len() {
            self.path[step] = self.bounded(self.path[step] * self.scale);
        }
        self
    }

    fn bounded(&self, value: f64) -> f64 {
        let least = if self.signed { f64::MIN } else { 0.0 };
        value.clamp(least, f64::MAX)
    }
}

#[cfg(test)]
mod tests;
