//! Photos, and forms that carry them.

use crate::Piece;

/// A ceramic cup on wood.
pub const CUP: &[u8] = include_bytes!("../../services/media/tests/photos/coffee-cup.jpg");
/// Bricks.
pub const BRICKS: &[u8] = include_bytes!("../../services/media/tests/photos/brick-texture.jpg");

/// A multipart form under way.
#[derive(Debug, Clone)]
pub struct Form {
    boundary: &'static str,
    body: Vec<u8>,
}

impl Form {
    /// Whose parts stand between lines of this text.
    pub fn between(boundary: &'static str) -> Self {
        Self {
            boundary,
            body: Vec::new(),
        }
    }

    /// That lists a piece with photos.
    pub fn listing(piece: &Piece, photos: &[&[u8]]) -> Self {
        let product = serde_json::to_string(piece).expect("JSON");
        let form = Self::between("one-boundary").field("product", &product);
        photos
            .iter()
            .fold(form, |form, photo| form.file("images", "photo.jpg", photo))
    }

    /// With a field.
    #[must_use]
    pub fn field(self, name: &str, value: &str) -> Self {
        self.part(&format!("name=\"{name}\""), value.as_bytes())
    }

    /// With a file.
    #[must_use]
    pub fn file(self, name: &str, filename: &str, bytes: &[u8]) -> Self {
        self.part(&format!("name=\"{name}\"; filename=\"{filename}\""), bytes)
    }

    fn part(mut self, described: &str, bytes: &[u8]) -> Self {
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; {described}\r\n\r\n",
            self.boundary
        );
        self.body.extend(head.as_bytes());
        self.body.extend(bytes);
        self.body.extend(b"\r\n");
        self
    }

    /// Its `Content-Type`.
    pub fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The whole of it.
    pub fn bytes(self) -> Vec<u8> {
        [&self.body[..], format!("--{}--\r\n", self.boundary).as_bytes()].concat()
    }
}
