//! Writes the API document of every service to `proto/openapi/`.

#[tokio::main]
async fn main() -> std::io::Result<()> {
    tests::contract::check_in(&tests::contract::told().await)
}
