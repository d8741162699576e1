//! Against programs that are not part of the project. Without them these tests fail: `.ci/run external` installs them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails a test"
)]

mod browser;
mod crash;
mod faults;
mod front_page;
mod google;
#[path = "../journeys/links.rs"]
mod links;
#[path = "../journeys/making_known.rs"]
mod making_known;
#[path = "../journeys/photos.rs"]
mod photos;
#[path = "../journeys/retries.rs"]
mod retries;
#[path = "../journeys/selling.rs"]
mod selling;
#[path = "../journeys/sessions.rs"]
mod sessions;

use google::Fleet;
