import { lookup } from 'node:dns/promises';
import { Agent } from 'node:https';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { AppError } from '../../errors.ts';
import { type Host, type HostRule, permitsAddress } from './allowed-hosts.ts';

/** Where a vCenter is: what was entered, and the one address that is dialled for it. */
export type Place = { readonly host: Host; readonly port: number; readonly address: string };

/** `AB:CD:…` as certificates are shown; anything else that means the same is brought to that form. */
export function canonicalFingerprint(text: string): string | undefined {
  const digits = text
    .replace(/^sha-?256[ :=]*(fingerprint=)?/i, '')
    .replace(/[\s:]/g, '')
    .toUpperCase();
  return /^[0-9A-F]{64}$/.test(digits) ? digits.match(/../g)?.join(':') : undefined;
}

/** The operator's list does not let the bot call this host. */
export function hostRefused({ name }: Host, port: number): AppError {
  return new AppError(`${name} may not be called on port ${port}`, {
    code: 'provider.host-refused',
    hint: 'Its name or address must stand in XOAP_VSPHERE_ALLOWED_HOSTS.',
  });
}

/** Looks a host up once; throws `provider.host-refused` unless the first address that is found may be dialled. */
export async function resolvePlace(host: Host, port: number, rules: readonly HostRule[]): Promise<Place> {
  const address = host.isAddress ? host.name : await addressOf(host);
  if (!permitsAddress(rules, { host, port, address })) throw hostRefused(host, port);
  return { host, port, address };
}

async function addressOf({ name }: Host): Promise<string> {
  try {
    return (await lookup(name)).address;
  } catch (cause) {
    throw new AppError(`There is no host ${name} that can be found`, {
      code: 'provider.unreachable',
      cause,
      hint: 'Check the name, and that the machine that verifies can look it up.',
      retryable: true,
    });
  }
}

type Certificate = ReturnType<tls.TLSSocket['getPeerX509Certificate']>;

/** What is wrong with a certificate itself, whoever signed it; that is no matter of trust, so nobody can confirm it. */
function faultOf(certificate: Certificate, { name }: Host): AppError | undefined {
  if (!certificate) return undefined;
  const { validFromDate, validToDate } = certificate;
  const now = Date.now();
  const dates = `${validFromDate.toISOString().slice(0, 10)} to ${validToDate.toISOString().slice(0, 10)}`;
  if (now > validToDate.getTime() || now < validFromDate.getTime()) {
    const isOver = now > validToDate.getTime();
    return new AppError(`The certificate of the vCenter ${isOver ? 'has expired' : 'is not valid yet'}`, {
      code: 'provider.certificate-expired',
      hint: `It is valid from ${dates}. The vCenter’s administrator must renew it, or the clock of the bot’s machine is wrong. Nothing was sent.`,
    });
  }
  if (certificate.checkHost(name) !== undefined || certificate.checkIP(name) !== undefined) return undefined;
  return new AppError(`The certificate of the vCenter is not for ${name}`, {
    code: 'provider.certificate-wrong-name',
    hint: `It is for ${certificate.subjectAltName ?? certificate.subject}. Enter the host as the certificate names it, or have a certificate made for ${name}. Nothing was sent.`,
  });
}

/** The certificate that a vCenter showed is not the one that may be trusted. */
function untrusted(
  { authorizationError: reason }: tls.TLSSocket,
  { shown, pinned }: { readonly shown: string; readonly pinned: string | undefined },
): AppError {
  if (pinned) {
    return new AppError('The certificate of the vCenter is another one than was confirmed', {
      code: 'provider.certificate-changed',
      hint: `Confirmed was SHA-256 ${pinned}, and now it shows ${shown}. If the certificate was replaced, compare the new one with what the vCenter’s administrator says and enter it with “Edit…”. Otherwise somebody stands in between. Nothing was sent.`,
    });
  }
  const why = reason ? ` (${reason instanceof Error ? reason.message : reason})` : '';
  return new AppError(
    `The certificate of the vCenter is not signed by an authority that this bot knows${why}`,
    {
      code: 'provider.certificate-unknown',
      hint: `Its SHA-256 is ${shown}. Compare it with what the vCenter’s administrator says; if it is the same, confirm it. Nothing was sent.`,
      confirm: { certificateSha256: shown },
    },
  );
}

/** Milliseconds until a connection is there and secured. */
const handshakeMs = 10_000;

/**
 * Connections to one place only. A certificate is accepted when the system’s authorities signed it for that name, or
 * when it is the one that was confirmed; nothing is sent before that is known.
 */
export function createVcenterAgent(
  { host, port, address }: Place,
  pinned: string | undefined,
): { readonly agent: Agent; destroy(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  /** The agent does not know a connection before it is secured. */
  const pending = new Set<tls.TLSSocket>();
  agent.createConnection = (_options, callback) => {
    const socket = tls.connect({
      host: address,
      port,
      ...(!host.isAddress && { servername: host.name }),
      checkServerIdentity: (_name, certificate) => tls.checkServerIdentity(host.name, certificate),
      // Judged below, where the confirmed certificate counts too.
      rejectUnauthorized: false,
    });
    pending.add(socket);
    socket.setTimeout(handshakeMs, () => socket.destroy(new Error('The handshake took too long')));
    socket.once('close', () => pending.delete(socket));
    socket.once('secureConnect', () => {
      pending.delete(socket);
      socket.setTimeout(0);
      const certificate = socket.getPeerX509Certificate();
      const shown = certificate?.fingerprint256 ?? 'none';
      const isTrusted = pinned ? shown === pinned : socket.authorized;
      // Another certificate than the confirmed one is told first: somebody may stand in between.
      const fault = pinned && shown !== pinned ? undefined : faultOf(certificate, host);
      if (isTrusted && !fault) return callback?.(null, socket);
      const error = fault ?? untrusted(socket, { shown, pinned });
      socket.destroy();
      callback?.(error, socket);
    });
    socket.once('error', (error) => callback?.(error, socket));
    return undefined;
  };
  return {
    agent,
    destroy() {
      for (const socket of pending) socket.destroy();
      agent.destroy();
    },
  };
}

/** A host in a URL. */
export function inUrl({ name }: Host): string {
  return isIP(name) === 6 ? `[${name}]` : name;
}
