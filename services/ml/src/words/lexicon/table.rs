use super::{Agreement, Kind, Name, Term};

/// Each table, and whether a column says what its terms are part of.
const TABLES: [(Kind, bool, &str); 7] = [
    (Kind::Object, false, include_str!("objects.psv")),
    (Kind::Category, false, include_str!("categories.psv")),
    (Kind::Material, true, include_str!("materials.psv")),
    (Kind::Craft, true, include_str!("crafts.psv")),
    (Kind::Colour, false, include_str!("colours.psv")),
    (Kind::Place, true, include_str!("states.psv")),
    (Kind::Place, true, include_str!("towns.psv")),
];

/// The terms of all tables. A line that is none is left out; a test sees that there is no such line.
pub(super) fn terms() -> Vec<Term> {
    let lines = TABLES.iter().flat_map(|(kind, nested, table)| {
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        lines.map(move |line| (*kind, *nested, line))
    });
    lines
        .filter_map(|(kind, nested, line)| term(kind, nested, line))
        .collect()
}

pub(super) fn term(kind: Kind, nested: bool, line: &'static str) -> Option<Term> {
    let mut cells = line.split('|').map(str::trim);
    let slug = cells.next().filter(|slug| !slug.is_empty())?;
    let part_of = if nested { Some(cells.next()?) } else { None };
    let mut name = || Some(read(cells.next()?)).filter(|name| !name.text.is_empty());
    let names = [name()?, name()?, name()?, name()?, name()?, name()?];
    let also = cells.next()?;
    if cells.next().is_some() {
        return None;
    }
    Some(Term {
        kind,
        slug,
        part_of: part_of.filter(|slug| !slug.is_empty()),
        names,
        also: also
            .split(',')
            .map(str::trim)
            .filter(|form| !form.is_empty())
            .collect(),
    })
}

/// `form`, `form/oblique` or `form gender`.
fn read(cell: &'static str) -> Name {
    let (forms, agreement) = match cell.rsplit_once(' ') {
        Some((forms, mark)) => match agreement(mark) {
            Some(agreement) => (forms, agreement),
            None => (cell, Agreement::N),
        },
        None => (cell, Agreement::N),
    };
    let (text, oblique) = forms.split_once('/').unwrap_or((forms, forms));
    Name {
        text: text.trim(),
        oblique: oblique.trim(),
        agreement,
    }
}

fn agreement(mark: &str) -> Option<Agreement> {
    Some(match mark {
        "m" => Agreement::M,
        "f" => Agreement::F,
        "n" => Agreement::N,
        "mp" => Agreement::Mp,
        "fp" => Agreement::Fp,
        "np" | "p" => Agreement::Np,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_term() {
        for (kind, nested, table) in TABLES {
            for line in table.lines().filter(|line| !line.starts_with('#')) {
                assert!(term(kind, nested, line).is_some(), "{line}");
            }
        }
    }

    #[test]
    fn a_cell_says_form_oblique_and_gender() {
        let copper = read("ताँबा/ताँबे");
        assert_eq!((copper.text, copper.oblique), ("ताँबा", "ताँबे"));
        let bangles = read("बांगड्या fp");
        assert_eq!((bangles.text, bangles.agreement), ("बांगड्या", Agreement::Fp));
    }
}
