// One piece, as a card and on its own.

function price(piece) {
  const options = { style: "currency", currency: piece.currency, trailingZeroDisplay: "stripIfInteger" };
  return make("p", { className: "price", textContent: number(piece.price, options) });
}

function readable(slug) {
  return slug?.replaceAll("-", " ") ?? "";
}

function addressOf(piece) {
  const address = new URL(location);
  address.searchParams.set("piece", piece.id);
  return address.pathname + address.search;
}

function card(piece, eager) {
  const [photo] = photosOf(piece);
  const link = make("a", { href: addressOf(piece), ...localized(piece.title) });
  link.dataset.piece = piece.id;
  const told = make("div", { className: "said" }, make("h3", { className: "clamped" }, link), price(piece),
    make("p", { className: "soft", textContent: readable(piece.region ?? piece.subcategory) }));
  const sizes = "(min-width: 48rem) 18rem, 50vw";
  const item = make("li", { className: "card" }, framed(photo, piece, { sizes, eager }), told);
  if (!piece.available) item.append(make("span", { className: "sold", textContent: word("sold_out") }));
  return item;
}

function waitingCards() {
  return Array.from({ length: 6 }, () => make("li", { className: "card waiting" }));
}

/** Everything about one piece. */
function portrait(piece) {
  const alt = localized(piece.title).textContent;
  const photos = photosOf(piece);
  const sizes = "(min-width: 48rem) 33rem, 100vw";
  const frames = (photos.length ? photos : [null]).map(photo => framed(photo, piece, { sizes, alt, eager: true }));
  const pictures = make("div", { className: "pictures" }, ...frames);
  if (frames.length > 1) pictures.tabIndex = 0;
  const told = make("div", { className: "told" },
    make("h2", { id: "piece-title", ...localized(piece.title) }), price(piece),
    make("p", { className: "text", ...localized(piece.description) }), facts(piece));
  if (!piece.available) told.append(make("p", {}, make("strong", { textContent: word("sold_out") })));
  told.append(make("a", { href: `/v1/products/${encodeURIComponent(piece.id)}`, textContent: "JSON" }));
  return make("div", { className: "piece" }, pictures, told);
}

function facts(piece) {
  const said = [
    ["materials", piece.materials.join(", ")], ["size", size(piece.dimensions)], ["region", readable(piece.region)],
    ["origin", piece.cultural_origin], ["time", piece.production_time],
  ];
  const rows = said.filter(([, value]) => value).flatMap(([name, value]) =>
    [make("dt", { textContent: word(name) }), make("dd", { textContent: value, className: name })]);
  return make("dl", {}, ...rows);
}

function size({ length, width, height, unit }) {
  const sides = [length, width, height].filter(side => side != null);
  return sides.length ? `${sides.map(side => number(side)).join(" × ")} ${unit}` : "";
}
