/** The image's `bin/gateway.mjs`: a gateway node from code that is compiled already. */
import { join } from 'node:path';
import { readScript } from './compiled-script.ts';
import { gatewayExports } from './gateway-exports.ts';

gatewayExports(readScript(join(import.meta.dirname, 'gateway.cjs')).run()).runNode(process.env);
