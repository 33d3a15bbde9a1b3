import { type Block, Message } from 'slack-blocks-to-jsx';
import type { Json } from '../../../simulations/slack/payloads.ts';
import type { Workspace } from '../wire.ts';
import { DataTable } from './data-table.tsx';

/** Drawn by the library; interactive blocks are ours, since a click must reach the bot. */
const byLibrary = [
  'context',
  'data_visualization',
  'divider',
  'header',
  'image',
  'markdown',
  'rich_text',
  'section',
  'table',
];

type Button = {
  readonly type: string;
  readonly action_id: string;
  readonly text?: { readonly text: string };
  readonly style?: string;
  readonly url?: string;
};

export type BlockProps = {
  readonly blocks: readonly Json[];
  readonly workspace: Workspace;
  readonly onAction: (action: Json) => void;
};

/** A block that nobody draws here, as it is. */
function Unknown({ block }: { readonly block: Json }) {
  return (
    <figure className="unknown">
      <figcaption>A block of type {String(block.type)}, as the bot sent it</figcaption>
      <pre>{JSON.stringify(block, null, 2)}</pre>
    </figure>
  );
}

function Buttons({ block, onAction }: { readonly block: Json; readonly onAction: BlockProps['onAction'] }) {
  const buttons = block.elements as (Button & Json)[];
  return (
    <div className="buttons">
      {buttons.map((button) => (
        <button
          key={button.action_id}
          type="button"
          className={button.style ?? 'plain'}
          onClick={() => onAction({ ...button, block_id: block.block_id ?? 'b' })}
        >
          {button.text?.text}
        </button>
      ))}
    </div>
  );
}

type Menu = {
  readonly type: string;
  readonly action_id: string;
  readonly options: readonly (Json & { readonly text: { readonly text: string }; readonly value: string })[];
};

/** A row with the menu beside it, as Slack draws an overflow menu. */
function Row({ block, workspace, onAction }: Omit<BlockProps, 'blocks'> & { readonly block: Json }) {
  const { accessory, ...section } = block;
  const { type, action_id, options } = accessory as Menu;
  return (
    <div className="menu-row">
      <Blocks blocks={[section]} workspace={workspace} onAction={onAction} />
      <details className="overflow">
        <summary aria-label="More actions">⋮</summary>
        <div className="entries">
          {options.map((option) => (
            <button
              key={option.value}
              type="button"
              className="plain"
              onClick={(event) => {
                event.currentTarget.closest('details')?.removeAttribute('open');
                onAction({ type, action_id, block_id: block.block_id ?? 'b', selected_option: option });
              }}
            >
              {option.text.text}
            </button>
          ))}
        </div>
      </details>
    </div>
  );
}

const isRow = ({ type, accessory }: Json) =>
  type === 'section' && (accessory as Menu | undefined)?.type === 'overflow';

const isButtons = ({ type, elements }: Json) =>
  type === 'actions' && (elements as Button[]).every((element) => element.type === 'button');

function mentions({ people, channels }: Workspace) {
  // The library puts a number sign before what is named here.
  const named = channels.map(({ id, name }) => ({ id, name: name.replace('#', '') }));
  return { users: people.map(({ id, name }) => ({ id, name })), channels: named };
}

/** Blocks of a message or a view, in their order; what nobody draws is shown as it is, never dropped. */
export function Blocks({ blocks, workspace, onAction }: BlockProps) {
  return blocks.map((block, index) => {
    const key = `${String(block.type)}-${index}`;
    if (isButtons(block)) return <Buttons key={key} block={block} onAction={onAction} />;
    if (isRow(block)) return <Row key={key} block={block} workspace={workspace} onAction={onAction} />;
    if (block.type === 'data_table') return <DataTable key={key} block={block} />;
    if (!byLibrary.includes(String(block.type)) || block.accessory)
      return <Unknown key={key} block={block} />;
    return (
      <Message
        key={key}
        withoutWrapper
        logo=""
        name=""
        blocks={[block as unknown as Block]}
        data={mentions(workspace)}
      />
    );
  });
}

/** A text in Slack's own markup, for messages without blocks. */
export const asBlocks = (text: string): Json[] =>
  text === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text } }];
