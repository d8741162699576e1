//! The gateway's page, in a browser.

use base64::{Engine, prelude::BASE64_STANDARD};
use fleet::demo;
use serde_json::json;
use service_client::Service;
use tests::{Fleet, a_bowl, soon};
use url::Url;

use crate::browser::{DESKTOP, NARROW, PHONE, Screen, Window};

const CARDS: &str = "document.querySelectorAll('#pieces .card:not(.waiting)').length";
const TITLES: &str = "[...document.querySelectorAll('#pieces h3')].map(title => title.textContent)";

/// A fleet with the demo's twelve pieces, whose pictures everybody may see.
async fn seeded() -> Fleet {
    let fleet = Fleet::start().await;
    demo::seed(&fleet).await.expect("the demo");
    let anyone = fleet.anyone();
    soon("all pictures are public", async || {
        let pieces = anyone.browses("limit=100").await;
        let links: Vec<&String> = pieces.iter().flat_map(|piece| &piece.images).collect();
        if links.len() < 12 {
            return None;
        }
        for link in links {
            if anyone.follow(link).await.status != 200 {
                return None;
            }
        }
        Some(())
    })
    .await;
    found(&fleet, "madhubani", 1).await;
    fleet
}

/// Waits until the search knows so many pieces.
async fn found(fleet: &Fleet, query: &str, count: usize) {
    let anyone = fleet.anyone();
    soon("the search has caught up", async || {
        let answer = anyone.post("/products/search", json!({ "query": query })).await;
        if answer.status != 200 {
            return None;
        }
        let found: serde_json::Value = answer.json();
        (found["results"].as_array()?.len() >= count).then_some(())
    })
    .await;
}

fn page(fleet: &Fleet) -> Url {
    fleet.url(Service::Gateway).unwrap().clone()
}

async fn window(fleet: &Fleet, screen: Screen, language: &str) -> Window {
    let mut window = Window::open(screen, language).await;
    window.goes_to(&page(fleet)).await;
    window
}

