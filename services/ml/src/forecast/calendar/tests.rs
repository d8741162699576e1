//! The golden table: the holidays of the Central Government's offices in Delhi as the Department of Personnel and
//! Training lists them each year (and, where it lists none, the State Government of Kerala for Onam and Tamil Nadu for
//! Pongal).

use super::*;

fn check(festival: Festival, table: &[(i32, u32, u32)]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|&(year, month, day)| {
            (
                NaiveDate::from_ymd_opt(year, month, day).unwrap(),
                festival.days_in(year),
            )
        })
        .filter(|(known, computed)| !computed.contains(known))
        .collect();
    assert!(wrong.is_empty(), "{festival:?}: {wrong:?}");
}

#[test]
fn diwali_is_when_it_was() {
    check(
        Festival::Diwali,
        &[
            (2015, 11, 11),
            (2016, 10, 30),
            (2017, 10, 19),
            (2018, 11, 7),
            (2019, 10, 27),
            (2020, 11, 14),
            (2021, 11, 4),
            (2022, 10, 24),
            (2023, 11, 12),
            (2024, 10, 31),
            (2025, 10, 20),
            (2026, 11, 8),
        ],
    );
}
#[test]
fn holi_is_when_it_was() {
    check(
        Festival::Holi,
        &[
            (2015, 3, 6),
            (2016, 3, 24),
            (2017, 3, 13),
            (2018, 3, 2),
            (2019, 3, 21),
            (2020, 3, 10),
            (2021, 3, 29),
            (2022, 3, 18),
            (2023, 3, 8),
            (2024, 3, 25),
            (2025, 3, 14),
            (2026, 3, 4),
        ],
    );
}
#[test]
fn dussehra_is_when_it_was() {
    check(
        Festival::Dussehra,
        &[
            (2015, 10, 22),
            (2016, 10, 11),
            (2017, 9, 30),
            (2018, 10, 19),
            (2019, 10, 8),
            (2020, 10, 25),
            (2021, 10, 15),
            (2022, 10, 5),
            (2023, 10, 24),
            (2024, 10, 12),
            (2025, 10, 2),
            (2026, 10, 20),
        ],
    );
}
#[test]
fn durga_puja_is_when_it_was() {
    check(
        Festival::DurgaPuja,
        &[
            (2018, 10, 17),
            (2019, 10, 6),
            (2020, 10, 24),
            (2021, 10, 13),
            (2022, 10, 3),
            (2023, 10, 22),
            (2024, 10, 11),
            (2025, 9, 30),
        ],
    );
}
#[test]
fn raksha_bandhan_is_when_it_was() {
    check(
        Festival::RakshaBandhan,
        &[
            (2015, 8, 29),
            (2016, 8, 18),
            (2017, 8, 7),
            (2018, 8, 26),
            (2019, 8, 15),
            (2020, 8, 3),
            (2021, 8, 22),
            (2022, 8, 11),
            (2023, 8, 30),
            (2024, 8, 19),
            (2025, 8, 9),
            (2026, 8, 28),
        ],
    );
}
#[test]
fn ganesh_chaturthi_is_when_it_was() {
    check(
        Festival::GaneshChaturthi,
        &[
            (2015, 9, 17),
            (2016, 9, 5),
            (2017, 8, 25),
            (2018, 9, 13),
            (2019, 9, 2),
            (2020, 8, 22),
            (2021, 9, 10),
            (2022, 8, 31),
            (2023, 9, 19),
            (2024, 9, 7),
            (2025, 8, 27),
            (2026, 9, 14),
        ],
    );
}
#[test]
fn guru_nanak_jayanti_is_when_it_was() {
    check(
        Festival::GuruNanakJayanti,
        &[
            (2018, 11, 23),
            (2019, 11, 12),
            (2020, 11, 30),
            (2021, 11, 19),
            (2022, 11, 8),
            (2023, 11, 27),
            (2024, 11, 15),
            (2025, 11, 5),
        ],
    );
}
#[test]
fn onam_is_when_it_was() {
    check(
        Festival::Onam,
        &[
            (2015, 8, 28),
            (2016, 9, 14),
            (2017, 9, 4),
            (2018, 8, 25),
            (2019, 9, 11),
            (2020, 8, 31),
            (2021, 8, 21),
            (2022, 9, 8),
            (2023, 8, 29),
            (2024, 9, 15),
            (2025, 9, 5),
            (2026, 8, 26),
        ],
    );
}
#[test]
fn pongal_is_when_it_was() {
    check(
        Festival::Pongal,
        &[
            (2016, 1, 15),
            (2017, 1, 14),
            (2018, 1, 14),
            (2019, 1, 15),
            (2020, 1, 15),
            (2021, 1, 14),
            (2022, 1, 14),
            (2023, 1, 15),
            (2024, 1, 15),
            (2025, 1, 14),
        ],
    );
}
#[test]
fn eid_al_fitr_is_when_it_was() {
    check(
        Festival::EidAlFitr,
        &[
            (2015, 7, 18),
            (2016, 7, 7),
            (2017, 6, 26),
            (2018, 6, 16),
            (2019, 6, 5),
            (2020, 5, 25),
            (2021, 5, 14),
            (2022, 5, 3),
            (2023, 4, 22),
            (2024, 4, 11),
            (2025, 3, 31),
            (2026, 3, 21),
        ],
    );
}
#[test]
fn eid_al_adha_is_when_it_was() {
    check(
        Festival::EidAlAdha,
        &[
            (2015, 9, 25),
            (2016, 9, 13),
            (2017, 9, 2),
            (2018, 8, 22),
            (2019, 8, 12),
            (2020, 8, 1),
            (2021, 7, 21),
            (2022, 7, 10),
            (2023, 6, 29),
            (2024, 6, 17),
            (2025, 6, 7),
        ],
    );
}
#[test]
fn the_islamic_year_brings_a_festival_twice_in_some_years() {
    assert_eq!(Festival::EidAlFitr.days_in(2033).len(), 2);
}
