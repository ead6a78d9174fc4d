/** Freezes plain objects and lists all the way down, and the values of maps. */
export function freezeDeep<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of value instanceof Map ? value.values() : Object.values(value)) freezeDeep(member);
  return value;
}
