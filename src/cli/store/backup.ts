import { once } from 'node:events';
import { createWholeStore } from '../../../adapters/redis/whole-store.ts';
import packageFile from '../../../package.json' with { type: 'json' };
import { writeBackup } from '../../backup/backup-file.ts';
import type { Contents } from '../../backup/stored-part.ts';
import { createCipher, keyId } from '../../connections/cipher.ts';
import { BadInput } from '../bad-input.ts';
import { say, withStore } from './open-store.ts';

/** Lines between two words about the progress. */
const toldEvery = 1_000;

const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);
const counted = (count: number, thing: string) =>
  `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;

/** What a backup or a store has, in words. */
export const contentWords = ({ workspaces }: Pick<Contents, 'workspaces'>) =>
  [
    counted(workspaces.length, 'workspace'),
    counted(sum(workspaces.map(({ connections }) => connections)), 'connection'),
    counted(sum(workspaces.map(({ schedules }) => schedules)), 'schedule'),
  ].join(', ');

/** `xoap backup`: writes the lines as they come, one part of the store in memory at a time. */
export async function backup(): Promise<void> {
  if (process.stdout.isTTY) throw new BadInput('Write the backup to a file: xoap backup > FILE');
  await withStore(async ({ redis, keys }) => {
    const store = createWholeStore(redis);
    const contents = await store.contents();
    const [current = new Uint8Array()] = keys;
    const keyIds = [...new Set([keyId(current), ...contents.keyIds])].filter(Boolean);
    const header = {
      format: 'xoap-backup-1' as const,
      version: packageFile.version,
      madeAt: new Date().toISOString(),
      ...contents,
      keyIds,
    };
    let lines = 0;
    for await (const line of writeBackup(store.parts(contents), header, createCipher(keys))) {
      if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
      lines += 1;
      if (lines % toldEvery === 0) say(`${lines.toLocaleString('en')} lines written`);
    }
    say(
      `Backed up ${contentWords(contents)}. To open all of it, these keys are needed: ${keyIds.join(', ')}.`,
    );
    const unknown = keyIds.filter((id) => !keys.map(keyId).includes(id));
    if (unknown.length > 0)
      say(
        `Of these, ${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not configured here, so some credentials open nowhere.`,
      );
  });
}
