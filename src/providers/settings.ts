import { z } from 'zod';
import { setting } from '../setting.ts';

/** What the operator sets about all providers. */
export const profileSettings = {
  XOAP_PROFILES_DIR: setting(
    'anywhere',
    'A folder with profiles of your own, a YAML or JSON file each, which say what else connections are for; read at the start, and the same for the bot and all workers. "xoap profile check FILE" says what is wrong with one.',
    z.string().optional(),
  ),
};
