/** Of this release; `build_info` and `/healthz` show it. */
export const version = '0.1.0';
