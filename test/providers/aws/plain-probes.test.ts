import { readdir, readFile } from 'node:fs/promises';
import { EC2 } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import ec2File from '../../../src/catalog/aws-ec2-actions.json' with { type: 'json' };
import { guard } from '../../../src/providers/aws/guard.ts';
import { createMadeUpIds } from '../../../src/providers/aws/made-up-ids.ts';
import { probeOf } from '../../../src/providers/aws/plain-probes.ts';

/** The requests of EC2 as the SDK declares them: whether they take a dry run, and what they cannot do without. */
async function declaredRequests(): Promise<
  Map<string, { takesDryRun: boolean; required: string[]; others: number }>
> {
  const folder = new URL('../../../node_modules/@aws-sdk/client-ec2/dist-types/models/', import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.d.ts'));
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  const declared = texts.join('\n').matchAll(/export interface (\w+)Request \{([\s\S]*?)\n\}/g);
  return new Map(
    [...declared].map(([, name = '', body = '']) => [
      name,
      {
        takesDryRun: /\n {4}DryRun\?/.test(body),
        required: [...body.matchAll(/^ {4}(\w+): string(\[\])? \| undefined;/gm)].map(
          ([, member = '', list = '']) => member + list,
        ),
        others: [...body.matchAll(/^ {4}(\w+): (?!string(\[\])? \|)/gm)].length,
      },
    ]),
  );
}

const requests = await declaredRequests();
const plain = ec2File.withoutParameters.split(' ');
const withId = Object.entries(ec2File.withOneId).flatMap(([parameter, text]) =>
  text.split(' ').map((name) => [name, parameter] as const),
);

describe('the table of plain dry runs', () => {
  it('names what takes a dry run and nothing else', () => {
    const wrong = plain.filter((name) => {
      const request = requests.get(name);
      return !request?.takesDryRun || request.required.length + request.others > 0;
    });
    expect(wrong).toEqual([]);
  });

  it('names what takes a dry run and one id', () => {
    const wrong = withId.filter(([name, parameter]) => {
      const request = requests.get(name);
      const wanted = parameter.endsWith('s') ? `${parameter}[]` : parameter;
      return !request?.takesDryRun || request.required.join() !== wanted || request.others > 0;
    });
    expect(wrong).toEqual([]);
  });

  it('sends each as a dry run with no id but made-up ones', async () => {
    const ids = createMadeUpIds();
    const sent: object[] = [];
    const ec2 = new EC2({ region: 'eu-central-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
    guard(ec2, ids, () => undefined);
    // What the guard lets through is looked at, and goes no further.
    ec2.middlewareStack.add(
      () => async (args) => {
        sent.push(args.input);
        throw new Error('kept here');
      },
      { step: 'initialize', priority: 'low', name: 'keep' },
    );
    const names = [...plain, ...withId.map(([name]) => name)];
    const options = { zone: 'eu-central-1a', region: 'eu-central-1', ids };
    const call = { abortSignal: AbortSignal.timeout(60_000) };
    const ends = await Promise.all(
      names.map((name) =>
        probeOf(`ec2:${name}`)?.(ec2, { ...options, call }).catch((error) => error.message),
      ),
    );
    expect(new Set(ends)).toEqual(new Set(['kept here']));
    expect(sent).toHaveLength(names.length);
    for (const input of sent) expect(input).toMatchObject({ DryRun: true });
  });

  it.each(['ec2:CreateVpc', 'ec2:NoSuchThing', 's3:GetObject', 'DescribeImages'])(
    'has none for %s',
    (action) => {
      expect(probeOf(action)).toBeUndefined();
    },
  );
});
