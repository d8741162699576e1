use std::fmt::Write;

/// An SVG that is being written. What is drawn later lies above.
pub(super) struct Canvas {
    svg: String,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self {
            svg: format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
            ),
        }
    }

    /// A filled rectangle; `colour` is `#rrggbb`.
    pub(super) fn area(mut self, x: f32, y: f32, width: f32, height: f32, colour: &str) -> Self {
        let _ = write!(
            self.svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{colour}\"/>"
        );
        self
    }

    /// One line of text on its base line.
    pub(super) fn line(mut self, x: f32, y: f32, size: f32, bold: bool, colour: &str, text: &str) -> Self {
        let weight = if bold { "bold" } else { "normal" };
        let _ = write!(
            self.svg,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{colour}\" xml:space=\"preserve\">{}</text>",
            escaped(text)
        );
        self
    }

    /// Lines below each other.
    pub(super) fn lines(self, x: f32, y: f32, size: f32, bold: bool, colour: &str, lines: &[String]) -> Self {
        let mut at = y;
        lines.iter().fold(self, |canvas, text| {
            let drawn = canvas.line(x, at, size, bold, colour, text);
            at += size * LEADING;
            drawn
        })
    }

    /// Part of a photo (`photo` is a data URI of `size` pixels), filling an area.
    pub(super) fn photo(mut self, area: [f32; 4], photo: &str, size: (u32, u32), part: [f32; 4]) -> Self {
        let [x, y, width, height] = area;
        let (photo_width, photo_height) = size;
        let [left, top, part_width, part_height] = part;
        let _ = write!(
            self.svg,
            "<svg x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" viewBox=\"{left} {top} {part_width} {part_height}\" \
             preserveAspectRatio=\"xMidYMid slice\"><image width=\"{photo_width}\" height=\"{photo_height}\" href=\"{photo}\"/></svg>"
        );
        self
    }

    pub(super) fn finish(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }
}

/// The distance of two base lines, of the size of the letters; Indic scripts are tall.
pub(super) const LEADING: f32 = 1.4;

/// What a stranger wrote is text and never markup; characters that XML does not have are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            control if control.is_control() => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_markup() {
        let svg = Canvas::new(10, 10)
            .line(0.0, 9.0, 8.0, false, "#000000", "<image href=\"x\"/>&\u{1}")
            .finish();
        assert!(
            !svg.contains("<image") && svg.contains("&lt;image href=&quot;x&quot;/&gt;&amp; "),
            "{svg}"
        );
    }
}
