import type { Endpoint } from '../call/endpoint.ts';

/** A path may have `{names}` in it, each for what stands between two slashes. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly endpoint: Endpoint;
}

export const post = (path: string, endpoint: Endpoint): Route => ({ method: 'POST', path, endpoint });

/** The same routes below another path. */
export const below = (base: string, routes: readonly Route[]): readonly Route[] =>
  routes.map((route) => ({ ...route, path: base + route.path }));
