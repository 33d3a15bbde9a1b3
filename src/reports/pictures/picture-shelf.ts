/** Where pictures lie for clients that fetch them, under names that cannot be guessed. */
export type PictureShelf = {
  /** Keeps a picture for a week; resolves to its name. */
  put(picture: { readonly png: string }): Promise<string>;
  /** The PNG of this name. */
  find(name: string): Promise<Buffer | undefined>;
};

/** The path under which the bot's HTTP server hands pictures out. */
export const picturePath = '/pictures';
