import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type Scope = {
  readonly keyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
};
export type SignedRequest = {
  readonly scope: Scope;
  isSignedWith(secret: string): boolean;
  readonly signedAt: Date;
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/**
 * Reads a Signature Version 4 request and can recompute its signature.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function readSignature(request: IncomingMessage, body: string): SignedRequest | undefined {
  const authorization = request.headers.authorization ?? '';
  const parts = /Credential=(\S+?), SignedHeaders=(\S+?), Signature=([0-9a-f]{64})$/.exec(authorization);
  const time = String(request.headers['x-amz-date'] ?? '');
  const [keyId, date, region, service] = parts?.[1]?.split('/') ?? [];
  if (!parts || !keyId || !date || !region || !service) return undefined;
  const [, , signedHeaders = '', signature] = parts;

  const headers = signedHeaders
    .split(';')
    .map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
  const canonical = [request.method, '/', '', headers.join(''), signedHeaders, sha256(body)].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');

  return {
    scope: { keyId, date, region, service },
    signedAt: new Date(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')),
    isSignedWith(secret) {
      const key = ['aws4_request', service, region, date].reduceRight<string | Buffer>(
        (previous, part) => hmac(previous, part),
        `AWS4${secret}`,
      );
      return hmac(key, text).toString('hex') === signature;
    },
  };
}
