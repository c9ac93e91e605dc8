/** Creates an object of one of the API client's classes, with these fields. */
export const newObject = <T extends object>(kind: new () => T, fields: Partial<T>): T =>
  Object.assign(new kind(), fields);
