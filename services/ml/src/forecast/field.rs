//! Who competes for a series.

use super::{
    candidates::{Candidate, Method},
    intermittent::Intermittent,
    periods::longer,
    season::whole,
    view::View,
    yearly::Apart,
};

/// The views of a series, and the seasons in it.
pub(crate) struct Field {
    plain: View,
    logarithms: Option<View>,
    rest: Option<View>,
    rest_of_logarithms: Option<View>,
    /// The season that was told, if there is one, and perhaps a longer one.
    periods: Vec<f64>,
    /// Demand that is none in many periods.
    intermittent: bool,
}

/// A series whose periods are empty this often is intermittent.
const EMPTY: f64 = 0.25;

impl Field {
    /// What can be learned from the values before `first`, where the trials begin.
    pub(crate) fn of(values: &[f64], season: usize, first: usize) -> Self {
        let mut periods = Vec::new();
        if season > 1 {
            #[expect(clippy::cast_precision_loss, reason = "a number of steps")]
            periods.push(season as f64);
        }
        periods.extend(longer(values, season));
        let least = values.len() - first + 40;
        let plain = View::plain(values, false);
        let logarithms = values
            .iter()
            .all(|value| *value > 0.0)
            .then(|| View::plain(values, true));
        let rest = |view: &View| Some(view.without_seasons(&periods, first)?.recent(least));
        Self {
            rest: rest(&plain),
            rest_of_logarithms: logarithms.as_ref().and_then(rest),
            plain: plain.recent(least),
            logarithms: logarithms.map(|view| view.recent(least)),
            intermittent: is_intermittent(values),
            periods,
        }
    }

    pub(crate) fn is_intermittent(&self) -> bool {
        self.intermittent
    }

    /// The seasons that were found, in steps.
    pub(crate) fn periods(&self) -> &[f64] {
        &self.periods
    }

    pub(crate) fn candidates(&self) -> Vec<Candidate<'_>> {
        let mut field = Vec::new();
        let mut enter = |view, methods: &[Method]| enter(&mut field, view, methods);
        let grown = self.logarithms.as_ref().unwrap_or(&self.plain);
        enter(Some(&self.plain), &[Method::Naive]);
        enter(Some(grown), &[Method::Simple, Method::Damped]);
        enter(self.rest.as_ref(), &[Method::Simple, Method::Autoregression]);
        enter(
            self.rest_of_logarithms.as_ref(),
            &[Method::Simple, Method::Autoregression],
        );
        if self.rest.is_none() && self.rest_of_logarithms.is_none() {
            enter(Some(grown), &[Method::Theta, Method::Autoregression]);
        }
        for &period in &self.periods {
            let standing = |part: usize| (whole(period) / part).max(1);
            let analog = |part| Method::Analog {
                period,
                standing: standing(part),
            };
            let yearly = |apart| Method::Yearly { period, apart };
            enter(
                Some(&self.plain),
                &[analog(6), analog(4), yearly(Apart::Regressed)],
            );
            enter(Some(grown), &[yearly(Apart::Smoothed)]);
            enter(
                self.rest_of_logarithms.as_ref().or(self.rest.as_ref()),
                &[analog(13)],
            );
        }
        if let Some(&period) = self.periods.first() {
            enter(Some(&self.plain), &[Method::SeasonalNaive { period }]);
        }
        if self.intermittent {
            let methods = [Intermittent::Croston, Intermittent::Fading].map(Method::Intermittent);
            enter(Some(&self.plain), &methods);
            enter(
                Some(&self.plain),
                &[Method::Mean { window: usize::MAX }, Method::Mean { window: 56 }],
            );
        }
        field
    }
}

fn enter<'a>(field: &mut Vec<Candidate<'a>>, view: Option<&'a View>, methods: &[Method]) {
    if let Some(view) = view {
        field.extend(methods.iter().map(|&method| Candidate { view, method }));
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of values")]
fn is_intermittent(values: &[f64]) -> bool {
    let empty = values.iter().filter(|value| **value == 0.0).count();
    empty as f64 >= EMPTY * values.len() as f64 && values.iter().all(|value| *value >= 0.0)
}
