use crate::refusals::{Asked, Foreign, Row, Who};

/// Its own operations, and those of all others under `/v1`, but for what services ask each other.
pub fn rows() -> Vec<Row> {
    let own = ["GET /", "GET /health/fleet"].map(|operation| {
        Row::new(operation, Who::Anyone, Foreign::NoObject, |_| async {
            Asked::by_anyone()
        })
    });
    let others = super::auth()
        .into_iter()
        .chain(super::product())
        .chain(super::ml())
        .chain(super::pricing())
        .chain(super::media());
    let public = others.filter(|row| !matches!(row.who, Who::Service(_)));
    own.into_iter().chain(public.map(Row::at_the_gateway)).collect()
}
