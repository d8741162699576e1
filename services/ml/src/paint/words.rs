use super::Easel;

impl Easel {
    /// Breaks a text into lines of at most so many pixels; what does not fit in `most` lines ends with an ellipsis.
    pub(super) fn wrapped(&self, text: &str, size: f32, bold: bool, width: f32, most: usize) -> Vec<String> {
        let space = self.width("a a", size, bold) - self.width("aa", size, bold);
        let mut lines = vec![String::new()];
        let mut used = 0.0;
        for word in text.split_whitespace() {
            let wide = self.width(word, size, bold);
            let fits = lines.last().is_some_and(String::is_empty) || used + space + wide <= width;
            if !fits {
                if lines.len() == most {
                    lines.last_mut().into_iter().for_each(|last| last.push('…'));
                    return lines;
                }
                lines.push(String::new());
                used = 0.0;
            }
            if let Some(line) = lines.last_mut() {
                if !line.is_empty() {
                    line.push(' ');
                    used += space;
                }
                line.push_str(word);
                used += wide;
            }
        }
        lines
    }
}
