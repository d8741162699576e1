// Pictures: the right size for the screen, and a blur until they are there.

const SIDES = { small: 400, medium: 800, large: 1600 }; // of the longer side; none is enlarged

/** Makes an element; text only ever becomes text. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** A frame with the picture, its blur, or the piece's first letter when there is none. */
function framed(photo, piece, { sizes, alt = "", eager = false }) {
  if (!photo) {
    const letter = [...localized(piece.title).textContent][0] ?? "";
    const bare = make("span", { className: "frame bare" }, letter);
    bare.setAttribute("aria-hidden", "true");
    return bare;
  }
  const frame = make("span", { className: "frame" }, ...blur(photo.placeholder));
  const picture = make("picture");
  const webp = sources(photo, "_webp");
  if (webp) picture.append(make("source", { type: "image/webp", srcset: webp, sizes }));
  const image = make("img", { className: "coming", alt, decoding: "async", loading: eager ? "eager" : "lazy" });
  if (photo.width && photo.height) Object.assign(image, { width: photo.width, height: photo.height });
  image.addEventListener("load", () => image.classList.remove("coming"));
  image.addEventListener("error", () => image.remove());
  picture.append(image);
  frame.append(picture);
  Object.assign(image, { sizes, srcset: sources(photo, ""), src: photo.urls.medium ?? photo.urls.large ?? "" });
  return frame;
}

function sources({ urls, width, height }, suffix) {
  const longer = Math.max(width, height);
  const widths = Object.entries(SIDES).filter(([name]) => urls[name + suffix]);
  const each = widths.map(([name, side]) => [Math.round(width * Math.min(1, side / longer)), urls[name + suffix]]);
  const distinct = new Map(each.reverse()); // of a small photo several variants are equally wide: the lesser one counts
  return [...distinct].reverse().map(([wide, url]) => `${url} ${wide || 1}w`).join(", ");
}

/** The photos of a piece; those of older answers have a link only. */
function photosOf(piece) {
  if (piece.media.length > 0) return piece.media;
  return piece.images.map(url => ({ urls: { large: url }, width: 0, height: 0, placeholder: "" }));
}

function blur(placeholder) {
  try {
    const preview = thumbHash(Uint8Array.from(atob(placeholder), letter => letter.charCodeAt(0)));
    const canvas = make("canvas", { width: preview.width, height: preview.height });
    canvas.setAttribute("aria-hidden", "true");
    canvas.getContext("2d").putImageData(preview, 0, 0);
    return [canvas];
  } catch {
    return []; // a placeholder that cannot be read is none
  }
}

/** Decodes an opaque ThumbHash (https://evanw.github.io/thumbhash/): a few waves of light (l) and of two colours (p, q). */
function thumbHash(hash) {
  const head = hash[0] | hash[1] << 8 | hash[2] << 16, tail = hash[3] | hash[4] << 8;
  if (hash.length < 5 || head >> 23) throw new RangeError("not opaque");
  const landscape = tail >> 15, lesser = Math.max(3, tail & 7);
  const [across, down] = landscape ? [7, lesser] : [lesser, 7];
  let nibble = 10;
  const waves = (across, down, base, scale) => {
    const found = [[0, 0, base]];
    for (let y = 0; y < down; y++)
      for (let x = y ? 0 : 1; x * down < across * (down - y); x++, nibble++)
        found.push([x, y, ((hash[nibble >> 1] >> (nibble & 1) * 4 & 15) / 7.5 - 1) * scale * 2]);
    return found;
  };
  const light = waves(across, down, (head & 63) / 63, (head >> 18 & 31) / 31);
  const p = waves(3, 3, (head >> 6 & 63) / 31.5 - 1, (tail >> 3 & 63) / 63 * 1.25);
  const q = waves(3, 3, (head >> 12 & 63) / 31.5 - 1, (tail >> 9 & 63) / 63 * 1.25);
  const ratio = across / down, width = Math.round(ratio > 1 ? 32 : 32 * ratio), height = Math.round(ratio > 1 ? 32 / ratio : 32);
  const preview = new ImageData(width, height);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 4) {
      const wave = (sum, [m, n, strength]) =>
        sum + strength * Math.cos(Math.PI / width * (x + .5) * m) * Math.cos(Math.PI / height * (y + .5) * n);
      const [l, yellow, red] = [light, p, q].map(waves => waves.reduce(wave, 0));
      const blue = l - 2 / 3 * yellow, r = (3 * l - blue + red) / 2;
      preview.data.set([r * 255, (r - red) * 255, blue * 255, 255], at);
    }
  return preview;
}
