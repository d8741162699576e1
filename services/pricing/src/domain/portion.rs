/// So many hundredths of a percent of an amount, halves away from zero.
pub(super) fn portion(amount: i64, basis_points: i64) -> i64 {
    share(amount, basis_points, 10_000)
}

/// `amount` × `part` / `whole`, halves away from zero. `whole` is greater than zero.
pub(super) fn share(amount: i64, part: i64, whole: i64) -> i64 {
    let product = i128::from(amount) * i128::from(part);
    let whole = i128::from(whole);
    let half = if product < 0 { -whole } else { whole };
    narrowed((2 * product + half) / (2 * whole))
}

/// `amount` × `part` / `whole`, rounded up. `amount` and `part` are not negative, `whole` is greater than zero.
pub(super) fn share_up(amount: i64, part: i64, whole: i64) -> i64 {
    let (product, whole) = (i128::from(amount) * i128::from(part), i128::from(whole));
    narrowed((product + whole - 1) / whole)
}

fn narrowed(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        for (amount, basis_points, rounded) in
            [(150, 100, 2), (149, 100, 1), (-150, 100, -2), (-149, 100, -1)]
        {
            assert_eq!(portion(amount, basis_points), rounded, "{amount}");
        }
        assert_eq!(portion(i64::MAX, 20_000), i64::MAX);
        assert_eq!(share_up(100, 1, 3), 34);
        assert_eq!(share_up(99, 1, 3), 33);
    }
}
