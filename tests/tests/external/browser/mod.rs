//! A headless Chromium, driven over the `DevTools` protocol (<https://chromedevtools.github.io/devtools-protocol/>).

mod launch;
mod session;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tests::soon;
use url::Url;

use self::{launch::Chromium, session::Session};

/// What somebody looks at the page with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) name: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Pixels of the device to one of CSS.
    pub(crate) density: u32,
    pub(crate) touched: bool,
    pub(crate) dark: bool,
}

/// A cheap phone.
pub(crate) const PHONE: Screen = Screen {
    name: "phone",
    width: 360,
    height: 740,
    density: 2,
    touched: true,
    dark: false,
};
/// The narrowest that the page promises to fit.
pub(crate) const NARROW: Screen = Screen {
    name: "narrow",
    width: 320,
    ..PHONE
};
pub(crate) const DESKTOP: Screen = Screen {
    name: "desktop",
    width: 1280,
    height: 900,
    density: 1,
    touched: false,
    dark: false,
};

impl Screen {
    /// In the evening.
    pub(crate) const fn dark(self, name: &'static str) -> Self {
        Self {
            name,
            dark: true,
            ..self
        }
    }
}

/// A window of its own browser, with nothing remembered.
pub(crate) struct Window {
    session: Session,
    pub(crate) screen: Screen,
    _chromium: Chromium,
}

impl Window {
    /// Of somebody who reads `language` (a BCP 47 tag).
    pub(crate) async fn open(screen: Screen, language: &str) -> Self {
        let chromium = Chromium::start(language).await;
        let session = Session::begin(&chromium.address).await;
        let mut window = Self {
            session,
            screen,
            _chromium: chromium,
        };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            window.session.call(&format!("{domain}.enable"), json!({})).await;
        }
        window.fit().await;
        window
    }

    async fn fit(&mut self) {
        let Screen {
            width,
            height,
            density,
            touched,
            dark,
            ..
        } = self.screen;
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": density, "mobile": touched });
        self.session
            .call("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        let touch = json!({ "enabled": touched });
        self.session
            .call("Emulation.setTouchEmulationEnabled", touch)
            .await;
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.session.call("Emulation.setEmulatedMedia", media).await;
    }

    /// Goes to an address.
    pub(crate) async fn goes_to(&mut self, url: &Url) {
        let answer = self
            .session
            .call("Page.navigate", json!({ "url": url.as_str() }))
            .await;
        assert_eq!(answer["errorText"], Value::Null, "{url}");
        self.until("document.readyState === 'complete'").await;
    }

    /// What an expression is on the page; promises are waited for.
    pub(crate) async fn sees<T: DeserializeOwned>(&mut self, expression: &str) -> T {
        serde_json::from_value(self.evaluated(expression).await).expect(expression)
    }

    /// Runs a statement for what it does.
    pub(crate) async fn runs(&mut self, statement: &str) {
        self.evaluated(&format!("void {statement}")).await;
    }

    async fn evaluated(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.session.call("Runtime.evaluate", asked).await;
        assert_eq!(answer["exceptionDetails"], Value::Null, "{expression}");
        answer["result"]["value"].take()
    }

    /// Waits until a condition holds.
    pub(crate) async fn until(&mut self, condition: &str) {
        let condition = format!("Boolean({condition})");
        soon(&condition, async || {
            self.sees::<bool>(&condition).await.then_some(())
        })
        .await;
    }

    /// Clicks, or taps, on the middle of what a selector finds first.
    pub(crate) async fn clicks(&mut self, selector: &str) {
        let found = format!(
            "(() => {{ const element = document.querySelector({selector:?}); element.scrollIntoView({{ block: 'center' }}); \
             const box = element.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        );
        let (x, y): (f64, f64) = self.sees(&found).await;
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.session.call("Input.dispatchMouseEvent", event).await;
        }
    }

    /// Types letter by letter into what has the focus.
    pub(crate) async fn types(&mut self, text: &str) {
        for letter in text.chars() {
            self.session
                .call("Input.insertText", json!({ "text": letter }))
                .await;
        }
    }

    /// Presses a key such as `Enter` or `ArrowDown`.
    pub(crate) async fn presses(&mut self, key: &str) {
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            "ArrowDown" => 40,
            "Tab" => 9,
            _ => panic!("which key is {key}?"),
        };
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let event =
                json!({ "type": kind, "key": key, "code": key, "text": text, "windowsVirtualKeyCode": code });
            self.session.call("Input.dispatchKeyEvent", event).await;
        }
    }

    /// Goes back, as with the button of a phone.
    pub(crate) async fn goes_back(&mut self) {
        self.runs("history.back()").await;
    }

    /// Keeps what is to be seen as `target/tmp/<name>.png`, for people.
    pub(crate) async fn photographs(&mut self, name: &str) {
        let shot = self
            .session
            .call("Page.captureScreenshot", json!({ "format": "png" }))
            .await;
        let picture = BASE64_STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(folder.join(format!("{name}-{}.png", self.screen.name)), picture).unwrap();
    }

    /// Errors and warnings that the browser wrote since this was last asked, and answers of 400 and more.
    pub(crate) async fn complaints(&mut self) -> Vec<String> {
        self.sees::<Value>("new Promise(done => requestAnimationFrame(done)).then(() => null)")
            .await;
        self.session.complaints()
    }
}
