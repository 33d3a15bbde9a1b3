import { createHash, randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import type { Cipher } from '../connections/cipher.ts';
import type { FormTokens } from './form-token.ts';
import { Actor } from './policy.ts';

/** Minutes for which a link is good. */
export const linkMinutes = 10;
/** Wrong codes after which a link is good no more. */
const mostTries = 5;

/** A form that one person goes on with outside of chat, and what was filled in there: never a secret. */
export const LinkedForm = z.object({
  actor: Actor,
  /** The form's token, as it would come back from chat. */
  token: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
});
export type LinkedForm = z.infer<typeof LinkedForm>;

/** What a link is kept as: nothing in it opens the link. */
export type KeptLink = {
  readonly workspaceId: string;
  readonly userId: string;
  readonly sealed: string;
  /** The hash of the code, with that of the link in it. */
  readonly codeHash: string;
};

/** What became of a code: whether it was right, and who was meant by the link; how many tries are left where it was not. */
export type Claim =
  | { readonly kind: 'claimed'; readonly actor: Actor }
  | { readonly kind: 'wrong'; readonly left: number; readonly actor: Actor }
  | { readonly kind: 'gone' };

/** Keeps links for `linkMinutes`, by the hash of their ids. */
export type SecretLinkStore = {
  put(idHash: string, link: KeptLink): Promise<void>;
  isThere(idHash: string): Promise<boolean>;
  /**
   * In one step: gives the link to a browser where the code is right, no other one has it and tries are left, and counts a try
   * otherwise. A link without tries is gone.
   */
  claim(
    idHash: string,
    given: { readonly codeHash: string; readonly browserHash: string; readonly mostTries: number },
  ): Promise<Claim>;
  /** The link that this browser was given. */
  find(idHash: string, browserHash: string): Promise<KeptLink | undefined>;
  drop(idHash: string): Promise<void>;
};

export type SecretLinks = {
  /** Makes a link for a form: what its address ends with, and the code that its person alone is shown. */
  create(form: LinkedForm): Promise<{ readonly id: string; readonly code: string; readonly until: Date }>;
  /** Whether anybody may still give the link's code, or has and is not done. */
  isThere(id: string): Promise<boolean>;
  /**
   * The secret that a browser has once it gave the code, in place of the one that it was given with the question, which somebody
   * else may have put there. The same for the same, so that whoever presses twice has the link all the same.
   */
  browserAfter(id: string, asked: string): string;
  /** Takes the code from a browser, which shows its own secret from then on; the first one keeps the link. */
  claim(id: string, given: { readonly code: string; readonly browser: string }): Promise<Claim>;
  /** The form for the browser that gave the code. */
  find(id: string, browser: string): Promise<LinkedForm | undefined>;
  /** Ends a link that has done its work. */
  end(id: string): Promise<void>;
};

/** Letters and digits that nobody takes for one another. */
const alphabet = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const codeLength = 8;

const hash = (...texts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(texts)).digest('base64url');

/** As it was typed: in any case, with or without what stands between its halves. */
const plainCode = (typed: string) => typed.toUpperCase().replace(/[^A-Z0-9]/g, '');

function newCode(): string {
  const signs = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${signs.slice(0, codeLength / 2)}-${signs.slice(codeLength / 2)}`;
}

/** A random text that nobody guesses, for links and browsers. */
export const newSecretText = () => randomBytes(32).toString('base64url');
const isSecretText = (text: string) => /^[\w-]{43}$/.test(text);

/** Links over a store. Ids, codes and the browsers' secrets are kept as hashes, and forms sealed: the store opens nothing. */
export function createSecretLinks({
  store,
  cipher,
  tokens,
  now,
}: {
  readonly store: SecretLinkStore;
  readonly tokens: Pick<FormTokens, 'sign'>;
  readonly cipher: Cipher;
  readonly now: () => Date;
}): SecretLinks {
  const bindingOf = (idHash: string, workspaceId: string) => ({
    workspaceId,
    connectionId: `link:${idHash}`,
  });

  return {
    async create(form) {
      const [id, code] = [newSecretText(), newCode()];
      const { workspaceId, userId } = form.actor;
      const idHash = hash(id);
      const sealed = await cipher.seal(form, bindingOf(idHash, workspaceId));
      await store.put(idHash, { workspaceId, userId, sealed, codeHash: hash(id, plainCode(code)) });
      return { id, code, until: new Date(now().getTime() + linkMinutes * 60_000) };
    },
    async isThere(id) {
      return isSecretText(id) && store.isThere(hash(id));
    },
    browserAfter: (id, asked) => hash(tokens.sign(asked, { workspaceId: 'page', userId: id })),
    async claim(id, { code, browser }) {
      if (!isSecretText(id)) return { kind: 'gone' };
      return store.claim(hash(id), {
        codeHash: hash(id, plainCode(code)),
        browserHash: hash(id, browser),
        mostTries,
      });
    },
    async find(id, browser) {
      if (!isSecretText(id) || !isSecretText(browser)) return undefined;
      const idHash = hash(id);
      const kept = await store.find(idHash, hash(id, browser));
      if (!kept) return undefined;
      return LinkedForm.parse(await cipher.open(kept.sealed, bindingOf(idHash, kept.workspaceId)));
    },
    async end(id) {
      await store.drop(hash(id));
    },
  };
}