#[track_caller]
fn nothing(complaints: &[String]) {
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_seen_searched_and_looked_at_on_every_screen() {
    let fleet = seeded().await;
    let screens = [
        PHONE,
        PHONE.dark("phone-dark"),
        NARROW,
        DESKTOP,
        DESKTOP.dark("desktop-dark"),
    ];
    for screen in screens {
        let mut window = window(&fleet, screen, "en-IN").await;
        sees_twelve_pieces_with_pictures(&mut window).await;
        finds_by_typing(&mut window).await;
        looks_at_one(&mut window).await;
        previews_are_those_of_the_library(&fleet, &mut window).await;
        nothing(&window.complaints().await);
    }
    fleet.stop().await;
}

async fn sees_twelve_pieces_with_pictures(window: &mut Window) {
    window.until(&format!("{CARDS} === 12")).await;
    window
        .until("document.querySelector('#pieces img')?.naturalWidth > 0")
        .await;
    window.photographs("newest").await;
    // Lazy pictures come when they are scrolled to.
    for card in 1..=12 {
        let image = format!("document.querySelector('#pieces li:nth-child({card}) img')");
        window.runs(&format!("{image}.scrollIntoView()")).await;
        window
            .until(&format!("{image}?.complete && {image}.naturalWidth >= 100"))
            .await;
    }
    let previews: usize = window
        .sees("document.querySelectorAll('#pieces .frame canvas').length")
        .await;
    assert_eq!(previews, 12, "every picture has a preview");
    fits(window).await;
    window.photographs("end").await;
    let prices: Vec<String> = window
        .sees("[...document.querySelectorAll('#pieces .price')].map(price => price.textContent)")
        .await;
    assert!(prices.contains(&"₹1,350.50".to_owned()), "{prices:?}");
    assert!(prices.contains(&"₹24,500".to_owned()), "{prices:?}");
}

/// The page decodes placeholders as the library does that made them.
async fn previews_are_those_of_the_library(fleet: &Fleet, window: &mut Window) {
    let pieces = fleet.anyone().browses("limit=24").await;
    window.until(&format!("{CARDS} === {}", pieces.len())).await;
    for (index, piece) in pieces.iter().enumerate() {
        let hash = BASE64_STANDARD.decode(&piece.media[0].placeholder).unwrap();
        let (width, height, expected) = thumbhash::thumb_hash_to_rgba(&hash).unwrap();
        let pixels = format!(
            "(() => {{ const canvas = document.querySelectorAll('#pieces canvas')[{index}]; const {{ width, height }} = canvas; \
             return [width, height, [...canvas.getContext('2d').getImageData(0, 0, width, height).data]]; }})()"
        );
        let seen: (usize, usize, Vec<u8>) = window.sees(&pixels).await;
        assert_eq!((seen.0, seen.1, seen.2.len()), (width, height, expected.len()));
        let apart = seen
            .2
            .iter()
            .zip(&expected)
            .map(|(one, other)| one.abs_diff(*other))
            .max();
        assert!(apart <= Some(2), "{:?}: {apart:?}", piece.title);
    }
}

/// Nothing is cut off, and nobody scrolls sideways.
async fn fits(window: &mut Window) {
    let width: u32 = window.sees("document.documentElement.scrollWidth").await;
    assert!(
        width <= window.screen.width,
        "{} is {width} wide",
        window.screen.name
    );
}

async fn finds_by_typing(window: &mut Window) {
    window.clicks("#query").await;
    window.types("madhub").await;
    window
        .until("!document.querySelector('#suggestions').hidden")
        .await;
    window.photographs("suggestions").await;
    fits(window).await;
    window.presses("ArrowDown").await;
    window
        .until("document.querySelector('#suggestions [aria-selected=true]')")
        .await;
    window.presses("Enter").await;
    window
        .until(&format!(
            "location.search.startsWith('?q=') && {CARDS} >= 1 && {CARDS} < 12"
        ))
        .await;
    let titles: Vec<String> = window.sees(TITLES).await;
    assert_eq!(titles[0], "Madhubani: two fish and a lotus");
    let heading: String = window
        .sees("document.querySelector('#heading').textContent")
        .await;
    assert!(heading.contains("found for “"), "{heading}");

    window.goes_back().await;
    window
        .until(&format!("location.search === '' && {CARDS} === 12"))
        .await;
}

async fn looks_at_one(window: &mut Window) {
    window.clicks("#pieces li:nth-child(1) a").await;
    window
        .until("document.querySelector('dialog[open] img')?.naturalWidth > 0")
        .await;
    window.photographs("piece").await;
    fits(window).await;
    let told: String = window.sees("document.querySelector('dialog').textContent").await;
    for part in [
        "Terracotta bowl with a white pattern",
        "₹850",
        "kick wheel",
        "24 × 10 cm",
        "4 days",
        "west bengal",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    assert!(!told.contains("labor"), "what it costs her is nobody's business");
    window.presses("Escape").await;
    window
        .until("!document.querySelector('dialog').open && location.search === ''")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_reads_in_her_language_and_can_choose_another() {
    let fleet = Fleet::start().await;
    let title = json!({ "en": "Bowl", "hi": "कटोरा", "bn": "বাটি" });
    fleet.artisan().await.lists(a_bowl().with("title", title)).await;
    let mut window = window(&fleet, PHONE, "hi-IN,en").await;
    window.until(&format!("{CARDS} === 1")).await;
    assert_eq!(window.sees::<Vec<String>>(TITLES).await, ["कटोरा"]);
    assert_eq!(window.sees::<String>("document.documentElement.lang").await, "hi");
    assert_eq!(
        window
            .sees::<String>("document.querySelector('#pieces h3 a').lang")
            .await,
        "hi"
    );

    for (language, title, search) in [
        ("bn", "বাটি", "খুঁজুন"),
        ("ta", "Bowl", "தேடு"),
        ("te", "Bowl", "వెతకండి"),
        ("mr", "Bowl", "शोधा"),
        ("en", "Bowl", "Search"),
    ] {
        let choose = format!(
            "(() => {{ const select = document.querySelector('#language'); select.value = '{language}'; \
             select.dispatchEvent(new Event('change')); }})()"
        );
        window.runs(&choose).await;
        window
            .until(&format!(
                "{TITLES}[0] === '{title}' && document.documentElement.lang === '{language}'"
            ))
            .await;
        assert_eq!(
            window
                .sees::<String>("document.querySelector('#search button').textContent")
                .await,
            search
        );
        window.photographs(&format!("language-{language}")).await;
        fits(&mut window).await;
    }
    nothing(&window.complaints().await);

    window.runs("localStorage.setItem('language', 'mr')").await;
    window.goes_to(&page(&fleet)).await;
    assert_eq!(
        window.sees::<String>("document.documentElement.lang").await,
        "mr",
        "it is remembered"
    );
    fleet.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_marketplace_says_how_to_begin_and_its_links_lead_somewhere() {
    let fleet = Fleet::start().await;
    let mut window = window(&fleet, PHONE, "en").await;
    window.until("!document.querySelector('#notice').hidden").await;
    let notice: String = window.sees("document.querySelector('#notice').textContent").await;
    assert!(notice.contains("cargo run -- demo"), "{notice}");
    window.photographs("empty").await;
    let reached = "Promise.all([...document.querySelectorAll('footer a')].map(async link => \
                   [link.getAttribute('href'), (await fetch(link.href)).status]))";
    let reached: Vec<(String, u16)> = window.sees(reached).await;
    let expected = ["/docs", "/openapi.json", "/health", "/health/fleet"].map(|path| (path.to_owned(), 200));
    assert_eq!(reached, expected);
    nothing(&window.complaints().await);

    window.clicks("footer a").await;
    window
        .until("location.pathname.startsWith('/docs') && document.querySelector('.swagger-ui .opblock')")
        .await;
    fleet.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_artisan_wrote_is_text_and_a_piece_without_a_picture_is_whole() {
    let fleet = Fleet::start().await;
    let markup = "<img src=x onerror=\"document.title='gone'\"><script>document.title='gone'</script>";
    let long = "Ж".repeat(120);
    let artisan = fleet.artisan().await;
    let piece = artisan
        .lists(a_bowl().called(markup).with("description", json!(markup)))
        .await;
    artisan
        .lists(a_bowl().called(&long).with("production_time", json!(long)))
        .await;
    let mut window = window(&fleet, NARROW, "en").await;
    window.until(&format!("{CARDS} === 2")).await;
    assert_eq!(window.sees::<Vec<String>>(TITLES).await, [long.as_str(), markup]);
    assert_eq!(
        window
            .sees::<usize>("document.querySelectorAll('#pieces .bare').length")
            .await,
        2
    );
    fits(&mut window).await;
    window.photographs("bare").await;

    let mut address = page(&fleet);
    address.set_query(Some(&format!("piece={}", piece.product.id)));
    window.goes_to(&address).await;
    window.until("document.querySelector('dialog[open] .text')").await;
    assert_eq!(
        window
            .sees::<String>("document.querySelector('dialog .text').textContent")
            .await,
        markup
    );
    assert_eq!(window.sees::<String>("document.title").await, "CraftChain X");
    fits(&mut window).await;
    nothing(&window.complaints().await);
    fleet.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_pages_follow_and_a_service_that_is_down_is_said_and_asked_again() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    for number in 1..=30 {
        artisan.lists(a_bowl().called(&format!("Bowl {number}"))).await;
    }
    found(&fleet, "bowl", 20).await;
    let mut window = window(&fleet, DESKTOP, "en").await;
    window.until(&format!("{CARDS} === 24")).await;
    window.clicks("#more").await;
    window
        .until(&format!(
            "{CARDS} === 30 && document.querySelector('#more').hidden"
        ))
        .await;
    let mut titles: Vec<String> = window.sees(TITLES).await;
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), 30, "none twice");
    assert_eq!(
        window.sees::<String>("document.activeElement.textContent").await,
        "Bowl 6",
        "the first new one"
    );

    window.clicks("#query").await;
    window.types("bowl").await;
    window.presses("Enter").await;
    window
        .until(&format!("location.search === '?q=bowl' && {CARDS} === 24"))
        .await;
    window.clicks("#more").await;
    window.until(&format!("{CARDS} === 30")).await;
    nothing(&window.complaints().await);

    fleet.stop_one(Service::Product).await;
    window.clicks("#all").await;
    window.until("!document.querySelector('#notice').hidden").await;
    window.photographs("failed").await;
    let notice: String = window.sees("document.querySelector('#notice').textContent").await;
    assert!(notice.contains("could not be loaded"), "{notice}");
    window.clicks("#notice button").await;
    window.until("!document.querySelector('#notice').hidden").await;
    fleet.stop().await;
}
