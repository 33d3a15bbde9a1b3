import { createRedisIssuerKeys } from '../../../adapters/redis/issuer-keys.ts';
import { resealCredentials } from '../../../adapters/redis/reseal.ts';
import { createCipher, keyId } from '../../connections/cipher.ts';
import { resealKeys } from '../../issuer/issuer-keys.ts';
import { say, withStore } from './open-store.ts';

/** Credentials between two words about the progress. */
const toldEvery = 500;

/** `xoap rotate-keys`: what is sealed with the first key already is left as it is, so it goes on where it was interrupted. */
export const rotateKeys = () =>
  withStore(async ({ redis, keys }) => {
    const cipher = createCipher(keys);
    const [current = '', ...others] = keys.map(keyId);
    const counts = { sealed: 0, changed: 0, unreadable: 0 };
    for await (const outcome of resealCredentials(redis, cipher, current)) {
      counts[outcome] += 1;
      if (counts.sealed % toldEvery === 0 && outcome === 'sealed')
        say(`${counts.sealed.toLocaleString('en')} credentials sealed anew`);
    }
    const ofTokens = await resealKeys(createRedisIssuerKeys(redis), cipher, current);
    const unreadable = counts.unreadable + ofTokens.unreadable;
    const done = `${counts.sealed.toLocaleString('en')} credentials and ${ofTokens.sealed} keys of tokens`;
    say(`Sealed ${done} anew with ${current}.`);
    if (unreadable > 0) {
      say(
        `${unreadable} could not be opened: the key that they are sealed with is not configured. They stay as they are.`,
      );
      process.exitCode = 1;
      return;
    }
    if (others.length === 0) return;
    // A bot that began with an older one may store it after this has looked.
    const isDone = counts.sealed + counts.changed + ofTokens.sealed === 0;
    say(
      isDone
        ? `Nothing is sealed with another one any more, so these can go: ${others.join(', ')}. Backups that were made before need them still.`
        : 'Run it again in an hour; the other keys can go once it finds nothing to do.',
    );
  });
