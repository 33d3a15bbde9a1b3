import type { IncomingMessage, ServerResponse } from 'node:http';

export type UploadOptions = {
  readonly contentType?: string;
  readonly size?: number;
  readonly url_private_download?: string;
};

/** The files of a local Slack. As Slack keeps them: whoever may not read one gets a sign-in page, and status 200. */
export function createSlackFiles(token: string) {
  const files = new Map<string, { readonly content: string; readonly contentType: string }>();
  const signInPage = { content: '<!DOCTYPE html><title>Sign in</title>', contentType: 'text/html' };

  return {
    isFile: ({ url }: IncomingMessage) => url?.startsWith('/files-pri/') ?? false,
    serve({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
      const file = headers.authorization === `Bearer ${token}` ? files.get(url) : undefined;
      const { content, contentType } = file ?? signInPage;
      response.writeHead(200, { 'content-type': contentType }).end(content);
    },
    /** Keeps a file; returns what a form says of it that it was uploaded in. */
    upload(origin: string, name: string, content: string, options: UploadOptions = {}) {
      const { contentType = 'application/json', ...more } = options;
      const id = `F${files.size}`;
      const path = `/files-pri/T0-${id}/download/${encodeURIComponent(name)}`;
      files.set(path, { content, contentType });
      const permalink = `https://example.slack.com/files/U0/${id}/${name}`;
      return {
        id,
        name,
        size: content.length,
        permalink,
        url_private_download: new URL(path, origin).href,
        ...more,
      };
    },
  };
}
