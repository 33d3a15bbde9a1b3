import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lets processes of the bot start from code that an earlier one compiled, as npm start does: https://nodejs.org/api/module.html#module-compile-cache */
export const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), 'xoap-compile-cache') };
