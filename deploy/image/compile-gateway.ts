/** `node deploy/image/compile-gateway.ts <gateway.cjs>`: has a node do what nodes do, and keeps what V8 compiled for it. */
import { readScript } from './compiled-script.ts';
import { gatewayExports } from './gateway-exports.ts';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('name the script');
const script = readScript(path);
await gatewayExports(script.run()).exerciseNode();
script.keep();
process.exit();
