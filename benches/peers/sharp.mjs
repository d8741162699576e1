// Eight variants of photos with sharp: decoded once, shrunk while loading, then four widths as JPEG and as WebP.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';

sharp.cache(false);
sharp.concurrency(1);
const begun = performance.now(), files = process.argv.slice(2);
let bytes = 0;
for (const file of files) {
  const { data, info } = await sharp(readFileSync(file), { limitInputPixels: 64e6 })
    .rotate()
    .resize({ width: 1600, height: 1600, fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (const side of [1600, 800, 400, 150])
    for (const format of ['jpeg', 'webp']) {
      const picture = sharp(data, { raw }).resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
      bytes += (await picture[format]({ quality: 80 }).toBuffer()).length;
    }
}
console.log(`${((files.length / (performance.now() - begun)) * 1e3).toFixed(3)} images_a_second variants_bytes=${bytes}`);
