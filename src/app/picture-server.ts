import type { Express } from 'express';
import { type PictureShelf, picturePath } from '../reports/pictures/picture-shelf.ts';

/** Lets the HTTP server hand out pictures: to whoever has a name of one, which only cards hold. */
export function servePictures(app: Express, shelf: Pick<PictureShelf, 'find'>): void {
  app.get(`${picturePath}/:file`, async (request, response) => {
    const png = await shelf.find(request.params.file.replace(/\.png$/, ''));
    if (!png) return void response.status(404).end();
    response
      .set({ 'cache-control': 'private, max-age=604800, immutable', 'x-content-type-options': 'nosniff' })
      .type('png')
      .send(png);
  });
}
