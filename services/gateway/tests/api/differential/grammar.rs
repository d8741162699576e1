//! Requests in all the spellings that two programs are known to read differently.

use std::collections::BTreeSet;

use fastrand::Rng;

const METHODS: &[&str] = &["GET", "GET", "GET", "POST", "PUT", "DELETE"];

const BEGINNINGS: &[&str] = &[
    "/products",
    "/products",
    "/v1/products",
    "/v1/products",
    "/%70roducts",
    "/%50roducts",
    "/v1/%70roduct%73",
    "/v%31/products",
    "/v1/v1/products",
    "/V1/products",
    "/Products",
    "/PRODUCTS",
    "/internal",
    "/%69nternal",
    "/products/../internal",
    "/products%2f..%2finternal",
    "//products",
    "/./products",
    "/products;a=b",
    "/products\\..\\internal",
    "http://gateway/products",
    "http://GATEWAY/v1/products",
    "http://other.example/products",
    "products",
];

const ATOMS: &[&str] = &[
    "a",
    "b",
    "7",
    "A",
    "%41",
    "%61",
    "%2d",
    "-",
    "_",
    "~",
    "%7e",
    "%7E",
    "+",
    "%2b",
    "%2B",
    "%20",
    "@",
    ":",
    "!",
    "$",
    "'",
    "(",
    "*",
    ",",
    "=",
    "&",
    "%26",
    ".",
    "..",
    "...",
    "%2e",
    "%2E",
    "%2e%2e",
    ".%2e",
    "%2f",
    "%2F",
    "%252f",
    "%252e",
    "%25",
    "%",
    "%2",
    "%zz",
    "%u002e",
    ";",
    ";v=1",
    "..;",
    "%3b",
    "%3B",
    "\\",
    "%5c",
    "%5C",
    "%00",
    "%0a",
    "%0d%0a",
    "%09",
    "%7f",
    "%23",
    "%3f",
    "%c3%a9",
    "%C3%A9",
    "%e0%a4%ae",
    "%c0%ae",
    "%c0%af",
    "%e0%80%af",
    "%ff",
    "%ed%a0%80",
    "\u{e9}",
    "|",
    "{",
    "\"",
    "<",
    "[",
    "^",
    "`",
];

const QUERIES: &[&str] = &[
    "",
    "",
    "",
    "?",
    "?a=b",
    "?a=%2e%2e%2f",
    "?a=/../x",
    "?%zz",
    "?a;b",
    "?a=b&a=c",
    "?a?b",
    "?%00",
    "#top",
    "?a#b",
    "?a=\u{e9}",
    "?a|b",
];

/// Lines of a head, each ended by the generator.
const HEADERS: &[&str] = &[
    "X-Probe: a",
    "X-Probe: b",
    "x-probe:c",
    "X-PROBE:\td ",
    "Cookie: a=1",
    "Cookie: b=2",
    "Content-Type: text/plain",
    "Accept: text/plain, */*;q=0.1",
    "Content-Type: application/json",
    "X-Probe: a, b",
    "X-Probe:",
    "X-Probe: \u{e9}",
    "X-Probe: \"quoted, comma\"",
    "X_Probe: e",
    "X-Probe: f\r\n folded",
    "X-Probe: g\r\n\tfolded",
    "X-Probe: h\r\n",
    "X-Probe : i",
    " X-Probe: j",
    "X-Probe: k\0l",
    "X-Probe: m\rn",
    "X-Pro be: o",
    "X-Probe",
    ": p",
    "Host: gateway",
    "Host: other.example",
    "Connection: keep-alive",
    "Keep-Alive: timeout=5",
];

/// Another request within a body: nobody may ever take it for one.
const HIDDEN: &str = "GET /products/hidden HTTP/1.1\r\nHost: gateway\r\n\r\n";

