/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly against: string;
  readonly result: number;
  readonly budget: number;
  readonly unit: string;
}
