import { describe, expect, it } from 'vitest';
import { type AnswerContext, readSchedule } from '../../../src/chat/reports/schedule-answers.ts';
import { answersOf, scheduleFields as field, scheduleForm } from '../../../src/chat/reports/schedule-form.ts';
import type { Selection } from '../../../src/reports/schedule.ts';
import { connectionOf } from '../../support/findings.ts';
import { scheduleOf } from '../../support/schedules.ts';

const connections = ['prod-eu', 'prod, us', 'dev'].map((name, index) => ({
  ...connectionOf({ name, tags: index < 2 ? ['Production'] : [] }),
  id: `c-${index}`,
}));
const context: AnswerContext = { connections, conversationId: 'C1', isPicked: true, before: undefined };
const enough = {
  [field.name]: 'Morning check',
  [field.days]: ['1', '2'],
  [field.time]: '09:00',
  [field.timeZone]: 'europe/vienna',
};
const read = (more: Record<string, string | string[]> = {}, changed: Partial<AnswerContext> = {}) =>
  readSchedule({ ...enough, ...more }, { ...context, ...changed });

describe('the answers of a schedule', () => {
  it('say back what makes the same schedule', () => {
    for (const schedule of [
      scheduleOf(),
      scheduleOf({ selection: { kind: 'tags', tags: ['Production'] }, speak: 'not-ready', mentions: ['U1'] }),
      scheduleOf({ timing: { pattern: '0 9 1 * *', timeZone: 'UTC' }, profile: 'minimum' }),
      scheduleOf({ selection: { kind: 'chosen', connectionIds: ['c-0', 'c-2'] } }),
    ]) {
      const { name, selection, timing, conversationId, profile, speak, mentions } = schedule;
      expect(readSchedule(answersOf(schedule), context)).toEqual({
        value: { name, selection, timing, conversationId, profile, speak, mentions },
      });
    }
  });

  it('are about all connections, in the conversation where they were asked for, unless they say more', () => {
    expect(read()).toMatchObject({
      value: {
        selection: { kind: 'all' },
        conversationId: 'C1',
        timing: { pattern: '0 9 * * 1,2', timeZone: 'Europe/Vienna' },
      },
    });
  });

  it('name connections by id or by name, commas in names included', () => {
    const chosen = { [field.which]: 'chosen' };
    expect(read({ ...chosen, [field.connections]: 'PROD-EU\nprod, us' })).toMatchObject({
      value: { selection: { kind: 'chosen', connectionIds: ['c-0', 'c-1'] } },
    });
    expect(read({ ...chosen, [field.connections]: ['c-2', 'c-2'] })).toMatchObject({
      value: { selection: { connectionIds: ['c-2'] } },
    });
    expect(read({ ...chosen, [field.connections]: 'prod-eo' })).toEqual({
      problems: { [field.connections]: 'There is no connection "prod-eo" here. Did you mean prod-eu?' },
    });
  });

  it('that leave out a list which was too long to fill in keep it', () => {
    const before: Selection = { kind: 'chosen', connectionIds: ['c-1'] };
    expect(read({ [field.which]: 'chosen' }, { before })).toMatchObject({ value: { selection: before } });
    expect(read({ [field.which]: 'chosen' })).toEqual({
      problems: { [field.connections]: 'Choose at least one connection.' },
    });
  });

  it.each([
    [
      'a tag that nothing has',
      { [field.which]: 'tags', [field.tags]: 'moon' },
      field.tags,
      /has the tag "moon"/,
    ],
    ['no tag', { [field.which]: 'tags' }, field.tags, /at least one tag/],
    ['no day', { [field.days]: [] }, field.days, /at least one day/],
    ['a time that is none', { [field.time]: '25:00' }, field.time, /time of day/],
    ['a cron text that is none', { [field.cron]: '* *' }, field.cron, /five fields/],
    [
      'a zone that is none',
      { [field.timeZone]: 'Europe/Viena' },
      field.timeZone,
      /Did you mean Europe\/Vienna/,
    ],
    ['no name', { [field.name]: ' ' }, field.name, /Enter a name/],
  ])('with %s are refused beside the field', (_what, answers, id, sentence) => {
    expect(read(answers)).toMatchObject({ problems: { [id]: expect.stringMatching(sentence) } });
  });

  it('tell all that is wrong at once', () => {
    const wrong = read({ [field.name]: '', [field.time]: 'noon', [field.timeZone]: '' });
    expect(Object.keys('problems' in wrong ? wrong.problems : {}).sort()).toEqual(
      [field.name, field.time, field.timeZone].sort(),
    );
  });
});

describe('the form of a schedule', () => {
  it('asks for connections from a list, and says how else where there is none', () => {
    const values = { [field.which]: 'chosen', [field.connections]: ['c-0'] };
    const { fields } = scheduleForm({ token: 't', connections, values, profiles: [], isNew: true });
    const asked = fields.find(({ id }) => id === field.connections);
    expect(asked).toMatchObject({
      kind: 'multiselect',
      value: 'c-0',
      otherwise: { kind: 'multiline', value: 'prod-eu', tooLong: { optional: true } },
    });
  });
});
