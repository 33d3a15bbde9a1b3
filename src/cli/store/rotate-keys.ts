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
    let sealed = 0;
    let unreadable = 0;
    for await (const outcome of resealCredentials(redis, cipher, current)) {
      if (outcome === 'unreadable') unreadable += 1;
      // What was changed meanwhile was sealed by whoever did, with the first key as they know it.
      if (outcome === 'sealed') sealed += 1;
      if ((sealed + unreadable) % toldEvery === 0)
        say(`${sealed.toLocaleString('en')} credentials sealed anew`);
    }
    const ofTokens = await resealKeys(createRedisIssuerKeys(redis), cipher, current);
    say(`Sealed ${sealed.toLocaleString('en')} credentials and ${ofTokens} keys of tokens with ${current}.`);
    if (unreadable > 0) {
      say(
        `${unreadable} could not be opened: the key that they are sealed with is not configured. They stay as they are.`,
      );
      process.exitCode = 1;
      return;
    }
    if (others.length > 0)
      say(
        `Once no new credential waits to be verified, which takes an hour at most, these can go: ${others.join(', ')}.`,
      );
  });