/// `{}` is where the length of the body stands.
const FRAMINGS: &[&str] = &[
    "Content-Length: {}",
    "content-length:{}",
    "Transfer-Encoding: chunked",
    "Content-Length: {}\r\nContent-Length: {}",
    "Content-Length: {}, {}",
    "Content-Length: {}\r\nContent-Length: 0",
    "Content-Length: +{}",
    "Content-Length: 0{}",
    "Content-Length: {} ",
    "Content-Length : {}",
    "Content-Length: 0",
    "Content-Length: 3",
    "Content-Length:",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: {}",
    "Content-Length: {}\r\nTransfer-Encoding: chunked",
    "Content-Length: 4\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 0",
    "Transfer-Encoding: Chunked",
    "Transfer-Encoding:\tchunked",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: identity\r\nContent-Length: {}",
    "Transfer-Encoding:\r\n chunked",
    "Transfer-Encoding: chunked\r\nConnection: transfer-encoding",
    "Transfer-Encoding: chunked;a=b",
];

const BODIES: &[&str] = &[
    "",
    "words",
    "0\r\n\r\n",
    "5\r\nwords\r\n0\r\n\r\n",
    "5\r\nwords\r\n3\r\nand\r\n0\r\n\r\n",
    "05\r\nwords\r\n0\r\n\r\n",
    "5;a=b\r\nwords\r\n0\r\n\r\n",
    "5 \r\nwords\r\n0\r\n\r\n",
    "5\r\nwords\r\n0\r\nX-Trailer: a\r\n\r\n",
    "5\nwords\n0\n\n",
    "5\r\nwords0\r\n\r\n",
    "0x5\r\nwords\r\n0\r\n\r\n",
    "-5\r\nwords\r\n0\r\n\r\n",
    "fffffffffffffffff\r\nwords\r\n0\r\n\r\n",
    "words{}",
    "0\r\n\r\n{}",
    "5\r\nwords\r\n0\r\n\r\n{}",
];

/// So many different requests, the same for the same seed.
pub(super) fn requests(seed: u64, count: usize) -> BTreeSet<String> {
    let mut rng = Rng::with_seed(seed);
    let mut requests = BTreeSet::new();
    while requests.len() < count {
        requests.insert(request(&mut rng));
    }
    requests
}

/// How many at the beginning of each list are plain; those are taken in three of four cases.
const PLAIN_BEGINNINGS: usize = 8;
const PLAIN_ATOMS: usize = 30;
const PLAIN_HEADERS: usize = 8;
const PLAIN_FRAMINGS: usize = 3;

fn mostly_plain<'a>(rng: &mut Rng, choices: &[&'a str], plain: usize) -> &'a str {
    if rng.u8(..) < 192 {
        one_of(rng, &choices[..plain])
    } else {
        one_of(rng, choices)
    }
}

fn one_of<'a>(rng: &mut Rng, choices: &[&'a str]) -> &'a str {
    rng.choice(choices).copied().unwrap_or_default()
}

fn request(rng: &mut Rng) -> String {
    let method = one_of(rng, METHODS);
    let target = target(rng);
    let mut lines = vec![format!("{method} {target} HTTP/1.1")];
    if rng.u8(..) > 8 {
        lines.push("Host: gateway".to_owned());
    }
    for _ in 0..rng.usize(0..4) {
        lines.push(mostly_plain(rng, HEADERS, PLAIN_HEADERS).to_owned());
    }
    let mut body = String::new();
    if method != "GET" || rng.u8(..) < 40 {
        body = one_of(rng, BODIES).replace("{}", HIDDEN);
        lines.push(mostly_plain(rng, FRAMINGS, PLAIN_FRAMINGS).replace("{}", &body.len().to_string()));
    }
    format!("{}\r\n\r\n{body}", lines.join("\r\n"))
}

fn target(rng: &mut Rng) -> String {
    let mut target = mostly_plain(rng, BEGINNINGS, PLAIN_BEGINNINGS).to_owned();
    for _ in 0..rng.usize(0..3) {
        target.push('/');
        for _ in 0..rng.usize(0..4) {
            target.push_str(mostly_plain(rng, ATOMS, PLAIN_ATOMS));
        }
    }
    target + one_of(rng, QUERIES)
}
