//! Measures the forecaster on a set in M4's form: `forecast_eval TRAIN.csv TEST.csv SEASON`.
//!
//! A line is a series: its name, then its values, oldest first; the first line is a heading. SEASON is what the errors
//! are scaled and the reference is deseasonalised with.

use std::{env::args, error::Error, fs, process::ExitCode, time::Instant};

use ml::forecast::{
    Forecast, Series, forecast,
    measures::{mase, mean, owa, smape},
    naive2,
};

struct Named {
    name: String,
    values: Vec<f64>,
}

#[expect(clippy::print_stderr, reason = "a program for the terminal")]
fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("forecast_eval: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = args().skip(1).collect();
    let [train, test, season] = &arguments[..] else {
        return Err("usage: forecast_eval TRAIN.csv TEST.csv SEASON".into());
    };
    let season: usize = season
        .parse()
        .map_err(|_| format!("{season} is no number of steps"))?;
    let pairs = pair(read(train)?, read(test)?)?;
    let before = Instant::now();
    let forecasts: Vec<Forecast> = pairs
        .iter()
        .map(|(history, truth)| tell(history, season, truth.values.len()))
        .collect::<Result<_, _>>()?;
    let seconds = before.elapsed().as_secs_f64();
    report(&pairs, &forecasts, season.max(1), seconds);
    Ok(())
}

fn read(path: &str) -> Result<Vec<Named>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    text.lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(series)
        .collect()
}

fn series(line: &str) -> Result<Named, Box<dyn Error>> {
    let mut cells = line.split(',').map(|cell| cell.trim().trim_matches('"'));
    let name = cells.next().unwrap_or_default().to_owned();
    let values = cells
        .filter(|cell| !cell.is_empty() && *cell != "NA")
        .map(str::parse);
    let values: Vec<f64> = values
        .collect::<Result<_, _>>()
        .map_err(|error| format!("{name}: {error}"))?;
    if values.iter().any(|value| !value.is_finite()) {
        return Err(format!("{name}: a value is not finite").into());
    }
    Ok(Named { name, values })
}

fn pair(train: Vec<Named>, mut test: Vec<Named>) -> Result<Vec<(Named, Named)>, Box<dyn Error>> {
    let pairs = train.into_iter().map(|history| {
        let place = test.iter().position(|truth| truth.name == history.name);
        let place = place.ok_or_else(|| format!("{}: not in the test set", history.name))?;
        Ok((history, test.swap_remove(place)))
    });
    pairs.collect()
}

fn tell(history: &Named, season: usize, horizon: usize) -> Result<Forecast, Box<dyn Error>> {
    let series = Series {
        values: &history.values,
        season,
        signed: history.values.iter().any(|value| *value < 0.0),
        occasions: &[],
    };
    forecast(&series, horizon).ok_or_else(|| format!("{}: there is nothing to forecast", history.name).into())
}

#[expect(clippy::print_stdout, reason = "a program for the terminal")]
#[expect(clippy::cast_precision_loss, reason = "a number of series")]
fn report(pairs: &[(Named, Named)], forecasts: &[Forecast], season: usize, seconds: f64) {
    let told: Vec<Vec<f64>> = forecasts.iter().map(|forecast| forecast.path.clone()).collect();
    let reference = |(history, truth): &(Named, Named)| naive2(&history.values, season, truth.values.len());
    let reference: Vec<Vec<f64>> = pairs.iter().map(reference).collect();
    let (ours, naive2) = (errors(pairs, &told, season), errors(pairs, &reference, season));
    println!("series      {:>9}", pairs.len());
    println!("sMAPE       {:>9.3}   (Naive2 {:.3})", ours.0, naive2.0);
    println!("MASE        {:>9.3}   (Naive2 {:.3})", ours.1, naive2.1);
    println!("OWA         {:>9.4}", owa(ours.0, ours.1, naive2.0, naive2.1));
    println!("covered 80% {:>8.1}%", 100.0 * covered(pairs, forecasts, 0.80));
    println!("covered 95% {:>8.1}%", 100.0 * covered(pairs, forecasts, 0.95));
    println!("series/s    {:>9.1}   (one thread)", pairs.len() as f64 / seconds);
}

/// The mean sMAPE and MASE of a forecast a series.
fn errors(pairs: &[(Named, Named)], paths: &[Vec<f64>], season: usize) -> (f64, f64) {
    let each = || pairs.iter().zip(paths);
    (
        mean(each().map(|((_, truth), path)| smape(&truth.values, path))),
        // A series that never changes has no scale.
        mean(
            each()
                .map(|((history, truth), path)| mase(&history.values, season, &truth.values, path))
                .filter(|error| error.is_finite()),
        ),
    )
}

/// The part of all steps of all series whose truth lay in the interval.
fn covered(pairs: &[(Named, Named)], forecasts: &[Forecast], coverage: f64) -> f64 {
    mean(pairs.iter().zip(forecasts).flat_map(|((_, truth), forecast)| {
        truth.values.iter().enumerate().map(move |(step, truth)| {
            let (low, high) = forecast.interval(step, coverage);
            f64::from(u8::from((low..=high).contains(truth)))
        })
    }))
}
