import { describe, expect, it } from 'vitest';
import { commands } from '../../src/chat/commands.ts';
import { parseCommand } from '../../src/chat/parse-command.ts';

describe('a typed command', () => {
  it.each([
    ['', 'help', ''],
    ['help', 'help', ''],
    ['Connection ADD aws', 'connection-add', 'aws'],
    ['  connection   list  ', 'connection-list', ''],
    ['connection verify prod eu', 'connection-verify', 'prod eu'],
    ['connection verify "prod eu"', 'connection-verify', 'prod eu'],
    ['connection verify “prod eu”', 'connection-verify', 'prod eu'],
    ['connection remove „prod“', 'connection-remove', 'prod'],
    ["connection verify it's 🚀", 'connection-verify', "it's 🚀"],
    ['connection verify ייצור', 'connection-verify', 'ייצור'],
    ['connection verify `prod eu`', 'connection-verify', 'prod eu'],
    ['connection verify *prod-eu*', 'connection-verify', 'prod-eu'],
    ['connection verify *prod* eu', 'connection-verify', '*prod* eu'],
    ['connection rotate prod', 'connection-rotate', 'prod'],
    ['show prod', 'connection-show', 'prod'],
    ['edit prod', 'connection-edit', 'prod'],
    ['permissions gcp', 'permissions', 'gcp'],
    ['pause Morning', 'report-pause', 'Morning'],
    ['reports', 'report-list', ''],
    ['connection delete x', 'connection-remove', 'x'],
    ['connection rm x', 'connection-remove', 'x'],
    ['LS prod', 'connection-list', 'prod'],
    ['list', 'connection-list', ''],
    ['add aws', 'connection-add', 'aws'],
    ['verify prod', 'connection-verify', 'prod'],
    ['remove prod', 'connection-remove', 'prod'],
    ['report delete Morning', 'report-remove', 'Morning'],
  ])('%j is %s with %j', (text, id, argument) => {
    expect(parseCommand(text)).toEqual({ kind: 'command', id, argument });
  });

  it.each([
    ['conection list', 'connection list'],
    ['verfy prod', 'connection verify prod'],
    ['connection verfy "prod eu"', 'connection verify prod eu'],
    ['connection delte x', 'connection remove x'],
    ['hlep', 'help'],
    ['report', 'report list'],
    ['report reusme Morning check', 'report resume Morning check'],
    ['connection', 'connection list'],
    ['connections add gcp', 'connection add gcp'],
    ['what is this', undefined],
    ['🚀', undefined],
  ])('%j is unknown, and %j was meant', (text, meant) => {
    expect(parseCommand(text)).toEqual({ kind: 'unknown', typed: text, meant });
  });

  it('has an example that is understood, for each', () => {
    for (const { id, example } of commands) expect(parseCommand(example)).toMatchObject({ id });
  });
});
