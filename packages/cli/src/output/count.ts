/** `1 note`, `3 notes` */
export const count = (many: number, thing: string): string => `${many} ${thing}${many === 1 ? '' : 's'}`;
