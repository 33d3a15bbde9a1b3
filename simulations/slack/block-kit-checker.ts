import { limits } from '../../adapters/slack/limits.ts';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** All text in a value that a reader would see. */
function visibleText(value: unknown): string {
  if (Array.isArray(value)) return value.map(visibleText).join('');
  if (!isObject(value)) return '';
  const own = [value.text, value.fallback].filter((text) => typeof text === 'string').join('');
  return own + Object.values(value).map(visibleText).join('');
}

function tooLong(what: string, text: unknown, most: number): string[] {
  const length = typeof text === 'string' ? text.length : visibleText(text).length;
  return length > most ? [`${what} has ${length} characters, at most ${most} are allowed`] : [];
}

function tooMany(what: string, list: unknown, most: number): string[] {
  const { length } = objects(list);
  return length > most ? [`${what} has ${length} entries, at most ${most} are allowed`] : [];
}

function empty(what: string, list: unknown): string[] {
  return objects(list).length === 0 ? [`${what} is empty`] : [];
}

function repeated(what: string, ids: unknown[]): string[] {
  const seen = new Set<unknown>();
  return ids.flatMap((id) => {
    if (id === undefined || !seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [`${what} "${String(id)}" stands twice`];
  });
}

function checkButton(button: Json): string[] {
  const { label, value } = limits.button;
  return [
    ...tooLong('a button label', (button.text as Json | undefined)?.text, label),
    ...tooLong('a button value', button.value ?? '', value),
  ];
}

function checkOptions(options: unknown): string[] {
  const { optionLabel, optionValue } = limits.select;
  return objects(options).flatMap((option) => [
    ...tooLong('an option label', (option.text as Json).text, optionLabel),
    ...tooLong('an option description', (option.description as Json | undefined)?.text ?? '', optionLabel),
    ...tooLong('an option value', option.value, optionValue),
  ]);
}

function checkElement(element: Json): string[] {
  const groups = objects(element.option_groups);
  const lists = [element.options, ...groups.map(({ options }) => options)].filter(
    (list) => list !== undefined,
  );
  const most = element.type === 'checkboxes' ? limits.checkboxes.options : limits.select.options;
  return [
    ...tooLong(
      'a placeholder',
      (element.placeholder as Json | undefined)?.text ?? '',
      limits.input.placeholder,
    ),
    ...tooMany('option_groups', groups, limits.select.groups),
    ...groups.flatMap(({ label }) =>
      tooLong('a group label', (label as Json).text, limits.select.groupLabel),
    ),
    ...lists.flatMap((list) => [
      ...empty('an option list', list),
      ...tooMany('an option list', list, most),
      ...checkOptions(list),
    ]),
    ...(Number(element.max_length ?? 0) > limits.input.maxLength ? ['max_length is over 3000'] : []),
  ];
}

function richTextElements(value: unknown): Json[] {
  return objects(value).flatMap((element) => [element, ...richTextElements(element.elements)]);
}

/** https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element */
function menuProblems({ type, options }: Json): string[] {
  const most = limits.menu.options;
  if (type !== 'overflow') return [`an accessory of type ${String(type)} is not known to this checker`];
  return [...empty('a menu', options), ...tooMany('a menu', options, most), ...checkOptions(options)];
}

function checkBlock(block: Json): string[] {
  const { characters, id } = limits.block;
  const own = tooLong('a block id', block.block_id ?? '', id);
  switch (block.type) {
    case 'rich_text': {
      const texts = richTextElements(block.elements).filter(({ type }) => type === 'text');
      const blank = texts.some(({ text }) => text === '') ? ['a rich text element is empty'] : [];
      return [
        ...own,
        ...blank,
        ...empty('a rich text block', block.elements),
        ...tooLong('a rich text block', block, characters),
      ];
    }
    case 'context':
      return [
        ...own,
        ...empty('a context', block.elements),
        ...tooMany('a context', block.elements, limits.context.elements),
        ...objects(block.elements).flatMap(({ text }) => tooLong('a context text', text, characters)),
      ];
    case 'actions':
      return [
        ...own,
        ...empty('actions', block.elements),
        ...tooMany('actions', block.elements, limits.actions.elements),
        ...repeated(
          'the action id',
          objects(block.elements).map(({ action_id }) => action_id),
        ),
        ...objects(block.elements).flatMap(checkButton),
      ];
    case 'section': {
      const { accessory } = block as { accessory?: Json };
      return [
        ...own,
        ...((block.text as Json).text ? [] : ['a section text is empty']),
        ...tooLong('a section text', (block.text as Json).text, characters),
        ...(accessory ? menuProblems(accessory) : []),
      ];
    }
    case 'input':
      return [
        ...own,
        ...tooLong('a label', (block.label as Json).text, limits.input.label),
        ...tooLong('a hint', (block.hint as Json | undefined)?.text ?? '', limits.input.hint),
        ...checkElement(block.element as Json),
      ];
    case 'data_table':
      return [...own, ...dataTableProblems(block)];
    case 'data_visualization':
      return [...own, ...chartProblems(block)];
    default:
      return [`a block of type ${String(block.type)} is not known to this checker`];
  }
}

const isPlainCell = ({ type, text }: Json) => type === 'raw_text' && Boolean(text);

/** https://docs.slack.dev/reference/block-kit/blocks/data-table-block */
function dataTableProblems({ caption, rows, page_size }: Json): string[] {
  const lines = rows as Json[][];
  const { rows: most, columns, characters } = limits.dataTable;
  const [header = []] = lines;
  return [
    ...(typeof caption === 'string' && caption ? [] : ['a data table has no caption']),
    ...(lines.length < 2 || lines.length > most + 1 ? [`a data table has ${lines.length} rows`] : []),
    ...(header.length < 1 || header.length > columns ? [`a data table has ${header.length} columns`] : []),
    ...(lines.every(({ length }) => length === header.length)
      ? []
      : ['rows of a data table differ in length']),
    ...(header.every(isPlainCell) &&
    lines.flat().every((cell) => isPlainCell(cell) || cell.type === 'rich_text')
      ? []
      : ['a cell is empty or strange']),
    ...tooLong('a data table', lines, characters),
    ...(Number(page_size) >= 1 && Number(page_size) <= 100 ? [] : ['page_size is out of range']),
  ];
}

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
function chartProblems({ title, chart }: Json): string[] {
  const { series, axis_config: axis } = chart as { series: Json[]; axis_config: { categories: string[] } };
  const labels = axis.categories;
  const most = limits.chart;
  return [
    ...tooLong('a chart title', title, most.title),
    ...(series.length >= 1 && series.length <= most.series ? [] : [`a chart has ${series.length} series`]),
    ...(labels.length >= 1 && labels.length <= most.points ? [] : [`a chart has ${labels.length} points`]),
    ...labels.flatMap((label) => tooLong('a label', label, most.label)),
    ...repeated('the label', labels),
    ...series.flatMap(({ data }) =>
      objects(data).every(({ label }, index) => label === labels[index])
        ? []
        : ['labels differ from categories'],
    ),
  ];
}

/** What Slack would refuse about a message. */
export function messageProblems(message: { text?: unknown; blocks?: unknown }): string[] {
  const blocks = objects(message.blocks);
  return [
    ...(typeof message.text === 'string' && message.text.length > 0 ? [] : ['the fallback text is missing']),
    ...tooLong('the fallback text', message.text ?? '', limits.message.text),
    ...tooMany('the message', blocks, limits.message.blocks),
    ...tooMany(
      'tables',
      blocks.filter(({ type }) => type === 'data_table'),
      1,
    ),
    ...tooLong(
      'the message',
      // A table has a limit of its own.
      blocks.map((block) => (block.type === 'data_table' ? '' : visibleText(block))).join(''),
      limits.message.characters,
    ),
    ...repeated(
      'the block id',
      blocks.map(({ block_id }) => block_id),
    ),
    ...blocks.flatMap(checkBlock),
  ];
}

/** What Slack would refuse about a modal. */
export function viewProblems(view: Json): string[] {
  const blocks = objects(view.blocks);
  const title = (part: unknown) =>
    tooLong('a title', (part as Json | undefined)?.text ?? '', limits.view.title);
  return [
    ...[view.title, view.submit, view.close].flatMap(title),
    ...tooLong('private_metadata', view.private_metadata ?? '', limits.view.metadata),
    ...tooLong('callback_id', view.callback_id ?? '', limits.view.callbackId),
    ...empty('the view', blocks),
    ...tooMany('the view', blocks, limits.view.blocks),
    ...repeated(
      'the block id',
      blocks.map(({ block_id }) => block_id),
    ),
    ...blocks.flatMap(checkBlock),
    ...(blocks.some(({ type }) => type === 'input') && !view.submit
      ? ['a view with inputs needs a submit button']
      : []),
  ];
}
