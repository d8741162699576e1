//! The access log's fields, written as they come: it is the one line of every request.

use std::fmt::{self, Debug, Write};

use tracing::{
    Event,
    field::{Field, Visit},
};

/// What to write of one field.
type Form = fn(&mut dyn Write, &str, Given<'_>) -> fmt::Result;

/// A field's value.
#[derive(Clone, Copy)]
enum Given<'a> {
    Text(&'a str),
    Number(u64),
}

/// Google's `httpRequest`, in the order in which the fields are recorded: method, route, status, micros.
pub(super) fn json(event: &Event<'_>, out: &mut dyn Write) -> fmt::Result {
    write(event, out, |out, name, given| match (name, given) {
        ("method", Given::Text(method)) => {
            write!(out, ",\"httpRequest\":{{\"requestMethod\":{}", Quoted(method))
        }
        ("route", Given::Text(route)) => write!(out, ",\"requestUrl\":{}", Quoted(route)),
        ("status", Given::Number(status)) => write!(out, ",\"status\":{status}"),
        ("micros", Given::Number(micros)) => {
            write!(
                out,
                ",\"latency\":\"{}.{:06}s\"}}",
                micros / 1_000_000,
                micros % 1_000_000
            )
        }
        _ => Ok(()),
    })
}

/// `GET /products/{id} 200 812us`.
pub(super) fn text(event: &Event<'_>, out: &mut dyn Write) -> fmt::Result {
    write(event, out, |out, name, given| match (name, given) {
        ("micros", Given::Number(micros)) => write!(out, " {micros}us"),
        (_, Given::Text(text)) => write!(out, " {text}"),
        (_, Given::Number(number)) => write!(out, " {number}"),
    })
}

fn write(event: &Event<'_>, out: &mut dyn Write, form: Form) -> fmt::Result {
    let mut writing = Writing {
        out,
        form,
        outcome: Ok(()),
    };
    event.record(&mut writing);
    writing.outcome
}

struct Writing<'a> {
    out: &'a mut dyn Write,
    form: Form,
    outcome: fmt::Result,
}

impl Writing<'_> {
    fn put(&mut self, field: &Field, given: Given<'_>) {
        self.outcome = self
            .outcome
            .and_then(|()| (self.form)(self.out, field.name(), given));
    }
}

impl Visit for Writing<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Given::Text(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Given::Number(value));
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// A text as JSON writes it.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for part in self
            .0
            .split_inclusive(|c: char| c == '"' || c == '\\' || c.is_control())
        {
            let mut plain = part.chars();
            match plain.next_back() {
                Some(last @ ('"' | '\\')) => write!(f, "{}\\{last}", plain.as_str())?,
                Some(last) if last.is_control() => write!(f, "{}\\u{:04x}", plain.as_str(), u32::from(last))?,
                _ => f.write_str(part)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_quoted_is_json(text in any::<String>()) {
            let quoted = Quoted(&text).to_string();
            prop_assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
        }
    }
}
